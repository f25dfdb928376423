"""Attempts closed: handed in, ended by staff, or ended by the clock, also where nobody comes back."""

from __future__ import annotations

import logging
from datetime import datetime
from uuid import UUID

from django.db import DatabaseError, connection
from django.db.models import QuerySet

from westmec_xblocks.domain.assessment.attempts import GRACE
from westmec_xblocks.domain.refusals import Conflict, NotFound, Refusal, WestmecError
from westmec_xblocks.records import versions
from westmec_xblocks.records.exams import replay, stored
from westmec_xblocks.records.exams.paper import Place
from westmec_xblocks.records.exams.scoring import score
from westmec_xblocks.records.exams.script import Script, close_scripts, lock_attempts, open_scripts
from westmec_xblocks.records.models import ActKind, Attempt, AttemptState, time_ordered_uuid
from westmec_xblocks.records.single import check_reason, id_used
from westmec_xblocks.records.transactions import in_one_transaction
from westmec_xblocks.records.zone import site_zone

log = logging.getLogger(__name__)
HOW_SUBMITTED, HOW_TIME, HOW_STAFF = "submitted", "time", "staff"


def unknown_attempt() -> NotFound:
    """For an attempt that is not there, or not this person's."""
    return NotFound(Refusal("unknown_attempt", "There is no such attempt of yours here."))


def is_due(attempt: Attempt, now: datetime) -> bool:
    """Whether an open attempt's time is up, grace included, so that it has to be closed."""
    return not stored.clock_of(attempt.clock).takes(now)


def close_attempt(
    usage: str,
    *,
    attempt_id: UUID,
    learner_id: int,
    actor_id: int | None,
    client_id: UUID,
    now: datetime,
    how: str,
    reason: str = "",
) -> Attempt:
    """Close an attempt with what was acknowledged, and score it. Closing it again changes nothing.

    Staff give a ``reason``, which the act keeps.

    ``how``: submitted by the learner, time is up, or by staff. It counts as closed now, but never later than its time was up;
    ``HOW_TIME`` closes nothing whose time is not up. The points told to the host are of those that the block was worth at the start.
    """
    for refusal in check_reason(reason, required=how == HOW_STAFF):
        raise WestmecError(refusal)
    by = {"actor_id": actor_id, "client_id": client_id, "now": now, "how": how, "reason": reason}
    return _close(usage, attempt_id, learner_id=learner_id, **by)[0]


def _close(
    usage: str,
    attempt_id: UUID,
    *,
    learner_id: int,
    actor_id: int | None,
    client_id: UUID,
    now: datetime,
    how: str,
    reason: str = "",
) -> tuple[Attempt, bool]:
    """The attempt, and whether it was closed just now."""
    # The place never changes: it is read before the transaction, whose first statement must be one that writes.
    found = Attempt.objects.filter(pk=attempt_id, usage_key=usage, learner_id=learner_id)
    row = found.only("usage_key", "course_key", "code", "possible").first()
    if row is None:
        raise unknown_attempt()
    place = Place(row.usage_key, row.course_key, row.code, row.possible)

    def work() -> tuple[Attempt, bool]:
        script = open_scripts(place, [learner_id], now)[learner_id]
        lock_attempts([script], lambda row: row.id == attempt_id)
        attempt = script.attempts.get(attempt_id)
        if attempt is None:
            raise unknown_attempt()
        earlier = script.find_by_client(client_id)
        if earlier is not None and (earlier.kind, earlier.refers_to_id) != (ActKind.ATTEMPT_CLOSED, attempt_id):
            raise Conflict(id_used())
        if attempt.state == AttemptState.OPEN and (how != HOW_TIME or is_due(attempt, now)):
            close_in(script, attempt, actor_id=actor_id, client_id=client_id, now=now, how=how, reason=reason)
        closes = bool(script.added)
        close_scripts([script], None, now)
        return attempt, closes

    return in_one_transaction(work)


def close_in(
    script: Script,
    attempt: Attempt,
    *,
    actor_id: int | None,
    client_id: UUID,
    now: datetime,
    how: str,
    reason: str = "",
) -> None:
    """Close the open attempt of a script; if its time is up, it was the clock that closed it, whoever asks."""
    over = is_due(attempt, now)
    version = versions.load([attempt.digest], script.version)[attempt.digest]
    ends = stored.clock_of(attempt.clock).ends(now)
    closed_at = now if ends is None else min(now, ends)
    act = script.add(
        ActKind.ATTEMPT_CLOSED,
        now=now,
        actor=None if over else actor_id,
        client_id=client_id,
        digest=script.version.digest if script.version else attempt.digest,
        observed_at=closed_at,
        observed_on=closed_at.astimezone(site_zone()).date(),
        detail={
            "attempt": attempt.number,
            "how": HOW_TIME if over else how,
            "result": stored.result_as_json(score(attempt, version)),
        },
        refers_to_id=attempt.id,
        note="" if over else reason.strip(),
    )
    replay.closed(script.touch(attempt), act)


def close_overdue(
    now: datetime, *, usage: str | None = None, learner_id: int | None = None, limit: int | None = None
) -> int:
    """Close every open attempt whose time is up, grace included, and say how many were closed. Safe to call anywhere, twice at once.

    Each is closed in a transaction of its own: one that cannot be closed is logged, stays open, and holds up no other.
    """
    due = _overdue(now)
    if usage is not None:
        due = due.filter(usage_key=usage)
    if learner_id is not None:
        due = due.filter(learner_id=learner_id)
    rows = due.order_by("ends_at", "id").values_list("id", "usage_key", "learner_id")
    return sum(_close_by_clock(*row, now=now) for row in (rows if limit is None else rows[:limit]))


def _close_by_clock(attempt_id: UUID, usage: str, learner_id: int, *, now: datetime) -> bool:
    by_clock = {"actor_id": None, "client_id": time_ordered_uuid(), "now": now, "how": HOW_TIME}
    try:
        return _close(usage, attempt_id, learner_id=learner_id, **by_clock)[1]
    except (WestmecError, DatabaseError) as error:
        if connection.in_atomic_block and isinstance(error, DatabaseError):
            raise
        log.exception("Attempt %s of learner %s on %s cannot be closed", attempt_id, learner_id, usage)
        return False


def count_overdue(now: datetime) -> int:
    """How many attempts are open although their time is up, grace included. One query."""
    return _overdue(now).count()


def _overdue(now: datetime) -> QuerySet[Attempt]:
    return Attempt.objects.filter(state=AttemptState.OPEN, ends_at__lte=now - GRACE)
