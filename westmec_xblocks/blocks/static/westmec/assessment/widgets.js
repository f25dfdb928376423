/* What each widget of an assessment holds: read(item element) → answer or null; write(item element, answer); isWhole: nothing is open. */
(function (root) {
  "use strict";
  const W = (root.Westmec = root.Westmec || {});
  // A tap as near as this to a point that is there takes it away, in pixels of the screen.
  const NEAR = 16;

  const checked = (item) => [...item.querySelectorAll("input:checked")].map((input) => input.value);
  const check = (item, values) => {
    for (const input of item.querySelectorAll("input[type=radio], input[type=checkbox]")) input.checked = values.includes(input.value);
  };
  const part = (item, name) => item.querySelector('[data-part="' + name + '"]');
  const sides = (item) => [...item.querySelectorAll("select[data-left]")];
  const picture = (item) => item.querySelector("[data-picture]");

  // Points that were tapped in a picture, in its own pixels; drawn where they lie, in percents of its size.
  const pointsOf = (item) => [...item.querySelectorAll("[data-point]")].map((mark) => JSON.parse(mark.dataset.point));
  const sizeOf = (image) => [Number(image.dataset.width) || image.naturalWidth, Number(image.dataset.height) || image.naturalHeight];

  function drawPoints(item, points) {
    const [width, height] = sizeOf(picture(item));
    const marks = points.map((point) => {
      const mark = root.document.createElement("span");
      mark.className = "wm-point";
      mark.dataset.point = JSON.stringify(point);
      mark.style.left = (100 * point.x) / width + "%";
      mark.style.top = (100 * point.y) / height + "%";
      return mark;
    });
    item.querySelector("[data-marks]").replaceChildren(...marks);
  }

  /** Where in its own pixels a picture was tapped. */
  function pointAt(event, box, [width, height]) {
    const within = (place, length, size) => Math.min(size, Math.max(0, Math.round((place / length) * size)));
    return { x: within(event.clientX - box.left, box.width, width), y: within(event.clientY - box.top, box.height, height) };
  }

  /** The points after a tap: one more where there is room, one fewer where the tap meets one. Only the server knows what lies there. */
  function tapped(points, point, { most, named, scale }) {
    const far = (one) => Math.hypot(one.x - point.x, one.y - point.y) * scale > NEAR;
    if (most !== 1 && !points.every(far)) return points.filter(far);
    const room = Math.max(0, most - named);
    return room ? [...points, point].slice(-room) : points;
  }

  function tap(image, event) {
    const item = image.closest("[data-item]");
    const most = Number(item.querySelector("[data-most]").dataset.most) || Infinity;
    if (most === 1) check(item, []);
    const box = image.getBoundingClientRect();
    const size = sizeOf(image);
    const about = { most, named: checked(item).length, scale: box.width / size[0] };
    drawPoints(item, tapped(pointsOf(item), pointAt(event, box, size), about));
    return item;
  }

  const WIDGETS = {
    choices: { read: (item) => checked(item)[0] ?? null, write: (item, value) => check(item, [value]) },
    checks: {
      read: (item) => (checked(item).length ? checked(item) : null),
      write: (item, value) => check(item, value || []),
      isWhole: (item) => checked(item).length >= (Number(item.querySelector("[data-told]").dataset.told) || 1),
    },
    number: {
      read(item) {
        const number = part(item, "number").value.trim();
        const unit = part(item, "unit");
        return number ? { number, unit: unit ? unit.value.trim() : "" } : null;
      },
      write(item, value) {
        part(item, "number").value = (value && value.number) || "";
        if (part(item, "unit")) part(item, "unit").value = (value && value.unit) || "";
      },
    },
    line: {
      read: (item) => part(item, "line").value.trim() || null,
      write: (item, value) => (part(item, "line").value = value || ""),
    },
    order: {
      read: (item) => [...item.querySelectorAll("[data-step]")].map((step) => step.dataset.step),
      write(item, value) {
        const list = item.querySelector("[data-steps]");
        const steps = [...list.querySelectorAll("[data-step]")];
        for (const id of value || []) list.append(...steps.filter((step) => step.dataset.step === id));
      },
    },
    pairs: {
      read(item) {
        const chosen = sides(item).filter((select) => select.value);
        return chosen.length ? Object.fromEntries(chosen.map((select) => [select.dataset.left, select.value])) : null;
      },
      write(item, value) {
        for (const select of sides(item)) select.value = (value || {})[select.dataset.left] || "";
      },
      isWhole: (item) => sides(item).every((select) => select.value),
    },
    spots: {
      read(item) {
        const marks = [...checked(item), ...pointsOf(item)];
        return marks.length ? marks : null;
      },
      write(item, value) {
        const given = value || [];
        check(item, given.filter((mark) => typeof mark === "string"));
        drawPoints(item, given.filter((mark) => typeof mark !== "string"));
      },
    },
  };

  /** One step up or down; gives the list's step, for the focus to stay with it. */
  function moveStep(button) {
    const step = button.closest("[data-step]");
    const up = button.dataset.move === "up";
    const other = up ? step.previousElementSibling : step.nextElementSibling;
    if (other) other[up ? "before" : "after"](step);
    button.focus();
    return step;
  }

  const widgetOf = (item) => WIDGETS[item.dataset.widget];
  W.widgets = { WIDGETS, widgetOf, drawPoints, pointsOf, pointAt, tapped, tap, moveStep };
  if (typeof module !== "undefined" && module.exports) module.exports = W.widgets;
})(typeof window === "undefined" ? globalThis : window);
