// Makes the pages more convenient; every page works without it.
"use strict";

// An open verdict closes on Escape, when another one opens, and on a click outside it.
function openMarks() {
  return document.querySelectorAll("details.mark[open]");
}
document.addEventListener("keydown", (event) => {
  if (event.key !== "Escape") return;
  for (const mark of openMarks()) {
    mark.open = false;
    mark.querySelector("summary").focus();
  }
});
// A panel left open would cover the element in focus.
for (const kind of ["click", "focusin"]) {
  document.addEventListener(kind, (event) => {
    for (const mark of openMarks()) {
      if (!mark.contains(event.target)) mark.open = false;
    }
  });
}

// The list of models is sorted and filtered here when all of it is on the page.
const table = document.querySelector("table.models[data-whole]");
if (table) {
  const form = document.querySelector("form.filter");
  const found = document.getElementById("found");
  const body = table.tBodies[0];
  const heads = [...table.tHead.rows[0].cells];
  const slugOf = (row) => (row.querySelector("a")?.getAttribute("href") ?? "").replace(/\/(index\.html)?$/, "").replace(/.*\//, "");
  const nameOf = (row) => [0, 1, 2].map((column) => row.cells[column].textContent).concat(slugOf(row)).join("\n").toLowerCase();
  const rows = [...body.rows].map((row, place) => ({ row, place, text: nameOf(row) }));
  const fields = { family: 1, developer: 2, openness: 3 };
  let sorted = { column: -1, turned: false };

  const cellText = (row, column) => row.cells[column].textContent.trim();
  const words = (row, column) => cellText(row, column).split(/[\s,]+/);

  function passes({ row, text }) {
    const wanted = new FormData(form);
    if (!text.includes(wanted.get("q").trim().toLowerCase())) return false;
    for (const [name, column] of Object.entries(fields)) {
      const value = wanted.get(name);
      if (value && cellText(row, column).toLowerCase() !== value.toLowerCase()) return false;
    }
    const quantization = wanted.get("quantization");
    if (quantization && !words(row, 6).includes(quantization)) return false;
    const verdict = wanted.get("verdict");
    return !verdict || row.cells[8].querySelector("." + verdict) !== null;
  }

  function compare(a, b) {
    const { column, turned } = sorted;
    const numeric = heads[column].dataset.kind === "number";
    const value = ({ row }) => (numeric ? row.cells[column].dataset.sort : cellText(row, column).toLowerCase());
    const [x, y] = [value(a), value(b)];
    // Missing values come last in either order.
    if (x === "" || y === "") return (x === "") - (y === "") || a.place - b.place;
    const order = numeric ? Number(x) - Number(y) : x < y ? -1 : Number(x > y);
    return (turned ? -order : order) || a.place - b.place;
  }

  function show() {
    let count = 0;
    for (const each of rows) {
      each.row.hidden = !passes(each);
      if (!each.row.hidden) count += 1;
    }
    found.textContent = `${count} of ${rows.length} models`;
    const order = sorted.column < 0 ? rows : [...rows].sort(compare);
    body.append(...order.map(({ row }) => row));
    heads.forEach((head, column) => {
      if (column === sorted.column) {
        head.setAttribute("aria-sort", sorted.turned ? "descending" : "ascending");
      } else {
        head.removeAttribute("aria-sort");
      }
    });
  }

  const orderOf = ({ column, turned }) => (column < 0 ? "" : (turned ? "-" : "") + heads[column].dataset.key);

  function sortBy(order) {
    const key = order.replace(/^-/, "");
    sorted = { column: heads.findIndex((head) => head.dataset.key === key), turned: order.startsWith("-") };
  }

  // The address keeps up with what is shown, so that it can be shared.
  function remember() {
    const query = new URLSearchParams();
    for (const [name, value] of new FormData(form)) {
      if (value) query.set(name, value);
    }
    const text = query.toString();
    history.replaceState(null, "", text ? "?" + text : location.pathname);
  }

  function restore() {
    const query = new URLSearchParams(location.search);
    for (const [name, value] of query) {
      const field = form.elements.namedItem(name);
      if (field) field.value = value;
    }
    sortBy(query.get("sort") || "");
  }

  heads.forEach((head, column) => {
    let control = head.querySelector("a");
    if (!control) {
      control = document.createElement("button");
      control.type = "button";
      control.append(...head.childNodes);
      head.append(control);
    }
    control.addEventListener("click", (event) => {
      event.preventDefault();
      const numeric = head.dataset.kind === "number";
      const turned = sorted.column === column ? !sorted.turned : numeric;
      sorted = { column, turned };
      form.elements.namedItem("sort").value = orderOf(sorted);
      show();
      remember();
    });
  });
  form.hidden = false;
  form.querySelector("button").hidden = true;
  form.addEventListener("input", () => {
    sortBy(form.elements.namedItem("sort").value);
    show();
    remember();
  });
  form.addEventListener("submit", (event) => event.preventDefault());
  restore();
  show();
}
