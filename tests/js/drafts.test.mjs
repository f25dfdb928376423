import assert from "node:assert/strict";
import { createRequire } from "node:module";
import { test } from "node:test";

const require = createRequire(import.meta.url);
const { Drafts } = require("../../westmec_xblocks/blocks/static/westmec/lab_checklist/drafts.js");

class Storage {
  constructor() {
    this.kept = new Map();
  }
  getItem(key) {
    return this.kept.has(key) ? this.kept.get(key) : null;
  }
  setItem(key, value) {
    this.kept.set(key, value);
  }
  removeItem(key) {
    this.kept.delete(key);
  }
}

test("a draft comes back as it was written, for its own list only", () => {
  const storage = new Storage();
  new Drafts(storage, "list-a").write("rate:7", [["ratings.05.value", "met"]]);
  assert.deepEqual(new Drafts(storage, "list-a").read("rate:7"), [["ratings.05.value", "met"]]);
  assert.equal(new Drafts(storage, "list-b").read("rate:7"), null);
});

test("a draft older than a week is not shown again", () => {
  const storage = new Storage();
  let now = 1_000_000;
  const drafts = new Drafts(storage, "list", () => now);
  drafts.write("rate:7", "x");
  now += 8 * 24 * 3600 * 1000;
  assert.equal(drafts.read("rate:7"), null);
});

test("an act that was signed offline waits once, however often it is tried, and leaves when acknowledged", () => {
  const drafts = new Drafts(new Storage(), "list");
  drafts.queue("sign", { client_id: "a" }, { draft: "rate:7" });
  drafts.queue("sign", { client_id: "b" }, {});
  drafts.queue("sign", { client_id: "a" }, { draft: "rate:7" });
  assert.deepEqual(drafts.unsent().map((one) => one.data.client_id), ["b", "a"]);
  drafts.sent("a");
  assert.deepEqual(drafts.unsent().map((one) => one.data.client_id), ["b"]);
  drafts.sent("b");
  assert.deepEqual(drafts.unsent(), []);
});

test("a device without room says so instead of failing", () => {
  const full = { getItem: () => null, removeItem: () => {}, setItem: () => { throw new Error("QuotaExceededError"); } };
  const drafts = new Drafts(full, "list");
  assert.equal(drafts.write("rate:7", "x"), false);
  assert.equal(drafts.queue("sign", { client_id: "a" }, {}), false);
});

test("a damaged draft is passed over", () => {
  const storage = new Storage();
  storage.setItem("westmec:list:rate:7", "{not json");
  assert.equal(new Drafts(storage, "list").read("rate:7"), null);
});
