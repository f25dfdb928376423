"""Saves what an author changed into the course's own files: one element, or the text file of an html block."""

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
    """The stretch of a file that defines a block. ``kind`` is ``xml`` for an element, ``html`` for a whole text file."""

    path: str
    file: Path
    start: int
    end: int
    text: bytes
    kind: str

    @property
    def digest(self) -> str:
        """Changes whenever somebody changes the stretch."""
        return hashlib.sha256(self.text).hexdigest()


def source_of(course: Course, key: UsageKey) -> Source:
    """Where a block is written, as the file stands now. ``OlxError`` when it cannot be read, ``LookupError`` when it is not there."""
    node = course.get(key)
    course.follow(node)
    if node.element is None:
        raise node.error or OlxError(node.place, "this element cannot be read")
    if node.tag == "html" and node.element.get("filename"):
        return _html_file(course, node, str(node.element.get("filename")))
    path = node.place.path
    file = course.files.locate(path)
    data = read_bytes(file, Place(path))
    start, end = splice.span(data, splice.path_of(node.element))
    return Source(path, file, start, end, data[start:end], "xml")


def _html_file(course: Course, node: Node, name: str) -> Source:
    folder = f"html/{node.url_name.replace(':', '/')}".rsplit("/", 1)[0]
    base = "drafts/" if node.place.path.startswith("drafts/") else ""
    path = f"{base}{folder}/{name}.html"
    file = course.files.locate(path, node.place)
    data = read_bytes(file, Place(path))
    return Source(path, file, 0, len(data), data, "html")


def save_block(course: Course, key: UsageKey, block: XBlock, seen: str | None) -> None:
    """Write a pure XBlock's element back as the block itself serialises it."""
    element = etree.Element(key.block_type)
    block.add_xml_to_node(element)
    _keep_identity(element, course.get(key), key)
    with _lock:
        source = source_of(course, key)
        data = source.file.read_bytes()
        new = splice.serialized(element, splice.indent_at(data, source.start))
        _replace(course, source, data, new, seen)


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
        if b"\r\n" in source.text:
            new = new.replace(b"\n", b"\r\n")
        _replace(course, source, source.file.read_bytes(), new, seen)


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


def _replace(course: Course, source: Source, data: bytes, new: bytes, seen: str | None) -> None:
    if data[source.start : source.end] != source.text or (seen and seen != source.digest):
        text = gettext(
            "%(file)s was changed on disk since you opened it. Nothing was saved. Copy your text, reload the page and try again."
        )
        raise CannotSave("changed", text % {"file": source.path})
    if new == source.text:
        return
    whole = data[: source.start] + new + data[source.end :]
    if source.kind == "xml":
        parse_xml(whole, source.path)
    try:
        splice.write_atomically(source.file, whole)
    except OSError as error:
        text = gettext("%(file)s could not be written (%(reason)s). Nothing was saved.")
        raise CannotSave("failed", text % {"file": source.path, "reason": error.strerror or error}) from error
    courses.library().forget(course)
