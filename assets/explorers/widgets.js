/* Building blocks of the explorers, cnnbook.widgets.*: controls. Grids of numbers and images are
   in grids.js, line charts in charts.js. A widget is an object with `root`, the element to append.
   Setting a `value` from outside is silent; only the reader's own act calls `onChange`. */

(function () {
  "use strict";
  const cnnbook = (window.cnnbook = window.cnnbook || {});
  const widgets = (cnnbook.widgets = cnnbook.widgets || {});
  let made = 0;

  /** An element; attributes named on… listen, false and null are left out. */
  function element(tag, attributes = {}, ...children) {
    const node = document.createElement(tag);
    for (const [name, value] of Object.entries(attributes)) {
      if (typeof value === "function") node.addEventListener(name.slice(2), value);
      else if (value === true) node.setAttribute(name, "");
      else if (value !== false && value != null) node.setAttribute(name, value);
    }
    node.append(...children);
    return node;
  }

  /** A number as text: at most `decimals`, no trailing zeros, a true minus sign. */
  function format(value, decimals = 4) {
    return String(Number(value.toFixed(decimals))).replace("-", "−");
  }

  /** A count as text, in groups of three digits: 12,544. */
  function count(value) {
    return Math.round(value).toLocaleString("en").replace("-", "−");
  }

  function clamp(value, low, high) {
    return Math.min(Math.max(value, low), high);
  }

  function fresh(name) {
    made += 1;
    return `explorer-${name}-${made}`;
  }

  /** Range slider with an output: {root, input, value, limits(min, max)}. */
  function slider({ label, min, max, step = 1, value = min, show = format, onChange }) {
    const id = fresh("slider");
    // The status line speaks of changes; the slider itself says its value.
    const output = element("output", { for: id, "aria-live": "off" });
    const input = element("input", {
      type: "range", id, min, max, step, value,
      oninput: () => { tell(); if (onChange) onChange(Number(input.value)); },
    });
    function tell() {
      output.textContent = show(Number(input.value));
      input.setAttribute("aria-valuetext", output.textContent);
      input.disabled = Number(input.min) === Number(input.max);
    }
    tell();
    return {
      root: element("div", { class: "explorer-field explorer-slider" },
        element("label", { for: id }, label), element("span", {}, input, output)),
      input,
      get value() { return Number(input.value); },
      set value(next) { input.value = next; tell(); },
      limits(low, high) { input.min = low; input.max = high; tell(); },
    };
  }

  /** Number input: {root, input, value}; what is no number is marked and not reported. */
  function number({ label, value, step = "any", min, max, hideLabel = false, onChange }) {
    const id = fresh("number");
    const input = element("input", {
      type: "number", id, step, min, max, value,
      "aria-label": hideLabel ? label : null,
      oninput() {
        const typed = input.valueAsNumber;
        input.setAttribute("aria-invalid", String(!Number.isFinite(typed)));
        if (Number.isFinite(typed) && onChange) onChange(typed);
      },
    });
    const name = hideLabel ? [] : [element("label", { for: id }, label)];
    return {
      root: element("div", { class: "explorer-field explorer-number" }, ...name, input),
      input,
      get value() { return input.valueAsNumber; },
      set value(next) { input.value = next; input.setAttribute("aria-invalid", "false"); },
    };
  }

  /** Drop-down: {root, input, value}; options are texts or [value, text] pairs. */
  function select({ label, options, value, onChange }) {
    const id = fresh("select");
    const input = element("select", { id, onchange: () => onChange && onChange(input.value) });
    for (const option of options) {
      const [key, text] = Array.isArray(option) ? option : [option, option];
      input.append(element("option", { value: key }, text));
    }
    if (value !== undefined) input.value = value;
    return {
      root: element("div", { class: "explorer-field" },
        element("label", { for: id }, label), input),
      input,
      get value() { return input.value; },
      set value(next) { input.value = next; },
    };
  }

  /** Row of buttons {label, onClick, pressed?}: {root, buttons, press(index, pressed)}. */
  function buttons({ label, items }) {
    const row = items.map(({ label: text, onClick, pressed }) =>
      element("button", {
        type: "button", onclick: onClick,
        "aria-pressed": pressed === undefined ? null : String(pressed),
      }, text));
    return {
      root: element("div", { class: "explorer-buttons", role: "group", "aria-label": label }, ...row),
      buttons: row,
      press: (index, pressed) => row[index].setAttribute("aria-pressed", String(pressed)),
    };
  }

  /** Line of text that a screen reader speaks when it changes: {root, say(text)}. */
  function status() {
    const root = element("p", { class: "explorer-status", role: "status", "aria-live": "polite" });
    return { root, say(...parts) { root.replaceChildren(...parts); } };
  }

  /** Part of an explorer under a small title of its own. */
  function panel(title, ...children) {
    return element("div", { class: "explorer-panel" },
      element("p", { class: "explorer-label" }, title), ...children);
  }

  /** Panels or fields side by side, one under the other where it is narrow. */
  function row(...children) {
    return element("div", { class: "explorer-row" }, ...children);
  }

  Object.assign(widgets, {
    element, format, count, clamp, slider, number, select, buttons, status, panel, row,
  });
})();
