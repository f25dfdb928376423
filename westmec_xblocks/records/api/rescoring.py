"""Scoring closed attempts anew after a key was changed: first what would change for whom, then all of it or nothing."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from fractions import Fraction
from uuid import UUID, uuid5

from westmec_xblocks.domain.assessment import attempts as rules
from westmec_xblocks.domain.assessment.forms import Form
from westmec_xblocks.domain.assessment.scoring import Result, result_of
from westmec_xblocks.domain.refusals import Conflict, Refusal, WestmecError
from westmec_xblocks.olx import assessment as codec
from westmec_xblocks.records import versions
from westmec_xblocks.records.api.attempts import place_of
from westmec_xblocks.records.api.exam_staff import By
from westmec_xblocks.records.exams import replay, stored
from westmec_xblocks.records.exams.paper import Paper
from westmec_xblocks.records.exams.script import close_scripts, open_scripts, past_of
from westmec_xblocks.records.models import Act, ActKind, Attempt, AttemptState
from westmec_xblocks.records.single import check_reason
from westmec_xblocks.records.transactions import in_one_transaction

# What may be decided about an item besides its changed key: everybody gets its point, or it does not count.
CREDIT, DROP = "credit", "drop"


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


def rescoring_of(paper: Paper, decided: Mapping[str, str] | None = None) -> list[Change]:
    """What scoring every closed attempt by today's definition would change. Nothing is written. Two queries, or one more for a version.

    Each attempt keeps its form; an item that the bank no longer holds does not count. ``decided`` says of items whether everybody gets
    the point (``credit``) or nobody is asked for it (``drop``).
    """
    rows = list(
        Attempt.objects.filter(usage_key=paper.usage, state=AttemptState.CLOSED).order_by("learner_id", "number")
    )
    return _changes(paper, rows, decided or {})


def _changes(paper: Paper, rows: list[Attempt], decided: Mapping[str, str]) -> list[Change]:
    for choice in decided.values():
        if choice not in (CREDIT, DROP):
            raise WestmecError(Refusal("unknown_decision", "An item is credited to everybody or dropped."))
    anew = {row.id: score_anew(paper, row, decided) for row in rows}
    by_learner: dict[int, list[Attempt]] = {}
    for row in rows:
        by_learner.setdefault(row.learner_id, []).append(row)
    changes = []
    for learner, own in by_learner.items():
        past = past_of(own)
        later = tuple(replace(one, result=anew[row.id]) for one, row in zip(past, own, strict=True))
        before, after = rules.grade(paper.assessment, past), rules.grade(paper.assessment, later)
        for row, one in zip(own, past, strict=True):
            if one.result is not None and one.result != anew[row.id]:
                changes.append(Change(row.id, learner, row.number, one.result, anew[row.id], before, after))
    return changes


def score_anew(paper: Paper, attempt: Attempt, decided: Mapping[str, str]) -> Result:
    """The attempt's result by today's definition and what was decided about items."""
    form = stored.form_of(attempt.form)
    dropped = {item for item, choice in decided.items() if choice == DROP}
    kept = Form(tuple(item for item in form.items if item not in dropped), form.pilot, form.seed, form.fixed)
    responses = {item: answer["response"] for item, answer in attempt.answers.items()}
    points = dict(codec.points_of(paper.assessment, kept, responses))
    points.update({item: Fraction(1) for item, choice in decided.items() if choice == CREDIT})
    return result_of(paper.assessment, kept, points)


def rescore(paper: Paper, *, by: By, expected: int, decided: Mapping[str, str] | None = None) -> list[Change]:
    """Score every closed attempt by today's definition, in one transaction: an act per attempt that changes, grades by the outbox.

    ``expected`` is the number of changes that the person saw beforehand: Conflict where it is another now, since attempts were closed
    in between. Repeated under the same id, it changes nothing and gives no changes.
    """
    for refusal in check_reason(by.reason):
        raise WestmecError(refusal)

    def work() -> list[Change]:
        if Act.objects.filter(usage_key=paper.usage, batch_id=by.client_id, kind=ActKind.RESCORED).exists():
            return []
        closed = Attempt.objects.filter(usage_key=paper.usage, state=AttemptState.CLOSED)
        learners = sorted(set(closed.values_list("learner_id", flat=True)))
        scripts = open_scripts(place_of(paper), learners, by.now)
        rows = [row for one in scripts.values() for row in one.attempts.values() if row.state == AttemptState.CLOSED]
        changes = _changes(paper, rows, decided or {})
        if len(changes) != expected:
            values = {"expected": str(expected), "found": str(len(changes))}
            sentence = "{found} results would change now, not {expected} as shown before. Please look again."
            raise Conflict(Refusal("rescoring_stale", sentence, values))
        versions.store(paper.assessment, paper.olx, usage=paper.usage, now=by.now, known=False, kind=codec.TAG)
        for change in changes:
            script = scripts[change.learner_id]
            act = script.add(
                ActKind.RESCORED,
                now=by.now,
                actor=by.actor_id,
                client_id=uuid5(by.client_id, str(change.attempt_id)),
                digest=paper.assessment.digest,
                batch_id=by.client_id,
                note=by.reason.strip(),
                refers_to_id=change.attempt_id,
                detail={
                    "attempt": change.number,
                    "decided": dict(decided or {}),
                    "before": stored.result_as_json(change.before),
                    "result": stored.result_as_json(change.after),
                },
            )
            replay.scored(script.touch(script.attempts[change.attempt_id]), act)
        close_scripts(scripts.values(), paper.assessment, by.now)
        return changes

    return in_one_transaction(work)


def last_rescored(usage: str) -> datetime | None:
    """When somebody last scored the assessment's attempts anew. One query."""
    act = Act.objects.filter(usage_key=usage, kind=ActKind.RESCORED).order_by("-recorded_at").first()
    return act.recorded_at if act else None
