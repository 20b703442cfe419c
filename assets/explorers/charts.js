/* Building blocks of the explorers, cnnbook.widgets.*: a line chart.
   Curves differ in dash and marker as well as in colour, and are named in a legend. */

(function () {
  "use strict";
  const widgets = window.cnnbook.widgets;
  const { element, format } = widgets;
  const WIDTH = 400;
  const HEIGHT = 260;
  const BOX = { left: 52, right: 390, top: 10, bottom: 214 };
  const DASHES = ["none", "7 4", "2 3", "9 3 2 3"];

  /** An SVG element with attributes and children. */
  function svg(tag, attributes = {}, ...children) {
    const node = document.createElementNS("http://www.w3.org/2000/svg", tag);
    for (const [name, value] of Object.entries(attributes)) node.setAttribute(name, value);
    node.append(...children);
    return node;
  }

  /** About `number` round values from `low` to `high`. */
  function ticks(low, high, number = 5) {
    const rough = (high - low) / number || 1;
    const power = 10 ** Math.floor(Math.log10(rough));
    const step = power * [1, 2, 5, 10].find((factor) => factor * power >= rough * 0.999);
    const first = Math.ceil(low / step - 1e-9);
    const last = Math.floor(high / step + 1e-9);
    return Array.from({ length: last - first + 1 }, (_, k) => (first + k) * step);
  }

  /** The least and the greatest finite value; some room where they are the same. */
  function span(values) {
    const finite = values.filter(Number.isFinite);
    const [low, high] = [Math.min(...finite), Math.max(...finite)];
    return low < high ? [low, high] : [low - 1, high + 1];
  }

  /** From values to places: {x(value), y(value), xRange, yRange}. */
  function axes(series, xLimits, yLimits) {
    const xRange = xLimits || span(series.flatMap((curve) => curve.x));
    const yRange = yLimits || span(series.flatMap((curve) => curve.y));
    const along = ([low, high], from, to) => (value) => from + ((value - low) / (high - low)) * (to - from);
    return { xRange, yRange, x: along(xRange, BOX.left, BOX.right), y: along(yRange, BOX.bottom, BOX.top) };
  }

  /** Lines, ticks, numbers and names of both axes. */
  function frame({ x, y, xRange, yRange }, xLabel, yLabel) {
    const parts = [];
    for (const value of ticks(...xRange)) {
      parts.push(svg("line", { class: "chart-grid", x1: x(value), x2: x(value), y1: BOX.top, y2: BOX.bottom }));
      parts.push(svg("text", { x: x(value), y: BOX.bottom + 17, "text-anchor": "middle" }, format(value)));
    }
    for (const value of ticks(...yRange)) {
      parts.push(svg("line", { class: "chart-grid", x1: BOX.left, x2: BOX.right, y1: y(value), y2: y(value) }));
      parts.push(svg("text", { x: BOX.left - 7, y: y(value) + 4, "text-anchor": "end" }, format(value)));
    }
    parts.push(svg("path", { class: "chart-axis", d: `M${BOX.left} ${BOX.top}V${BOX.bottom}H${BOX.right}` }));
    const middle = (BOX.top + BOX.bottom) / 2;
    parts.push(svg("text", { x: (BOX.left + BOX.right) / 2, y: HEIGHT - 8, "text-anchor": "middle" }, xLabel));
    parts.push(svg("text", { transform: `translate(13 ${middle}) rotate(-90)`, "text-anchor": "middle" }, yLabel));
    return parts;
  }

  /** The path of a curve; it breaks where a value is not finite or outside the axes. */
  function path({ x, y }, { x: [low, high], y: [bottom, top] }, place) {
    const inside = (i) => x[i] >= low && x[i] <= high && y[i] >= bottom && y[i] <= top;
    let pen = "M";
    let d = "";
    for (let i = 0; i < x.length; i += 1) {
      if (inside(i)) d += `${pen}${place.x(x[i]).toFixed(1)} ${place.y(y[i]).toFixed(1)}`;
      pen = inside(i) ? "L" : "M";
    }
    return d;
  }

  /** Names of the curves, each with a sample of its line. */
  function legend(series) {
    return series.map((curve, k) => element("span", {},
      svg("svg", { viewBox: "0 0 28 8", class: "chart-sample", "aria-hidden": "true" },
        svg("path", { class: `chart-curve chart-curve-${k}`, d: "M0 4H28", "stroke-dasharray": DASHES[k % 4] })),
      curve.name));
  }

  /** Line chart of `series` [{name, x: [...], y: [...]}]: {root, update(series), cursor(x)}.

      `cursor(x)` draws a vertical line at x, and a dot on each curve at the sample next to it;
      `cursor(null)` takes it away. Limits are [low, high], by default those of the values. */
  function chart({ label, xLabel, yLabel, series, xLimits = null, yLimits = null }) {
    const picture = svg("svg", { viewBox: `0 0 ${WIDTH} ${HEIGHT}`, role: "img", "aria-label": label });
    const names = element("p", { class: "chart-legend" });
    const pointer = svg("g", {});
    const drawn = { place: null, series: [] };
    function update(next) {
      const place = axes(next, xLimits, yLimits);
      const ranges = { x: place.xRange, y: place.yRange };
      const curves = next.map((curve, k) => svg("path", { class: `chart-curve chart-curve-${k}`,
        d: path(curve, ranges, place), "stroke-dasharray": DASHES[k % 4] }));
      Object.assign(drawn, { place, series: next });
      picture.replaceChildren(...frame(place, xLabel, yLabel), ...curves, pointer);
      names.replaceChildren(...(next.length > 1 ? legend(next) : []));
    }
    update(series);
    return {
      root: element("div", { class: "explorer-chart" }, picture, names),
      update,
      cursor: (value) => pointer.replaceChildren(...(value === null ? [] : mark(drawn, value))),
    };
  }

  /** The cursor at `value`: a line, and a dot on each curve. */
  function mark({ place, series }, value) {
    const [low, high] = place.yRange;
    const line = svg("line", {
      class: "chart-cursor", x1: place.x(value), x2: place.x(value), y1: BOX.top, y2: BOX.bottom });
    const dots = series.map(({ x, y }, k) => {
      const nearest = x.reduce((best, at, i) => (Math.abs(at - value) < Math.abs(x[best] - value) ? i : best), 0);
      if (!(y[nearest] >= low && y[nearest] <= high)) return "";
      return svg("circle", {
        class: `chart-dot chart-curve-${k}`, r: 5, cx: place.x(x[nearest]), cy: place.y(y[nearest]) });
    });
    return [line, ...dots];
  }

  Object.assign(widgets, { chart });
})();
