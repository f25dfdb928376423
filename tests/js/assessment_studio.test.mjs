import assert from "node:assert/strict";
import { createRequire } from "node:module";
import { test } from "node:test";

const require = createRequire(import.meta.url);
const statics = "../../westmec_xblocks/blocks/static/westmec/";
globalThis.Westmec = require(statics + "core.js");
const { Draft, light, inWords, nextKey } = require(statics + "assessment/studio_draft.js");
const { saysSomething } = require(statics + "assessment/studio_rows.js");

/** Storage as browsers have it, with room for so many characters. */
function storage(room = Infinity) {
  const kept = new Map();
  return {
    getItem: (name) => (kept.has(name) ? kept.get(name) : null),
    removeItem: (name) => kept.delete(name),
    setItem(name, value) {
      if (value.length > room) throw new Error("QuotaExceededError");
      kept.set(name, value);
    },
  };
}

const WORDS = { settings: "the settings", item: "1 item", items: "{n} items", stimulus: "1 shared text", stimuli: "{n} shared texts", olx: "the OLX" };

test("a draft that was kept is offered to the next page of the same block and to no other", () => {
  const place = storage();
  const draft = new Draft("v1", "block-a", place);
  draft.keep("3", { id: "c3" }, { was: "c3", seen: "f" });
  assert.ok(draft.store());
  assert.equal(new Draft("v2", "block-b", place).left(), null);
  const next = new Draft("v1", "block-a", place);
  next.take(next.left());
  assert.deepEqual(next.whole(), { base: "v1", settings: null, stimuli: {}, items: { 3: { was: "c3", seen: "f", item: { id: "c3" } } } });
});

test("a draft made on an older version keeps the name of that version", () => {
  const place = storage();
  const draft = new Draft("v1", "a", place);
  draft.changes.settings = { cut: "80%" };
  draft.store();
  assert.equal(new Draft("v2", "a", place).left().changes.base, "v1");
});

test("a draft without changes leaves nothing behind", () => {
  const place = storage();
  const draft = new Draft("v1", "a", place);
  draft.keep("0", { id: "c1" }, { was: "c1", seen: "f" });
  draft.store();
  draft.putBack("0");
  draft.store();
  assert.equal(draft.left(), null);
  draft.olx = "<x/>";
  draft.store();
  assert.equal(draft.left().olx, "<x/>");
  draft.forget();
  assert.equal(draft.left(), null);
});

test("a browser without room says so, and what it holds that is no draft is no offer", () => {
  const draft = new Draft("v1", "a", storage(50));
  draft.keep("0", { id: "c1", prompt: { "": "x".repeat(100) } }, {});
  assert.equal(draft.store(), false);
  const place = storage();
  place.setItem("westmec-assessment:a", "{");
  assert.equal(new Draft("v1", "a", place).left(), null);
  place.setItem("westmec-assessment:a", '{"changes": 5}');
  assert.equal(new Draft("v1", "a", place).left(), null);
});

test("a stored item that is taken out is told as gone, a new one leaves nothing", () => {
  const draft = new Draft("v1", "a", storage());
  draft.keep("n1", { id: "new" });
  draft.remove("n1");
  draft.remove("4", { was: "c5", seen: "f" });
  assert.deepEqual(draft.changes.items, { 4: { was: "c5", seen: "f", item: null } });
});

test("what an item was before its first change is remembered through the next ones", () => {
  const draft = new Draft("v1", "a", storage());
  draft.keep("4", { id: "c6" }, { was: "c5", seen: "f" });
  draft.keep("4", { id: "c7" }, { was: "c6", seen: "g" });
  assert.deepEqual(draft.changes.items[4], { was: "c5", seen: "f", item: { id: "c7" } });
});

test("what is asked about one item carries the others by their ids alone", () => {
  const whole = { base: "v", settings: null, stimuli: {}, items: { 1: { item: { id: "c1", prompt: {} } }, 2: { item: null }, n1: { item: { id: "c9" } } } };
  assert.deepEqual(light(whole, "1").items, { 2: { item: null }, n1: { id: "c9" } });
  assert.equal(light(whole, "1").base, "v");
});

test("new items get keys that none has", () => {
  assert.equal(nextKey({}), "n1");
  assert.equal(nextKey({ 17: {}, n2: {}, n10: {}, nx: {} }), "n11");
});

test("what is not saved is told in words", () => {
  assert.equal(inWords({ settings: null, stimuli: {}, items: {} }, null, WORDS), "");
  assert.equal(inWords({ settings: {}, stimuli: { a: {} }, items: { 1: {}, 2: {} } }, "<x/>", WORDS), "the settings, 2 items, 1 shared text, the OLX");
});

test("a row in which nothing is written says nothing, whatever it is made of", () => {
  assert.equal(saysSomething({ id: " ", title: { "": "", es: "" }, rows: [], key: false }), false);
  assert.equal(saysSomething({ id: "", title: { "": "", es: "Energía" } }), true);
  assert.equal(saysSomething({ key: true }), true);
});
