"""The bank in the author's form: pages of fifty, one item at a time, previews, shared texts, tables; a thousand items."""

from __future__ import annotations

import csv
import io
import re
from html import unescape
from typing import Any

import pytest

from tests.blocks.authors import Author, definition, element, on_disk
from tests.blocks.exams import choice, exam, exam_shop
from westmec_xblocks.olx import assessment as codec

pytestmark = pytest.mark.django_db
STIMULUS = '<stimulus id="s1"><p>A van stands in bay 2.</p></stimulus>'


@pytest.fixture
def open_exam(open_shop):
    return lambda given=None: exam_shop(open_shop(given or exam(), "exam"))


def many(count: int) -> str:
    """An exam whose bank holds so many items of single choice, one in ten of them without a level."""
    items = "".join(
        choice(f"i{n:04}", f"Which part of machine {n} is checked?", f"Part {n}").replace(
            'level="apply"', "" if n % 10 == 0 else 'level="apply"'
        )
        for n in range(count)
    )
    start, end = exam(others=False).split("<bank>")
    return f"{start}<bank>{items}{end.split('</choice>', 4)[-1]}"


def keys(html: str) -> list[str]:
    return re.findall(r'data-edit="(\w+)"', html)


# The list.


def test_a_thousand_items_come_fifty_at_a_time_and_the_answer_does_not_grow_with_the_bank(open_shop) -> None:
    sizes = {}
    for count in (100, 1000):
        arthur = Author(exam_shop(open_shop(many(count), "exam")))
        answer = arthur.send("items", changes=arthur.changes())
        sizes[count] = len(answer.content)
        assert len(keys(answer.json()["html"])) == 50
        assert answer.json()["pages"] == count // 50
    assert sizes[1000] < sizes[100] * 1.1
    last = arthur.ask("items", page=20)
    assert keys(last["html"])[-1] == "999"
    assert "Items 951 to 1000 of 1000." in last["said"]
    assert arthur.ask("items", page=500)["page"] == 20


def test_the_list_is_searched_and_filtered(open_exam) -> None:
    arthur = Author(open_exam())
    assert keys(arthur.ask("items", search="CONTACTORS")["html"]) == ["0"]
    assert keys(arthur.ask("items", search="bien de C2")["html"]) == ["1"]
    assert keys(arthur.ask("items", search="principio")["html"]) == []
    assert keys(arthur.ask("items", search="m1")["html"]) == ["4"]
    assert len(keys(arthur.ask("items", domain="D2")["html"])) == 6
    assert keys(arthur.ask("items", status="pilot")["html"]) == ["3"]
    assert keys(arthur.ask("items", kind="numeric")["html"]) == ["5"]
    assert keys(arthur.ask("items", level="recall")["html"]) == []
    assert "No item fits. The bank holds 10." in arthur.ask("items", search="zebra")["said"]


def test_an_item_with_something_to_mend_is_marked_and_found(open_exam) -> None:
    arthur = Author(open_exam(exam(others=False)))
    two_keys = arthur.item("0")
    two_keys["body"]["options"][2]["key"] = True
    without_level = arthur.item("1") | {"level": ""}
    changes = arthur.changes(items={"0": {"item": two_keys}, "1": {"item": without_level}})
    html = arthur.ask("items", changes, show="problems")["html"]
    assert keys(html) == ["0", "1"]
    assert "1 to mend" in html
    assert "1 to check" in html
    assert html.count("not saved yet") == 2
    assert "2 items have something to mend or check." in arthur.ask("blueprint", changes)["about_items"]


def test_what_was_taken_out_can_be_seen_and_put_back_until_the_save(open_exam) -> None:
    shop = open_exam()
    arthur = Author(shop)
    changes = arthur.changes(items={"0": {"was": "c1", "item": None}})
    assert "0" not in keys(arthur.ask("items", changes)["html"])
    assert 'data-put-back="0"' in arthur.ask("items", changes, show="changed")["html"]
    arthur.ask("save", changes)
    assert element(shop).find(".//choice[@id='c1']") is None


@pytest.mark.parametrize(
    "data", [{"page": 0}, {"page": "2"}, {"page": True}, {"search": 5}, {"search": "x" * 201}, {"domain": ["D1"]}]
)
def test_a_filter_that_is_none_is_refused(open_exam, data: dict[str, Any]) -> None:
    assert Author(open_exam()).refused("items", **data)


def test_of_many_findings_the_authors_view_tells_the_first_and_how_many_more_there_are(open_shop) -> None:
    page = Author(exam_shop(open_shop(many(600), "exam"))).page("author_view")
    assert page.count("<li data-severity") < 50
    assert re.search(r"And \d{2,} more: the form shows them at their items.", page)


# One item.


def test_every_kind_goes_through_its_form_and_back_without_a_change(open_exam) -> None:
    shop = open_exam()
    arthur = Author(shop)
    before = definition(shop)
    items = {}
    for place in range(10):
        given = arthur.item(str(place))
        panel = arthur.ask("item", key=str(place))
        assert given["prompt"][""] in unescape(panel["html"])
        items[str(place)] = {"item": arthur.ask("check_item", key=str(place), item=given)["item"]}
        assert items[str(place)]["item"] == given
    arthur.ask("save", arthur.changes(items=items))
    assert definition(shop) == before


def test_one_item_is_edited_and_everything_else_keeps_its_characters(open_exam) -> None:
    shop = open_exam(
        exam().replace("<prompt>Who removes a lock?</prompt>", "<!-- ask Ana --><prompt>Who removes a lock?</prompt>")
    )
    arthur = Author(shop)
    before = definition(shop)
    changed = arthur.item("2")
    changed["prompt"] |= {"": "Who takes <strong>the lock</strong> off?", "vi": "Ai tháo khóa?"}
    changed["body"]["options"].append({"text": {"": "The instructor & the rest"}, "why": {"": "No."}})
    arthur.ask("save", arthur.changes(items={"2": {"was": "c3", "item": changed}}))
    after = definition(shop)
    item = re.compile(r'<choice id="c3".*?</choice>', re.DOTALL)
    assert item.sub("", after) == item.sub("", before)
    assert "<!-- ask Ana -->" in after
    assert "Who takes <strong>the lock</strong> off?" in after
    assert '<prompt xml:lang="vi">Ai tháo khóa?</prompt>' in after
    assert '<option id="e">The instructor &amp; the rest<why>No.</why></option>' in after


def test_a_language_that_the_item_has_is_in_its_form_beside_spanish(open_exam) -> None:
    shop = open_exam(exam().replace('<prompt xml:lang="es">¿c1?</prompt>', '<prompt xml:lang="vi">c1?</prompt>'))
    html = Author(shop).ask("item", key="0")["html"]
    assert 'name="prompt.vi" rows="2" lang="vi">c1?<' in html
    assert "Question (Spanish)" in html
    assert "Question (Vietnamese)" in html


def test_findings_of_one_item_come_as_one_types(open_exam) -> None:
    arthur = Author(open_exam())
    given = arthur.item("0")
    given["body"]["options"][1]["text"][""] = given["body"]["options"][0]["text"][""]
    given["body"]["options"][2]["text"][""] = "All of the above"
    given["body"]["options"][3]["why"] = {}
    given["body"]["options"][0]["key"] = False
    given["rationale"] = {"": "Only in English."}
    told = " ".join(one["text"] for one in arthur.ask("check_item", key="0", item=given)["findings"])
    for expected in (
        "No option is marked as right",
        "say the same",
        "All of the above",
        "No reason (why) for: d",
        "not in “es” yet",
    ):
        assert expected in told


def test_an_id_that_another_item_of_the_draft_has_is_told(open_exam) -> None:
    arthur = Author(open_exam())
    light = arthur.changes(items={"1": {"id": "fresh"}, "n1": {"id": "newer"}})
    for taken in ("fresh", "newer", "c3"):
        found = arthur.ask("check_item", light, key="0", item=arthur.item("0") | {"id": taken})
        assert "used by 2 items" in " ".join(one["text"] for one in found["findings"])
    enemies = arthur.ask("check_item", light, key="0", item=arthur.item("0") | {"enemies": "newer fresh"})
    assert not enemies["errors"]
    assert "does not exist" not in str(enemies["findings"])


@pytest.mark.parametrize(
    ("field", "value", "said"),
    [
        ("id", "a b", "Id"),
        ("domain", 5.5, "Domain"),
        ("level", "deep", "Level"),
        ("status", "new", "Status"),
        ("prompt", 5, "Question"),
        ("prompt", {"": "x" * 20_001}, "20000"),
        ("rationale", {"es": 5}, "Explanation"),
        ("body", "x", "item"),
        ("kind", "riddle", "item"),
    ],
)
def test_an_entry_that_cannot_be_read_is_named_and_the_item_can_still_be_opened_with_it(
    open_exam, field: str, value: Any, said: str
) -> None:
    arthur = Author(open_exam())
    given = arthur.item("0") | {field: value}
    assert said in arthur.refused("check_item", key="0", item=given)
    if field != "kind":
        panel = arthur.ask("item", key="0", item=given)
        assert said in panel["why"]
        assert "data-item-form" in panel["html"]


@pytest.mark.parametrize("kind", list(codec.KINDS))
def test_a_new_item_of_every_kind_has_a_form_a_free_id_and_waits_as_a_pilot(open_exam, kind: str) -> None:
    arthur = Author(open_exam())
    html = arthur.ask("item", key="n1", kind=kind, domain="D1")["html"]
    assert re.search(r'name="id" value="([^"]*)"', html)[1] == "x2"
    assert '<option value="pilot" selected>' in html
    assert f'name="kind" value="{kind}"' in html


def test_a_copy_gets_the_next_free_id(open_exam) -> None:
    arthur = Author(open_exam())
    html = arthur.ask("item", arthur.changes(items={"n1": {"id": "x2"}}), key="n2", item=arthur.item("3"), copy=True)[
        "html"
    ]
    assert re.search(r'name="id" value="([^"]*)"', html)[1] == "x3"
    assert "Tried out 1?" in html


def test_what_an_author_writes_is_text_in_the_form_and_clean_in_the_preview(open_exam) -> None:
    arthur = Author(open_exam())
    nasty = "</textarea><script>alert(1)</script><img src=x onerror=alert(2)>"
    given = arthur.item("0") | {"id": '"><b>', "prompt": {"": nasty}}
    html = arthur.ask("item", key="0", item=given)["html"]
    assert "<script" not in html
    assert "<b>" not in html
    shown = arthur.ask("preview_item", item=arthur.item("0") | {"prompt": {"": nasty}})["html"]
    assert "<script" not in shown
    assert "onerror" not in shown


def test_an_item_that_is_not_there_is_not_found(open_exam) -> None:
    arthur = Author(open_exam())
    assert "no item under the key" in arthur.refused("item", key="99")
    assert arthur.refused("item", key="n1", kind="riddle")


# Previews.


def test_an_item_is_shown_as_a_learner_sees_it_and_its_key_only_when_asked(open_exam) -> None:
    arthur = Author(open_exam())
    given = arthur.item("0")
    plain = arthur.ask("preview_item", item=given, seed="1")["html"]
    assert "Which part stays live" in plain
    assert "Reason of c1" not in plain
    assert "Right answer" not in plain
    assert "disabled" in plain
    with_key = arthur.ask("preview_item", item=given, with_key=True, language="es")["html"]
    assert "Bien de c1" in with_key
    assert "Razón de c1" in with_key


def test_a_whole_form_is_shown_again_by_its_seed_and_another_by_another(open_exam) -> None:
    shop = open_exam(exam(choices=2, extra="moremore"))
    arthur = Author(shop)

    def order(seed: str) -> list[str]:
        return re.findall(r'data-item="(\w+)"', arthur.ask("preview_form", seed=seed)["html"])

    assert len(order("1")) == 9
    assert order("1") == order("1")
    assert len({tuple(order(str(seed))) for seed in range(6)}) > 1


def test_a_fixed_form_is_shown_in_its_order(open_exam) -> None:
    shop = open_exam(exam().replace("<bank>", '<form id="A" items="c3 c1"/><bank>'))
    html = Author(shop).ask("preview_form", form="A")["html"]
    assert re.findall(r'data-item="(\w+)"', html) == ["c3", "c1"]
    assert Author(shop).refused("preview_form", form="B")


def test_a_form_that_cannot_be_put_together_says_what_is_missing(open_exam) -> None:
    answer = Author(open_exam(exam().replace('items="3"', 'items="5"'))).ask("preview_form")
    assert answer["html"] == ""
    assert answer["more"] == ["D1, scored items: 2 more needed."]


# Shared texts.


def test_a_shared_text_is_written_used_and_taken_out(open_exam) -> None:
    shop = open_exam(exam().replace("<bank>", f"<bank>{STIMULUS}"))
    arthur = Author(shop)
    assert "A van stands in bay 2." in arthur.ask("stimuli")["html"]
    item = arthur.item("0") | {"stimulus": "s2"}
    changes = arthur.changes(
        stimuli={"s1": None, "s2": {"": "<p>A bus.</p>", "es": "<p>Un autobús.</p>"}}, items={"0": {"item": item}}
    )
    html = arthur.ask("stimuli", changes)["html"]
    assert "A bus." in html
    assert "Items: c1" in html
    assert "van" not in html
    assert "Un autobús." in arthur.ask("stimuli", changes, name="s2")["html"]
    assert "A bus." in arthur.ask("preview_item", changes, item=item)["html"]
    arthur.ask("save", changes)
    assert [one.get("id") for one in element(shop).iter("stimulus")] == ["s2", "s2"]


# Tables.


def test_the_template_and_the_bank_come_as_tables_and_go_back_in_without_a_change(open_exam) -> None:
    shop = open_exam()
    arthur = Author(shop)
    template = arthur.ask("csv_template")
    assert template["name"].endswith(".csv")
    assert {row["kind"] for row in csv.DictReader(io.StringIO(template["text"].lstrip("\ufeff")))} == set(codec.KINDS)
    bank = arthur.ask("csv_bank")["text"]
    answer = arthur.upload("csv_import", {"changes": arthur.changes()}, file=bank.encode()).json()
    assert "0 new items, 10 changed items" in answer["said"]
    before = definition(shop)
    arthur.ask("save", arthur.changes(items=answer["items"]))
    assert definition(shop) == before


def test_a_table_adds_and_changes_items_in_the_draft_and_stores_nothing(open_exam) -> None:
    shop = open_exam()
    arthur = Author(shop)
    before = on_disk(shop)
    rows = (
        "kind;id;domain;level;prompt;options.1.text;options.1.key;options.2.text\n"
        "choice;c1;D1;recall;What is live?;The pack;true;The radio\n"
        "choice;d9;D2;apply;What is worn?;Gloves;true;Rings\n"
    )
    answer = arthur.upload(
        "csv_import",
        {"changes": arthur.changes(items={"n1": {"item": arthur.item("0") | {"id": "z"}}})},
        file=rows.encode(),
    ).json()
    assert answer["ok"]
    assert set(answer["items"]) == {"0", "n2"}
    assert answer["items"]["0"]["was"] == "c1"
    assert on_disk(shop) == before
    html = arthur.ask("items", arthur.changes(items=answer["items"]), show="changed")["html"]
    assert "What is live?" in html
    assert "What is worn?" in html


def test_a_table_with_a_bad_row_is_taken_in_not_at_all(open_exam) -> None:
    arthur = Author(open_exam())
    rows = (
        "kind,id,domain,prompt,options.1.text,options.1.key,options.2.text\n"
        "choice,z1,D1,What?,A,true,B\nriddle,z2,D1,What?,,,\nchoice,z3,D9,What?,A,,B\n"
    )
    answer = arthur.upload("csv_import", {"changes": arthur.changes()}, file=rows.encode()).json()
    assert not answer["ok"]
    assert "items" not in answer
    told = " ".join(one["text"] for one in answer["problems"])
    assert "Row 3: “riddle” is no kind of item" in told
    assert "Row 4:" in told


def test_a_table_that_is_none_is_refused(open_exam) -> None:
    arthur = Author(open_exam())
    for given in (b"", b"\x00\x01", "kind\n\xe9".encode("latin-1"), b"name,mark\na,b\n"):
        answer = arthur.upload("csv_import", {"changes": arthur.changes()}, file=given).json()
        assert not answer["ok"]
        assert answer["problems"]
    assert "File" in arthur.refused("csv_import")
