/* Shift and pool: the reader moves a small image by pixels, and sees what pooling makes of it.

   data: {image: (h, w) integers, reach, poolings: {name: {window, maps}}, initial: {pooling,
   down, right}}. `maps[down + reach][right + reach]` is the pooled map (oh, ow) of the image
   moved by so many pixels, all computed by the page; places are two pixels apart. */

(function () {
  "use strict";
  const STEP = 2; // pixels of the image from one place of a pooled map to the next
  const { element, format, clamp, select, slider, buttons, status, panel, row, grid, image: picture } =
    window.cnnbook.widgets;
  const KEYS = { ArrowUp: [-1, 0], ArrowDown: [1, 0], ArrowLeft: [0, -1], ArrowRight: [0, 1] };

  /** `values` moved by whole places, with zeros where nothing moved in. */
  function moved(values, down, right) {
    return values.map((line, i) => line.map((_, j) => (values[i - down] || [])[j - right] ?? 0));
  }

  function equal(first, second) {
    return first.every((line, i) => line.every((value, j) => value === second[i][j]));
  }

  /** Differences of two maps, place by place, in one list. */
  function differences(first, second) {
    return first.flatMap((line, i) => line.map((value, j) => Math.abs(value - second[i][j])));
  }

  /** [down, right] in places by which `rest` must move to be `now`, or null. */
  function wholeMove(rest, now, down, right) {
    const around = (pixels) => new Set([Math.floor(pixels / STEP), Math.ceil(pixels / STEP)]);
    for (const i of around(down)) {
      for (const j of around(right)) if (equal(moved(rest, i, j), now)) return [i + 0, j + 0];
    }
    return null;
  }

  window.cnnbook.define("shift", function build(body, { image, reach, poolings, initial }) {
    const at = { down: initial.down, right: initial.right };
    const map = (down, right) => poolings[chosen.value].maps[down + reach][right + reach];
    const highest = Math.max(...image.flat());

    const chosen = select({
      label: "Pooling", options: Object.keys(poolings), value: initial.pooling, onChange: refresh });
    const sliders = Object.fromEntries(["down", "right"].map((name) => [name, slider({
      label: `Shift ${name}`, min: -reach, max: reach, value: at[name],
      onChange: (pixels) => { at[name] = pixels; refresh(); },
    })]));
    const back = buttons({ label: "Position", items: [{ label: "Back to rest", onClick: () => go(0, 0) }] });
    const source = picture({ label: "Image", pixels: image, limits: [0, highest] });
    Object.assign(source.root, { tabIndex: 0 });
    source.root.setAttribute("role", "group");
    source.root.setAttribute("aria-label", "Image: arrow keys move it");
    source.root.addEventListener("keydown", (event) => {
      const step = KEYS[event.key];
      if (!step) return;
      event.preventDefault();
      go(at.down + step[0], at.right + step[1]);
    });
    const show = { scale: "grey", limits: [0, highest], decimals: 2 };
    const rest = grid({ label: "Pooled at rest", values: map(0, 0), ...show });
    const now = grid({ label: "Pooled now", values: map(0, 0), onSelect: frame, ...show });
    const line = status();

    body.append(
      row(chosen.root, sliders.right.root, sliders.down.root, back.root),
      row(panel("Image, moved", source.root), panel("Pooled at rest", rest.root),
        panel("Pooled now", now.root)),
      line.root,
    );
    refresh();

    function go(down, right) {
      at.down = clamp(down, -reach, reach);
      at.right = clamp(right, -reach, reach);
      sliders.down.value = at.down;
      sliders.right.value = at.right;
      refresh();
    }

    /** Mark in the image the pixels that the selected number is made of. */
    function frame() {
      const { window: size } = poolings[chosen.value];
      const [top, left] = [STEP * now.at[0], STEP * now.at[1]];
      const [h, w] = [image.length, image[0].length];
      source.mark(top, left, Math.min(size, h - top), Math.min(size, w - left));
    }

    function refresh() {
      const [before, after] = [map(0, 0), map(at.down, at.right)];
      source.draw(moved(image, at.down, at.right));
      rest.update(before);
      now.update(after);
      frame();
      const gaps = differences(before, after);
      const mean = gaps.reduce((sum, gap) => sum + gap, 0) / gaps.length;
      const places = wholeMove(before, after, at.down, at.right);
      line.say(
        element("strong", {}, `${gaps.filter((gap) => gap > 0).length} of ${gaps.length} numbers changed`),
        `, mean change ${format(mean, 2)}; equals the map at rest moved by whole places: `,
        element("strong", {}, places ? `yes, down ${format(places[0])}, right ${format(places[1])}` : "no"),
        ".",
      );
    }
  });
})();
