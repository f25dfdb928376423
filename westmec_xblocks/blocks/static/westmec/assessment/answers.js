/* Answers on their way to the server: kept on this device until the server has acknowledged them, sent in order, none twice. */
(function (root) {
  "use strict";
  const W = (root.Westmec = root.Westmec || {});
  const WAITS = [2000, 4000, 8000, 15000, 30000];
  const AT_ONCE = 100;

  class Answers {
    /**
     * store: a Storage (or null); key: where in it; send(events) → promise of {receipts: [{client_id, …}], …}, which rejects with
     * W.Refused when the server said no, with TypeError when it could not be reached; tell(state, answer, sent): "saving", "saved",
     * "waiting" or "refused".
     */
    constructor({ store, key, send, tell, newId, now, setTimer }) {
      Object.assign(this, { store, key, send, tell });
      this.newId = newId || W.newId;
      this.now = now || (() => new Date().toISOString());
      this.setTimer = setTimer || ((work, wait) => root.setTimeout(work, wait));
      this.failures = 0;
      this.sending = null;
      this.queue = this.restore();
    }

    restore() {
      try {
        const kept = JSON.parse(this.store.getItem(this.key));
        return Array.isArray(kept) ? kept.filter((event) => event && typeof event.client_id === "string") : [];
      } catch {
        return [];
      }
    }

    keep() {
      try {
        if (this.queue.length) this.store.setItem(this.key, JSON.stringify(this.queue));
        else this.store.removeItem(this.key);
      } catch {
        /* A full or forbidden store: the answers wait in this page alone. */
      }
    }

    add(kind, item, response) {
      const event = { client_id: this.newId(), kind, item: item || "", at: this.now() };
      if (response !== undefined) event.response = response;
      this.queue.push(event);
      this.keep();
      this.flush();
      return event;
    }

    /** Answers, newest last, that the server has not acknowledged. */
    get pending() {
      return this.queue.filter((event) => event.kind === "answered");
    }

    /** Send what waits; true once nothing waits any more. Asked for while a sending is under way, it waits for that one and goes on. */
    async flush() {
      if (!this.sending) this.sending = this.sendAll().finally(() => (this.sending = null));
      return this.sending;
    }

    async sendAll() {
      while (this.queue.length) {
        const batch = this.queue.slice(0, AT_ONCE);
        if (batch.some((event) => event.kind === "answered")) this.tell("saving", null, batch);
        let answer;
        try {
          answer = await this.send(batch);
        } catch (error) {
          if (error instanceof W.Refused && error.status < 500 && error.status !== 429) {
            this.drop(batch);
            this.tell("refused", { message: error.message }, batch);
            continue;
          }
          if (!(error instanceof W.Refused) && !(error instanceof TypeError)) throw error;
          this.tell("waiting", null, batch);
          this.later();
          return false;
        }
        const failedBefore = this.failures > 0;
        this.failures = 0;
        this.drop(batch);
        this.tell("saved", { ...answer, back: failedBefore }, batch);
      }
      return true;
    }

    drop(batch) {
      const gone = new Set(batch.map((event) => event.client_id));
      this.queue = this.queue.filter((event) => !gone.has(event.client_id));
      this.keep();
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

  W.Answers = Answers;
  if (typeof module !== "undefined" && module.exports) module.exports = { Answers };
})(typeof window === "undefined" ? globalThis : window);
