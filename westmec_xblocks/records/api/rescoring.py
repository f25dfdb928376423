"""Scoring closed attempts anew after a key was changed: first what would change for whom, then all of it or nothing."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from fractions import Fraction
from itertools import groupby
from uuid import UUID, uuid5

from django.db.models import QuerySet

from westmec_xblocks.domain.assessment import attempts as rules
from westmec_xblocks.domain.assessment.scoring import Result
from westmec_xblocks.domain.refusals import Conflict, Refusal, WestmecError
from westmec_xblocks.olx import assessment as codec
from westmec_xblocks.records import versions
from westmec_xblocks.records.api.exam_staff import By
from westmec_xblocks.records.exams import replay, stored
from westmec_xblocks.records.exams.paper import Paper
from westmec_xblocks.records.exams.scoring import BY_KEY, CREDIT, DROP, Basis, Decided, score
from westmec_xblocks.records.exams.script import Script, close_scripts, lock_attempts, open_scripts, past_of
from westmec_xblocks.records.models import Act, ActKind, Attempt, AttemptState
from westmec_xblocks.records.single import check_reason, id_used
from westmec_xblocks.records.transactions import in_one_transaction

CHOICES = (CREDIT, DROP, BY_KEY)


@dataclass(frozen=True, slots=True)
class Change:
    """One closed attempt whose result would change, or did: before and after, and the learner's grade before and after (0 to 1)."""

    attempt_id: UUID
    learner_id: int
    number: int
    before: Result
    after: Result
    grade_before: Fraction
    grade_after: Fraction


def rescoring_of(paper: Paper, decided: Decided | None = None) -> list[Change]:
    """What scoring every closed attempt with today's keys would change. Nothing is written. Two queries, or one more for versions.

    Each attempt keeps its form, and the cut, minimums and domains that the learner was told; an item that the bank does not hold any
    more keeps its key. ``decided`` says of items whether everybody gets the point (``credit``) or nobody is asked for it (``drop``).
    What was decided in an earlier rescoring holds until it is decided otherwise (``by_key``: the key rules again).
    """
    every = _all_decided(paper.usage, decided or {})
    rows = Attempt.objects.filter(usage_key=paper.usage, state=AttemptState.CLOSED)
    return _changes(paper, list(rows.order_by("learner_id", "number")), every)


def decided_items(usage: str) -> dict[str, str]:
    """Item → what was decided about it, as it holds since the last rescoring. One query."""
    last = _rescored(usage).values_list("detail", flat=True).first()
    return dict(last["decided"]) if last else {}


def _rescored(usage: str) -> QuerySet[Act]:
    return Act.objects.filter(usage_key=usage, kind=ActKind.RESCORED).order_by("-recorded_at", "-id")


def _all_decided(usage: str, decided: Decided) -> dict[str, str]:
    for choice in decided.values():
        if choice not in CHOICES:
            raise WestmecError(
                Refusal("unknown_decision", "An item is credited to everybody, dropped, or scored by its key.")
            )
    every = {**decided_items(usage), **decided}
    return {item: choice for item, choice in sorted(every.items()) if choice != BY_KEY}


def _changes(paper: Paper, rows: Iterable[Attempt], decided: Decided) -> list[Change]:
    """``rows`` are closed attempts, by learner and number."""
    rows = list(rows)
    known = versions.load({row.digest for row in rows}, paper.assessment)
    basis = Basis(paper.assessment, decided)
    changes: list[Change] = []
    for learner, some in groupby(rows, key=lambda row: row.learner_id):
        own = list(some)
        past = past_of(own)
        anew = [score(row, known[row.digest], basis=basis) for row in own]
        later = tuple(replace(one, result=result) for one, result in zip(past, anew, strict=True))
        grades = rules.grade(paper.assessment, past), rules.grade(paper.assessment, later)
        for row, one, result in zip(own, past, anew, strict=True):
            if one.result is not None and one.result != result:
                changes.append(Change(row.id, learner, row.number, one.result, result, *grades))
    return changes


def rescore(paper: Paper, *, by: By, expected: int, decided: Decided | None = None) -> list[Change]:
    """Score every closed attempt as ``rescoring_of`` says, in one transaction: an act per attempt that changes, grades by the outbox.

    ``expected`` is the number of changes that the person saw beforehand: Conflict where it is another now, since attempts were closed
    in between. Repeated under the same id, it changes nothing and gives no changes.
    """
    for refusal in check_reason(by.reason):
        raise WestmecError(refusal)
    paper.check_sizes()
    closed = Attempt.objects.filter(usage_key=paper.usage, state=AttemptState.CLOSED).order_by()
    # Read before the transaction, whose first statement must be one that writes. Who hands in from now on is scored as ever.
    learners = set(closed.values_list("learner_id", flat=True))

    def work() -> list[Change]:
        scripts = open_scripts(paper.place, learners, by.now)
        if _is_repeated(scripts.values(), by):
            close_scripts(scripts.values(), None, by.now)
            return []
        lock_attempts(scripts.values(), lambda row: row.state == AttemptState.CLOSED)
        every = _all_decided(paper.usage, decided or {})
        rows = [row for one in scripts.values() for row in one.attempts.values() if row.state == AttemptState.CLOSED]
        changes = _changes(paper, rows, every)
        if len(changes) != expected:
            values = {"expected": str(expected), "found": str(len(changes))}
            sentence = "{found} results would change now, not {expected} as shown before. Please look again."
            raise Conflict(Refusal("rescoring_stale", sentence, values))
        if changes:
            versions.store(paper.assessment, paper.olx, usage=paper.usage, now=by.now, known=False, kind=codec.TAG)
        for change in changes:
            _add(scripts[change.learner_id], change, paper, by, every)
        close_scripts(scripts.values(), paper.assessment, by.now)
        return changes

    return in_one_transaction(work)


def _is_repeated(scripts: Iterable[Script], by: By) -> bool:
    """Whether this rescoring is on record; Conflict where it gave another reason."""
    earlier = [act for script in scripts for act in script.stored if act.batch_id == by.client_id]
    if any((act.kind, act.actor_id, act.note) != (ActKind.RESCORED, by.actor_id, by.reason.strip()) for act in earlier):
        raise Conflict(id_used())
    return bool(earlier)


def _add(script: Script, change: Change, paper: Paper, by: By, decided: Decided) -> None:
    act = script.add(
        ActKind.RESCORED,
        now=by.now,
        actor=by.actor_id,
        client_id=uuid5(by.client_id, str(change.attempt_id)),
        digest=paper.assessment.digest,
        batch_id=by.client_id,
        note=by.reason.strip(),
        observed_at=by.now,
        refers_to_id=change.attempt_id,
        detail={
            "attempt": change.number,
            "decided": dict(decided),
            "before": stored.result_as_json(change.before),
            "result": stored.result_as_json(change.after),
        },
    )
    replay.scored(script.touch(script.attempts[change.attempt_id]), act)


def last_rescored(usage: str) -> datetime | None:
    """When somebody last scored the assessment's attempts anew. One query."""
    return _rescored(usage).values_list("recorded_at", flat=True).first()
