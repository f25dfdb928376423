/* Taking an assessment: the clock, one question at a time, answers that are sent as they are given. */
(function (root) {
  "use strict";
  const W = root.Westmec;
  const TYPING = 700;
  const TOLD_AT = [600, 300, 60, 30, 10];

  // What each widget holds: read(item element) → answer or null; write(item element, answer).

  const checked = (item) => [...item.querySelectorAll("input:checked")].map((input) => input.value);
  const check = (item, values) => {
    for (const input of item.querySelectorAll("input[type=radio], input[type=checkbox]")) input.checked = values.includes(input.value);
  };
  const typed = (item, name) => item.querySelector('[data-part="' + name + '"]');

  // Points that were tapped in a picture, in its own pixels; drawn where they lie, in percents of its size.
  const pointsOf = (item) => [...item.querySelectorAll("[data-point]")].map((mark) => JSON.parse(mark.dataset.point));
  const sizeOf = (picture) => [Number(picture.dataset.width) || picture.naturalWidth, Number(picture.dataset.height) || picture.naturalHeight];

  function drawPoints(item, points) {
    const [width, height] = sizeOf(item.querySelector("img"));
    const marks = points.map((point) => {
      const mark = document.createElement("span");
      mark.className = "wm-point";
      mark.dataset.point = JSON.stringify(point);
      mark.style.left = (100 * point.x) / width + "%";
      mark.style.top = (100 * point.y) / height + "%";
      return mark;
    });
    item.querySelector("[data-marks]").replaceChildren(...marks);
  }

  const WIDGETS = {
    choices: { read: (item) => checked(item)[0] ?? null, write: (item, value) => check(item, [value]) },
    checks: { read: (item) => (checked(item).length ? checked(item) : null), write: (item, value) => check(item, value || []) },
    number: {
      read(item) {
        const number = typed(item, "number").value.trim();
        const unit = typed(item, "unit");
        return number ? { number, unit: unit ? unit.value.trim() : "" } : null;
      },
      write(item, value) {
        typed(item, "number").value = (value && value.number) || "";
        if (typed(item, "unit")) typed(item, "unit").value = (value && value.unit) || "";
      },
    },
    line: {
      read: (item) => typed(item, "line").value.trim() || null,
      write: (item, value) => (typed(item, "line").value = value || ""),
    },
    order: {
      read: (item) => [...item.querySelectorAll("[data-step]")].map((step) => step.dataset.step),
      write(item, value) {
        const list = item.querySelector("[data-steps]");
        for (const id of value || []) list.append(list.querySelector('[data-step="' + CSS.escape(id) + '"]'));
      },
    },
    pairs: {
      read(item) {
        const chosen = [...item.querySelectorAll("select[data-left]")].filter((select) => select.value);
        return chosen.length ? Object.fromEntries(chosen.map((select) => [select.dataset.left, select.value])) : null;
      },
      write(item, value) {
        for (const select of item.querySelectorAll("select[data-left]")) select.value = (value || {})[select.dataset.left] || "";
      },
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

  const widgetOf = (item) => WIDGETS[item.dataset.widget];

  /** "12:05", or "1:02:05" from an hour on. */
  function clockText(seconds) {
    const [hours, minutes, rest] = [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60, seconds % 60];
    const two = (number) => String(number).padStart(2, "0");
    return hours ? hours + ":" + two(minutes) + ":" + two(rest) : minutes + ":" + two(rest);
  }

  const fill = (words, values) => words.replace(/\{(\w+)\}/g, (_, name) => values[name]);

  class Exam {
    constructor(panel, box, keep) {
      this.panel = panel;
      this.box = box;
      this.words = panel.words;
      this.id = box.dataset.attempt;
      this.events = Number(box.dataset.events) || 0;
      this.one = box.dataset.layout === "one";
      this.answers = new W.Answers({
        store: root.localStorage,
        key: keep + ":" + this.id,
        send: (events) => W.post(panel.urls.act("events"), { client_id: W.newId(), attempt: this.id, events }),
        tell: (state, answer, sent) => this.told(state, answer, sent),
      });
      for (const given of box.querySelectorAll("[data-given]")) {
        const item = given.closest("[data-item]");
        widgetOf(item).write(item, JSON.parse(given.dataset.given));
      }
      for (const event of this.answers.pending) {
        const item = this.item(event.item);
        if (item) widgetOf(item).write(item, event.response);
      }
      this.touched = new Set(this.answers.pending.map((event) => event.item));
      this.listen();
      this.startClock(box.dataset.seconds);
      this.mark();
      if (this.answers.queue.length) this.answers.flush();
      this.shown();
    }

    item(id) {
      return this.box.querySelector('[data-item="' + CSS.escape(id) + '"]');
    }

    listen() {
      this.box.addEventListener("change", (event) => this.onChange(event));
      this.box.addEventListener("input", (event) => this.onInput(event));
      this.box.addEventListener("click", (event) => this.onClick(event));
    }

    // Answers.

    onChange(event) {
      if (event.target.dataset.flag) return this.flag(event.target);
      const item = event.target.closest("[data-item]");
      if (item && event.target.type === "radio" && item.querySelector("[data-marks]")) drawPoints(item, []);
      if (item) this.answer(item);
      return undefined;
    }

    onInput(event) {
      const item = event.target.closest("[data-item]");
      if (!item || !event.target.matches('input[type="text"]')) return;
      root.clearTimeout(this.typing);
      this.typing = root.setTimeout(() => this.answer(item), TYPING);
      this.typed = item;
    }

    /** Record what the item holds now, unless it is what was recorded last. */
    answer(item) {
      root.clearTimeout(this.typing);
      this.typed = null;
      const response = widgetOf(item).read(item);
      const text = JSON.stringify(response);
      if (item.dataset.last === text) return;
      item.dataset.last = text;
      this.touched.add(item.dataset.item);
      this.answers.add("answered", item.dataset.item, response);
      this.mark();
    }

    flag(box) {
      this.answers.add(box.checked ? "flagged" : "unflagged", box.dataset.flag);
      this.mark();
    }

    told(state, answer, sent) {
      const words = this.words;
      const net = this.box.querySelector("[data-net]");
      const waiting = this.answers.pending.length;
      if (state === "waiting") {
        net.textContent = waiting === 1 ? words.waitingOne : fill(words.waiting, { n: waiting });
        net.hidden = false;
        net.dataset.kind = "error";
      } else if (state === "saved" && answer.back) {
        net.textContent = words.back;
        net.dataset.kind = "done";
      }
      for (const event of sent.filter((one) => one.kind === "answered")) this.say(event, state, answer);
      if (state !== "saved") return;
      this.events += answer.receipts.filter((one) => !one.repeated && !one.refused).length;
      if (answer.events > this.events) this.elsewhere(net);
      if (answer.seconds_left !== null) this.left(answer.seconds_left);
      if (!answer.open && !this.closed) {
        this.closed = true;
        this.panel.open("result?attempt=" + this.id, true);
      }
    }

    say(event, state, answer) {
      const item = this.item(event.item);
      const place = item && item.closest("[data-question]").querySelector("[data-saved]");
      if (!place) return;
      const receipt = state === "saved" && answer.receipts.find((one) => one.client_id === event.client_id);
      const { words } = this;
      if (state === "saving") place.textContent = words.saving;
      else if (state === "waiting") place.textContent = words.waitingOne;
      else if (state === "refused") place.textContent = fill(words.refused, { why: answer.message });
      else if (receipt.refused) place.textContent = fill(words.refused, { why: receipt.refused });
      else if (receipt.late) place.textContent = words.late;
      else place.textContent = words.saved;
      place.dataset.kind = state === "refused" || (receipt && (receipt.refused || receipt.late)) ? "error" : state;
      this.mark();
    }

    elsewhere(net) {
      this.events = Infinity;
      net.textContent = this.words.elsewhere + " ";
      net.hidden = false;
      net.dataset.kind = "error";
      const again = document.createElement("button");
      Object.assign(again, { type: "button", className: "wm-button wm-small", textContent: this.words.again });
      again.dataset.open = "attempt";
      net.append(again);
    }

    // Where the learner is.

    onClick(event) {
      const target = event.target;
      const go = target.closest("[data-go]");
      if (go) return this.go(go.dataset.go);
      const move = target.closest("[data-move]");
      if (move) return this.move(move);
      const asIs = target.closest("[data-as-is]");
      if (asIs) return this.answer(asIs.closest("[data-item]"));
      const clear = target.closest("[data-clear]");
      if (clear) return this.clear(clear.closest("[data-item]"));
      const picture = target.closest("[data-picture]");
      if (picture) return this.point(picture, event);
      return undefined;
    }

    go(where) {
      if (this.typed) this.answer(this.typed);
      const review = this.box.querySelector("[data-review]");
      const question = this.box.querySelector('[data-question="' + where + '"]');
      if (this.one) {
        for (const other of this.box.querySelectorAll("[data-question]")) other.hidden = other !== question;
        review.hidden = where !== "review";
      }
      const heading = where === "review" ? review.querySelector("h4") : question.querySelector("[data-item-heading]");
      heading.focus();
      heading.scrollIntoView({ block: "nearest" });
      this.mark();
      this.shown();
    }

    /** Tell the server which question is in view, once each time. */
    shown() {
      const question = this.one && this.box.querySelector("[data-question]:not([hidden])");
      const id = question && question.querySelector("[data-item]").dataset.item;
      if (id && id !== this.inView) this.answers.add("shown", id);
      this.inView = id || null;
    }

    /** The navigator and the review: what is answered, what is flagged. */
    mark() {
      const { words } = this;
      const open = [];
      for (const button of this.box.querySelectorAll("[data-of]")) {
        const item = this.item(button.dataset.of);
        const answered = this.isAnswered(item);
        const flag = this.box.querySelector('[data-flag="' + CSS.escape(button.dataset.of) + '"]').checked;
        button.querySelector(".wm-nav-mark").dataset.mark = answered ? "done" : "";
        button.querySelector(".wm-nav-flag").hidden = !flag;
        button.querySelector("[data-state]").textContent = ", " + (answered ? words.answered : words.open) + (flag ? ", " + words.flagged : "");
        if (!answered) open.push(button.dataset.go);
      }
      const all = this.box.querySelectorAll("[data-of]").length;
      const tally = this.box.querySelector("[data-tally]");
      if (!tally) return;
      tally.textContent = fill(words.tally, { n: all - open.length, count: all });
      const told = this.box.querySelector("[data-unanswered]");
      told.hidden = !open.length;
      told.textContent = open.length ? fill(words.unanswered, { list: open.join(", ") }) : "";
    }

    isAnswered(item) {
      if (item.dataset.widget === "order") return Boolean(item.querySelector("[data-given]")) || this.touched.has(item.dataset.item);
      return widgetOf(item).read(item) !== null;
    }

    // Widgets that need more than a form control.

    move(button) {
      const step = button.closest("[data-step]");
      const other = button.dataset.move === "up" ? step.previousElementSibling : step.nextElementSibling;
      if (other) step.parentNode.insertBefore(button.dataset.move === "up" ? step : other, button.dataset.move === "up" ? other : step);
      button.focus();
      const steps = [...step.parentNode.children];
      const name = step.querySelector("[data-name]").textContent.trim();
      const place = { name, n: steps.indexOf(step) + 1, count: steps.length };
      step.closest("[data-item]").querySelector("[data-said-moved]").textContent = fill(this.words.moved, place);
      this.answer(step.closest("[data-item]"));
    }

    clear(item) {
      widgetOf(item).write(item, null);
      this.answer(item);
    }

    /** A tap on the picture: a point that is sent as it is, since only the server knows what lies there. */
    point(picture, event) {
      const item = picture.closest("[data-item]");
      const box = picture.getBoundingClientRect();
      const [width, height] = sizeOf(picture);
      const at = (place, length, size) => Math.min(size, Math.max(0, Math.round((place / length) * size)));
      const point = { x: at(event.clientX - box.left, box.width, width), y: at(event.clientY - box.top, box.height, height) };
      const most = Number(item.querySelector("[data-most]").dataset.most) || Infinity;
      if (most === 1) check(item, []);
      const room = Math.max(0, most - checked(item).length);
      drawPoints(item, room ? [...pointsOf(item), point].slice(-room) : pointsOf(item));
      this.answer(item);
    }

    // The clock: the server says how many seconds are left, and a clock that nobody can set counts them down.

    startClock(seconds) {
      if (seconds === "" || seconds === undefined || "break" in this.box.dataset) return;
      this.left(Number(seconds));
      this.ticking = root.setInterval(() => this.tick(), 1000);
    }

    left(seconds) {
      this.ends = root.performance.now() + seconds * 1000;
      this.lastTold = this.lastTold === undefined ? seconds + 1 : this.lastTold;
      this.tick();
    }

    tick() {
      if (!this.box.isConnected) return root.clearInterval(this.ticking);
      if (this.ends === undefined) return undefined;
      const seconds = Math.max(0, Math.ceil((this.ends - root.performance.now()) / 1000));
      for (const place of this.box.querySelectorAll("[data-clock]")) {
        place.textContent = clockText(seconds);
        place.parentNode.dataset.low = seconds <= 300 ? "yes" : "";
      }
      const due = TOLD_AT.filter((one) => seconds <= one && this.lastTold > one).pop();
      if (due !== undefined) this.box.querySelector("[data-clock-status]").textContent = this.inWords(seconds);
      this.lastTold = seconds;
      if (seconds === 0) this.timeUp();
      return undefined;
    }

    inWords(seconds) {
      const minutes = Math.round(seconds / 60);
      if (seconds > 90) return fill(this.words.minutesLeft, { n: minutes });
      return seconds > 45 ? this.words.minuteLeft : fill(this.words.secondsLeft, { n: seconds });
    }

    async timeUp() {
      if (this.ended) return;
      this.ended = true;
      root.clearInterval(this.ticking);
      if (this.typed) this.answer(this.typed);
      this.panel.say(this.words.timeUp, "error");
      const all = await this.answers.flush();
      if (this.closed) return;
      if (all) await this.panel.send("submit", { client_id: W.newId(), attempt: this.id }).catch((error) => this.again(error));
      else this.again();
    }

    /** The server could not be reached at the end: it closes the attempt by itself; the page goes on asking. */
    again(error) {
      if (error) this.panel.fail(error);
      root.setTimeout(() => {
        this.ended = false;
        this.timeUp();
      }, 5000);
    }
  }

  root.WestmecAssessment = function (runtime, element, args) {
    const node = element[0] || element;
    const urls = Object.fromEntries(["page", "act", "upload"].map((name) => [name, W.addresses(runtime, node, name)]));
    const panel = new W.Panel(node.querySelector("[data-westmec]"), urls, args.words);
    let exam = null;
    panel.rendered.push((_, region) => {
      const box = region.querySelector("[data-attempt][data-events]");
      exam = box ? new Exam(panel, box, args.keep) : null;
    });
    // What waits on this device goes first; handing in before would close the attempt without it.
    panel.prepare.push((_, form) => {
      if (!exam || !form.matches('[data-act="submit"], [data-act="pause"]')) return undefined;
      if (exam.typed) exam.answer(exam.typed);
      if (!exam.answers.queue.length) return undefined;
      exam.answers.flush().then((all) => {
        if (all) panel.act(form);
        else panel.say(fill(args.words.pending, { n: exam.answers.queue.length }), "error", form);
      });
      return false;
    });
    root.addEventListener("online", () => exam && exam.answers.flush());
    root.document.addEventListener("visibilitychange", () => {
      if (!exam || !exam.box.isConnected || "break" in exam.box.dataset) return;
      exam.answers.add(root.document.hidden ? "left" : "resumed", exam.inView || "");
    });
    if (root.WestmecAssessmentStaff) root.WestmecAssessmentStaff(panel, args);
    panel.render();
  };

  if (typeof module !== "undefined" && module.exports) module.exports = { clockText, WIDGETS, fill };
})(typeof window === "undefined" ? globalThis : window);
