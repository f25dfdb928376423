"""Who may not, may not; what is malformed is refused with a sentence and leaves nothing behind."""

from __future__ import annotations

from typing import Any

import pytest

from tests.blocks.conftest import CHECKLIST, GOOD, Shop, new_id
from westmec_xblocks.blocks.lab_checklist import catalogue

pytestmark = pytest.mark.django_db

EVALUATING = [name for name, action in catalogue.ACTS.items() if action.role != "learner"]
PANELS = [name for name, action in catalogue.PAGES.items() if action.role != "learner"]


def nothing_recorded(shop: Shop, username: str = "alice") -> bool:
    return "Nothing yet." in shop.person(username).html("mine")


@pytest.mark.parametrize("name", EVALUATING)
def test_a_learner_cannot_do_what_an_evaluator_does(shop: Shop, name: str) -> None:
    alice, ben = shop.person("alice"), shop.person("ben")
    answer = alice.act(name, client_id=new_id(), learner=ben.id, ratings={"01": {"value": "met"}})
    assert answer.status_code == 403
    assert answer.json()["error"]["message"]
    assert nothing_recorded(shop, "ben")


@pytest.mark.parametrize("name", PANELS)
def test_a_learner_cannot_see_an_evaluators_panel(shop: Shop, name: str) -> None:
    alice, ben = shop.person("alice"), shop.person("ben")
    assert alice.get(name, learner=ben.id).status_code == 403


def test_a_learner_cannot_sign_themselves_or_see_anothers_record(shop: Shop) -> None:
    alice, ben = shop.person("alice"), shop.person("ben")
    assert alice.sign(alice.id, GOOD).status_code == 403
    assert alice.get("record", learner=ben.id).status_code == 403
    assert alice.get("mine", learner=ben.id).status_code == 403


@pytest.mark.parametrize("name", [*catalogue.ACTS, "nonsense"])
def test_an_outsider_and_a_stranger_are_refused_everything(shop: Shop, name: str) -> None:
    assert shop.person("oscar").act(name, client_id=new_id()).status_code == 403
    assert shop.anybody().act(name, client_id=new_id()).status_code in (302, 401, 403)


def test_staff_who_view_the_course_as_a_learner_record_nothing(shop: Shop) -> None:
    irene, alice = shop.person("irene"), shop.person("alice")
    irene.client.post("/view-as/", {"username": "alice", "next": "/"})
    for name in ("sign", "request_sign_off", "self_check"):
        answer = irene.act(
            name, client_id=new_id(), learner=alice.id, ratings={"01": {"value": "met"}}, skill="01", value="alone"
        )
        assert answer.status_code == 403, name
    assert nothing_recorded(shop)


def test_nobody_evaluates_themselves_not_even_staff(shop: Shop) -> None:
    irene = shop.person("irene")
    assert irene.sign(irene.id, GOOD).status_code in (400, 404)


def test_only_the_instructor_names_evaluators(shop: Shop) -> None:
    data = {
        "client_id": new_id(),
        "username": "oscar",
        "scope": "list",
        "expires_on": "2099-01-01",
        "reason": "Welder, 20 years",
    }
    assert shop.person("erik").act("grant_evaluator", **data).status_code == 403
    assert shop.person("alice").act("grant_evaluator", **data).status_code == 403
    assert shop.person("irene").act("grant_evaluator", **data).status_code == 200


@pytest.mark.parametrize(
    ("ratings", "code"),
    [
        ({"99": "met"}, "unknown_skill"),
        ({"01": "3"}, "off_scale"),
        ({"03": "5"}, "off_scale"),
        ({"03": "met"}, "off_scale"),
        ({"03": {"value": "na", "reason": "x"}}, "na_not_allowed"),
        ({"04": {"value": "na"}}, "na_without_reason"),
        ({}, "nothing_rated"),
        ({"03": {"value": "3", "readings": ["1"]}}, "not_measured"),
        ({"01": "met", "02": {"value": "met", "readings": ["NaN", "1"]}}, "bad_request"),
        ({"01": {"value": ["met"]}}, "bad_request"),
        ({"01": {"value": "met", "note": "x" * 2001}}, "bad_request"),
    ],
)
def test_a_rating_that_the_list_does_not_allow_is_refused_by_name(shop: Shop, ratings: Any, code: str) -> None:
    answer = shop.person("irene").sign(shop.person("alice").id, ratings)
    assert answer.status_code == 400
    assert answer.json()["error"]["code"] == code
    assert nothing_recorded(shop)


@pytest.mark.parametrize(
    "change",
    [
        {"client_id": "not-a-uuid"},
        {"client_id": None},
        {"learner": "alice"},
        {"learner": True},
        {"learner": -1},
        {"ratings": "met"},
        {"ratings": [1, 2]},
        {"observed_on": "yesterday"},
        {"observed_on": "2026-13-45"},
        {"observed_on": "1850-01-01"},
        {"observed_on": "2099-01-01"},
        {"stop": "01"},
        {"stop": {"skill": "01", "act": ""}},
        {"variant": "x" * 101},
    ],
)
def test_a_malformed_request_is_refused_and_leaves_nothing(shop: Shop, change: dict[str, Any]) -> None:
    irene, alice = shop.person("irene"), shop.person("alice")
    data = {"client_id": new_id(), "learner": alice.id, "ratings": {"01": {"value": "met"}}, **change}
    answer = irene.act("sign", **data)
    assert answer.status_code == 400, answer.content
    assert answer.json()["error"]["message"]
    assert nothing_recorded(shop)


@pytest.mark.parametrize("body", [b"", b"[]", b"{", b"null", b"\xff\xfe", b'{"a":' * 20000])
def test_a_body_that_is_no_json_object_is_refused(shop: Shop, body: bytes) -> None:
    irene = shop.person("irene")
    answer = irene.client.post(f"{irene.base}/act/sign", body, content_type="application/json")
    assert answer.status_code == 400


def test_a_huge_body_is_refused(shop: Shop) -> None:
    irene = shop.person("irene")
    answer = irene.client.post(
        f"{irene.base}/act/sign", b'{"x":"' + b"a" * 700_000 + b'"}', content_type="application/json"
    )
    assert answer.status_code == 400
    assert answer.json()["error"]["code"] == "too_large"


def test_reading_takes_get_and_writing_takes_post(shop: Shop) -> None:
    irene = shop.person("irene")
    assert irene.client.get(f"{irene.base}/act/sign").status_code == 405
    assert irene.client.post(f"{irene.base}/page/choose").status_code == 405


def test_a_forged_request_from_another_site_is_refused(shop: Shop) -> None:
    irene = shop.person("irene", enforce_csrf_checks=True)
    assert irene.sign(shop.person("alice").id, GOOD).status_code == 403
    assert nothing_recorded(shop)


def test_a_client_id_that_is_used_again_for_something_else_changes_nothing(shop: Shop) -> None:
    irene, alice = shop.person("irene"), shop.person("alice")
    client_id = new_id()
    irene.sign(alice.id, GOOD, client_id=client_id, observed_on="2026-03-02")
    again = irene.sign(alice.id, {**GOOD, "03": "4"}, client_id=client_id, observed_on="2026-03-02")
    assert again.status_code in (400, 409)
    assert again.json()["error"]["code"] == "id_used"


def test_somebody_who_is_not_enrolled_cannot_be_rated(shop: Shop) -> None:
    irene, oscar = shop.person("irene"), shop.person("oscar")
    answer = irene.sign(oscar.id, GOOD)
    assert answer.status_code in (400, 404)
    assert answer.json()["error"]["code"] == "not_enrolled"


BROKEN = {
    "no number": '<westmec_lab_checklist {names} code="WM.T1.A" demonstrations="two">{section}</westmec_lab_checklist>',
    "nothing in it": "<westmec_lab_checklist {names}/>",
    "unknown parts": '<westmec_lab_checklist {names} code="A"><nonsense><deeper/></nonsense>text</westmec_lab_checklist>',
    "heavy": '<westmec_lab_checklist {names} weight="heavy" code="A"><section title="a"><skill id="1"/></section></westmec_lab_checklist>',
    "script": '<westmec_lab_checklist {names} code="A"><section title="a"><skill id="1"><task>Do <em onclick="x()">it</em></task></skill>'
    "</section></westmec_lab_checklist>",
}


@pytest.mark.parametrize("what", BROKEN)
def test_a_list_with_errors_shows_a_sentence_to_everyone_and_the_reason_to_staff(open_shop: Any, what: str) -> None:
    section = '<section title="a"><skill id="1"><task>Do it</task></skill></section>'
    shop = open_shop(BROKEN[what].format(names='url_name="list" display_name="x"', section=section))
    for username in ("alice", "irene"):
        person = shop.person(username)
        page = person.client.get(f"/courses/{shop.course_key}/frame/{shop.course_key.make_usage_key('vertical', 'v')}")
        assert page.status_code == 200
        assert "its author must mend it" in page.content.decode()
    assert shop.person("irene").sign(shop.person("alice").id, {"01": "met"}).status_code == 404


def test_markup_of_the_author_and_of_people_never_becomes_script(open_shop: Any) -> None:
    shop = open_shop(
        CHECKLIST.replace("Open the disconnect", "Open &lt;script&gt;alert(1)&lt;/script&gt; <em>now</em>")
    )
    irene, alice = shop.person("irene"), shop.person("alice")
    page = alice.html("mine")
    assert "<script>alert" not in page
    assert "<em>now</em>" in page
    alice.act("request_sign_off", client_id=new_id(), note="<img src=x onerror=alert(1)>")
    assert "&lt;img src=x" in irene.html("requests")
