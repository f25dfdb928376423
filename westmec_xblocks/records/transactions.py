"""One transaction, tried again when the database itself asks for it."""

from __future__ import annotations

import random
import time
from collections.abc import Callable
from typing import TypeVar

from django.db import DatabaseError, IntegrityError, OperationalError, connection, transaction

ATTEMPTS = 4
DEADLOCK = {"40001", "40P01", 1205, 1213}

Result = TypeVar("Result")


def in_one_transaction(work: Callable[[], Result]) -> Result:
    """What ``work`` returns, all of it committed or nothing of it written.

    A deadlock or a serialization failure ends one of two writers so that the other can go on: the one that was ended
    tries again, after a short wait. That is possible only where no transaction is open around this one. A unique
    constraint says that somebody else was a moment faster, which the next attempt sees as well.
    """
    if connection.in_atomic_block:
        with transaction.atomic():
            return work()
    for attempt in range(1, ATTEMPTS + 1):
        try:
            with transaction.atomic():
                return work()
        except DatabaseError as error:
            if attempt == ATTEMPTS or not _may_go_better(error):
                raise
            time.sleep(random.uniform(0.01, 0.05) * attempt)  # noqa: S311  (no secret: it spreads the attempts)
    raise AssertionError("unreachable")


def _may_go_better(error: DatabaseError) -> bool:
    if isinstance(error, IntegrityError):
        return True
    cause = error.__cause__
    code = getattr(cause, "sqlstate", None) or (cause.args[0] if cause is not None and cause.args else None)
    return isinstance(error, OperationalError) and code in DEADLOCK


def when_committed(work: Callable[[], object]) -> None:
    """Do this once the transaction is committed, and not at all if it is rolled back. What goes wrong with it is logged."""
    transaction.on_commit(work, robust=True)
