/* Building blocks of the explorers, cnnbook.widgets.*: grids of numbers and images.
   Rows and columns count from 0, as in NumPy. */

(function () {
  "use strict";
  const widgets = window.cnnbook.widgets;
  const { element, format, clamp } = widgets;

  /** Colour a cell: "grey" from black (low) to white, "diverging" blue (−) to orange (+).

      A function (i, j, value) as scale gives the share of the strongest colour, −1 … 1. */
  function paint(cell, value, scale, [low, high]) {
    if (typeof scale === "function") {
      const { row, column } = cell.dataset;
      paint(cell, scale(Number(row), Number(column), value), "diverging", [-1, 1]);
    } else if (scale === "grey") {
      const level = Math.round(255 * clamp((value - low) / (high - low || 1), 0, 1));
      cell.style.background = `rgb(${level}, ${level}, ${level})`;
      cell.style.color = level > 117 ? "#000" : "#fff";
    } else if (scale === "diverging") {
      const share = Math.abs(value) / (Math.max(Math.abs(low), Math.abs(high)) || 1);
      cell.dataset.sign = value < 0 ? "negative" : value > 0 ? "positive" : "zero";
      cell.style.setProperty("--share", `${Math.round(100 * clamp(share, 0, 1))}%`);
    }
  }

  /** Where a key leads in a grid: [row, column], or null for a key that moves nothing. */
  function destination(event, [i, j], h, w) {
    const all = event.ctrlKey;
    const to = {
      ArrowUp: [i - 1, j], ArrowDown: [i + 1, j], ArrowLeft: [i, j - 1], ArrowRight: [i, j + 1],
      Home: [all ? 0 : i, 0], End: [all ? h - 1 : i, w - 1],
    }[event.key];
    return to ? [clamp(to[0], 0, h - 1), clamp(to[1], 0, w - 1)] : null;
  }

  /** Rows of cells for `values` (h, w), empty as yet. */
  function makeCells(table, [h, w], role) {
    const cells = Array.from({ length: h }, (_, i) => Array.from({ length: w }, (_, j) =>
      element("div", { role, class: "explorer-cell", "data-row": i, "data-column": j })));
    table.replaceChildren(...cells.map((line) => element("div", { role: "row" }, ...line)));
    return cells;
  }

  /** Make the cells of `grid` answer to pointer and keys. */
  function listen(table, grid, onSelect) {
    function choose(i, j, focus) {
      if (i === grid.at[0] && j === grid.at[1] && !focus) return;
      grid.select(i, j);
      if (focus) grid.cells[i][j].focus();
      onSelect(i, j);
    }
    function byPointer(event) {
      const cell = event.target.closest(".explorer-cell");
      if (cell) choose(Number(cell.dataset.row), Number(cell.dataset.column), event.type === "click");
    }
    table.addEventListener("click", byPointer);
    table.addEventListener("pointerover", (event) => {
      if (event.pointerType === "mouse") byPointer(event);
    });
    table.addEventListener("keydown", (event) => {
      const to = destination(event, grid.at, grid.cells.length, grid.cells[0].length);
      if (!to) return;
      event.preventDefault();
      choose(to[0], to[1], true);
    });
  }

  /** Show in the cells of `grid` what `values` holds. */
  function fill(grid, values, { scale, limits, write, describe }) {
    const flat = values.flat();
    const range = limits || [Math.min(...flat), Math.max(...flat)];
    const longest = Math.max(...flat.map((value) => write(value).length));
    grid.root.style.setProperty("--columns", longest);
    values.forEach((line, i) => line.forEach((value, j) => {
      const cell = grid.cells[i][j];
      cell.textContent = write(value);
      cell.setAttribute("aria-label", describe(i, j, value));
      paint(cell, value, scale, range);
    }));
  }

  /** Grid of numbers (h, w), one of them selected if `onSelect` is given.

      {root, cells, at, update(values), select(row, column), mark(top, left, height, width)}.
      `scale`: "none", "grey", "diverging" or a function as `paint` takes it; `limits`:
      [low, high] of it, by default those of the values; `write` makes a text of a value. Arrow
      keys, Home, End, Ctrl+Home and Ctrl+End, click and hover select. */
  function grid({ label, values, onSelect = null, scale = "none", limits = null, decimals = 2,
    write = (value) => format(value, decimals),
    describe = (i, j, value) => `row ${i}, column ${j}: ${format(value, decimals)}` }) {
    const table = element("div", {
      role: onSelect ? "grid" : "table", "aria-label": label, class: "explorer-cells" });
    const frame = element("div", { class: "explorer-window", hidden: true });
    const root = element("div", { class: "explorer-scroll" },
      element("div", { class: "explorer-board" }, table, frame));
    const made = { root, cells: [], at: [-1, -1], select: pick, update, mark };
    function update(next) {
      if (made.cells.length !== next.length || made.cells[0].length !== next[0].length) {
        made.cells = makeCells(table, [next.length, next[0].length], onSelect ? "gridcell" : "cell");
        if (onSelect) pick(Math.max(made.at[0], 0), Math.max(made.at[1], 0));
      }
      fill(made, next, { scale, limits, write, describe });
    }
    function pick(i, j) {
      made.at = [clamp(i, 0, made.cells.length - 1), clamp(j, 0, made.cells[0].length - 1)];
      made.cells.flat().forEach((cell) => setSelected(cell, cell === made.cells[made.at[0]][made.at[1]]));
    }
    function mark(top, left, height, width) {
      frame.hidden = false;
      frame.style.cssText = `--top:${top};--left:${left};--height:${height};--width:${width}`;
      reveal(root, frame);
    }
    update(values);
    if (onSelect) listen(table, made, onSelect);
    return made;
  }

  function setSelected(cell, selected) {
    cell.tabIndex = selected ? 0 : -1;
    cell.setAttribute("aria-selected", String(selected));
  }

  /** Scroll a wide grid sideways, if need be, until the marked window is in view. */
  function reveal(scroller, frame) {
    const outer = scroller.getBoundingClientRect();
    const inner = frame.getBoundingClientRect();
    if (inner.right > outer.right) scroller.scrollLeft += inner.right - outer.right + 4;
    if (inner.left < outer.left) scroller.scrollLeft -= outer.left - inner.left + 4;
  }

  /** Draw `pixels` (h, w) of greys or (h, w, 3) of colours on a canvas, one to one. */
  function put(canvas, pixels, [low, high]) {
    const [h, w] = [pixels.length, pixels[0].length];
    Object.assign(canvas, { height: h, width: w });
    const context = canvas.getContext("2d");
    const image = context.createImageData(w, h);
    pixels.flat().forEach((pixel, index) => {
      const colour = Array.isArray(pixel) ? pixel : [pixel, pixel, pixel];
      const bytes = colour.map((value) => (255 * (value - low)) / (high - low));
      image.data.set([...bytes, 255], 4 * index);
    });
    context.putImageData(image, 0, 0);
  }

  /** Image with square pixels: {root, draw(pixels), mark(top, left, height, width)}.

      `pixels` (h, w), or (h, w, 3) for colours, in `limits`; `onPoint(row, column, chosen)` is
      told the pixel that is clicked or dragged over; with `hover` also the one below the mouse,
      `chosen` false, and null, null when the mouse leaves. Pair it with a control for the
      keyboard. */
  function image({ label, pixels, limits = [0, 255], onPoint = null, hover = false }) {
    const canvas = element("canvas", { role: "img", "aria-label": label });
    const frame = element("div", { class: "explorer-window", hidden: true });
    const root = element("div", { class: "explorer-image" }, canvas, frame);
    function mark(top, left, height, width) {
      const [h, w] = [canvas.height, canvas.width];
      frame.hidden = height <= 0 || width <= 0;
      frame.style.cssText = `top:${(100 * top) / h}%;left:${(100 * left) / w}%;` +
        `height:${(100 * height) / h}%;width:${(100 * width) / w}%`;
    }
    function point(event) {
      const chosen = event.type === "pointerdown" || event.buttons === 1;
      if (!chosen && !(hover && event.pointerType === "mouse")) return;
      const box = canvas.getBoundingClientRect();
      const i = Math.floor(((event.clientY - box.top) / box.height) * canvas.height);
      const j = Math.floor(((event.clientX - box.left) / box.width) * canvas.width);
      onPoint(clamp(i, 0, canvas.height - 1), clamp(j, 0, canvas.width - 1), chosen);
    }
    if (onPoint) {
      root.classList.add("explorer-pointable");
      ["pointerdown", "pointermove"].forEach((name) => root.addEventListener(name, point));
      if (hover) root.addEventListener("pointerleave", () => onPoint(null, null, false));
    }
    put(canvas, pixels, limits);
    return { root, mark, draw: (next) => put(canvas, next, limits) };
  }

  Object.assign(widgets, { grid, image });
})();
