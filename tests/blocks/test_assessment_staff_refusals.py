"""Who may not use the staff's pages, acts and uploads: everybody else, by each name, and what they try leaves nothing behind."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from tests.blocks.conftest import Somebody, new_id
from tests.blocks.exam_staff import dispute, finished
from tests.blocks.exams import ExamShop, exam, exam_shop
from westmec_xblocks.blocks.assessment import catalogue, staff
from westmec_xblocks.records.models import Accommodation, Act, Attempt

pytestmark = pytest.mark.django_db
CSV = b"username,for,time,reason\nben,exam,2,Plan\n"
INSTRUCTORS = {name for name, action in {**staff.PAGES, **staff.ACTS}.items() if action.role == "instructor"}


@pytest.fixture
def shop(open_shop):
    return exam_shop(open_shop(exam(), "exam"))


@pytest.fixture
def scene(shop: ExamShop) -> dict[str, Any]:
    """Alice's attempt with a dispute: data with which every page and act would go through for staff."""
    attempt = finished(shop, "alice", c1="b")
    dispute(shop.taker("alice"), attempt, "c1", "Both are live")
    act = Act.objects.get(kind="appeal")
    return {
        "attempt": attempt,
        "learner": shop.taker("alice").id,
        "appeal": str(act.id),
        "outcome": "upheld",
        "decision": "take",
        "time": "2",
        "credit": ["c1"],
        "expected": "1",
        "reason": "Because",
    }


def send(who: Somebody, name: str, scene: dict[str, Any]) -> Any:
    """The answer to a page, an act or an upload of this name."""
    if name in staff.PAGES:
        return who.get(name, **{key: scene[key] for key in ("attempt", "learner", "appeal")})
    if name in staff.ACTS:
        return who.act(name, client_id=new_id(), **scene)
    file = SimpleUploadedFile("a.csv", CSV, content_type="text/csv")
    return who.client.post(f"{who.base}/upload/{name}", {"client_id": new_id(), "file": file})


def recorded() -> tuple[Any, ...]:
    attempts = Attempt.objects.order_by("id").values_list("id", "state", "result", "late")
    return (Act.objects.count(), Accommodation.objects.count(), list(attempts))


EVERYTHING = [*staff.PAGES, *staff.ACTS, *staff.UPLOADS]


def test_the_staffs_names_are_in_the_catalogue_and_clash_with_none_of_the_learners():
    for own, every in (
        (staff.PAGES, catalogue.PAGES),
        (staff.ACTS, catalogue.ACTS),
        (staff.UPLOADS, catalogue.UPLOADS),
    ):
        assert all(every[name] is action for name, action in own.items())
        assert all(action.role in ("staff", "instructor") for action in own.values())
    theirs = {"start", "attempt", "result", "print", "begin", "events", "submit", "pause", "dispute"}
    assert not theirs & set(EVERYTHING)
    assert {"rescoring", "rescore"} == INSTRUCTORS


@pytest.mark.parametrize("name", EVERYTHING)
def test_a_learner_an_outsider_and_a_stranger_are_refused(shop, scene, name):
    before = recorded()
    for username in ("alice", "ben", "oscar"):
        answer = send(shop.person(username), name, scene)
        assert answer.status_code == 403, username
        assert answer.json()["error"]
    assert send(shop.anybody(), name, scene).status_code in (302, 401, 403)
    assert recorded() == before


@pytest.mark.parametrize("name", EVERYTHING)
def test_staff_who_view_the_course_as_a_learner_are_refused(shop, scene, name):
    irene = shop.person("irene")
    before = recorded()
    irene.client.post("/view-as/", {"username": "alice", "next": "/"})
    assert send(irene, name, scene).status_code == 403
    assert recorded() == before


@pytest.mark.parametrize("name", sorted(INSTRUCTORS))
def test_staff_who_are_no_instructors_do_not_score_anew(shop, scene, name):
    before = recorded()
    assert send(shop.person("erik"), name, scene).status_code == 403
    assert recorded() == before
    assert send(shop.person("irene"), name, scene).status_code == 200


@pytest.mark.parametrize("name", [name for name in EVERYTHING if name not in {*INSTRUCTORS, "close", "late"}])
def test_staff_may(shop, scene, name):
    answer = send(shop.person("erik"), name, scene)
    assert answer.status_code == 200, answer.content


@pytest.mark.parametrize("name", [*staff.ACTS])
def test_an_act_is_no_page_and_takes_no_get(shop, scene, name):
    erik = shop.person("erik")
    assert erik.client.get(f"{erik.base}/act/{name}").status_code == 405
    assert erik.get(name).status_code == 404


def test_an_act_from_another_site_is_refused(shop, scene):
    erik = shop.person("erik", enforce_csrf_checks=True)
    assert not set(staff.PAGES) & set(staff.UPLOADS)
    before = recorded()
    for name in (*staff.ACTS, *staff.UPLOADS):
        assert send(erik, name, scene).status_code == 403
    assert recorded() == before


@pytest.mark.parametrize("name", [*staff.ACTS])
@pytest.mark.parametrize(
    "wrong", [{"client_id": "nonsense"}, {"client_id": None}, {"reason": "x" * 2200, "attempt": 7}]
)
def test_a_malformed_act_is_refused_with_a_sentence_and_leaves_nothing_behind(shop, scene, name, wrong):
    before = recorded()
    answer = shop.person("irene").act(name, **({"client_id": new_id()} | scene | wrong))
    assert answer.status_code == 400
    assert answer.json()["error"]["message"]
    assert recorded() == before


def test_a_learners_pages_say_nothing_of_what_somebody_else_is_granted(shop, scene):
    erik, ben = shop.person("erik"), shop.taker("ben")
    erik.act("grant", client_id=new_id(), learner=shop.taker("alice").id, time="3", breaks="44", reason="Plan of Alice")
    attempt = ben.begin()
    ben.hand_in(attempt)
    pages = [ben.html("start"), ben.html("result", attempt=attempt), ben.get("print", attempt=attempt).content.decode()]
    assert not [page for page in pages if "Alice" in page or "44" in page or "extra time" in page]


def test_what_is_granted_stands_in_no_address(shop, scene):
    erik = shop.person("erik")
    done = erik.act(
        "grant", client_id=new_id(), learner=scene["learner"], time="1.75", breaks="37", reason="Plan of Alice"
    )
    for html in (done.json()["html"], erik.html("learner", learner=scene["learner"])):
        # The ids of attempts are chance, and may hold any number.
        bare = re.sub(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", "id", html)
        addresses = [part.split('"')[0] for mark in ('data-open="', 'href="') for part in bare.split(mark)[1:]]
        assert addresses
        assert not [one for one in addresses if "1.75" in one or "37" in one.split("@")[-1] or "Plan" in one]
