// One crop in full: the annotated picture beside the clean one, and what the row says in words.

// A picture, clean or with the box, the scale bar and the arrow to the north.
function picture(crop, annotated) {
  const { image, row, drawn } = crop;
  const width = row.width_px || image.width;
  const height = row.height_px || image.height;
  const text = Math.max(width, height) / 14;
  const name = `${annotated ? "annotated" : "clean"} picture of ${row.path}`;
  const svg = make("svg", { viewBox: `0 0 ${width} ${height}`, role: "img", "aria-label": name });
  svg.append(make("image", { href: image.src, width, height, preserveAspectRatio: "none" }));
  if (!annotated) return svg;
  if (drawn.box) {
    const points = drawn.box.map((point) => point.join(",")).join(" ");
    svg.append(make("polygon", { class: "under", points }), make("polygon", { class: "box", points }));
  }
  if (drawn.bar_m) {
    const y = height - text * 0.6;
    const bar = { x1: text / 2, x2: text / 2 + drawn.bar_px, y1: y, y2: y };
    const label = { class: "text", x: text / 2, y: y - text * 0.35, "font-size": text, "stroke-width": text / 5 };
    svg.append(make("line", { class: "under", ...bar }), make("line", { class: "over", ...bar }));
    svg.append(make("text", label, `${drawn.bar_m} m`));
  }
  if (drawn.north_deg !== undefined) {
    const place = `translate(${width - text * 1.4} ${text * 1.6}) rotate(${90 - drawn.north_deg})`;
    const arrow = `M0 ${text} L0 ${-text} M${-text / 2} ${-text / 3} L0 ${-text} L${text / 2} ${-text / 3}`;
    svg.append(make("path", { class: "under", d: arrow, transform: place }));
    svg.append(make("path", { class: "over", d: arrow, transform: place }));
    const label = { class: "text", x: width - text * 2.9, y: text * 1.6, "font-size": text, "stroke-width": text / 5 };
    svg.append(make("text", label, "N"));
  }
  return svg;
}

// The picture with the parts that the answer rests on in red.
function neededPicture(crop) {
  const { image, row, needed } = crop;
  const width = row.width_px || image.width;
  const height = row.height_px || image.height;
  const side = Math.sqrt(needed.cells.length / 2);
  const svg = make("svg", { viewBox: `0 0 ${width} ${height}`, role: "img", "aria-label": "what the answer rests on" });
  svg.append(make("image", { href: image.src, width, height, preserveAspectRatio: "none" }));
  for (let at = 0; at < side * side; at += 1) {
    const share = Number(needed.cells.slice(2 * at, 2 * at + 2)) / 99;
    const place = { x: ((at % side) * width) / side, y: (Math.floor(at / side) * height) / side };
    const size = { width: width / side, height: height / side };
    svg.append(make("rect", { ...place, ...size, class: "needed", "fill-opacity": (0.75 * share).toFixed(2) }));
  }
  const lost = `what the answer rests on: covered, the reddest part takes ${fixed(needed.most, 2)} from its probability`;
  return make("figure", {}, svg, make("figcaption", {}, lost));
}

function pictures(crop) {
  if (!crop.image) return make("p", { class: "soft" }, "There is no picture of this crop.");
  const { row, drawn } = crop;
  const caption = ["date", "site"].map((name) => row[name]).filter(Boolean);
  if (row.lon !== null && row.lon !== undefined) caption.push(`${row.lat}, ${row.lon}`);
  if (row.gsd_m) caption.push(`${Number(row.gsd_m.toPrecision(4))} m per pixel (${row.gsd_source})`);
  caption.push(row.path);
  if (drawn.box && !row.box_px) caption.push("the place of the box is not measured");
  return make(
    "div",
    { class: "pair" },
    make("figure", {}, picture(crop, true), make("figcaption", {}, caption.join(" · "))),
    make("figure", {}, picture(crop, false), make("figcaption", {}, "as opened")),
    crop.needed ? neededPicture(crop) : null,
  );
}

const metres = (row, name) => `${fixed(row[`${name}_m`], 1)} m (${fixed(row[`${name}_low_m`], 1)} to ${fixed(row[`${name}_high_m`], 1)})`;

function published(row, index) {
  const range = (about.ranges[row.label] || [])[index];
  return range && range.length ? `, published ${fixed(range[0], 1)} to ${fixed(range[1], 1)} m` : ", published: not known";
}

// The facts of a row as pairs of name and text or elements.
function facts(row) {
  const found = [];
  if (row.label === null) found.push(["Status", row.status]);
  if (row.label !== null && row.score !== null) {
    found.push(["Score", `${fixed(row.score, 2)} at level ${row.level}`]);
  }
  const next = (row.top || []).find((each) => each.label !== row.label);
  if (next) found.push(["Runner-up", `${shownName(next.label)} ${fixed(next.score, 2)}`]);
  if (row.length_m !== null) {
    found.push(["Length", metres(row, "length") + published(row, 0)]);
    found.push(["Width", metres(row, "width") + published(row, 1)]);
  }
  found.push(["Reason", row.reason]);
  if (row.flags.length) found.push(["Flags", row.flags.join(", ")]);
  if (row.candidates) found.push(["Candidates", row.candidates.map(shownName).join(", ") || "none"]);
  return found;
}

function classScores(row) {
  const lines = (row.top || []).map((each) =>
    make(
      "tr",
      {},
      make("td", {}, shownName(each.label)),
      make("td", {}, make("meter", { min: 0, max: 1, value: each.score, "aria-hidden": "true" })),
      make("td", { class: "num" }, fixed(each.score, 2)),
    ),
  );
  return lines.length ? make("details", {}, make("summary", {}, "Most likely classes"), make("table", {}, ...lines)) : null;
}

function wholeRow(row) {
  const lines = columns.filter((name) => row[name] !== null).map((name) => {
    const value = typeof row[name] === "object" ? JSON.stringify(row[name]) : String(row[name]);
    return make("tr", {}, make("th", { scope: "row" }, name), make("td", {}, value));
  });
  return make("details", {}, make("summary", {}, "The whole row"), make("div", { class: "wide" }, make("table", {}, ...lines)));
}

// The parts of a crop's card; without its answer where that is hidden.
function card(crop, isHidden) {
  const { row } = crop;
  const title = isHidden ? `Crop ${crop.number + 1}` : shownName(row.label || "no answer");
  if (isHidden) return [make("h3", {}, title), pictures({ ...crop, needed: null, drawn: { ...crop.drawn, box: null } })];
  const lines = facts(row).map(([name, text]) =>
    make("tr", {}, make("th", { scope: "row" }, name), make("td", {}, text)),
  );
  return [make("h3", {}, title), pictures(crop), make("table", {}, ...lines)];
}
