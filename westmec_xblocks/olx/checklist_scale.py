"""Reading a rating scale: a built-in one by its name, or one that is spelt out level by level."""

from __future__ import annotations

from decimal import Decimal

from lxml import etree

from westmec_xblocks.domain.checklist.scale import BUILT_IN, ENTRY_LEVEL, NOT_APPLICABLE, Level, Scale
from westmec_xblocks.domain.text import Text
from westmec_xblocks.olx.canonical import collapsed
from westmec_xblocks.olx.markup import escaped
from westmec_xblocks.olx.parts import check_attributes, check_children, read_attributes, read_text
from westmec_xblocks.olx.problems import Notes, nearest
from westmec_xblocks.olx.values import Attribute, one_of

WORST_FIRST, BEST_FIRST = "worst-first", "best-first"

SCALE_ATTRIBUTES = {
    "passing": Attribute(str, str, ""),
    "floor": Attribute(str, str, ""),
    "direction": Attribute(one_of("ascending", "descending"), str, "ascending"),
    "order": Attribute(one_of(WORST_FIRST, BEST_FIRST), str, ""),
}
LEVEL_ATTRIBUTES = {
    "value": Attribute(str, str, ""),
    "observed": Attribute(one_of("true", "false"), str, "true"),
    "passes": Attribute(one_of("true", "false"), str, ""),
}


def read_scale(element: etree._Element, notes: Notes) -> Scale:
    """The scale that the element names or spells out."""
    check_children(element, notes)
    ref = collapsed(element.get("ref"))
    if ref or not len(element):
        return _built_in(element, ref, notes)
    values = read_attributes(element, SCALE_ATTRIBUTES, notes)
    pairs = [(level, _read_level(level, notes)) for level in element.iterfind("level")]
    descending = values["direction"] == "descending"
    order = values["order"] or (BEST_FIRST if descending else WORST_FIRST)
    levels = _from_worst([level for _, level in pairs], descending=descending, order=order)
    passing = _passing(element, values["passing"], pairs, levels, notes)
    return Scale(levels, passing, values["floor"] or passing, descending)


def _built_in(element: etree._Element, ref: str, notes: Notes) -> Scale:
    check_attributes(element, notes)
    if not ref:
        notes.error(element, "scale_empty", "The scale names no built-in scale and has no levels.")
    elif list(element.iterfind("level")) or set(map(str, element.attrib)) - {"ref"} & set(SCALE_ATTRIBUTES):
        sentence = "A scale either names a built-in one with ref, or spells out its levels; not both."
        notes.error(element, "scale_ref_and_levels", sentence)
    elif ref not in BUILT_IN:
        mend = nearest(ref, BUILT_IN) or ", ".join(sorted(BUILT_IN))
        notes.error(element, "scale_unknown", "There is no scale “{ref}”; write {mend}.", ref=ref[:40], mend=mend)
    return BUILT_IN.get(ref, ENTRY_LEVEL)


def _read_level(element: etree._Element, notes: Notes) -> Level:
    check_children(element, notes)
    values = read_attributes(element, LEVEL_ATTRIBUTES, notes)
    value = values["value"]
    if not value:
        notes.error(element, "level_without_value", "A level has no value.")
    elif value == NOT_APPLICABLE or any(mark.isspace() for mark in value) or len(value) > 30:
        sentence = "A level cannot have the value “{value}”: use one word of at most 30 characters, and not “na”."
        notes.error(element, "level_value_unusable", sentence, value=value[:40])
    label = read_text(element, "label", notes)
    attribute = collapsed(element.get("label"))
    if attribute and label.default:
        notes.warning(element, "label_twice", "The level has its label twice; the element <label> is shown.")
    elif attribute:
        label = Text(escaped(attribute), label.others)
    if not label:
        label = Text(escaped(value))
    return Level(value, label, read_text(element, "description", notes), values["observed"] != "false")


def _from_worst(levels: list[Level], *, descending: bool, order: str) -> tuple[Level, ...]:
    """The levels from worst to best: numbers by their size, words as the author ordered them; those without an observation come first."""
    in_order = levels[::-1] if order == BEST_FIRST else levels
    observed = [level for level in in_order if level.observed]
    unseen = [level for level in in_order if not level.observed]
    if all(level.number is not None for level in observed):
        observed.sort(key=lambda level: level.number or Decimal(0), reverse=descending)
    return (*unseen, *observed)


def _passing(
    element: etree._Element,
    named: str,
    pairs: list[tuple[etree._Element, Level]],
    levels: tuple[Level, ...],
    notes: Notes,
) -> str:
    """The value of the passing level: the scale's attribute, or the worst of the levels marked with passes."""
    marked = {level.value for part, level in pairs if collapsed(part.get("passes")) == "true"}
    places = [place for place, level in enumerate(levels) if level.value in marked]
    worst_marked = levels[places[0]].value if places else ""
    if named and places and named != worst_marked:
        sentence = "The scale names “{named}” as its passing level, but its levels mark “{marked}”."
        notes.error(element, "passing_contradicted", sentence, named=named, marked=worst_marked)
    elif len(places) > 1 and places[-1] - places[0] >= len(places):
        sentence = "A level between two passing ones is not marked as passing; mark only the lowest level that passes."
        notes.error(element, "passing_with_gaps", sentence)
    return named or worst_marked
