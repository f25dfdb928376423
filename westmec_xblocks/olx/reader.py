"""Reads the files of a course written as OLX, safely and only as far as asked.

``CourseFiles`` opens one course directory. It follows pointers (``<html url_name="x"/>`` stands for ``html/x.xml``), keeps for every
element the file and line it came from, and parses a file again only when it changed on disk. Nothing here knows what an element means.

Course files come from strangers as well: no entities, no document types, no network, no paths that leave the course
directory, and limits on size and depth. Whatever cannot be read is an ``OlxError`` with file, line and reason.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from lxml import etree

MAX_FILE_BYTES = 8 * 1024 * 1024
STRUCTURE = ("course", "chapter", "sequential", "vertical")

_PROLOG = re.compile(
    rb"\A(?:\xef\xbb\xbf)?\s*(?:<\?xml(?P<declaration>[^>]*)\?>)?(?:\s|<!--.*?-->|<\?.*?\?>)*(?P<doctype><!DOCTYPE)?",
    re.DOTALL,
)
_ENCODING = re.compile(rb"""encoding\s*=\s*["']([^"']*)""")
_POINTER_EXTRAS = {"url_name", "xblock-family"}


@dataclass(frozen=True, slots=True)
class Place:
    """Where something stands: a path inside the course directory, with forward slashes, and a line counted from 1 (0: the whole file)."""

    path: str
    line: int = 0

    def __str__(self) -> str:
        return f"{self.path}:{self.line}" if self.line else self.path


class OlxError(Exception):
    """A course file that cannot be read. ``place`` says where, ``reason`` why, in a sentence for the author."""

    code = "olx_unreadable"

    def __init__(self, place: Place, reason: str) -> None:
        super().__init__(f"{place}: {reason}")
        self.place = place
        self.reason = reason


@dataclass(eq=False, slots=True)
class Node:
    """One element of the course, its pointer followed.

    ``element`` is the definition, ``place`` its file and line; ``pointer`` is the place of the pointer when there was one.
    ``error`` is set instead of ``element`` when the definition cannot be read; the rest of the course goes on without it.
    """

    tag: str
    url_name: str
    place: Place
    parent: Node | None = None
    element: etree._Element | None = None
    pointer: Place | None = None
    error: OlxError | None = None
    children: list[Node] = field(default_factory=list)

    @property
    def display_name(self) -> str:
        """The author's title, or the ``url_name`` where there is none."""
        name = self.element.get("display_name") if self.element is not None else None
        return name.strip() if name and name.strip() else self.url_name

    def walk(self) -> Iterator[Node]:
        """This node and everything below it that has been read, in document order."""
        yield self
        for child in self.children:
            yield from child.walk()


@dataclass(frozen=True, slots=True)
class _Parsed:
    stamp: tuple[int, int]
    root: etree._Element | None = None
    error: OlxError | None = None


class CourseFiles:
    """The files of one course directory. Safe to share between threads: a file parsed twice at once is only parsed twice."""

    def __init__(self, root: Path) -> None:
        self.root = root.resolve()
        self._parsed: dict[str, _Parsed] = {}

    def locate(self, path: str, place: Place | None = None) -> Path:
        """The file's place on disk; ``OlxError`` when the path would leave the course directory, also by a link."""
        refusal = OlxError(place or Place(path), f"the path {path!r} leaves the course directory")
        if "\x00" in path or path.startswith(("/", "\\")) or ".." in re.split(r"[/\\]", path):
            raise refusal
        found = (self.root / path).resolve()
        if not found.is_relative_to(self.root):
            raise refusal
        return found

    def stamp(self, path: str) -> tuple[int, int] | None:
        """What changes whenever the file changes (modification time, size); None when there is no such file."""
        try:
            stat = (self.root / path).stat()
        except (OSError, ValueError):
            return None
        return stat.st_mtime_ns, stat.st_size

    def forget(self) -> None:
        """Parse every file again when it is next asked for."""
        self._parsed.clear()

    def root_element(self, path: str) -> etree._Element:
        """The root element of an XML file of the course. Do not change it: it is shared. ``OlxError`` when it cannot be read."""
        stamp = self.stamp(path)
        known = self._parsed.get(path)
        if known is None or stamp is None or known.stamp != stamp:
            known = self._parse(path, stamp)
            if stamp is not None:
                self._parsed[path] = known
        if known.root is None:
            raise known.error or OlxError(Place(path), "this file cannot be read")
        return known.root

    def _parse(self, path: str, stamp: tuple[int, int] | None) -> _Parsed:
        try:
            return _Parsed(stamp or (0, 0), root=parse_xml(read_bytes(self.locate(path), Place(path)), path))
        except OlxError as error:
            return _Parsed(stamp or (0, 0), error=error)

    def json(self, path: str) -> Any:
        """What a JSON file of the course holds; None when there is no such file; ``OlxError`` when it cannot be read."""
        if self.stamp(path) is None:
            return None
        try:
            return json.loads(read_bytes(self.locate(path), Place(path)).decode("utf-8"))
        except json.JSONDecodeError as error:
            raise OlxError(Place(path, error.lineno), f"this is not valid JSON: {error.msg}") from error
        except UnicodeDecodeError as error:
            raise OlxError(Place(path), "the file is not UTF-8 text") from error
        except RecursionError as error:
            raise OlxError(Place(path), "the values are nested too deeply") from error

    def node(self, element: etree._Element, path: str, parent: Node | None = None, base: str = "") -> Node:
        """The node for an element found in ``path``: its pointer followed, below the folder ``base``, its own children not read.

        Never raises: what cannot be read stands in the node's ``error``.
        """
        place = Place(path, line_of(element))
        tag = str(element.tag)
        url_name = element.get("url_name") or _hashed_name(element)
        node = Node(tag=tag, url_name=url_name, place=place, parent=parent, element=element)
        if not is_pointer(element):
            return node
        target = f"{base}{tag}/{url_name.replace(':', '/')}.xml"
        try:
            self.locate(target, place)
            if self.stamp(target) is None:
                if tag in STRUCTURE or tag in ("html", "problem", "video"):
                    raise OlxError(place, f"this points to {target}, which does not exist")
                return node
            root = self.root_element(target)
            if root.tag != tag:
                raise OlxError(
                    Place(target, line_of(root)),
                    f"this file holds <{root.tag}>; its pointer in {place} asks for <{tag}>",
                )
        except OlxError as error:
            node.element, node.error, node.pointer = None, error, place
            return node
        node.element, node.pointer, node.place = root, place, Place(target, line_of(root))
        return node


def line_of(element: etree._Element) -> int:
    """The line on which the element begins; 0 where it is not known."""
    line: Any = element.sourceline
    return int(line or 0)


def is_pointer(element: etree._Element) -> bool:
    """Whether the element only names a file: an ``url_name``, nothing else, no content."""
    names = set(element.keys())
    wanted = _POINTER_EXTRAS | ({"org", "course"} if element.tag == "course" else set())
    return "url_name" in names and names <= wanted and len(element) == 0 and not (element.text or "").strip()


def read_bytes(file: Path, place: Place) -> bytes:
    """The file's bytes, refused above ``MAX_FILE_BYTES``."""
    try:
        with file.open("rb") as stream:
            data = stream.read(MAX_FILE_BYTES + 1)
    except FileNotFoundError as error:
        raise OlxError(place, "there is no such file") from error
    except OSError as error:
        raise OlxError(place, f"the file cannot be read: {error.strerror or error}") from error
    if len(data) > MAX_FILE_BYTES:
        raise OlxError(place, f"the file is larger than {MAX_FILE_BYTES // 1024 // 1024} MB, the most that is read")
    return data


def parse_xml(data: bytes, path: str) -> etree._Element:
    """The root element of an XML text, parsed without entities, document types, network or huge trees."""
    prolog = _PROLOG.match(data)
    if prolog and prolog["doctype"]:
        line = data[: prolog.start("doctype")].count(b"\n") + 1
        raise OlxError(Place(path, line), "a document type (<!DOCTYPE …>) is not allowed in a course file")
    declared = _ENCODING.search((prolog["declaration"] or b"") if prolog else b"")
    if (
        b"\x00" in data[:4]
        or data[:2] in (b"\xff\xfe", b"\xfe\xff")
        or (declared and declared[1].lower() not in (b"utf-8", b"utf8", b"us-ascii", b"ascii"))
    ):
        raise OlxError(Place(path, 1), "the file is not UTF-8; save it as UTF-8")
    parser = etree.XMLParser(
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
        dtd_validation=False,
        huge_tree=False,
        remove_blank_text=True,
        encoding="utf-8",
    )
    try:
        return etree.fromstring(data, parser)
    except etree.XMLSyntaxError as error:
        raise OlxError(Place(path, error.lineno or 0), _in_plain_words(str(error.msg))) from error


def _in_plain_words(message: str) -> str:
    if "Excessive depth" in message:
        return "the elements are nested too deeply (more than 256 levels)"
    if "huge text node" in message.lower() or "xmlSAX2Characters" in message or "XML_PARSE_HUGE" in message:
        return "a piece of text is too long (more than 10 MB)"
    if "attributes construct error" in message or "Couldn't find end of Start Tag" in message:
        return 'the tag is not closed, or an attribute is not written as name="value"'
    if "Document is empty" in message:
        return "the file is empty"
    return re.sub(r", line \d+, column \d+.*", "", message)


def _hashed_name(element: etree._Element) -> str:
    """The name of an element without ``url_name``: the platform's fallback, which changes with every edit."""
    return f"{element.tag}_{hashlib.sha1(etree.tostring(element, with_tail=False), usedforsecurity=False).hexdigest()[:12]}"
