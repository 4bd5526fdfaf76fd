// The crops of the page and the small helpers that the other parts share. No text is ever read as markup.

const byId = (id) => document.getElementById(id);
const dataOf = (id) => JSON.parse(byId(id).textContent);
const columns = dataOf("columns");
const about = dataOf("about");
const sheet = byId("sheet");

const crops = [...sheet.children].map((tile, number) => {
  const values = JSON.parse(tile.dataset.row);
  const row = { ...about.empty, ...Object.fromEntries(columns.map((name, index) => [name, values[index]])) };
  const drawn = JSON.parse(tile.dataset.drawn || "{}");
  const needed = JSON.parse(tile.dataset.needed || "null");
  return { number, tile, row, drawn, needed, image: tile.querySelector("img") };
});
crops.forEach((crop) => {
  const { row } = crop;
  const own = about.extra.map((name) => row[name]);
  crop.words = [row.path, row.label, row.family, row.status, row.site, row.date, ...own].join(" ").toLowerCase();
});

// An element with attributes and children; texts become text nodes.
function make(tag, attributes = {}, ...children) {
  const inSvg = ["svg", "image", "polygon", "line", "text", "rect", "path"].includes(tag);
  const element = inSvg ? document.createElementNS("http://www.w3.org/2000/svg", tag) : document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (name === "onclick") element.addEventListener("click", value);
    else if (value !== null && value !== undefined && value !== false) element.setAttribute(name, value);
  }
  element.append(...children.filter((child) => child !== null && child !== undefined));
  return element;
}

const shownName = (label) => (label === "none" ? "no vehicle" : label);
const fixed = (number, digits) => number.toFixed(digits);

// What a person may say of a crop's answer: one of the kinds of the filter.
function kindOf(row) {
  if (row.label === null) return "failed";
  if (row.label === "unknown") return "unknown";
  return row.level === "class" ? "class" : "group";
}

function fillOptions(id, names) {
  byId(id).append(...names.map((name) => make("option", { value: name }, shownName(name))));
}

const sorted = (values) => [...new Set(values.filter((value) => value !== null))].sort();
