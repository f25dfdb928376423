"""The XML text of one element, read safely: its tree, and where each element of it stands.

Course files come from strangers as well. Expat reads the text first: it knows the line and column at which a start tag begins (lxml knows
only the line on which it ends), and it stops at a document type, at deep nesting or at a mistake before anything is built.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import NamedTuple
from xml.parsers import expat

from lxml import etree

from westmec_xblocks.domain.refusals import Refusal
from westmec_xblocks.olx.canonical import MAX_DEPTH

MAX_BYTES = 2 * 1024 * 1024

_PLAIN_WORDS = {
    "no element found": "the text ends before the last element is closed, or holds no element",
    "mismatched tag": "an end tag does not match its start tag",
    "unclosed token": "something is not closed: a tag, a quote or a comment",
    "undefined entity": "an entity is not known here; write the character itself instead",
    "duplicate attribute": "an attribute stands twice",
    "junk after document element": "something follows after the end of the element",
    "not well-formed (invalid token)": "a character does not belong here; in a text write &amp; for & and &lt; for <",
}


class Position(NamedTuple):
    """A line and a column, both counted from 1."""

    line: int = 1
    column: int = 1


class UnreadableError(Exception):
    """The text is no XML that we read; ``refusal`` says why, ``position`` where."""

    def __init__(self, refusal: Refusal, position: Position) -> None:
        super().__init__(str(refusal))
        self.refusal = refusal
        self.position = position


@dataclass(frozen=True, slots=True)
class Source:
    """One element and where its parts stand in the text that it was read from."""

    root: etree._Element
    positions: Mapping[etree._Element, Position]

    def position(self, element: etree._Element) -> Position:
        """Where the element's start tag begins."""
        return self.positions.get(element, Position())


def read(text: str | bytes, *, max_bytes: int = MAX_BYTES) -> Source:
    """The element that the text holds; ``UnreadableError`` says why not. Comments stay, white space stays."""
    data = _as_bytes(text, max_bytes)
    positions = _positions(data)
    parser = etree.XMLParser(
        resolve_entities=False, no_network=True, load_dtd=False, dtd_validation=False, huge_tree=False, encoding="utf-8"
    )
    try:
        root = etree.fromstring(data, parser)
    except etree.XMLSyntaxError as error:
        reason = re.sub(r", line \d+, column \d+.*", "", str(error.msg))
        raise _unreadable(reason, Position(error.lineno or 1, (error.offset or 0) + 1)) from error
    return Source(root, dict(zip(root.iter(etree.Element), positions, strict=True)))


def _as_bytes(text: str | bytes, max_bytes: int) -> bytes:
    if len(text) <= max_bytes:
        try:
            data = text if isinstance(text, bytes) else text.encode()
        except UnicodeEncodeError as error:
            raise _unreadable("the text holds half of a character", Position()) from error
        if len(data) <= max_bytes:
            return data
    values = {"limit": f"{max_bytes / 1024 / 1024:g}"}
    raise UnreadableError(
        Refusal("too_large", "The text is larger than {limit} MB, the most that is read.", values), Position()
    )


def _positions(data: bytes) -> list[Position]:
    """Where each element begins, in document order."""
    found: list[Position] = []
    depth = 0
    parser = expat.ParserCreate("utf-8")

    def here() -> Position:
        return Position(parser.CurrentLineNumber, parser.CurrentColumnNumber + 1)

    def start(_tag: str, _attributes: object) -> None:
        nonlocal depth
        depth += 1
        if depth > MAX_DEPTH:
            values = {"limit": str(MAX_DEPTH)}
            raise UnreadableError(Refusal("too_deep", "Elements are nested more than {limit} deep.", values), here())
        found.append(here())

    def end(_tag: str) -> None:
        nonlocal depth
        depth -= 1

    def doctype(*_rest: object) -> None:
        sentence = "A document type (<!DOCTYPE …>) is not allowed here: remove it."
        raise UnreadableError(Refusal("doctype", sentence), here())

    parser.StartElementHandler = start
    parser.EndElementHandler = end
    parser.StartDoctypeDeclHandler = doctype
    try:
        parser.Parse(data, True)
    except expat.ExpatError as error:
        message = expat.ErrorString(error.code) or "not readable"
        raise _unreadable(_PLAIN_WORDS.get(message, message), Position(error.lineno, error.offset + 1)) from error
    return found


def _unreadable(reason: str, position: Position) -> UnreadableError:
    return UnreadableError(Refusal("unreadable", "This is not readable XML: {reason}.", {"reason": reason}), position)
