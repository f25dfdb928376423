/* Settings and blueprint: what the bank holds against what is asked, as one types; a whole form to look at. */
(function (root) {
  "use strict";
  const Rows = root.WestmecStudioRows;
  const CHECK_AFTER = 600;

  class Blueprint {
    constructor(editor) {
      this.editor = editor;
      this.pane = editor.pane("settings");
      this.seed = 1;
      this.pane.addEventListener("input", (event) => {
        if (event.target.closest("[data-settings]")) this.touched();
      });
      this.pane.addEventListener("submit", (event) => event.preventDefault());
      this.pane.addEventListener("click", (event) => this.onClick(event));
      this.find("[data-form-key]").addEventListener("change", () => this.shown && this.showForm());
      this.find("[data-form-language]").addEventListener("change", () => this.shown && this.showForm());
    }

    find(selector) {
      return this.pane.querySelector(selector);
    }

    get form() {
      return this.find("[data-settings]");
    }

    touched() {
      this.editor.draft.changes.settings = Rows.read(this.form);
      this.editor.changed();
      root.clearTimeout(this.timer);
      this.timer = root.setTimeout(() => this.check(), CHECK_AFTER);
    }

    async check() {
      const turn = (this.turn = (this.turn || 0) + 1);
      const answer = await this.editor.ask("blueprint", { changes: this.editor.draft.whole() }, () => turn === this.turn);
      if (answer && turn === this.turn) this.render(answer);
    }

    render(state) {
      const rows = [...this.find('[data-rows="domains"] > [data-list]').children].filter((row) => Rows.saysSomething(Rows.read(row)));
      rows.forEach((row, place) => {
        for (const held of row.querySelectorAll("[data-held]")) {
          const cell = state.domains[place] && state.domains[place][held.dataset.held];
          held.textContent = cell ? cell.text : "";
          held.toggleAttribute("data-short", Boolean(cell && cell.short));
        }
      });
      Rows.sentences(this.find("[data-shortages]"), state.shortages, "error");
      Rows.sentences(this.find("[data-minimums]"), state.minimums);
      this.find("[data-total]").replaceChildren(
        ...state.total.map((text) => {
          const line = document.createElement("p");
          line.className = "wm-note";
          line.textContent = text;
          return line;
        }),
      );
      Rows.showFindings(this.find("[data-findings]"), state, this.editor.words);
      const about = this.find("[data-about-items]");
      about.firstElementChild.textContent = state.about_items;
      about.hidden = !state.about_items;
      this.find("[data-findings-box]").hidden = !state.findings.length && !state.about_items;
    }

    /** The form as the draft has it, from the server. */
    async refill() {
      const answer = await this.editor.ask("settings", { changes: this.editor.draft.whole() });
      if (answer) this.form.innerHTML = answer.html;
    }

    onClick(event) {
      const button = event.target.closest("button");
      if (!button) return;
      if (Rows.onClick(button, this.editor.words, (text) => this.editor.say(text))) this.touched();
      else if ("showProblems" in button.dataset) this.editor.showProblems();
      else if ("formShow" in button.dataset) this.showForm();
      else if ("formAgain" in button.dataset) {
        this.seed += 1;
        this.showForm();
      } else if ("formClose" in button.dataset) this.closeForm();
    }

    async showForm() {
      const data = {
        changes: this.editor.draft.whole(),
        seed: String(this.seed),
        form: this.find("[data-form-name]").value,
        language: this.find("[data-form-language]").value,
        with_key: this.find("[data-form-key]").checked,
      };
      const answer = await this.editor.ask("preview_form", data);
      if (!answer) return;
      this.shown = true;
      this.find("[data-form-place]").innerHTML = answer.html;
      this.find("[data-form-said]").textContent = answer.said;
      Rows.sentences(this.find("[data-form-more]"), answer.more, "error");
      this.find("[data-form-again]").disabled = !answer.html || data.form !== "";
      this.find("[data-form-close]").hidden = false;
    }

    closeForm() {
      this.shown = false;
      this.find("[data-form-place]").replaceChildren();
      this.find("[data-form-said]").textContent = "";
      this.find("[data-form-more]").replaceChildren();
      this.find("[data-form-close]").hidden = true;
      this.find("[data-form-again]").disabled = true;
      this.find("[data-form-show]").focus();
    }
  }

  root.WestmecStudioBlueprint = Blueprint;
})(typeof window === "undefined" ? globalThis : window);
