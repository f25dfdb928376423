"""The number of database queries does not grow with learners, lines or history."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests.blocks.conftest import GOOD, Shop, Somebody, new_id
from westmec_xblocks.preview import people

pytestmark = pytest.mark.django_db
NAMES = [name.split()[0].lower() for name in people.LEARNERS]


def queries(person: Somebody, page: str, **query: str) -> int:
    with CaptureQueriesContext(
        connection,
    ) as captured:
        assert person.get(page, **query).status_code == 200
    return len(captured)


def sign(shop: Shop, names: list[str], *, rounds: int = 1) -> None:
    irene = shop.person("irene")
    for _ in range(rounds):
        learners = {
            str(shop.person(name).id): {
                "client_id": new_id(),
                "ratings": {
                    line: value if isinstance(value, dict) else {"value": value} for line, value in GOOD.items()
                },
            }
            for name in names
        }
        answer = irene.act("sign_group", batch_id=new_id(), learners=learners, observed_on="2026-03-02")
        assert answer.status_code == 200
        assert not answer.json()["refused"]


@pytest.mark.parametrize("page", ["choose", "class", "requests", "cleared", "export", "manage"])
def test_a_panel_takes_as_many_queries_for_25_learners_as_for_two(shop: Shop, page: str) -> None:
    irene = shop.person("irene")
    sign(shop, NAMES[:2])
    for name in NAMES[:2]:
        shop.person(name).act("request_sign_off", client_id=new_id())
    queries(irene, page)
    few = queries(irene, page)
    sign(shop, NAMES[2:25])
    for name in NAMES[2:25]:
        shop.person(name).act("request_sign_off", client_id=new_id())
    assert queries(irene, page) == few


def test_a_learners_page_takes_as_many_queries_after_twelve_demonstrations_as_after_two(shop: Shop) -> None:
    alice = shop.person("alice")
    sign(shop, ["alice"], rounds=2)
    queries(alice, "mine")
    few = queries(alice, "mine")
    sign(shop, ["alice"], rounds=10)
    assert queries(alice, "mine") == few


def test_signing_a_group_of_25_takes_as_many_queries_of_the_records_as_a_group_of_five(shop: Shop) -> None:
    irene = shop.person("irene")
    counts = []
    for names in (NAMES[:5], NAMES[:25]):
        learners = {
            str(shop.person(name).id): {"client_id": new_id(), "ratings": {"01": {"value": "met"}}} for name in names
        }
        with CaptureQueriesContext(connection) as captured:
            assert irene.act("sign_group", batch_id=new_id(), learners=learners).status_code == 200
        statements = [query["sql"] for query in captured.captured_queries]
        end = next(place for place, sql in enumerate(statements) if "INSERT" in sql and "westmec_records_outbox" in sql)
        # A version that this process has not seen committed is written once more; it is not counted.
        records = [
            sql
            for sql in statements[: end + 1]
            if "westmec_records_" in sql and "westmec_records_definition" not in sql
        ]
        counts.append(len(records))
    assert counts[0] == counts[1]
    assert counts[1] <= 8
