"""Learners who take an exam without a pause, each keeping a log of what was sent and what was acknowledged."""

from __future__ import annotations

import random
import re
import time
from dataclasses import dataclass, field
from typing import Any

from tests.durability.server import Answer
from tests.durability.workers import RECORDED, REFUSED, UNKNOWN, Worker
from westmec_xblocks.domain.assessment.definition import Assessment, Item
from westmec_xblocks.domain.refusals import WestmecError
from westmec_xblocks.olx import assessment as codec

GIVES_UP = 0.05
CLEARED = "cleared"


@dataclass
class Given:
    """One event as a client sent it. ``outcome`` is unknown until it was answered; ``late`` as the receipt says."""

    attempt: str
    client_id: str
    kind: str
    item: str
    raw: Any
    outcome: str = UNKNOWN
    late: bool = False
    repeated: bool = False
    tries: int = 0
    last_sent: float = 0.0

    @property
    def sent(self) -> dict[str, Any]:
        """As it goes over the wire."""
        event = {"client_id": self.client_id, "kind": self.kind, "item": self.item}
        return {**event, "response": self.raw} if self.kind == "answered" else event


@dataclass
class Begun:
    """An attempt that was begun, under the id that the client made; ``handed_in`` is the id of its end, once that was acknowledged."""

    attempt: str
    client_id: str
    handed_in: str = ""
    known: dict[str, Any] = field(default_factory=dict)


class Taker(Worker):
    """Begins, answers, changes answers, takes them back, flags, looks again, hands in, and begins again."""

    def __init__(self, *args: Any, assessment: Assessment) -> None:
        super().__init__(*args)
        self.assessment = assessment
        self.given: list[Given] = []
        self.begun: list[Begun] = []
        self.items: list[str] = []
        self.current: Begun | None = None
        self.looks = 0

    def step(self) -> None:
        if self.current is None:
            self.begin()
            return
        acts = (self.answer_one, self.catch_up, self.flag, self.send_again, self.look_again, self.hand_in)
        self.rng.choices(acts, (50, 12, 10, 8, 10, 10))[0]()

    def begin(self) -> None:
        client_id = self.new_id()
        html = self.insist("begin", client_id=client_id)["html"]
        self.items = re.findall(r'data-item="([^"]+)"', html)
        [attempt] = re.findall(r'data-attempt="([^"]+)"', html)
        self.current = Begun(attempt, client_id)
        self.begun.append(self.current)

    def hand_in(self) -> None:
        assert self.current is not None
        over, self.current = self.current, None
        client_id = self.new_id()
        self.insist("submit", client_id=client_id, attempt=over.attempt)
        over.handed_in = client_id
        if len(self.begun) % 2:
            self.give([self.an_answer(over.attempt)])

    def answer_one(self) -> None:
        self.give([self.an_answer()])

    def catch_up(self) -> None:
        """As after a lost connection: several at once, of which the last one about an item holds."""
        self.give([self.an_answer() for _ in range(self.rng.randrange(2, 9))])

    def flag(self) -> None:
        kind = self.rng.choice(("flagged", "unflagged", "shown"))
        self.give([Given(self.open_id, self.new_id(), kind, self.rng.choice(self.items), None)])

    def send_again(self) -> None:
        """What was acknowledged already, sent once more: nothing is recorded twice."""
        done = [one for one in self.given if one.attempt == self.open_id and one.outcome == RECORDED]
        if done:
            again = self.rng.sample(done, min(3, len(done)))
            receipts = self.insist("events", attempt=self.open_id, events=[one.sent for one in again])["receipts"]
            assert all(receipt["repeated"] for receipt in receipts)

    def look_again(self) -> None:
        """As after a reload: the page shows what was acknowledged."""
        assert self.current is not None
        html = self.look("attempt")
        assert f'data-attempt="{self.open_id}"' in html
        for item, value in self.current.known.items():
            checked = re.findall(rf'name="q-{item}" value="(\w+)" checked', html)
            assert checked == ([value] if value else []), (item, value, checked)
        self.looks += 1

    @property
    def open_id(self) -> str:
        assert self.current is not None
        return self.current.attempt

    def an_answer(self, attempt: str = "") -> Given:
        """An answer to one of the questions; now and then one that takes the answer back, or that cannot be."""
        item = self.assessment.by_id[self.rng.choice(self.items)]
        chance = self.rng.random()
        raw = None if chance < 0.08 else {"x": "y"} if chance < 0.2 else any_answer(item, self.rng)
        return Given(attempt or self.open_id, self.new_id(), "answered", item.id, raw)

    def give(self, events: list[Given]) -> None:
        """Send the events until they are answered, or, rarely, give up."""
        self.given.extend(events)
        attempt = events[0].attempt
        data = {"attempt": attempt, "events": [one.sent for one in events]}
        if self.current is not None:
            # Until it is answered nobody knows what the server has.
            for one in events:
                self.current.known.pop(one.item, None)
        answer = self._try("events", data, events, gives_up=self.rng.random() < GIVES_UP)
        if answer is None:
            return
        for one, receipt in zip(events, answer["receipts"], strict=True):
            one.outcome = REFUSED if receipt["refused"] else RECORDED
            one.late, one.repeated = receipt["late"], receipt["repeated"]
            is_choice = self.assessment.by_id[one.item].kind == "choice"
            if self.current is not None and is_choice and (one.kind, one.outcome) == ("answered", RECORDED):
                self.current.known[one.item] = one.raw
        self.forget_what_was_given_up()

    def forget_what_was_given_up(self) -> None:
        """What was given up may be on record before or after what came next; a refused answer leaves the one before it."""
        if self.current is not None:
            for one in self.given:
                if one.attempt == self.open_id and one.kind == "answered" and one.outcome != RECORDED:
                    self.current.known.pop(one.item, None)

    def insist(self, act: str, **data: Any) -> dict[str, Any]:
        """The answer of an act that is sent until it is answered."""
        answer = self._try(act, data, [], gives_up=False)
        assert answer is not None
        return answer

    def _try(self, act: str, data: dict[str, Any], events: list[Given], *, gives_up: bool) -> dict[str, Any] | None:
        body = {"client_id": self.new_id(), **data}

        def ask(person: Any) -> Answer:
            for one in events:
                one.tries += 1
                one.last_sent = time.time()
            return person.act(act, body)

        answer = self.until_answered(ask, gives_up=gives_up)
        if answer is None:
            return None
        assert answer.status == 200, (act, answer)
        return answer.data


def any_answer(item: Item, rng: random.Random) -> Any:
    """An answer as the item's widget may send it, right or not."""
    face = codec.face_of(item, "", None)
    pieces = [piece.id for piece in face.pieces]
    make = {
        "choices": lambda: rng.choice(pieces),
        "checks": lambda: rng.sample(pieces, rng.randrange(1, len(pieces))),
        "number": lambda: {"number": rng.choice(("12.5", "12,5", "12500", "3")), "unit": rng.choice(face.units)},
        "line": lambda: rng.choice(("orange", " Orange. ", "naranja", "blue", "señal <b> 橙")),
        "order": lambda: rng.sample(pieces, len(pieces)),
        "pairs": lambda: {left: rng.choice(face.others).id for left in pieces},
        "spots": lambda: [rng.choice((rng.choice(pieces), {"x": rng.randrange(200), "y": rng.randrange(100)}))],
    }
    return make[face.widget]()


def kept_as(assessment: Assessment, one: Given) -> tuple[str, Any] | None:
    """The kind and response under which an event is on record; None where the item takes no such answer."""
    if one.kind != "answered":
        return one.kind, None
    try:
        response = codec.accept_response(assessment.by_id[one.item], one.raw, "en")
    except WestmecError:
        return None
    return (CLEARED if response is None else one.kind), response
