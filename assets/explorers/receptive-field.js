/* Receptive field: which pixels of the image can a unit of this layer see?

   data: {image: (h, w) greys 0-255, layers: [{name, rows: [[low, high], ...] for each output row,
   columns: the same for each output column, shape: [h, w, f], parameters, macs, field, jump}]}.
   Bounds are those of a Python slice: from `low` up to, but without, `high`; they lie outside
   the image where the unit sees padding. `field` and `jump` are in pixels. */

(function () {
  "use strict";
  const { element, count, clamp, slider, select, status, panel, row, image } = window.cnnbook.widgets;

  const plural = (number, word) => `${count(number)} ${word}${number === 1 ? "" : "s"}`;

  /** The part of [low, high) that lies in an image of `size` pixels. */
  function inside([low, high], size) {
    return [clamp(low, 0, size), clamp(high, 0, size)];
  }

  /** The index of the interval whose middle is next to `pixel`. */
  function nearest(intervals, pixel) {
    const distance = ([low, high]) => Math.abs((low + high - 1) / 2 - pixel);
    return intervals.reduce((best, interval, i) =>
      (distance(interval) < distance(intervals[best]) ? i : best), 0);
  }

  /** Facts about a layer as a list of terms: shape, parameters, MACs, field, jump. */
  function facts({ shape, parameters, macs, field, jump }) {
    const entries = [
      ["Output h × w × f", shape.join(" × ")],
      ["Parameters", count(parameters)],
      ["MACs per image", count(macs)],
      ["Receptive field", `${count(field)} × ${plural(field, "pixel")}`],
      ["Jump", plural(jump, "pixel")],
    ];
    return entries.flatMap(([term, text]) => [element("dt", {}, term), element("dd", {}, text)]);
  }

  /** What a unit sees, in words. */
  function sentence(layer, i, j, size) {
    const [top, bottom] = inside(layer.rows[i], size[0]);
    const [left, right] = inside(layer.columns[j], size[1]);
    const seen = (bottom - top) * (right - left);
    const [low, high] = [layer.rows[i], layer.columns[j]];
    const padded = (low[1] - low[0]) * (high[1] - high[0]) - seen;
    const whole = size[0] * size[1];
    return `sees rows ${top} to ${bottom - 1} and columns ${left} to ${right - 1}: ` +
      (seen === whole ? `all ${plural(whole, "pixel")}` : `${count(seen)} of ${plural(whole, "pixel")}`) +
      (padded > 0 ? `, and ${count(padded)} more in the padding.` : ".");
  }

  window.cnnbook.define("receptive-field", function build(body, { image: pixels, layers }) {
    const size = [pixels.length, pixels[0].length];
    const chosen = select({
      label: "Layer",
      options: layers.map((layer, k) => [String(k), layer.name]),
      value: "0",
      onChange: change,
    });
    const rowSlider = slider({ label: "Output row", min: 0, max: 0, onChange: tell });
    const columnSlider = slider({ label: "Output column", min: 0, max: 0, onChange: tell });
    const picture = image({
      label: `Grey image of ${size[0]} × ${size[1]} pixels; a frame marks the receptive field`,
      pixels, onPoint: point });
    const list = element("dl", { class: "explorer-facts" });
    const line = status();
    const layer = () => layers[Number(chosen.value)];

    body.append(
      row(
        panel("Image", picture.root),
        element("div", { class: "explorer-panel explorer-grow" },
          chosen.root, rowSlider.root, columnSlider.root, list),
      ),
      line.root,
    );
    change();

    /** Put the position into the middle of the layer that was chosen. */
    function change() {
      const { rows, columns } = layer();
      rowSlider.limits(0, rows.length - 1);
      columnSlider.limits(0, columns.length - 1);
      rowSlider.value = Math.floor(rows.length / 2);
      columnSlider.value = Math.floor(columns.length / 2);
      list.replaceChildren(...facts(layer()));
      tell();
    }

    /** Go to the unit whose field has its middle next to a pixel. */
    function point(i, j) {
      rowSlider.value = nearest(layer().rows, i);
      columnSlider.value = nearest(layer().columns, j);
      tell();
    }

    function tell() {
      const [i, j] = [rowSlider.value, columnSlider.value];
      const [top, bottom] = inside(layer().rows[i], size[0]);
      const [left, right] = inside(layer().columns[j], size[1]);
      picture.mark(top, left, bottom - top, right - left);
      line.say(element("strong", {}, `${layer().name}, unit [${i}, ${j}]`), ` ${sentence(layer(), i, j, size)}`);
    }
  });
})();
