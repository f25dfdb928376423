import assert from "node:assert/strict";
import { createRequire } from "node:module";
import { test } from "node:test";

const require = createRequire(import.meta.url);
globalThis.Westmec = require("../../westmec_xblocks/blocks/static/westmec/core.js");
const { fold } = require("../../westmec_xblocks/blocks/static/westmec/panel.js");
const { fitted } = require("../../westmec_xblocks/blocks/static/westmec/lab_checklist/learner.js");
const { withoutUnrated } = require("../../westmec_xblocks/blocks/static/westmec/lab_checklist/evaluator.js");
const { nextId } = require("../../westmec_xblocks/blocks/static/westmec/lab_checklist/studio.js");

test("a photo is made smaller, never larger, and keeps its shape", () => {
  assert.deepEqual(fitted(4000, 3000, 1600), [1600, 1200]);
  assert.deepEqual(fitted(3000, 4000, 1600), [1200, 1600]);
  assert.deepEqual(fitted(800, 600, 1600), [800, 600]);
  assert.deepEqual(fitted(10000, 3, 1600), [1600, 1]);
});

test("a search finds names without their accents and in any case", () => {
  assert.ok(fold("José Ibáñez").includes(fold("ibanez")));
  assert.ok(!fold("José").includes(fold("maria")));
});

test("a group act leaves out the learners for whom nothing was entered", () => {
  const data = {
    batch_id: "b",
    learners: {
      7: { client_id: "a", ratings: { "05": { value: "met" } } },
      8: { client_id: "c", ratings: { "05": { value: "" } } },
      9: { client_id: "d" },
    },
  };
  assert.deepEqual(Object.keys(withoutUnrated(data).learners), ["7"]);
  assert.equal(withoutUnrated(data).batch_id, "b");
});

test("a group act carries a stop that says what was seen, and no other", () => {
  const data = {
    learners: {
      7: { client_id: "a", ratings: {}, stop: { skill: "05", act: "Reached in" } },
      8: { client_id: "b", ratings: { "05": { value: "met" } }, stop: { skill: "05", act: "  " } },
      9: { client_id: "c", ratings: {}, stop: { skill: "05", act: "" } },
    },
  };
  const { learners } = withoutUnrated(data);
  assert.deepEqual(Object.keys(learners), ["7", "8"]);
  assert.deepEqual(learners[7].stop, { skill: "05", act: "Reached in" });
  assert.ok(!("stop" in learners[8]));
});

test("a new skill takes the next free number", () => {
  assert.equal(nextId([]), "01");
  assert.equal(nextId(["01", "16", "x7"]), "17");
  assert.equal(nextId(["99"]), "100");
});
