"""What staff do about attempts, and learners' appeals: each an act with a reason, appended."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from westmec_xblocks.domain.assessment.scoring import result_of
from westmec_xblocks.domain.refusals import Conflict, NotFound, Refusal, WestmecError
from westmec_xblocks.olx import assessment as codec
from westmec_xblocks.records import versions
from westmec_xblocks.records.api.attempts import place_of, unknown_attempt
from westmec_xblocks.records.exams import replay, stored
from westmec_xblocks.records.exams.paper import Paper
from westmec_xblocks.records.exams.script import Script, close_scripts, open_appeals, open_scripts
from westmec_xblocks.records.models import Act, ActKind, Attempt, AttemptEvent, AttemptState, EventKind
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


def _record(paper: Paper, learner_id: int, kind: ActKind, by: By, plan: Callable[[Script], Mapping[str, Any]]) -> UUID:
    """Append one act; ``plan`` looks into the locked script, raises what is refused, and gives the act's further columns."""

    def work() -> UUID:
        script = open_scripts(place_of(paper), [learner_id], by.now)[learner_id]
        earlier = script.find_by_client(by.client_id)
        if earlier is not None:
            if (earlier.kind, earlier.actor_id, earlier.note) != (kind, by.actor_id, by.reason.strip()):
                raise Conflict(id_used())
            close_scripts([script], None, by.now)
            return earlier.id
        versions.store(
            paper.assessment,
            paper.olx,
            usage=paper.usage,
            now=by.now,
            known=any(act.digest == paper.assessment.digest for act in script.stored),
            kind=codec.TAG,
        )
        columns = plan(script)
        act = script.add(
            kind,
            now=by.now,
            actor=by.actor_id,
            client_id=by.client_id,
            digest=paper.assessment.digest,
            note=by.reason.strip(),
            **{"observed_at": by.now, **columns},
        )
        if kind == ActKind.ATTEMPT_VOIDED:
            replay.voided(script.touch(script.attempts[act.refers_to_id]), act)
        elif kind == ActKind.LATE_JUDGED:
            _after_late(script, act)
        close_scripts([script], paper.assessment, by.now)
        return act.id

    return in_one_transaction(work)


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
        return {"refers_to_id": attempt.id, "detail": {"attempt": attempt.number}}

    return _record(paper, learner_id, ActKind.ATTEMPT_VOIDED, by, plan)


def record_exam_reteach(paper: Paper, *, learner_id: int, by: By) -> UUID:
    """Record that the learner was taught again after a missed minimum; ``by.reason`` says what was taught."""
    _check_reason(by)

    def plan(_script: Script) -> Mapping[str, Any]:
        return {"observed_on": by.now.astimezone(site_zone()).date()}

    return _record(paper, learner_id, ActKind.RETEACH, by, plan)


def judge_late(paper: Paper, *, learner_id: int, attempt_id: UUID, take: bool, by: By) -> UUID:
    """Decide about the answers that came after the end of an attempt: let them count, or not. The attempt is scored anew."""
    _check_reason(by)

    def plan(script: Script) -> Mapping[str, Any]:
        attempt = _attempt(script, attempt_id)
        if not attempt.late or attempt.state != AttemptState.CLOSED:
            raise Conflict(Refusal("nothing_late", "No late answers wait for a decision in this attempt."))
        events = list(AttemptEvent.objects.filter(attempt=attempt.id, late=True).order_by("number"))
        answers = answers_with(attempt, events) if take else attempt.answers
        version = versions.load([attempt.digest])[attempt.digest]
        form = stored.form_of(attempt.form)
        responses = {item: answer["response"] for item, answer in answers.items()}
        result = result_of(version, form, codec.points_of(version, form, responses))
        return {
            "refers_to_id": attempt.id,
            "detail": {
                "attempt": attempt.number,
                "taken": take,
                "up_to": attempt.events,
                "answers": answers,
                "result": stored.result_as_json(result) if take else attempt.result,
            },
        }

    return _record(paper, learner_id, ActKind.LATE_JUDGED, by, plan)


def answers_with(attempt: Attempt, events: Sequence[AttemptEvent]) -> dict[str, Any]:
    """The attempt's answers with these late events taken as if they had come in time."""
    answers = dict(attempt.answers)
    for event in events:
        if event.kind == EventKind.ANSWERED:
            answers[event.item] = {"response": event.response, "at": event.recorded_at.isoformat()}
        elif event.kind == EventKind.CLEARED:
            answers.pop(event.item, None)
    return answers


def _after_late(script: Script, act: Act) -> None:
    attempt = script.touch(script.attempts[act.refers_to_id])
    replay.late_judged(attempt, act)


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
        return {"refers_to_id": attempt.id, "detail": {"attempt": attempt.number, "item": item}}

    return _record(paper, learner_id, ActKind.APPEAL, by, plan)


def answer_appeal(paper: Paper, *, learner_id: int, appeal_id: UUID, outcome: str, by: By) -> UUID:
    """Answer an appeal: upheld or rejected, in words. What follows for the score is a rescoring of its own."""
    _check_reason(by)
    if outcome not in (UPHELD, REJECTED):
        raise WestmecError(Refusal("unknown_outcome", "An appeal is upheld or rejected."))

    def plan(script: Script) -> Mapping[str, Any]:
        asked = next((act for act in open_appeals(script.acts) if act.id == appeal_id), None)
        if asked is None:
            raise NotFound(Refusal("unknown_appeal", "This appeal is not on record here, or was answered."))
        return {"refers_to_id": asked.id, "detail": {**asked.detail, "outcome": outcome}}

    return _record(paper, learner_id, ActKind.APPEAL_ANSWERED, by, plan)


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
    """Void everything of the learner on this assessment, as the platform's “delete state” asks; None where there is nothing."""

    def work() -> UUID | None:
        script = open_scripts(place_of(paper), [learner_id], by.now)[learner_id]
        if not script.stored:
            close_scripts([script], None, by.now)
            return None
        act = script.add(
            ActKind.RESET,
            now=by.now,
            actor=by.actor_id,
            client_id=by.client_id,
            digest=script.version.digest if script.version else paper.assessment.digest,
            note=by.reason,
        )
        for attempt in script.attempts.values():
            if attempt.state != AttemptState.VOID:
                replay.voided(script.touch(attempt), act)
        close_scripts([script], None, by.now)
        return act.id

    return in_one_transaction(work)
