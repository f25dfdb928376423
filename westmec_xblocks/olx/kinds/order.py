"""Steps to put in order; the author writes them in the right one.

    <order id="i05" domain="D1" credit="partial">
      <prompt>Put the lockout in order.</prompt>
      <step id="1">Tell the people concerned<why>Nobody restarts what they know is down.</why></step>
      <step id="2">Shut down</step>
      <step id="3">Isolate</step>
      <step id="4">Try to start</step>
    </order>

``credit="partial"`` gives the points of ``domain.assessment.answers.share_in_order``. What a learner sees names the steps by their place in
the alphabet of their texts, so that an id such as ``1`` tells nothing, and never shows two steps in their right order side by side.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import pairwise

from lxml import etree

from westmec_xblocks.domain.assessment.answers import Option, share_in_order, whole_or_nothing
from westmec_xblocks.domain.assessment.lots import shuffled
from westmec_xblocks.domain.problems import Problem, wrong
from westmec_xblocks.domain.refusals import Refusal
from westmec_xblocks.domain.text import Text
from westmec_xblocks.olx.kinds import base
from westmec_xblocks.olx.kinds.base import Face, Field, Json, Kind, Part, Piece, Row, Unusable, named
from westmec_xblocks.olx.kinds.multiple import CREDIT, CREDIT_FIELD
from westmec_xblocks.olx.markup import plain_words
from westmec_xblocks.olx.parts import read_attribute, read_groups, text_in_group, text_of_group
from westmec_xblocks.olx.problems import Notes
from westmec_xblocks.olx.writing import piece_elements

FEWEST, MOST = 3, 20
_TRIES = 200


@dataclass(frozen=True, slots=True)
class Order:
    """The steps in the right order. An answer is their ids in the order given."""

    steps: tuple[Option, ...] = ()
    credit: str = "all"

    @property
    def ids(self) -> tuple[str, ...]:
        """The ids in the right order."""
        return tuple(step.id for step in self.steps)

    @property
    def tokens(self) -> Mapping[str, str]:
        """The names that a learner's page has for the steps, by id: they tell nothing but the alphabet."""
        return tokens("s", [(step.id, step.text) for step in self.steps])


def tokens(letter: str, named_texts: Sequence[tuple[str, Text]]) -> dict[str, str]:
    """A name for each id that tells nothing about the order in which they are given."""
    in_order = sorted(named_texts, key=lambda pair: (plain_words(pair[1].default), sorted(pair[1].others.values())))
    return {name: f"{letter}{place}" for place, (name, _) in enumerate(in_order, 1)}


class _Order(Kind[Order]):
    tag = "order"
    name = named("Order")
    attributes = {"credit": CREDIT}
    parts = {"step": Part(("id",), ("why",), text=True), "why": base.REASON}
    form = (
        Field(
            "steps",
            "Steps, in the right order",
            "rows",
            columns=(
                Field("id", "Id"),
                Field("text", "Step", "markup", per_language=True),
                Field("why", "Why", "markup", per_language=True),
            ),
        ),
        CREDIT_FIELD,
    )
    example = (
        Text("Put the lockout in order.", {"es": "Ponga el bloqueo en orden."}),
        Order(
            (
                Option("1", Text("Tell the people concerned"), reason=Text("Nobody restarts what they know is down.")),
                Option("2", Text("Shut the machine down")),
                Option("3", Text("Isolate every energy")),
                Option("4", Text("Try to start it")),
            ),
            "partial",
        ),
    )

    def read(self, element: etree._Element, notes: Notes) -> Order:
        steps = tuple(
            Option(group.id, text_of_group(group, notes, "why"), reason=text_in_group(group, "why", notes))
            for group in read_groups(element, "step", notes)
        )
        return Order(steps, read_attribute(element, "credit", CREDIT, notes))

    def write(self, body: Order) -> list[etree._Element]:
        return [one for step in body.steps for one in piece_elements("step", {"id": step.id}, step.text, step.reason)]

    def accept(self, body: Order, raw: Json, language: str = "") -> Json:
        if raw is None or raw == []:
            return None
        if not isinstance(raw, list):
            raise base.wrong_form()
        by_token = {token: step for step, token in body.tokens.items()}
        given = [by_token[base.known(one, by_token)] for one in raw]
        if sorted(given) != sorted(by_token.values()):
            raise Unusable(Refusal("order_incomplete", "Give every step one place."))
        return given

    def raw(self, body: Order, response: Json) -> Json:
        known = body.tokens
        return [known[one] for one in base.names_in(response) if one in known]

    def score(self, body: Order, response: Json) -> Fraction:
        given = base.names_in(response)
        if body.credit == "partial":
            return share_in_order(body.ids, given)
        return whole_or_nothing(bool(body.ids) and given == list(body.ids))

    def key(self, body: Order) -> Json:
        return list(body.ids) or None

    def face(self, body: Order, seed: str) -> Face:
        known = body.tokens
        by_id = {step.id: Piece(known[step.id], step.text) for step in body.steps}
        return Face("order", tuple(by_id[one] for one in _mixed(body.ids, seed)), most=None)

    def review(self, body: Order, response: Json, language: str) -> tuple[Row, ...]:
        by_id = {step.id: step for step in body.steps}
        given = [one for one in base.names_in(response) if one in by_id]
        wanted = set(pairwise(("", *body.ids)))
        placed = {one: (before, one) in wanted for before, one in pairwise(("", *given))}
        return tuple(
            Row(
                by_id[one].text.in_language(language),
                one in placed,
                placed.get(one, False),
                by_id[one].reason.in_language(language),
                language=by_id[one].text.tag_for(language),
            )
            for one in given or body.ids
        )

    def in_words(self, body: Order, response: Json, language: str) -> str:
        by_id = {step.id: plain_words(step.text.in_language(language)) for step in body.steps}
        return " → ".join(by_id.get(one, one) for one in base.names_in(response))

    def fields(self, body: Order) -> dict[str, Json]:
        steps = [
            {"id": step.id, "text": base.as_values(step.text), "why": base.as_values(step.reason)}
            for step in body.steps
        ]
        return {"steps": steps, "credit": body.credit}

    def from_fields(self, data: Mapping[str, Json]) -> Order:
        rows = base.as_rows(data.get("steps"), "steps")
        names = base.names_for([base.as_word(row.get("id"), "id") for row in rows])
        steps = tuple(
            Option(name, base.as_text(row.get("text"), "text"), reason=base.as_text(row.get("why"), "why"))
            for name, row in zip(names, rows, strict=True)
        )
        return Order(steps, base.as_attribute(data.get("credit"), "credit", CREDIT))

    def problems(self, body: Order) -> Iterator[Problem]:
        yield from base.too_few("step", len(body.steps), FEWEST)
        yield from base.too_many("step", len(body.steps), MOST)
        yield from base.unnamed_or_repeated("step", body.ids)
        texts = Counter(plain_words(step.text.default).casefold() for step in body.steps)
        for text, count in texts.items():
            if not text:
                yield wrong("step_empty", "A <step> says nothing.")
            elif count > 1:
                yield wrong("steps_alike", "Two steps say the same: “{text}”.", text=text[:60])

    def texts(self, body: Order) -> Iterator[tuple[str, Text]]:
        for step in body.steps:
            yield f"step {step.id}", step.text
            yield f"why {step.id}", step.reason


def _mixed(ids: Sequence[str], seed: str) -> tuple[str, ...]:
    """The steps in an order in which no step stands directly behind the one that it follows."""
    wanted = set(pairwise(ids))
    for attempt in range(_TRIES):
        mixed = shuffled(dict.fromkeys(ids), seed, "steps", str(attempt))
        if not any(pair in wanted for pair in pairwise(mixed)):
            return mixed
    return tuple(reversed(tuple(dict.fromkeys(ids))))


KIND = _Order()
