/* Padding, stride and dilation on a strip of pixels: which windows fit, what they read.

   data: {most: {size, window, stride, dilation}, paddings: ["valid", "same", "1", ...],
   initial: {size, window, stride, padding}, expected: output sizes computed in Python, 0 where
   no window fits, as [size - 1][window - 1][stride - 1][padding's index][dilation - 1]}.
   The windows are counted one by one here; formula and table are compared with the count. */

(function () {
  "use strict";
  const { element, slider, select, status, row } = window.cnnbook.widgets;
  const UNIT = 26; // of the drawing; one pixel of the strip
  const LEFT = 34; // room for the numbers of the outputs
  const TOP = 72; // of the first window
  const LEAST = 14; // screen pixels that a pixel of the strip takes before one must scroll
  let drawings = 0;

  function svg(tag, attributes = {}, ...children) {
    const node = document.createElementNS("http://www.w3.org/2000/svg", tag);
    for (const [name, value] of Object.entries(attributes)) node.setAttribute(name, value);
    node.append(...children);
    return node;
  }

  /** Pixels (before, after) that a padding adds; "same" as Keras does it. */
  function pads({ size, window: length, stride, padding, dilation }) {
    if (padding === "valid") return [0, 0];
    if (padding !== "same") return [Number(padding), Number(padding)];
    const reach = dilation * (length - 1) + 1;
    const total = Math.max((Math.ceil(size / stride) - 1) * stride + reach - size, 0);
    return [Math.floor(total / 2), Math.ceil(total / 2)];
  }

  /** The pixels that each window reads, for all windows that fit. */
  function lay({ size, window: length, stride, dilation }, [before, after]) {
    const laid = [];
    for (let start = -before; start < size + after; start += stride) {
      const pixels = Array.from({ length }, (_, k) => start + dilation * k);
      if (pixels[length - 1] < size + after) laid.push(pixels);
    }
    return laid;
  }

  /** The formula for the output size, and the same with its numbers in it. */
  function formula({ size, window: length, stride, dilation }, [before, after]) {
    const reach = dilation * (length - 1) + 1;
    const value = Math.floor((size + before + after - reach) / stride) + 1;
    return { value, text: `⌊(${size} + ${before} + ${after} − ${reach}) / ${stride}⌋ + 1` };
  }

  const isInside = (pixel, size) => pixel >= 0 && pixel < size;
  const number = (pixel) => String(pixel).replace("-", "−");
  const plural = (count, word) => `${count} ${word}${count === 1 ? "" : "s"}`;

  /** How many windows read each pixel of the strip. */
  function timesRead(laid, size) {
    const times = Array(size).fill(0);
    for (const pixel of laid.flat()) if (isInside(pixel, size)) times[pixel] += 1;
    return times;
  }

  /** What a window reads, in words. */
  function sentence(pixels, size) {
    const inside = pixels.filter((pixel) => isInside(pixel, size));
    const outside = pixels.length - inside.length;
    const read = inside.length ? `pixel${inside.length > 1 ? "s" : ""} ${inside.join(", ")}` : "no pixel at all";
    return `reads ${read}${outside ? ` and ${plural(outside, "zero")} of the padding` : ""}.`;
  }

  /** A place of the strip: a pixel with its number, or a zero of the padding. */
  function place(pixel, x, { size, times, chosen, hatch }) {
    const inside = isInside(pixel, size);
    const unread = inside && times[pixel] === 0;
    const fill = chosen.includes(pixel) ? "var(--explorer-positive)" : "var(--book-ground)";
    const box = { x: x + 1, y: 18, width: UNIT - 2, height: UNIT - 2, rx: 2 };
    const parts = [
      svg("rect", { ...box, style: `fill: ${fill}; stroke: var(--book-muted); stroke-width: 1.5`,
        "stroke-dasharray": inside ? "none" : "3 3" }),
      ...(unread ? [svg("rect", { ...box, fill: `url(#${hatch})` })] : []),
      label(inside ? number(pixel) : "0", x + UNIT / 2, 36, inside ? "var(--book-ink)" : "var(--book-muted)", 14),
      ...(inside ? [label(`${times[pixel]}×`, x + UNIT / 2, 58, "var(--book-muted)", 12)] : []),
    ];
    const kind = { "data-pixel": pixel, "data-kind": unread ? "unread" : inside ? "read" : "padding" };
    return svg("g", { ...kind, "data-times": inside ? times[pixel] : "" }, ...parts);
  }

  function label(text, x, y, fill, size, anchor = "middle") {
    return svg("text", { x, y, "text-anchor": anchor, style: `fill: ${fill}; font-size: ${size}px` }, text);
  }

  /** One window as a line with a dot on each pixel that it reads. */
  function line(pixels, index, across, selected) {
    const y = TOP + UNIT * index;
    const at = pixels.map((pixel) => across(pixel) + UNIT / 2);
    const colour = selected ? "var(--explorer-mark)" : "var(--explorer-accent)";
    return svg("g", { "data-window": index, "data-pixels": pixels.join(","), "data-selected": selected },
      svg("rect", { x: 0, y, width: across.width, height: UNIT, fill: "transparent", style: "cursor: pointer" }),
      label(String(index), LEFT - 12, y + 18, selected ? "var(--book-ink)" : "var(--book-muted)", 14, "end"),
      svg("path", { d: `M${at[0]} ${y + UNIT / 2}H${at[at.length - 1]}`,
        style: `fill: none; stroke: ${colour}; stroke-width: ${selected ? 4 : 2}; pointer-events: none` }),
      ...at.map((x) => svg("circle", { cx: x, cy: y + UNIT / 2, r: selected ? 7 : 5.5,
        style: `fill: ${colour}; pointer-events: none` })));
  }

  /** The strip and its windows: {root, draw(setting, pads, laid, selected)}. */
  function drawing(onPick) {
    drawings += 1;
    const hatch = `shapes-hatch-${drawings}`;
    const picture = svg("svg", { role: "img", style: "display: block; height: auto; font-family: inherit" });
    const root = element("div", { class: "explorer-scroll" }, picture);
    picture.addEventListener("click", (event) => {
      const found = event.target.closest("[data-window]");
      if (found) onPick(Number(found.dataset.window));
    });
    function draw({ size }, [before, after], laid, selected) {
      const columns = size + before + after;
      const across = (pixel) => LEFT + (pixel + before) * UNIT;
      across.width = LEFT + columns * UNIT + 4;
      const look = { size, times: timesRead(laid, size), chosen: laid[selected] || [], hatch };
      const height = TOP + UNIT * laid.length + 4;
      picture.setAttribute("viewBox", `0 0 ${across.width} ${height}`);
      picture.style.width = "100%";
      picture.style.minWidth = `${(LEAST / UNIT) * across.width}px`;
      picture.style.maxWidth = `${1.25 * across.width}px`;
      picture.setAttribute("aria-label", `Strip of ${plural(size, "pixel")}, ${before} + ${after} of padding, ` +
        `${plural(laid.length, "window")}. ${laid.map((pixels, k) => `Window ${k} ${sentence(pixels, size)}`).join(" ")}`);
      const strip = Array.from({ length: columns }, (_, k) => place(k - before, across(k - before), look));
      picture.replaceChildren(
        svg("defs", {}, svg("pattern", { id: hatch, width: 5, height: 5, patternUnits: "userSpaceOnUse",
          patternTransform: "rotate(45)" },
        svg("path", { d: "M0 0V5", style: "stroke: var(--explorer-mark); stroke-width: 1.6; opacity: 0.7" }))),
        label("pixels", LEFT, 12, "var(--book-muted)", 12, "start"),
        ...strip,
        ...laid.map((pixels, k) => line(pixels, k, across, k === selected)),
      );
    }
    return { root, draw };
  }

  window.cnnbook.define("shapes", function build(body, { most, paddings, initial, expected }) {
    const axis = (name, text) => slider({
      label: text, min: 1, max: most[name], value: initial[name] || 1, onChange: change });
    const controls = {
      size: axis("size", "Input size"),
      window: axis("window", "Window (kernel size)"),
      stride: axis("stride", "Stride"),
      dilation: axis("dilation", "Dilation"),
    };
    const padding = select({
      label: "Padding", value: initial.padding, onChange: change,
      options: paddings.map((name) => [name, Number(name) ? `${plural(Number(name), "pixel")} on both sides` : name]),
    });
    const pick = slider({ label: "Look at window", min: 0, max: 0, onChange: show });
    const picture = drawing((index) => { pick.value = index; show(); });
    const list = element("dl", { class: "explorer-facts" });
    const spoken = status();
    body.append(
      row(
        element("div", { class: "explorer-panel explorer-grow" },
          controls.size.root, controls.window.root, controls.stride.root, padding.root,
          controls.dilation.root, pick.root),
        element("div", { class: "explorer-panel explorer-grow" },
          element("p", { class: "explorer-label" }, "Windows on the strip"), picture.root, list),
      ),
      spoken.root,
    );
    change();

    function setting() {
      const values = Object.entries(controls).map(([name, control]) => [name, control.value]);
      return { ...Object.fromEntries(values), padding: padding.value };
    }

    /** The size that Python computed for a setting. */
    function fromPython({ size, window: length, stride, padding: name, dilation }) {
      return expected[size - 1][length - 1][stride - 1][paddings.indexOf(name)][dilation - 1];
    }

    function facts(now, around, laid) {
      const { value, text } = formula(now, around);
      const python = fromPython(now);
      const unread = timesRead(laid, now.size).flatMap((times, pixel) => (times ? [] : [pixel]));
      const agrees = python === laid.length && (laid.length === 0 || value === laid.length);
      const entries = [
        ["Padding", `${around[0]} before, ${around[1]} after`],
        ["Window reaches", `${now.dilation} · (${now.window} − 1) + 1 = ${plural(now.dilation * (now.window - 1) + 1, "pixel")}`],
        ["Output size", laid.length ? `${text} = ${value}` : "no window fits"],
        ["Never read", unread.length ? `pixel${unread.length > 1 ? "s" : ""} ${unread.join(", ")}` : "none"],
        ["Python says", agrees ? String(python) : `${python}, which disagrees with ${laid.length} windows`],
      ];
      return entries.flatMap(([term, value_]) => [element("dt", {}, term), element("dd", {}, value_)]);
    }

    /** Lay the windows anew after a setting has changed. */
    function change() {
      const now = setting();
      pick.limits(0, Math.max(lay(now, pads(now)).length - 1, 0));
      show();
    }

    function show() {
      const now = setting();
      const around = pads(now);
      const laid = lay(now, around);
      picture.draw(now, around, laid, pick.value);
      list.replaceChildren(...facts(now, around, laid));
      if (laid.length === 0) {
        const room = now.size + around[0] + around[1];
        spoken.say(element("strong", {}, "No output: "), `the window reaches over more than ${plural(room, "pixel")}.`);
        return;
      }
      spoken.say(element("strong", {}, `${plural(laid.length, "output")}; output[${pick.value}]`),
        ` ${sentence(laid[pick.value], now.size)}`);
    }
  });
})();
