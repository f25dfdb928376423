/* What the author changed and has not saved: kept here and in the browser's storage until it is stored. */
(function (root) {
  "use strict";

  const EMPTY = () => ({ settings: null, stimuli: {}, items: {} });

  /** The changes with other items told by their id alone: enough for whatever is asked about one item. */
  function light(changes, key) {
    const items = {};
    for (const [other, change] of Object.entries(changes.items)) {
      if (other !== key) items[other] = change.item === null ? { item: null } : { id: change.item.id };
    }
    return { ...changes, items };
  }

  /** What waits to be saved, in the reader's words; empty where nothing does. */
  function inWords(changes, olx, words) {
    const items = Object.keys(changes.items).length;
    const stimuli = Object.keys(changes.stimuli).length;
    const said = [];
    if (changes.settings) said.push(words.settings);
    if (items) said.push(items === 1 ? words.item : words.items.replace("{n}", items));
    if (stimuli) said.push(stimuli === 1 ? words.stimulus : words.stimuli.replace("{n}", stimuli));
    if (olx !== null) said.push(words.olx);
    return said.join(", ");
  }

  /** The next free key of a new item. */
  function nextKey(items) {
    const numbers = Object.keys(items).map((key) => (/^n\d+$/.test(key) ? Number(key.slice(1)) : 0));
    return "n" + (Math.max(0, ...numbers) + 1);
  }

  class Draft {
    constructor(base, place, storage) {
      this.base = base;
      this.name = "westmec-assessment:" + place;
      this.storage = storage;
      this.changes = EMPTY();
      this.open = null;
      this.olx = null;
    }

    get isEmpty() {
      const { settings, stimuli, items } = this.changes;
      return !settings && !Object.keys(stimuli).length && !Object.keys(items).length && this.olx === null && !this.open;
    }

    whole() {
      return { base: this.base, ...this.changes };
    }

    light(key) {
      return light(this.whole(), key);
    }

    keep(key, item, about) {
      this.changes.items[key] = { ...this.about(key, about), item };
    }

    /** A new item that goes leaves nothing behind; a stored one is told as gone. */
    remove(key, about) {
      if (key.startsWith("n")) delete this.changes.items[key];
      else this.changes.items[key] = { ...this.about(key, about), item: null };
    }

    putBack(key) {
      delete this.changes.items[key];
    }

    /** The id and the fingerprint of the stored item, as they were when it was first changed. */
    about(key, about) {
      const before = this.changes.items[key];
      const known = before && before.was ? before : about;
      return known && known.was ? { was: known.was, seen: known.seen } : {};
    }

    /** Whether the browser took it. */
    store() {
      try {
        if (this.isEmpty) this.storage.removeItem(this.name);
        else this.storage.setItem(this.name, JSON.stringify({ changes: this.whole(), olx: this.olx, open: this.open }));
        return true;
      } catch {
        return false;
      }
    }

    /** What an earlier page left behind, or null. */
    left() {
      try {
        const found = JSON.parse(this.storage.getItem(this.name));
        return found && found.changes && found.changes.items ? found : null;
      } catch {
        return null;
      }
    }

    take({ changes, olx, open }) {
      const { settings, stimuli, items } = changes;
      this.changes = { settings: settings || null, stimuli: stimuli || {}, items };
      this.olx = typeof olx === "string" ? olx : null;
      this.open = open || null;
    }

    forget() {
      this.changes = EMPTY();
      this.olx = this.open = null;
      this.store();
    }
  }

  const api = { Draft, light, inWords, nextKey };
  root.WestmecStudioDraft = api;
  if (typeof module !== "undefined" && module.exports) module.exports = api;
})(typeof window === "undefined" ? globalThis : window);
