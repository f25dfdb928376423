"""Grades and completions on their way to the host.

Delivered at least once, the newest last, and one that fails holds up no other.
"""

from __future__ import annotations

import importlib
import logging
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.conf import settings
from django.db import connection, transaction
from django.db.models import F, Min, Q
from django.utils import timezone

from westmec_xblocks import edxapp
from westmec_xblocks.records.keys import usage_key_of
from westmec_xblocks.records.models import Outbox, OutboxKind

log = logging.getLogger(__name__)

FIRST_WAIT = timedelta(seconds=30)
LONGEST_WAIT = timedelta(hours=6)
BATCH = 200


@dataclass(frozen=True, slots=True)
class Delivery:
    """How many pieces of news were taken by the host, and how many it refused for now."""

    delivered: int = 0
    failed: int = 0


def deliver_after_commit() -> None:
    """Ask for a delivery once the transaction is committed.

    Whatever goes wrong with the asking, the act stands and the rows wait.
    """
    transaction.on_commit(_ask_for_delivery, robust=True)


def _ask_for_delivery() -> None:
    """Give the platform's queue of tasks the task, where there is such a queue; elsewhere the host or the command delivers."""
    if not any(getattr(settings, name, None) for name in ("CELERY_BROKER_URL", "BROKER_URL", "CELERY_ALWAYS_EAGER")):
        return
    try:
        tasks = importlib.import_module("westmec_xblocks.records.tasks")
        tasks.deliver_outbox.apply_async(retry=False, ignore_result=True)
    except Exception:
        log.warning("The queue of tasks cannot be reached; grades and completions wait in the outbox.", exc_info=True)


def deliver_outbox(now: datetime | None = None) -> Delivery:
    """Tell the host all that is due, oldest first.

    Of several pieces of news about one learner and block the newest is told and settles the others. Safe to call anywhere,
    at any time, twice at once: news is claimed by a lock on the oldest row of its learner and block, so that an older grade
    never arrives after a newer one.
    """
    now = now or timezone.now()
    delivered = failed = 0
    passed_over: set[int] = set()
    while due := [row for row in _oldest_due(now) if row not in passed_over]:
        for oldest in due:
            outcome = _deliver_key(oldest, now)
            delivered += outcome is True
            failed += outcome is False
            if not outcome:
                passed_over.add(oldest)
    return Delivery(delivered, failed)


def _oldest_due(now: datetime) -> Iterable[int]:
    """Ids of the oldest undelivered row of each learner, block and kind, where it is due."""
    waiting = Outbox.objects.filter(delivered_at=None).values("usage_key", "learner_id", "kind")
    oldest = waiting.annotate(oldest=Min("id"), due=Min("next_try_at")).filter(due__lte=now).order_by("oldest")
    return [row["oldest"] for row in oldest[:BATCH]]


def _deliver_key(oldest: int, now: datetime) -> bool | None:
    """True when the host took the news, False when it refused, None when another worker has it."""
    with transaction.atomic():
        if not _claim(oldest):
            return None
        first = Outbox.objects.get(pk=oldest)
        key = Q(usage_key=first.usage_key, learner_id=first.learner_id, kind=first.kind, delivered_at=None)
        rows = list(Outbox.objects.filter(key).order_by("id"))
        covered = Outbox.objects.filter(pk__in=[row.pk for row in rows])
        try:
            with transaction.atomic():
                _tell(rows[-1])
        except Exception as error:  # noqa: BLE001  (kept with the row; the other rows go on)
            log.warning("Outbox row %s was not delivered: %s", rows[-1].pk, error)
            wait = min(FIRST_WAIT * 2 ** min(first.attempts - 1, 20), LONGEST_WAIT)
            covered.update(last_error=f"{type(error).__name__}: {error}"[:500], next_try_at=now + wait)
            return False
        covered.update(delivered_at=now, last_error="")
        return True


def _claim(oldest: int) -> bool:
    """Lock the row, unless another worker holds it or has delivered it. On SQLite the write itself is the lock."""
    rows = Outbox.objects.filter(pk=oldest, delivered_at=None)
    if connection.features.has_select_for_update_skip_locked and not rows.select_for_update(skip_locked=True).first():
        return False
    return rows.update(attempts=F("attempts") + 1) == 1


def _tell(row: Outbox) -> None:
    if row.kind == OutboxKind.GRADE:
        edxapp.publish_grade(row.learner_id, usage_key_of(row.usage_key), row.earned, row.possible)
    else:
        edxapp.submit_completion(row.learner_id, usage_key_of(row.usage_key), row.earned)
