/* Loads the explorers of a page: interactive figures without kernel and without network.

   cnnbook.explorers.explorer (Python) writes <div class="explorer" data-explorer="KIND">
   with a fallback and JSON data. This file loads KIND.js from its own folder, once, and that
   file calls cnnbook.define("KIND", build). build(body, data) fills the empty `body`.
   Classic scripts only: a browser refuses modules in a page opened from a disk. */

(function () {
  "use strict";
  const cnnbook = (window.cnnbook = window.cnnbook || {});
  const here = document.currentScript.src;
  const builders = new Map();
  const KIND = /^[a-z]+(-[a-z]+)*$/;

  /** Enter the builder of a kind, and build every explorer that waits for it. */
  cnnbook.define = function define(kind, build) {
    builders.set(kind, build);
    for (const root of document.querySelectorAll(`.explorer[data-explorer="${kind}"]`)) {
      if (!root.dataset.ready) show(root, build);
    }
  };

  /** Build one explorer; after an error its fallback stays, and the console has the error. */
  function show(root, build) {
    const body = document.createElement("div");
    body.className = "explorer-body";
    const fallback = root.querySelector(".explorer-fallback");
    root.insertBefore(body, fallback);
    try {
      const data = root.querySelector('script[type="application/json"]').textContent;
      build(body, JSON.parse(data));
      fallback.hidden = true;
      root.dataset.ready = "true";
    } catch (error) {
      body.remove();
      setTimeout(() => { throw error; }); // so that the other explorers are still built
    }
  }

  function start() {
    const roots = document.querySelectorAll(".explorer[data-explorer]");
    const kinds = new Set(Array.from(roots, (root) => root.dataset.explorer));
    for (const kind of kinds) {
      if (builders.has(kind) || !KIND.test(kind)) continue;
      const script = document.createElement("script");
      script.src = new URL(`${kind}.js`, here).href;
      document.head.append(script);
    }
  }

  if (document.readyState === "complete") start();
  else document.addEventListener("DOMContentLoaded", start);
})();
