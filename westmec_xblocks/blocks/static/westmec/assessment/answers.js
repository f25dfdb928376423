/* Answers on their way to the server: kept on this device until the server has acknowledged them, sent in order, none twice. */
(function (root) {
  "use strict";
  const W = (root.Westmec = root.Westmec || {});
  const WAITS = [2000, 4000, 8000, 15000, 30000];
  const AT_ONCE = 100;
  const PATIENCE = 25000;

  /** The entries of a store under this prefix, oldest first, as [name, text]; nothing where the browser forbids it. */
  function entries(store, prefix) {
    try {
      const names = Array.from({ length: store.length }, (_, place) => store.key(place));
      const own = names.filter((name) => name.startsWith(prefix)).sort();
      return own.map((name) => [name, store.getItem(name)]);
    } catch {
      return [];
    }
  }

  function eventIn(text) {
    try {
      const event = JSON.parse(text);
      return event && typeof event.client_id === "string" && typeof event.kind === "string" ? event : null;
    } catch {
      return null;
    }
  }

  class Answers {
    /**
     * store: a Storage (or null); key: before the names of its entries; send(events) → promise of {receipts: [{client_id, …}], …}, which
     * rejects with W.Refused when the server said no, with TypeError when it could not be reached; tell(state, answer, sent): "saving",
     * "saved", "waiting" or "refused". An answer has a store entry of its own, since two windows may write at once.
     */
    constructor({ store, key, send, tell, newId, now, setTimer }) {
      Object.assign(this, { store, key, send, tell });
      this.newId = newId || W.newId;
      this.now = now || (() => new Date().toISOString());
      this.setTimer = setTimer || ((work, wait) => root.setTimeout(work, wait));
      this.failures = 0;
      this.sending = null;
      this.names = new Map();
      this.unanswered = new Set();
      this.queue = this.restore();
    }

    restore() {
      const found = [];
      for (const [name, text] of entries(this.store, this.key + ":")) {
        const event = eventIn(text);
        this.last = Number(name.slice(this.key.length + 1).split(":")[0]) || 0;
        if (event) this.names.set(event.client_id, name);
        if (event) found.push(event);
        else this.forget(name);
      }
      return found;
    }

    keep(event) {
      this.last = (this.last || 0) + 1;
      const name = this.key + ":" + String(this.last).padStart(9, "0") + ":" + event.client_id;
      try {
        this.store.setItem(name, JSON.stringify(event));
        this.names.set(event.client_id, name);
      } catch {
        /* A full or forbidden store: the answer waits in this page alone. */
      }
    }

    forget(name) {
      try {
        if (name) this.store.removeItem(name);
      } catch {
        /* As above. */
      }
    }

    add(kind, item, response) {
      const event = { client_id: this.newId(), kind, item: item || "", at: this.now() };
      if (response !== undefined) event.response = response;
      this.queue.push(event);
      this.keep(event);
      this.flush();
      return event;
    }

    /** Answers, newest last, that the server has not acknowledged. */
    get pending() {
      return this.queue.filter((event) => event.kind === "answered");
    }

    /** Whether what waits would come back after the page was closed. */
    get isKept() {
      return this.queue.every((event) => this.names.has(event.client_id));
    }

    /** Send what waits; true once nothing waits any more. Asked for while a sending is under way, it waits for that one and goes on. */
    async flush() {
      if (!this.sending) this.sending = this.sendAll().finally(() => (this.sending = null));
      return this.sending;
    }

    async sendAll() {
      let most = AT_ONCE;
      while (this.queue.length) {
        const batch = this.queue.slice(0, most);
        this.tell("saving", null, batch);
        let answer;
        try {
          answer = await this.inTime(this.send(batch));
        } catch (error) {
          if (isFinal(error) && batch.length > 1) {
            // One of them cannot be taken: sent one by one, the others are.
            most = 1;
          } else if (isFinal(error)) {
            this.drop(batch);
            this.tell("refused", { message: error.message }, batch);
          } else {
            for (const event of batch) this.unanswered.add(event.client_id);
            this.later();
            this.tell("waiting", { error }, batch);
            return false;
          }
          continue;
        }
        const back = this.failures > 0;
        this.failures = 0;
        this.drop(batch);
        this.tell("saved", { ...answer, back, own: this.countOwn(answer) }, batch);
      }
      return true;
    }

    /** How many of the events on record are from here: those recorded now, and those whose first answer got lost on the way. */
    countOwn(answer) {
      return answer.receipts.filter((one) => !one.refused && (this.unanswered.delete(one.client_id) || !one.repeated)).length;
    }

    /** A request that hangs is given up; sending its events again is safe. */
    inTime(sent) {
      const late = new Promise((_, reject) => this.setTimer(() => reject(new TypeError("no answer")), PATIENCE));
      return Promise.race([sent, late]);
    }

    drop(batch) {
      const gone = new Set(batch.map((event) => event.client_id));
      this.queue = this.queue.filter((event) => !gone.has(event.client_id));
      for (const id of gone) {
        this.forget(this.names.get(id));
        this.names.delete(id);
      }
    }

    later() {
      const wait = WAITS[Math.min(this.failures, WAITS.length - 1)];
      this.failures += 1;
      if (this.timer) return;
      this.timer = this.setTimer(() => {
        this.timer = null;
        this.flush();
      }, wait);
    }
  }

  /**
   * Whether the server, and nobody on the way to it, said for good that it does not take the events. A sign-in page, a hotel's network, a
   * server that restarts or an author's slip in the middle of an edit pass: what waits then goes on waiting.
   */
  function isFinal(error) {
    return error instanceof W.Refused && Boolean(error.code) && ([400, 413].includes(error.status) || error.code === "unknown_attempt");
  }

  /** The attempts, among those under this prefix, of which something still waits in the store. */
  function attemptsIn(store, prefix) {
    return [...new Set(entries(store, prefix + ":").map(([name]) => name.slice(prefix.length + 1).split(":")[0]))];
  }

  Object.assign(W, { Answers, attemptsIn });
  if (typeof module !== "undefined" && module.exports) module.exports = { Answers, attemptsIn };
})(typeof window === "undefined" ? globalThis : window);
