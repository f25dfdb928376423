/* The author's form: sections and skills in the DOM are the list; the server checks them as one types. */
(function (root) {
  "use strict";
  const W = root.Westmec;
  const CHECK_AFTER = 700;

  /** The named controls inside `scope` that belong to it and not to a nested part. */
  function own(scope, inner) {
    return [...scope.querySelectorAll("[name]")].filter((control) => control.closest(inner) === (scope.matches(inner) ? scope : null));
  }

  function values(controls) {
    const data = {};
    for (const control of controls) {
      if (control.name.endsWith("[]") && !control.checked) continue;
      W.put(data, control.name, control.type === "checkbox" && !control.name.endsWith("[]") ? control.checked : control.value);
    }
    return data;
  }

  function readSkill(skill) {
    const data = values(own(skill, "[data-skill], [data-stop]").filter((control) => !control.closest("[data-stop]")));
    data.stops = [...skill.querySelectorAll("[data-stop]")].map((stop) => values([...stop.querySelectorAll("[name]")]));
    return data;
  }

  function readSection(section) {
    const data = values(own(section, "[data-section], [data-skill]").filter((control) => !control.closest("[data-skill]")));
    data.skills = [...section.querySelectorAll("[data-skill]")].map(readSkill);
    return data;
  }

  function readForm(form) {
    const data = values([...form.querySelectorAll("[data-settings] [name]")]);
    data.sections = [...form.querySelectorAll("[data-section]")].map(readSection);
    return data;
  }

  /** The next free two-digit id. */
  function nextId(ids) {
    const highest = Math.max(0, ...ids.map((id) => (/^\d+$/.test(id) ? Number(id) : 0)));
    return String(highest + 1).padStart(2, "0");
  }

  class Editor {
    constructor(runtime, element, args) {
      this.runtime = runtime;
      this.node = element[0] || element;
      this.root = this.node.querySelector('[data-westmec="studio"]');
      this.args = args;
      this.view = "form";
      this.form = this.root.querySelector('[data-pane="form"]');
      this.olx = this.root.querySelector("[data-olx]");
      this.url = W.addresses(runtime, this.node, "studio");
      this.root.addEventListener("click", (event) => this.onClick(event));
      this.root.addEventListener("input", (event) => this.onInput(event));
      this.form.addEventListener("submit", (event) => event.preventDefault());
      this.check();
    }

    say(text, kind) {
      const status = this.root.querySelector("[data-status]");
      status.textContent = text;
      status.dataset.kind = kind || "done";
    }

    data() {
      const about = readForm(this.form);
      const settings = { display_name: about.display_name, weight: about.weight };
      return this.view === "olx" ? { ...settings, olx: this.olx.value } : { ...settings, list: about };
    }

    async check() {
      const turn = (this.turn = (this.turn || 0) + 1);
      try {
        const answer = await W.post(this.url("check"), this.data());
        if (turn !== this.turn) return null;
        this.showFindings(answer.findings);
        if (this.view === "form") this.olx.value = answer.olx;
        this.say("");
        return answer;
      } catch (error) {
        if (turn === this.turn) this.say(error.message || this.args.words.offline, "error");
        return null;
      }
    }

    showFindings(findings) {
      const list = this.root.querySelector("[data-findings]");
      list.replaceChildren(
        ...findings.map((finding) => {
          const item = document.createElement("li");
          item.dataset.severity = finding.severity;
          item.textContent = finding.label + " " + finding.text;
          return item;
        }),
      );
      this.root.querySelector("[data-findings-box]").hidden = !findings.length;
    }

    onInput(event) {
      const skill = event.target.closest("[data-skill]");
      if (skill && event.target.name === "task.own") skill.querySelector("[data-skill-name]").textContent = event.target.value.slice(0, 80);
      if (skill && event.target.name === "id") skill.querySelector("[data-skill-id]").textContent = event.target.value;
      root.clearTimeout(this.timer);
      this.timer = root.setTimeout(() => this.check(), CHECK_AFTER);
    }

    onClick(event) {
      const button = event.target.closest("button");
      if (!button) return;
      if (button.dataset.add) this.add(button, button.dataset.add);
      else if (button.dataset.move) this.move(button, Number(button.dataset.move));
      else if ("remove" in button.dataset) this.remove(button);
      else if (button.dataset.view) this.show(button.dataset.view);
      else if ("save" in button.dataset) this.save();
      else if ("cancel" in button.dataset) this.runtime.notify("cancel", {});
    }

    add(button, kind) {
      const made = this.root.querySelector('[data-template="' + kind + '"]').content.firstElementChild.cloneNode(true);
      const place = { section: () => this.root.querySelector("[data-sections]"), skill: () => button.closest("[data-section]").querySelector("[data-skills]"), stop: () => button.closest("[data-skill]").querySelector("[data-stops]") }[kind]();
      place.append(made);
      if (kind === "skill") {
        const ids = [...this.form.querySelectorAll('[data-skill] [name="id"]')].map((input) => input.value);
        made.querySelector('[name="id"]').value = nextId(ids);
        made.querySelector("[data-skill-id]").textContent = nextId(ids);
      }
      made.querySelector("[name]").focus();
      this.check();
    }

    move(button, by) {
      const item = button.closest("[data-skill]") || button.closest("[data-section]");
      const other = by < 0 ? item.previousElementSibling : item.nextElementSibling;
      if (other) item.parentNode.insertBefore(by < 0 ? item : other, by < 0 ? other : item);
      button.focus();
      this.check();
    }

    remove(button) {
      const item = button.closest("[data-skill]") || button.closest("[data-section]");
      if (!root.confirm(this.args.words.remove)) return;
      item.remove();
      this.check();
    }

    async show(view) {
      if (view === this.view) return;
      if (view === "form") {
        const answer = await this.check();
        if (!answer) return;
        if (answer.form === undefined) return this.say(this.args.words.unreadable, "error");
        this.form.querySelector("[data-sections]").innerHTML = answer.form.sections;
        this.form.querySelector("[data-settings]").outerHTML = answer.form.settings;
      }
      this.view = view;
      for (const pane of this.root.querySelectorAll("[data-pane]")) pane.hidden = pane.dataset.pane !== view;
      for (const tab of this.root.querySelectorAll("[data-view]")) tab.setAttribute("aria-pressed", String(tab.dataset.view === view));
      return undefined;
    }

    async save() {
      this.runtime.notify("save", { state: "start", message: this.args.words.saving });
      try {
        await W.post(this.url("save"), this.data());
        this.runtime.notify("save", { state: "end" });
      } catch (error) {
        this.say(error.message || this.args.words.offline, "error");
        this.runtime.notify("error", { title: this.args.words.notSaved, message: error.message || this.args.words.offline });
      }
    }
  }

  root.WestmecLabChecklistStudio = function (runtime, element, args) {
    return new Editor(runtime, element, args);
  };
  if (typeof module !== "undefined" && module.exports) module.exports = { nextId };
})(typeof window === "undefined" ? globalThis : window);
