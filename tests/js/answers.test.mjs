import assert from "node:assert/strict";
import { createRequire } from "node:module";
import { test } from "node:test";

const require = createRequire(import.meta.url);
const W = (globalThis.Westmec = require("../../westmec_xblocks/blocks/static/westmec/core.js"));
const { Answers, attemptsIn } = require("../../westmec_xblocks/blocks/static/westmec/assessment/answers.js");

class Storage {
  constructor() {
    this.kept = new Map();
  }
  get length() {
    return this.kept.size;
  }
  key(place) {
    return [...this.kept.keys()][place] ?? null;
  }
  getItem(name) {
    return this.kept.get(name) ?? null;
  }
  setItem(name, text) {
    this.kept.set(name, text);
  }
  removeItem(name) {
    this.kept.delete(name);
  }
}

/** A server that records events once each, and can be out of reach, or break in the middle of answering. */
class Server {
  constructor() {
    this.rows = [];
    this.calls = [];
    this.trouble = null;
    this.loses = false;
  }
  async take(events) {
    this.calls.push(events.map((event) => event.client_id));
    await null;
    if (this.trouble) throw this.trouble(events);
    const receipts = events.map((event) => {
      const repeated = this.rows.some((row) => row.client_id === event.client_id);
      if (!repeated) this.rows.push(event);
      return { client_id: event.client_id, repeated };
    });
    if (this.loses) throw new TypeError("cut off");
    return { receipts, events: this.rows.length, open: true };
  }
  get ids() {
    return this.rows.map((row) => row.client_id);
  }
}

const offline = () => new TypeError("Failed to fetch");
const refusal = (status, code) => () => new W.Refused(status, code ? { code, message: "No." } : null);

function scene(store = new Storage(), server = new Server()) {
  const told = [];
  const timers = [];
  const made = () =>
    new Answers({
      store,
      key: "westmec:7:exam:one",
      send: (events) => server.take(events),
      tell: (state, answer, sent) => told.push([state, sent.map((event) => event.client_id), answer]),
      newId: () => "e" + (made.last = (made.last || 0) + 1),
      now: () => "2026-11-25T10:00:00.000Z",
      setTimer: (work, wait) => timers.push({ work, wait }),
    });
  const retries = () => timers.filter((timer) => timer.wait !== 25000);
  return { store, server, told, timers, retries, made, answers: made(), states: () => told.map(([state]) => state) };
}

test("an answer goes up at once, is acknowledged, and leaves the device", async () => {
  const { answers, server, states, store } = scene();
  const event = answers.add("answered", "c1", "a");
  await answers.flush();
  assert.deepEqual(server.rows, [{ client_id: event.client_id, kind: "answered", item: "c1", at: event.at, response: "a" }]);
  assert.deepEqual(states(), ["saving", "saved"]);
  assert.equal(answers.queue.length, 0);
  assert.equal(store.length, 0);
});

test("without a connection answers wait, are tried ever more rarely, and go up in order once it is back, none twice", async () => {
  const { answers, server, retries, told } = scene();
  server.trouble = offline;
  for (const response of ["a", "b", "c"]) answers.add("answered", "c1", response);
  await answers.flush();
  const waits = [];
  for (let turn = 0; turn < 6; turn += 1) {
    const timer = retries().at(-1);
    waits.push(timer.wait);
    timer.work();
    await answers.flush();
  }
  assert.deepEqual(waits, [2000, 4000, 8000, 15000, 30000, 30000]);
  assert.equal(answers.pending.length, 3);
  assert.equal(answers.isKept, true);
  server.trouble = null;
  assert.equal(await answers.flush(), true);
  assert.deepEqual(server.rows.map((row) => row.response), ["a", "b", "c"]);
  assert.deepEqual(server.ids, ["e1", "e2", "e3"]);
  const [state, sent, answer] = told.at(-1);
  assert.deepEqual([state, sent, answer.back], ["saved", ["e1", "e2", "e3"], true]);
});

test("one timer waits at a time, however often something is answered", async () => {
  const { answers, server, retries } = scene();
  server.trouble = offline;
  for (let turn = 0; turn < 5; turn += 1) {
    answers.add("answered", "c1", String(turn));
    await answers.flush();
  }
  assert.equal(retries().length, 1);
});

test("what waits survives a reload in order and is sent once, also if its first answer was lost on the way", async () => {
  const { store, server, answers } = scene();
  server.loses = true;
  answers.add("answered", "c1", "a");
  await answers.flush();
  server.trouble = offline;
  for (const response of ["b", "c"]) answers.add("answered", "c1", response);
  await answers.flush();
  assert.deepEqual(server.ids, ["e1"]);
  const reloaded = scene(store, server);
  assert.deepEqual(reloaded.answers.pending.map((event) => event.response), ["a", "b", "c"]);
  Object.assign(server, { trouble: null, loses: false });
  await reloaded.answers.flush();
  assert.deepEqual(server.ids, ["e1", "e2", "e3"]);
  assert.equal(store.length, 0);
});

test("events whose first answer was lost are the page's own, those of another window are not", async () => {
  const { answers, server, told } = scene();
  server.loses = true;
  answers.add("answered", "c1", "a");
  await answers.flush();
  server.loses = false;
  await answers.flush();
  assert.equal(told.at(-1)[2].own, 1);
  assert.equal(server.rows.length, 1);
  const again = scene(new Storage(), server);
  again.answers.queue.push({ client_id: "e1", kind: "answered", item: "c1", response: "a" });
  await again.answers.flush();
  assert.equal(again.told.at(-1)[2].own, 0);
});

test("two windows of one browser keep their answers side by side", async () => {
  const { store, server, answers, made } = scene();
  server.trouble = offline;
  answers.add("answered", "c1", "a");
  const other = made();
  other.add("answered", "c2", "b");
  answers.add("answered", "c3", "c");
  await Promise.all([answers.flush(), other.flush()]);
  const reloaded = scene(store, server);
  assert.deepEqual(reloaded.answers.pending.map((event) => event.item).sort(), ["c1", "c2", "c3"]);
  server.trouble = null;
  await Promise.all([answers.flush(), other.flush(), reloaded.answers.flush()]);
  assert.equal(new Set(server.ids).size, server.ids.length);
  assert.equal(server.ids.length, 3);
  assert.equal(store.length, 0);
});

test("two flushes at once send once", async () => {
  const { answers, server } = scene();
  answers.add("answered", "c1", "a");
  const both = await Promise.all([answers.flush(), answers.flush()]);
  assert.deepEqual(both, [true, true]);
  assert.equal(server.calls.length, 1);
});

test("what is answered while a request is under way goes up next, in the same flush", async () => {
  const { answers, server } = scene();
  answers.add("answered", "c1", "a");
  answers.add("answered", "c1", "b");
  assert.equal(await answers.flush(), true);
  assert.deepEqual(server.calls, [["e1"], ["e2"]]);
});

test("a refused event leaves the queue and is told; those sent with it are taken", async () => {
  const { answers, server, told } = scene();
  server.trouble = offline;
  for (const item of ["c1", "bad", "c3"]) answers.add("answered", item, "a");
  await answers.flush();
  const refuses = (events) => events.some((event) => event.item === "bad");
  Object.defineProperty(server, "trouble", { get: () => null });
  const take = server.take.bind(server);
  server.take = async (events) => {
    if (refuses(events)) throw new W.Refused(400, { code: "bad_request", message: "Not a form." });
    return take(events);
  };
  await answers.flush();
  assert.deepEqual(server.rows.map((row) => row.item), ["c1", "c3"]);
  assert.deepEqual(told.filter(([state]) => state === "refused").map(([, sent, answer]) => [sent, answer.message]), [[["e2"], "Not a form."]]);
  assert.equal(answers.queue.length, 0);
});

for (const [name, trouble] of [
  ["a server without its records (503)", refusal(503, "records_unavailable")],
  ["a server that restarts (502, no sentence of ours)", refusal(502)],
  ["too many requests (429)", refusal(429)],
  ["an attempt that is being closed (409)", refusal(409, "attempt_closing")],
  ["somebody who was signed out (403)", refusal(403, "signed_out")],
  ["a page of a hotel's network, or the sign-in page (200, no JSON)", refusal(200)],
  ["an exam that its author is mending (404)", refusal(404, "assessment_broken")],
]) {
  test(name + " loses no answer: it waits", async () => {
    const { answers, server, states } = scene();
    server.trouble = trouble;
    answers.add("answered", "c1", "a");
    assert.equal(await answers.flush(), false);
    assert.deepEqual(states(), ["saving", "waiting"]);
    server.trouble = null;
    assert.equal(await answers.flush(), true);
    assert.deepEqual(server.ids, ["e1"]);
  });
}

test("an attempt that is not there any more is told, and nothing waits for it", async () => {
  const { answers, server, states, store } = scene();
  server.trouble = refusal(404, "unknown_attempt");
  answers.add("answered", "c1", "a");
  assert.equal(await answers.flush(), true);
  assert.deepEqual(states(), ["saving", "refused"]);
  assert.equal(store.length, 0);
});

test("a request that hangs is given up after a while and sent again", async () => {
  const { answers, server, timers, states } = scene();
  const take = server.take.bind(server);
  server.take = () => new Promise(() => {});
  answers.add("answered", "c1", "a");
  timers.find((timer) => timer.wait === 25000).work();
  assert.equal(await answers.flush(), false);
  assert.deepEqual(states(), ["saving", "waiting"]);
  server.take = take;
  assert.equal(await answers.flush(), true);
  assert.deepEqual(server.ids, ["e1"]);
});

test("a long absence goes up in pieces that the server takes", async () => {
  const { answers, server } = scene();
  server.trouble = offline;
  for (let turn = 0; turn < 250; turn += 1) answers.add("answered", "c1", String(turn));
  await answers.flush();
  server.calls.length = 0;
  server.trouble = null;
  await answers.flush();
  assert.deepEqual(server.calls.map((ids) => ids.length), [100, 100, 50]);
  assert.deepEqual(server.rows.map((row) => row.response), Array.from({ length: 250 }, (_, turn) => String(turn)));
});

for (const [name, store] of [
  ["a full store", Object.assign(new Storage(), { setItem: () => { throw new Error("QuotaExceededError"); } })],
  ["a forbidden store", { get length() { throw new Error("SecurityError"); }, setItem: () => { throw new Error("SecurityError"); }, removeItem: () => { throw new Error("SecurityError"); } }],
  ["no store", null],
]) {
  test(name + " keeps nobody from answering, and the page knows that nothing is kept", async () => {
    const { answers, server } = scene(store);
    server.trouble = offline;
    answers.add("answered", "c1", "a");
    await answers.flush();
    assert.equal(answers.isKept, false);
    server.trouble = null;
    assert.equal(await answers.flush(), true);
    assert.deepEqual(server.ids, ["e1"]);
  });
}

test("damaged entries are passed over and cleared away", async () => {
  const store = new Storage();
  const key = "westmec:7:exam:one:";
  store.setItem(key + "000000001:x", "{not json");
  store.setItem(key + "000000002:y", JSON.stringify({ kind: "answered" }));
  store.setItem(key + "000000003:e9", JSON.stringify({ client_id: "e9", kind: "answered", item: "c1", response: "a" }));
  store.setItem("westmec:8:exam:one:000000001:z", JSON.stringify({ client_id: "z", kind: "answered" }));
  const { answers, server } = scene(store);
  assert.deepEqual(answers.queue.map((event) => event.client_id), ["e9"]);
  answers.add("answered", "c1", "b");
  await answers.flush();
  assert.deepEqual(server.rows.map((row) => row.response), ["a", "b"]);
  assert.deepEqual([...store.kept.keys()], ["westmec:8:exam:one:000000001:z"]);
});

test("attempts of which something waits are found by their names, those of other people and exams are not", () => {
  const store = new Storage();
  for (const name of ["westmec:7:exam:one:000000001:a", "westmec:7:exam:one:000000002:b", "westmec:7:exam:two:000000001:c", "westmec:7:other:three:1:d", "westmec:8:exam:four:1:e"]) {
    store.setItem(name, "{}");
  }
  assert.deepEqual(attemptsIn(store, "westmec:7:exam"), ["one", "two"]);
  assert.deepEqual(attemptsIn(null, "westmec:7:exam"), []);
});
