/* One block on a page: panels come from the server as HTML, forms go to it as acts, and its sentence stands in the status line. */
(function (root) {
  "use strict";
  const W = root.Westmec;

  /**
   * urls: {page, act, file} of the block's handlers; words: sentences for what only the browser can know.
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

    /** The only code that changes the page after the server has rendered it. */
    render(html, focus) {
      if (html !== undefined) {
        const fresh = new DOMParser().parseFromString(html, "text/html").body;
        this.region.replaceChildren(...fresh.childNodes);
      }
      for (const input of this.region.querySelectorAll("input[data-new-id]")) input.value = input.value || W.newId();
      for (const hook of this.rendered) hook(this, this.region);
      const heading = focus && this.region.querySelector("[data-heading]");
      if (heading) heading.focus();
    }

    say(text, kind) {
      const status = this.element.querySelector("[data-status]");
      status.textContent = text;
      status.dataset.kind = kind || "done";
    }

    async open(page, quiet) {
      const [name, query] = page.split("?");
      try {
        const answer = await W.request(this.urls.page + "/" + name + (query ? "?" + query : ""));
        this.render(answer.html, true);
        if (!quiet) this.say("");
        for (const tab of this.element.querySelectorAll(".wm-tab")) {
          if (tab.dataset.open === name) tab.setAttribute("aria-current", "page");
          else if (this.element.querySelector('.wm-tab[data-open="' + name + '"]')) tab.removeAttribute("aria-current");
        }
      } catch (error) {
        this.fail(error);
      }
    }

    fail(error) {
      const reached = error instanceof W.Refused;
      if (!reached && !(error instanceof TypeError)) throw error;
      this.say(reached ? error.message || this.words.failed : this.words.offline, "error");
      const line = reached && error.skill && this.region.querySelector('[data-line="' + CSS.escape(error.skill) + '"]');
      if (line) line.scrollIntoView({ block: "center" });
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
      if (!data.client_id) data.client_id = W.newId();
      for (const hook of this.prepare) if (hook(this, form, data, submitter) === false) return;
      form.dataset.busy = "1";
      try {
        await this.send(form.dataset.act, data, { draft: form.dataset.draft, quiet: "quiet" in form.dataset });
      } catch (error) {
        this.fail(error);
      } finally {
        delete form.dataset.busy;
      }
    }

    async send(act, data, about) {
      const answer = await W.post(this.urls.act + "/" + act, data);
      for (const hook of this.acknowledged) hook(this, act, data, answer, about || {});
      if (answer.html !== undefined && !(about && about.quiet)) this.render(answer.html, true);
      else if (answer.open) await this.open(answer.open, true);
      this.say(answer.message || "");
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
