"""What staff do about attempts, and learners' appeals: each an act with a reason, appended."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from westmec_xblocks.domain.refusals import Conflict, NotFound, Refusal, WestmecError
from westmec_xblocks.olx import assessment as codec
from westmec_xblocks.records import versions
from westmec_xblocks.records.api.closing import unknown_attempt
from westmec_xblocks.records.exams import replay, stored
from westmec_xblocks.records.exams.paper import Paper
from westmec_xblocks.records.exams.scoring import basis_of, score
from westmec_xblocks.records.exams.script import Script, close_scripts, lock_attempts, open_appeals, open_scripts
from westmec_xblocks.records.models import Act, ActKind, Attempt, AttemptEvent, AttemptState
from westmec_xblocks.records.single import check_reason, id_used
from westmec_xblocks.records.transactions import in_one_transaction
from westmec_xblocks.records.zone import site_zone

UPHELD, REJECTED = "upheld", "rejected"


@dataclass(frozen=True, slots=True)
class By:
    """Who acts, when, under which id of the client, and why."""

    actor_id: int
    client_id: UUID
    now: datetime
    reason: str = ""


def _record(
    paper: Paper,
    learner_id: int,
    kind: ActKind,
    by: By,
    plan: Callable[[Script], Mapping[str, Any]],
    *,
    about: UUID | None = None,
    said: Mapping[str, Any] | None = None,
) -> UUID:
    """Append one act about another one; ``said`` is what the request gives for the act's detail.

    Repeated under the same id it must say the same, else Conflict. ``plan`` looks into the locked script, raises what is refused,
    and gives the act's further columns.
    """

    def work() -> UUID:
        script = open_scripts(paper.place, [learner_id], by.now)[learner_id]
        earlier = script.find_by_client(by.client_id)
        if earlier is not None:
            if not _says_the_same(earlier, kind, by, about, said or {}):
                raise Conflict(id_used())
            close_scripts([script], None, by.now)
            return earlier.id
        if kind in (ActKind.ATTEMPT_VOIDED, ActKind.LATE_JUDGED):
            lock_attempts([script], lambda row: row.id == about)
        columns = dict(plan(script))
        known = any(act.digest == paper.assessment.digest for act in script.stored)
        versions.store(paper.assessment, paper.olx, usage=paper.usage, now=by.now, known=known, kind=codec.TAG)
        detail = {**(said or {}), **columns.pop("detail", {})}
        act = script.add(
            kind,
            now=by.now,
            actor=by.actor_id,
            client_id=by.client_id,
            digest=paper.assessment.digest,
            note=by.reason.strip(),
            refers_to_id=about,
            detail=detail,
            **{"observed_at": by.now, **columns},
        )
        _apply(script, act)
        close_scripts([script], paper.assessment, by.now)
        return act.id

    paper.check_sizes()
    return in_one_transaction(work)


def _says_the_same(earlier: Act, kind: ActKind, by: By, about: UUID | None, said: Mapping[str, Any]) -> bool:
    told = {name: earlier.detail.get(name) for name in said}
    return (earlier.kind, earlier.actor_id, earlier.note, earlier.refers_to_id, told) == (
        kind,
        by.actor_id,
        by.reason.strip(),
        about,
        dict(said),
    )


def _apply(script: Script, act: Act) -> None:
    """Let the act change the attempt that it is about."""
    if act.kind == ActKind.ATTEMPT_VOIDED:
        replay.voided(script.touch(script.attempts[act.refers_to_id]), act)
    elif act.kind == ActKind.LATE_JUDGED:
        attempt = script.touch(script.attempts[act.refers_to_id])
        replay.late_judged(attempt, act, late_events(act))


def _check_reason(by: By) -> None:
    for refusal in check_reason(by.reason):
        raise WestmecError(refusal)


def _attempt(script: Script, attempt_id: UUID) -> Attempt:
    attempt = script.attempts.get(attempt_id)
    if attempt is None:
        raise unknown_attempt()
    return attempt


def grant_attempt(paper: Paper, *, learner_id: int, by: By) -> UUID:
    """Give the learner one more attempt, with a reason."""
    _check_reason(by)
    return _record(paper, learner_id, ActKind.ATTEMPT_GRANTED, by, lambda _script: {})


def void_attempt(paper: Paper, *, learner_id: int, attempt_id: UUID, by: By) -> UUID:
    """Take an attempt back, with a reason: it stays on record and counts for nothing."""
    _check_reason(by)

    def plan(script: Script) -> Mapping[str, Any]:
        attempt = _attempt(script, attempt_id)
        if attempt.state == AttemptState.VOID:
            raise Conflict(Refusal("attempt_void", "This attempt was voided before."))
        return {"detail": {"attempt": attempt.number}}

    return _record(paper, learner_id, ActKind.ATTEMPT_VOIDED, by, plan, about=attempt_id)


def record_exam_reteach(paper: Paper, *, learner_id: int, by: By) -> UUID:
    """Record that the learner was taught again after a missed minimum; ``by.reason`` says what was taught."""
    _check_reason(by)

    def plan(_script: Script) -> Mapping[str, Any]:
        return {"observed_on": by.now.astimezone(site_zone()).date()}

    return _record(paper, learner_id, ActKind.RETEACH, by, plan)


def judge_late(paper: Paper, *, learner_id: int, attempt_id: UUID, take: bool, by: By) -> UUID:
    """Decide about the answers that came after the end of an attempt and wait: let them count, or not.

    Taken, they count as if they had come in time, and the attempt is scored anew, with the keys of its last rescoring where there
    was one. What comes later still waits for a decision of its own.
    """
    _check_reason(by)

    def plan(script: Script) -> Mapping[str, Any]:
        attempt = _attempt(script, attempt_id)
        if not attempt.late or attempt.state != AttemptState.CLOSED:
            raise Conflict(Refusal("nothing_late", "No late answers wait for a decision in this attempt."))
        judged = [act for act in script.acts if act.kind == ActKind.LATE_JUDGED and act.refers_to_id == attempt_id]
        after = judged[-1].detail["up_to"] if judged else 0
        result = attempt.result
        if take:
            answers = replay.answers_after(attempt.answers, _late_events(attempt_id, after, attempt.events))
            version = versions.load([attempt.digest], script.version)[attempt.digest]
            result = stored.result_as_json(score(attempt, version, answers, basis_of(script.acts, attempt_id)))
        return {
            "detail": {"attempt": attempt.number, "after": after, "up_to": attempt.events, "result": result},
        }

    return _record(paper, learner_id, ActKind.LATE_JUDGED, by, plan, about=attempt_id, said={"taken": take})


def late_events(act: Act) -> list[AttemptEvent]:
    """The late events that this act decided about, in order. One query."""
    return _late_events(act.refers_to_id, act.detail["after"], act.detail["up_to"])


def _late_events(attempt_id: UUID, after: int, up_to: int) -> list[AttemptEvent]:
    rows = AttemptEvent.objects.filter(attempt=attempt_id, late=True, number__gt=after, number__lte=up_to)
    # A locking read, as of the attempt itself: both see what is committed now.
    return list(rows.order_by("number").select_for_update())


# Appeals.


@dataclass(frozen=True, slots=True)
class Appeal:
    """A learner disputes an item of an attempt: what they say, and what staff answered."""

    id: UUID
    learner_id: int
    attempt_id: UUID
    attempt: int
    item: str
    said: str
    at: datetime
    outcome: str = ""
    answer: str = ""
    answered_by: int | None = None
    answered_at: datetime | None = None


def appeal(paper: Paper, *, learner_id: int, attempt_id: UUID, item: str, by: By) -> UUID:
    """A learner disputes an item of a form of theirs, in words. One open appeal per item."""
    _check_reason(by)

    def plan(script: Script) -> Mapping[str, Any]:
        attempt = _attempt(script, attempt_id)
        if item not in attempt.form["items"]:
            raise NotFound(Refusal("not_on_form", "This question is not on your form."))
        if any(act.refers_to_id == attempt.id and act.detail["item"] == item for act in open_appeals(script.acts)):
            raise Conflict(
                Refusal("appeal_open", "You have already written about this question; it is not answered yet.")
            )
        return {"detail": {"attempt": attempt.number}}

    return _record(paper, learner_id, ActKind.APPEAL, by, plan, about=attempt_id, said={"item": item})


def answer_appeal(paper: Paper, *, learner_id: int, appeal_id: UUID, outcome: str, by: By) -> UUID:
    """Answer an appeal: upheld or rejected, in words. What follows for the score is a rescoring of its own."""
    _check_reason(by)
    if outcome not in (UPHELD, REJECTED):
        raise WestmecError(Refusal("unknown_outcome", "An appeal is upheld or rejected."))

    def plan(script: Script) -> Mapping[str, Any]:
        asked = next((act for act in open_appeals(script.acts) if act.id == appeal_id), None)
        if asked is None:
            raise NotFound(Refusal("unknown_appeal", "This appeal is not on record here, or was answered."))
        return {"detail": asked.detail}

    return _record(paper, learner_id, ActKind.APPEAL_ANSWERED, by, plan, about=appeal_id, said={"outcome": outcome})


def appeals(usage: str, *, learner_id: int | None = None) -> list[Appeal]:
    """Every appeal on the assessment, of one learner or of all, newest first; one query."""
    acts = Act.objects.filter(usage_key=usage, kind__in=[ActKind.APPEAL, ActKind.APPEAL_ANSWERED])
    if learner_id is not None:
        acts = acts.filter(learner_id=learner_id)
    rows = list(acts.order_by("-recorded_at", "-number"))
    answers = {row.refers_to_id: row for row in rows if row.kind == ActKind.APPEAL_ANSWERED}
    return [_appeal(row, answers.get(row.id)) for row in rows if row.kind == ActKind.APPEAL]


def _appeal(row: Act, answer: Act | None) -> Appeal:
    asked = Appeal(
        row.id,
        row.learner_id,
        row.refers_to_id,
        row.detail["attempt"],
        row.detail["item"],
        row.note,
        row.recorded_at,
    )
    if answer is None:
        return asked
    return Appeal(
        asked.id,
        asked.learner_id,
        asked.attempt_id,
        asked.attempt,
        asked.item,
        asked.said,
        asked.at,
        answer.detail["outcome"],
        answer.note,
        answer.actor_id,
        answer.recorded_at,
    )


def reset_attempts(paper: Paper, *, learner_id: int, by: By) -> UUID | None:
    """Void everything of the learner on this assessment, as the platform's “delete state” asks; None where there is nothing.

    What was granted, taught or decided before counts no more; attempts go on being numbered, and items seen stay seen.
    """

    def work() -> UUID | None:
        script = open_scripts(paper.place, [learner_id], by.now)[learner_id]
        earlier = script.find_by_client(by.client_id)
        if earlier is not None or not script.stored:
            if earlier is not None and earlier.kind != ActKind.RESET:
                raise Conflict(id_used())
            close_scripts([script], None, by.now)
            return earlier.id if earlier else None
        lock_attempts([script], lambda row: row.state != AttemptState.VOID)
        act = script.add(
            ActKind.RESET,
            now=by.now,
            actor=by.actor_id,
            client_id=by.client_id,
            digest=script.acts[-1].digest,
            note=by.reason.strip(),
        )
        for attempt in script.attempts.values():
            if attempt.state != AttemptState.VOID:
                replay.voided(script.touch(attempt), act)
        close_scripts([script], None, by.now)
        return act.id

    return in_one_transaction(work)
