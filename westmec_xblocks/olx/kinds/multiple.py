"""Multiple response: any number of options is right.

    <multiple id="i02" domain="D1" credit="partial">
      <prompt>Which of these store energy when the machine is off?</prompt>
      <option id="a" key="true">The DC bus<why>Its capacitors hold charge for minutes.</why></option>
      <option id="b">The pilot lamp<why>It holds nothing.</why></option>
      <option id="c" key="true">The accumulator<why>Oil under pressure.</why></option>
    </multiple>

``credit`` says what an answer that is partly right earns: nothing (``all``), or what ``domain.assessment.answers.share_of_marks`` says.
``choose`` tells the learner how many options to mark.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from fractions import Fraction

from lxml import etree

from westmec_xblocks.domain.assessment.answers import Option, share_of_marks, whole_or_nothing
from westmec_xblocks.domain.problems import Problem, wrong
from westmec_xblocks.domain.refusals import Refusal
from westmec_xblocks.domain.text import Text
from westmec_xblocks.olx.kinds import base, options
from westmec_xblocks.olx.kinds.base import Face, Field, Json, Kind, Row, Unusable, named
from westmec_xblocks.olx.parts import read_attribute
from westmec_xblocks.olx.problems import Notes
from westmec_xblocks.olx.values import NUMBER_OR_NONE, word

CREDIT = word("all", "partial")
CREDIT_FIELD = Field(
    "credit",
    "What a partly right answer earns",
    "choice",
    choices=(
        ("all", named("Nothing: all or nothing")),
        ("partial", named("A part of the point; guessing gains nothing")),
    ),
)
CHOOSE_FIELD = Field("choose", "How many to choose, if learners are told", "number")


@dataclass(frozen=True, slots=True)
class Multiple:
    """The options, in the author's order. An answer is the ids of those that were marked, in that order."""

    options: tuple[Option, ...] = ()
    credit: str = "all"
    choose: int | None = None

    @property
    def keys(self) -> frozenset[str]:
        """The ids of the right options."""
        return frozenset(option.id for option in self.options if option.key)


class _Multiple(Kind[Multiple]):
    tag = "multiple"
    name = named("Multiple response")
    attributes = {"credit": CREDIT, "choose": NUMBER_OR_NONE}
    parts = options.PARTS
    form = (Field("options", "Answers", "rows", columns=options.COLUMNS), CREDIT_FIELD, CHOOSE_FIELD)
    example = (
        Text(
            "Which of these store energy when the machine is off?",
            {"es": "¿Cuáles de estos guardan energía con la máquina apagada?"},
        ),
        Multiple(
            (
                Option("a", Text("The DC bus"), True, Text("Its capacitors hold charge for minutes.")),
                Option("b", Text("The pilot lamp"), reason=Text("It holds nothing.")),
                Option("c", Text("The accumulator"), True, Text("It holds oil under pressure.")),
            ),
            "partial",
        ),
    )

    def read(self, element: etree._Element, notes: Notes) -> Multiple:
        values = {name: read_attribute(element, name, one, notes) for name, one in self.attributes.items()}
        return Multiple(options.read(element, notes), **values)

    def write(self, body: Multiple) -> list[etree._Element]:
        return options.write(body.options)

    def accept(self, body: Multiple, raw: Json, language: str = "") -> Json:
        if raw is None:
            return None
        if not isinstance(raw, list):
            raise base.wrong_form()
        ids = [option.id for option in body.options]
        marked = {base.known(one, ids) for one in raw}
        limit_marks(len(marked), body.choose)
        return [one for one in dict.fromkeys(ids) if one in marked] or None

    def raw(self, body: Multiple, response: Json) -> Json:
        return response

    def score(self, body: Multiple, response: Json) -> Fraction:
        marked = frozenset(base.names_in(response))
        return marks(body.keys, frozenset(option.id for option in body.options), marked, body.credit)

    def key(self, body: Multiple) -> Json:
        return [option.id for option in body.options if option.key] or None

    def face(self, body: Multiple, seed: str) -> Face:
        return Face("checks", options.pieces(body.options, seed), most=body.choose, told=body.choose)

    def review(self, body: Multiple, response: Json, language: str) -> tuple[Row, ...]:
        return options.rows(body.options, base.names_in(response), language)

    def in_words(self, body: Multiple, response: Json, language: str) -> str:
        return options.in_words(body.options, base.names_in(response), language)

    def fields(self, body: Multiple) -> dict[str, Json]:
        return {
            "options": options.to_form(body.options),
            "credit": body.credit,
            "choose": "" if body.choose is None else str(body.choose),
        }

    def from_fields(self, data: Mapping[str, Json]) -> Multiple:
        values = {name: base.as_attribute(data.get(name), name, one) for name, one in self.attributes.items()}
        return Multiple(options.from_form(data.get("options")), **values)

    def problems(self, body: Multiple) -> Iterator[Problem]:
        yield from options.problems(body.options)
        if not body.keys:
            yield wrong("no_key", "No option is marked as right.")
        if body.options and all(option.key for option in body.options):
            yield wrong("no_wrong_option", "Every option is marked as right: there is nothing to decide.")
        yield from wrong_number_told(len(body.keys), body.choose)

    def texts(self, body: Multiple) -> Iterator[tuple[str, Text]]:
        yield from options.texts(body.options)

    def choices(self, body: Multiple) -> tuple[Option, ...]:
        return body.options


def marks(
    keys: frozenset[str], all_ids: frozenset[str], marked: frozenset[str], credit: str, strays: int = 0
) -> Fraction:
    """What marking earns; ``strays`` are marks on nothing, which are wrong as well."""
    hits, false = len(marked & keys), len((marked - keys) & all_ids) + strays
    if credit == "partial":
        return share_of_marks(len(keys), len(all_ids - keys), hits, false)
    return whole_or_nothing(bool(keys) and marked == keys and not strays)


def limit_marks(count: int, most: int | None) -> None:
    """Refuse more marks than may be set."""
    if most is not None and count > most:
        raise Unusable(Refusal("too_many_chosen", "At most {most} may be chosen here.", {"most": str(most)}))


def wrong_number_told(keys: int, told: int | None) -> Iterator[Problem]:
    """An error where learners are told another number than is right."""
    if told is not None and keys and told != keys:
        sentence = "choose tells learners to mark {told}, but {count} are right."
        yield wrong("wrong_number_told", sentence, told=str(told), count=str(keys))


KIND = _Multiple()
