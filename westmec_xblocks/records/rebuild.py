"""The derived rows, made again from the acts and compared with those that are there."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby
from typing import Any

from django.db import transaction

from westmec_xblocks.domain.refusals import NotFound
from westmec_xblocks.records import statuses, versions
from westmec_xblocks.records.exams import rebuild as exams
from westmec_xblocks.records.facts import replay, version_of
from westmec_xblocks.records.models import Act, Attempt, Status
from westmec_xblocks.records.transactions import in_one_transaction

AT_ONCE = 200
# No line's id holds a space.
ATTEMPT = "attempt "


@dataclass(frozen=True, slots=True)
class Difference:
    """A derived row that is not what follows from the acts: a status, an attempt, or an assessment's tally of exposure.

    ``fields`` holds stored and expected values; ``learner_id`` is None for a tally. ``error``: it cannot be told.
    """

    usage_key: str
    learner_id: int | None
    thing: str
    fields: dict[str, tuple[Any, Any]]
    error: str = ""

    def __str__(self) -> str:
        told = "; ".join(f"{name}: {stored!r} should be {wanted!r}" for name, (stored, wanted) in self.fields.items())
        return f"{self.usage_key} {self._what}: {self.error or told}"

    @property
    def _what(self) -> str:
        if self.learner_id is None:
            return self.thing
        thing = self.thing if not self.thing or self.thing.startswith(ATTEMPT) else f"line {self.thing}"
        return f"learner {self.learner_id} {thing or 'as a whole'}"


def rebuild(now: datetime, *, course: str | None = None, write: bool = True) -> Iterator[Difference]:
    """Every difference, and, where ``write`` says so, its mending.

    Learners are locked, a few hundred at a time, while they are looked at.
    """
    for usage, learners in _everyone(course):
        for start in range(0, len(learners), AT_ONCE):
            some = learners[start : start + AT_ONCE]
            yield from in_one_transaction(lambda usage=usage, some=some: _compare(usage, some, now, write=write))
        if exams.is_exam(usage):
            fields = in_one_transaction(lambda usage=usage: exams.compare_exposure(usage, write=write))
            if fields:
                yield Difference(usage, None, "exposure", fields)


def _everyone(course: str | None) -> Iterator[tuple[str, list[int]]]:
    pairs: set[tuple[str, int]] = set()
    for table in (Act, Status, Attempt):
        rows = table.objects.all() if course is None else table.objects.filter(course_key=course)
        pairs |= set(rows.order_by().values_list("usage_key", "learner_id").distinct())
    for usage, own in groupby(sorted(pairs), key=lambda pair: pair[0]):
        yield usage, [learner for _, learner in own]


def _compare(usage: str, learners: list[int], now: datetime, *, write: bool) -> list[Difference]:
    _lock(usage, learners, now)
    exam = exams.is_exam(usage)
    locked = exams.lock_attempts(usage, learners) if exam else []
    acts = Act.objects.filter(usage_key=usage, learner_id__in=learners).order_by("learner_id", "number")
    by_learner = {learner: list(own) for learner, own in groupby(acts, key=lambda act: act.learner_id)}
    wanted = {digest for own in by_learner.values() for digest in ({own[-1].digest} if exam else _digests(own))}
    known = versions.find(wanted)
    rebuilt = exams.Rebuilt(locked, by_learner) if exam else None
    rows = Status.objects.filter(usage_key=usage, learner_id__in=learners)
    stored = {(row.learner_id, row.thing): row for row in rows}
    found: list[Difference] = []
    mended: list[Status] = []
    for learner in learners:
        own = by_learner.get(learner, [])
        try:
            expected = rebuilt.expected(learner, known) if rebuilt else _expected(own, known)
        except NotFound as error:
            found.append(Difference(usage, learner, statuses.WHOLE_LIST, {}, str(error)))
            continue
        present = {thing: row for (whose, thing), row in stored.items() if whose == learner}
        for thing in sorted({*expected, *present}):
            values = _wanted(expected.get(thing), present.get(thing), own)
            fields = _differing(present.get(thing), values)
            if fields:
                found.append(Difference(usage, learner, thing, fields))
                mended.append(Status(usage_key=usage, learner_id=learner, thing=thing, updated_at=now, **values))
    for attempt, fields in rebuilt.differences() if rebuilt else ():
        found.append(Difference(usage, attempt.learner_id, f"{ATTEMPT}{attempt.number}", fields))
    if write:
        _mend(mended, rebuilt)
    else:
        transaction.set_rollback(True)
    return found


def _mend(mended: list[Status], rebuilt: exams.Rebuilt | None) -> None:
    if mended:
        statuses.upsert(mended, statuses.UPDATED)
    if rebuilt:
        rebuilt.mend()


def _lock(usage: str, learners: Iterable[int], now: datetime) -> None:
    """Lock the list rows, as writers do, so that nobody writes between reading and comparing."""
    statuses.upsert(
        (
            Status(usage_key=usage, learner_id=learner, thing=statuses.WHOLE_LIST, updated_at=now, **statuses.BLANK)
            for learner in learners
        ),
        ["updated_at"],
    )


def _digests(acts: Iterable[Act]) -> set[str]:
    """The versions that are needed to judge these acts of one learner."""
    acts = list(acts)
    return {act.digest for act in acts[-1:]} | {version_of(act) for act in acts if act.observed_on}


def _expected(acts: list[Act], known: versions.Versions) -> dict[str, statuses.Values]:
    """What follows from the acts; NotFound where a version is lost."""
    if not acts:
        return {}
    versions.check(_digests(acts), known)
    checklist, story = known[acts[-1].digest], replay(acts)
    return statuses.values_of(checklist, story, statuses.judged(checklist, story, known), known)


def _wanted(expected: statuses.Values | None, row: Status | None, acts: list[Act]) -> statuses.Values:
    """What the row must say. A row that does not follow from the acts any more is kept as not started."""
    course = acts[-1].course_key if acts else row.course_key if row else ""
    code = row.code if row else ""
    return {"course_key": course, "code": code, **(statuses.BLANK if expected is None else expected)}


def _differing(row: Status | None, wanted: statuses.Values) -> dict[str, tuple[Any, Any]]:
    stored = {name: getattr(row, name) if row else None for name in wanted}
    return {name: (stored[name], value) for name, value in wanted.items() if stored[name] != value}


def rebuild_learner(usage: str, learner: int, now: datetime) -> None:
    """Make one learner's rows on one block again, inside the transaction under way."""
    _compare(usage, [learner], now, write=True)
