"""What is wrong with courses on disk: ``python -m westmec_xblocks.olx.findings DIR...``

A DIR is a course (it holds ``course.xml``) or a folder of courses. Every finding is a line ``path:line:column: severity code sentence``.
The exit status is 0 without errors, 1 with errors, 2 for a wrong call.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

from lxml import etree

from westmec_xblocks.domain.refusals import Refusal
from westmec_xblocks.olx import assessment
from westmec_xblocks.olx.canonical import is_element
from westmec_xblocks.olx.checklist import TAG, Parsed, parse_element
from westmec_xblocks.olx.problems import ERROR, WARNING, Finding, located
from westmec_xblocks.olx.reader import MAX_FILE_BYTES, STRUCTURE, CourseFiles, Node, OlxError, is_pointer
from westmec_xblocks.olx.source import Position, Source, UnreadableError, read

FOUND_ERRORS, WRONG_CALL = 1, 2
OURS = "westmec_"
STATIC = "/static/"


def main(arguments: list[str]) -> int:
    """Print the findings about the directories; the exit status."""
    if not arguments:
        print("name a course directory, or a folder of courses", file=sys.stderr)
        return WRONG_CALL
    courses = {argument: find_courses(Path(argument)) for argument in arguments}
    missing = [argument for argument, found in courses.items() if not found]
    if missing:
        print(f"no course (course.xml) in: {', '.join(missing)}", file=sys.stderr)
        return WRONG_CALL
    findings = [finding for found in courses.values() for course in found for finding in course_findings(course)]
    for finding in findings:
        print(finding)
    return FOUND_ERRORS if any(finding.is_error for finding in findings) else 0


def find_courses(directory: Path) -> list[Path]:
    """The directory itself if it is a course, else those of its folders that are."""
    if (directory / "course.xml").is_file():
        return [directory]
    folders = sorted(directory.iterdir()) if directory.is_dir() else []
    return [folder for folder in folders if (folder / "course.xml").is_file()]


def course_findings(course: Path) -> list[Finding]:
    """Everything that is wrong with one course, by file and line; paths begin with the course directory as it was named."""
    found = sorted(_Course(course).check(), key=lambda finding: (finding.path, finding.line, finding.column))
    return [replace(finding, path=os.path.join(course, finding.path)) for finding in found]


class _Course:
    """One course while it is checked: its files, and the codes that its elements have."""

    def __init__(self, directory: Path) -> None:
        self.files = CourseFiles(directory)
        self.codes: dict[str, str] = {}
        self.lists: list[tuple[str, Source, etree._Element, Parsed]] = []

    def check(self) -> Iterator[Finding]:
        paths: dict[str, None] = {"course.xml": None}
        yield from self.walk(paths)
        yield from self.policies()
        for path in paths:
            yield from self.file(path)
        yield from self.requirements()

    def walk(self, paths: dict[str, None]) -> Iterator[Finding]:
        """Follow every pointer, noting the files that are reached."""
        try:
            waiting = [self.files.node(self.files.root_element("course.xml"), "course.xml")]
        except OlxError as error:
            yield _unreadable(error)
            return
        while waiting:
            node = waiting.pop()
            if node.error is not None:
                yield _unreadable(node.error)
                continue
            paths[node.place.path] = None
            if node.element is not None and node.tag in STRUCTURE and not self.is_circular(node):
                children = [child for child in node.element if is_element(child)]
                waiting.extend(self.files.node(child, node.place.path, node) for child in reversed(children))

    @staticmethod
    def is_circular(node: Node) -> bool:
        """Whether the element stands below itself."""
        above = node.parent
        while above is not None:
            if above.element is node.element:
                return True
            above = above.parent
        return False

    def policies(self) -> Iterator[Finding]:
        for file in sorted(self.files.root.glob("policies/*/*.json")):
            try:
                self.files.json(file.relative_to(self.files.root).as_posix())
            except OlxError as error:
                yield _unreadable(error)

    def file(self, path: str) -> Iterator[Finding]:
        """The findings about our elements in one file that was reached."""
        try:
            data = self.files.locate(path).read_bytes()
            if OURS.encode() not in data:
                return
            source = read(data, max_bytes=MAX_FILE_BYTES)
        except (OSError, OlxError):
            return
        except UnreadableError as error:
            yield located(ERROR, error.refusal, path, 1, error.position)
            return
        for element in source.root.iter(etree.Element):
            if str(element.tag).startswith(OURS):
                yield from self.element(element, source, path)

    def element(self, element: etree._Element, source: Source, path: str) -> Iterator[Finding]:
        values = {"tag": str(element.tag), "name": element.get("url_name") or ""}
        if is_pointer(element):
            sentence = (
                "<{tag}> “{name}” is empty: write its content here. The platform reads no file of its own for it."
            )
            yield _finding("pointer", sentence, values, at=element, source=source, path=path)
            return
        if not values["name"].strip():
            sentence = "<{tag}> has no url_name: without one, learners' work is lost at the next edit."
            yield _finding("url_name_missing", sentence, values, at=element, source=source, path=path)
        code = (element.get("code") or "").strip()
        if code and code in self.codes:
            values |= {"code": code, "where": self.codes[code]}
            yield _finding(
                "code_repeated",
                "The code “{code}” is used in {where} already.",
                values,
                at=element,
                source=source,
                path=path,
            )
        elif code:
            self.codes[code] = f"{path}:{source.position(element).line}"
        if element.tag == TAG:
            parsed = parse_element(element, source, path=path)
            yield from parsed.problems
            self.lists.append((path, source, element, parsed))
        elif element.tag == assessment.TAG:
            yield from assessment.parse_element(element, source, path=path).problems
        yield from self.pictures(element, source, path)

    def pictures(self, element: etree._Element, source: Source, path: str) -> Iterator[Finding]:
        """Pictures that the element shows and the course does not have."""
        for inner in element.iter(etree.Element):
            address = (inner.get("src") if inner.tag == "img" else inner.get("image")) or ""
            name = address.strip().removeprefix(STATIC)
            if address.strip().startswith(STATIC) and not self.has_file(f"static/{name.partition('?')[0]}"):
                refusal = Refusal(
                    "picture_missing", "There is no picture “{picture}” in the course.", {"picture": address[:200]}
                )
                yield located(WARNING, refusal, path, 1, source.position(inner))

    def has_file(self, path: str) -> bool:
        """Whether the course has the file."""
        try:
            return self.files.locate(path).is_file()
        except (OlxError, OSError, ValueError):
            return False

    def requirements(self) -> Iterator[Finding]:
        """Codes that a list requires and nothing in the course has, so that no learner could ever meet them."""
        checklists = [
            (path, source, element, parsed.checklist)
            for path, source, element, parsed in self.lists
            if parsed.checklist
        ]
        known = set(self.codes)
        for *_, checklist in checklists:
            known.update(checklist.code_of(skill.id) for skill in checklist.skills)
        for path, source, element, checklist in checklists:
            for code in sorted(checklist.codes_elsewhere - known):
                if "." in code and not code.startswith(f"{checklist.code}."):
                    sentence = (
                        "Nothing in this course has the code “{code}”, which is required here: nobody could pass."
                    )
                    yield _finding("requires_missing", sentence, {"code": code}, at=element, source=source, path=path)


def _finding(
    code: str, sentence: str, values: dict[str, str], *, at: etree._Element, source: Source, path: str
) -> Finding:
    return located(ERROR, Refusal(code, sentence, values), path, 1, source.position(at))


def _unreadable(error: OlxError) -> Finding:
    refusal = Refusal(error.code, "{reason}.", {"reason": error.reason})
    return located(ERROR, refusal, error.place.path, 1, Position(max(1, error.place.line), 1))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
