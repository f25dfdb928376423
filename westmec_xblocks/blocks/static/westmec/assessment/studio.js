/* The author's form: three tabs over one draft; the server answers for what stands in it, and stores it once. */
(function (root) {
  "use strict";
  const W = root.Westmec;
  const Rows = root.WestmecStudioRows;
  const { Draft, inWords } = root.WestmecStudioDraft;
  const MEGABYTE = 1024 * 1024;
  // A text this long is checked when the author asks, not with each key.
  const LONG = 200000;

  class Editor {
    constructor(runtime, element, args) {
      this.runtime = runtime;
      this.node = element[0] || element;
      this.root = this.node.querySelector('[data-westmec="assessment-studio"]');
      this.words = args.words;
      this.most = args.most;
      this.url = W.addresses(runtime, this.node, "studio");
      this.draft = new Draft(args.base, args.place, root.sessionStorage);
      this.blueprint = new root.WestmecStudioBlueprint(this);
      this.bank = new root.WestmecStudioBank(this);
      this.olx = this.root.querySelector("[data-olx]");
      this.olx.addEventListener("input", () => this.olxTouched());
      this.root.addEventListener("click", (event) => this.onClick(event));
      this.view = "settings";
      this.isReadable = !("unreadable" in this.root.dataset);
      this.offer();
      if (this.isReadable) this.blueprint.check();
      else this.show("olx").then(() => this.say(this.words.unreadable, "error"));
    }

    pane(name) {
      return this.root.querySelector('[data-pane="' + name + '"]');
    }

    find(selector) {
      return this.root.querySelector(selector);
    }

    say(text, kind) {
      const status = this.find("[data-status]");
      status.textContent = text;
      status.dataset.kind = kind || "done";
    }

    /** The server's answer; null where it said no or could not be reached, which the status line tells unless `fits` says that it is no longer of interest. */
    async ask(act, data, fits, file) {
      try {
        const answer = await this.send(act, data, file);
        if (this.failed) this.say("");
        this.failed = false;
        return answer;
      } catch (error) {
        if (fits && !fits()) return null;
        this.failed = true;
        this.why = this.reason(error);
        this.say(this.why, "error");
        return null;
      }
    }

    reason(error) {
      return (error instanceof W.Refused || error.isOurs ? error.message : "") || this.words.offline;
    }

    send(act, data, file) {
      const body = new root.Blob([JSON.stringify(data)], { type: "application/json" });
      if (body.size + (file ? file.size : 0) > this.most) {
        const error = new Error(this.words.tooLarge.replace("{limit}", (this.most / MEGABYTE).toFixed(1)));
        error.isOurs = true;
        throw error;
      }
      const form = new root.FormData();
      form.append("data", body, "data.json");
      if (file) form.append("file", file);
      return W.upload(this.url(act), form);
    }

    /** Something in the draft is new: it is kept for a reload, and the page says what is not saved. */
    changed() {
      const kept = this.draft.store();
      const what = inWords(this.draft.changes, this.draft.olx, this.words);
      const line = this.find("[data-unsaved]");
      line.textContent = (what ? this.words.changes.replace("{what}", what) : "") + (kept ? "" : " " + this.words.notKept);
      line.hidden = !line.textContent.trim();
    }

    onClick(event) {
      const button = event.target.closest("button");
      if (!button) return;
      if (button.dataset.view) this.show(button.dataset.view);
      else if ("save" in button.dataset) this.save();
      else if ("cancel" in button.dataset) this.cancel();
      else if ("offerTake" in button.dataset) this.takeOffer();
      else if ("offerDrop" in button.dataset) this.dropOffer();
      else if ("olxCheck" in button.dataset) this.checkOlx();
      else if ("olxBack" in button.dataset) this.takeOlxBack();
    }

    // Tabs.

    async show(view) {
      if (view === this.view) return;
      if (view !== "olx" && !this.isReadable) return void this.say(this.words.unreadable, "error");
      if (this.view === "olx" && this.draft.olx !== null) return void this.say(this.words.olxFirst, "error");
      if (this.view === "bank" && !(await this.bank.keep())) return;
      if (view === "olx" && !(await this.fillOlx())) return;
      this.turnTo(view);
      if (view === "settings") this.blueprint.check();
      if (view === "bank" && !this.bank.open) this.bank.list(this.bank.page);
    }

    showProblems() {
      const { filters } = this.bank;
      filters.reset();
      filters.elements.show.value = "problems";
      this.bank.page = 1;
      this.show("bank");
    }

    turnTo(view) {
      this.view = view;
      for (const name of ["settings", "bank", "olx"]) this.pane(name).hidden = name !== view;
      for (const tab of this.root.querySelectorAll("[data-view]")) tab.setAttribute("aria-pressed", String(tab.dataset.view === view));
      this.say("");
    }

    // What an earlier page left behind.

    offer() {
      this.waiting = this.draft.left();
      if (!this.waiting) return;
      const { changes, olx, open } = this.waiting;
      const items = open ? { ...changes.items, [open.key]: {} } : changes.items;
      this.find("[data-offer-what]").textContent = inWords({ ...changes, stimuli: changes.stimuli || {}, items }, olx, this.words);
      this.find("[data-offer]").hidden = false;
      this.root.toggleAttribute("data-offering", true);
    }

    /** The offer is answered. */
    goOn() {
      this.waiting = null;
      this.find("[data-offer]").hidden = true;
      this.root.toggleAttribute("data-offering", false);
    }

    async takeOffer() {
      let found = this.waiting;
      let said = [];
      if (found.changes.base !== this.draft.base) {
        const answer = await this.ask("adopt", { changes: found.changes, open: found.open });
        if (!answer) return;
        found = { changes: answer.changes, olx: found.olx, open: answer.open };
        ({ said } = answer);
      }
      this.goOn();
      const { open } = found;
      this.draft.take(found);
      if (this.draft.changes.settings) await this.blueprint.refill();
      this.changed();
      if (this.draft.olx !== null) {
        this.olx.value = this.draft.olx;
        this.find("[data-olx-back]").disabled = false;
        this.turnTo("olx");
        this.checkOlx();
      } else if (open) {
        this.turnTo("bank");
        await this.bank.show({ key: open.key, ask: { item: open.item }, fresh: true });
        this.bank.itemTouched();
      } else {
        this.blueprint.check();
        if (Object.keys(this.draft.changes.items).length) this.show("bank");
      }
      this.say(said.join(" "));
    }

    dropOffer() {
      this.goOn();
      this.changed();
      this.find("[data-view]").focus();
    }

    // The OLX.

    async fillOlx() {
      if (this.draft.olx !== null) return true;
      const answer = await this.ask("olx", { changes: this.draft.whole() });
      if (!answer) return false;
      this.olx.value = this.filled = answer.olx;
      // A text field normalises line ends: what counts as an edit is measured against what it holds.
      this.filled = this.olx.value;
      this.checkOlx();
      return true;
    }

    olxTouched() {
      this.draft.olx = this.olx.value === this.filled ? null : this.olx.value;
      this.find("[data-olx-back]").disabled = this.draft.olx === null;
      this.changed();
      root.clearTimeout(this.timer);
      if (this.olx.value.length <= LONG) this.timer = root.setTimeout(() => this.checkOlx(), 900);
    }

    async checkOlx() {
      const turn = (this.turn = (this.turn || 0) + 1);
      const answer = await this.ask("check", { olx: this.olx.value, changes: {} }, () => turn === this.turn);
      if (!answer || turn !== this.turn) return;
      Rows.showFindings(this.find("[data-olx-findings]"), answer, this.words);
      this.find("[data-olx-box]").hidden = !answer.findings.length;
    }

    async takeOlxBack() {
      this.draft.olx = null;
      if (!(await this.fillOlx())) return;
      this.find("[data-olx-back]").disabled = true;
      this.changed();
      this.olx.focus();
    }

    // Saving.

    async save() {
      if (this.isSaving || (this.view === "bank" && !(await this.bank.keep()))) return;
      this.isSaving = true;
      this.runtime.notify("save", { state: "start", message: this.words.saving });
      const data = { changes: this.draft.whole() };
      if (this.draft.olx !== null) data.olx = this.draft.olx;
      try {
        const answer = await this.send("save", data);
        this.draft.base = answer.base;
        this.draft.forget();
        this.runtime.notify("save", { state: "end" });
      } catch (error) {
        this.say(this.reason(error), "error");
        this.runtime.notify("error", { title: this.words.notSaved, message: this.reason(error) });
      } finally {
        this.isSaving = false;
      }
    }

    cancel() {
      if (!this.draft.isEmpty && !root.confirm(this.words.cancel)) return;
      if (!this.waiting) this.draft.forget();
      this.runtime.notify("cancel", {});
    }
  }

  root.WestmecAssessmentStudio = function (runtime, element, args) {
    return new Editor(runtime, element, args);
  };
})(typeof window === "undefined" ? globalThis : window);
