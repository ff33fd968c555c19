// The list of the class page: search, filter, sort.  Without it the list is whole, and in the order of the names.
"use strict";
(() => {
  const list = document.querySelector(".list");
  if (!list) return;
  const byId = (id) => document.getElementById(id);
  const tools = byId("tools"), search = byId("search"), state = byId("state"), which = byId("assignment"), shown = byId("shown");
  const body = list.querySelector("tbody"), heads = [...list.querySelectorAll("thead th")], rows = [...body.rows];
  const collator = new Intl.Collator(document.documentElement.lang, { numeric: true });
  const plain = (text) => text.normalize("NFKC").toLowerCase();
  const texts = rows.map((row) => plain(row.cells[0].textContent + "\n" + row.cells[1].textContent));

  // A column belongs to an assignment (data-of), or to all; the details of one are shown where it alone is.
  const isShown = (head) => !which || !head.dataset.of || (which.value ? head.dataset.of === which.value : !("detail" in head.dataset));

  function showColumns() {
    heads.forEach((head, column) => {
      const hidden = !isShown(head);
      head.hidden = hidden;
      for (const row of rows) row.cells[column].hidden = hidden;
    });
  }

  function showRows() {
    const words = plain(search.value).split(/\s+/).filter(Boolean);
    const flagged = heads.flatMap((head, column) => ("score" in head.dataset && isShown(head) ? [column] : []));
    let count = 0;
    rows.forEach((row, number) => {
      const found = words.every((word) => texts[number].includes(word));
      const fits = !state.value || flagged.some((column) => (row.cells[column].dataset.f || "").includes(state.value));
      row.hidden = !(found && fits);
      count += found && fits;
    });
    shown.value = shown.dataset.says.replace("{shown}", count).replace("{all}", rows.length);
  }

  function sortBy(column) {
    const head = heads[column], down = head.getAttribute("aria-sort") === "ascending";
    const isNumber = "number" in head.dataset;
    const key = (row) => {
      const text = row.cells[column].textContent.trim();
      return isNumber ? parseFloat(text) : text;
    };
    const isEmpty = (value) => value === "" || Number.isNaN(value);
    const keyed = rows.map((row) => [key(row), row]).sort(([one], [other]) => {
      if (isEmpty(one) || isEmpty(other)) return isEmpty(one) - isEmpty(other); // last, whichever way
      return (isNumber ? one - other : collator.compare(one, other)) * (down ? -1 : 1);
    });
    body.append(...keyed.map(([, row]) => row));
    for (const each of heads) if (each.hasAttribute("aria-sort")) each.setAttribute("aria-sort", "none");
    head.setAttribute("aria-sort", down ? "descending" : "ascending");
  }

  heads.forEach((head, column) => {
    if ("unsorted" in head.dataset) return;
    const button = document.createElement("button");
    button.type = "button";
    button.append(...head.childNodes);
    head.append(button);
    head.setAttribute("aria-sort", "none");
    head.addEventListener("click", () => sortBy(column)); // beside the button too
  });
  search.addEventListener("input", showRows);
  state.addEventListener("change", showRows);
  which?.addEventListener("change", () => { showColumns(); showRows(); });
  tools.hidden = false;
  showColumns();
  showRows();
})();
