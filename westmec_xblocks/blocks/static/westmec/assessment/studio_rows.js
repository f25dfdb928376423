/* Forms with rows: read as data, and rows added, moved and taken out by buttons. */
(function (root) {
  "use strict";
  const W = root.Westmec;

  /** The data of the controls in `scope`; rows are lists, each read in the same way. */
  function read(scope) {
    const own = (node) => node.parentElement.closest("[data-row]") === (scope.matches("[data-row]") ? scope : null);
    const data = {};
    for (const control of scope.querySelectorAll("[name]")) {
      if (!own(control) || control.disabled || control.type === "radio") continue;
      W.put(data, control.name, control.type === "checkbox" ? control.checked : control.value);
    }
    for (const rows of scope.querySelectorAll("[data-rows]")) {
      if (own(rows)) W.put(data, rows.dataset.rows, rowsOf(rows).map(read));
    }
    return data;
  }

  function rowsOf(rows) {
    return [...rows.querySelector("[data-list]").children];
  }

  /** Whether anything is written in the data. */
  function saysSomething(value) {
    if (typeof value === "string") return value.trim() !== "";
    if (value && typeof value === "object") return Object.values(value).some(saysSomething);
    return Boolean(value);
  }

  function number(rows) {
    rowsOf(rows).forEach((row, place) => {
      row.querySelector("[data-place]").textContent = place + 1;
    });
  }

  /** Do what a button of a row, or of rows, says; true where the click was one of these. `say` tells it to those who do not see it. */
  function onClick(button, words, say) {
    const rows = button.closest("[data-rows]");
    if (!rows) return false;
    if ("add" in button.dataset) {
      const made = rows.querySelector(":scope > template").content.firstElementChild.cloneNode(true);
      rows.querySelector("[data-list]").append(made);
      number(rows);
      made.querySelector("[name]").focus();
      say(words.added.replace("{n}", rowsOf(rows).length));
      return true;
    }
    const row = button.closest("[data-row]");
    if (!row) return false;
    if (button.dataset.move) {
      const by = Number(button.dataset.move);
      const other = by < 0 ? row.previousElementSibling : row.nextElementSibling;
      if (!other) return true;
      row.parentNode.insertBefore(by < 0 ? row : other, by < 0 ? other : row);
      number(rows);
      button.focus();
      say(words.moved.replace("{n}", rowsOf(rows).indexOf(row) + 1));
      return true;
    }
    if ("remove" in button.dataset) {
      if (saysSomething(read(row)) && !root.confirm(words.remove)) return true;
      const next = row.nextElementSibling || row.previousElementSibling;
      row.remove();
      number(rows);
      (next ? next.querySelector("[name]") : rows.querySelector(":scope > p > [data-add]")).focus();
      say(words.taken);
      return true;
    }
    return false;
  }

  /** Show findings as a list; with more of them than are shown, how many. */
  function showFindings(list, answer, words) {
    const shown = answer.findings || [];
    const items = shown.map((finding) => {
      const item = document.createElement("li");
      item.dataset.severity = finding.severity;
      item.textContent = (finding.item ? finding.item + ": " : "") + finding.label + " " + finding.text;
      return item;
    });
    const more = (answer.errors || 0) + (answer.warnings || 0) - shown.length;
    if (more > 0) {
      const item = document.createElement("li");
      item.textContent = words.moreFindings.replace("{n}", more);
      items.push(item);
    }
    list.replaceChildren(...items);
  }

  function sentences(list, texts, severity) {
    list.replaceChildren(
      ...texts.map((text) => {
        const item = document.createElement("li");
        if (severity) item.dataset.severity = severity;
        item.textContent = text;
        return item;
      }),
    );
  }

  const api = { read, saysSomething, onClick, showFindings, sentences };
  root.WestmecStudioRows = api;
  if (typeof module !== "undefined" && module.exports) module.exports = api;
})(typeof window === "undefined" ? globalThis : window);
