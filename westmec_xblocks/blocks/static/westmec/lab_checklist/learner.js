/* The learner's page: photos are made smaller and stripped of where they were taken before they leave the phone. */
(function (root) {
  "use strict";
  const W = root.Westmec;
  const SIDES = [1600, 1200, 900, 600];

  /** Width and height of a picture whose longer side is at most `side`; never larger than it was. */
  function fitted(width, height, side) {
    const scale = Math.min(1, side / Math.max(width, height));
    return [Math.max(1, Math.round(width * scale)), Math.max(1, Math.round(height * scale))];
  }

  /** The photo drawn anew as JPEG (no metadata survives), small enough for the limit; the file itself where it is no photo. */
  async function reduced(file, limit) {
    if (!/^image\/(jpeg|png|webp)$/.test(file.type)) return file;
    const picture = await root.createImageBitmap(file, { imageOrientation: "from-image" });
    let blob = null;
    for (const side of SIDES) {
      const canvas = document.createElement("canvas");
      [canvas.width, canvas.height] = fitted(picture.width, picture.height, side);
      const pen = canvas.getContext("2d");
      pen.fillStyle = "#fff";
      pen.fillRect(0, 0, canvas.width, canvas.height);
      pen.drawImage(picture, 0, 0, canvas.width, canvas.height);
      blob = await new Promise((done) => canvas.toBlob(done, "image/jpeg", 0.82));
      if (blob && blob.size <= Math.min(limit, 1_500_000)) break;
    }
    picture.close();
    if (!blob) return file;
    return new File([blob], file.name.replace(/\.[^.]*$/, "") + ".jpg", { type: "image/jpeg" });
  }

  async function sendFile(panel, form) {
    const chosen = form.elements.file.files[0];
    const complain = (sentence) => panel.say(sentence, "error", form);
    if (!chosen) return complain(panel.words.noFile);
    const limit = panel.limit;
    let file = chosen;
    try {
      file = await reduced(chosen, limit);
    } catch {
      return complain(panel.words.unreadablePhoto);
    }
    if (file.size > limit) return complain(panel.words.tooLarge);
    const body = new FormData();
    body.append("client_id", (form.dataset.id = form.dataset.id || W.newId()));
    body.append("skill", form.elements.skill.value);
    body.append("file", file, file.name);
    panel.say(panel.words.sending, "done", form);
    try {
      const answer = await W.upload(panel.urls.upload(), body);
      const line = form.elements.skill.value;
      panel.render(answer.html, true, line);
      panel.say(answer.message, "done", panel.region.querySelector('[data-line="' + CSS.escape(line) + '"] > details'));
    } catch (error) {
      panel.fail(error, form);
    }
    return undefined;
  }

  root.WestmecLearnerFiles = function (panel) {
    panel.element.addEventListener("submit", (event) => {
      if (!event.target.matches("[data-upload]")) return;
      event.preventDefault();
      sendFile(panel, event.target);
    });
  };

  root.WestmecLabChecklist = function (runtime, element, args) {
    const node = element[0] || element;
    const urls = Object.fromEntries(["page", "act", "upload"].map((name) => [name, W.addresses(runtime, node, name)]));
    const panel = new W.Panel(node.querySelector("[data-westmec]"), urls, args.words);
    panel.limit = args.upload_limit;
    root.WestmecLearnerFiles(panel);
    if (root.WestmecEvaluator) root.WestmecEvaluator(panel, args);
    panel.render();
  };

  if (typeof module !== "undefined" && module.exports) module.exports = { fitted, reduced };
})(typeof window === "undefined" ? globalThis : window);
