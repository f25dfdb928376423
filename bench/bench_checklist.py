"""The skill checklist in the host: signing one skill for a lab group, its pages, a large class."""

import uuid
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from itertools import count

from bench.figures import Figure, benchmark, repeat
from bench.host import CHECKLIST, KEY, Person, learner_ids, open_host, statements_of, user_ids
from bench.lists import pd2_definition, safety_lines

TIMES = 15
CLASS = 500
SKILL = {"01": {"value": "met"}}
_days = ((date(2025, 9, 1) + timedelta(days=number)).isoformat() for number in count())


@benchmark
def signing() -> Iterator[Figure]:
    """One skill signed for a lab group in one request: the whole answer, and the records' transaction."""
    erik, learners = Person.named("erik"), learner_ids()
    first: list[str] = []
    took = repeat(lambda: first.extend(statements_of(lambda: erik.sign(learners, SKILL, next(_days)))), 1, warm_up=0)
    yield Figure("26 learners and the first grade of each", "ms", took)
    yield Figure("26 learners and the first grade of each", "queries", [float(len(first))])
    for size in (5, 25):

        def sign(size: int = size) -> None:
            erik.sign(learners[:size], SKILL, next(_days))

        yield Figure(f"{size} learners, the whole request", "ms", repeat(sign, TIMES))
        statements = statements_of(sign)
        commit = statements.index("COMMIT")
        begin = max(place for place in range(commit) if statements[place].startswith("BEGIN"))
        yield Figure(f"{size} learners, the records' transaction", "queries", [float(commit - begin + 1)], limit=8)
        yield Figure(f"{size} learners, the whole request, no grade changed", "queries", [float(len(statements))])


@benchmark
def checklist_pages() -> Iterator[Figure]:
    """The checklist's pages without a network, for a class of 26 who have each shown a line on three days."""
    alice, erik, irene = Person.named("alice"), Person.named("erik"), Person.named("irene")
    for _ in range(3):
        erik.sign(learner_ids(), SKILL, next(_days))
    frame, ben = f"/courses/{KEY}/frame/{CHECKLIST}", user_ids()["ben"]
    pages = {
        "a learner's own page": lambda: alice.get(frame),
        "choose a learner": lambda: erik.panel("choose"),
        "the form to rate one learner": lambda: erik.panel("rate", learner=ben),
        "one learner's history": lambda: erik.panel("history", learner=ben),
        "the class at a glance": lambda: irene.panel("class"),
    }
    for name, look in pages.items():
        yield Figure(name, "ms", repeat(look, TIMES))
        yield Figure(name, "queries", [float(len(statements_of(look)))])


@benchmark
def large_class() -> Iterator[Figure]:
    """The records of a class of 500, each of whom has shown five lines on three days."""
    open_host()
    from django.utils import timezone
    from opaque_keys.edx.keys import UsageKey

    from westmec_xblocks.olx.checklist import parse_checklist
    from westmec_xblocks.records import api

    definition = pd2_definition()
    checklist = parse_checklist(definition).checklist
    sheet = api.Sheet(UsageKey.from_string(CHECKLIST.replace("pd2-a", "bench")), checklist, definition, 10.0, b"bench")
    learners = list(range(100_001, 100_001 + CLASS))

    def sign() -> None:
        verdicts = api.record_demonstrations(
            sheet,
            entries=[(uuid.uuid4(), _entry(sheet, learner, on)) for learner in learners],
            enrolled=learners,
            batch_id=uuid.uuid4(),
            actor_id=user_ids()["erik"],
            now=timezone.now(),
        )
        assert not any(verdict.refusals for verdict in verdicts)

    taken = []
    for _ in range(3):
        on = next(_days)
        taken += repeat(sign, 1, warm_up=0)
    yield Figure("five lines signed for 500 at once", "ms", taken)
    yield Figure("overview of 500", "ms", repeat(lambda: api.overview(sheet, learners), TIMES))
    looked = statements_of(lambda: api.overview(sheet, learners))
    yield Figure("overview of 500", "queries", [float(len(looked))])


def _entry(sheet, learner: int, on: str):
    from westmec_xblocks.domain.checklist.entry import Entry
    from westmec_xblocks.domain.checklist.facts import Rating

    ratings = {skill.id: Rating("met") for skill in safety_lines(sheet.checklist)[:5]}
    day = datetime.fromisoformat(f"{on}T10:00:00+00:00")
    return Entry(learner, user_ids()["erik"], day, day.date(), ratings)
