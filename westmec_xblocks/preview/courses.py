"""The courses that this process serves: their structure, read from disk and read again when a file changed."""

from __future__ import annotations

import logging
import threading
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from django.conf import settings
from opaque_keys import InvalidKeyError
from opaque_keys.edx.keys import CourseKey, UsageKey
from opaque_keys.edx.locator import CourseLocator

from westmec_xblocks.olx.reader import STRUCTURE, CourseFiles, Node, OlxError, Place, line_of
from westmec_xblocks.preview.grading_policy import GradingPolicy

log = logging.getLogger(__name__)
MAX_DEPTH = 40


@dataclass(eq=False)
class Course:
    """One course directory as it stood when it was read.

    ``nodes`` holds every element down to the children of units; what lies deeper is added when a block is opened. ``findings``
    are the things an author should mend; the course opens without them.
    """

    files: CourseFiles
    key: CourseLocator
    root: Node
    policy: dict[str, dict[str, object]] = field(default_factory=dict)
    grading: GradingPolicy = field(default_factory=GradingPolicy)
    findings: list[OlxError] = field(default_factory=list)
    nodes: dict[UsageKey, Node] = field(default_factory=dict)
    keys: dict[Node, UsageKey] = field(default_factory=dict)
    definitions: dict[str, Any] = field(default_factory=dict)
    stamps: dict[str, tuple[int, int] | None] = field(default_factory=dict)
    deep: bool = False

    @property
    def title(self) -> str:
        """The course's name as learners see it."""
        return str(self.settings_of(self.root).get("display_name") or self.root.display_name)

    def settings_of(self, node: Node) -> dict[str, object]:
        """What ``policy.json`` sets for this element, over its attributes."""
        return self.policy.get(f"{node.tag}/{node.url_name}", {})

    def name_of(self, node: Node) -> str:
        """The element's title: the policy's, else the author's, else its ``url_name``."""
        return str(self.settings_of(node).get("display_name") or node.display_name)

    def attribute(self, node: Node, name: str) -> str | None:
        """A setting of the element or, failing that, of its ancestors, as text."""
        at: Node | None = node
        while at is not None:
            value = self.settings_of(at).get(name)
            if value is None and at.element is not None:
                value = at.element.get(name)
            if value is not None:
                return str(value)
            at = at.parent
        return None

    def chapters(self) -> list[Node]:
        return [child for child in self.root.children if child.tag == "chapter"]

    def units(self) -> list[Node]:
        """Every unit in reading order: the children of the sequentials."""
        return [unit for chapter in self.chapters() for sequential in chapter.children for unit in sequential.children]

    def drafts(self) -> list[Node]:
        """Units that their author has not published: shown on the author's side only."""
        return [node for node in self.keys if node.parent is None and node.tag == "vertical"]

    def register(self, node: Node) -> UsageKey | None:
        """Give a node its usage key and remember it. None, and a finding, when its name cannot be a key."""
        if node in self.keys:
            return self.keys[node]
        try:
            key = self.key.make_usage_key(node.tag, node.url_name)
            UsageKey.from_string(str(key))
        except (InvalidKeyError, AssertionError, ValueError):
            node.error = node.error or OlxError(
                node.place, f"{node.url_name!r} cannot be a url_name: use letters, digits, - and _"
            )
            self.findings.append(node.error)
            return None
        if key in self.nodes:
            self.findings.append(
                OlxError(
                    node.place, f"{node.tag} {node.url_name!r} stands twice; the first is in {self.nodes[key].place}"
                )
            )
        self.nodes.setdefault(key, node)
        self.keys[node] = key
        return key

    def get(self, key: UsageKey) -> Node:
        """The node of a usage key. ``KeyError`` when the course has no such block."""
        node = self.find(key)
        if node is None:
            raise KeyError(key)
        return node

    def find(self, key: UsageKey) -> Node | None:
        """The node of a usage key, looking below the units only when it is nowhere above."""
        node = self.nodes.get(key)
        if node is None and not self.deep:
            self.deep = True
            for leaf in [n for n in self.nodes.values() if n.tag not in STRUCTURE]:
                self._read_below(leaf, 0)
            node = self.nodes.get(key)
        return node

    def _read_below(self, node: Node, depth: int) -> None:
        """Register what a container holds by pointer, such as the problems of a ``library_content``."""
        self.follow(node)
        if node.element is None or depth > MAX_DEPTH or node.children:
            return
        for element in node.element.iterchildren("*"):
            if element.get("url_name"):
                child = Node(
                    str(element.tag),
                    element.get("url_name", ""),
                    Place(node.place.path, line_of(element)),
                    node,
                    element,
                )
                node.children.append(child)
                if self.register(child) is not None:
                    self._read_below(child, depth + 1)

    def follow(self, node: Node) -> None:
        """Follow a leaf's pointer; units keep their children unread until one of them is opened."""
        if node.pointer is None and node.error is None and node.element is not None:
            followed = self.files.node(
                node.element,
                node.place.path,
                node.parent,
                base="drafts/" if node.place.path.startswith("drafts/") else "",
            )
            node.element, node.place, node.pointer, node.error = (
                followed.element,
                followed.place,
                followed.pointer,
                followed.error,
            )
            self.note(node.place.path)

    def note(self, path: str) -> None:
        self.stamps.setdefault(path, self.files.stamp(path))

    def is_fresh(self) -> bool:
        """Whether every file read so far is as it was."""
        return all(self.files.stamp(path) == stamp for path, stamp in list(self.stamps.items()))


def read_course(files: CourseFiles) -> Course:
    """Read a course's structure down to its units. ``OlxError`` when the course itself cannot be read; lesser faults are findings."""
    top = files.root_element("course.xml")
    if top.tag != "course":
        raise OlxError(Place("course.xml", line_of(top)), f"the root element is <{top.tag}>; it must be <course>")
    missing = [name for name in ("org", "course", "url_name") if not top.get(name)]
    if missing:
        raise OlxError(Place("course.xml", line_of(top)), f"<course> needs the attribute {missing[0]}")
    root = files.node(top, "course.xml")
    if root.error is not None:
        raise root.error
    try:
        key = CourseLocator(top.get("org", ""), top.get("course", ""), top.get("url_name", ""))
        CourseKey.from_string(str(key))
    except InvalidKeyError as error:
        raise OlxError(
            Place("course.xml", 1), "org, course and url_name may hold letters, digits, - _ and . only"
        ) from error
    course = Course(files=files, key=key, root=root)
    course.note("course.xml")
    course.note(root.place.path)
    course.register(root)
    _read_policies(course)
    _read_structure(course, root, 0)
    _read_drafts(course)
    return course


def _read_drafts(course: Course) -> None:
    """Units under ``drafts/``. They hang on no section, so that no learner's page meets them; a draft of a published unit is left aside."""
    folder = course.files.root / "drafts" / "vertical"
    for file in sorted(folder.glob("*.xml")) if folder.is_dir() else ():
        path = f"drafts/vertical/{file.name}"
        course.note(path)
        node = Node("vertical", file.stem, Place(path))
        if course.key.make_usage_key("vertical", file.stem) in course.nodes:
            continue
        try:
            node.element = course.files.root_element(path)
        except OlxError as error:
            node.error = error
            course.findings.append(error)
        course.register(node)
        if node.element is not None and node.element.tag == "vertical":
            _read_structure(course, node, 0)


def _read_structure(course: Course, node: Node, depth: int) -> None:
    level = STRUCTURE.index(node.tag)
    if node.element is None:
        course.findings.append(node.error or OlxError(node.place, "this cannot be read"))
        return
    for element in node.element.iterchildren("*"):
        tag = str(element.tag)
        if level < 2 and tag != STRUCTURE[level + 1]:
            if tag not in ("wiki", "textbook", "pdf_textbook"):
                course.findings.append(
                    OlxError(
                        Place(node.place.path, line_of(element)),
                        f"<{tag}> does not belong directly in a {node.tag}; it is left out",
                    )
                )
            continue
        if (tag == "vertical" and level == 3) or tag not in STRUCTURE:
            child = Node(
                tag,
                element.get("url_name") or course.files.node(element, node.place.path).url_name,
                Place(node.place.path, line_of(element)),
                node,
                element,
            )
            node.children.append(child)
            course.register(child)
            continue
        if STRUCTURE.index(tag) != level + 1:
            course.findings.append(
                OlxError(
                    Place(node.place.path, line_of(element)), f"<{tag}> cannot stand in a {node.tag}; it is left out"
                )
            )
            continue
        child = course.files.node(element, node.place.path, node)
        course.note(child.place.path)
        node.children.append(child)
        if course.register(child) is not None and depth < MAX_DEPTH:
            _read_structure(course, child, depth + 1)


def _read_policies(course: Course) -> None:
    run = course.root.url_name
    for name in ("policy.json", "grading_policy.json"):
        path = f"policies/{run}/{name}"
        if course.files.stamp(path) is None and course.files.stamp(f"policies/{name}") is not None:
            path = f"policies/{name}"
        course.note(path)
        try:
            value = course.files.json(path)
            if name == "policy.json":
                if value is not None and not (
                    isinstance(value, dict) and all(isinstance(v, dict) for v in value.values())
                ):
                    raise OlxError(Place(path), "this must be an object of objects, one for each element")
                course.policy = value or {}
            else:
                course.grading = GradingPolicy.read(value, Place(path))
        except OlxError as error:
            course.findings.append(error)


@dataclass(frozen=True)
class Unreadable:
    """A course directory that could not be opened, and why."""

    directory: Path
    error: OlxError


class Library:
    """All course directories of the process. ``courses()`` is what is on disk now."""

    def __init__(self, directories: list[Path]) -> None:
        self._files = [CourseFiles(directory) for directory in directories]
        self._read: dict[Path, Course] = {}
        self._lock = threading.Lock()

    def courses(self) -> tuple[list[Course], list[Unreadable]]:
        """The courses that open, in the order given, and the directories that do not."""
        found: dict[CourseLocator, Course] = {}
        unreadable = []
        for files in self._files:
            try:
                course = self._current(files)
                if course.key in found:
                    raise OlxError(
                        Place("course.xml", 1),
                        f"another open directory holds the same course, {course.key}: {found[course.key].files.root}",
                    )
                found[course.key] = course
            except OlxError as error:
                unreadable.append(Unreadable(files.root, error))
        return list(found.values()), unreadable

    def find(self, key: CourseKey) -> Course | None:
        """The course of this key as it is on disk now, or None."""
        for files in self._files:
            try:
                course = self._current(files)
            except OlxError:
                continue
            if course.key == key:
                return course
        return None

    def forget(self, course: Course) -> None:
        """Read this course again at the next look, whatever the clock of the file system says."""
        with self._lock:
            course.files.forget()
            self._read.pop(course.files.root, None)

    def _current(self, files: CourseFiles) -> Course:
        known = self._read.get(files.root)
        if known is not None and known.is_fresh():
            return known
        with self._lock:
            known = self._read.get(files.root)
            if known is None or not known.is_fresh():
                known = self._read[files.root] = read_course(files)
            return known


_library: Library | None = None


def library() -> Library:
    """The courses named by the settings."""
    global _library  # noqa: PLW0603
    if _library is None:
        _library = Library(settings.WESTMEC_COURSES)
    return _library


def use_directories(directories: list[Path]) -> Library:
    """Serve these course directories from now on in this process."""
    global _library  # noqa: PLW0603
    _library = Library(directories)
    return _library
