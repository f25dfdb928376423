import assert from "node:assert/strict";
import { createRequire } from "node:module";
import { test } from "node:test";

const require = createRequire(import.meta.url);
const W = require("../../westmec_xblocks/blocks/static/westmec/core.js");

test("an id is a version 4 UUID and never the same", () => {
  const ids = new Set(Array.from({ length: 500 }, () => W.newId()));
  assert.equal(ids.size, 500);
  for (const id of ids) assert.match(id, /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
});

test("dotted names nest, and [] gathers a list in order", () => {
  const data = W.nest([
    ["learner", "7", "text"],
    ["ratings.05.value", "met", "text"],
    ["ratings.05.readings[]", "0.4", "text"],
    ["ratings.05.readings[]", "0.2", "text"],
    ["paired", false, "flag"],
  ]);
  assert.deepEqual(data, { learner: "7", ratings: { "05": { value: "met", readings: ["0.4", "0.2"] } }, paired: false });
});

test("a name cannot reach an object's prototype", () => {
  W.nest([["__proto__.polluted", "yes", "text"], ["ratings.constructor.value", "met", "text"]]);
  assert.equal({}.polluted, undefined);
});

test("a refusal carries its code, its sentence and its line", async () => {
  globalThis.fetch = async () => new Response(JSON.stringify({ error: { code: "own_skill", message: "Nobody evaluates their own skill.", skill: "05" } }), { status: 400 });
  await assert.rejects(W.request("/x"), (error) => {
    assert.ok(error instanceof W.Refused);
    assert.deepEqual([error.status, error.code, error.message, error.skill], [400, "own_skill", "Nobody evaluates their own skill.", "05"]);
    return true;
  });
});

test("an answer that is no JSON is a refusal, not a crash", async () => {
  globalThis.fetch = async () => new Response("<html>Bad gateway</html>", { status: 502 });
  await assert.rejects(W.request("/x"), (error) => error instanceof W.Refused && error.status === 502);
});

test("an address takes a suffix and a query, also where the host has put a query of its own on it", () => {
  const lms = { handlerUrl: (element, handler, suffix) => "/handler/" + handler + (suffix ? "/" + suffix : "/") };
  const page = W.addresses(lms, null, "page");
  assert.equal(page("rate", "learner=7"), "/handler/page/rate?learner=7");
  assert.equal(page(), "/handler/page");
  const studio = { handlerUrl: (element, handler, suffix) => "/handler/" + handler + "/" + suffix + "?seen=ab" };
  assert.equal(W.addresses(studio, null, "studio")("check"), "/handler/studio/check?seen=ab");
  assert.equal(W.addresses(studio, null, "page")("rate", "learner=7"), "/handler/page/rate?seen=ab&learner=7");
});
