/* The lines of a rating form one at a time, or all of them, and below them what was chosen for each. */
(function (root) {
  "use strict";

  const UNRATED = "–";

  /** What the evaluator chose for a line: the rating's value and name; an empty value where nothing was observed. */
  function chosenOf(line) {
    const input = line.querySelector('input[type="radio"]:checked');
    const name = input && input.closest("label").querySelector("[data-choice]");
    return { value: input ? input.value : "", name: name ? name.textContent : "" };
  }

  class Stepper {
    /** ``drafts`` remembers on the device whether the evaluator wants all lines at once. */
    constructor(form, drafts) {
      this.form = form;
      this.drafts = drafts;
      this.lines = [...form.querySelectorAll("fieldset[data-line]")];
      this.place = 0;
      this.all = form.querySelector("[data-all-lines]");
      this.all.checked = drafts.read("all-lines") === true;
      this.chips = this.makeChips(form.querySelector("[data-overview]"));
      form.addEventListener("click", (event) => {
        const button = event.target.closest("[data-step], [data-go]");
        if (button) this.go("go" in button.dataset ? Number(button.dataset.go) : this.place + Number(button.dataset.step), true);
      });
      this.all.addEventListener("change", () => {
        drafts.write("all-lines", this.all.checked);
        this.go(this.place);
      });
      this.go(0);
    }

    makeChips(overview) {
      return this.lines.map((line, place) => {
        const chip = document.createElement("button");
        chip.type = "button";
        chip.className = "wm-chip";
        chip.dataset.go = place;
        const item = document.createElement("li");
        item.append(chip);
        overview.append(item);
        return chip;
      });
    }

    go(place, focus) {
      this.place = Math.max(0, Math.min(this.lines.length - 1, place));
      const all = this.all.checked;
      this.lines.forEach((line, index) => (line.hidden = !all && index !== this.place));
      for (const section of this.form.querySelectorAll("[data-section]")) section.hidden = !section.querySelector("fieldset[data-line]:not([hidden])");
      for (const button of this.form.querySelectorAll("[data-step]")) {
        const next = this.place + Number(button.dataset.step);
        button.disabled = next < 0 || next >= this.lines.length;
      }
      this.form.querySelector("[data-steps]").hidden = all;
      this.form.querySelector("[data-position]").textContent = all ? "" : this.place + 1 + " / " + this.lines.length;
      this.summarise();
      if (focus) this.focus(this.lines[this.place]);
    }

    focus(line) {
      line.querySelector("input:checked, input").focus({ preventScroll: true });
      line.scrollIntoView({ block: "nearest" });
    }

    /** Say on each chip what was chosen for its line. */
    summarise() {
      this.lines.forEach((line, place) => {
        const chip = this.chips[place];
        const { value, name } = chosenOf(line);
        // Of a numbered level the number is enough here: sixteen names would fill the screen.
        chip.textContent = line.dataset.line + ": " + (value ? name.split(" · ")[0] : UNRATED);
        chip.setAttribute("aria-label", line.dataset.line + ": " + name);
        chip.dataset.value = value;
        if (place === this.place && !this.all.checked) chip.setAttribute("aria-current", "step");
        else chip.removeAttribute("aria-current");
      });
    }

    /** Show the line that a refusal names. */
    show(id) {
      const index = this.lines.findIndex((line) => line.dataset.line === id);
      if (index >= 0) this.go(index, true);
    }
  }

  root.WestmecStepper = Stepper;
})(window);
