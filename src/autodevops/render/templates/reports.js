"use strict";
// Sorts and searches the targets, and fills in a target's findings when it is opened.
(() => {
  const controls = document.getElementById("controls");
  if (!controls) return;
  const findings = JSON.parse(document.getElementById("data").textContent);
  const search = document.getElementById("search");
  const shown = document.getElementById("shown");
  const body = document.querySelector("#heat tbody");
  const rows = [...body.rows];

  function order() {
    const key = controls.querySelector("[name=sort]:checked").value;
    const number = (row) => Number(row.dataset[key]);
    if (key === "name") rows.sort((a, b) => (a.dataset.name < b.dataset.name ? -1 : 1));
    else if (key === "findings") rows.sort((a, b) => number(b) - number(a));
    else rows.sort((a, b) => number(a) - number(b));
    body.append(...rows);
  }

  function apply() {
    const word = search.value.toLowerCase();
    let count = 0;
    for (const row of rows) {
      const fits = row.dataset.name.toLowerCase().includes(word);
      row.hidden = !fits;
      document.getElementById(`t-${row.dataset.order}`).hidden = !fits;
      if (fits) count += 1;
    }
    shown.textContent = `${count} of ${rows.length} targets`;
  }

  function element(name, className, text) {
    const made = document.createElement(name);
    if (className) made.className = className;
    if (text) made.textContent = text;
    return made;
  }

  function fill(target) {
    if (target.dataset.filled) return;
    target.dataset.filled = "yes";
    const list = element("ul", "findings");
    for (const [severity, rule, message, place, remedy] of findings[Number(target.id.slice(2))]) {
      const item = element("li", "finding");
      const line = element("p");
      line.append(element("span", `badge ${severity}`, severity), ` ${rule}: ${message}`);
      item.append(line);
      if (place) {
        const where = element("p", "place");
        where.append(element("code", "", place));
        item.append(where);
      }
      item.append(element("p", "remedy", remedy));
      list.append(item);
    }
    target.append(list);
  }

  function openTarget() {
    const target = document.getElementById(location.hash.slice(1));
    if (target instanceof HTMLDetailsElement) target.open = true;
  }

  for (const target of document.querySelectorAll("details.target")) {
    target.addEventListener("toggle", () => { if (target.open) fill(target); });
  }
  search.addEventListener("input", apply);
  controls.addEventListener("change", (event) => { if (event.target !== search) order(); });
  controls.addEventListener("submit", (event) => event.preventDefault());
  window.addEventListener("hashchange", openTarget);
  controls.hidden = false;
  apply();
  openTarget();
})();
