/* Class maps: what do the places of each layer say for and against each class?

   data: {classes: [names], layers: [{name, rows: [[low, high], ...], columns: the same}], images:
   [{pixels: (h, w) greys 0-255, label, scores: [C], maps: per layer (C, rows, columns) of whole
   numbers −100 … 100}]}. `rows` and `columns` are what the places see, in pixels, as slices: from
   `low` up to, but without, `high`. A place is drawn around the middle of what it sees. */

(function () {
  "use strict";
  const FINE = 2; // points of a canvas per pixel, so that places may begin at half a pixel
  const FOR = [236, 112, 20];
  const AGAINST = [38, 132, 222];
  const MOST = 100;
  const KEYS = { ArrowUp: [-1, 0], ArrowDown: [1, 0], ArrowLeft: [0, -1], ArrowRight: [0, 1] };
  const { element, format, count, clamp, select, status, panel, row, image: picture } = window.cnnbook.widgets;

  const signed = (value) => (value > 0 ? "+" : "") + format(value, 0);
  const middles = (intervals) => intervals.map(([low, high]) => (low + high) / 2);

  /** Where each place is drawn along one axis, [low, high), and what it sees there. */
  function tiles(intervals) {
    const at = middles(intervals);
    const half = at.length > 1 ? (at[1] - at[0]) / 2 : (intervals[0][1] - intervals[0][0]) / 2;
    return at.map((middle, i) => ({ low: middle - half, high: middle + half, seen: intervals[i] }));
  }

  /** The place whose middle is next to `pixel`, −1 if it does not see the pixel. */
  function covering(intervals, pixel) {
    const gaps = middles(intervals).map((middle) => Math.abs(middle - pixel - 0.5));
    const nearest = gaps.indexOf(Math.min(...gaps));
    const [low, high] = intervals[nearest];
    return pixel >= low && pixel < high ? nearest : -1;
  }

  /** The place drawn at each point of a canvas axis, −1 beside all of them. */
  function drawnAt(intervals, size) {
    const laid = tiles(intervals);
    return Array.from({ length: FINE * size }, (_, point) =>
      laid.findIndex(({ low, high }) => (point + 0.5) / FINE >= low && (point + 0.5) / FINE < high));
  }

  /** The image with `map` over it, (FINE h, FINE w, 3); dark where no place is drawn. */
  function overlaid(pixels, map, { down, right }) {
    return down.map((i, y) => right.map((j, x) => {
      const grey = pixels[Math.floor(y / FINE)][Math.floor(x / FINE)];
      if (i < 0 || j < 0) return [grey / 4, grey / 4, grey / 4];
      const alpha = 0.9 * (Math.abs(map[i][j]) / MOST) ** 0.6;
      const colour = map[i][j] > 0 ? FOR : AGAINST;
      return colour.map((value) => alpha * value + (1 - alpha) * (30 + 0.55 * grey));
    }));
  }

  /** A second frame on an image, dashed: {mark(top, left, height, width)}, hidden without height. */
  function outline(shown, [h, w]) {
    const frame = element("div", { class: "explorer-seen", hidden: true });
    shown.root.append(frame);
    return (top, left, height, width) => {
      frame.hidden = height <= 0;
      frame.style.cssText = `top:${(100 * top) / h}%;left:${(100 * left) / w}%;` +
        `height:${(100 * height) / h}%;width:${(100 * width) / w}%`;
    };
  }

  /** The number of a place in a cell, and its sign and size as colour. */
  function fillCell(cell, value) {
    cell.dataset.sign = value > 0 ? "positive" : value < 0 ? "negative" : "zero";
    cell.style.setProperty("--share", `${Math.round(100 * (Math.abs(value) / MOST) ** 0.7)}%`);
    cell.textContent = value === null ? "–" : signed(value);
  }

  /** Classes by row, with scores and what the places say: {root, show(…)}. */
  function table(classes, layers, { onChoose, onHover }) {
    const buttons = classes.map((name) => element("button", { type: "button" }, name));
    const cells = classes.map(() => [null, ...layers].map(() => element("td", {})));
    const rows = classes.map((_, k) => element("tr", { "data-class": k },
      element("th", { scope: "row" }, buttons[k]), ...cells[k]));
    const places = layers.map(() => element("span", {}));
    const head = element("tr", {}, element("th", { scope: "col" }, "Class"), element("th", { scope: "col" }, "Score"),
      ...layers.map(({ name }, l) => element("th", { scope: "col" }, name, places[l])));
    const body = element("tbody", {}, ...rows);
    const classOf = (event) => {
      const found = event.target.closest("tr");
      return found ? Number(found.dataset.class) : null;
    };
    body.addEventListener("click", (event) => classOf(event) !== null && onChoose(classOf(event)));
    body.addEventListener("pointerover", (event) => event.pointerType === "mouse" && onHover(classOf(event)));
    body.addEventListener("pointerleave", () => onHover(null));
    body.addEventListener("keydown", (event) => {
      const last = classes.length - 1;
      const now = buttons.indexOf(event.target);
      const to = { ArrowUp: now - 1, ArrowDown: now + 1, Home: 0, End: last }[event.key];
      if (to === undefined) return;
      event.preventDefault();
      buttons[clamp(to, 0, last)].focus();
      onChoose(clamp(to, 0, last));
    });
    function show({ scores, chosen, shown, at, values }) {
      const best = Math.max(...scores);
      buttons.forEach((button, k) => {
        button.tabIndex = k === chosen ? 0 : -1;
        button.setAttribute("aria-pressed", String(k === chosen));
        rows[k].dataset.shown = String(k === shown);
        cells[k][0].textContent = format(scores[k], 1);
        cells[k][0].dataset.best = String(scores[k] === best);
        values.forEach((of, l) => fillCell(cells[k][l + 1], of ? of[k] : null));
      });
      places.forEach((place, l) => { place.textContent = at[l] ? `[${at[l].join(", ")}]` : "unseen"; });
    }
    return { root: element("div", { class: "explorer-scroll" },
      element("table", { class: "explorer-classes" }, element("thead", {}, head), body)), show };
  }

  window.cnnbook.define("class-maps", function build(body, { images, classes, layers }) {
    const [h, w] = [images[0].pixels.length, images[0].pixels[0].length];
    const places = layers.map(({ rows, columns }) => ({ down: drawnAt(rows, h), right: drawnAt(columns, w) }));
    const best = ({ scores }) => scores.indexOf(Math.max(...scores));
    // What the reader has chosen, and what the mouse shows for as long as it stays.
    const state = { pixel: [Math.floor(h / 2), Math.floor(w / 2)], kind: best(images[0]), over: null, overKind: null };
    const one = () => images[Number(choice.value)];
    const kind = () => state.overKind ?? state.kind;
    const pixel = () => state.over ?? state.pixel;

    const choice = select({
      label: "Image", value: "0",
      options: images.map((each, k) => [String(k), titleOf(each)]),
      onChange: () => { state.kind = best(one()); refresh(tellClass); } });
    const source = picture({
      label: "The image; a frame marks the pixel", pixels: images[0].pixels, onPoint: pointAt(1), hover: true });
    const maps = layers.map(({ name }, l) => picture({
      label: `Map of ${name} over the image; its numbers at the pixel stand in the table`,
      pixels: overlaid(one().pixels, one().maps[l][kind()], places[l]), onPoint: pointAt(FINE), hover: true }));
    const seen = maps.map((shown) => outline(shown, [h, w]));
    const list = table(classes, layers, {
      onChoose: (k) => { Object.assign(state, { kind: k, overKind: null }); refresh(tellClass); },
      onHover: (k) => { if (k !== state.overKind) { state.overKind = k; refresh(tellClass); } } });
    const line = status();
    Object.assign(source.root, { tabIndex: 0 });
    source.root.setAttribute("role", "group");
    source.root.setAttribute("aria-label", "Pixel: arrow keys move it");
    source.root.addEventListener("keydown", (event) => {
      const step = KEYS[event.key];
      if (!step) return;
      event.preventDefault();
      choose(state.pixel[0] + step[0], state.pixel[1] + step[1]);
    });

    body.append(
      row(choice.root),
      element("div", { class: "explorer-maps" },
        panel("Image and pixel", source.root),
        ...maps.map((shown, l) => panel(`${layers[l].name}, ${layers[l].rows.length} × ${layers[l].columns.length}`, shown.root))),
      element("p", { class: "explorer-legend" },
        element("span", { "data-sign": "positive" }, "Orange: for the class"), ", ",
        element("span", { "data-sign": "negative" }, "blue: against it"),
        ". One scale for each layer, on this image and for all classes: ±100 is its loudest place. " +
        "Frame: the place at the pixel; dashed: what it sees. Dark: beyond the middles of the outermost places."),
      list.root, line.root,
    );
    refresh(tellClass);

    function titleOf(each) {
      const [label, guess] = [classes[each.label], classes[best(each)]];
      return label === guess ? `${label}, recognized` : `${label}, called ${guess}`;
    }

    function pointAt(fine) {
      return (i, j, chosen) => {
        if (i === null) {
          state.over = null;
          refresh(null);
          return;
        }
        const below = [Math.floor(i / fine), Math.floor(j / fine)];
        if (chosen) choose(...below);
        else if (String(below) !== String(state.over)) {
          state.over = below;
          refresh(tellPixel);
        }
      };
    }

    function choose(i, j) {
      Object.assign(state, { pixel: [clamp(i, 0, h - 1), clamp(j, 0, w - 1)], over: null });
      refresh(tellPixel);
    }

    /** The place of each layer at the pixel, [row, column], or null where none sees it. */
    function placesAt([i, j]) {
      return layers.map(({ rows, columns }) => {
        const at = [covering(rows, i), covering(columns, j)];
        return at.includes(-1) ? null : at;
      });
    }

    function refresh(tell) {
      const { pixels, scores, maps: all } = one();
      const at = placesAt(pixel());
      source.draw(pixels);
      source.mark(...pixel(), 1, 1);
      maps.forEach((shown, l) => {
        shown.draw(overlaid(pixels, all[l][kind()], places[l]));
        frame(shown, l, at[l]);
      });
      const values = at.map((place, l) => place && all[l].map((map) => map[place[0]][place[1]]));
      list.show({ scores, chosen: state.kind, shown: kind(), at, values });
      if (tell) tell(at, values);
    }

    function frame(shown, l, place) {
      if (!place) {
        shown.mark(0, 0, 0, 0);
        seen[l](0, 0, 0, 0);
        return;
      }
      const [down, right] = [tiles(layers[l].rows)[place[0]], tiles(layers[l].columns)[place[1]]];
      shown.mark(FINE * down.low, FINE * right.low, FINE * (down.high - down.low), FINE * (right.high - right.low));
      const [top, bottom] = down.seen.map((edge) => clamp(edge, 0, h));
      const [left, end] = right.seen.map((edge) => clamp(edge, 0, w));
      seen[l](top, left, bottom - top, end - left);
    }

    function tellClass() {
      const { scores, maps: all } = one();
      const rank = 1 + scores.filter((score) => score > scores[kind()]).length;
      const counts = layers.map(({ name }, l) => {
        const flat = all[l][kind()].flat();
        return `${name} ${count(flat.filter((value) => value > 0).length)} of ${count(flat.length)}`;
      });
      line.say(element("strong", {}, classes[kind()]), `: score ${format(scores[kind()], 1)}, ` +
        `rank ${rank} of ${classes.length}. Places that speak for it: ${counts.join(", ")}.`);
    }

    function tellPixel(at, values) {
      const said = layers.map(({ name }, l) => {
        if (!at[l]) return `no place of ${name} looks here.`;
        const [low, high] = [Math.min(...values[l]), Math.max(...values[l])];
        const parts = [
          ...(high > 0 ? [`most for ${classes[values[l].indexOf(high)]} (${signed(high)})`] : []),
          ...(low < 0 ? [`most against ${classes[values[l].indexOf(low)]} (${signed(low)})`] : []),
        ];
        return `${name} [${at[l].join(", ")}]: ${parts.join(", ") || "nothing for or against any class"}.`;
      });
      line.say(element("strong", {}, `Pixel [${pixel().join(", ")}]`), `: ${said.join(" ")}`);
    }
  });
})();
