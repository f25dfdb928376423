"""Staff who read Spanish read no English sentence of ours about an exam."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from tests.blocks.conftest import new_id
from tests.blocks.exam_staff import dispute, finished, late, many_like, panel
from tests.blocks.exams import SETTINGS, ExamShop, exam, exam_shop
from tests.blocks.test_lab_checklist_spanish import english, is_spanish
from westmec_xblocks.records.models import Act

pytestmark = pytest.mark.django_db
__all__ = ["english", "is_spanish"]
SPANISH = {"HTTP_ACCEPT_LANGUAGE": "es-MX,es;q=0.9,en;q=0.5"}
BAD = "username,for,time,breaks,extra_attempts,days,language,reason\nben,exam,2,,,,,Plan\nnadie,x,y,z,w,v,u,\nben,,2,,,,,Plan,a\n"


@pytest.fixture
def shop(open_shop) -> ExamShop:
    return exam_shop(open_shop(exam(SETTINGS + ' lock="minimum"', others=False), "exam"))


def told(answer: Any) -> dict[str, Any]:
    assert answer.status_code == 200, answer.content
    return answer.json()


def live_through(shop: ExamShop, monkeypatch: Any) -> Iterator[tuple[str, dict[str, Any]]]:
    """Everything that staff can look at and do; gives the place and the answer."""
    erik, irene = shop.person("erik", **SPANISH), shop.person("irene", **SPANISH)
    alice, ben, carla = (shop.taker(name, **SPANISH) for name in ("alice", "ben", "carla"))

    def act(who: Any, name: str, **data: Any) -> dict[str, Any]:
        return told(who.act(name, client_id=new_id(), **({"reason": "Motivo"} | data)))

    def page(name: str, **query: str) -> dict[str, Any]:
        return {"html": panel(irene, name, **query)}

    yield "nothing yet", page("attempts")
    yield "nothing waits", page("waiting")
    yield "nothing granted", page("accommodations")
    yield "nothing changes", page("rescoring")
    grants = {"time": "1.5", "breaks": "10", "extra_attempts": "1", "days": "7", "language": "es"}
    yield "grant", act(erik, "grant", username="alice", **grants)
    yield "grant for the course", act(erik, "grant", username="alice", scope="course", time="2")
    attempt = alice.begin()
    for kind in ("shown", "flagged", "unflagged", "left", "resumed", "break_began", "break_ended"):
        item = "c1" if kind in ("shown", "flagged", "unflagged") else ""
        alice.act(
            "events", client_id=new_id(), attempt=attempt, events=[{"client_id": new_id(), "kind": kind, "item": item}]
        )
    alice.give(attempt, {"c1": "b", "c2": "a"})
    alice.give(attempt, {"c2": None})
    yield "under way", page("review", attempt=attempt)
    yield "ended", act(erik, "close", attempt=attempt, learner=alice.id, reason="Simulacro")
    dispute(alice, attempt, "c1", "No entiendo")
    dispute(carla, finished(shop, "carla", c1="b"), "c1", "Tampoco")
    yield "waiting", page("waiting")
    appeal = str(Act.objects.filter(kind="appeal", learner_id=alice.id).get().id)
    yield "dispute", page("appeal", appeal=appeal)
    yield "answered", act(irene, "answer_appeal", appeal=appeal, outcome="upheld")
    yield "answered dispute", page("appeal", appeal=appeal)
    yield "as the learner sees it", page("seen", attempt=attempt)
    yield "rescoring", page("rescoring", **{"decided.c1": "credit"})
    yield "rescored", act(irene, "rescore", credit=["c1"], expected="2")
    yield "review", page("review", attempt=attempt)
    yield "log", page("log", attempt=attempt)
    yield "learner", page("learner", learner=str(alice.id))
    yield "one more attempt", act(erik, "give_attempt", learner=carla.id)
    yield "re-teach", act(erik, "reteach", learner=carla.id)
    yield "taken back", act(erik, "take_back", learner=alice.id, scope="exam")
    yield "from the learner's panel", act(erik, "take_back", learner=alice.id, scope="course", shown="learner")
    for which in (BAD, "username,time,reason\ndavid,2,Plan\ncarla,2,Plan\n"):
        file = SimpleUploadedFile("a.csv", which.encode())
        yield "file", told(erik.client.post(f"{erik.base}/upload/grants", {"client_id": new_id(), "file": file}))
    overdue = late(monkeypatch, shop, "ben", c1="a")
    yield "late", page("review", attempt=overdue)
    yield "late waits", page("waiting")
    yield "late judged", act(erik, "late", attempt=overdue, learner=ben.id, decision="take")
    yield "void", act(erik, "void", attempt=overdue, learner=ben.id)
    yield "log of a void attempt", page("log", attempt=overdue)
    many_like(attempt, 60)
    yield "many", page("attempts", page="2")
    yield "nobody", page("attempts", find="nadie")


def shown(html: str) -> str:
    """The page without what programs read (ids, the headings of a file), and without the name that a language gives itself."""
    return re.sub(r"<code>.*?</code>|<dd>[^<]*[0-9a-f]{8}-[^<]*</dd>|\bEnglish\b", "", html)


def test_no_panel_and_no_answer_of_an_act_shows_english(shop, monkeypatch, is_spanish: Callable[[str, str], None]):
    tabs = (
        shop.person("irene", **SPANISH)
        .client.get(f"/courses/{shop.course_key}/frame/{shop.usage_key}")
        .content.decode()
    )
    is_spanish("tabs", re.search(r"<nav.*?</nav>", tabs, re.DOTALL)[0])
    for where, answer in live_through(shop, monkeypatch):
        is_spanish(where, shown(answer["html"]))
        if answer.get("message"):
            is_spanish(f"{where}, its sentence", f"<p>{answer['message']}</p>")


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("grant", {"username": "alice", "time": "half"}),
        ("grant", {"username": "alice", "breaks": "x"}),
        ("grant", {"username": "alice", "extra_attempts": "x"}),
        ("grant", {"username": "alice", "days": "x"}),
        ("grant", {"username": "alice", "language": "x"}),
        ("grant", {"username": "alice", "language": "x", "scope": "course"}),
        ("grant", {"username": "alice", "reason": ""}),
        ("grant", {"username": "alice", "time": "2", "reason": "x" * 2050}),
        ("grant", {"username": "nadie"}),
        ("rescore", {"expected": "3"}),
        ("rescore", {"expected": "3", "credit": ["nada"]}),
        ("answer_appeal", {"appeal": new_id(), "outcome": "upheld"}),
    ],
)
def test_no_refusal_shows_english(shop, is_spanish: Callable[[str, str], None], name: str, data: Any):
    answer = shop.person("irene", **SPANISH).act(name, client_id=new_id(), **({"reason": "Motivo"} | data))
    assert answer.status_code >= 400
    is_spanish(name, f"<p>{answer.json()['error']['message']}</p>")


@pytest.mark.parametrize(
    "content", [b"", b"\xff\xfe", b"x" * 530_000, b"username,reason\n", b"username,reason\n" + b"a,b\n" * 1001, b"\x00"]
)
def test_no_refusal_of_a_file_shows_english(shop, is_spanish: Callable[[str, str], None], content: bytes):
    erik = shop.person("erik", **SPANISH)
    answer = erik.client.post(
        f"{erik.base}/upload/grants", {"client_id": new_id(), "file": SimpleUploadedFile("a.csv", content)}
    )
    assert answer.status_code == 400
    # The headings that the sentence names are read by programs.
    sentence = answer.json()["error"]["message"].split(": username")[0]
    is_spanish("file", f"<p>{sentence}</p>")
