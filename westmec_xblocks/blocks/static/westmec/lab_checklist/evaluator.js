/* The evaluator's page: one line at a time, STOP beside each, group entry, drafts, and signing when the network is back. */
(function (root) {
  "use strict";
  const W = root.Westmec;

  const isRated = (line) => Boolean(line.querySelector('input[type="radio"]:checked:not([value=""])'));

  /** One line at a time, or all of them. */
  class Stepper {
    constructor(form) {
      this.form = form;
      this.lines = [...form.querySelectorAll("fieldset[data-line]")];
      this.place = 0;
      this.position = form.querySelector("[data-position]");
      this.all = form.querySelector("[data-all-lines]");
      form.addEventListener("click", (event) => {
        const button = event.target.closest("[data-step]");
        if (button) this.go(this.place + Number(button.dataset.step), true);
      });
      this.all.addEventListener("change", () => this.go(this.place));
      this.go(0);
    }

    go(place, focus) {
      this.place = Math.max(0, Math.min(this.lines.length - 1, place));
      this.lines.forEach((line, index) => (line.hidden = !this.all.checked && index !== this.place));
      for (const section of this.form.querySelectorAll("[data-section]")) section.hidden = !section.querySelector("fieldset[data-line]:not([hidden])");
      for (const button of this.form.querySelectorAll("[data-step]")) {
        button.disabled = this.all.checked || this.place + Number(button.dataset.step) < 0 || this.place + Number(button.dataset.step) >= this.lines.length;
      }
      for (const next of this.form.querySelectorAll("[data-next-line]")) next.hidden = this.all.checked || this.place === this.lines.length - 1;
      this.position.textContent = this.all.checked ? "" : this.place + 1 + " / " + this.lines.length;
      const chosen = focus && this.lines[this.place].querySelector("input:checked, input");
      if (chosen) {
        chosen.focus({ preventScroll: true });
        this.lines[this.place].scrollIntoView({ block: "nearest" });
      }
    }

    /** Show the line that a refusal names. */
    show(id) {
      const index = this.lines.findIndex((line) => line.dataset.line === id);
      if (index >= 0) this.go(index, true);
    }
  }

  function fields(form) {
    return [...form.elements].filter((control) => control.name && !("noDraft" in control.dataset) && control.type !== "file" && control.type !== "submit");
  }

  function remember(form) {
    return fields(form)
      .filter((control) => (control.type !== "radio" && control.type !== "checkbox") || control.checked)
      .map((control) => [control.name, control.value]);
  }

  function restore(form, kept) {
    const values = new Map();
    for (const [name, value] of kept) values.set(name, [...(values.get(name) || []), value]);
    for (const control of fields(form)) {
      const given = values.get(control.name);
      if (control.type === "radio" || control.type === "checkbox") {
        if (given || control.type === "checkbox") control.checked = Boolean(given && given.includes(control.value));
      } else if (given) {
        control.value = given.shift() ?? control.value;
      }
    }
  }

  function summarise(form) {
    const summary = form.querySelector("[data-summary]");
    if (!summary) return;
    const lines = form.querySelectorAll("fieldset[data-line], fieldset[data-learner]");
    const cells = [...form.querySelectorAll("td select")].filter((select) => select.value);
    const rated = lines.length ? [...lines].filter(isRated).length : cells.length;
    summary.textContent = summary.dataset.summaryText.replace("{rated}", rated).replace("{all}", lines.length);
    for (const line of lines) {
      const reason = line.querySelector("[data-shown-for]");
      if (reason) reason.hidden = !line.querySelector('input[type="radio"][value="na"]:checked');
    }
  }

  function fill(button, region) {
    for (const learner of region.querySelectorAll("fieldset[data-learner]")) {
      if (isRated(learner)) continue;
      for (const radio of learner.querySelectorAll('input[type="radio"]')) radio.checked = radio.value === button.dataset.fill;
    }
    summarise(button.form);
    button.form.dispatchEvent(new Event("input", { bubbles: true }));
  }

  function addStop(panel, form, data, submitter) {
    const stop = submitter && submitter.dataset.stop;
    if (!stop) return true;
    const act = form.querySelector('[data-stop-act="' + CSS.escape(stop) + '"]');
    if (!act.value.trim()) {
      panel.say(panel.words.sayWhatYouSaw, "error");
      act.focus();
      return false;
    }
    data.stop = { skill: stop, act: act.value };
    return true;
  }

  /** A group's data without the learners for whom nothing was entered. */
  function withoutUnrated(data) {
    if (!data.learners) return data;
    const learners = Object.entries(data.learners).filter(([, one]) => Object.values(one.ratings || {}).some((rating) => rating.value));
    return { ...data, learners: Object.fromEntries(learners) };
  }

  root.WestmecEvaluator = function (panel, args) {
    const drafts = new root.WestmecDrafts(root.localStorage, args.draft_prefix);

    panel.rendered.push((_, region) => {
      for (const form of region.querySelectorAll("form[data-rate], form[data-group]")) {
        const kept = form.dataset.draft && drafts.read(form.dataset.draft);
        if (kept) restore(form, kept);
        if (form.querySelector("[data-stepper]")) form.stepper = new Stepper(form);
        summarise(form);
      }
    });

    panel.element.addEventListener("input", (event) => {
      const form = event.target.closest("form[data-rate], form[data-group]");
      if (!form) return;
      summarise(form);
      if (form.dataset.draft) drafts.write(form.dataset.draft, remember(form));
    });

    panel.element.addEventListener("click", (event) => {
      const filler = event.target.closest("[data-fill]");
      const stopText = event.target.closest("[data-stop-fill]");
      if (filler) fill(filler, panel.region);
      if (stopText) {
        const box = stopText.form.querySelector('[data-stop-act="' + CSS.escape(stopText.dataset.stopFill) + '"]');
        box.value = stopText.textContent.trim();
        box.focus();
      }
    });

    panel.prepare.push((_, form, data, submitter) => addStop(panel, form, data, submitter));
    panel.prepare.push((_, form, data) => Object.assign(data, withoutUnrated(data)) && true);
    panel.acknowledged.push((_, act, data, answer, about) => {
      drafts.sent(data.client_id);
      if (about.draft) drafts.drop(about.draft);
    });

    const send = panel.send.bind(panel);
    panel.send = async (act, data, about) => {
      try {
        return await send(act, data, about);
      } catch (error) {
        const unreachable = error instanceof TypeError || error.status >= 502;
        if (!unreachable || !/^(sign|sign_group|second_rating)$/.test(act)) throw error;
        if (!drafts.queue(act, data, about)) throw error;
        panel.say(panel.words.queued, "error");
        return null;
      }
    };

    panel.fail = (fail => (error) => {
      fail(error);
      const form = panel.region.querySelector("form[data-rate]");
      if (error.skill && form && form.stepper) form.stepper.show(error.skill);
    })(panel.fail.bind(panel));

    /** Signed acts that could not be sent: each carries its id, so sending one twice records it once. */
    async function sendUnsent() {
      for (const one of drafts.unsent()) {
        try {
          await send(one.act, one.data, one.about);
        } catch (error) {
          if (!(error instanceof W.Refused) || error.status >= 500) return;
          drafts.sent(one.data.client_id);
          panel.fail(error);
        }
      }
    }
    root.addEventListener("online", sendUnsent);
    root.setInterval(sendUnsent, 30000);
    if (drafts.unsent().length) sendUnsent();
  };

  if (typeof module !== "undefined" && module.exports) module.exports = { withoutUnrated };
})(typeof window === "undefined" ? globalThis : window);
