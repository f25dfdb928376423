"""Authors write an assessment in the form: the draft lives in the browser, the server answers for it and stores it once."""

from __future__ import annotations

from typing import Any

import pytest
from lxml import etree

from tests.blocks.authors import Author, definition, element, on_disk
from tests.blocks.conftest import Shop
from tests.blocks.exams import exam, exam_shop
from westmec_xblocks import edxapp
from westmec_xblocks.blocks.assessment import editing_settings
from westmec_xblocks.blocks.assessment.editing import ACTS
from westmec_xblocks.olx import assessment as codec

pytestmark = pytest.mark.django_db


@pytest.fixture
def open_exam(open_shop):
    return lambda given=None: exam_shop(open_shop(given or exam(), "exam"))


def settings(shop: Shop, **more: Any) -> dict[str, Any]:
    """The stored settings as the form holds them, with some of them changed."""
    assessment = codec.parse_assessment(definition(shop)).assessment
    assert assessment is not None
    return {**editing_settings.as_json(assessment, "Energy exam", 10.0), **more}


# Who may.


@pytest.mark.parametrize("username", ["alice", "erik", "oscar"])
def test_only_authors_may_ask_or_save_anything(open_exam, username: str) -> None:
    shop = open_exam()
    before = on_disk(shop)
    for side in ("/studio/", "/courses/"):
        somebody = Author(shop, username, side)
        for name in ACTS:
            answer = somebody.send(name, changes=somebody.changes(), key="0", olx="<x/>")
            assert answer.status_code == 403, name
            assert b"seal" not in answer.content
    assert on_disk(shop) == before


def test_staff_in_the_lms_are_no_authors_there(open_exam, monkeypatch) -> None:
    shop = open_exam()
    monkeypatch.setattr(edxapp, "in_lms", lambda: True)
    for name in ("items", "item", "olx", "csv_bank", "save"):
        assert Author(shop, "irene", "/courses/").send(name, changes={}, key="0").status_code == 403


def test_nobody_without_an_account_gets_an_item(open_exam) -> None:
    shop = open_exam()
    url = shop.anybody().base.replace("/courses/", "/studio/") + "/studio/items"
    answer = shop.anybody().client.post(url, "{}", content_type="application/json")
    assert answer.status_code in (302, 403)


def test_no_item_and_no_key_stand_on_the_authors_pages_before_an_item_is_opened(open_exam) -> None:
    shop = open_exam()
    for view in ("author_view", "studio_view"):
        page = Author(shop).page(view)
        assert "Energy exam" in page
        assert not [secret for secret in ("Which part stays live", "Reason of", "Control of the key") if secret in page]


def test_the_authors_view_shows_rules_blueprint_and_shortages(open_exam) -> None:
    shop = open_exam(exam().replace('items="3" pilot="1"', 'items="3" apply="2" analyze="1" pilot="4"'))
    page = Author(shop).page("author_view")
    assert "To pass: 7 of the 9 questions that count (70 %)" in page
    assert "D1, analyze: 1 more needed." in page
    assert "D1, pilot items: 3 more needed." in page
    assert "The cut is provisional" in page
    assert "too few" in page


# The settings and the blueprint.


def test_settings_written_in_the_form_stand_in_the_courses_file_and_the_bank_stays_as_it_was(open_exam) -> None:
    shop = open_exam(exam().replace("<bank>", "<bank><!-- checked with the fitters -->"))
    arthur = Author(shop)
    bank = definition(shop).split("<bank>")[1]
    written = settings(
        shop,
        title={"": "Energy and tools", "es": "Energía y herramienta"},
        weight="12,5",
        cut="75%",
        time_limit="1 h 30 min",
        attempts="unlimited",
        wait="2 days",
        feedback="date",
        feedback_day="2027-01-31",
        lock=True,
        authored=True,
        instructions={"": "<p>Alone.</p>", "es": "<p>Sin ayuda.</p>", "vi": "<p>Một mình.</p>"},
    )
    written["domains"] = [{**written["domains"][0], "recall": "1"}, {}, *written["domains"][1:]]
    written["minimums"].append({"domains": "D1 D2", "at_least": "80%"})
    written["forms"] = [{"id": "A", "items": "c1 c2\nc3"}]
    assert arthur.ask("save", arthur.changes(settings=written))["ok"]
    stored = element(shop)
    assert stored.get("display_name") == "Energy and tools"
    assert float(stored.get("weight")) == 12.5
    wanted = {"cut": "75%", "time_limit": "90 min", "attempts": "unlimited", "wait": "2 days", "feedback": "2027-01-31"}
    assert {name: stored.get(name) for name in wanted} == wanted
    assert (stored.get("lock"), stored.get("options"), stored.get("credit")) == ("minimum", "authored", "passed")
    assert "Một mình." in definition(shop)
    assert [one.get("recall") for one in stored.iter("domain")] == ["1", None]
    assert [one.get("domains") for one in stored.iter("minimum")] == ["D1", "D1 D2"]
    assert stored.find("form").get("items") == "c1 c2 c3"
    assert definition(shop).split("<bank>")[1] == bank
    assert element(shop).get("url_name") == "exam"


def test_what_the_bank_holds_stands_beside_what_the_blueprint_asks_as_one_types(open_exam) -> None:
    shop = open_exam()
    arthur = Author(shop)
    written = settings(shop)
    written["domains"][0] |= {"items": "5", "analyze": "2", "apply": "3"}
    state = arthur.ask("blueprint", arthur.changes(settings=written))
    first = state["domains"][0]
    assert first["items"] == {"text": "in the bank: 3", "short": True}
    assert first["analyze"] == {"text": "in the bank: 0", "short": True}
    assert first["apply"] == {"text": "in the bank: 3", "short": False}
    assert state["shortages"] == ["D1, analyze: 2 more needed."]
    assert state["minimums"] == ["Besides, every question on Energy (5 questions)."]
    assert "provisional" in " ".join(state["total"])
    assert "9 scored, 1 pilot and 0 retired" in " ".join(state["total"])


def test_an_item_that_is_not_saved_yet_counts_in_the_blueprint(open_exam) -> None:
    shop = open_exam()
    arthur = Author(shop)
    retired = arthur.item("0") | {"status": "retired"}
    state = arthur.ask("blueprint", arthur.changes(items={"0": {"was": "c1", "item": retired}, "4": {"item": None}}))
    assert state["domains"][0]["items"] == {"text": "in the bank: 2", "short": True}
    assert set(state["shortages"]) == {"D1, scored items: 1 more needed.", "D2, scored items: 1 more needed."}


@pytest.mark.parametrize(
    ("field", "value", "said"),
    [
        ("cut", "seventy", "seventy"),
        ("time_limit", "60", "60 min"),
        ("attempts", "many", "Attempts"),
        ("weight", "heavy", "Weight"),
        ("feedback_day", "soon", "date"),
        ("credit", "some", "Points are earned"),
        ("code", "a b", "Code"),
        ("domains", "D1", "Domain"),
        ("domains", [{"id": "D1", "items": "-3"}], "Domain, Scored"),
        ("domains", [{"id": "D1", "title": 5}], "Title"),
        ("minimums", [{"domains": "D1", "at_least": "most"}], "most"),
        ("forms", [5], "Fixed form"),
        ("title", {"": "x" * 501}, "Title"),
        ("instructions", {"": "x" * 30_000}, "Instructions"),
        ("lock", "yes", "re-teach"),
    ],
)
def test_a_setting_that_cannot_be_read_is_named_and_nothing_is_stored(
    open_exam, field: str, value: Any, said: str
) -> None:
    shop = open_exam()
    before = on_disk(shop)
    arthur = Author(shop)
    written = settings(shop, **{"feedback": "date" if field == "feedback_day" else "domains", field: value})
    for act in ("blueprint", "save"):
        assert said in arthur.refused(act, arthur.changes(settings=written))
    assert on_disk(shop) == before


def test_a_setting_that_cannot_be_read_yet_keeps_nobody_from_the_bank_and_comes_back_after_a_reload(open_exam) -> None:
    shop = open_exam()
    arthur = Author(shop)
    changes = arthur.changes(settings=settings(shop, cut="seventy", domains=[{"id": "D9", "items": "many"}]))
    assert "Which part stays live" in arthur.ask("items", changes)["html"]
    html = arthur.ask("settings", changes)["html"]
    assert 'value="seventy"' in html
    assert 'value="many"' in html


# A draft and what is stored.


def test_a_draft_of_an_older_version_is_refused_and_can_be_laid_on_the_newer_one(open_exam) -> None:
    shop = open_exam()
    arthur, irene = Author(shop), Author(shop, "irene")
    opened = arthur.ask("item", key="1")
    mine = arthur.item("1") | {"prompt": {"": "What comes before the plug?"}}
    fresh = arthur.item("0") | {"id": "c9"}
    theirs = irene.item("1") | {"domain": "D2"}
    changes = {"base": arthur.version, "items": {
        "1": {"was": "c2", "seen": opened["seen"], "item": mine},
        "2": {"was": "c3", "seen": "", "item": None},
        "n1": {"item": fresh},
        "4": {"was": "m1", "seen": "", "item": arthur.item("4") | {"level": "recall"}},
    }}  # fmt: skip
    irene.ask("save", irene.changes(items={"1": {"was": "c2", "item": theirs}, "4": {"was": "m1", "item": None}}))
    after = on_disk(shop)
    for act in ("items", "blueprint", "save", "olx"):
        assert "was changed in the meantime" in arthur.refused(act, changes)
        assert on_disk(shop) == after
    assert "was changed in the meantime" in arthur.refused("save", {"base": arthur.version}, olx=definition(shop))
    adopted = arthur.ask("adopt", changes, open={"was": "c1", "item": arthur.item("0")})
    assert adopted["open"]["key"] == "0"
    assert "c2" in " ".join(adopted["said"])
    assert set(adopted["changes"]["items"]) == {"1", "2", "n1", "n2"}
    assert adopted["changes"]["items"]["n2"]["item"]["id"] == "m1"
    assert arthur.ask("save", adopted["changes"])["ok"]
    ids = [one.get("id") for one in element(shop).find("bank")]
    assert ids == ["c1", "c2", "x1", "n1", "t1", "o1", "p1", "h1", "c9", "m1"]
    assert element(shop).find(".//choice[@id='c2']/prompt").text == "What comes before the plug?"


@pytest.mark.parametrize(
    "changes",
    [
        {"items": {"99": {"item": None}}},
        {"items": {"nX": {"item": None}}},
        {"items": {"0": "gone"}},
        {"items": ["0"]},
        {"items": {"0": {"item": "x"}}},
        {"items": {"0": {"item": {"kind": "riddle"}}}},
        {"items": {"0": {"item": {"kind": "choice", "id": "a b"}}}},
        {"items": {"0": {"item": {"kind": "choice", "body": {"options": "none"}}}}},
        {"items": {"0": {"item": {"kind": "numeric", "body": {"answer": "much"}}}}},
        {"stimuli": {"s 1": {"": "x"}}},
        {"stimuli": {"s1": {"": 5}}},
        {"stimuli": "s1"},
        {"settings": "all"},
    ],
)
def test_changes_that_cannot_be_read_are_refused_and_the_file_stays_as_it_was(
    open_exam, changes: dict[str, Any]
) -> None:
    shop = open_exam()
    before = on_disk(shop)
    arthur = Author(shop)
    assert arthur.refused("save", arthur.changes(**changes))
    assert on_disk(shop) == before


@pytest.mark.parametrize("data", [{}, {"changes": []}, {"changes": "x"}, {"changes": {}}])
def test_a_request_without_changes_or_without_their_version_is_refused(open_exam, data: dict[str, Any]) -> None:
    arthur = Author(open_exam())
    for act in ("items", "item", "blueprint", "stimuli", "csv_bank", "preview_form", "save"):
        assert arthur.send(act, **data).status_code in (400, 409), act


# The OLX.


def test_a_save_in_the_olx_tab_keeps_comments_and_what_we_do_not_know(open_exam) -> None:
    shop = open_exam()
    arthur = Author(shop)
    olx = arthur.ask("olx")["olx"].replace("<bank>", '<bank><!-- seen by the panel --><riddle id="r1">?</riddle>')
    found = arthur.ask("check", olx=olx)
    assert found["readable"]
    assert "riddle" in " ".join(one["text"] for one in found["findings"])
    assert arthur.ask("save", arthur.changes(settings=settings(shop, title={"": "New name"})), olx=olx)["ok"]
    text = on_disk(shop).decode()
    assert "<!-- seen by the panel -->" in text
    assert '<riddle id="r1">?</riddle>' in text
    assert element(shop).get("display_name") == "New name"


def test_the_olx_tab_shows_what_was_changed_in_the_form(open_exam) -> None:
    shop = open_exam()
    arthur = Author(shop)
    changed = arthur.item("0") | {"prompt": {"": "Which part stays live?"}}
    olx = arthur.ask("olx", arthur.changes(settings=settings(shop, cut="80%"), items={"0": {"item": changed}}))["olx"]
    assert 'cut="80%"' in olx
    assert "<prompt>Which part stays live?</prompt>" in olx
    assert "¿c1?" not in olx


@pytest.mark.parametrize(
    "olx",
    [
        "<westmec_assessment",
        '<!DOCTYPE x [<!ENTITY a "b">]><westmec_assessment code="A">&a;</westmec_assessment>',
        "<html/>",
        "",
        5,
        None,
    ],
)
def test_olx_that_cannot_be_read_is_refused_and_the_file_stays_as_it_was(open_exam, olx: Any) -> None:
    shop = open_exam()
    before = on_disk(shop)
    assert Author(shop).refused("save", olx=olx)
    assert on_disk(shop) == before


def test_what_has_errors_is_kept_and_learners_do_not_see_it(open_exam) -> None:
    shop = open_exam()
    arthur = Author(shop)
    broken = arthur.item("0")
    broken["body"]["options"][1]["key"] = True
    saved = arthur.ask("save", arthur.changes(items={"0": {"was": "c1", "item": broken}}))
    assert saved["errors"] == 1
    page = shop.person("alice").client.get(f"/courses/{shop.course_key}/frame/{shop.usage_key}").content.decode()
    assert "its author must mend it" in page


def test_a_definition_that_cannot_be_read_can_be_mended_in_the_olx_tab_alone(open_exam) -> None:
    shop = open_exam('<westmec_assessment url_name="exam" display_name="x"/>')
    before = on_disk(shop)
    (shop.folder / "vertical" / "v.xml").write_bytes(
        before.replace(
            b"/>\n</vertical>",
            b"><unreadable>&lt;westmec_assessment&gt;&lt;bank&gt;</unreadable></westmec_assessment>\n</vertical>",
        )
    )
    arthur = Author(shop)
    assert "data-unreadable" in arthur.page()
    assert arthur.ask("olx")["olx"] == "<westmec_assessment><bank>"
    for act in ("items", "blueprint", "save"):
        assert "mend it in the OLX tab" in arthur.refused(act)
    assert "What was imported, unchanged" in arthur.page("author_view")
    assert arthur.ask("save", olx='<westmec_assessment code="WM.T1.X"><bank/></westmec_assessment>')["ok"]
    assert element(shop).get("code") == "WM.T1.X"


def test_an_assessment_is_begun_from_nothing_in_the_form(open_exam) -> None:
    shop = open_exam('<westmec_assessment url_name="exam" display_name="New"/>')
    arthur = Author(shop)
    assert "data-unreadable" not in arthur.page()
    assert "The bank is empty" in arthur.ask("items")["html"]
    blank = editing_settings.as_json(codec.parse_assessment(definition(shop)).assessment, "New", 1.0)
    written = {**blank, "code": "WM.T1.N", "domains": [{"id": "D1", "title": {"": "Energy"}, "items": "1"}]}
    new = arthur.ask("check_item", key="n1", item={
        "kind": "choice", "id": "d1-01", "domain": "D1", "level": "apply", "status": "scored", "prompt": {"": "What first?"},
        "body": {"options": [{"text": {"": "Key"}, "key": True, "why": {"": "It."}}, {"text": {"": "Gloves"}, "why": {"": "Later."}}]},
        "rationale": {"": "Key first."},
    })  # fmt: skip
    assert [option["id"] for option in new["item"]["body"]["options"]] == ["a", "b"]
    assert arthur.ask("save", arthur.changes(settings=written, items={"n1": {"item": new["item"]}}))["errors"] == 0
    assert etree.tostring(element(shop).find("bank/choice/option")).startswith(b'<option id="a" key="true">Key<why>It.')


# How much is sent.


def test_what_is_larger_than_a_host_takes_is_refused_with_its_limit(open_exam) -> None:
    arthur = Author(open_exam())
    answer = arthur.upload("check", {"changes": arthur.changes(), "olx": "x" * 4_000_000})
    assert answer.status_code == 400
    assert "3900 KB" in answer.json()["error"]["message"]
    assert arthur.send("check", changes=arthur.changes(), olx="x" * 600_000).status_code == 400


def test_what_is_sent_as_a_file_that_is_no_json_is_refused(open_exam) -> None:
    arthur = Author(open_exam())
    for given in (b"{", b"[1]", b"\xff"):
        answer = arthur.client.post(f"{arthur.base}/studio/items", {"data": given.decode("latin-1")})
        assert answer.status_code == 400
