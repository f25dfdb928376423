"""Reading a skill checklist: the values that its OLX stands for, and everything that is wrong with it, each finding with its place."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from lxml import etree

from westmec_xblocks.domain.checklist.definition import Checklist, Measure, Section, Skill
from westmec_xblocks.domain.checklist.scale import ENTRY_LEVEL
from westmec_xblocks.domain.checklist.validation import SCALE_CODES, validate
from westmec_xblocks.domain.refusals import Refusal
from westmec_xblocks.olx.checklist_definition import TAG, definition_of, digest_of
from westmec_xblocks.olx.checklist_scale import read_scale
from westmec_xblocks.olx.checklist_values import LIST_ATTRIBUTES, MEASURE_ATTRIBUTES, SKILL_ATTRIBUTES
from westmec_xblocks.olx.forms import CHECKLIST
from westmec_xblocks.olx.parts import check_children, read_attributes, read_text, read_texts, read_title
from westmec_xblocks.olx.problems import ERROR, Finding, Notes, located
from westmec_xblocks.olx.source import Source, UnreadableError, read

MAX_SKILLS = 500


@dataclass(frozen=True, slots=True)
class Parsed:
    """A definition, read. ``checklist`` is None when nothing in it can be understood; with errors it can be shown, but not used."""

    checklist: Checklist | None
    problems: list[Finding]

    @property
    def usable(self) -> bool:
        """Whether learners may be judged by it."""
        return self.checklist is not None and not any(finding.is_error for finding in self.problems)


def parse_checklist(definition: str, *, path: str = "", first_line: int = 1) -> Parsed:
    """The checklist that the definition holds, with every finding; never raises."""
    if not definition.strip():
        refusal = Refusal("empty", "The list is empty: it needs a code and at least one section with a skill.")
        return Parsed(None, [Finding(ERROR, refusal, path, first_line)])
    try:
        source = read(definition)
    except UnreadableError as error:
        return Parsed(None, [located(ERROR, error.refusal, path, first_line, error.position)])
    notes = Notes(source, CHECKLIST, path, first_line)
    if source.root.tag != TAG:
        values = {"tag": str(source.root.tag), "wanted": TAG}
        notes.error(None, "wrong_element", "This is <{tag}>; a skill checklist is <{wanted}>.", **values)
        return Parsed(None, notes.in_order())
    return _parse(source.root, notes, digest_of(definition))


def parse_element(element: etree._Element, source: Source, *, path: str = "") -> Parsed:
    """The checklist that an element of a course file holds; ``source`` is the file that it stands in."""
    return _parse(element, Notes(source, CHECKLIST, path, whole=element), digest_of(definition_of(element)))


def _parse(root: etree._Element, notes: Notes, digest: str) -> Parsed:
    elements = list(root.iterfind("section/skill"))
    if len(elements) > MAX_SKILLS:
        values = {"most": str(MAX_SKILLS), "count": str(len(elements))}
        notes.error(None, "too_many_skills", "A list of {count} skills is not read; the most is {most}.", **values)
        return Parsed(None, notes.in_order())
    checklist = Checklist(digest=digest, **read_list(root, notes))
    _add_domain_findings(checklist, root, elements, notes)
    return Parsed(checklist, notes.in_order())


def read_list(root: etree._Element, notes: Notes) -> dict[str, Any]:
    """The values of a list by field name, all but the digest."""
    check_children(root, notes)
    scales = list(root.iterfind("scale"))
    for repeated in scales[1:]:
        notes.error(repeated, "repeated", "<{tag}> stands twice here; one is enough.", tag="scale")
    return {
        **read_attributes(root, LIST_ATTRIBUTES, notes),
        "title": read_text(root, "title", notes),
        "instructions": read_text(root, "instructions", notes),
        "scale": read_scale(scales[0], notes) if scales else ENTRY_LEVEL,
        "sections": tuple(read_section(section, notes) for section in root.iterfind("section")),
    }


def read_section(element: etree._Element, notes: Notes) -> Section:
    """One section with its lines."""
    check_children(element, notes)
    title = read_title(element, notes)
    return Section(title, tuple(read_skill(skill, notes) for skill in element.iterfind("skill")))


def read_skill(element: etree._Element, notes: Notes) -> Skill:
    """One line."""
    notes.skill = (element.get("id") or "").strip()
    check_children(element, notes)
    values = read_attributes(element, SKILL_ATTRIBUTES, notes)
    skill = Skill(
        task=read_text(element, "task", notes),
        criterion=read_text(element, "criterion", notes),
        stops=read_texts(element, "stop", notes),
        measure=_read_measure(element, notes),
        **values,
    )
    notes.skill = ""
    return skill


def _read_measure(skill: etree._Element, notes: Notes) -> Measure | None:
    measures = list(skill.iterfind("measure"))
    for repeated in measures[1:]:
        notes.error(repeated, "repeated", "<{tag}> stands twice here; one is enough.", tag="measure")
    if not measures:
        return None
    check_children(measures[0], notes)
    return Measure(**read_attributes(measures[0], MEASURE_ATTRIBUTES, notes))


def _add_domain_findings(
    checklist: Checklist, root: etree._Element, skills: list[etree._Element], notes: Notes
) -> None:
    """What the domain finds, each at the element that it concerns: of a repeated id the second, of a missing title its section."""
    by_id: dict[str, list[etree._Element]] = {}
    for element, skill in zip(skills, checklist.skills, strict=True):
        by_id.setdefault(skill.id, []).append(element)
    pairs = list(zip(root.iterfind("section"), checklist.sections, strict=True))
    places: dict[str, Iterator[etree._Element]] = {
        "skill_without_id": iter(by_id.get("", [])),
        "duplicate_id": (elements[1] for name, elements in by_id.items() if name and len(elements) > 1),
        "section_untitled": (element for element, section in pairs if not section.title),
        "section_empty": (element for element, section in pairs if not section.skills),
    }
    scale = root.find("scale")
    for problem in validate(checklist):
        place = next(places.get(problem.refusal.code, iter(())), None)
        if problem.refusal.code in SCALE_CODES:
            place = scale
        if place is None and problem.skill in by_id:
            place = by_id[problem.skill][0]
        notes.add(problem.severity, place, problem.refusal)
