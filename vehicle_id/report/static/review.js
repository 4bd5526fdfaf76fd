// The review: what a person says of each answer, kept in this browser, and saved as a manifest.

const store = `vehicle-id review ${about.run}`;
const reviews = new Map();
const reviewer = byId("reviewer");
// A browser may refuse to keep anything, as in a private window.
function kept(action) {
  try {
    return action();
  } catch {
    return null;
  }
}

function restore() {
  crops.forEach(({ number, row, tile }) => {
    const said = tile.dataset.said ? JSON.parse(tile.dataset.said) : { ...row, label: row.manifest_label };
    if (!said.review) return;
    const { review, label, reviewer: who, reviewed, blind } = said;
    reviews.set(number, { review, label: label || "", reviewer: who || "", reviewed: reviewed || "", blind: blind || "" });
  });
  kept(() => {
    const found = JSON.parse(localStorage.getItem(store));
    reviewer.value = found.reviewer;
    found.reviews.forEach(([number, review]) => reviews.set(number, review));
  });
}

function mark(crop) {
  const found = reviews.get(crop.number);
  if (found) crop.tile.dataset.review = found.review;
  else delete crop.tile.dataset.review;
}

function progress() {
  byId("progress").value = `${reviews.size} of ${crops.length} reviewed`;
}

// Where the answer is hidden, nobody can agree with it.
const canAgree = (crop) => crop.row.label !== null && (reviews.has(crop.number) || !byId("blind").checked);

// Take down, or with null remove, what a person says of the chosen crop.
function take(review, label) {
  if (review !== null && !reviewer.value.trim()) {
    byId("progress").value = "State your initials first.";
    reviewer.focus();
    return;
  }
  const { number } = chosen;
  const blind = byId("blind").checked && !reviews.has(number) ? "yes" : (reviews.get(number)?.blind ?? "no");
  const reviewed = `${new Date().toISOString().slice(0, 19)}Z`;
  if (review === null) reviews.delete(number);
  else reviews.set(number, { review, label, reviewer: reviewer.value.trim(), reviewed, blind });
  mark(chosen);
  kept(() => localStorage.setItem(store, JSON.stringify({ reviewer: reviewer.value, reviews: [...reviews] })));
  progress();
  showDetail();
  chosen.tile.focus();
}

function act(review) {
  if (chosen && (review !== "agree" || canAgree(chosen))) take(review, review === "agree" ? chosen.row.label : "");
}

// A class that a person names is agreement where it is the answer.
function correct(field) {
  const label = field.value.trim();
  if (label) take(label === chosen.row.label ? "agree" : "correct", label);
}

function reviewLine(crop) {
  const found = reviews.get(crop.number);
  if (!found) return null;
  const said = { agree: "agreed with", correct: "corrected to", unusable: "called unusable" }[found.review];
  const what = found.review === "unusable" ? "" : ` ${shownName(found.label)}`;
  return make("p", {}, `Review: ${said}${what} by ${found.reviewer}, ${found.reviewed}`);
}

function reviewForm(crop) {
  const found = reviews.get(crop.number);
  const button = (review, text) =>
    make("button", { type: "button", "aria-pressed": String(found?.review === review), onclick: () => act(review) }, text);
  const field = make("input", { id: "correction", list: "labels", placeholder: "true class", "aria-label": "true class" });
  if (found?.review === "correct") field.value = found.label;
  field.addEventListener("keydown", (event) => {
    if (event.key === "Enter") correct(field);
  });
  const give = make("button", { type: "button", "aria-pressed": String(found?.review === "correct"), onclick: () => correct(field) }, "Correct");
  const parts = [canAgree(crop) ? button("agree", "Agree") : null, field, give, button("unusable", "Unusable")];
  if (found) parts.push(make("button", { type: "button", onclick: () => act(null) }, "Remove"));
  return make("div", { class: "acts", role: "group", "aria-label": "Review" }, ...parts, reviewLine(crop));
}
