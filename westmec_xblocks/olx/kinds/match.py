"""Pairs: each left side has one right side; distractors stand on the right only.

    <match id="i06" domain="D1" credit="partial">
      <prompt>Which tool measures what?</prompt>
      <pair id="1"><left>Megohmmeter</left><right>Insulation</right><why>It applies a test voltage.</why></pair>
      <pair id="2"><left>Clamp meter</left><right>Current</right></pair>
      <pair id="3"><left>Tachometer</left><right>Speed</right></pair>
      <distractor id="4">Temperature</distractor>
    </match>

``credit``: ``all`` or nothing, ``partial`` (the share that is right) or ``corrected`` (the same, corrected for chance), as
``domain.assessment.answers.share_matched`` says. Right sides that say the same are one, and may be used several times. What a learner sees
names the right sides by the alphabet of their texts, and never shows one beside its own left side where that can be avoided.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

from lxml import etree

from westmec_xblocks.domain.assessment.answers import share_matched, whole_or_nothing
from westmec_xblocks.domain.assessment.lots import shuffled
from westmec_xblocks.domain.problems import Problem, wrong
from westmec_xblocks.domain.text import Text
from westmec_xblocks.olx.forms import LANG
from westmec_xblocks.olx.kinds import base
from westmec_xblocks.olx.kinds.base import Face, Field, Json, Kind, Part, Piece, Row, named
from westmec_xblocks.olx.kinds.order import tokens
from westmec_xblocks.olx.markup import fill, plain_words
from westmec_xblocks.olx.parts import check_children, read_attribute, read_groups, text_in_group, text_of_group
from westmec_xblocks.olx.problems import Notes
from westmec_xblocks.olx.values import word
from westmec_xblocks.olx.writing import in_language, languages_of, make, text_elements

CREDIT = word("all", "partial", "corrected")
MOST = 20
_TRIES = 60


@dataclass(frozen=True, slots=True)
class Pair:
    """A left side and the right side that belongs to it."""

    id: str
    left: Text
    right: Text
    why: Text = Text()


@dataclass(frozen=True, slots=True)
class Distractor:
    """A right side that belongs to nothing."""

    id: str
    text: Text


@dataclass(frozen=True, slots=True)
class Match:
    """The pairs in the author's order. An answer maps left sides to right sides, each named by the id of its pair or distractor."""

    pairs: tuple[Pair, ...] = ()
    distractors: tuple[Distractor, ...] = ()
    credit: str = "all"

    @property
    def rights(self) -> dict[str, Text]:
        """The right sides by id; of those that say the same, the first."""
        found: dict[str, Text] = {}
        seen: set[str] = set()
        for name, text in (
            *((pair.id, pair.right) for pair in self.pairs),
            *((one.id, one.text) for one in self.distractors),
        ):
            if text.default not in seen:
                seen.add(text.default)
                found.setdefault(name, text)
        return found

    def right_of(self, pair: Pair) -> str:
        """The id of the right side that belongs to the pair's left side."""
        return next((name for name, text in self.rights.items() if text.default == pair.right.default), pair.id)

    @property
    def tokens(self) -> Mapping[str, str]:
        """The names that a learner's page has for the right sides, by id."""
        return tokens("r", list(self.rights.items()))


class _Match(Kind[Match]):
    tag = "match"
    name = named("Pairs")
    attributes = {"credit": CREDIT}
    parts = {
        "pair": Part(("id",), ("left", "right", "why")),
        "left": Part(text=True),
        "right": Part(text=True),
        "why": base.REASON,
        "distractor": Part(("id",), text=True),
    }
    form = (
        Field(
            "pairs",
            "Pairs",
            "rows",
            columns=(
                Field("id", "Id"),
                Field("left", "Left side", "markup", per_language=True),
                Field("right", "Right side", "markup", per_language=True),
                Field("why", "Why", "markup", per_language=True),
            ),
        ),
        Field(
            "distractors",
            "Right sides that belong to nothing",
            "rows",
            columns=(Field("id", "Id"), Field("text", "Right side", "markup", per_language=True)),
        ),
        Field(
            "credit",
            "What a partly right answer earns",
            "choice",
            choices=(
                ("all", named("Nothing: all or nothing")),
                ("partial", named("The share of pairs that are right")),
                ("corrected", named("The share of pairs that are right, corrected for chance")),
            ),
        ),
    )
    example = (
        Text("Which meter measures what?", {"es": "¿Qué medidor mide qué?"}),
        Match(
            (
                Pair("a", Text("Megohmmeter"), Text("Insulation"), Text("It applies a test voltage.")),
                Pair("b", Text("Clamp meter"), Text("Current")),
                Pair("c", Text("Tachometer"), Text("Speed")),
            ),
            (Distractor("d", Text("Temperature")),),
            "partial",
        ),
    )

    def read(self, element: etree._Element, notes: Notes) -> Match:
        pairs = []
        for group in read_groups(element, "pair", notes):
            for _, one in group.elements():
                check_children(one, notes)
            left, right, why = (text_in_group(group, tag, notes) for tag in ("left", "right", "why"))
            pairs.append(Pair(group.id, left, right, why))
        distractors = tuple(
            Distractor(group.id, text_of_group(group, notes)) for group in read_groups(element, "distractor", notes)
        )
        return Match(tuple(pairs), distractors, read_attribute(element, "credit", CREDIT, notes))

    def write(self, body: Match) -> list[etree._Element]:
        written = []
        for pair in body.pairs:
            sides = {"left": pair.left, "right": pair.right, "why": pair.why}
            for language in languages_of(*sides.values()):
                element = make("pair", {"id": pair.id, **({LANG: language} if language else {})})
                for tag, text in sides.items():
                    if markup := in_language(text, language):
                        fill(etree.SubElement(element, tag), markup)
                written.append(element)
        for one in body.distractors:
            written.extend(text_elements("distractor", one.text, {"id": one.id}))
        return written

    def accept(self, body: Match, raw: Json, language: str = "") -> Json:
        if raw is None:
            return None
        if not isinstance(raw, Mapping):
            raise base.wrong_form()
        lefts = [pair.id for pair in body.pairs]
        by_token = {token: name for name, token in body.tokens.items()}
        chosen = {
            base.known(left, lefts): by_token[base.known(right, by_token)]
            for left, right in raw.items()
            if right not in (None, "")
        }
        return {left: chosen[left] for left in lefts if left in chosen} or None

    def raw(self, body: Match, response: Json) -> Json:
        known = body.tokens
        return {left: known[right] for left, right in _chosen(response).items() if right in known}

    def score(self, body: Match, response: Json) -> Fraction:
        chosen = _chosen(response)
        judged = [chosen[pair.id] == body.right_of(pair) for pair in body.pairs if pair.id in chosen]
        right = sum(judged)
        if body.credit == "all":
            return whole_or_nothing(bool(body.pairs) and right == len(body.pairs))
        return share_matched(
            len(body.pairs), right, len(judged) - right, len(body.rights), corrected=body.credit == "corrected"
        )

    def key(self, body: Match) -> Json:
        return {pair.id: body.right_of(pair) for pair in body.pairs} or None

    def face(self, body: Match, seed: str) -> Face:
        lefts = tuple(Piece(pair.id, pair.left) for pair in body.pairs)
        known, rights = body.tokens, body.rights
        others = tuple(Piece(known[name], rights[name]) for name in _apart(body, seed))
        return Face("pairs", lefts, others, most=None)

    def review(self, body: Match, response: Json, language: str) -> tuple[Row, ...]:
        chosen, rights = _chosen(response), body.rights
        rows = []
        for pair in body.pairs:
            given = chosen.get(pair.id)
            right = rights[given].in_language(language) if given in rights else ""
            left, key = pair.left.in_language(language), pair.right.in_language(language)
            rows.append(
                Row(
                    f"{left} → {right}" if given else left,
                    given is not None,
                    given == body.right_of(pair),
                    pair.why.in_language(language),
                    key,
                    pair.left.tag_for(language),
                )
            )
        return tuple(rows)

    def in_words(self, body: Match, response: Json, language: str) -> str:
        chosen, rights = _chosen(response), body.rights
        return "; ".join(
            f"{plain_words(pair.left.in_language(language))} → {plain_words(rights[chosen[pair.id]].in_language(language))}"
            for pair in body.pairs
            if chosen.get(pair.id) in rights
        )

    def fields(self, body: Match) -> dict[str, Json]:
        pairs = [
            {
                "id": pair.id,
                "left": base.as_values(pair.left),
                "right": base.as_values(pair.right),
                "why": base.as_values(pair.why),
            }
            for pair in body.pairs
        ]
        distractors = [{"id": one.id, "text": base.as_values(one.text)} for one in body.distractors]
        return {"pairs": pairs, "distractors": distractors, "credit": body.credit}

    def from_fields(self, data: Mapping[str, Json]) -> Match:
        pairs = base.as_rows(data.get("pairs"), "pairs")
        others = base.as_rows(data.get("distractors"), "distractors")
        names = base.names_for([base.as_word(row.get("id"), "id") for row in (*pairs, *others)])
        return Match(
            tuple(
                Pair(name, *(base.as_text(row.get(side), side) for side in ("left", "right", "why")))
                for name, row in zip(names, pairs, strict=False)
            ),
            tuple(
                Distractor(name, base.as_text(row.get("text"), "text"))
                for name, row in zip(names[len(pairs) :], others, strict=True)
            ),
            base.as_attribute(data.get("credit"), "credit", CREDIT),
        )

    def problems(self, body: Match) -> Iterator[Problem]:
        yield from base.too_few("pair", len(body.pairs), 2)
        yield from base.too_many("pair", len(body.pairs), MOST)
        yield from base.unnamed_or_repeated("pair", [pair.id for pair in body.pairs])
        yield from base.unnamed_or_repeated("distractor", [one.id for one in body.distractors])
        for shared in sorted({pair.id for pair in body.pairs} & {one.id for one in body.distractors}):
            yield wrong("pair_and_distractor", "A <pair> and a <distractor> have the same id “{id}”.", id=shared)
        for pair in body.pairs:
            if not pair.left.default or not pair.right.default:
                yield wrong("pair_empty", "The pair “{id}” has only one side.", id=pair.id)
        lefts = [plain_words(pair.left.default).casefold() for pair in body.pairs]
        for text in sorted({left for left in lefts if left and lefts.count(left) > 1}):
            yield wrong("lefts_alike", "Two left sides say the same: “{text}”.", text=text[:60])
        of_pairs = {pair.right.default for pair in body.pairs}
        for one in body.distractors:
            if one.text.default in of_pairs:
                yield wrong("distractor_right", "The distractor “{id}” is the right side of a pair.", id=one.id)
        if len(body.pairs) >= 2 and len(body.rights) < 2:
            yield wrong("one_right_side", "All right sides say the same: there is nothing to decide.")

    def texts(self, body: Match) -> Iterator[tuple[str, Text]]:
        for pair in body.pairs:
            yield f"left {pair.id}", pair.left
            yield f"right {pair.id}", pair.right
            yield f"why {pair.id}", pair.why
        for one in body.distractors:
            yield f"distractor {one.id}", one.text


def _chosen(response: Json) -> dict[str, str]:
    if not isinstance(response, Mapping):
        return {}
    return {left: right for left, right in response.items() if isinstance(left, str) and isinstance(right, str)}


def _apart(body: Match, seed: str) -> Sequence[str]:
    """The right sides in an order in which none, or as few as can be found, stands beside its own left side."""
    wanted = [body.right_of(pair) for pair in body.pairs]
    best: tuple[int, tuple[str, ...]] | None = None
    for attempt in range(_TRIES):
        mixed = shuffled(body.rights, seed, "rights", str(attempt))
        beside = sum(right == key for right, key in zip(mixed, wanted, strict=False))
        if best is None or beside < best[0]:
            best = (beside, mixed)
        if not beside:
            break
    return best[1] if best is not None else ()


KIND = _Match()
