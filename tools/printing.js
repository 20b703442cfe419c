/* Makes a page of the built book ready to be printed, and tells what is on it. Run in the
   page by tools/printing.py. */
async () => {
  const article = document.querySelector("article") || document.body;
  document.documentElement.dataset.theme = "light";
  document.documentElement.dataset.mode = "light";
  for (const fold of document.querySelectorAll("details")) fold.open = true;
  for (const fold of document.querySelectorAll(".toggle-hidden")) fold.classList.remove("toggle-hidden");
  // On paper nobody moves a slider: what is seen without script stands there instead.
  for (const figure of document.querySelectorAll(".explorer")) {
    const still = figure.querySelector(".explorer-fallback");
    if (!still) continue;
    figure.querySelector(".explorer-body")?.remove();
    still.hidden = false;
  }
  for (const image of document.images) image.loading = "eager";
  if (document.querySelector('script[src*="mathjax" i]')) {
    while (!window.MathJax?.startup?.promise) await new Promise((done) => setTimeout(done, 50));
    await window.MathJax.startup.promise;
  }
  await Promise.all([...document.images].map((image) => image.decode().catch(() => null)));
  await document.fonts.ready;

  // What is wider than the paper is made smaller, as a whole.
  const paper = document.documentElement.clientWidth;
  for (const node of article.querySelectorAll("table, mjx-container[display='true'], .explorer-board")) {
    const box = node.getBoundingClientRect();
    const wanted = Math.max(node.scrollWidth, box.width);
    const room = paper - Math.max(box.left, 0);
    if (wanted > room + 1) node.style.zoom = String(room / wanted);
  }

  // Chromium notes the place of an id only if a link of the same page leads to it.
  const anchors = document.createElement("nav");
  anchors.className = "print-anchors";
  for (const { id } of article.querySelectorAll("[id]")) {
    if (/^(mjx|MJX)/.test(id)) continue;
    const link = document.createElement("a");
    link.href = "#" + encodeURIComponent(id);
    anchors.append(link);
  }
  article.append(anchors);

  const text = (heading) => {
    const copy = heading.cloneNode(true);
    for (const mark of copy.querySelectorAll(".headerlink, mjx-assistive-mml")) mark.remove();
    return copy.textContent.replace(/\s+/g, " ").trim();
  };
  const first = article.querySelector("h1");
  return {
    title: first ? text(first) : document.title,
    headings: [...article.querySelectorAll("h2")].map((heading) => [
      text(heading),
      heading.id || heading.closest("section")?.id || "",
    ]),
    broken: [...article.querySelectorAll("mjx-merror, img")]
      .filter((node) => node.localName !== "img" || !node.naturalWidth)
      .map((node) => node.getAttribute("src") || node.textContent),
  };
};
