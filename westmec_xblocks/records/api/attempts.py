"""Attempts: begun, worked on, closed. Each act carries a client-made id and is safe to repeat."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from threading import Lock
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import F

from westmec_xblocks.domain.assessment import attempts as rules
from westmec_xblocks.domain.assessment.cells import Stock, stock_of
from westmec_xblocks.domain.assessment.definition import Assessment
from westmec_xblocks.domain.assessment.forms import Form, assemble, fixed_form
from westmec_xblocks.domain.assessment.scoring import Result, result_of
from westmec_xblocks.domain.refusals import Conflict, NotFound, Refusal, WestmecError
from westmec_xblocks.olx import assessment as codec
from westmec_xblocks.records import versions
from westmec_xblocks.records.api.accommodations import accommodation_of
from westmec_xblocks.records.exams import replay, stored
from westmec_xblocks.records.exams.paper import Paper
from westmec_xblocks.records.exams.script import Place, Script, close_scripts, ledger_of, open_scripts
from westmec_xblocks.records.models import (
    ActKind,
    Attempt,
    AttemptEvent,
    AttemptState,
    EventKind,
    ItemExposure,
)
from westmec_xblocks.records.single import id_used
from westmec_xblocks.records.transactions import in_one_transaction
from westmec_xblocks.records.zone import site_zone

MAX_EVENTS = 200
HOW_SUBMITTED, HOW_TIME, HOW_STAFF = "submitted", "time", "staff"


@dataclass(frozen=True, slots=True)
class Event:
    """One thing that a learner did, under the id that the client made for it; ``given_at`` is by the client's clock, kept and not trusted."""

    client_id: UUID
    kind: str
    item: str = ""
    response: Any = None
    given_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Receipt:
    """What became of one event: recorded, recorded earlier (``repeated``), kept apart because it came ``late``, or refused."""

    client_id: UUID
    repeated: bool = False
    late: bool = False
    refusal: Refusal | None = None


class _Stocks:
    """The units of the newest versions in use, which are made once a version and process."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._stocks: OrderedDict[str, Stock] = OrderedDict()

    def of(self, assessment: Assessment) -> Stock:
        """The stock of this version."""
        with self._lock:
            found = self._stocks.get(assessment.digest)
            if found is None:
                found = self._stocks[assessment.digest] = stock_of(assessment)
                while len(self._stocks) > 100:
                    self._stocks.popitem(last=False)
            return found


_stocks = _Stocks()


def place_of(paper: Paper) -> Place:
    """The block as acts name it."""
    return Place(paper.usage, paper.course, paper.assessment.code, paper.possible)


def start_attempt(
    paper: Paper, *, learner_id: int, client_id: UUID, now: datetime, language: str = "", form_id: str = ""
) -> Attempt:
    """Begin an attempt with a form of its own; repeated under the same id, the attempt that it began.

    WestmecError with the first reason where the rules do not let the learner start, CannotAssemble where the bank cannot
    fill the blueprint. ``form_id`` names a fixed form; else one is put together, unlike the learner's earlier ones as far as the
    bank allows. The seed is the attempt's own id: nobody can know it before.
    """
    paper.check_sizes()

    def work() -> Attempt:
        script = open_scripts(place_of(paper), [learner_id], now)[learner_id]
        earlier = script.find_by_client(client_id)
        if earlier is not None:
            if earlier.kind != ActKind.ATTEMPT_STARTED:
                raise Conflict(id_used())
            close_scripts([script], None, now)
            return script.attempts[earlier.id]
        granted = accommodation_of(paper.course, paper.assessment.code, learner_id)
        ledger = ledger_of(
            script.acts, script.attempts.values(), accommodation=granted, due=paper.due, opens=paper.opens
        )
        refusals = rules.refusals_to_start(paper.assessment, ledger, now)
        if refusals:
            raise WestmecError(refusals[0])
        known = any(act.digest == paper.assessment.digest for act in script.stored)
        versions.store(paper.assessment, paper.olx, usage=paper.usage, now=now, known=known, kind=codec.TAG)
        attempt = _begin(paper, script, granted, client_id, now, language=granted.language or language, form_id=form_id)
        close_scripts([script], paper.assessment, now)
        return attempt

    return in_one_transaction(work)


def _begin(
    paper: Paper,
    script: Script,
    granted: rules.Accommodation,
    client_id: UUID,
    now: datetime,
    *,
    language: str,
    form_id: str,
) -> Attempt:
    number = max((row.number for row in script.attempts.values()), default=0) + 1
    clock = rules.clock_of(paper.assessment, granted, started=now, due=paper.due)
    exposure = ItemExposure.objects.select_for_update().filter(usage_key=paper.usage).first()
    seen = sorted({item for row in script.attempts.values() for item in row.form["items"]})
    act = script.add(
        ActKind.ATTEMPT_STARTED,
        now=now,
        actor=script.learner,
        client_id=client_id,
        digest=paper.assessment.digest,
        observed_at=now,
    )
    form = _form(paper.assessment, form_id, str(act.id), seen, exposure.counts if exposure else {})
    act.detail = {
        "attempt": number,
        "form": stored.form_as_json(form),
        "clock": stored.clock_as_json(clock),
        "language": language,
        "possible": paper.possible,
        "granted": {
            "time_factor": str(granted.time_factor),
            "breaks": granted.breaks.total_seconds(),
            "window": granted.window.total_seconds(),
        },
        # The inputs of the assembly: the items seen, and the exposure, which is the tally of that many forms before this one.
        "seen": seen,
        "forms_before": exposure.forms if exposure else 0,
    }
    _expose(paper.usage, exposure, form)
    attempt = replay.begun(act)
    script.attempts[attempt.id] = attempt
    script.new.append(attempt)
    return attempt


def _form(assessment: Assessment, form_id: str, seed: str, seen: Sequence[str], counts: Mapping[str, int]) -> Form:
    if form_id:
        return fixed_form(assessment, form_id, seed=seed, seen=seen)
    return assemble(assessment, seed=seed, seen=seen, exposure=counts, stock=_stocks.of(assessment))


def _expose(usage: str, exposure: ItemExposure | None, form: Form) -> None:
    row = exposure or ItemExposure(usage_key=usage)
    row.counts = {**row.counts, **{item: row.counts.get(item, 0) + 1 for item in form.items}}
    row.forms += 1
    row.save(force_insert=exposure is None)


def record_events(
    usage: str, *, attempt_id: UUID, learner_id: int, events: Sequence[Event], now: datetime
) -> tuple[Attempt, list[Receipt]]:
    """Record what a learner did in an attempt: one receipt per event, in the order given, and the attempt as it stands then.

    NotFound for somebody else's attempt or another block's. An item that is not on the form, or a response that cannot be, is
    refused by itself and holds up nothing. What arrives after the end, and a short grace, is kept apart (``late``); an attempt
    whose time is up is closed first. Seven statements for any number of events, begin and commit among them.
    """
    if len(events) > MAX_EVENTS:
        raise WestmecError(Refusal("too_many_events", "At most {limit} answers at once.", {"limit": str(MAX_EVENTS)}))

    def work() -> tuple[Attempt, list[Receipt]] | None:
        # The first statement writes, and so locks the row on every database.
        own = Attempt.objects.filter(pk=attempt_id, usage_key=usage, learner_id=learner_id)
        if not own.update(events=F("events") + 1):
            raise unknown_attempt()
        attempt = own.get()
        attempt.events -= 1
        if attempt.state == AttemptState.OPEN and is_due(attempt, now):
            transaction.set_rollback(True)
            return None
        receipts = _take(attempt, events, now)
        return attempt, receipts

    done = in_one_transaction(work)
    if done is None:
        close_overdue(now, usage=usage, learner_id=learner_id)
        done = in_one_transaction(work)
    if done is None:
        raise Conflict(Refusal("attempt_closing", "The attempt is being closed. Please try again."))
    return done


def is_due(attempt: Attempt, now: datetime) -> bool:
    """Whether an open attempt's time is up, grace included, so that it has to be closed."""
    return not stored.clock_of(attempt.clock).takes(now)


def _take(attempt: Attempt, events: Sequence[Event], now: datetime) -> list[Receipt]:
    ids = [event.client_id for event in events]
    known = set(AttemptEvent.objects.filter(attempt=attempt.id, client_id__in=ids).values_list("client_id", flat=True))
    assessment = versions.load([attempt.digest])[attempt.digest]
    form = frozenset(attempt.form["items"])
    late = attempt.state != AttemptState.OPEN
    receipts, rows = [], []
    for event in events:
        if event.client_id in known:
            receipts.append(Receipt(event.client_id, repeated=True))
            continue
        try:
            response = _response(assessment, form, event, attempt.language)
        except WestmecError as error:
            receipts.append(Receipt(event.client_id, refusal=error.refusal))
            continue
        known.add(event.client_id)
        row = AttemptEvent(
            attempt=attempt.id,
            number=attempt.events + 1,
            client_id=event.client_id,
            kind=EventKind.CLEARED if event.kind == EventKind.ANSWERED and response is None else event.kind,
            item=event.item,
            response=response,
            late=late,
            given_at=event.given_at,
            recorded_at=now,
        )
        replay.happened(attempt, row)
        rows.append(row)
        receipts.append(Receipt(event.client_id, late=late))
    if not rows:
        transaction.set_rollback(True)
        return receipts
    AttemptEvent.objects.bulk_create(rows)
    attempt.save(update_fields=["events", "answers", "flags", "position", "clock", "ends_at", "late", "updated_at"])
    return receipts


def _response(assessment: Assessment, form: frozenset[str], event: Event, language: str) -> Any:
    if event.kind not in EventKind.values:
        raise WestmecError(Refusal("unknown_event", "There is no such event."))
    if event.item and event.item not in form:
        raise WestmecError(Refusal("not_on_form", "This question is not on your form."))
    if event.kind != EventKind.ANSWERED:
        return None
    if not event.item:
        raise WestmecError(Refusal("not_on_form", "This question is not on your form."))
    return codec.accept_response(assessment.by_id[event.item], event.response, language)


def unknown_attempt() -> NotFound:
    """For an attempt that is not there, or not this person's."""
    return NotFound(Refusal("unknown_attempt", "There is no such attempt of yours here."))


def close_attempt(
    usage: str, *, attempt_id: UUID, learner_id: int, actor_id: int | None, client_id: UUID, now: datetime, how: str
) -> Attempt:
    """Close an attempt with what was acknowledged, and score it. Closing it again changes nothing.

    ``how``: submitted by the learner, time is up, or by staff. It counts as closed now, but never later than its time was up.
    """

    def work() -> Attempt:
        attempt = Attempt.objects.filter(pk=attempt_id, usage_key=usage, learner_id=learner_id).first()
        if attempt is None:
            raise unknown_attempt()
        place = Place(attempt.usage_key, attempt.course_key, attempt.code, attempt.possible)
        script = open_scripts(place, [learner_id], now)[learner_id]
        Attempt.objects.filter(pk=attempt_id).update(updated_at=now)
        attempt = script.attempts[attempt_id] = Attempt.objects.get(pk=attempt_id)
        if attempt.state == AttemptState.OPEN and (how != HOW_TIME or is_due(attempt, now)):
            told = HOW_TIME if is_due(attempt, now) else how
            _close(script, attempt, actor_id=actor_id, client_id=client_id, now=now, how=told)
        close_scripts([script], None, now)
        return attempt

    return in_one_transaction(work)


def _close(script: Script, attempt: Attempt, *, actor_id: int | None, client_id: UUID, now: datetime, how: str) -> None:
    ends = stored.clock_of(attempt.clock).ends(now)
    closed_at = now if ends is None else min(now, ends)
    result = score(attempt)
    act = script.add(
        ActKind.ATTEMPT_CLOSED,
        now=now,
        actor=actor_id,
        client_id=client_id,
        digest=script.version.digest if script.version else attempt.digest,
        observed_at=closed_at,
        observed_on=closed_at.astimezone(site_zone()).date(),
        detail={"attempt": attempt.number, "how": how, "result": stored.result_as_json(result)},
        refers_to_id=attempt.id,
    )
    replay.closed(attempt, act)
    script.touch(attempt)


def score(attempt: Attempt, assessment: Assessment | None = None) -> Result:
    """The attempt's result by the definition that its form names, or by another one."""
    assessment = assessment or versions.load([attempt.digest])[attempt.digest]
    form = stored.form_of(attempt.form)
    responses = {item: answer["response"] for item, answer in attempt.answers.items()}
    return result_of(assessment, form, codec.points_of(assessment, form, responses))


def close_overdue(
    now: datetime, *, usage: str | None = None, learner_id: int | None = None, limit: int | None = None
) -> int:
    """Close every open attempt whose time is up, grace included, and say how many were closed. Safe to call anywhere, twice at once."""
    due = Attempt.objects.filter(state=AttemptState.OPEN, ends_at__lte=now - rules.GRACE)
    if usage is not None:
        due = due.filter(usage_key=usage)
    if learner_id is not None:
        due = due.filter(learner_id=learner_id)
    rows = due.order_by("ends_at").values_list("id", "usage_key", "learner_id")
    closed = 0
    for attempt_id, where, learner in rows[:limit] if limit else rows:
        attempt = close_attempt(
            where,
            attempt_id=attempt_id,
            learner_id=learner,
            actor_id=None,
            client_id=attempt_id,
            now=now,
            how=HOW_TIME,
        )
        closed += attempt.state == AttemptState.CLOSED
    return closed
