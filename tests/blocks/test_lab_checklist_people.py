"""Named evaluators, lab groups, second evaluators, evidence, lists to print and to download."""

from __future__ import annotations

import csv
import io
import struct
import zlib
from datetime import timedelta
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from tests.blocks.conftest import CHECKLIST, GOOD, Shop, Somebody, as_ratings, new_id

pytestmark = pytest.mark.django_db


def _chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


PNG = b"\x89PNG\r\n\x1a\n" + b"".join(
    (
        _chunk(b"IHDR", struct.pack(">IIBBBBB", 8, 8, 8, 0, 0, 0, 0)),
        _chunk(b"IDAT", zlib.compress(bytes(9 * 8))),
        _chunk(b"IEND", b""),
    )
)


def day(offset: int) -> str:
    return (timezone.localdate() + timedelta(days=offset)).isoformat()


def name_evaluator(shop: Shop, username: str, /, **values: Any) -> Any:
    data = {
        "client_id": new_id(),
        "username": username,
        "scope": "list",
        "expires_on": day(30),
        "reason": "Electrician, 20 years",
    }
    return shop.person("irene").act("grant_evaluator", **{**data, **values})


def upload(person: Somebody, content: bytes, name: str, skill: str = "01", **values: Any) -> Any:
    data = {"client_id": new_id(), "skill": skill, "file": SimpleUploadedFile(name, content), **values}
    return person.client.post(f"{person.base}/upload/evidence", data)


def test_a_named_evaluator_may_sign_others_until_the_last_day_and_never_themselves(shop: Shop) -> None:
    ben, alice = shop.person("ben"), shop.person("alice")
    assert ben.sign(alice.id, GOOD).status_code == 403
    assert name_evaluator(shop, "ben").status_code == 200
    assert ben.sign(alice.id, GOOD).status_code == 200
    assert ben.sign(ben.id, GOOD).json()["error"]["code"] == "own_skill"
    assert "Alice Romero" in ben.html("choose")
    assert "Ben Okafor" not in ben.html("choose")
    for panel in ("class", "manage", "export", "cleared"):
        assert ben.get(panel).status_code == 403


def test_an_evaluator_whose_right_was_ended_may_not_sign_any_more(shop: Shop) -> None:
    ben, alice, irene = shop.person("ben"), shop.person("alice"), shop.person("irene")
    name_evaluator(shop, "ben")
    grant = irene.html("manage").split('name="grant" value="')[1].split('"')[0]
    ended = irene.act("revoke_evaluator", client_id=new_id(), grant=grant, reason="Left the employer")
    assert ended.status_code == 200
    assert ben.sign(alice.id, GOOD).status_code == 403


@pytest.mark.parametrize(
    "change", [{"expires_on": day(-1)}, {"expires_on": ""}, {"username": "nobody"}, {"scope": "world"}, {"reason": ""}]
)
def test_naming_an_evaluator_wrongly_is_refused(shop: Shop, change: dict[str, Any]) -> None:
    assert name_evaluator(shop, "ben", **change).status_code in (400, 404)
    assert shop.person("ben").get("choose").status_code == 403


def test_an_instructor_does_not_name_themselves(shop: Shop) -> None:
    assert name_evaluator(shop, "irene").status_code == 403


def test_a_lab_group_is_made_changed_and_signed_in_one_request(shop: Shop) -> None:
    irene = shop.person("irene")
    crew = [shop.person(name).id for name in ("alice", "ben", "carla")]
    made = irene.act("create_group", client_id=new_id(), name="Monday crew", members=[str(one) for one in crew[:2]])
    assert made.status_code == 200, made.content
    group = irene.html("choose").split("group?group=")[1].split('"')[0]
    changed = irene.act("change_group", client_id=new_id(), group=group, name="Tuesday crew", members=crew)
    assert changed.status_code == 200, changed.content
    page = irene.html("group", group=group, skill="01")
    assert page.count("data-learner=") == 3
    assert "data-fill=" not in page, "a safety line is never filled in for everyone"
    assert "data-fill=" in irene.html("group", group=group, skill="03")
    assert irene.act("create_group", client_id=new_id(), name="x", members=[shop.person("oscar").id]).status_code == 404


SECOND = CHECKLIST.replace('demonstrations="2" days="2"', 'demonstrations="1" second_evaluator="once"')


def test_a_second_evaluator_rates_without_seeing_the_first_and_a_third_settles(open_shop: Any) -> None:
    shop = open_shop(SECOND)
    alice, irene, erik, arthur = (shop.person(name) for name in ("alice", "irene", "erik", "arthur"))
    name_evaluator(shop, "erik")
    rating = {**GOOD, "03": {"value": "4", "note": "Secret first note"}}
    assert irene.sign(alice.id, rating, paired=True).status_code == 200
    assert shop.score("alice") == (0.0, 10.0)
    waiting = erik.html("requests")
    demonstration = waiting.split("second?demonstration=")[1].split("&")[0]
    for page in (
        waiting,
        erik.html("second", demonstration=demonstration, learner=alice.id),
        erik.html("history", learner=alice.id),
    ):
        assert "Secret first note" not in page
    own = irene.act(
        "second_rating", client_id=new_id(), learner=alice.id, demonstration=demonstration, ratings=as_ratings(GOOD)
    )
    assert own.json()["error"]["code"] == "same_evaluator"
    unsafe = {**GOOD, "01": "not_met"}
    second = erik.act(
        "second_rating", client_id=new_id(), learner=alice.id, demonstration=demonstration, ratings=as_ratings(unsafe)
    )
    assert second.status_code == 200, second.content
    assert "disagree on line 01" in second.json()["html"]
    assert shop.score("alice") == (0.0, 10.0)
    data = {
        "learner": alice.id,
        "demonstration": demonstration,
        "decisions": {"01": "met"},
        "reason": "Seen on the video",
    }
    assert erik.act("settle", client_id=new_id(), **data).json()["error"]["code"] == "same_evaluator"
    page = arthur.html("dispute", demonstration=demonstration, learner=alice.id)
    assert "Not met" in page
    assert arthur.act("settle", client_id=new_id(), **data).status_code == 200
    assert shop.score("alice") == (10.0, 10.0)
    history = alice.html("mine")
    assert "Seen on the video" in history
    assert "Second rating" in history


def test_without_the_second_evaluator_the_list_is_not_passed(open_shop: Any) -> None:
    shop = open_shop(SECOND)
    irene, alice = shop.person("irene"), shop.person("alice")
    irene.sign(alice.id, GOOD)
    assert shop.score("alice") == (0.0, 10.0)
    assert "must be rated by two evaluators" in alice.html("mine")


def test_evidence_is_private_and_served_as_an_attachment(shop: Shop) -> None:
    alice, ben, irene, oscar = (shop.person(name) for name in ("alice", "ben", "irene", "oscar"))
    stored = upload(alice, PNG, "weld.png")
    assert stored.status_code == 200, stored.content
    assert "weld.png" in stored.json()["html"]
    piece = stored.json()["html"].split('name="evidence" value="')[1].split('"')[0]
    answer = alice.get("evidence", id=piece)
    assert answer.status_code == 200
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert answer["Content-Disposition"].startswith("attachment")
    assert irene.get("evidence", id=piece).status_code == 200
    assert ben.get("evidence", id=piece).status_code == 404
    assert oscar.get("evidence", id=piece).status_code == 403
    assert shop.anybody().get("evidence", id=piece).status_code in (302, 401, 403)
    assert ben.act("remove_evidence", client_id=new_id(), evidence=piece).status_code in (403, 404)
    assert alice.act("remove_evidence", client_id=new_id(), evidence=piece).status_code == 200
    assert alice.get("evidence", id=piece).status_code == 404


@pytest.mark.parametrize(
    ("content", "name"),
    [
        (b"<html><script>alert(1)</script></html>", "photo.png"),
        (b"MZ\x90\x00" + bytes(200), "report.pdf"),
        (b"", "empty.png"),
        (PNG[:30], "cut.png"),
        (bytes(4_000_000), "huge.png"),
    ],
)
def test_a_file_that_is_not_what_it_claims_is_refused(shop: Shop, content: bytes, name: str) -> None:
    answer = upload(shop.person("alice"), content, name)
    assert answer.status_code == 400
    assert answer.json()["error"]["message"]
    assert "<li><a" not in shop.person("alice").html("mine")


def test_a_file_for_a_line_that_does_not_exist_or_by_nobody_is_refused(shop: Shop) -> None:
    assert upload(shop.person("alice"), PNG, "a.png", skill="99").status_code == 400
    assert upload(shop.person("oscar"), PNG, "a.png").status_code == 403
    alice = shop.person("alice")
    assert alice.client.post(f"{alice.base}/upload/evidence", {"client_id": new_id(), "skill": "01"}).status_code == 400


def test_links_and_measured_values_are_evidence_and_a_script_is_not(shop: Shop) -> None:
    alice = shop.person("alice")
    assert (
        alice.act("add_evidence", client_id=new_id(), skill="01", content="https://example.org/video").status_code
        == 200
    )
    assert alice.act("add_evidence", client_id=new_id(), skill="02", content="0.4 V").status_code == 200
    for wrong in ("javascript://example.org/%0aalert(1)", "ftp://example.org/x", ""):
        assert alice.act("add_evidence", client_id=new_id(), skill="01", content=wrong).status_code == 400
    assert "0.4 V" in alice.html("mine")


def test_the_cleared_list_names_who_is_signed_off_today(shop: Shop) -> None:
    irene, alice = shop.person("irene"), shop.person("alice")
    irene.sign(alice.id, GOOD, observed_on=day(-3))
    assert "Alice Romero" not in irene.get("cleared").content.decode()
    irene.sign(alice.id, GOOD)
    assert "Alice Romero" in irene.get("cleared").content.decode()


def test_an_expired_sign_off_leaves_the_cleared_list(open_shop: Any) -> None:
    shop = open_shop(CHECKLIST.replace('days="2"', 'days="2" valid_for="30 days"'))
    irene, alice = shop.person("irene"), shop.person("alice")
    irene.sign(alice.id, GOOD, observed_on=day(-60))
    irene.sign(alice.id, GOOD, observed_on=day(-40))
    assert "Alice Romero" not in irene.get("cleared").content.decode()
    assert "Expired" in alice.html("mine")
    irene.sign(alice.id, GOOD, observed_on=day(-2))
    irene.sign(alice.id, GOOD)
    assert "Alice Romero" in irene.get("cleared").content.decode()


def test_the_csv_holds_every_rating_and_no_formula(shop: Shop) -> None:
    irene, alice = shop.person("irene"), shop.person("alice")
    irene.sign(alice.id, {**GOOD, "03": {"value": "3", "note": '=HYPERLINK("http://x")'}})
    answer = irene.get("export")
    assert answer["Content-Type"].startswith("text/csv")
    rows = list(csv.DictReader(io.StringIO(answer.content.decode("utf-8-sig"))))
    assert sorted(row["line"] for row in rows) == ["01", "02", "03", "04"]
    by_line = {row["line"]: row for row in rows}
    assert by_line["02"]["readings"] == "0.4 0.2"
    assert by_line["03"]["note"].startswith("'=")
    assert {row["learner"] for row in rows} == {"Alice Romero"}


def test_the_blank_list_prints_every_line_without_a_name(shop: Shop) -> None:
    page = shop.person("irene").get("blank").content.decode()
    for text in (
        "Open the disconnect",
        "at most 1.0 V, 2 readings",
        "Reaches in before it is open",
        "Evaluator's signature",
    ):
        assert text in page
    assert "Alice" not in page


def test_paper_entered_later_keeps_the_date_and_who_confirms_it(shop: Shop) -> None:
    irene, alice = shop.person("irene"), shop.person("alice")
    answer = irene.sign(alice.id, GOOD, observed_on="2026-03-02", confirmed_by="Foreman R. Diaz")
    assert answer.status_code == 200
    page = alice.html("mine")
    assert "March 2, 2026" in page
    assert "confirmed by Foreman R. Diaz" in page


def test_a_reset_by_staff_starts_the_learner_anew_and_keeps_what_was(shop: Shop) -> None:
    from westmec_xblocks.preview.runtime import LightRuntime
    from westmec_xblocks.preview.viewer import Viewer

    irene, alice = shop.person("irene"), shop.person("alice")
    irene.sign(alice.id, GOOD, observed_on=day(-3))
    irene.sign(alice.id, GOOD)
    assert shop.score("alice") == (10.0, 10.0)
    _reset(shop, irene, alice, LightRuntime, Viewer)
    irene.act("self_check", skill="01", value="alone")  # any request that writes delivers the outbox
    assert shop.score("alice") == (0.0, 10.0)
    page = alice.html("mine")
    assert "0 of 4 lines signed off." in page
    assert "Everything before this was reset" in page


def _reset(shop: Shop, irene: Somebody, alice: Somebody, runtime: Any, viewer: Any) -> None:
    from django.contrib.auth import get_user_model

    from westmec_xblocks.preview import courses, people

    user = get_user_model().objects.get(pk=irene.id)
    person = people.find(irene.id)
    course = courses.library().find(shop.course_key)
    block = runtime(course, viewer(user, user, person.role, person.role)).get_block(shop.usage_key)
    block.clear_student_state(
        user_id=alice.id, course_id=shop.course_key, item_id=shop.usage_key, requesting_user_id=irene.id
    )
