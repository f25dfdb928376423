/* Taking an assessment: the clock, one question at a time, answers that are sent as they are given. */
(function (root) {
  "use strict";
  const W = root.Westmec;
  const { widgetOf, drawPoints, pointsOf, tap, moveStep } = W.widgets;
  const TYPING = 700;
  const ASK_AGAIN = 5000;
  const TOLD_AT = [600, 300, 60, 30, 10];
  const LOW = 300;
  const LISTED = 10;

  /** "12:05", or "1:02:05" from an hour on. */
  function clockText(seconds) {
    const [hours, minutes, rest] = [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60, seconds % 60];
    const two = (number) => String(number).padStart(2, "0");
    return hours ? hours + ":" + two(minutes) + ":" + two(rest) : minutes + ":" + two(rest);
  }

  const fill = (words, values) => words.replace(/\{(\w+)\}/g, (_, name) => values[name]);

  /** Seconds that somebody can read off: a clock of the browser that nobody can set counts them down from what the server said. */
  class Countdown {
    constructor(seconds, show) {
      this.show = show;
      this.set(seconds);
      this.ticking = root.setInterval(() => this.tick(), 1000);
    }

    set(seconds) {
      this.ends = root.performance.now() + seconds * 1000;
      this.tick();
    }

    tick() {
      if (this.show(Math.max(0, Math.ceil((this.ends - root.performance.now()) / 1000))) === false) this.stop();
    }

    stop() {
      root.clearInterval(this.ticking);
    }
  }

  /** The browser's store, or null where it is forbidden: then answers wait in the page alone. */
  function storeOf(window) {
    try {
      return window.localStorage;
    } catch {
      return null;
    }
  }

  class Exam {
    /** ``answers``: those of the same attempt, where this page shows it anew. */
    constructor(panel, box, answers) {
      Object.assign(this, { panel, box, answers, words: panel.words, id: box.dataset.attempt });
      this.answers.tell = (state, answer, sent) => this.box.isConnected && this.told(state, answer, sent);
      this.events = Number(box.dataset.events) || 0;
      this.one = box.dataset.layout === "one";
      this.refused = new Set();
      this.restore();
      this.listen();
      this.startClock();
      this.mark();
      if (this.answers.queue.length) this.answers.flush();
      this.shown();
    }

    restore() {
      for (const given of this.box.querySelectorAll("[data-given]")) {
        const item = given.closest("[data-item]");
        widgetOf(item).write(item, JSON.parse(given.dataset.given));
      }
      const waiting = this.answers.pending;
      this.touched = new Set(waiting.map((event) => event.item));
      for (const event of waiting) {
        const item = this.item(event.item);
        if (!item) continue;
        widgetOf(item).write(item, event.response);
        this.say(event, "waiting");
      }
    }

    item(id) {
      return this.box.querySelector('[data-item="' + CSS.escape(id) + '"]');
    }

    listen() {
      this.box.addEventListener("change", (event) => this.onChange(event));
      this.box.addEventListener("input", (event) => this.onInput(event));
      this.box.addEventListener("click", (event) => this.onClick(event));
      // A picture whose author did not tell its size has one once it is there.
      this.box.addEventListener("load", (event) => this.redraw(event.target), true);
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

    /** Record what was typed and not recorded yet. */
    settle() {
      if (this.typed) this.answer(this.typed);
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
      this.refused.delete(item.dataset.item);
      this.answers.add("answered", item.dataset.item, response);
      this.mark();
    }

    flag(box) {
      this.answers.add(box.checked ? "flagged" : "unflagged", box.dataset.flag);
      this.mark();
    }

    told(state, answer, sent) {
      for (const event of sent) if (event.kind === "answered") this.say(event, state, answer);
      if (state === "waiting") this.net(this.whyWaiting(answer.error), "error");
      if (state !== "saved") return;
      this.events += answer.own;
      if (answer.back) this.panel.say("");
      if (answer.events > this.events) this.elsewhere();
      else if (!this.answers.queue.length) this.net(answer.back ? this.words.back : "", "done");
      if (answer.seconds_left !== null && this.clock) this.clock.set(answer.seconds_left);
      if (answer.open || this.closed) return;
      this.closed = true;
      this.panel.open("result?attempt=" + this.id, true);
    }

    whyWaiting(error) {
      const { words } = this;
      const n = this.answers.pending.length;
      const why = error instanceof W.Refused ? (error.status >= 500 ? words.unavailable : words.signedOut) : words.unreachable;
      if (this.ended) return why + " " + words.endWaits;
      if (!n) return why + " " + words.goOnHere;
      const waits = n === 1 ? words.oneWaits : fill(words.manyWait, { n });
      return why + " " + waits + " " + (this.answers.isKept ? words.goOn : words.stay);
    }

    /** What there is to know about the way to the server. It stands below what can be pressed, and so moves nothing under a finger. */
    net(text, kind) {
      const status = this.box.querySelector("[data-net-status]");
      if (this.isElsewhere || status.textContent === text) return;
      status.textContent = text;
      for (const line of this.box.querySelectorAll("[data-net]")) {
        line.textContent = text;
        line.dataset.kind = kind;
      }
    }

    say(event, state, answer) {
      const item = this.item(event.item);
      const place = item && item.closest("[data-question]").querySelector("[data-saved]");
      if (!place) return;
      const { words } = this;
      const receipt = state === "saved" ? answer.receipts.find((one) => one.client_id === event.client_id) : null;
      const why = state === "refused" ? answer.message : receipt && receipt.refused;
      if (why) this.refused.add(event.item);
      place.textContent = why ? fill(words.refused, { why }) : receipt && receipt.late ? words.late : words[state];
      place.dataset.kind = why || (receipt && receipt.late) ? "error" : state;
      this.mark();
    }

    elsewhere() {
      if (this.isElsewhere) return;
      this.net(this.words.elsewhere, "error");
      this.isElsewhere = true;
      for (const line of this.box.querySelectorAll("[data-net]")) {
        const again = root.document.createElement("button");
        Object.assign(again, { type: "button", className: "wm-button wm-small", textContent: this.words.again });
        again.dataset.open = "attempt";
        line.append(" ", again);
      }
    }

    // Where the learner is.

    onClick(event) {
      const find = (name) => event.target.closest("[" + name + "]");
      if (find("data-go")) this.go(find("data-go").dataset.go);
      else if (find("data-move")) this.move(find("data-move"));
      else if (find("data-as-is")) this.answer(find("data-item"));
      else if (find("data-clear")) this.clear(find("data-item"));
      else if (find("data-picture")) this.answer(tap(find("data-picture"), event));
    }

    go(where) {
      this.settle();
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
      const buttons = this.box.querySelectorAll("[data-of]");
      for (const button of buttons) {
        const answered = this.isAnswered(this.item(button.dataset.of));
        const flag = this.box.querySelector('[data-flag="' + CSS.escape(button.dataset.of) + '"]').checked;
        button.querySelector(".wm-nav-mark").dataset.mark = answered ? "done" : "";
        button.querySelector(".wm-nav-flag").hidden = !flag;
        button.querySelector("[data-state]").textContent = ", " + (answered ? words.answered : words.open) + (flag ? ", " + words.flagged : "");
        if (!answered) open.push(button.dataset.go);
      }
      const tally = this.box.querySelector("[data-tally]");
      if (!tally) return;
      tally.textContent = fill(words.tally, { n: buttons.length - open.length, count: buttons.length });
      const told = this.box.querySelector("[data-unanswered]");
      told.hidden = !open.length;
      told.textContent = fill(open.length > LISTED ? words.manyOpen : words.unanswered, { n: open.length, list: open.join(", ") });
    }

    isAnswered(item) {
      const id = item.dataset.item;
      if (this.refused.has(id)) return false;
      const widget = widgetOf(item);
      if (item.dataset.widget === "order") return this.touched.has(id) || Boolean(item.querySelector("[data-given]"));
      return widget.read(item) !== null && (!widget.isWhole || widget.isWhole(item));
    }

    move(button) {
      const step = moveStep(button);
      const item = step.closest("[data-item]");
      const steps = [...step.parentNode.children];
      const place = { name: step.querySelector("[data-name]").textContent.trim(), n: steps.indexOf(step) + 1, count: steps.length };
      item.querySelector("[data-said-moved]").textContent = fill(this.words.moved, place);
      this.answer(item);
    }

    clear(item) {
      widgetOf(item).write(item, null);
      this.answer(item);
    }

    redraw(image) {
      const item = image.matches("[data-picture]") && image.closest("[data-item]");
      if (item) drawPoints(item, pointsOf(item));
    }

    // The clock: the server says how many seconds are left.

    startClock() {
      const { seconds, breakLeft } = this.box.dataset;
      if (breakLeft) this.clock = new Countdown(Number(breakLeft), (left) => this.showBreak(left));
      else if (seconds) this.clock = new Countdown(Number(seconds), (left) => this.showTime(left));
    }

    showTime(seconds) {
      if (!this.box.isConnected || this.ended) return false;
      for (const place of this.box.querySelectorAll("[data-clock]")) {
        place.textContent = clockText(seconds);
        place.parentNode.dataset.low = seconds <= LOW ? "yes" : "";
      }
      const before = this.lastTold ?? seconds + 1;
      if (TOLD_AT.some((one) => seconds <= one && before > one)) this.box.querySelector("[data-clock-status]").textContent = this.inWords(seconds);
      this.lastTold = seconds;
      if (seconds === 0) this.timeUp();
      return seconds > 0;
    }

    /** Once the break is used up the clock runs: the questions come back by themselves. */
    showBreak(seconds) {
      if (!this.box.isConnected) return false;
      this.box.querySelector("[data-break-clock]").textContent = clockText(seconds);
      if (seconds === 0) this.panel.open("attempt");
      return seconds > 0;
    }

    inWords(seconds) {
      const minutes = Math.round(seconds / 60);
      if (seconds > 90) return fill(this.words.minutesLeft, { n: minutes });
      return seconds > 45 ? this.words.minuteLeft : fill(this.words.secondsLeft, { n: seconds });
    }

    /** Nothing can be answered any more. What is on its way arrives first; then the attempt is closed, by the server alone if need be. */
    async timeUp() {
      this.settle();
      this.ended = true;
      for (const part of this.box.querySelectorAll("[data-question], [data-review]")) part.inert = true;
      this.panel.say(this.words.timeUp, "error");
      const all = await this.answers.flush();
      if (this.closed || !this.box.isConnected) return;
      try {
        if (all) return await this.panel.send("submit", { client_id: W.newId(), attempt: this.id, time_up: true });
      } catch (error) {
        if (!(error instanceof W.Refused) && !(error instanceof TypeError)) throw error;
        this.net(this.whyWaiting(error), "error");
      }
      return root.setTimeout(() => this.timeUp(), ASK_AGAIN);
    }
  }

  root.WestmecAssessment = function (runtime, element, args) {
    const node = element[0] || element;
    const urls = Object.fromEntries(["page", "act", "upload"].map((name) => [name, W.addresses(runtime, node, name)]));
    const panel = new W.Panel(node.querySelector("[data-westmec]"), urls, args.words);
    const store = storeOf(root);
    const answersOf = new Map();
    let exam = null;

    function answersFor(attempt) {
      const send = (events) => W.post(urls.act("events"), { client_id: W.newId(), attempt, events });
      const make = () => new W.Answers({ store, key: args.keep + ":" + attempt, send, tell: () => {} });
      if (!answersOf.has(attempt)) answersOf.set(attempt, make());
      return answersOf.get(attempt);
    }

    /** What still waits from an attempt that ended meanwhile goes up too: it is kept apart there, for a person to judge. */
    function sendLeftOvers() {
      for (const attempt of W.attemptsIn(store, args.keep)) {
        if (exam && exam.id === attempt) continue;
        const answers = answersFor(attempt);
        const count = answers.pending.length;
        answers.tell = (state) => state === "saved" && count && panel.say(fill(args.words.leftOver, { n: count }), "error");
        answers.flush();
      }
    }

    panel.rendered.push((_, region) => {
      const box = region.querySelector("[data-attempt][data-events]");
      if (exam && exam.clock) exam.clock.stop();
      exam = box ? new Exam(panel, box, answersFor(box.dataset.attempt)) : null;
    });
    // What waits on this device goes first; handing in before would close the attempt without it.
    panel.prepare.push((_, form) => {
      if (!exam || !form.matches('[data-act="submit"], [data-act="pause"]')) return undefined;
      exam.settle();
      if (!exam.answers.queue.length) return undefined;
      exam.answers.flush().then((all) => {
        if (all) panel.act(form);
        else panel.say(args.words.sendFirst, "error", form);
      });
      return false;
    });
    panel.acknowledged.push((_, act, data, answer, { form }) => {
      if (act !== "dispute" || !form || answer.html !== undefined) return;
      form.reset();
      form.elements.client_id.value = W.newId();
    });
    root.addEventListener("online", () => exam && exam.answers.flush());
    root.addEventListener("beforeunload", (event) => {
      if (exam && exam.answers.queue.length && !exam.answers.isKept) event.preventDefault();
    });
    root.document.addEventListener("visibilitychange", () => {
      if (!exam || !exam.box.isConnected || exam.ended || exam.box.dataset.breakLeft) return;
      exam.settle();
      exam.answers.add(root.document.hidden ? "left" : "resumed", exam.inView || "");
    });
    if (root.WestmecAssessmentStaff) root.WestmecAssessmentStaff(panel, args);
    panel.render();
    sendLeftOvers();
  };

  if (typeof module !== "undefined" && module.exports) module.exports = { Countdown, Exam, clockText, fill };
})(typeof window === "undefined" ? globalThis : window);
