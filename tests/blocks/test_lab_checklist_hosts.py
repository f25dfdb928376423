"""What the platform does otherwise than the light host: two processes, views as any learner, people named by anonymous ids."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
from django.contrib.auth import get_user_model

from tests.blocks.conftest import GOOD, Shop, new_id
from westmec_xblocks import blocks, edxapp
from westmec_xblocks.preview import courses, people
from westmec_xblocks.preview.runtime import LightRuntime
from westmec_xblocks.preview.services import anonymous_id
from westmec_xblocks.preview.viewer import Viewer

pytestmark = pytest.mark.django_db


def test_studio_records_nothing_even_where_its_runtime_does_not_say_that_it_is_studio(
    shop: Shop, settings: Any
) -> None:
    irene, alice = shop.person("irene"), shop.person("alice")
    settings.SERVICE_VARIANT = "cms"
    answers = [irene.sign(alice.id, GOOD), irene.act("request_sign_off", client_id=new_id()), irene.get("export")]
    assert [(answer.status_code, answer.json()["error"]["code"]) for answer in answers] == [(403, "studio")] * 3
    settings.SERVICE_VARIANT = "lms"
    assert "Nothing yet." in alice.html("mine")
    assert irene.sign(alice.id, GOOD).status_code == 200


def test_the_lms_changes_no_content_for_an_author_either(shop: Shop, settings: Any) -> None:
    arthur, before = shop.person("arthur"), (shop.folder / "vertical" / "v.xml").read_bytes()
    settings.SERVICE_VARIANT = "lms"
    for name in ("check", "save"):
        answer = arthur.client.post(f"{arthur.base}/studio/{name}", {"olx": "<x/>"}, content_type="application/json")
        assert (answer.status_code, answer.json()["error"]["code"]) == (403, "not_permitted"), name
    assert (shop.folder / "vertical" / "v.xml").read_bytes() == before


def test_staff_who_view_the_course_as_any_learner_see_the_learners_page_and_record_nothing(
    shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    irene, oscar = shop.person("irene"), shop.person("oscar")
    monkeypatch.setattr(edxapp, "is_masquerading", lambda: True)
    assert "0 of 4 lines signed off." in irene.html("mine")
    assert irene.get("choose").status_code == 403
    answer = irene.act("request_sign_off", client_id=new_id())
    assert (answer.status_code, answer.json()["error"]["code"]) == (403, "masquerading")
    monkeypatch.undo()
    assert oscar.get("mine").status_code == 403


def test_a_reset_names_people_by_their_anonymous_ids_as_the_platform_does(shop: Shop) -> None:
    irene, alice = shop.person("irene"), shop.person("alice")
    irene.sign(alice.id, GOOD)
    course = courses.library().find(shop.course_key)
    user = get_user_model().objects.get(pk=irene.id)
    role = people.find(irene.id).role
    block = LightRuntime(course, Viewer(user, user, role, role)).get_block(shop.usage_key)
    about = {"course_id": str(shop.course_key), "item_id": str(shop.usage_key)}
    with pytest.raises(edxapp.HostRefused):
        block.clear_student_state(user_id="0" * 32, requesting_user_id=anonymous_id(irene.id), **about)
    assert "Everything before this was reset" not in alice.html("mine")
    block.clear_student_state(user_id=anonymous_id(alice.id), requesting_user_id=anonymous_id(irene.id), **about)
    assert "Everything before this was reset" in alice.html("mine")


def test_sizes_do_not_hang_on_the_pages_root_which_is_10_pixels_in_studio() -> None:
    styles = Path(blocks.__file__).parent / "static" / "westmec"
    for sheet in set(styles.rglob("*.css")) - set(styles.rglob("print.css")):  # paper is a page of our own
        rules = re.sub(r"@media[^{]*|/\*.*?\*/", "", sheet.read_text(encoding="utf-8"), flags=re.DOTALL)
        sizes = re.findall(r"(?:max\()?[\d.]+rem\b", rules)
        assert [size for size in sizes if not size.startswith("max(")] == [], sheet.name
