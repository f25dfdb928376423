"""Single choice: exactly one option is right.

<choice id="i01" domain="D1" level="apply">
  <prompt>Which check comes first?</prompt>
  <option id="a">The overload heater<why>It has not tripped.</why></option>
  <option id="b" key="true">The seal-in contact<why>It alone drops out on release.</why></option>
</choice>
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from fractions import Fraction

from lxml import etree

from westmec_xblocks.domain.assessment.answers import Option, whole_or_nothing
from westmec_xblocks.domain.problems import Problem, wrong
from westmec_xblocks.domain.text import Text
from westmec_xblocks.olx.kinds import base, options
from westmec_xblocks.olx.kinds.base import Face, Field, Json, Kind, Row, named
from westmec_xblocks.olx.problems import Notes


@dataclass(frozen=True, slots=True)
class Choice:
    """The options, in the author's order. An answer is the id of one of them."""

    options: tuple[Option, ...] = ()


class _Choice(Kind[Choice]):
    tag = "choice"
    name = named("Single choice")
    parts = options.PARTS
    form = (Field("options", "Answers", "rows", columns=options.COLUMNS),)
    example = (
        Text(
            "The motor stops when Start is released. What do you check first?",
            {"es": "El motor para al soltar Marcha. ¿Qué revisa primero?"},
        ),
        Choice(
            (
                Option(
                    "a",
                    Text("The overload relay", {"es": "El relé térmico"}),
                    reason=Text("It has not tripped: the motor runs."),
                ),
                Option(
                    "b",
                    Text("The seal-in contact", {"es": "El contacto de retención"}),
                    key=True,
                    reason=Text("It alone holds the coil after Start."),
                ),
            )
        ),
    )

    def read(self, element: etree._Element, notes: Notes) -> Choice:
        return Choice(options.read(element, notes))

    def write(self, body: Choice) -> list[etree._Element]:
        return options.write(body.options)

    def accept(self, body: Choice, raw: Json, language: str = "") -> Json:
        if raw is None or raw == "":
            return None
        return base.known(raw, [option.id for option in body.options])

    def raw(self, body: Choice, response: Json) -> Json:
        return response

    def score(self, body: Choice, response: Json) -> Fraction:
        return whole_or_nothing(any(option.key and option.id == response for option in body.options))

    def key(self, body: Choice) -> Json:
        return next((option.id for option in body.options if option.key), None)

    def face(self, body: Choice, seed: str) -> Face:
        return Face("choices", options.pieces(body.options, seed))

    def review(self, body: Choice, response: Json, language: str) -> tuple[Row, ...]:
        return options.rows(body.options, [response], language)

    def in_words(self, body: Choice, response: Json, language: str) -> str:
        return options.in_words(body.options, [response] if isinstance(response, str) else [], language)

    def fields(self, body: Choice) -> dict[str, Json]:
        return {"options": options.to_form(body.options)}

    def from_fields(self, data: Mapping[str, Json]) -> Choice:
        return Choice(options.from_form(data.get("options")))

    def problems(self, body: Choice) -> Iterator[Problem]:
        yield from options.problems(body.options)
        keys = [option.id for option in body.options if option.key]
        if not keys:
            yield wrong("no_key", "No option is marked as right.")
        elif len(keys) > 1:
            sentence = (
                "These options are all marked as right: {options}. A single choice has one; <multiple> takes several."
            )
            yield wrong("two_keys", sentence, options=", ".join(keys))

    def texts(self, body: Choice) -> Iterator[tuple[str, Text]]:
        yield from options.texts(body.options)

    def choices(self, body: Choice) -> tuple[Option, ...]:
        return body.options


KIND = _Choice()
