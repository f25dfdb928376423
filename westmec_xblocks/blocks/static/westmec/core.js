/* What every block's page needs: ids, requests, forms as data, panels that the server renders. */
(function (root) {
  "use strict";

  /** A random UUID; crypto.randomUUID is missing on pages that are not served over https. */
  function newId() {
    const bytes = root.crypto.getRandomValues(new Uint8Array(16));
    bytes[6] = (bytes[6] & 0x0f) | 0x40;
    bytes[8] = (bytes[8] & 0x3f) | 0x80;
    const hex = Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
    return hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, "$1-$2-$3-$4-$5");
  }

  const UNSAFE = new Set(["__proto__", "constructor", "prototype"]);

  /** Put a value where a dotted name says: "ratings.05.readings[]" → {ratings: {"05": {readings: [value]}}}. */
  function put(target, name, value) {
    const path = name.split(".");
    if (path.some((part) => UNSAFE.has(part))) return;
    let place = target;
    while (path.length > 1) {
      const part = path.shift();
      place = Object.hasOwn(place, part) ? place[part] : (place[part] = {});
    }
    const last = path[0];
    if (last.endsWith("[]")) {
      const list = last.slice(0, -2);
      (place[list] = place[list] || []).push(value);
    } else {
      place[last] = value;
    }
  }

  /** The data of [name, value, kind] triples; a checkbox that stands alone is true or false. */
  function nest(fields) {
    const data = {};
    for (const [name, value, kind] of fields) {
      if (kind === "flag") put(data, name, value === true);
      else put(data, name, value);
    }
    return data;
  }

  function fieldsOf(form) {
    const fields = [];
    for (const control of form.elements) {
      if (!control.name || control.disabled || control.type === "file" || control.type === "submit") continue;
      if (control.type === "checkbox" && !control.name.endsWith("[]")) fields.push([control.name, control.checked, "flag"]);
      else if ((control.type === "checkbox" || control.type === "radio") && !control.checked) continue;
      else fields.push([control.name, control.value, "text"]);
    }
    return fields;
  }

  function csrfToken() {
    const match = /(?:^|;\s*)csrftoken=([^;]+)/.exec(root.document.cookie);
    return match ? decodeURIComponent(match[1]) : "";
  }

  class Refused extends Error {
    constructor(status, error) {
      super(typeof error === "string" ? error : (error && error.message) || "");
      this.status = status;
      this.code = (error && error.code) || "";
      this.skill = (error && error.skill) || "";
    }
  }

  /** The JSON answer; Refused when the server said no; TypeError (fetch's own) when it could not be reached. */
  async function request(url, options) {
    const response = await root.fetch(url, { credentials: "same-origin", ...options });
    const answer = await response.json().catch(() => null);
    if (!response.ok || !answer) throw new Refused(response.status, answer && answer.error);
    return answer;
  }

  function post(url, data) {
    const headers = { "Content-Type": "application/json", "X-CSRFToken": csrfToken() };
    return request(url, { method: "POST", headers, body: JSON.stringify(data) });
  }

  function upload(url, form) {
    return request(url, { method: "POST", headers: { "X-CSRFToken": csrfToken() }, body: form });
  }

  /** ``(suffix, query) → address`` of one of the block's handlers; a host may have put a query of its own on it. */
  function addresses(runtime, element, handler) {
    return (suffix, query) => {
      const [path, given] = runtime.handlerUrl(element, handler, suffix || "").split("?");
      const whole = [given, query].filter(Boolean).join("&");
      return path.replace(/\/+$/, "") + (whole ? "?" + whole : "");
    };
  }

  const api = { newId, put, nest, fieldsOf, request, post, upload, addresses, Refused };
  root.Westmec = Object.assign(root.Westmec || {}, api);
  if (typeof module !== "undefined" && module.exports) module.exports = api;
})(typeof window === "undefined" ? globalThis : window);
