/* The evaluator's page: ratings and STOP, group entry, drafts, and signing when the network is back. */
(function (root) {
  "use strict";
  const W = root.Westmec;
  const KEEP_AFTER = new Set(["signed_out", "masquerading"]);

  const isRated = (line) => Boolean(line.querySelector('input[type="radio"]:checked:not([value=""])'));

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
    if (form.stepper) form.stepper.summarise();
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
      panel.say(panel.words.sayWhatYouSaw, "error", act.closest("details"));
      act.focus();
      return false;
    }
    data.stop = { skill: stop, act: act.value };
    return true;
  }

  /** A group's data without the learners for whom nothing was entered, and without stops that say nothing. */
  function withoutUnrated(data) {
    if (!data.learners) return data;
    const learners = Object.entries(data.learners).map(([id, { stop, ...one }]) => [id, stop && (stop.act || "").trim() ? { ...one, stop } : one]);
    const entered = ([, one]) => one.stop || Object.values(one.ratings || {}).some((rating) => rating.value);
    return { ...data, learners: Object.fromEntries(learners.filter(entered)) };
  }

  root.WestmecEvaluator = function (panel, args) {
    const drafts = new root.WestmecDrafts(root.localStorage, args.draft_prefix);

    panel.rendered.push((_, region) => {
      for (const form of region.querySelectorAll("form[data-rate], form[data-group]")) {
        const kept = form.dataset.draft && drafts.read(form.dataset.draft);
        if (kept) restore(form, kept);
        if (form.querySelector("[data-overview]")) form.stepper = new root.WestmecStepper(form, drafts);
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
        box.dispatchEvent(new Event("input", { bubbles: true }));
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
        if (!drafts.queue(act, data, { draft: about && about.draft })) throw error;
        panel.say(panel.words.queued, "error", about && about.form);
        return null;
      }
    };

    const fail = panel.fail.bind(panel);
    panel.fail = (error, near) => {
      const form = panel.region.querySelector("form[data-rate]");
      if (error.skill && form && form.stepper) form.stepper.show(error.skill);
      fail(error, near);
    };

    /** The form on the page that holds this act, if the evaluator has not gone on meanwhile. */
    function formOf(one) {
      const ids = [...panel.region.querySelectorAll('form[data-act] > input[name="client_id"], form[data-act] > input[name="batch_id"]')];
      const input = ids.find((id) => id.value === one.data.client_id);
      return input && input.form;
    }

    /** False when it has to wait longer: no network, a server in trouble, a session that has ended. */
    async function sendOne(one) {
      const form = formOf(one);
      try {
        await send(one.act, one.data, { ...one.about, quiet: !form, form });
      } catch (error) {
        const answered = error instanceof W.Refused && error.code && error.status < 500 && !KEEP_AFTER.has(error.code);
        if (!answered) return false;
        drafts.sent(one.data.client_id);
        panel.fail(error, form);
      }
      return true;
    }

    let sending = false;

    /** Signed acts that could not be sent: each carries its id, so sending one twice records it once. */
    async function sendUnsent() {
      if (sending) return;
      sending = true;
      try {
        for (const one of drafts.unsent()) if (!(await sendOne(one))) return;
      } finally {
        sending = false;
      }
    }
    root.addEventListener("online", sendUnsent);
    root.setInterval(sendUnsent, 30000);
    if (drafts.unsent().length) sendUnsent();
  };

  if (typeof module !== "undefined" && module.exports) module.exports = { withoutUnrated };
})(typeof window === "undefined" ? globalThis : window);
