"""People who sign off, correct, ask and bring evidence without a pause, each keeping a log of what was sent and what was answered.

When a request is cut off they do as the pages do: they send the same act again, under the same id, until it is answered. A few give
up instead.
"""

from __future__ import annotations

import random
import re
import threading
import time
import uuid
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from hashlib import sha256
from typing import Any

from tests.durability.server import CUT, PATIENCE, Answer, Person
from tests.durability.shop import LINES

GIVES_UP = 0.05
FIRST_DAY = date(2026, 1, 5)
DAYS = 300
GOOD = {
    "01": {"value": "met"},
    "02": {"value": "met", "readings": ["0.4", "0.2"]},
    "03": {"value": "3"},
    "04": {"value": "4", "note": "gauge at zero"},
}
RECORDED, REFUSED, UNKNOWN = "recorded", "refused", "unknown"


@dataclass
class Sent:
    """One act as a client sent it: ``expected`` is what its row must say. ``outcome`` is unknown until it was answered."""

    act: str
    learner: int
    client_id: str
    expected: Mapping[str, Any]
    outcome: str = UNKNOWN
    code: str = ""
    tries: int = 0
    last_sent: float = 0.0


class Door:
    """Where the server is at the moment."""

    def __init__(self) -> None:
        self._changed = threading.Condition()
        self._address = ""

    def open(self, address: str) -> None:
        with self._changed:
            self._address = address
            self._changed.notify_all()

    def close(self) -> None:
        with self._changed:
            self._address = ""

    def address(self) -> str:
        """The address; waits for one."""
        with self._changed:
            assert self._changed.wait_for(lambda: self._address, PATIENCE)
            return self._address


@dataclass
class Worker(threading.Thread):
    """Somebody at work in a thread of their own."""

    person: Person
    door: Door
    rng: random.Random
    ids: Mapping[str, int]
    log: list[Sent] = field(default_factory=list)
    cut: int = 0
    answered: int = 0
    problem: BaseException | None = None

    def __post_init__(self) -> None:
        super().__init__(daemon=True)
        self.done = threading.Event()

    def __hash__(self) -> int:
        return id(self)

    @property
    def id(self) -> int:
        return self.ids[self.person.username]

    def run(self) -> None:
        try:
            while not self.done.is_set():
                self.step()
                time.sleep(self.rng.uniform(0.005, 0.03))
        except BaseException as error:  # noqa: BLE001  (the test shows it)
            self.problem = error

    def step(self) -> None:
        raise NotImplementedError

    def send(self, acts: list[Sent], ask: Callable[[Person], Answer]) -> Answer | None:
        """Send until it is answered, or give up: None then."""
        self.log.extend(acts)
        answer = self._until_answered(acts, ask)
        if answer is None:
            return None
        if answer.status >= 500:
            raise AssertionError(f"{acts[0].act}: {answer}")
        refused = answer.data.get("refused", []) if answer.status == 200 else [one.learner for one in acts]
        for one in acts:
            one.outcome = REFUSED if one.learner in refused else RECORDED
            one.code = answer.refusal if answer.status != 200 else ""
        return answer

    def _until_answered(self, acts: list[Sent], ask: Callable[[Person], Answer]) -> Answer | None:
        def note_and_ask(person: Person) -> Answer:
            for one in acts:
                one.tries += 1
                one.last_sent = time.time()
            return ask(person)

        return self.until_answered(note_and_ask, gives_up=bool(acts) and self.rng.random() < GIVES_UP)

    def until_answered(self, ask: Callable[[Person], Answer], *, gives_up: bool = False) -> Answer | None:
        """The answer, however often the request is cut off; None where somebody ``gives_up`` at the first cut."""
        while True:
            self.person.base = self.door.address()
            try:
                answer = ask(self.person)
                self.answered += 1
                return answer
            except CUT:
                self.cut += 1
                if gives_up:
                    return None
                time.sleep(0.01)

    def look(self, page: str, **query: Any) -> str:
        """A panel's HTML."""
        answer = self._until_answered([], lambda person: person.get(page, **query))
        assert answer is not None
        assert answer.status == 200, answer
        return answer.data["html"]

    def act(self, name: str, learner: int, expected: Mapping[str, Any], **data: Any) -> Sent:
        """One act about one learner, in the form in which the pages send it."""
        sent = Sent(name, learner, self.new_id(), {"actor_id": self.id, **expected})
        about = {"learner": learner} if learner != self.id else {}
        self.send([sent], lambda person: person.act(name, {"client_id": sent.client_id, **about, **data}))
        return sent

    def new_id(self) -> str:
        return str(uuid.UUID(int=self.rng.getrandbits(128), version=4))

    def ratings(self) -> dict[str, dict[str, Any]]:
        """Most lines, most of them reached."""
        chosen = {line: dict(GOOD[line]) for line in LINES if self.rng.random() < 0.9} or {"03": GOOD["03"]}
        if self.rng.random() < 0.3:
            line = self.rng.choice(list(chosen))
            chosen[line] = {"value": self.rng.choice(("1", "2", "0")) if line in ("03", "04") else "not_met"}
        return chosen


class Evaluator(Worker):
    """Signs learners one by one, stops, re-teaches, corrects, withdraws, rates as the second, answers requests."""

    def __init__(self, *args: Any, learners: list[int]) -> None:
        super().__init__(*args)
        self.learners = learners
        self.days = dict.fromkeys(learners, 0)
        self.stopped: set[int] = set()

    def step(self) -> None:
        learner = self.rng.choice(self.learners)
        if learner in self.stopped:
            self.reteach(learner)
            return
        what = self.rng.choices(
            (self.sign, self.stop_attempt, self.correct, self.withdraw, self.rate_as_second, self.decline),
            (60, 6, 12, 5, 10, 7),
        )[0]
        what(learner)

    def next_day(self, learner: int) -> str:
        self.days[learner] += 1
        return (FIRST_DAY + timedelta(days=self.days[learner] % DAYS)).isoformat()

    def sign(self, learner: int) -> None:
        paired = self.rng.random() < 0.3
        ratings, on = GOOD if paired else self.ratings(), self.next_day(learner)
        detail = {"scored": "evaluated", **({"paired": True} if paired else {})}
        expected = {"kind": "demonstration", "ratings": ratings, "observed_on": on, "detail": detail}
        self.act("sign", learner, expected, ratings=ratings, observed_on=on, paired=paired)

    def stop_attempt(self, learner: int) -> None:
        on, stop = self.next_day(learner), {"skill": "01", "act": "reached in"}
        expected = {"kind": "demonstration", "ratings": {}, "observed_on": on, "detail": {"stop": stop}}
        self.act("sign", learner, expected, stop=stop, observed_on=on)
        self.stopped.add(learner)

    def reteach(self, learner: int) -> None:
        found = re.findall(
            r'data-act="reteach".*?name="demonstration" value="([^"]+)"', self.look("history", learner=learner)
        )
        for demonstration in found:
            on = (FIRST_DAY + timedelta(days=DAYS)).isoformat() if self.days[learner] > DAYS else self.next_day(learner)
            note = f"taught again {self.rng.random()}"
            expected = {"kind": "reteach", "observed_on": on, "note": note, "refers_to_id": demonstration}
            self.act("reteach", learner, expected, demonstration=demonstration, observed_on=on, note=note)
        self.stopped.discard(learner)

    def entry(self, learner: int) -> str | None:
        found = re.findall(r"correct\?demonstration=([0-9a-f-]+)", self.look("history", learner=learner))
        return self.rng.choice(found[:3]) if found else None

    def correct(self, learner: int) -> None:
        if entry := self.entry(learner):
            ratings, on, reason = self.ratings(), self.next_day(learner), f"a slip {self.rng.random()}"
            expected = {
                "kind": "correction",
                "ratings": ratings,
                "observed_on": on,
                "note": reason,
                "refers_to_id": entry,
            }
            self.act("correct", learner, expected, demonstration=entry, ratings=ratings, observed_on=on, reason=reason)

    def withdraw(self, learner: int) -> None:
        if entry := self.entry(learner):
            reason = f"wrong learner {self.rng.random()}"
            expected = {"kind": "withdrawal", "note": reason, "refers_to_id": entry}
            self.act("withdraw", learner, expected, demonstration=entry, reason=reason)

    def rate_as_second(self, _learner: int) -> None:
        waiting = re.findall(r"second\?demonstration=([0-9a-f-]+)&amp;learner=(\d+)", self.look("requests"))
        if waiting:
            demonstration, learner = self.rng.choice(waiting)
            expected = {"kind": "second_rating", "ratings": GOOD, "refers_to_id": demonstration}
            self.act("second_rating", int(learner), expected, demonstration=demonstration, ratings=GOOD)

    def decline(self, _learner: int) -> None:
        waiting = re.findall(
            r'name="learner" value="(\d+)"><input type="hidden" name="request" value="([^"]+)"', self.look("requests")
        )
        if waiting:
            learner, request = self.rng.choice(waiting)
            note = f"tomorrow {self.rng.random()}"
            expected = {"kind": "request_declined", "note": note, "refers_to_id": request}
            self.act("decline_request", int(learner), expected, request=request, note=note)


class GroupEvaluator(Evaluator):
    """Signs lab groups; who is refused holds up nobody."""

    def step(self) -> None:
        batch, on = self.new_id(), (FIRST_DAY + timedelta(days=self.rng.randrange(DAYS))).isoformat()
        acts, learners = [], {}
        for learner in self.rng.sample(self.learners, self.rng.choice((2, 5, 8))):
            ratings, client_id = self.ratings(), self.new_id()
            expected = {"kind": "demonstration", "ratings": ratings, "observed_on": on, "batch_id": batch}
            acts.append(Sent("sign_group", learner, client_id, {"actor_id": self.id, **expected}))
            learners[str(learner)] = {"client_id": client_id, "ratings": ratings}
        data = {"batch_id": batch, "learners": learners, "observed_on": on}
        self.send(acts, lambda person: person.act("sign_group", data))


class Learner(Worker):
    """Asks for sign-offs and takes the request back, brings evidence and removes it, checks themselves."""

    def __init__(self, *args: Any) -> None:
        super().__init__(*args)
        self.checks: dict[str, str] = {}

    def step(self) -> None:
        acts = (self.ask, self.take_back, self.add, self.upload, self.remove, self.check)
        self.rng.choices(acts, (30, 10, 20, 15, 10, 15))[0]()

    def ask(self) -> None:
        note = f"ready {self.rng.random()}"
        self.act("request_sign_off", self.id, {"kind": "request", "note": note}, note=note)

    def take_back(self) -> None:
        if found := re.search(r'name="request" value="([^"]+)"', self.look("mine")):
            self.act(
                "withdraw_request", self.id, {"kind": "request_withdrawn", "refers_to_id": found[1]}, request=found[1]
            )

    def add(self) -> None:
        line, value = self.rng.choice(LINES), f"{self.rng.random()} V"
        self.act("add_evidence", self.id, {"skill": line, "kind": "value", "text": value}, skill=line, content=value)

    def upload(self) -> None:
        line = self.rng.choice(LINES)
        content = (f"{self.rng.random()} log\n" * self.rng.randrange(1, 4000)).encode()
        expected = {"skill": line, "kind": "document", "size": len(content), "sha256": sha256(content).hexdigest()}
        sent = Sent("upload", self.id, self.new_id(), expected)
        self.send([sent], lambda person: person.upload(sent.client_id, line, "log.txt", content))

    def remove(self) -> None:
        found = re.findall(r'name="evidence" value="([^"]+)"', self.look("mine"))
        if found:
            piece = self.rng.choice(found)
            self.act(
                "remove_evidence", self.id, {"kind": "evidence_removed", "detail": {"evidence": piece}}, evidence=piece
            )

    def check(self) -> None:
        line, value = self.rng.choice(LINES), self.rng.choice(("not_yet", "with_help", "alone"))
        answer = self._until_answered(
            [], lambda person: person.act("self_check", {"skill": line, "value": value, "client_id": self.new_id()})
        )
        assert answer is not None
        assert answer.status == 200, answer
        self.checks[line] = value
