"""Replaces one element in the bytes of an XML file and leaves every other byte as it was."""

from __future__ import annotations

import os
import tempfile
from copy import deepcopy
from dataclasses import dataclass, field
from pathlib import Path
from xml.parsers import expat

from lxml import etree


@dataclass(slots=True)
class _Finder:
    """Walks a file with expat, which knows byte offsets, to the element at a path of child numbers."""

    wanted: list[int]
    at: list[int] = field(default_factory=list)
    counts: list[int] = field(default_factory=lambda: [0])
    start: int | None = None
    end: int | None = None

    def find(self, data: bytes) -> tuple[int, int]:
        parser = expat.ParserCreate("utf-8")

        def opened(name: str, attributes: dict[str, str]) -> None:
            self.at.append(self.counts[-1])
            self.counts[-1] += 1
            self.counts.append(0)
            if self.at[1:] == self.wanted and self.start is None:
                self.start = parser.CurrentByteIndex

        def closed(name: str) -> None:
            if self.at[1:] == self.wanted and self.end is None and self.start is not None:
                self.end = _after_tag(data, parser.CurrentByteIndex, self.start)
            self.at.pop()
            self.counts.pop()

        parser.StartElementHandler = opened
        parser.EndElementHandler = closed
        parser.Parse(data, True)
        if self.start is None or self.end is None:
            raise LookupError(f"the file has no element at {self.wanted}")
        return self.start, self.end


def _after_tag(data: bytes, index: int, start: int) -> int:
    """The offset after an end tag that begins at ``index``, or after the empty-element tag that began at ``start``."""
    first_ends = _tag_end(data, start)
    # For an empty-element tag, expat's offset stands behind the tag, where the parent's own end tag may begin.
    return first_ends if data[first_ends - 2 : first_ends] == b"/>" else data.index(b">", index) + 1


def _tag_end(data: bytes, start: int) -> int:
    quote = 0
    for position in range(start, len(data)):
        byte = data[position]
        if quote:
            quote = 0 if byte == quote else quote
        elif byte in (34, 39):
            quote = byte
        elif byte == 62:
            return position + 1
    raise LookupError("the tag has no end")


def path_of(element: etree._Element) -> list[int]:
    """Which child of which child an element is, counted from the root, elements only."""
    path: list[int] = []
    parent = element.getparent()
    while parent is not None:
        path.insert(0, list(parent.iterchildren("*")).index(element))
        element, parent = parent, parent.getparent()
    return path


def span(data: bytes, path: list[int]) -> tuple[int, int]:
    """Where the element at ``path`` begins and ends in the bytes. ``LookupError`` when there is none."""
    return _Finder(path).find(data)


def indent_at(data: bytes, start: int) -> str:
    """The white space between the beginning of the line and an offset; empty when something else stands there."""
    line = data[data.rfind(b"\n", 0, start) + 1 : start]
    return line.decode("ascii") if not line.strip(b" \t") else ""


def serialized(element: etree._Element, indent: str) -> bytes:
    """The element as text whose further lines stand at ``indent``. Only white space between elements is touched, never text."""
    copy = etree.fromstring(etree.tostring(element, with_tail=False))
    if not any(_is_break(part.text) or _is_break(part.tail) for part in copy.iter("*")):
        # Printed from the element itself: what a block did to keep its texts in one piece is lost by reading it again.
        alone = deepcopy(element)
        alone.tail = None
        copy = etree.fromstring(etree.tostring(alone, pretty_print=True))
    copy.tail = None
    if indent:
        for part in copy.iter():
            if _is_break(part.text):
                part.text = f"{part.text}{indent}"
            if part is not copy and _is_break(part.tail):
                part.tail = f"{part.tail}{indent}"
    return etree.tostring(copy, encoding="utf-8", with_tail=False).replace(
        b"<?xml version='1.0' encoding='utf-8'?>\n", b""
    )


def _is_break(text: str | None) -> bool:
    return bool(text) and "\n" in str(text) and not str(text).strip()


def write_atomically(file: Path, data: bytes) -> None:
    """Replace a file's content at once: a reader sees the old bytes or the new ones, also after a power cut.

    ``OSError`` when it cannot be written; the old file is then as it was.
    """
    mode = file.stat().st_mode & 0o777 if file.exists() else 0o644
    descriptor, name = tempfile.mkstemp(prefix=f".{file.name}.", suffix=".part", dir=file.parent)
    try:
        with os.fdopen(descriptor, "wb") as stream:
            stream.write(data)
            stream.flush()
            os.fsync(stream.fileno())
        os.chmod(name, mode)
        os.replace(name, file)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise
    folder = os.open(file.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)
