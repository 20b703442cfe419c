/* Convolution stepper: a kernel slides over an image, one position at a time.

   data: {image: (h, w) integers, kernels: {name: (kh, kw)}, initial: {kernel, row, column}}.
   What is slid is `weights`: the kernel as it stands (cross-correlation, what a network
   computes), or turned by half (true convolution). */

(function () {
  "use strict";
  const OWN = "edited";
  const { element, format, select, buttons, status, panel, row, grid, number } = window.cnnbook.widgets;

  const turned = (kernel) => kernel.map((line) => [...line].reverse()).reverse();

  /** The products under the window at (i, j): [[pixel, weight], ...], row by row. */
  function products(image, weights, i, j) {
    return weights.flatMap((line, di) => line.map((weight, dj) => [image[i + di][j + dj], weight]));
  }

  const total = (pairs) => pairs.reduce((sum, [pixel, weight]) => sum + pixel * weight, 0);

  /** All sums, (h − kh + 1, w − kw + 1). */
  function correlate(image, weights) {
    const h = image.length - weights.length + 1;
    const w = image[0].length - weights[0].length + 1;
    return Array.from({ length: h }, (_, i) =>
      Array.from({ length: w }, (_, j) => total(products(image, weights, i, j))));
  }

  /** "1×1 + 2×0 + 4×0 + 5×(−1) = −4" */
  function written(pairs) {
    const bracket = (value) => (value < 0 ? `(${format(value)})` : format(value));
    const terms = pairs.map(([pixel, weight]) => `${bracket(pixel)}×${bracket(weight)}`);
    return `${terms.join(" + ")} =\u00a0${format(total(pairs))}`;
  }

  /** Number inputs in the shape of `weights`: {root, show(weights)}. */
  function editor(weights, onEdit) {
    const root = element("div", { class: "explorer-kernel", role: "group", "aria-label": "Kernel" });
    let inputs = [];
    function show(next) {
      if (inputs.length !== next.length || inputs[0].length !== next[0].length) {
        inputs = next.map((line, i) => line.map((value, j) => number({
          label: `kernel, row ${i}, column ${j}`, value, hideLabel: true,
          onChange: (typed) => onEdit(i, j, typed),
        })));
        root.replaceChildren(...inputs.map((line) =>
          element("div", {}, ...line.map((input) => input.root))));
      }
      next.forEach((line, i) => line.forEach((value, j) => { inputs[i][j].value = value; }));
    }
    show(weights);
    return { root, show };
  }

  window.cnnbook.define("convolution", function build(body, { image, kernels, initial }) {
    const state = { kernel: kernels[initial.kernel].map((line) => [...line]), flipped: false };
    const weights = () => (state.flipped ? turned(state.kernel) : state.kernel);
    const flat = image.flat();

    const preset = select({
      label: "Kernel",
      options: [...Object.keys(kernels), [OWN, "your own"]],
      value: initial.kernel,
      onChange: choose,
    });
    const turn = buttons({
      label: "Kind of product",
      items: [{ label: "Flip the kernel", onClick: flip, pressed: false }],
    });
    const steps = buttons({
      label: "Position",
      items: [{ label: "← Back", onClick: () => step(-1) }, { label: "Step →", onClick: () => step(1) }],
    });
    const source = grid({
      label: "Image", values: image, scale: "grey", limits: [Math.min(...flat, 0), Math.max(...flat)] });
    const edit = editor(weights(), edited);
    const output = grid({
      label: "Output", values: correlate(image, weights()), scale: "diverging", onSelect: tell });
    const kind = element("span", { class: "explorer-note" });
    const line = status();

    body.append(
      row(preset.root, turn.root, steps.root),
      row(panel("Image", source.root), panel("Kernel", edit.root, kind), panel("Output", output.root)),
      line.root,
    );
    output.select(initial.row, initial.column);
    refresh();

    /** Say how the selected cell comes about, and mark the window that it reads. */
    function tell() {
      const [i, j] = output.at;
      const slid = weights();
      source.mark(i, j, slid.length, slid[0].length);
      line.say(element("strong", {}, `output[${i}, ${j}]`), " = ", written(products(image, slid, i, j)));
    }

    /** Compute everything anew after the kernel has changed. */
    function refresh() {
      output.update(correlate(image, weights()));
      kind.textContent = state.flipped ? "turned by half: true convolution" : "as it stands: correlation";
      tell();
    }

    function choose(name) {
      if (name in kernels) state.kernel = kernels[name].map((line_) => [...line_]);
      edit.show(weights());
      refresh();
    }

    function edited(i, j, value) {
      const changed = weights().map((line_) => [...line_]);
      changed[i][j] = value;
      state.kernel = state.flipped ? turned(changed) : changed;
      preset.value = OWN;
      refresh();
    }

    function flip() {
      state.flipped = !state.flipped;
      turn.press(0, state.flipped);
      edit.show(weights());
      refresh();
    }

    function step(by) {
      const [h, w] = [output.cells.length, output.cells[0].length];
      const next = (output.at[0] * w + output.at[1] + by + h * w) % (h * w);
      output.select(Math.floor(next / w), next % w);
      tell();
    }
  });
})();
