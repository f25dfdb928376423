import assert from "node:assert/strict";
import { createRequire } from "node:module";
import { test } from "node:test";

const require = createRequire(import.meta.url);
const FOLDER = "../../westmec_xblocks/blocks/static/westmec/";
globalThis.Westmec = require(FOLDER + "core.js");
require(FOLDER + "panel.js");
require(FOLDER + "assessment/answers.js");
const { WIDGETS, pointAt, tapped } = require(FOLDER + "assessment/widgets.js");
const { Countdown, clockText, fill } = require(FOLDER + "assessment/exam.js");

/** As much of a document as a widget asks for: inputs by their kind, the rest by the names in brackets. */
class Item {
  constructor({ inputs = [], parts = {}, lefts = [], told = "" }) {
    Object.assign(this, { inputs, parts, lefts, told });
  }
  querySelectorAll(selector) {
    if (selector === "input:checked") return this.inputs.filter((input) => input.checked);
    if (selector.startsWith("input[type")) return this.inputs;
    if (selector === "select[data-left]") return this.lefts;
    throw new Error(selector);
  }
  querySelector(selector) {
    if (selector === "[data-told]") return { dataset: { told: this.told } };
    return this.parts[/data-part="(\w+)"/.exec(selector)[1]] || null;
  }
}

const inputs = (...names) => names.map((value) => ({ value, checked: false }));
const left = (name) => ({ dataset: { left: name }, value: "" });

test("the time is told in minutes and seconds, from an hour on in hours", () => {
  assert.deepEqual([0, 9, 65, 600, 3599, 3600, 3725].map(clockText), ["0:00", "0:09", "1:05", "10:00", "59:59", "1:00:00", "1:02:05"]);
});

test("a sentence is filled in, also where a name stands twice", () => {
  assert.equal(fill("{n} of {count}, {n}", { n: 3, count: 10 }), "3 of 10, 3");
  assert.equal(fill("nothing", {}), "nothing");
});

test("a single choice is read and written", () => {
  const item = new Item({ inputs: inputs("a", "b") });
  assert.equal(WIDGETS.choices.read(item), null);
  WIDGETS.choices.write(item, "b");
  assert.equal(WIDGETS.choices.read(item), "b");
  WIDGETS.choices.write(item, null);
  assert.equal(WIDGETS.choices.read(item), null);
});

test("several choices are whole with one, or with as many as the learner is told", () => {
  const item = new Item({ inputs: inputs("a", "b", "c") });
  assert.equal(WIDGETS.checks.read(item), null);
  WIDGETS.checks.write(item, ["a", "c"]);
  assert.deepEqual(WIDGETS.checks.read(item), ["a", "c"]);
  assert.equal(WIDGETS.checks.isWhole(item), true);
  item.told = "3";
  assert.equal(WIDGETS.checks.isWhole(item), false);
  WIDGETS.checks.write(item, null);
  assert.equal(WIDGETS.checks.read(item), null);
});

test("a number goes with its unit, where there is one, and without blanks", () => {
  const item = new Item({ parts: { number: { value: " 12,5 " }, unit: { value: "mV" } } });
  assert.deepEqual(WIDGETS.number.read(item), { number: "12,5", unit: "mV" });
  WIDGETS.number.write(item, null);
  assert.equal(WIDGETS.number.read(item), null);
  assert.deepEqual(WIDGETS.number.read(new Item({ parts: { number: { value: "3" } } })), { number: "3", unit: "" });
});

test("a line of nothing but blanks is no answer", () => {
  const item = new Item({ parts: { line: { value: "   " } } });
  assert.equal(WIDGETS.line.read(item), null);
  WIDGETS.line.write(item, "orange");
  assert.equal(WIDGETS.line.read(item), "orange");
});

test("pairs are kept as far as they are made, and are whole once each has its other side", () => {
  const item = new Item({ lefts: [left("1"), left("2")] });
  assert.equal(WIDGETS.pairs.read(item), null);
  WIDGETS.pairs.write(item, { 1: "x" });
  assert.deepEqual(WIDGETS.pairs.read(item), { 1: "x" });
  assert.equal(WIDGETS.pairs.isWhole(item), false);
  WIDGETS.pairs.write(item, { 1: "x", 2: "y" });
  assert.equal(WIDGETS.pairs.isWhole(item), true);
  WIDGETS.pairs.write(item, null);
  assert.equal(WIDGETS.pairs.read(item), null);
});

test("a tap is told in the picture's own pixels, however small it is shown, and never lies outside", () => {
  const box = { left: 10, top: 20, width: 200, height: 120 };
  assert.deepEqual(pointAt({ clientX: 60, clientY: 50 }, box, [400, 240]), { x: 100, y: 60 });
  assert.deepEqual(pointAt({ clientX: 5, clientY: 500 }, box, [400, 240]), { x: 0, y: 240 });
});

test("where one place is asked for, a tap takes the place of the last one", () => {
  assert.deepEqual(tapped([{ x: 1, y: 1 }], { x: 90, y: 90 }, { most: 1, named: 0, scale: 1 }), [{ x: 90, y: 90 }]);
  assert.deepEqual(tapped([{ x: 1, y: 1 }], { x: 2, y: 2 }, { most: 1, named: 0, scale: 1 }), [{ x: 2, y: 2 }]);
});

test("where several are asked for, taps gather, the oldest makes room, and a tap on a point takes it away", () => {
  const about = { most: 2, named: 0, scale: 0.5 };
  const [one, two, three] = [{ x: 10, y: 10 }, { x: 100, y: 10 }, { x: 200, y: 10 }];
  assert.deepEqual(tapped([], one, about), [one]);
  assert.deepEqual(tapped([one], two, about), [one, two]);
  assert.deepEqual(tapped([one, two], three, about), [two, three]);
  assert.deepEqual(tapped([one, two], { x: 110, y: 12 }, about), [one]);
  assert.deepEqual(tapped([one], { x: 50, y: 10 }, about), [one, { x: 50, y: 10 }]);
  assert.deepEqual(tapped([one], three, { ...about, named: 2 }), [one]);
  assert.deepEqual(tapped([one, two], three, { ...about, most: Infinity }), [one, two, three]);
});

test("a countdown follows a clock that nobody can set, and what the server says", (context) => {
  let now = 1000;
  const ticking = [];
  context.mock.method(performance, "now", () => now);
  context.mock.method(globalThis, "setInterval", (work) => ticking.push(work));
  context.mock.method(globalThis, "clearInterval", () => ticking.pop());
  const shown = [];
  const countdown = new Countdown(10, (seconds) => {
    shown.push(seconds);
    return seconds > 0;
  });
  now += 2500;
  ticking[0]();
  countdown.set(30);
  now += 31_000;
  ticking[0]();
  assert.deepEqual(shown, [10, 8, 30, 0]);
  assert.deepEqual(ticking, []);
});
