"""The assessment: forms out of a large bank, and in the host answers, handing in, results, the staff's list of 2,000 attempts."""

import random
import re
import uuid
from collections.abc import Iterator

from bench.figures import Figure, benchmark, repeat, seconds
from bench.host import EXAM, KEY, Person, open_host, statements_of

TIMES = 30
BANK = 1_000
ATTEMPTS = 2_000


@benchmark
def assembly() -> Iterator[Figure]:
    """A form of 50 items out of a bank of 1,000, with friends and enemies, seen items and exposure."""
    from westmec_xblocks.domain.assessment.cells import stock_of
    from westmec_xblocks.domain.assessment.forms import assemble

    assessment = _large_bank()
    stock, numbers = stock_of(assessment), iter(range(10**6))
    items = [item.id for item in assessment.items]
    exposure = {item: place % 7 for place, item in enumerate(items)}
    first = assemble(assessment, seed="first", stock=stock)

    def another(**more: object) -> object:
        return assemble(assessment, seed=str(next(numbers)), stock=stock, **more)

    yield Figure("a first form", "ms", repeat(another, TIMES), limit=10)
    yield Figure(
        "a second form, exposure uneven", "ms", repeat(lambda: another(seen=first.items, exposure=exposure), TIMES), 10
    )
    yield Figure("the bank's units, once a version", "ms", repeat(lambda: stock_of(assessment), TIMES))
    from bench.lists import pd2_exam
    from westmec_xblocks.olx.assessment import parse_assessment

    definition = pd2_exam()
    yield Figure(
        f"reading PD-2's exam, {len(definition.encode()) // 1000} KB",
        "ms",
        repeat(lambda: parse_assessment(definition), 10),
    )
    most = [item.id for item in assessment.items if item.domain != "D1"]
    yield Figure("nearly everything seen, by integer programming", "ms", repeat(lambda: another(seen=most), 5))


def _large_bank():
    from westmec_xblocks.domain.assessment.definition import Assessment, Domain, Item, Level, Status
    from westmec_xblocks.domain.text import Text

    levels = {Level.RECALL: 2, Level.APPLY: 4, Level.ANALYZE: 2}
    domains = tuple(Domain(f"D{number}", Text(f"Domain {number}"), 8, 2, levels) for number in range(5))
    items = []
    for number in range(BANK):
        items.append(
            Item(
                f"i{number}",
                "choice",
                f"D{number % 5}",
                Text("?"),
                None,
                list(Level)[number // 5 % 3],
                Status.PILOT if number // 5 % 10 == 9 else Status.SCORED,
                stimulus=f"s{number // 10}" if number % 40 in (5, 10) else "",
                enemies=(f"i{number + 5}",) if number % 13 == 0 else (),
            )
        )
    return Assessment("BENCH", domains=domains, items=tuple(items))


@benchmark
def exam_requests() -> Iterator[Figure]:
    """PD-2's exam in the host, without a network: begin, save an answer, hand in, look at the result."""
    people = [Person.named(name, EXAM) for name in ("alice", "ben", "carla", "david", "elena")]
    frame = f"/courses/{KEY}/frame/{EXAM}"
    begun: list[tuple[Person, str, list[str]]] = []

    def begin(person: Person) -> None:
        html = person.act("begin", {"client_id": str(uuid.uuid4()), "language": "en"})["html"]
        begun.append((person, re.findall(r'data-attempt="([^"]+)"', html)[0], re.findall(r'data-item="([^"]+)"', html)))

    yield Figure("the start page", "ms", repeat(lambda: people[0].get(frame), TIMES))
    yield Figure("begin", "ms", [seconds(lambda person=person: begin(person)) * 1000 for person in people])
    alice, attempt, items = begun[0]
    turns = iter(range(10**6))

    def answer(count: int = 1) -> None:
        events = [
            {
                "client_id": str(uuid.uuid4()),
                "kind": "answered",
                "item": items[next(turns) % len(items)],
                "response": "a",
            }
            for _ in range(count)
        ]
        alice.act("events", {"client_id": str(uuid.uuid4()), "attempt": attempt, "events": events})

    yield Figure("save one answer", "ms", repeat(answer, TIMES))
    yield Figure("save one answer", "queries", [float(len(statements_of(answer)))])
    yield Figure("save 36 answers at once", "ms", repeat(lambda: answer(36), 10))
    yield Figure("save 36 answers at once", "queries", [float(len(statements_of(lambda: answer(36))))])
    yield Figure("the attempt's page, 36 items", "ms", repeat(lambda: alice.get(frame), TIMES))

    def hand_in(person: Person, which: str) -> None:
        person.act("submit", {"client_id": str(uuid.uuid4()), "attempt": which})

    took = [seconds(lambda one=one: hand_in(one[0], one[1])) * 1000 for one in begun]
    yield Figure("hand in, grade told to the host", "ms", took)
    yield Figure("the result page", "ms", repeat(lambda: alice.panel("result", attempt=attempt), TIMES))
    result = statements_of(lambda: alice.panel("result", attempt=attempt))
    yield Figure("the result page", "queries", [float(len(result))])


@benchmark
def exam_staff() -> Iterator[Figure]:
    """The staff's list, with 2,000 attempts at PD-2's exam on record; scoring all of them anew."""
    _many_attempts()
    irene = Person.named("irene", EXAM)
    for name, query in {"first page": {}, "page 40": {"page": 40}, "not passed": {"which": "not_passed"}}.items():
        look = lambda query=query: irene.panel("attempts", **query)  # noqa: E731
        yield Figure(f"list of 2,000 attempts, {name}", "ms", repeat(look, 10))
        yield Figure(f"list of 2,000 attempts, {name}", "queries", [float(len(statements_of(look)))])
    yield Figure("what scoring anew would change, 2,000", "ms", repeat(lambda: irene.panel("rescoring"), 3))


def _many_attempts() -> None:
    """Two thousand closed attempts of people who exist as numbers only, made through the records' own door."""
    open_host()
    from datetime import timedelta

    from django.utils import timezone
    from opaque_keys.edx.keys import UsageKey

    from bench.lists import pd2_exam
    from westmec_xblocks.olx.assessment import parse_assessment
    from westmec_xblocks.records import api

    definition = pd2_exam()
    paper = api.Paper(UsageKey.from_string(EXAM), parse_assessment(definition).assessment, definition, 30.0)
    lots, now = random.Random(2026), timezone.now() - timedelta(days=30)
    for learner in range(200_001, 200_001 + ATTEMPTS):
        row = api.start_attempt(paper, learner_id=learner, client_id=uuid.uuid4(), now=now)
        events = [
            api.Event(uuid.uuid4(), "answered", item, "abcd"[lots.randrange(4)]) for item in row.form["items"][:20]
        ]
        api.record_events(paper.usage, attempt_id=row.id, learner_id=learner, events=events, now=now)
        api.close_attempt(
            paper.usage, attempt_id=row.id, learner_id=learner, actor_id=learner, client_id=uuid.uuid4(), now=now,
            how=api.HOW_SUBMITTED,
        )  # fmt: skip
