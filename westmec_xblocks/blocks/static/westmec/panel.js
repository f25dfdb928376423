/* One block on a page: panels come from the server as HTML, forms go to it as acts, and its sentence stands in the status line. */
(function (root) {
  "use strict";
  const W = root.Westmec;

  /**
   * urls: {page, act, upload}, each ``(suffix, query) → address``; words: sentences for what only the browser can know.
   * hooks: functions called with (panel, region) after each render, and with (panel, form, data, event) before each act.
   */
  class Panel {
    constructor(element, urls, words) {
      this.element = element;
      this.urls = urls;
      this.words = words;
      this.rendered = [];
      this.prepare = [];
      this.acknowledged = [];
      element.addEventListener("click", (event) => this.onClick(event));
      element.addEventListener("submit", (event) => this.onSubmit(event));
      element.addEventListener("change", (event) => this.onChange(event));
      element.addEventListener("input", (event) => this.onInput(event));
    }

    get region() {
      return this.element.querySelector('[data-region="panel"]');
    }

    /** The only code that changes the page after the server has rendered it. ``line``: where on the page the person was. */
    render(html, focus, line) {
      if (html !== undefined) {
        const fresh = new DOMParser().parseFromString(html, "text/html").body;
        this.region.replaceChildren(...fresh.childNodes);
      }
      for (const input of this.region.querySelectorAll("input[data-new-id]")) input.value = input.value || W.newId();
      for (const hook of this.rendered) hook(this, this.region);
      if (focus) this.focusOn(line);
    }

    focusOn(line) {
      const details = line && this.region.querySelector('[data-line="' + CSS.escape(line) + '"] > details');
      if (details) details.open = true;
      const target = details ? details.querySelector("summary") : this.region.querySelector("[data-heading]");
      if (target) target.focus();
    }

    /** Screen readers hear the status line; eyes look where they acted, so the sentence also stands ``near`` that form or line. */
    say(text, kind, near) {
      const status = this.element.querySelector("[data-status]");
      status.textContent = text;
      status.dataset.kind = kind || "done";
      for (const old of this.element.querySelectorAll("[data-said]")) old.remove();
      const seen = Boolean(text && near && near.isConnected);
      status.classList.toggle("wm-sr", seen);
      if (!seen) return;
      const copy = document.createElement("p");
      copy.className = "wm-status";
      copy.textContent = text;
      copy.setAttribute("aria-hidden", "true");
      Object.assign(copy.dataset, { said: "", kind: status.dataset.kind });
      near.insertBefore(copy, near.querySelector(":scope > .wm-actions"));
      copy.scrollIntoView({ block: "nearest" });
    }

    async open(page, quiet) {
      const [name, query] = page.split("?");
      try {
        const answer = await W.request(this.urls.page(name, query));
        this.render(answer.html, true);
        this.count(answer.waiting);
        if (!quiet) this.say("");
        for (const tab of this.element.querySelectorAll(".wm-tab")) {
          if (tab.dataset.open === name) tab.setAttribute("aria-current", "page");
          else if (this.element.querySelector('.wm-tab[data-open="' + name + '"]')) tab.removeAttribute("aria-current");
        }
      } catch (error) {
        this.fail(error);
      }
    }

    /** How many things wait, on the tab; the server says it with the panels that may change it. */
    count(waiting) {
      const badge = this.element.querySelector("[data-waiting]");
      if (!badge || waiting === undefined) return;
      badge.textContent = waiting;
      badge.hidden = !waiting;
    }

    fail(error, near) {
      const reached = error instanceof W.Refused;
      if (!reached && !(error instanceof TypeError)) throw error;
      const line = reached && error.skill && this.region.querySelector('[data-line="' + CSS.escape(error.skill) + '"]');
      this.say(reached ? error.message || this.words.failed : this.words.offline, "error", line || near);
    }

    onClick(event) {
      const target = event.target.closest("[data-open]");
      if (!target || !this.element.contains(target)) return;
      event.preventDefault();
      this.open(target.dataset.open);
    }

    onChange(event) {
      const form = event.target.form;
      if (!form) return;
      if (event.target.matches("[data-open-change]")) this.open(form.dataset.openForm + "?" + new URLSearchParams(new FormData(form)));
      else if (form.matches("[data-act][data-quiet]")) this.act(form);
    }

    onInput(event) {
      const told = event.target.form && event.target.form.querySelector('[data-said][data-kind="error"]');
      if (told) told.remove();
      if (!event.target.matches("[data-filter]")) return;
      const wanted = fold(event.target.value);
      for (const item of this.region.querySelectorAll("[data-filtered] > [data-name]")) item.hidden = !fold(item.dataset.name).includes(wanted);
    }

    onSubmit(event) {
      const form = event.target;
      if (!form.matches("[data-act]")) return;
      event.preventDefault();
      this.act(form, event.submitter);
    }

    async act(form, submitter) {
      if (form.dataset.busy) return;
      const data = W.nest(W.fieldsOf(form));
      if (!data.client_id) data.client_id = data.batch_id || W.newId();
      for (const hook of this.prepare) if (hook(this, form, data, submitter) === false) return;
      form.dataset.busy = "1";
      try {
        await this.send(form.dataset.act, data, { draft: form.dataset.draft, quiet: "quiet" in form.dataset, form });
      } catch (error) {
        this.fail(error, form);
      } finally {
        delete form.dataset.busy;
      }
    }

    async send(act, data, about) {
      const { quiet, form } = about || {};
      const answer = await W.post(this.urls.act(act), data);
      for (const hook of this.acknowledged) hook(this, act, data, answer, about || {});
      const line = form && form.closest("[data-line]");
      if (answer.html !== undefined && !quiet) this.render(answer.html, true, line && line.dataset.line);
      this.count(answer.waiting);
      const heading = this.region.querySelector("[data-heading]");
      if (!quiet && heading && heading.textContent === answer.message) this.say("");
      else this.say(answer.message || "", "done", quiet || (form && "here" in form.dataset) ? form : line && this.region.querySelector('[data-line="' + CSS.escape(line.dataset.line) + '"] > details'));
      return answer;
    }
  }

  /** Text without case and accents, as a search compares it. */
  function fold(text) {
    return text.normalize("NFD").replace(/[\u0300-\u036f]/g, "").toLowerCase();
  }

  W.Panel = Panel;
  W.fold = fold;
  if (typeof module !== "undefined" && module.exports) module.exports = { Panel, fold };
})(typeof window === "undefined" ? globalThis : window);
