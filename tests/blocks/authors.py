"""Somebody at the author's side of an exam, and the exam as it stands in the course's file."""

from __future__ import annotations

import json
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile
from lxml import etree

from tests.blocks.conftest import Shop, Somebody
from westmec_xblocks.blocks.assessment.editing_draft import as_json, version_of
from westmec_xblocks.olx import assessment as codec


def element(shop: Shop) -> etree._Element:
    """The exam's element in the course's file."""
    return etree.parse(str(shop.folder / "vertical" / "v.xml")).getroot()[0]


def definition(shop: Shop) -> str:
    """The exam's definition as the block holds it."""
    return codec.definition_of(element(shop), ("display_name", "weight"))


def on_disk(shop: Shop) -> bytes:
    """The file that holds the exam."""
    return (shop.folder / "vertical" / "v.xml").read_bytes()


class Author(Somebody):
    """An author, or somebody who would like to be one: ``side`` is the author's side of the host, or the learner's."""

    def __init__(self, shop: Shop, username: str = "arthur", side: str = "/studio/", **client: Any) -> None:
        one = shop.person(username, **client)
        super().__init__(one.client, one.id, one.base.replace("/courses/", side))
        self.shop = shop
        self.version = version_of(definition(shop))

    def changes(self, **changes: Any) -> dict[str, Any]:
        """Changes of what is stored, as the browser holds them."""
        return {"base": self.version, **changes}

    def send(self, name: str, /, **data: Any) -> Any:
        """The raw answer of an act."""
        return self.client.post(f"{self.base}/studio/{name}", json.dumps(data), content_type="application/json")

    def upload(self, name: str, data: Any, **files: bytes) -> Any:
        """The raw answer of an act that is sent as a form, as the page does it."""
        part = SimpleUploadedFile("data.json", json.dumps(data).encode(), "application/json")
        more = {field: SimpleUploadedFile(f"{field}.csv", content) for field, content in files.items()}
        return self.client.post(f"{self.base}/studio/{name}", {"data": part, **more})

    def ask(self, name: str, changes: dict[str, Any] | None = None, /, **data: Any) -> dict[str, Any]:
        """The answer of an act that is taken."""
        answer = self.send(name, changes=self.changes() if changes is None else changes, **data)
        assert answer.status_code == 200, answer.content
        return answer.json()

    def refused(self, name: str, changes: dict[str, Any] | None = None, /, **data: Any) -> str:
        """The sentence with which an act is not taken."""
        answer = self.send(name, changes=self.changes() if changes is None else changes, **data)
        assert 400 <= answer.status_code < 500, answer.content
        return answer.json()["error"]["message"]

    def item(self, key: str) -> dict[str, Any]:
        """A stored item as the form holds it."""

        assessment = codec.parse_assessment(definition(self.shop)).assessment
        assert assessment is not None
        return as_json(assessment.items[int(key)])

    def page(self, view: str = "studio_view") -> str:
        """The author's page."""
        answer = self.client.get(f"/studio/{self.shop.course_key}/frame/{self.shop.usage_key}?view={view}")
        assert answer.status_code == 200
        return answer.content.decode()
