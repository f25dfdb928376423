"""Saves what an author changed into the course's own files: one element, the text file of an html block, or both."""

from __future__ import annotations

import hashlib
import threading
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from django.utils.translation import gettext
from lxml import etree

from westmec_xblocks.olx.reader import Node, OlxError, Place, parse_xml, read_bytes
from westmec_xblocks.preview import courses, splice
from westmec_xblocks.preview.editing.elements import parsed

if TYPE_CHECKING:
    from opaque_keys.edx.keys import UsageKey
    from xblock.core import XBlock

    from westmec_xblocks.preview.courses import Course

_lock = threading.Lock()


class CannotSave(Exception):
    """Why a change was not written; nothing was. ``code`` is stable: ``changed``, ``invalid`` or ``failed``."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code


@dataclass(frozen=True, slots=True)
class Source:
    """The stretch of a file that defines a block. ``kind`` is ``xml`` for an element, ``html`` for a whole text file.

    ``whole`` is the file's content, ``at`` the element's place in it: which child of which child.
    """

    path: str
    file: Path
    start: int
    end: int
    whole: bytes
    kind: str
    at: tuple[int, ...] = ()

    @property
    def text(self) -> bytes:
        """What stands in the stretch."""
        return self.whole[self.start : self.end]

    @property
    def digest(self) -> str:
        """Changes whenever somebody changes the stretch."""
        return hashlib.sha256(self.text).hexdigest()

    @property
    def element(self) -> etree._Element:
        """The element, with its white space, comments and CDATA as they stand in the file."""
        found = parsed(self.whole, self.path)
        for number in self.at:
            found = list(found.iterchildren("*"))[number]
        return found

    @property
    def indent(self) -> str:
        """The white space in front of the element."""
        return splice.indent_at(self.whole, self.start)


def source_of(course: Course, key: UsageKey) -> Source:
    """Where a block is written, as the file stands now. ``OlxError`` when it cannot be read, ``LookupError`` when it is not there."""
    return text_source(course, key) or element_source(course, key)


def element_source(course: Course, key: UsageKey) -> Source:
    """A block's element, also where its text stands in another file."""
    node = _followed(course, key)
    path = node.place.path
    file = course.files.locate(path)
    data = read_bytes(file, Place(path))
    at = splice.path_of(node.element)
    start, end = splice.span(data, at)
    return Source(path, file, start, end, data, "xml", tuple(at))


def text_source(course: Course, key: UsageKey) -> Source | None:
    """The text file of an html block that names one."""
    node = _followed(course, key)
    if node.tag != "html" or not node.element.get("filename"):
        return None
    folder = f"html/{node.url_name.replace(':', '/')}".rsplit("/", 1)[0]
    base = "drafts/" if node.place.path.startswith("drafts/") else ""
    path = f"{base}{folder}/{node.element.get('filename')}.html"
    file = course.files.locate(path, node.place)
    data = read_bytes(file, Place(path))
    return Source(path, file, 0, len(data), data, "html")


def _followed(course: Course, key: UsageKey) -> Node:
    node = course.get(key)
    course.follow(node)
    if node.element is None:
        raise node.error or OlxError(node.place, "this element cannot be read")
    return node


def digest_of(source: Source, text_file: Source | None) -> str:
    """Changes whenever somebody changes the element or the text."""
    return hashlib.sha256(f"{source.digest} {text_file.digest if text_file else ''}".encode()).hexdigest()


def save_block(course: Course, key: UsageKey, block: XBlock, seen: str | None) -> None:
    """Write a pure XBlock's element back as the block itself serialises it."""
    element = element_of(course, key, block)
    with _lock:
        source = source_of(course, key)
        _replace(course, source, splice.serialized(element, source.indent), seen)


def element_of(course: Course, key: UsageKey, block: XBlock) -> etree._Element:
    """A pure XBlock's element as the block itself serialises it, under the name that it has in the course."""
    element = etree.Element(key.block_type)
    block.add_xml_to_node(element)
    _keep_identity(element, course.get(key), key)
    return element


def save_form(course: Course, key: UsageKey, element: bytes | None, html: str | None, seen: str) -> list[str]:
    """Write what a form changed, the element and the text or neither; the paths of the files that were written."""
    with _lock:
        source, text_file = element_source(course, key), text_source(course, key)
        if digest_of(source, text_file) != seen:
            raise _changed(source if text_file is None else text_file)
        edits = [] if html is None or text_file is None else [(text_file, html.encode("utf-8"))]
        edits += [] if element is None else [(source, element)]
        return _write(course, [(where, _with_its_line_ends(where, new)) for where, new in edits])


def _keep_identity(element: etree._Element, old: Node, key: UsageKey) -> None:
    """The name by which the course and every record know the block stays, in front; numbers that did not change keep their spelling."""
    element.tag = key.block_type
    before = old.element if old.element is not None else element
    attributes = {"url_name": old.url_name}
    for name, value in element.items():
        if name not in ("url_name", "xblock-family"):
            known = before.get(name)
            attributes[str(name)] = (
                str(known) if known is not None and _same_number(str(known), str(value)) else str(value)
            )
    element.attrib.clear()
    element.attrib.update(attributes)
    element.tail = None


def _same_number(one: str, other: str) -> bool:
    try:
        return float(one) == float(other)
    except ValueError:
        return False


def save_source(course: Course, key: UsageKey, text: str, seen: str | None) -> None:
    """Write the text an author typed: an element of the same type and name, or the html file's content."""
    new = text.replace("\r\n", "\n").encode("utf-8")
    with _lock:
        source = source_of(course, key)
        if source.kind == "xml":
            new = new.strip()
            _check(new, source, course, key)
        _replace(course, source, _with_its_line_ends(source, new), seen)


def _with_its_line_ends(source: Source, new: bytes) -> bytes:
    sample = source.text if b"\n" in source.text else source.whole
    return new.replace(b"\n", b"\r\n") if 2 * sample.count(b"\r\n") > sample.count(b"\n") else new


def _check(new: bytes, source: Source, course: Course, key: UsageKey) -> None:
    try:
        element = parse_xml(new, source.path)
    except OlxError as error:
        line = gettext("line %(line)s: ") % {"line": error.place.line} if error.place.line else ""
        raise CannotSave("invalid", line + error.reason) from error
    node = course.get(key)
    if element.tag != key.block_type:
        raise CannotSave("invalid", gettext("The element must stay a <%(tag)s>.") % {"tag": key.block_type})
    if element.get("url_name", node.url_name) != node.url_name or (
        not element.get("url_name") and node.pointer is None
    ):
        text = gettext("The url_name must stay %(name)s: the records of learners point at it.")
        raise CannotSave("invalid", text % {"name": node.url_name})


def _replace(course: Course, source: Source, new: bytes, seen: str | None) -> None:
    if seen and seen != source.digest:
        raise _changed(source)
    _write(course, [(source, new)])


def _changed(source: Source) -> CannotSave:
    text = gettext(
        "%(file)s was changed on disk since you opened it. Nothing was saved. Copy your text, reload the page and try again."
    )
    return CannotSave("changed", text % {"file": source.path})


def _write(course: Course, edits: list[tuple[Source, bytes]]) -> list[str]:
    """Write every stretch or none of them; the paths of the files that were written."""
    edits = [(source, new) for source, new in edits if new != source.text]
    wholes = [source.whole[: source.start] + new + source.whole[source.end :] for source, new in edits]
    for (source, _), whole in zip(edits, wholes, strict=True):
        if source.kind == "xml":
            parse_xml(whole, source.path)
        if source.file.read_bytes() != source.whole:
            raise _changed(source)
    written: list[Source] = []
    for (source, _), whole in zip(edits, wholes, strict=True):
        try:
            splice.write_atomically(source.file, whole)
        except OSError as error:
            for earlier in written:
                splice.write_atomically(earlier.file, earlier.whole)
            text = gettext("%(file)s could not be written (%(reason)s). Nothing was saved.")
            raise CannotSave("failed", text % {"file": source.path, "reason": error.strerror or error}) from error
        written.append(source)
    if written:
        courses.library().forget(course)
    return [source.path for source in written]
