"""Attempts, late answers and disputes in the small exam, for the tests of the staff's side."""

from __future__ import annotations

import uuid
from datetime import timedelta
from typing import Any

from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from tests.blocks.conftest import Somebody, new_id
from tests.blocks.exams import ExamShop, Taker, right_answers
from westmec_xblocks.records.models import Act, Attempt


def finished(shop: ExamShop, username: str, **wrong: Any) -> str:
    """An attempt with the right answer to every item but those named, handed in."""
    taker = shop.taker(username)
    attempt = taker.begin()
    taker.give(attempt, right_answers(taker.html("start")) | wrong)
    taker.hand_in(attempt)
    return attempt


def late(monkeypatch: Any, shop: ExamShop, username: str, **answers: Any) -> str:
    """An attempt that the clock ended before these answers arrived."""
    taker = shop.taker(username)
    attempt = taker.begin()
    at(monkeypatch, minutes=45)
    told = taker.give(attempt, answers)
    assert all(one["late"] for one in told["receipts"])
    return attempt


def at(monkeypatch: Any, **by: Any) -> None:
    """Let it be later."""
    moment = timezone.now() + timedelta(**by)
    monkeypatch.setattr(timezone, "now", lambda: moment)


def dispute(taker: Taker, attempt: str, item: str, said: str) -> None:
    """The learner disputes a question."""
    answer = taker.act("dispute", client_id=new_id(), attempt=attempt, item=item, reason=said)
    assert answer.status_code == 200, answer.content


def panel(who: Somebody, name: str, /, **query: Any) -> str:
    """The HTML of a panel; the query may hold any name."""
    answer = who.client.get(f"{who.base}/page/{name}", query)
    assert answer.status_code == 200, answer.content
    return answer.json()["html"]


def queries(who: Somebody, name: str, /, **query: Any) -> int:
    """How many queries a panel takes."""
    with CaptureQueriesContext(connection) as captured:
        panel(who, name, **query)
    return len(captured)


def many_like(attempt: str, count: int, *, learners: list[int] | None = None) -> None:
    """More attempts that are like this one, of the same learner or of others, each a minute earlier than the one before."""
    pattern, began = Attempt.objects.get(pk=attempt), Act.objects.get(pk=attempt)
    numbers: dict[int, int] = {}
    acts, rows = [], []
    for place in range(count):
        learner = learners[place % len(learners)] if learners else pattern.learner_id
        numbers[learner] = numbers.get(learner, pattern.number) + 1
        own = {"id": uuid.uuid4(), "learner_id": learner}
        started = pattern.started_at - timedelta(minutes=place + 1)
        rows.append(Attempt(**(_values(pattern) | own | {"number": numbers[learner], "started_at": started})))
        acts.append(Act(**(_values(began) | own | {"number": 1000 + numbers[learner], "client_id": uuid.uuid4()})))
    Act.objects.bulk_create(acts, batch_size=50)
    Attempt.objects.bulk_create(rows, batch_size=50)


def _values(row: Attempt | Act) -> dict[str, Any]:
    return {field.attname: getattr(row, field.attname) for field in row._meta.concrete_fields}
