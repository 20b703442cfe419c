/* Filters the page of claims by part, kind and verdict, and by words.

   Loaded by that page alone, which tools/claims_page.py writes. Without this script the
   whole list is there. The choice is kept in the address, after "#", so that a list can
   be sent to somebody; the number of claims shown is announced. */

(function () {
  "use strict";
  const TABLE = "table";
  const COLUMNS = ["Claim", "Statement", "Source lines", "Kind", "Verdict", "Condition"];
  const VERDICTS = ["upheld", "conditional", "refuted", "open"];
  const EVERY = "";

  /** The rows of all tables of claims: {row, section, part, kind, verdict, words}. */
  function read() {
    const found = [];
    for (const table of document.querySelectorAll(TABLE)) {
      const heads = Array.from(table.querySelectorAll("th"), (th) => th.textContent.trim());
      if (COLUMNS.some((name, i) => heads[i] !== name)) continue;
      const section = table.closest("section");
      const title = section.querySelector("h2");
      for (const row of table.tBodies[0].rows) {
        const cells = Array.from(row.cells, (cell) => cell.textContent.trim());
        found.push({
          row, section,
          part: cells[0][0],
          // the theme hangs a sign behind the title, and the letter stands in brackets
          name: title.firstChild.textContent.replace(/\s*\([A-Z]\)\s*$/, "").trim(),
          kind: cells[3],
          verdict: cells[4],
          words: cells.join(" ").toLowerCase(),
        });
      }
    }
    return found;
  }

  function element(name, attributes, ...children) {
    const node = document.createElement(name);
    for (const [key, value] of Object.entries(attributes)) node.setAttribute(key, value);
    node.append(...children);
    return node;
  }

  /** A labeled list of choices, [value, text], "all" first. */
  function choice(key, label, options) {
    const select = element("select", { id: `claims-${key}`, "data-key": key });
    select.append(element("option", { value: EVERY }, "all"));
    for (const [value, text] of options) select.append(element("option", { value }, text));
    return element("p", {}, element("label", { for: select.id }, label), select);
  }

  function build(place, claims) {
    const parts = new Map(claims.map((claim) => [claim.part, claim.name]));
    const kinds = [...new Set(claims.map((claim) => claim.kind))].sort();
    const verdicts = VERDICTS.filter((name) => claims.some((c) => c.verdict === name));
    const same = (names) => names.map((name) => [name, name]);
    const words = element("input", {
      id: "claims-words", "data-key": "words", type: "search", autocomplete: "off",
    });
    const form = element(
      "form", { class: "claims-filter", "aria-label": "Filter the claims" },
      choice("part", "Part", [...parts]),
      choice("kind", "Kind", same(kinds)),
      choice("verdict", "Verdict", same(verdicts)),
      element("p", {}, element("label", { for: "claims-words" }, "Words"), words),
      element("p", {}, element("button", { type: "reset" }, "Show all")),
      element("p", { role: "status", "aria-live": "polite", class: "claims-count" }),
    );
    place.append(form);
    return form;
  }

  /** What the form asks for: {part, kind, verdict, words}, only what is set. */
  function asked(form) {
    const fields = Array.from(form.querySelectorAll("[data-key]"));
    return Object.fromEntries(
      fields.map((field) => [field.dataset.key, field.value.trim()])
        .filter(([, value]) => value !== EVERY),
    );
  }

  function show(form, claims) {
    const wanted = asked(form);
    const words = (wanted.words || "").toLowerCase().split(/\s+/).filter(Boolean);
    const filled = new Set();
    let count = 0;
    for (const claim of claims) {
      const fits = ["part", "kind", "verdict"].every(
        (key) => !(key in wanted) || claim[key] === wanted[key],
      ) && words.every((word) => claim.words.includes(word));
      claim.row.hidden = !fits;
      if (fits) { filled.add(claim.section); count += 1; }
    }
    for (const claim of claims) claim.section.hidden = !filled.has(claim.section);
    form.querySelector(".claims-count").textContent =
      `${count} of ${claims.length} claims shown.`;
  }

  /** Keep the choice in the address, without a new entry in the history. */
  function remember(form) {
    const text = new URLSearchParams(asked(form)).toString();
    const bare = location.pathname + location.search;
    history.replaceState(null, "", text ? `${bare}#${text}` : bare);
  }

  /** Set the form by the address; an anchor of the page, such as #tuning-h, is none. */
  function recall(form) {
    const kept = new URLSearchParams(location.hash.slice(1));
    const known = ["part", "kind", "verdict", "words"];
    if (location.hash && !known.some((key) => kept.has(key))) return;
    for (const key of known) {
      const field = form.querySelector(`[data-key=${key}]`);
      field.value = kept.get(key) || EVERY;
      if (field.selectedIndex === -1) field.value = EVERY; // a value that is not there
    }
  }

  function start() {
    const place = document.getElementById("claims-filter");
    const claims = read();
    if (!place || claims.length === 0) return;
    const form = build(place, claims);
    const changed = () => { show(form, claims); remember(form); };
    form.addEventListener("input", changed);
    form.addEventListener("submit", (event) => event.preventDefault());
    // the fields are emptied after this event
    form.addEventListener("reset", () => setTimeout(changed));
    window.addEventListener("hashchange", () => { recall(form); show(form, claims); });
    recall(form);
    show(form, claims);
  }

  if (document.readyState === "loading") {
    document.addEventListener("DOMContentLoaded", start);
  } else {
    start();
  }
})();
