"""An author who reads Spanish reads no English sentence of ours in the form of an exam."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.utils import translation

from tests.blocks.authors import Author, definition
from tests.blocks.exams import exam_shop
from tests.blocks.test_lab_checklist_spanish import english, is_spanish
from westmec_xblocks.blocks.assessment import editing, editing_settings
from westmec_xblocks.olx import assessment as codec

pytestmark = pytest.mark.django_db
__all__ = ["english", "is_spanish"]
EXAM = """<westmec_assessment url_name="exam" display_name="Energía" code="WM.T1.X" cut="70%" credit="passed">
  <blueprint><domain id="D1" title="Energía" items="2" analyze="1" pilot="1"/><minimum domains="D1" at_least="90%"/></blueprint>
  <form id="A" items="c1"/>
  <bank>
    <stimulus id="s1">Una van en la bahía.</stimulus>
    <choice id="c1" domain="D1" level="apply" stimulus="s1"><prompt>¿Qué va primero?</prompt>
      <option id="a" key="true">La llave<why>Quita la energía.</why></option><option id="b">Los guantes<why>Van luego.</why></option>
      <rationale>La llave.</rationale></choice>
    <choice id="c2" domain="D1" level="recall" status="pilot"><prompt>¿Qué no va?</prompt>
      <option id="a" key="true">Todas las anteriores</option><option id="b" key="true">Nada</option></choice>
    <choice id="c3" domain="D1" level="recall" status="retired"><prompt>¿Y luego?</prompt>
      <option id="a" key="true">Sí</option><option id="b">No</option></choice>
  </bank>
</westmec_assessment>"""
SPANISH = {"HTTP_ACCEPT_LANGUAGE": "es-MX,es;q=0.9,en;q=0.5"}


@pytest.fixture
def arthur(open_shop) -> Author:
    return Author(exam_shop(open_shop(EXAM, "exam")), **SPANISH)


def sentences(answer: Any) -> Iterator[str]:
    """Every text of an answer that a reader sees, markup included."""
    if isinstance(answer, dict):
        for name, value in answer.items():
            if name not in ("item", "id", "text", "severity", "olx", "seen", "was") or (
                name == "text" and "severity" in answer
            ):
                yield from sentences(value)
    elif isinstance(answer, list):
        for value in answer:
            yield from sentences(value)
    elif isinstance(answer, str):
        yield answer


def live_through(arthur: Author) -> Iterator[tuple[str, Any]]:
    """Everything that an author looks at; gives the place and the answer."""
    for view in ("author_view", "studio_view"):
        yield view, {"html": '<div class="wm' + arthur.page(view).split('class="wm', 1)[1].split("</body>")[0]}
    changed = arthur.item("0") | {"level": "", "domain": "D9", "enemies": "zz"}
    changes = arthur.changes(items={"0": {"was": "c1", "item": changed}, "2": {"item": None}})
    yield "the list", arthur.ask("items", changes)
    yield "what is not saved", arthur.ask("items", changes, show="changed")
    yield "nothing found", arthur.ask("items", changes, search="zebra")
    yield "the blueprint", arthur.ask("blueprint", changes)
    yield "what is missing", arthur.ask("preview_form", changes)
    yield "a form", arthur.ask("preview_form", form="A", with_key=True)
    yield "shared texts", arthur.ask("stimuli")
    yield "a shared text", arthur.ask("stimuli", name="s1")
    for key in ("0", "1", "2"):
        yield f"item {key}", arthur.ask("item", key=key)
        yield f"findings {key}", arthur.ask("check_item", key=key, item=arthur.item(key))
        yield f"preview {key}", arthur.ask("preview_item", item=arthur.item(key), with_key=True)
    for kind in codec.KINDS:
        yield f"a new {kind}", arthur.ask("item", key="n1", kind=kind, domain="D1")
        empty = arthur.item("0") | {"kind": kind, "body": {}, "prompt": {}, "rationale": {}}
        yield f"an empty {kind}", arthur.ask("check_item", key="n1", item=empty)
    for table in (
        b"kind,id,prompt,nombre\n",
        "kind,id,prompt\nzz,1,a\n".encode("utf-16"),
        b"kind,id,prompt\nzz,z1,a\nchoice,c9,a\n",
    ):
        yield "a table", arthur.upload("csv_import", {"changes": arthur.changes()}, file=table).json()
    yield (
        "taken in",
        arthur.upload("csv_import", {"changes": arthur.changes()}, file=arthur.ask("csv_bank")["text"].encode()).json(),
    )
    yield "adopted", arthur.ask("adopt", {**changes, "settings": {"cut": "x"}})
    stored = codec.parse_assessment(definition(arthur.shop)).assessment
    assert stored is not None
    for field in ("cut", "wait", "attempts", "credit", "domains", "title", "lock", "weight"):
        settings = editing_settings.as_json(stored, "Energía", 1.0) | {field: 5.5}
        yield f"a bad {field}", {"said": arthur.refused("blueprint", arthur.changes(settings=settings))}
    yield "an unreadable text", {"said": arthur.refused("save", olx="<x")}
    yield "an older version", {"said": arthur.refused("items", {"base": "x"})}
    yield "a key of nobody", {"said": arthur.refused("item", key="77")}
    yield "saved", arthur.ask("save", changes)


def test_no_english_sentence_is_left_anywhere_in_the_authors_form(
    arthur: Author, is_spanish: Callable[[str, str], None]
) -> None:
    for place, answer in live_through(arthur):
        html = " ".join(f"<p>{text}</p>" for text in sentences(answer) if text.strip())
        if html:
            is_spanish(place, html)


def test_what_the_script_says_is_spanish(is_spanish: Callable[[str, str], None]) -> None:
    with translation.override("es"):
        for name, said in editing._words().items():
            is_spanish(name, f"<p>{said}</p>")
