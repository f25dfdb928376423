"""Options as the kinds with options have them: read, written, edited, and what is wrong with them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence

from lxml import etree

from westmec_xblocks.domain.assessment.answers import Option
from westmec_xblocks.domain.assessment.lots import shuffled
from westmec_xblocks.domain.problems import Problem, doubtful, wrong
from westmec_xblocks.domain.text import Text
from westmec_xblocks.olx.kinds import base
from westmec_xblocks.olx.kinds.base import Field, Json, Part, Piece, Row
from westmec_xblocks.olx.markup import plain_words
from westmec_xblocks.olx.parts import read_attribute, read_groups, text_in_group, text_of_group
from westmec_xblocks.olx.problems import Notes
from westmec_xblocks.olx.values import Attribute, truth, truth_text
from westmec_xblocks.olx.writing import piece_elements

KEY = Attribute(truth, truth_text, False)
PARTS = {"option": Part(("id", "key"), ("why",), text=True), "why": base.REASON}
COLUMNS = (
    Field("id", "Id"),
    Field("text", "Answer", "markup", per_language=True),
    Field("key", "Right", "bool"),
    Field("why", "Why", "markup", per_language=True),
)


def read(element: etree._Element, notes: Notes) -> tuple[Option, ...]:
    """The options of an item."""
    options = []
    for group in read_groups(element, "option", notes):
        key = read_attribute(group.original, "key", KEY, notes)
        options.append(Option(group.id, text_of_group(group, notes, "why"), key, text_in_group(group, "why", notes)))
    return tuple(options)


def write(options: Sequence[Option]) -> list[etree._Element]:
    """The elements of the options, each followed by its translations."""
    written = []
    for option in options:
        attributes = {"id": option.id, **({"key": "true"} if option.key else {})}
        written.extend(piece_elements("option", attributes, option.text, option.reason))
    return written


def in_words(options: Sequence[Option], chosen: Sequence[str], language: str) -> str:
    """The chosen options' texts as plain words."""
    by_id = {option.id: option for option in options}
    texts = [plain_words(by_id[one].text.in_language(language)) if one in by_id else one for one in chosen]
    return "; ".join(texts)


def rows(options: Sequence[Option], chosen: Sequence[str], language: str) -> tuple[Row, ...]:
    """The options line by line."""
    return tuple(
        Row(
            option.text.in_language(language),
            option.id in chosen,
            option.key,
            option.reason.in_language(language),
            language=option.text.tag_for(language),
        )
        for option in options
    )


def to_form(options: Sequence[Option]) -> list[Json]:
    """The options as rows of the author's form."""
    return [
        {
            "id": option.id,
            "text": base.as_values(option.text),
            "key": option.key,
            "why": base.as_values(option.reason),
        }
        for option in options
    ]


def from_form(data: Json) -> tuple[Option, ...]:
    """The options that the author's form sent; one without an id gets the next free letter."""
    found = base.as_rows(data, "options")
    names = base.names_for([base.as_word(row.get("id"), "id") for row in found])
    return tuple(
        Option(
            name,
            base.as_text(row.get("text"), "text"),
            base.as_truth(row.get("key"), "key"),
            base.as_text(row.get("why"), "why"),
        )
        for name, row in zip(names, found, strict=True)
    )


def problems(options: Sequence[Option]) -> Iterator[Problem]:
    """What is wrong with any options."""
    yield from base.too_few("option", len(options), 2)
    yield from base.too_many("option", len(options), 30)
    yield from base.unnamed_or_repeated("option", (option.id for option in options))
    for option in options:
        if not option.text.default:
            yield wrong("option_empty", "Option “{id}” says nothing.", id=option.id)
    texts = Counter(plain_words(option.text.default).casefold() for option in options if option.text.default)
    for text, count in texts.items():
        if count > 1:
            yield wrong("options_alike", "Two options say the same: “{text}”.", text=text[:60])
    without = [option.id for option in options if not option.reason.default]
    if without:
        yield doubtful("reason_missing", "No reason (why) for: {options}.", options=", ".join(without))


def pieces(options: Sequence[Option], seed: str) -> tuple[Piece, ...]:
    """The options as a learner sees them, shuffled where there is a seed."""
    by_id = {option.id: Piece(option.id, option.text) for option in options}
    order = shuffled(by_id, seed, "options") if seed else tuple(by_id)
    return tuple(by_id[one] for one in order)


def texts(options: Sequence[Option]) -> Iterator[tuple[str, Text]]:
    """Every text of the options, by the name under which an author finds it."""
    for option in options:
        yield f"option {option.id}", option.text
        yield f"why {option.id}", option.reason
