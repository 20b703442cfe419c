/* Backward stepper: where does the gradient of one weight or one pixel come from?

   data: {cases: [{name, asked: "kernel" or "image", image: (h, w), kernel: (kh, kw) or null,
   gradient: (oh, ow) at the outputs, window: [kh, kw], stride, factors: (oh, ow, ...)}]}.
   `factors[i][j]` has the shape of what is asked: by how much output (i, j) grows with it. */

(function () {
  "use strict";
  const { element, format, select, status, panel, row, grid } = window.cnnbook.widgets;

  const bracket = (value) => (value < 0 ? `(${format(value)})` : format(value));

  /** First and last output along one axis whose window of `size` reads `pixel`. */
  function readers(pixel, size, stride, outputs) {
    const first = Math.max(0, Math.ceil((pixel - size + 1) / stride));
    return [first, Math.min(outputs - 1, Math.floor(pixel / stride))];
  }

  /** Outputs in which `asked` at [m, n] took part: [first, last] along rows and columns. */
  function outputsOf({ asked, gradient, window, stride }, at) {
    const counts = [gradient.length, gradient[0].length];
    return counts.map((count, axis) =>
      (asked === "kernel" ? [0, count - 1] : readers(at[axis], window[axis], stride, count)));
  }

  /** The terms of the sum: [[gradient of the output, factor], ...], row by row. */
  function terms({ gradient, factors }, [m, n], [rows, columns]) {
    const found = [];
    for (let i = rows[0]; i <= rows[1]; i += 1) {
      for (let j = columns[0]; j <= columns[1]; j += 1) found.push([gradient[i][j], factors[i][j][m][n]]);
    }
    return found;
  }

  const total = (pairs) => pairs.reduce((sum, [gradient, factor]) => sum + gradient * factor, 0);

  /** "1×2 + 0×3 + 2×5 + (−1)×6 = 6" */
  function written(pairs) {
    const products = pairs.map(([gradient, factor]) => `${bracket(gradient)}×${bracket(factor)}`);
    return `${products.join(" + ")} = ${format(total(pairs))}`;
  }

  /** The whole gradient of what is asked, in its shape. */
  function gradientOf(chosen) {
    return chosen[chosen.asked].map((line, m) => line.map((_, n) =>
      total(terms(chosen, [m, n], outputsOf(chosen, [m, n])))));
  }

  /** What the second number of each product is. */
  function meaning({ asked, kernel }) {
    if (!kernel) return "gradient of the output × how much the output grows with this pixel";
    return `gradient of the output × the ${asked === "kernel" ? "pixel" : "weight"} met there`;
  }

  window.cnnbook.define("backward", function build(body, { cases }) {
    const choice = select({
      label: "Gradient of",
      options: cases.map(({ name }, k) => [String(k), name]),
      value: "0",
      onChange: change,
    });
    const stage = element("div", { class: "explorer-row" });
    const note = element("span", { class: "explorer-note" });
    const line = status();
    let chosen, grids;

    body.append(row(choice.root), stage, line.root);
    change();

    /** A grid of the stage; the one that is asked about can be walked. */
    function board(label, name, scale) {
      const values = chosen[name];
      const flat = values.flat();
      return grid({
        label, values, scale,
        limits: scale === "grey" ? [Math.min(...flat, 0), Math.max(...flat)] : null,
        onSelect: name === chosen.asked ? tell : null,
      });
    }

    function change() {
      chosen = cases[Number(choice.value)];
      const result = `Gradient of the ${chosen.asked}`;
      grids = {
        image: board("Image", "image", "grey"),
        gradient: board("Gradient at the outputs", "gradient", "diverging"),
        result: grid({ label: result, values: gradientOf(chosen), scale: "diverging" }),
      };
      if (chosen.kernel) grids.kernel = board("Kernel", "kernel", "diverging");
      note.textContent = meaning(chosen);
      const panels = [panel("Image", grids.image.root)];
      if (grids.kernel) panels.push(panel("Kernel", grids.kernel.root));
      panels.push(panel("Gradient at the outputs", grids.gradient.root), panel(result, grids.result.root, note));
      stage.replaceChildren(...panels);
      grids[chosen.asked].select(0, 0);
      tell();
    }

    /** Frame what the selected weight or pixel met, and write its sum out. */
    function tell() {
      const at = grids[chosen.asked].at;
      const outputs = outputsOf(chosen, at);
      const pairs = terms(chosen, at, outputs);
      frame(grids.gradient, outputs);
      grids.result.mark(at[0], at[1], 1, 1);
      if (chosen.asked === "kernel") {
        frame(grids.image, outputs.map(([low, high], axis) =>
          [at[axis] + low * chosen.stride, at[axis] + high * chosen.stride]));
      } else if (grids.kernel) {
        frame(grids.kernel, outputs.map(([low, high], axis) =>
          [at[axis] - high * chosen.stride, at[axis] - low * chosen.stride]));
      }
      const all = chosen.gradient.length * chosen.gradient[0].length;
      line.say(element("strong", {}, `${chosen.asked}[${at.join(", ")}]`),
        ` took part in ${pairs.length} of ${all} outputs. Its gradient: ${written(pairs)}`);
    }

    function frame(board_, [[top, bottom], [left, right]]) {
      board_.mark(top, left, bottom - top + 1, right - left + 1);
    }
  });
})();
