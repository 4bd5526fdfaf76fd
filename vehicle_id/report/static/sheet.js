// The contact sheet: filters, order, the chosen crop, keys and print.

const tools = byId("tools");
const detail = byId("detail");
const filters = ["search", "family", "label", "kind", "reviewed", "least", "sort"].map(byId);
const cropOf = new Map(crops.map((crop) => [crop.tile, crop]));
let chosen = null;
let ordered = crops;
let shownCrops = crops;

const orders = {
  "": () => 0,
  low: (one, other) => (one.row.score ?? 2) - (other.row.score ?? 2),
  high: (one, other) => (other.row.score ?? -1) - (one.row.score ?? -1),
  long: (one, other) => (other.row.length_m ?? -1) - (one.row.length_m ?? -1),
  short: (one, other) => (one.row.length_m ?? 1e9) - (other.row.length_m ?? 1e9),
};

function isShown(crop, wanted) {
  const { row } = crop;
  const review = reviews.get(crop.number);
  return (
    wanted.search.every((word) => crop.words.includes(word)) &&
    (!wanted.family || row.family === wanted.family) &&
    (!wanted.label || row.label === wanted.label) &&
    (!wanted.kind || (wanted.kind === "flagged" ? row.flags.length > 0 : kindOf(row) === wanted.kind)) &&
    (!wanted.reviewed || (review ? review.review : "open") === wanted.reviewed) &&
    (!wanted.least || (row.score ?? 0) >= Number(wanted.least))
  );
}

function filter() {
  const wanted = Object.fromEntries(filters.map((each) => [each.id, each.value]));
  wanted.search = wanted.search.toLowerCase().split(/\s+/).filter(Boolean);
  shownCrops = ordered.filter((crop) => {
    const shown = isShown(crop, wanted);
    if (crop.tile.hidden === shown) crop.tile.hidden = !shown;
    return shown;
  });
  byId("shown").value = `${shownCrops.length} of ${crops.length} crops`;
  if (!chosen && shownCrops.length) shownCrops[0].tile.tabIndex = 0;
}

function order() {
  ordered = [...crops].sort(orders[byId("sort").value]);
  sheet.append(...ordered.map((crop) => crop.tile));
  filter();
}

function choose(crop, { focus = true } = {}) {
  if (chosen) {
    chosen.tile.setAttribute("aria-selected", "false");
    chosen.tile.tabIndex = -1;
  }
  chosen = crop;
  crop.tile.setAttribute("aria-selected", "true");
  crop.tile.tabIndex = 0;
  showDetail();
  if (focus) crop.tile.focus();
}

function showPanel(isShown) {
  detail.hidden = !isShown;
  byId("crops").classList.toggle("open", isShown);
}

function showDetail() {
  const isHidden = byId("blind").checked && !reviews.has(chosen.number);
  const rest = isHidden ? [] : [classScores(chosen.row), wholeRow(chosen.row)];
  const close = make("button", { type: "button", onclick: closeDetail }, "Close");
  detail.replaceChildren(...card(chosen, isHidden), reviewForm(chosen), ...rest.filter(Boolean), close);
  showPanel(true);
}

function closeDetail() {
  showPanel(false);
  if (chosen) chosen.tile.focus();
}

// The crop that is so many places away among those shown.
function step(places) {
  const at = shownCrops.indexOf(chosen);
  const next = shownCrops[Math.max(0, Math.min(shownCrops.length - 1, at + places))];
  if (next) choose(next);
}

function perLine() {
  const top = shownCrops.length ? shownCrops[0].tile.offsetTop : 0;
  const first = shownCrops.findIndex((crop) => crop.tile.offsetTop > top);
  return first > 0 ? first : 1;
}

function openNext() {
  const at = shownCrops.indexOf(chosen);
  const inTurn = [...shownCrops.slice(at + 1), ...shownCrops.slice(0, at + 1)];
  const next = inTurn.find((crop) => !reviews.has(crop.number));
  if (next) choose(next);
}

const keys = {
  ArrowRight: () => step(1),
  ArrowLeft: () => step(-1),
  ArrowDown: () => step(perLine()),
  ArrowUp: () => step(-perLine()),
  Home: () => step(-crops.length),
  End: () => step(crops.length),
  n: openNext,
  a: () => act("agree"),
  c: () => byId("correction")?.focus(),
  u: () => act("unusable"),
  x: () => act(null),
  Escape: closeDetail,
};

document.addEventListener("keydown", (event) => {
  const inField = event.target.closest("input, select, textarea");
  if (event.ctrlKey || event.metaKey || event.altKey || (inField && event.key !== "Escape")) return;
  if (event.key === "/") byId("search").focus();
  else if (!chosen || !keys[event.key] || !event.target.closest("#sheet, #detail")) return;
  else keys[event.key]();
  event.preventDefault();
});

sheet.addEventListener("click", (event) => {
  const crop = cropOf.get(event.target.closest("li"));
  if (crop) choose(crop);
});
sheet.addEventListener("focusin", (event) => {
  const crop = cropOf.get(event.target);
  if (crop && (crop !== chosen || detail.hidden)) choose(crop, { focus: false });
});

// In print each crop that is shown has its card.
window.addEventListener("beforeprint", () => {
  const cards = shownCrops.map((crop) => make("article", {}, ...card(crop, false), reviewLine(crop)));
  byId("crops").append(make("div", { id: "print" }, make("h2", {}, "Each crop"), ...cards));
});
window.addEventListener("afterprint", () => byId("print")?.remove());
