"""A short text, compared with the accepted ones.

    <text id="i04" domain="D1" case="strict">
      <prompt>What do you put on the disconnect?</prompt>
      <accept>lock and tag</accept>
      <accept>lockout and tagout</accept>
      <accept xml:lang="es">candado y etiqueta</accept>
    </text>

Capitals, accents, spaces and punctuation at the ends do not matter, unless ``case``, ``accents``, ``spacing`` or ``punctuation`` is
``strict``. What is accepted in any language is accepted from everybody. Nothing of an answer is ever run as a pattern.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from fractions import Fraction

from lxml import etree

from westmec_xblocks.domain.assessment.answers import folded, is_accepted, whole_or_nothing
from westmec_xblocks.domain.problems import Problem, doubtful, wrong
from westmec_xblocks.domain.text import Text
from westmec_xblocks.olx.forms import LANG
from westmec_xblocks.olx.kinds import base
from westmec_xblocks.olx.kinds.base import Face, Field, Json, Kind, Part, Row, named
from westmec_xblocks.olx.markup import escaped, fill, markup_of, plain, plain_words
from westmec_xblocks.olx.parts import check_text, read_attribute
from westmec_xblocks.olx.problems import Notes
from westmec_xblocks.olx.values import only
from westmec_xblocks.olx.writing import make

MAX_TEXT = 500


@dataclass(frozen=True, slots=True)
class Accepted:
    """One accepted text, and the language that it is in; empty for the course's own."""

    text: str
    language: str = ""


@dataclass(frozen=True, slots=True)
class ShortText:
    """What is accepted, in the author's order: of each language the first is shown as the key. An answer is the text as it was typed."""

    accepted: tuple[Accepted, ...] = ()
    case: bool = False
    accents: bool = False
    spacing: bool = False
    punctuation: bool = False

    @property
    def strict(self) -> dict[str, bool]:
        """What matters besides the words."""
        return {
            "case": self.case,
            "accents": self.accents,
            "spacing": self.spacing,
            "punctuation": self.punctuation,
        }

    @property
    def shown(self) -> Text:
        """The first accepted text of each language."""
        first: dict[str, str] = {}
        for one in self.accepted:
            first.setdefault(one.language, escaped(one.text))
        return Text(first.pop("", ""), first)


class _ShortText(Kind[ShortText]):
    tag = "text"
    name = named("Short text")
    attributes = dict.fromkeys(("case", "accents", "spacing", "punctuation"), only("strict"))
    parts = {"accept": Part(text=True)}
    form = (
        Field(
            "accepted",
            "Accepted answers",
            "rows",
            columns=(Field("text", "Answer"), Field("language", "Language, if not the course's own")),
        ),
        Field("case", "Capitals matter", "bool"),
        Field("accents", "Accents matter", "bool"),
        Field("spacing", "Spaces matter", "bool"),
        Field("punctuation", "Punctuation at the ends matters", "bool"),
    )
    example = (
        Text(
            "What do you hang on the disconnect besides your lock?",
            {"es": "¿Qué cuelga del seccionador además de su candado?"},
        ),
        ShortText((Accepted("tag"), Accepted("danger tag"), Accepted("etiqueta", "es"))),
    )

    def read(self, element: etree._Element, notes: Notes) -> ShortText:
        values = {name: read_attribute(element, name, one, notes) for name, one in self.attributes.items()}
        accepted = tuple(
            Accepted(plain_words(markup_of(one)), check_text(one, notes)) for one in element.iterchildren("accept")
        )
        return ShortText(accepted, **values)

    def write(self, body: ShortText) -> list[etree._Element]:
        written = []
        for one in body.accepted:
            element = make("accept", {LANG: one.language} if one.language else {})
            fill(element, escaped(plain(one.text)))
            written.append(element)
        return written

    def accept(self, body: ShortText, raw: Json, language: str = "") -> Json:
        return None if raw is None else base.text_given(raw, MAX_TEXT) or None

    def raw(self, body: ShortText, response: Json) -> Json:
        return response

    def score(self, body: ShortText, response: Json) -> Fraction:
        accepted = [one.text for one in body.accepted]
        return whole_or_nothing(isinstance(response, str) and is_accepted(response, accepted, **body.strict))

    def key(self, body: ShortText) -> Json:
        return next((one.text for one in body.accepted if one.text), None)

    def face(self, body: ShortText, seed: str) -> Face:
        return Face("line", longest=MAX_TEXT)

    def review(self, body: ShortText, response: Json, language: str) -> tuple[Row, ...]:
        key, tag = body.shown.in_language(language), body.shown.tag_for(language)
        if not isinstance(response, str):
            return (Row("", False, False, key=key, language=tag),)
        return (Row(escaped(response), True, self.score(body, response) == 1, key=key),)

    def in_words(self, body: ShortText, response: Json, language: str) -> str:
        return response if isinstance(response, str) else ""

    def key_in_words(self, body: ShortText, language: str) -> str:
        return plain_words(body.shown.in_language(language))

    def fields(self, body: ShortText) -> dict[str, Json]:
        return {"accepted": [{"text": one.text, "language": one.language} for one in body.accepted], **body.strict}

    def from_fields(self, data: Mapping[str, Json]) -> ShortText:
        accepted = tuple(
            Accepted(
                " ".join(base.as_word(row.get("text"), "text").split()), base.as_word(row.get("language"), "language")
            )
            for row in base.as_rows(data.get("accepted"), "accepted")
        )
        return ShortText(accepted, **{name: base.as_truth(data.get(name), name) for name in self.attributes})

    def problems(self, body: ShortText) -> Iterator[Problem]:
        if not any(folded(one.text, **body.strict) for one in body.accepted):
            yield wrong("no_key", "No accepted answer is told.")
        seen: dict[str, str] = {}
        for one in body.accepted:
            spelling = folded(one.text, **body.strict)
            if not spelling:
                yield wrong("accept_empty", "An <accept> says nothing.")
            elif spelling in seen and seen[spelling] == one.language:
                yield doubtful("accept_repeated", "“{text}” is accepted already.", text=one.text[:60])
            seen.setdefault(spelling, one.language)
            if len(one.text) > MAX_TEXT:
                yield wrong("accept_too_long", "An <accept> is longer than an answer may be.")

    def texts(self, body: ShortText) -> Iterator[tuple[str, Text]]:
        yield "accept", body.shown


KIND = _ShortText()
