/* The staff's side of an assessment: forms that look something up, and the upload of a file. */
(function (root) {
  "use strict";
  const W = root.Westmec;

  /** The address of the panel that a form asks for; what is empty is left out. */
  function addressOf(form) {
    const query = new URLSearchParams();
    for (const [name, value] of new root.FormData(form)) if (String(value).trim()) query.append(name, value);
    const asked = query.toString();
    return form.dataset.openForm + (asked ? "?" + asked : "");
  }

  async function send(panel, form) {
    if (form.dataset.busy) return;
    form.dataset.busy = "1";
    try {
      const answer = await W.upload(panel.urls.upload(form.dataset.upload), new root.FormData(form));
      panel.render(answer.html, true);
      panel.say(answer.message, answer.ok ? "done" : "error");
    } catch (error) {
      panel.fail(error, form);
    } finally {
      delete form.dataset.busy;
    }
  }

  root.WestmecAssessmentStaff = function (panel) {
    panel.element.addEventListener("submit", (event) => {
      const form = event.target;
      if (form.matches("[data-open-form]")) {
        event.preventDefault();
        panel.open(addressOf(form));
      } else if (form.matches("[data-upload]")) {
        event.preventDefault();
        send(panel, form);
      }
    });
  };

  if (typeof module !== "undefined" && module.exports) module.exports = { addressOf };
})(typeof window === "undefined" ? globalThis : window);
