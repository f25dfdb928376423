"""Authors write the list in the form or as OLX; the save goes into the course's file and nowhere else."""

from __future__ import annotations

import json
from typing import Any

import pytest
from lxml import etree

from tests.blocks.conftest import CHECKLIST, Shop, Somebody, new_id

pytestmark = pytest.mark.django_db


def author(shop: Shop, username: str = "arthur") -> Somebody:
    person = shop.person(username)
    person.base = person.base.replace("/courses/", "/studio/")
    return person


def send(person: Somebody, name: str, **data: Any) -> Any:
    return person.client.post(f"{person.base}/studio/{name}", json.dumps(data), content_type="application/json")


def skill(**values: Any) -> dict[str, Any]:
    return {
        "id": "01",
        "task": {"own": "Open the disconnect"},
        "criterion": {"own": "Stands aside"},
        "flag": "",
        "stops": [],
        **values,
    }


def listed(*skills: dict[str, Any], **values: Any) -> dict[str, Any]:
    return {
        "code": "WM.T1.A",
        "scale": "entry-level",
        "credit": "passed",
        "demonstrations": "2",
        "variants": "1",
        "sections": [{"title": {"own": "Isolate", "other": "Aislar"}, "skills": list(skills)}],
        **values,
    }


def element_on_disk(shop: Shop) -> etree._Element:
    return etree.parse(str(shop.folder / "vertical" / "v.xml")).getroot()[0]


def test_a_list_written_in_the_form_stands_in_the_courses_file(shop: Shop) -> None:
    arthur = author(shop)
    written = listed(
        skill(
            flag="safety",
            task={"own": "Open it", "other": "Abrirlo"},
            stops=[{"own": "Reaches in", "other": "Mete la mano"}],
        ),
        skill(id="02", unit="V", at_most="1,5", readings="3", evidence=["measured"]),
        second_evaluator="20%",
        valid_for="24 months",
        days="2",
    )
    answer = send(arthur, "save", display_name="Isolate", weight="5", list=written)
    assert answer.status_code == 200, answer.content
    element = element_on_disk(shop)
    assert element.get("url_name") == "list"
    assert element.get("display_name") == "Isolate"
    assert float(element.get("weight")) == 5
    assert element.get("second_evaluator") == "20%"
    assert element.get("valid_for") == "24 months"
    assert [one.get("id") for one in element.iter("skill")] == ["01", "02"]
    assert element.find(".//measure").get("at_most") == "1.5"
    assert [task.text for task in element.findall(".//task")][:2] == ["Open it", "Abrirlo"]
    assert element.find("section").get("title") == "Isolate"


def test_a_save_in_the_olx_tab_keeps_comments_and_goes_back_into_the_form(shop: Shop) -> None:
    arthur = author(shop)
    olx = CHECKLIST.replace(
        '<section title="Isolate">', '<!-- checked with the fitters --><section title="Isolate now">'
    )
    answer = send(arthur, "check", olx=olx).json()
    assert "Isolate now" in answer["form"]["sections"]
    assert send(arthur, "save", display_name="Isolate a machine", weight="10", olx=olx).status_code == 200
    text = (shop.folder / "vertical" / "v.xml").read_text(encoding="utf-8")
    assert "<!-- checked with the fitters -->" in text
    assert 'title="Isolate now"' in text


def test_what_the_form_does_not_show_survives_a_save(open_shop: Any) -> None:
    shop = open_shop(
        CHECKLIST.replace(
            '<task xml:lang="es">Abrir el desconectador</task>',
            '<task xml:lang="es">Abrir el desconectador</task><task xml:lang="vi">Mở cầu dao</task>',
        )
    )
    arthur = author(shop)
    task = {"own": "Open the disconnect", "other": "Abrir el desconectador"}
    assert (
        send(arthur, "save", display_name="x", weight="10", list=listed(skill(flag="safety", task=task))).status_code
        == 200
    )
    assert "Mở cầu dao" in (shop.folder / "vertical" / "v.xml").read_text(encoding="utf-8")


def test_findings_come_as_one_types(shop: Shop) -> None:
    answer = send(author(shop), "check", list=listed(skill(), skill(), mean="9")).json()
    codes = " ".join(finding["text"] for finding in answer["findings"])
    assert "used 2 times" in codes
    assert "9" in codes
    assert any(finding["severity"] == "error" for finding in answer["findings"])


@pytest.mark.parametrize(
    "data",
    [
        {"olx": "<westmec_lab_checklist"},
        {"olx": '<!DOCTYPE x [<!ENTITY a "b">]><westmec_lab_checklist code="A">&a;</westmec_lab_checklist>'},
        {"olx": "<html/>"},
        {"olx": "x" * 3_000_000},
        {"list": "nothing"},
        {"list": {"code": 5}},
        {"list": {"code": "A", "scale": "entry-level", "credit": "passed", "demonstrations": "two"}},
        {"list": {"code": "A", "scale": "made-up", "credit": "passed"}},
        {"list": {"code": "A", "scale": "entry-level", "credit": "passed", "sections": [{"skills": ["no object"]}]}},
        {},
    ],
)
def test_what_cannot_be_read_is_refused_and_the_file_stays_as_it_was(shop: Shop, data: dict[str, Any]) -> None:
    before = (shop.folder / "vertical" / "v.xml").read_bytes()
    answer = send(author(shop), "save", display_name="x", weight="1", **data)
    assert answer.status_code in (400, 413), answer.content
    assert answer.json()["error"]["message"]
    assert (shop.folder / "vertical" / "v.xml").read_bytes() == before


@pytest.mark.parametrize("username", ["alice", "erik", "oscar"])
def test_only_authors_may_check_or_save(shop: Shop, username: str) -> None:
    before = (shop.folder / "vertical" / "v.xml").read_bytes()
    for prefix in ("/studio/", "/courses/"):
        person = shop.person(username)
        person.base = person.base.replace("/courses/", prefix)
        for name in ("check", "save"):
            assert send(person, name, list=listed(skill())).status_code == 403
    assert (shop.folder / "vertical" / "v.xml").read_bytes() == before


def test_nothing_is_recorded_from_studio(shop: Shop) -> None:
    irene, alice = author(shop, "irene"), shop.person("alice")
    for name in ("sign", "request_sign_off", "grant_evaluator"):
        answer = irene.act(name, client_id=new_id(), learner=alice.id, ratings={"01": {"value": "met"}})
        assert answer.status_code == 403, name
        assert answer.json()["error"]["code"] == "studio"
    assert "Nothing yet." in alice.html("mine")


def test_a_list_that_cannot_be_read_is_shown_to_its_author_as_it_was_imported(open_shop: Any) -> None:
    shop = open_shop(
        '<westmec_lab_checklist url_name="list" display_name="x" code="A" demonstrations="two"><odd kept="yes"/></westmec_lab_checklist>'
    )
    arthur = author(shop)
    page = arthur.client.get(f"/studio/{shop.course_key}/frame/{shop.usage_key}")
    assert page.status_code == 200
    assert "What was imported, unchanged" in page.content.decode()
    assert "&lt;odd kept=&quot;yes&quot;/&gt;" in page.content.decode()
