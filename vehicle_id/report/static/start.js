// Brings the page to life.

sheet.setAttribute("role", "listbox");
crops.forEach(({ tile }) => {
  tile.setAttribute("role", "option");
  tile.setAttribute("aria-selected", "false");
  tile.tabIndex = -1;
});
fillOptions("family", sorted(crops.map((crop) => crop.row.family)));
fillOptions("label", sorted(crops.map((crop) => crop.row.label)));
fillOptions("labels", about.labels);
restore();
crops.forEach(mark);
progress();
filter();
["tools", "keys", "review"].forEach((id) => {
  byId(id).hidden = false;
});

tools.addEventListener("submit", (event) => event.preventDefault());
tools.addEventListener("input", (event) => (event.target.id === "sort" ? order() : filter()));
tools.addEventListener("reset", () => setTimeout(order));
byId("review").addEventListener("submit", (event) => event.preventDefault());
byId("save").addEventListener("click", save);
byId("blind").addEventListener("change", (event) => {
  document.body.classList.toggle("blind", event.target.checked);
  if (chosen && !detail.hidden) showDetail();
});
