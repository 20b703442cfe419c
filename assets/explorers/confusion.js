/* Confusion matrix with a threshold: who is taken for whom among the answers that are certain enough?

   data: {classes: [names], bins: lower bounds of the confidence, counts: (C, C, bins) integers}.
   `counts[i][j][b]` are images of class i called j with a confidence in bin b; a threshold of
   bins[b] answers the images of bin b and of all after it. */

(function () {
  "use strict";
  const { element, format, count, slider, select, status, row, grid } = window.cnnbook.widgets;
  const BOUND = 2; // decimals of a threshold

  const sum = (values) => values.reduce((total, value) => total + value, 0);
  const percent = (part, whole) => (whole ? `${format((100 * part) / whole, 1)}\u00a0%` : "–");

  /** The class as it stands in a sentence: "ankle boot", but "T-shirt". */
  function word(name) {
    const first = name.split("/")[0];
    return /^[A-Z][a-z]/.test(first) ? first[0].toLowerCase() + first.slice(1) : first;
  }

  /** "1 dress", "3 dresses" */
  function several(number, name) {
    const one = word(name);
    if (number === 1 || /(trousers|pants)$/.test(one)) return `${count(number)} ${one}`;
    return `${count(number)} ${one}${/(s|x|sh|ch)$/.test(one) ? "es" : "s"}`;
  }

  /** The matrix of the images in bin `from` and after it, (C, C). */
  function answered(counts, from) {
    return counts.map((line) => line.map((bins) => sum(bins.slice(from))));
  }

  /** All, right and worst of a matrix; `worst` is [i, j] of the largest count off the diagonal. */
  function summary(matrix) {
    let worst = null;
    matrix.forEach((line, i) => line.forEach((value, j) => {
      if (i !== j && value > (worst ? matrix[worst[0]][worst[1]] : 0)) worst = [i, j];
    }));
    return { all: sum(matrix.flat()), right: sum(matrix.map((line, i) => line[i])), worst };
  }

  /** What a cell says: "Of 343 shirts answered, 61 (17.8 %) were called T-shirt." */
  function sentence(classes, matrix, i, j) {
    const total = sum(matrix[i]);
    if (total === 0) return `No ${word(classes[i])} is answered.`;
    const verb = matrix[i][j] === 1 ? "was" : "were";
    return `Of ${several(total, classes[i])} answered, ${count(matrix[i][j])} ` +
      `(${percent(matrix[i][j], total)}) ${verb} called ${word(classes[j])}${i === j ? ", rightly" : ""}.`;
  }

  /** Names along the columns or rows; the cells say them too, so they are not read out. */
  function names(classes, kind) {
    return element("div", { class: `confusion-names confusion-${kind}`, "aria-hidden": "true" },
      ...classes.map((name) => element("span", {}, name.split("/")[0])));
  }

  window.cnnbook.define("confusion", function build(body, { classes, bins, counts }) {
    const everything = answered(counts, 0);
    const all = sum(everything.flat());
    const mistakes = everything.flatMap((line, i) => line.filter((_, j) => j !== i));
    const most = { counts: Math.max(1, ...mistakes), shares: 0.25 }; // drawn in the full colour

    const threshold = slider({
      label: "Answer if the confidence is at least", min: 0, max: bins.length - 1,
      show: (index) => bins[index].toFixed(BOUND), onChange: () => refresh(true) });
    const numbers = select({
      label: "Numbers", value: "counts", onChange: () => refresh(false),
      options: [["counts", "images"], ["shares", "% of the row"]] });
    const board = grid({
      label: "Confusion matrix, true class by row", values: shown(everything), onSelect: () => tell(""),
      scale: tint, limits: [-1, 1], write, describe });
    const list = element("dl", { class: "explorer-facts" });
    const line = status();

    body.append(
      row(element("div", { class: "explorer-panel explorer-grow" }, threshold.root), numbers.root),
      row(
        element("div", { class: "explorer-panel confusion-panel" },
          element("div", { class: "confusion", style: `--classes: ${classes.length}` },
            element("p", { class: "explorer-label" }, "called …"),
            names(classes, "columns"), names(classes, "rows"), board.root),
          element("span", { class: "explorer-note" }, "Rows: the true class. Blue: right. Orange: mistakes.")),
        element("div", { class: "explorer-panel explorer-grow" }, list)),
      line.root,
    );
    const worst = summary(everything).worst || [0, 0];
    board.select(...worst);
    refresh(false);

    function matrix() {
      return answered(counts, threshold.value);
    }

    /** The numbers of the cells: counts, or shares of the row, null where the row is empty. */
    function shown(values) {
      if (numbers.value === "counts") return values;
      return values.map((line_) => line_.map((value) => (sum(line_) ? value / sum(line_) : null)));
    }

    function write(value) {
      if (value === null) return "–";
      if (numbers.value === "counts") return String(value);
      return value > 0 && value < 0.005 ? "<1" : format(100 * value, 0);
    }

    /** Blue for what is right, orange for mistakes; a mistake is full at `most`. */
    function tint(i, j, value) {
      if (!value) return 0;
      if (i !== j) return value / most[numbers.value];
      return -(numbers.value === "counts" ? value / sum(everything[i]) : value);
    }

    function describe(i, j, value) {
      const unit = numbers.value === "counts" ? "" : " percent";
      return `${word(classes[i])} called ${word(classes[j])}: ${write(value)}${unit}`;
    }

    function facts(values) {
      const { all: given, right, worst: pair } = summary(values);
      const refused = all - given;
      const lost = summary(everything).right - right;
      const entries = [
        ["Answered", `${count(given)} of ${count(all)}, ${percent(given, all)}`],
        ["Right among them", percent(right, given)],
        ["Refused", refused ? `${count(refused)}, of which ${percent(lost, refused)} were right` : "none"],
        ["Worst confusion", pair ? sentence(classes, values, ...pair) : "none"],
      ];
      return entries.flatMap(([term, text]) => [element("dt", {}, term), element("dd", {}, text)]);
    }

    /** Count anew; after a move of the slider the status line begins with what it did. */
    function refresh(moved) {
      const values = matrix();
      board.update(shown(values));
      list.replaceChildren(...facts(values));
      const { all: given, right, worst: pair } = summary(values);
      if (!moved) return tell("");
      return tell(given === 0 ? "no image is answered." :
        `${percent(given, all)} answered, ${percent(right, given)} of them right. ` +
        `Worst confusion: ${pair ? sentence(classes, values, ...pair) : "none."}`, "Chosen cell: ");
    }

    function tell(news, lead = "") {
      const at = `At ${bins[threshold.value].toFixed(BOUND)}: `;
      const [i, j] = board.at;
      line.say(element("strong", {}, at), news, news ? ` ${lead}` : "", sentence(classes, matrix(), i, j));
    }
  });
})();
