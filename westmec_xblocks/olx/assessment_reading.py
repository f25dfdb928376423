"""Reading an assessment: the values that its OLX stands for, and everything that is wrong with it, each finding with its place."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

from lxml import etree

from westmec_xblocks.domain.assessment.definition import Assessment, FixedForm, Item
from westmec_xblocks.domain.assessment.validation import View, validate
from westmec_xblocks.domain.problems import Problem
from westmec_xblocks.domain.refusals import Refusal
from westmec_xblocks.domain.text import Text
from westmec_xblocks.olx.assessment_form import ASSESSMENT, TAG
from westmec_xblocks.olx.assessment_values import (
    DOMAIN_ATTRIBUTES,
    FORM_ATTRIBUTES,
    ITEM_ATTRIBUTES,
    MINIMUM_ATTRIBUTES,
    ROOT_ATTRIBUTES,
    domain_of,
    minimum_of,
    root_fields,
)
from westmec_xblocks.olx.definition import definition_of, digest_of, digest_of_element
from westmec_xblocks.olx.kinds import KINDS
from westmec_xblocks.olx.parts import (
    check_attributes,
    check_children,
    read_attribute,
    read_attributes,
    read_groups,
    read_text,
    read_title,
    text_of_group,
)
from westmec_xblocks.olx.problems import ERROR, Finding, Notes, located
from westmec_xblocks.olx.source import Source, UnreadableError, read

MAX_ITEMS = 5000


@dataclass(frozen=True, slots=True)
class Parsed:
    """A definition, read. ``assessment`` is None when nothing in it can be understood; with errors it can be shown, but not used."""

    assessment: Assessment | None
    problems: list[Finding]

    @property
    def usable(self) -> bool:
        """Whether learners may be examined by it."""
        return self.assessment is not None and not any(finding.is_error for finding in self.problems)


def parse_assessment(definition: str, *, path: str = "", first_line: int = 1) -> Parsed:
    """The assessment that the definition holds, with every finding; never raises."""
    if not definition.strip():
        refusal = Refusal("empty", "The assessment is empty: it needs a code, a blueprint and a bank of items.")
        return Parsed(None, [Finding(ERROR, refusal, path, first_line)])
    try:
        source = read(definition, max_bytes=ASSESSMENT.max_bytes)
    except UnreadableError as error:
        return Parsed(None, [located(ERROR, error.refusal, path, first_line, error.position)])
    notes = Notes(source, ASSESSMENT, path, first_line)
    if source.root.tag != TAG:
        values = {"tag": str(source.root.tag), "wanted": TAG}
        notes.error(None, "wrong_element", "This is <{tag}>; an assessment is <{wanted}>.", **values)
        return Parsed(None, notes.in_order())
    return _parse(source.root, notes, digest_of_element(source.root, ASSESSMENT))


def parse_element(element: etree._Element, source: Source, *, path: str = "") -> Parsed:
    """The assessment that an element of a course file holds; ``source`` is the file that it stands in."""
    notes = Notes(source, ASSESSMENT, path, whole=element)
    return _parse(element, notes, digest_of(definition_of(element, ASSESSMENT), ASSESSMENT))


def item_elements(root: etree._Element) -> list[etree._Element]:
    """The elements of the bank's items, in order."""
    return [child for bank in root.iterfind("bank") for child in bank if child.tag in KINDS]


def _parse(root: etree._Element, notes: Notes, digest: str) -> Parsed:
    elements = item_elements(root)
    if len(elements) > MAX_ITEMS:
        values = {"most": str(MAX_ITEMS), "count": str(len(elements))}
        notes.error(None, "too_many_items", "A bank of {count} items is not read; the most is {most}.", **values)
        return Parsed(None, notes.in_order())
    assessment = Assessment(
        digest=digest,
        **read_settings(root, notes),
        stimuli=read_stimuli(root, notes),
        items=tuple(read_item(element, notes) for element in elements),
    )
    views = [view_of(item) for item in assessment.items]
    places = _Places(root, elements)
    for problem in validate(assessment, views):
        notes.add(problem.severity, places.of(problem), problem.refusal)
    return Parsed(assessment, notes.in_order())


def read_settings(root: etree._Element, notes: Notes) -> dict[str, Any]:
    """The values of an assessment by field name, all but the digest and what stands in the bank."""
    check_children(root, notes)
    for tag in ("blueprint", "bank"):
        for repeated in list(root.iterfind(tag))[1:]:
            notes.error(repeated, "repeated", "<{tag}> stands twice here; one is enough.", tag=tag)
    for bank in root.iterfind("bank"):
        check_attributes(bank, notes)
        check_children(bank, notes)
    blueprint = root.find("blueprint")
    if blueprint is not None:
        check_attributes(blueprint, notes)
        check_children(blueprint, notes)
    domains = [] if blueprint is None else list(blueprint.iterfind("domain"))
    minimums = [] if blueprint is None else list(blueprint.iterfind("minimum"))
    return {
        **root_fields(read_attributes(root, ROOT_ATTRIBUTES, notes)),
        "title": read_text(root, "title", notes),
        "instructions": read_text(root, "instructions", notes),
        "domains": tuple(
            domain_of(read_attributes(domain, DOMAIN_ATTRIBUTES, notes), _domain_title(domain, notes))
            for domain in domains
        ),
        "minimums": tuple(minimum_of(read_attributes(one, MINIMUM_ATTRIBUTES, notes)) for one in minimums),
        "fixed_forms": tuple(
            FixedForm(**read_attributes(one, FORM_ATTRIBUTES, notes)) for one in root.iterfind("form")
        ),
    }


def _domain_title(domain: etree._Element, notes: Notes) -> Text:
    check_children(domain, notes)
    return read_title(domain, notes)


def read_stimuli(root: etree._Element, notes: Notes) -> dict[str, Text]:
    """The shared texts of the bank, by id."""
    found: dict[str, Text] = {}
    for bank in root.iterfind("bank"):
        for group in read_groups(bank, "stimulus", notes):
            text = text_of_group(group, notes)
            if not group.id:
                notes.error(group.original, "stimulus_without_id", "A <stimulus> has no id.")
            elif group.id in found:
                sentence = "The id “{id}” is used by two stimuli."
                notes.error(group.original, "duplicate_stimulus", sentence, id=group.id)
            found.setdefault(group.id, text)
    return found


def read_item(element: etree._Element, notes: Notes) -> Item:
    """One item of the bank."""
    kind = KINDS[str(element.tag)]
    notes.skill = (element.get("id") or "").strip()
    check_children(element, notes)
    check_attributes(element, notes)
    values = {name: read_attribute(element, name, attribute, notes) for name, attribute in ITEM_ATTRIBUTES.items()}
    item = Item(
        kind=kind.tag,
        prompt=read_text(element, "prompt", notes),
        body=kind.read(element, notes),
        rationale=read_text(element, "rationale", notes),
        **values,
    )
    notes.skill = ""
    return item


def view_of(item: Item) -> View:
    """What the rules for every kind look at in the item."""
    kind = KINDS[item.kind]
    problems = tuple(Problem(one.severity, replace(one.refusal, skill=item.id)) for one in kind.problems(item.body))
    return View(tuple(kind.texts(item.body)), kind.choices(item.body), problems)


# By which value of a finding the element that it is about is known.
_PLACES = (
    ("form", "form", "id"),
    ("domains", "blueprint/minimum", "domains"),
    ("domain", "blueprint/domain", "id"),
    ("stimulus", "bank/stimulus", "id"),
)
_OF_BLUEPRINT = frozenset(("blueprint_empty", "blueprint_recall", "pilot_share", "domain_without_id"))


class _Places:
    """The elements that findings of the domain are about."""

    def __init__(self, root: etree._Element, items: list[etree._Element]) -> None:
        self.root = root
        self.items: dict[str, list[etree._Element]] = {}
        for element in items:
            self.items.setdefault((element.get("id") or "").strip(), []).append(element)

    def of(self, problem: Problem) -> etree._Element | None:
        """The element of the finding: of a repeated id the last; None for the whole."""
        values, code = problem.refusal.values, problem.refusal.code
        if problem.skill or code == "item_without_id":
            same = self.items.get(problem.skill)
            return None if same is None else same[-1 if code == "duplicate_item" else 0]
        for name, path, attribute in _PLACES:
            for at in self.root.iterfind(path) if name in values else ():
                if " ".join((at.get(attribute) or "").split()) == values[name]:
                    return at
        return self.root.find("blueprint") if code in _OF_BLUEPRINT else None
