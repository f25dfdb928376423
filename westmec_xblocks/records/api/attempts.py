"""Attempts: begun and worked on. Each act and event carries a client-made id and is safe to repeat."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from threading import Lock
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import F

from westmec_xblocks.domain.assessment import attempts as rules
from westmec_xblocks.domain.assessment.cells import Stock, stock_of
from westmec_xblocks.domain.assessment.definition import Assessment
from westmec_xblocks.domain.assessment.forms import CannotAssemble, Form, fixed_form, form_for
from westmec_xblocks.domain.refusals import Conflict, Refusal, WestmecError
from westmec_xblocks.olx import assessment as codec
from westmec_xblocks.records import versions
from westmec_xblocks.records.api.accommodations import accommodation_of
from westmec_xblocks.records.api.closing import HOW_TIME, close_attempt, close_in, is_due, unknown_attempt
from westmec_xblocks.records.exams import exposure, replay, stored
from westmec_xblocks.records.exams.paper import Paper, check_language
from westmec_xblocks.records.exams.script import Script, close_scripts, ledger_of, lock_attempts, open_scripts
from westmec_xblocks.records.models import ActKind, Attempt, AttemptEvent, AttemptState, EventKind, time_ordered_uuid
from westmec_xblocks.records.single import id_used
from westmec_xblocks.records.transactions import in_one_transaction

MAX_EVENTS = 200
# A client's clock may be wrong, but not so wrong that a database cannot hold it.
FIRST_YEAR, LAST_YEAR = 2000, 2199


@dataclass(frozen=True, slots=True)
class Event:
    """One thing that a learner did, under the id that the client made for it.

    ``given_at`` is by the client's clock; it is kept, and not trusted.
    """

    client_id: UUID
    kind: str
    item: str = ""
    response: Any = None
    given_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Receipt:
    """What became of one event: recorded, recorded earlier (``repeated``), kept apart because it came ``late``, or refused.

    A repeated one is late if it was late when it was recorded: whose first receipt was lost is told the same.
    """

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


def start_attempt(
    paper: Paper, *, learner_id: int, client_id: UUID, now: datetime, language: str = "", form_id: str = ""
) -> Attempt:
    """Begin an attempt with a form of its own; repeated under the same id, the attempt that it began.

    WestmecError with the first reason where the rules do not let the learner start, CannotAssemble where the bank cannot
    fill the blueprint. An earlier attempt whose time is up is closed first. ``form_id`` names a fixed form; else the attempt gets one
    of the author's, or one that is drawn, unlike the learner's earlier ones as far as there are others. The seed is the
    attempt's own id: nobody can know it before. A granted ``language`` goes before the one that was chosen.
    """
    paper.check_sizes()
    check_language(language)
    exposure.prepare(paper.usage)

    def work() -> Attempt:
        script = open_scripts(paper.place, [learner_id], now)[learner_id]
        earlier = script.find_by_client(client_id)
        if earlier is not None:
            if earlier.kind != ActKind.ATTEMPT_STARTED:
                raise Conflict(id_used())
            close_scripts([script], None, now)
            return script.attempts[earlier.id]
        lock_attempts([script], lambda row: row.state == AttemptState.OPEN)
        for attempt in [row for row in script.attempts.values() if row.state == AttemptState.OPEN and is_due(row, now)]:
            close_in(script, attempt, actor_id=None, client_id=time_ordered_uuid(), now=now, how=HOW_TIME)
        granted = accommodation_of(paper.course, paper.assessment.code, learner_id)
        _check_may_start(paper, script, granted, now)
        known = any(act.digest == paper.assessment.digest for act in script.stored)
        versions.store(paper.assessment, paper.olx, usage=paper.usage, now=now, known=known, kind=codec.TAG)
        attempt = _begin(paper, script, granted, client_id, now, language=granted.language or language, form_id=form_id)
        close_scripts([script], paper.assessment, now)
        return attempt

    return in_one_transaction(work)


def _check_may_start(paper: Paper, script: Script, granted: rules.Accommodation, now: datetime) -> None:
    ledger = ledger_of(script.acts, script.attempts.values(), accommodation=granted, due=paper.due, opens=paper.opens)
    refusals = rules.refusals_to_start(paper.assessment, ledger, now)
    if refusals:
        raise WestmecError(refusals[0])


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
    tally = exposure.lock(paper.usage)
    seen = sorted({item for row in script.attempts.values() for item in row.form["items"]})
    act = script.add(
        ActKind.ATTEMPT_STARTED,
        now=now,
        actor=script.learner,
        client_id=client_id,
        digest=paper.assessment.digest,
        observed_at=now,
    )
    form = _form(paper.assessment, form_id, str(act.id), seen, tally.counts if tally else {})
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
        # What the assembly took into account: the items seen, and the tally of exposure, which is that of so many forms before.
        "seen": seen,
        "forms_before": tally.forms if tally else 0,
    }
    exposure.add(paper.usage, tally, form)
    return script.touch(replay.begun(act))


def _form(assessment: Assessment, form_id: str, seed: str, seen: Sequence[str], counts: Mapping[str, int]) -> Form:
    if form_id:
        form = fixed_form(assessment, form_id, seed=seed, seen=seen)
    else:
        stock = None if assessment.fixed_forms else _stocks.of(assessment)
        form = form_for(assessment, seed=seed, seen=seen, exposure=counts, stock=stock)
    if not form.scored:
        raise CannotAssemble(())
    return form


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
        return attempt, _take(attempt, events, now)

    done = in_one_transaction(work)
    if done is None:
        close_attempt(
            usage,
            attempt_id=attempt_id,
            learner_id=learner_id,
            actor_id=None,
            client_id=time_ordered_uuid(),
            now=now,
            how=HOW_TIME,
        )
        done = in_one_transaction(work)
    if done is None:
        raise Conflict(Refusal("attempt_closing", "The attempt is being closed. Please try again."))
    return done


def _take(attempt: Attempt, events: Sequence[Event], now: datetime) -> list[Receipt]:
    ids = [event.client_id for event in events]
    known = dict(AttemptEvent.objects.filter(attempt=attempt.id, client_id__in=ids).values_list("client_id", "late"))
    assessment = versions.load([attempt.digest])[attempt.digest]
    form = frozenset(attempt.form["items"])
    late = attempt.state != AttemptState.OPEN
    receipts, rows = [], []
    for event in events:
        if event.client_id in known:
            receipts.append(Receipt(event.client_id, repeated=True, late=known[event.client_id]))
            continue
        try:
            response = _response(assessment, form, event, attempt.language)
            _check_break(attempt, event, now)
        except WestmecError as error:
            receipts.append(Receipt(event.client_id, refusal=error.refusal))
            continue
        known[event.client_id] = late
        row = AttemptEvent(
            attempt=attempt.id,
            number=attempt.events + 1,
            client_id=event.client_id,
            kind=EventKind.CLEARED if event.kind == EventKind.ANSWERED and response is None else event.kind,
            item=event.item,
            response=response,
            late=late,
            given_at=_plausible(event.given_at),
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
    if event.item not in form and (event.item or event.kind in replay.ABOUT_ITEMS):
        raise WestmecError(Refusal("not_on_form", "This question is not on your form."))
    if event.kind != EventKind.ANSWERED:
        return None
    return codec.accept_response(assessment.by_id[event.item], event.response, language)


def _check_break(attempt: Attempt, event: Event, now: datetime) -> None:
    if event.kind != EventKind.BREAK_BEGAN or attempt.state != AttemptState.OPEN:
        return
    clock = stored.clock_of(attempt.clock)
    if clock.is_over(now):
        raise WestmecError(Refusal("time_is_up", "The time is up: a break cannot begin any more."))
    if not clock.on_break(now) and not replay.may_begin_break(clock, now):
        raise WestmecError(Refusal("no_break_left", "No break is left."))


def _plausible(moment: datetime | None) -> datetime | None:
    """The client's time in UTC; None where it is none, or of another century."""
    if moment is None or moment.tzinfo is None or not FIRST_YEAR <= moment.year <= LAST_YEAR:
        return None
    return moment.astimezone(UTC)
