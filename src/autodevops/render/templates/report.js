"use strict";
// Filters the findings; the choice lives in the address, after `#?`, so that a link keeps it.
(() => {
  const controls = document.getElementById("controls");
  for (const moment of ["beforeprint", "afterprint"]) {
    window.addEventListener(moment, () => {
      for (const part of document.querySelectorAll("details")) part.open = moment === "beforeprint";
    });
  }
  if (!controls) return;
  const search = document.getElementById("search");
  const section = document.getElementById("section");
  const boxes = [...controls.querySelectorAll("[name=severity]")];
  const shown = document.getElementById("shown");
  const sections = [...document.querySelectorAll(".section")].map((element) => ({
    element,
    rules: [...element.querySelectorAll(".rule")].map((rule) => ({
      element: rule,
      head: null,
      findings: [...rule.querySelectorAll(".finding")].map((finding) => ({ element: finding, text: null })),
    })),
  }));
  let total = 0;
  for (const part of sections) for (const rule of part.rules) total += rule.findings.length;

  const text = (holder, element) => (holder.text ??= element.textContent.toLowerCase());

  function apply() {
    const words = search.value.toLowerCase().split(/\s+/).filter(Boolean);
    const severities = new Set(boxes.filter((box) => box.checked).map((box) => box.value));
    let count = 0;
    for (const part of sections) {
      const wanted = !section.value || section.value === part.element.id;
      let any = false;
      for (const rule of part.rules) {
        let left = 0;
        if (wanted && severities.has(rule.element.dataset.severity)) {
          rule.head ??= rule.element.querySelector("header").textContent.toLowerCase();
          for (const finding of rule.findings) {
            const fits = words.every(
              (word) => rule.head.includes(word) || text(finding, finding.element).includes(word));
            finding.element.hidden = !fits;
            if (fits) left += 1;
          }
        }
        rule.element.hidden = left === 0;
        any ||= left > 0;
        count += left;
      }
      part.element.hidden = !any;
    }
    shown.textContent = `${count} of ${total} findings`;
  }

  function remember() {
    const state = new URLSearchParams();
    if (search.value) state.set("q", search.value);
    if (section.value) state.set("section", section.value);
    const checked = boxes.filter((box) => box.checked);
    if (checked.length < boxes.length) state.set("severity", checked.map((box) => box.value).join(","));
    const said = state.toString();
    history.replaceState(null, "", said ? `#?${said}` : "#findings");
  }

  function recall() {
    if (!location.hash.startsWith("#?")) return;
    const state = new URLSearchParams(location.hash.slice(2));
    search.value = state.get("q") ?? "";
    const wanted = state.get("section") ?? "";
    section.value = [...section.options].some((each) => each.value === wanted) ? wanted : "";
    const severities = state.get("severity")?.split(",");
    for (const box of boxes) box.checked = !severities || severities.includes(box.value);
    apply();
  }

  let waiting = 0;
  const changed = () => { apply(); remember(); };
  search.addEventListener("input", () => {
    clearTimeout(waiting);
    waiting = setTimeout(changed, 120);
  });
  controls.addEventListener("change", (event) => { if (event.target !== search) changed(); });
  controls.addEventListener("submit", (event) => event.preventDefault());
  controls.addEventListener("reset", () => setTimeout(changed));
  window.addEventListener("hashchange", recall);
  controls.hidden = false;
  shown.textContent = `${total} of ${total} findings`;
  recall();
})();
