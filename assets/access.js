/* What the theme and its extensions leave out for readers with a keyboard or a screen
   reader: names that say what is written on a control, and a stop of Tab at everything
   that scrolls. Without JavaScript nothing of this is missing that one could operate. */

(function () {
  "use strict";
  const MAY_SCROLL = [
    "pre", ".pst-scrollable-table-container", "div.math", "mjx-container[display]",
    ".cell_output", ".cell_output .output", ".cell_output .text_html > div",
    ".explorer-scroll", ".explorer-fallback",
  ].join(", ");
  const HAS_KEYBOARD =
    'a[href], button, select, input, textarea, summary, [tabindex]:not([tabindex="-1"])';

  function names() {
    // The label hides the words that stand on the control.
    const covered = "summary[aria-label], button.search-button__button[aria-label]";
    for (const control of document.querySelectorAll(covered)) {
      control.removeAttribute("aria-label");
    }
    // The role of an entry that docutils writes is deprecated: no list holds it.
    for (const entry of document.querySelectorAll('.citation-list > [role="doc-biblioentry"]')) {
      entry.setAttribute("role", "listitem");
    }
  }

  function scrolls(node) {
    const style = getComputedStyle(node);
    const wide = node.scrollWidth > node.clientWidth + 1 && style.overflowX !== "visible";
    const high = node.scrollHeight > node.clientHeight + 1 && style.overflowY !== "visible";
    return wide || high;
  }

  function stops() {
    const article = document.querySelector("article.bd-article");
    const all = article ? Array.from(article.querySelectorAll(MAY_SCROLL)) : [];
    // first look, then touch: the page is laid out once
    const wanted = all.filter((node) => scrolls(node));
    for (const node of all) {
      if (!wanted.includes(node) && node.dataset.stop) {
        for (const name of ["tabindex", "role", "aria-label", "data-stop"]) {
          node.removeAttribute(name);
        }
      }
    }
    for (const node of wanted) {
      if (node.querySelector(HAS_KEYBOARD)) continue;
      node.tabIndex = 0;  // again: the theme takes it from what was folded when it looked
      if (node.dataset.stop || node.hasAttribute("role") || node.localName.startsWith("mjx")) continue;
      node.dataset.stop = "made";
      node.setAttribute("role", "group");
      const kind = node.querySelector("table") ? "Table" : "Part of the page";
      node.setAttribute("aria-label", `${kind}, scrolls`);
    }
  }

  let planned = 0;
  function plan() {
    cancelAnimationFrame(planned);
    planned = requestAnimationFrame(stops);
  }

  function start() {
    names();
    stops();
    addEventListener("resize", plan);
    addEventListener("load", plan);
    document.addEventListener("click", plan);
    document.addEventListener("toggle", plan, true);
    if (window.MathJax && window.MathJax.startup) window.MathJax.startup.promise.then(plan);
  }

  // Pale letters on the black ground of a screen would be pale on white paper.
  let shown = "";
  addEventListener("beforeprint", () => {
    shown = document.documentElement.dataset.theme;
    document.documentElement.dataset.theme = "light";
  });
  addEventListener("afterprint", () => {
    if (shown) document.documentElement.dataset.theme = shown;
  });

  if (document.readyState === "loading") {
    document.addEventListener("DOMContentLoaded", start);
  } else {
    start();
  }
})();
