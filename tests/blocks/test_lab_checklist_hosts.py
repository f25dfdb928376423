"""The platform is two processes: Studio, which records nothing, and the LMS, which changes no content."""

from __future__ import annotations

from typing import Any

import pytest

from tests.blocks.conftest import GOOD, Shop, new_id

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
