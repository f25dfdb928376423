/* What an evaluator has ticked, kept on the device until the server has acknowledged it, and sent again when the network is back. */
(function (root) {
  "use strict";
  const DAYS = 7 * 24 * 3600 * 1000;

  class Drafts {
    constructor(storage, prefix, clock) {
      this.storage = storage;
      this.prefix = "westmec:" + prefix + ":";
      this.now = clock || Date.now;
    }

    read(name) {
      try {
        const kept = JSON.parse(this.storage.getItem(this.prefix + name));
        return kept && this.now() - kept.at < DAYS ? kept.value : null;
      } catch {
        return null;
      }
    }

    /** False when the device has no room or forbids it: the page then goes on without a draft. */
    write(name, value) {
      try {
        this.storage.setItem(this.prefix + name, JSON.stringify({ at: this.now(), value }));
        return true;
      } catch {
        return false;
      }
    }

    drop(name) {
      try {
        this.storage.removeItem(this.prefix + name);
      } catch {
        /* nothing was kept */
      }
    }

    /** Acts that were signed but not acknowledged, oldest first. */
    unsent() {
      return this.read("unsent") || [];
    }

    queue(act, data, about) {
      const waiting = this.unsent().filter((one) => one.data.client_id !== data.client_id);
      return this.write("unsent", [...waiting, { act, data, about }]);
    }

    sent(clientId) {
      const left = this.unsent().filter((one) => one.data.client_id !== clientId);
      if (left.length) this.write("unsent", left);
      else this.drop("unsent");
    }
  }

  root.WestmecDrafts = Drafts;
  if (typeof module !== "undefined" && module.exports) module.exports = { Drafts };
})(typeof window === "undefined" ? globalThis : window);
