"""Writing an assessment: its definition from the values, in which whatever else an author had put into it keeps its place."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, replace
from xml.parsers import expat

from lxml import etree

from westmec_xblocks.domain.assessment.definition import Assessment, Domain, FixedForm, Item, Minimum
from westmec_xblocks.domain.refusals import Conflict, NotFound, Refusal, WestmecError
from westmec_xblocks.domain.text import Text
from westmec_xblocks.olx.assessment_form import ASSESSMENT, TAG
from westmec_xblocks.olx.assessment_reading import item_elements, read_item, read_settings, read_stimuli
from westmec_xblocks.olx.assessment_values import (
    DOMAIN_ATTRIBUTES,
    FORM_ATTRIBUTES,
    ITEM_ATTRIBUTES,
    MINIMUM_ATTRIBUTES,
    ROOT_ATTRIBUTES,
    domain_values,
    item_values,
    root_values,
    written,
)
from westmec_xblocks.olx.canonical import canonical_bytes, take_out
from westmec_xblocks.olx.kinds import KINDS
from westmec_xblocks.olx.markup import is_plain, plain_words
from westmec_xblocks.olx.merging import merged
from westmec_xblocks.olx.parts import language_of
from westmec_xblocks.olx.problems import Notes
from westmec_xblocks.olx.source import Source, UnreadableError, read
from westmec_xblocks.olx.writing import make, text_elements

# How deep an item stands: below the root and the bank.
_DEPTH = 2


def write_assessment(assessment: Assessment, base: str | None = None) -> str:
    """The canonical definition of the values.

    ``base`` is the definition that was edited: its comments and what we do not know stay where they stood, and what was not changed is
    written as it was. Without any change the result is ``base`` in canonical form.
    """
    old = _root_of(base or "")
    if old is None:
        return canonical_bytes(_root(assessment, None), ASSESSMENT)
    before = _values_of(old)
    if before == replace(assessment, digest="", provisional=True):
        return canonical_bytes(old, ASSESSMENT)
    _join_banks(old)
    kept = _unchanged(before, assessment)
    new = merged(old, _root(before, old, kept=kept), _root(assessment, old, kept=kept), ASSESSMENT)
    return canonical_bytes(new, ASSESSMENT)


def write_settings(definition: str, assessment: Assessment) -> str:
    """The definition with these values' attributes, title, instructions, blueprint and fixed forms. The bank stays as it is."""
    old = _root_of(definition)
    if old is None:
        return canonical_bytes(_root(assessment, None), ASSESSMENT)
    before = Assessment(**read_settings(old, _quiet(old)))
    wanted = replace(assessment, digest="", provisional=True, stimuli={}, items=())
    if before == wanted:
        return canonical_bytes(old, ASSESSMENT)
    banks = len(old.findall("bank"))
    new = merged(old, _root(before, old, banks=banks), _root(wanted, old, banks=banks), ASSESSMENT)
    return canonical_bytes(new, ASSESSMENT)


def write_item(item: Item) -> etree._Element:
    """The element of an item."""
    kind = KINDS[item.kind]
    attributes = {**written(item_values(item), ITEM_ATTRIBUTES), **kind.written_attributes(item.body)}
    element = make(item.kind, attributes)
    element.extend(text_elements("prompt", item.prompt))
    element.extend(kind.write(item.body))
    element.extend(text_elements("rationale", item.rationale))
    return element


def replace_item(definition: str, item_id: str | None, item: Item) -> str:
    """The definition with this item in the place of the one with the id, or behind the others where the id is None.

    Every character outside the item stays as it was. NotFound when there is no such item, Conflict when another has the new one's id.
    """
    bank = _Bank(definition)
    if item.id != item_id and bank.find(item.id) is not None:
        values = {"item": item.id}
        raise Conflict(Refusal("item_exists", "Another item has the id “{item}” already.", values, item.id))
    if item_id is None:
        return bank.with_added(write_item(item))
    old = bank.get(item_id)
    before = read_item(old, _quiet(old))
    if before == item:
        return definition
    new = write_item(item)
    if before.kind == item.kind:
        new = merged(old, write_item(before), new, ASSESSMENT)
    return bank.with_replaced(old, new)


def remove_item(definition: str, item_id: str) -> str:
    """The definition without the item; every other character stays as it was. NotFound when there is no such item."""
    bank = _Bank(definition)
    return bank.without(bank.get(item_id))


# The whole.


def _root_of(definition: str) -> etree._Element | None:
    try:
        root = read(definition, max_bytes=ASSESSMENT.max_bytes).root
    except UnreadableError:
        return None
    return root if root.tag == TAG else None


def _quiet(element: etree._Element) -> Notes:
    return Notes(Source(element, {}), ASSESSMENT)


def _unchanged(before: Assessment, after: Assessment) -> frozenset[str]:
    """The ids of items that are the same, so that their elements need not be written to be compared."""
    counts = Counter(item.id for assessment in (before, after) for item in assessment.items)
    return frozenset(item.id for item in after.items if counts[item.id] == 2 and before.by_id.get(item.id) == item)


def _join_banks(root: etree._Element) -> None:
    """Move what stands in further banks into the first."""
    banks = list(root.iterfind("bank"))
    for further in banks[1:]:
        banks[0].extend(list(further))
        take_out(further)


def _values_of(root: etree._Element) -> Assessment:
    notes = _quiet(root)
    items = tuple(read_item(element, notes) for element in item_elements(root))
    return Assessment(**read_settings(root, notes), stimuli=read_stimuli(root, notes), items=items)


def _root(
    assessment: Assessment,
    old: etree._Element | None,
    *,
    banks: int | None = None,
    kept: frozenset[str] = frozenset(),
) -> etree._Element:
    """The tree of the values. ``old`` is the tree that they come from.

    ``banks``: so many empty banks stand for those that are not written; of the items ``kept`` only their names.
    """
    root = make(TAG, written(root_values(assessment), ROOT_ATTRIBUTES))
    root.extend(text_elements("title", assessment.title))
    root.extend(text_elements("instructions", assessment.instructions))
    if assessment.domains or assessment.minimums or (old is not None and old.find("blueprint") is not None):
        blueprint = etree.SubElement(root, "blueprint")
        blueprint.extend(_domain(domain, old) for domain in assessment.domains)
        blueprint.extend(_minimum(minimum) for minimum in assessment.minimums)
    root.extend(_fixed_form(form) for form in assessment.fixed_forms)
    root.extend([_bank(assessment, kept)] if banks is None else [make("bank") for _ in range(banks)])
    return root


def _domain(domain: Domain, old: etree._Element | None) -> etree._Element:
    element = make("domain", written(domain_values(domain), DOMAIN_ATTRIBUTES))
    places = (
        []
        if old is None
        else [at for at in old.iterfind("blueprint/domain") if (at.get("id") or "").strip() == domain.id]
    )
    in_element = any(not language_of(title) for at in places for title in at.iterfind("title"))
    title = domain.title
    if title.default and is_plain(title.default) and not in_element:
        element.set("title", plain_words(title.default))
        title = Text("", title.others)
    element.extend(text_elements("title", title))
    return element


def _minimum(minimum: Minimum) -> etree._Element:
    return make("minimum", written({"domains": minimum.domains, "at_least": minimum.at_least}, MINIMUM_ATTRIBUTES))


def _fixed_form(form: FixedForm) -> etree._Element:
    return make("form", written({"id": form.id, "items": form.items}, FORM_ATTRIBUTES))


def _bank(assessment: Assessment, kept: frozenset[str]) -> etree._Element:
    """The bank, each stimulus before the first item that shares it."""
    bank = make("bank")
    waiting = dict(assessment.stimuli)
    used = {item.stimulus for item in assessment.items}
    for name in [name for name in waiting if name not in used]:
        bank.extend(text_elements("stimulus", waiting.pop(name), {"id": name}))
    for item in assessment.items:
        if item.stimulus in waiting:
            bank.extend(text_elements("stimulus", waiting.pop(item.stimulus), {"id": item.stimulus}))
        bank.append(make(item.kind, {"id": item.id}) if item.id in kept else write_item(item))
    return bank


# One item.


@dataclass(frozen=True, slots=True)
class _Span:
    """Where an element begins and ends in the bytes, and where its end tag begins (where it ends, if it has none)."""

    start: int
    end_tag: int
    end: int


class _Bank:
    """The items of a definition and where each stands in its bytes."""

    def __init__(self, definition: str) -> None:
        try:
            source = read(definition, max_bytes=ASSESSMENT.max_bytes)
        except UnreadableError as error:
            raise WestmecError(error.refusal) from error
        if source.root.tag != TAG:
            values = {"tag": str(source.root.tag), "wanted": TAG}
            raise WestmecError(Refusal("wrong_element", "This is <{tag}>; an assessment is <{wanted}>.", values))
        self.root = source.root
        self.data = definition.encode()
        self.items = item_elements(self.root)

    def find(self, item_id: str) -> etree._Element | None:
        """The first item of this id, or None."""
        return next((at for at in self.items if (at.get("id") or "").strip() == item_id), None)

    def get(self, item_id: str) -> etree._Element:
        """The first item of this id."""
        found = self.find(item_id)
        if found is None:
            raise NotFound(
                Refusal("unknown_item", "There is no item “{item}” in this bank.", {"item": item_id}, item_id)
            )
        return found

    def with_replaced(self, old: etree._Element, new: etree._Element) -> str:
        """The text with the new element in the place of the old one."""
        span = self._span(old)
        return self._joined(span.start, canonical_bytes(new, ASSESSMENT, _DEPTH), span.end)

    def with_added(self, new: etree._Element) -> str:
        """The text with the new element at the end of the bank."""
        bank = self.root.find("bank")
        if bank is None or not len(bank):
            bank = etree.SubElement(self.root, "bank") if bank is None else bank
            bank.append(new)
            return canonical_bytes(self.root, ASSESSMENT)
        span = self._span(bank)
        before = self.data[: span.end_tag].rstrip(b" \t\r\n")
        text = canonical_bytes(new, ASSESSMENT, _DEPTH)
        return f"{before.decode()}\n    {text}\n  {self.data[span.end_tag :].decode()}"

    def without(self, old: etree._Element) -> str:
        """The text without the element."""
        bank = old.getparent()
        if bank is not None and len(bank) == 1:
            bank.remove(old)
            return canonical_bytes(self.root, ASSESSMENT)
        span = self._span(old)
        start = len(self.data[: span.start].rstrip(b" \t\r\n"))
        return self._joined(start, "", span.end)

    def _joined(self, start: int, text: str, end: int) -> str:
        return f"{self.data[:start].decode()}{text}{self.data[end:].decode()}"

    def _span(self, element: etree._Element) -> _Span:
        number = next(place for place, other in enumerate(self.root.iter(etree.Element)) if other is element)
        return _span_of(self.data, number)


def _span_of(data: bytes, number: int) -> _Span:
    """Where the element with this number, in document order, stands."""
    parser = expat.ParserCreate("utf-8")
    open_numbers: list[int] = []
    count = 0
    found: dict[str, int] = {}

    def start(_tag: str, _attributes: object) -> None:
        nonlocal count
        if count == number:
            found["start"] = parser.CurrentByteIndex
        open_numbers.append(count)
        count += 1

    def end(_tag: str) -> None:
        if open_numbers.pop() == number:
            found["end"] = parser.CurrentByteIndex

    parser.StartElementHandler = start
    parser.EndElementHandler = end
    parser.Parse(data, True)
    begins = found["start"]
    first_ends = _tag_end(data, begins)
    # For an empty-element tag, expat's offset stands behind the tag.
    if data[first_ends - 2 : first_ends] == b"/>":
        return _Span(begins, first_ends, first_ends)
    return _Span(begins, found["end"], data.index(b">", found["end"]) + 1)


def _tag_end(data: bytes, start: int) -> int:
    """The offset behind the tag that begins at ``start``."""
    quote = 0
    for place in range(start, len(data)):
        byte = data[place]
        if quote:
            quote = 0 if byte == quote else quote
        elif byte in b"\"'":
            quote = byte
        elif byte == ord(">"):
            return place + 1
    return len(data)
