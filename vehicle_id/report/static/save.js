// The review as a CSV manifest: `evaluate` scores it, `train` takes its labels.

const MANIFEST = ["path", "label", "gsd_m", "gsd_error", "date", "site", "group", "review", "reviewer", "reviewed", "blind"];

// The path of a row, percent-encoded, with / between folders.
function encodedPath(path) {
  if (path.startsWith("file:")) return path.slice(5);
  const plain = about.separator === "\\" ? path.replaceAll("\\", "/") : path;
  return plain.split("/").map(encodeURIComponent).join("/");
}

// The folder that all crops are in: paths of a manifest are relative to its own folder.
function commonFolder(paths) {
  let common = null;
  for (const path of paths) {
    const folders = path.split("/").slice(0, -1);
    if (common === null) common = folders;
    else while (common.some((name, index) => folders[index] !== name)) common.pop();
  }
  return common && common.length ? `${common.join("/")}/` : "";
}

// A spreadsheet must find no formula in a path: what is not plain is written as a file: URI.
function manifestPath(encoded, folder) {
  const rest = encoded.slice(folder.length);
  const plain = rest.includes("%") ? null : rest;
  return plain !== null && /^[\w][\w ./()-]*$/.test(plain) ? plain : `file:${rest}`;
}

// An apostrophe keeps a text from being a formula.
const guarded = (text) => text.replace(/(^|[;,\t\r\n|])(?=[\s'"]*[=+\-@＝＋－＠])/g, "$1'");
const quoted = (text) => (/[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text);
const cell = (value) => (value === null || value === undefined ? "" : quoted(typeof value === "number" ? String(value) : value));

function manifest() {
  const withPath = crops.filter((crop) => reviews.has(crop.number) && crop.row.path !== null);
  const folder = commonFolder(crops.filter(({ row }) => row.path !== null).map(({ row }) => encodedPath(row.path)));
  const lines = withPath.map(({ number, row }) => {
    const { review, label, reviewer: who, reviewed, blind } = reviews.get(number);
    const stated = [row.gsd_m, row.gsd_error, row.date, row.site, row.group].map((value) => (typeof value === "string" ? guarded(value) : value));
    const said = [review, guarded(who), reviewed, blind];
    const answer = [row.label, row.score, row.model, row.sha256];
    const known = label === "unknown" ? "" : guarded(label); // no class that a model could learn
    return [manifestPath(encodedPath(row.path), folder), known, ...stated, ...said, ...answer].map(cell).join(",");
  });
  const head = [...MANIFEST, "answer", "answer_score", "answered_by", "crop_sha256"].join(",");
  return { text: [head, ...lines, ""].join("\n"), folder: decodeURIComponent(folder) };
}

function save() {
  if (!reviews.size) {
    byId("progress").value = "There is no review to save yet.";
    return;
  }
  const { text, folder } = manifest();
  const who = reviewer.value.trim().replace(/[^\p{L}\p{N}]+/gu, "") || "reviewer";
  const address = URL.createObjectURL(new Blob([text], { type: "text/csv" }));
  make("a", { href: address, download: `review-${who}.csv` }).click();
  setTimeout(() => URL.revokeObjectURL(address), 10000);
  byId("where").textContent = `Put the file into the folder of the crops${folder ? ` (${folder})` : ""}: its paths begin there.`;
}
