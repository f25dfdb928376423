/* The bank: a list that comes page by page, one item at a time in a panel of its own, shared texts, tables. */
(function (root) {
  "use strict";
  const Rows = root.WestmecStudioRows;
  const { nextKey } = root.WestmecStudioDraft;
  const AFTER = 500;

  class Bank {
    constructor(editor) {
      this.editor = editor;
      this.pane = editor.pane("bank");
      this.page = 1;
      this.open = null;
      this.pane.addEventListener("click", (event) => this.onClick(event));
      this.pane.addEventListener("input", (event) => this.onInput(event));
      this.pane.addEventListener("change", (event) => this.onChange(event));
      this.pane.addEventListener("submit", (event) => event.preventDefault());
      this.find("[data-stimuli-box]").addEventListener("toggle", (event) => event.target.open && this.showStimuli(""));
    }

    find(selector) {
      return this.pane.querySelector(selector);
    }

    get draft() {
      return this.editor.draft;
    }

    get filters() {
      return this.find("[data-filters]");
    }

    get form() {
      return this.find("[data-item-form]");
    }

    onInput(event) {
      if (event.target.closest("[data-filters]")) this.later("list", () => this.list(1));
      else if (event.target.closest("[data-item-form]")) this.itemTouched();
    }

    onChange(event) {
      if (event.target.closest("[data-csv-file]")) this.takeIn(event.target);
      else if (event.target.matches("[data-preview-language], [data-preview-key]") && this.previewed) this.preview();
    }

    later(what, run) {
      root.clearTimeout(this[what + "Timer"]);
      this[what + "Timer"] = root.setTimeout(run, AFTER);
    }

    onClick(event) {
      const button = event.target.closest("button");
      if (!button) return;
      const data = button.dataset;
      if (Rows.onClick(button, this.editor.words, (text) => this.editor.say(text))) {
        if (button.closest("[data-item-form]")) this.itemTouched();
      } else if (data.edit) this.edit(data.edit);
      else if (data.page) this.list(Number(data.page), true);
      else if (data.putBack) this.putBack(data.putBack);
      else if ("newItem" in data) this.show({ key: nextKey(this.draft.changes.items), ask: { kind: this.find("[data-new-kind]").value, domain: this.find('[name="domain"]').value } });
      else if ("keep" in data) this.keep(true).then((kept) => kept && this.close(this.editor.words.kept));
      else if ("close" in data) this.leave();
      else if ("copy" in data) this.copy();
      else if ("retire" in data) this.retire();
      else if ("restore" in data) this.restore();
      else if ("delete" in data) this.remove();
      else if ("preview" in data) this.preview();
      else if ("previewAgain" in data) this.preview(true);
      else if (data.stimulus) this.showStimuli(data.stimulus);
      else if ("addStimulus" in data) this.addStimulus();
      else if ("keepStimulus" in data) this.keepStimulus(button.closest("form"));
      else if ("closeStimulus" in data) this.showStimuli("");
      else if ("dropStimulus" in data) this.dropStimulus(button.closest("form"));
      else if (data.csvGet) this.download(data.csvGet);
    }

    // The list.

    async list(page, moved) {
      this.page = page;
      const turn = (this.turn = (this.turn || 0) + 1);
      const data = { ...Rows.read(this.filters), page, changes: this.draft.whole() };
      const answer = await this.editor.ask("items", data, () => turn === this.turn);
      if (!answer || turn !== this.turn) return;
      this.page = answer.page;
      this.find("[data-items]").innerHTML = answer.html;
      this.find("[data-bank-said]").textContent = answer.said;
      this.offerDomains(answer.domains);
      if (moved) this.focusList();
    }

    focusList() {
      const first = this.find("[data-items] button:not(:disabled)") || this.find('[name="search"]');
      first.focus();
    }

    offerDomains(domains) {
      const select = this.find('[data-filters] [name="domain"]');
      const known = [...select.options].slice(1).map((option) => option.value + option.textContent);
      if (known.join("\n") === domains.map(([value, name]) => value + name).join("\n")) return;
      const chosen = select.value;
      select.replaceChildren(select.options[0], ...domains.map(([value, name]) => new root.Option(name, value, false, value === chosen)));
    }

    putBack(key) {
      this.draft.putBack(key);
      this.editor.changed();
      this.editor.say(this.editor.words.putBack);
      this.list(this.page, true);
    }

    // One item.

    edit(key) {
      const change = this.draft.changes.items[key];
      return this.show({ key, ask: change ? { item: change.item } : {}, kept: Boolean(change) });
    }

    /** Open an item's panel. `ask` says what the server shall show: an item, a kind of a new one, or nothing but the key. */
    async show({ key, ask, fresh, kept }) {
      const answer = await this.editor.ask("item", { ...ask, key, changes: this.draft.light(key) });
      if (!answer) return;
      this.find("[data-item-place]").innerHTML = answer.html;
      this.find("[data-bank-list]").hidden = true;
      this.open = { key, was: answer.was, seen: answer.seen, before: fresh ? "" : JSON.stringify(Rows.read(this.form)), kept: !key.startsWith("n") || Boolean(kept) };
      this.find("[data-restore]").hidden = !(kept && answer.was);
      this.previewed = false;
      this.seed = 1;
      if (answer.why) this.heading(answer);
      this.find("[data-item-place] [data-heading]").focus();
      if (!ask.kind) this.check();
    }

    heading(answer) {
      const head = this.find("[data-findings-head]");
      const count = answer.errors + answer.warnings;
      const text = answer.why || (count ? this.editor.words.toMend.replace("{n}", count) : this.editor.words.noFindings);
      if (head.textContent !== text) head.textContent = text;
    }

    itemTouched() {
      if (!this.open) return;
      this.draft.open = this.isDirty ? { ...this.open, item: Rows.read(this.form) } : null;
      this.editor.changed();
      this.later("check", () => this.check());
    }

    get isDirty() {
      return Boolean(this.open) && JSON.stringify(Rows.read(this.form)) !== this.open.before;
    }

    /** The server's word on the item as it stands; null where it cannot be read yet. */
    async check() {
      if (!this.open) return null;
      const { key } = this.open;
      const turn = (this.checking = (this.checking || 0) + 1);
      const fits = () => turn === this.checking && this.open && this.open.key === key;
      const answer = await this.editor.ask("check_item", { key, item: Rows.read(this.form), changes: this.draft.light(key) }, fits);
      if (!fits()) return null;
      if (!answer) {
        this.heading({ why: this.editor.why });
        return null;
      }
      Rows.showFindings(this.find("[data-item-place] [data-findings]"), { ...answer, findings: answer.findings.map((one) => ({ ...one, item: "" })) }, this.editor.words);
      this.heading(answer);
      if (this.previewed) this.preview();
      return answer;
    }

    /** Put the open item into the draft; false where it cannot be read. An item that nobody touched stays as it is. */
    async keep(asked) {
      if (!this.open) return true;
      if (!this.isDirty && !(asked && !this.open.kept)) return true;
      root.clearTimeout(this.checkTimer);
      const { key } = this.open;
      const given = Rows.read(this.form);
      const answer = await this.editor.ask("check_item", { key, item: given, changes: this.draft.light(key) });
      if (!this.open || this.open.key !== key) return false;
      if (!answer) {
        this.heading({ why: this.editor.why });
        this.find("[data-item-place] [data-heading]").focus();
        return false;
      }
      this.draft.keep(key, answer.item, this.open);
      this.draft.open = null;
      this.open.before = JSON.stringify(given);
      this.open.kept = true;
      this.editor.changed();
      // What was typed while the server answered is kept as well.
      return this.isDirty ? this.keep(asked) : true;
    }

    leave() {
      if (this.isDirty && !root.confirm(this.editor.words.closeFirst)) return;
      this.close("");
    }

    async close(text) {
      const { key } = this.open;
      this.open = null;
      this.draft.open = null;
      root.clearTimeout(this.checkTimer);
      this.find("[data-item-place]").replaceChildren();
      this.find("[data-bank-list]").hidden = false;
      this.editor.changed();
      await this.list(this.page);
      this.editor.say(text);
      const same = this.find('[data-edit="' + key + '"]');
      if (same) same.focus();
      else this.focusList();
    }

    async copy() {
      if (!(await this.keep())) return;
      await this.show({ key: nextKey(this.draft.changes.items), ask: { item: Rows.read(this.form), copy: true }, fresh: true });
      this.itemTouched();
    }

    async retire() {
      this.form.querySelector('[name="status"]').value = "retired";
      if (await this.keep()) this.close(this.editor.words.kept);
    }

    restore() {
      this.draft.putBack(this.open.key);
      this.close(this.editor.words.putBack);
    }

    remove() {
      if (!root.confirm(this.editor.words.removeItem)) return;
      this.draft.remove(this.open.key, this.open);
      this.close(this.editor.words.removed);
    }

    async preview(again) {
      if (again) this.seed += 1;
      const data = {
        item: Rows.read(this.form),
        changes: this.draft.light(this.open.key),
        seed: String(this.seed),
        language: this.find("[data-preview-language]").value,
        with_key: this.find("[data-preview-key]").checked,
      };
      const answer = await this.editor.ask("preview_item", data);
      if (!answer || !this.open) return;
      this.previewed = true;
      this.find("[data-preview-place]").innerHTML = answer.html;
    }

    // Shared texts.

    async showStimuli(name) {
      const answer = await this.editor.ask("stimuli", { name, changes: this.draft.whole() });
      if (!answer) return;
      this.find("[data-stimuli]").innerHTML = answer.html;
      if (name) this.find("[data-stimuli] textarea").focus();
    }

    addStimulus() {
      const name = this.find("[data-new-stimulus]").value.trim();
      if (name) this.showStimuli(name);
      else this.find("[data-new-stimulus]").focus();
    }

    keepStimulus(form) {
      this.changeStimulus(form, Rows.read(form).text, this.editor.words.kept);
    }

    dropStimulus(form) {
      if (root.confirm(this.editor.words.remove)) this.changeStimulus(form, null, this.editor.words.removed);
    }

    async changeStimulus(form, text, said) {
      const { stimuli } = this.draft.changes;
      const before = { ...stimuli };
      stimuli[form.dataset.name] = text;
      const answer = await this.editor.ask("stimuli", { changes: this.draft.whole() });
      if (!answer) {
        this.draft.changes.stimuli = before;
        return;
      }
      this.find("[data-stimuli]").innerHTML = answer.html;
      this.editor.changed();
      this.editor.say(said);
      this.find("[data-stimuli] button").focus();
    }

    // Tables.

    async download(act) {
      const answer = await this.editor.ask(act, { changes: this.draft.whole() });
      if (!answer) return;
      const link = document.createElement("a");
      link.href = root.URL.createObjectURL(new root.Blob([answer.text], { type: "text/csv;charset=utf-8" }));
      link.download = answer.name;
      link.click();
      root.setTimeout(() => root.URL.revokeObjectURL(link.href), 10000);
    }

    async takeIn(input) {
      const [file] = input.files;
      if (!file) return;
      const answer = await this.editor.ask("csv_import", { changes: this.draft.whole() }, undefined, file);
      input.value = "";
      if (!answer) return;
      this.find("[data-csv-said]").textContent = answer.said;
      Rows.sentences(this.find("[data-csv-problems]"), answer.problems.map((one) => one.text), "error");
      if (!answer.ok) return;
      for (const [key, change] of Object.entries(answer.items)) this.draft.keep(key, change.item, change);
      this.editor.changed();
      this.list(1);
    }
  }

  root.WestmecStudioBank = Bank;
})(typeof window === "undefined" ? globalThis : window);
