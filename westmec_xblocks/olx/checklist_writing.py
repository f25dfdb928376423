"""Writing a skill checklist: its definition from the values, in which whatever else an author had put into it keeps its place."""

from __future__ import annotations

from dataclasses import replace

from lxml import etree

from westmec_xblocks.domain.checklist.definition import Checklist, Measure, Section, Skill
from westmec_xblocks.domain.checklist.scale import BUILT_IN, ENTRY_LEVEL, Level, Scale
from westmec_xblocks.olx.canonical import canonical_bytes
from westmec_xblocks.olx.checklist_definition import TAG
from westmec_xblocks.olx.checklist_merging import Merge
from westmec_xblocks.olx.checklist_reading import read_list, read_section, read_skill
from westmec_xblocks.olx.checklist_scale import WORST_FIRST, read_scale
from westmec_xblocks.olx.checklist_values import LIST_ATTRIBUTES, MEASURE_ATTRIBUTES, SKILL_ATTRIBUTES
from westmec_xblocks.olx.forms import CHECKLIST
from westmec_xblocks.olx.markup import plain
from westmec_xblocks.olx.problems import Notes
from westmec_xblocks.olx.source import Source, UnreadableError, read


def write_checklist(checklist: Checklist, base: str | None = None) -> str:
    """The canonical definition of the values.

    ``base`` is the definition that was edited: its comments and what we do not know stay with the section or skill that they stood in or
    before, and what was not changed is written as it was. Without any change the result is ``base`` in canonical form.
    """
    old = _root_of(base)
    if old is None:
        return canonical_bytes(_Writer(None).whole(checklist), CHECKLIST)
    if Checklist(**read_list(old, _quiet(old))) == replace(checklist, digest=""):
        return canonical_bytes(old, CHECKLIST)
    return canonical_bytes(_Writer(old).whole(checklist), CHECKLIST)


def _root_of(base: str | None) -> etree._Element | None:
    try:
        root = read(base or "").root
    except UnreadableError:
        return None
    return root if root.tag == TAG else None


def _quiet(element: etree._Element) -> Notes:
    return Notes(Source(element, {}), CHECKLIST)


class _Writer:
    """Builds the new tree beside the old one."""

    def __init__(self, old: etree._Element | None) -> None:
        self.old = old
        self.merge = Merge()
        self.old_skills: dict[str, list[etree._Element]] = {}
        for skill in old.iterfind("section/skill") if old is not None else ():
            self.old_skills.setdefault((skill.get("id") or "").strip(), []).append(skill)

    def whole(self, checklist: Checklist) -> etree._Element:
        old = self.old
        root = self.merge.element(TAG, old)
        self.merge.attributes(root, checklist, LIST_ATTRIBUTES, old)
        children = [
            *self.merge.texts("title", checklist.title, self.merge.parts(old, "title")),
            *self.merge.texts("instructions", checklist.instructions, self.merge.parts(old, "instructions")),
            *self.scale(checklist.scale),
        ]
        matched = _match_sections(checklist.sections, self.merge.parts(old, "section"))
        children.extend(
            self.section(section, before) for section, before in zip(checklist.sections, matched, strict=True)
        )
        self.merge.children(root, children, old)
        self.merge.carry()
        return root

    def section(self, section: Section, old: etree._Element | None) -> etree._Element:
        if old is not None and read_section(old, _quiet(old)) == section:
            return self.merge.unchanged(old)
        element = self.merge.element("section", old)
        children = self.merge.titled(element, "title", "title", section.title, old, as_attribute=True)
        children.extend(self.skill(skill) for skill in section.skills)
        self.merge.children(element, children, old)
        return element

    def skill(self, skill: Skill) -> etree._Element:
        waiting = self.old_skills.get(skill.id)
        old = waiting.pop(0) if waiting else None
        if old is not None and read_skill(old, _quiet(old)) == skill:
            return self.merge.unchanged(old)
        element = self.merge.element("skill", old)
        self.merge.attributes(element, skill, SKILL_ATTRIBUTES, old)
        children = [
            *self.merge.texts("task", skill.task, self.merge.parts(old, "task")),
            *self.merge.texts("criterion", skill.criterion, self.merge.parts(old, "criterion")),
            *self.merge.repeated_texts("stop", skill.stops, self.merge.parts(old, "stop")),
            *self.measure(skill.measure, old),
        ]
        self.merge.children(element, children, old)
        return element

    def measure(self, measure: Measure | None, skill: etree._Element | None) -> list[etree._Element]:
        if measure is None:
            return []
        old = next(iter(self.merge.parts(skill, "measure")), None)
        element = self.merge.element("measure", old)
        self.merge.attributes(element, measure, MEASURE_ATTRIBUTES, old)
        self.merge.children(element, [], old)
        return [element]

    def scale(self, scale: Scale) -> list[etree._Element]:
        old = next(iter(self.merge.parts(self.old, "scale")), None)
        if old is not None and read_scale(old, _quiet(old)) == scale:
            return [self.merge.unchanged(old)]
        if old is None and self.old is not None and scale == ENTRY_LEVEL:
            return []
        element = self.merge.element("scale", old)
        if scale == BUILT_IN.get(scale.ref):
            element.set("ref", scale.ref)
            self.merge.children(element, [], old)
            return [element]
        for name, value in (("passing", scale.passing), ("floor", scale.floor)):
            if value:
                element.set(name, plain(value))
        if scale.descending:
            element.set("direction", "descending")
        if scale.descending and any(level.number is None for level in scale.levels if level.observed):
            element.set("order", WORST_FIRST)
        by_value = {level.get("value"): level for level in self.merge.parts(old, "level")}
        self.merge.children(element, [self.level(level, by_value.get(level.value)) for level in scale.levels], old)
        return [element]

    def level(self, level: Level, old: etree._Element | None) -> etree._Element:
        element = self.merge.element("level", old)
        element.set("value", plain(level.value))
        if not level.observed:
            element.set("observed", "false")
        children = self.merge.titled(element, "label", "label", level.label, old, as_attribute=False)
        children.extend(self.merge.texts("description", level.description, self.merge.parts(old, "description")))
        self.merge.children(element, children, old)
        return element


def _match_sections(sections: tuple[Section, ...], old: list[etree._Element]) -> list[etree._Element | None]:
    """For each new section the old one that it was: with most of its skills, else of its title, else in its place."""
    left = [(element, read_section(element, _quiet(element))) for element in old]
    matched: list[etree._Element | None] = []
    for section in sections:
        ids = {skill.id for skill in section.skills}

        def likeness(
            pair: tuple[etree._Element, Section], ids: set[str] = ids, section: Section = section
        ) -> tuple[int, bool]:
            return len(ids & {skill.id for skill in pair[1].skills}), pair[1].title == section.title

        best = max(left, key=likeness, default=None)
        if best is not None and likeness(best) > (0, False):
            left.remove(best)
            matched.append(best[0])
        else:
            matched.append(None)
    unused = [element for element, _ in left]
    return [
        old[place] if match is None and place < len(old) and old[place] in unused else match
        for place, match in enumerate(matched)
    ]
