/* Activation: a function, its slope, and what many such slopes make of a gradient.

   data: {x: [...], layers, functions: [{name, value: [...], derivative: [...]}, ...]}, values and
   derivatives at each x. Shown are the numbers of the page at these x, nothing is interpolated. */

(function () {
  "use strict";
  const { element, format, slider, select, status, panel, row, chart } = window.cnnbook.widgets;
  const RAISED = "⁰¹²³⁴⁵⁶⁷⁸⁹";

  const raised = (whole) => (whole < 0 ? "⁻" : "") +
    Array.from(String(Math.abs(whole)), (digit) => RAISED[digit]).join("");

  /** A number in words of two digits: 0.0017 as it is, 9.5 × 10⁻⁷ where it is small. */
  function short(value) {
    const size = Math.abs(value);
    if (size === 0 || (size >= 0.001 && size < 1000)) return format(Number(value.toPrecision(2)));
    const [digits, power] = value.toExponential(1).split("e");
    return `${digits.replace("-", "−")} × 10${raised(Number(power))}`;
  }

  /** What a product of slopes means for a gradient. */
  function meaning(factor) {
    const size = Math.abs(factor);
    if (size === 0) return "nothing is left of it";
    if (size < 0.01) return "it vanishes";
    if (size < 0.9) return "it shrinks";
    return size > 1.1 ? "it grows" : "it keeps its size";
  }

  window.cnnbook.define("activation", function build(body, { x, layers, functions }) {
    const step = Number((x[1] - x[0]).toFixed(6));
    const chosen = select({
      label: "Function",
      options: functions.map((one, k) => [String(k), one.name]),
      value: "0",
      onChange: draw,
    });
    const place = slider({ label: "x", min: x[0], max: x[x.length - 1], step, value: 1, onChange: tell });
    const one = () => functions[Number(chosen.value)];
    const curves = () => [
      { name: "f(x)", x, y: one().value },
      { name: "slope f'(x)", x, y: one().derivative },
    ];
    const picture = chart({
      label: "A function and its slope against x; the numbers at x stand in the text below",
      xLabel: "x", yLabel: "value", series: curves() });
    const line = status();

    body.append(
      row(
        panel("Function and slope", picture.root),
        element("div", { class: "explorer-panel explorer-grow" }, chosen.root, place.root),
      ),
      line.root,
    );
    draw();

    function draw() {
      picture.update(curves());
      tell();
    }

    function tell() {
      const i = Math.round((place.value - x[0]) / step);
      const slope = one().derivative[i];
      const factor = slope ** layers;
      picture.cursor(x[i]);
      line.say(
        element("strong", {}, `${one().name} at x = ${format(x[i])}`),
        `: f(x) = ${format(one().value[i])}, f'(x) = ${format(slope)}. `,
        `After ${layers} such layers a gradient would be multiplied by f'(x)${raised(layers)} = ` +
        `${short(factor)}: ${meaning(factor)}.`,
      );
    }
  });
})();
