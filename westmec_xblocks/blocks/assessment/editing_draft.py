"""The author's draft: the stored definition with the changes that wait in the author's browser.

A bank of a thousand items is too much to send with each request, so the browser holds what was changed and nothing else: the settings,
shared texts and items by their key. The key of a stored item is its place in the bank, which holds because changes are only ever
applied to the very definition (``base``) that they were made on; new items have keys of the browser's own (``n1``).
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass, field, replace
from functools import cached_property, lru_cache
from typing import Any

from django.utils.translation import gettext as _

from westmec_xblocks.blocks.assessment.desk import parsed
from westmec_xblocks.blocks.assessment.editing_fields import OFFERED, as_values, read_text, read_value
from westmec_xblocks.blocks.assessment.editing_settings import read_settings
from westmec_xblocks.blocks.authoring import found_in
from westmec_xblocks.blocks.payload import BadRequest, bad
from westmec_xblocks.blocks.wording import sentence
from westmec_xblocks.domain.assessment.definition import Assessment, Item
from westmec_xblocks.domain.assessment.validation import validate
from westmec_xblocks.domain.problems import Problem
from westmec_xblocks.domain.refusals import Conflict, Refusal, WestmecError
from westmec_xblocks.domain.text import Text
from westmec_xblocks.olx import assessment as codec
from westmec_xblocks.olx.assessment_reading import MAX_ITEMS, Parsed, view_of
from westmec_xblocks.olx.assessment_values import ITEM_ATTRIBUTES
from westmec_xblocks.olx.problems import Finding

EMPTY = Assessment(code="")
MAX_FINDINGS = 100
_NEW_KEY = re.compile(r"n[0-9]{1,6}")


@dataclass(frozen=True, slots=True)
class Row:
    """An item of the draft by its key; ``changed``: it is not what is stored; ``removed``: it will not be stored again."""

    key: str
    item: Item
    changed: bool = False
    removed: bool = False


@dataclass(frozen=True, slots=True)
class Findings:
    """Findings of which not all are those of a definition."""

    problems: list[Finding]


def changes_in(data: Mapping[str, Any]) -> Mapping[str, Any]:
    """The changes that a request carries."""
    given = data.get("changes")
    if not isinstance(given, dict):
        raise bad("changes", "an object")
    return given


def version_of(definition: str) -> str:
    """What names the stored definition to the browser; unlike its digest it changes with every character."""
    return hashlib.sha256(definition.encode()).hexdigest()


def stored_in(block: Any) -> Assessment:
    """The stored assessment as its author edits it; an empty one before anything was written. Conflict where it cannot be read."""
    definition = block.definition or ""
    found = parsed(definition).assessment
    if found is None and definition.strip():
        raise Conflict(Refusal("unreadable_olx", "The OLX cannot be read yet: mend it in the OLX tab first."))
    return found or EMPTY


def check_base(block: Any, changes: Mapping[str, Any]) -> None:
    """Raise Conflict where the stored definition is no longer the one that was edited."""
    if changes.get("base") != version_of(block.definition or ""):
        told = (
            "This assessment was changed in the meantime, in another window or by somebody else. "
            "Your changes are kept in this browser: open the form again to go on with them."
        )
        raise Conflict(Refusal("definition_changed", told))


# Items as the form holds them.

_LABELS = {"id": "Id", "domain": "Domain", "level": "Level", "status": "Status", "stimulus": "Shared text"}


def as_json(item: Item) -> dict[str, Any]:
    """An item as the form holds it."""
    values = {name: getattr(item, name) for name in ITEM_ATTRIBUTES}
    written = {name: "" if values[name] is None else one.write(values[name]) for name, one in ITEM_ATTRIBUTES.items()}
    return {
        **written,
        "kind": item.kind,
        "prompt": as_values(item.prompt),
        "rationale": as_values(item.rationale),
        "body": codec.fields_of(item),
    }


def read_item(data: Any) -> Item:
    """The item that the form describes; an error says which field cannot be read, of which item."""
    if not isinstance(data, dict) or data.get("kind") not in codec.KINDS or not isinstance(data.get("body", {}), dict):
        raise bad("item", "an object")
    labels = {name: _(_LABELS[name]) if name in _LABELS else name for name in ITEM_ATTRIBUTES}
    values = {name: read_value(data, name, one, labels[name]) for name, one in ITEM_ATTRIBUTES.items()}
    return Item(
        kind=data["kind"],
        prompt=read_text(data, "prompt", _("Question")),
        rationale=read_text(data, "rationale", _("Explanation")),
        body=codec.body_from(data["kind"], data.get("body") or {}),
        **values,
    )


def fingerprint(item: Item) -> str:
    """By which a browser knows later whether somebody else has changed the item since."""
    return hashlib.sha256(json.dumps(as_json(item), sort_keys=True).encode()).hexdigest()[:16]


# The draft.


@dataclass
class Draft:
    """The stored assessment with an author's changes. ``rows`` are the items in order; ``assessment`` holds those that stay."""

    definition: str
    stored: Assessment
    assessment: Assessment
    rows: tuple[Row, ...]
    title: str = ""
    weight: float | None = None
    # Names the stored text and the changes; empty where it is not worth while to remember anything about them.
    name: str = ""

    @classmethod
    def of(cls, block: Any, data: Mapping[str, Any], *, strict: bool = True) -> Draft:
        """The draft that a request describes. Conflict where the stored definition is no longer the one that was edited.

        ``strict``: settings that cannot be read are refused; otherwise the stored ones stand in for them. An item may be told by its
        ``id`` alone where its text does not matter to the request.
        """
        definition, stored = block.definition or "", stored_in(block)
        check_base(block, data)
        rows = tuple(_rows(stored, _object(data, "items")))
        kept = tuple(row.item for row in rows if not row.removed)
        if len(kept) > MAX_ITEMS:
            raise bad("items", "a list of at most {limit}", limit=MAX_ITEMS)
        stimuli = _stimuli(stored, _object(data, "stimuli"))
        assessment = replace(stored, items=kept, stimuli=stimuli)
        title, weight = block.display_name or "", block.weight
        if data.get("settings") is not None:
            try:
                assessment, title, weight = read_settings(data["settings"], assessment, title, weight)
            except WestmecError:
                if strict:
                    raise
        name = version_of(json.dumps(data, sort_keys=True))
        return cls(definition, stored, assessment, rows, title, weight, name)

    def written(self) -> str:
        """The draft as OLX, in canonical form; what nobody changed stands as it stood."""
        return codec.write_assessment(self.assessment, self.definition or None)

    @property
    def kept(self) -> tuple[Row, ...]:
        """The rows that will be stored."""
        return tuple(row for row in self.rows if not row.removed)

    def row(self, key: Any) -> Row | None:
        """The row of this key, or None."""
        return next((row for row in self.rows if row.key == key), None)

    def with_item(self, key: str, item: Item) -> Draft:
        """The draft with this item under the key, in its place or behind the others."""
        row = Row(key, item, changed=True)
        rows = tuple(row if one.key == key else one for one in self.rows)
        rows = rows if row in rows else (*rows, row)
        kept = tuple(one.item for one in rows if not one.removed)
        return replace(self, rows=rows, assessment=replace(self.assessment, items=kept), name="")

    @cached_property
    def languages(self) -> tuple[str, ...]:
        """The languages besides the course's own that the form shows: the one that is always offered, and those in use."""
        return languages_of(self.assessment)

    @cached_property
    def findings(self) -> list[Finding]:
        """What is wrong with the draft, errors first. It is remembered from one page of the bank to the next.

        What only the stored text shows, such as an unknown attribute, is told until its item is edited.
        """
        return _findings(_Sight(self.name, self)) if self.name else _findings_in(self)

    def findings_of(self, item_id: str) -> list[Finding]:
        """What is wrong with one item."""
        return [one for one in self.findings if one.skill == item_id]


def languages_of(assessment: Assessment) -> tuple[str, ...]:
    """The languages of an assessment besides the course's own, and the one that is always offered."""
    texts = [assessment.title, assessment.instructions, *(item.prompt for item in assessment.items)]
    return tuple(dict.fromkeys((*OFFERED, *(tag for text in texts for tag in text.others))))


def told(findings: Iterable[Finding]) -> dict[str, Any]:
    """Findings for the page, the first hundred of them, each with the item it is about; and how many there are."""
    every = list(findings)
    shown = [{**asdict(found_in(Findings([one]))[0]), "item": one.skill} for one in every[:MAX_FINDINGS]]
    errors = sum(one.is_error for one in every)
    return {"findings": shown, "errors": errors, "warnings": len(every) - errors}


def _object(data: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    given = data.get(name) or {}
    if not isinstance(given, dict):
        raise bad(name, "an object")
    return given


def _rows(stored: Assessment, changes: Mapping[str, Any]) -> Iterator[Row]:
    places = {str(place) for place in range(len(stored.items))}
    for key, change in changes.items():
        if not isinstance(change, dict) or not (key in places or _NEW_KEY.fullmatch(key)):
            raise bad("items", "an object")
    for place, item in enumerate(stored.items):
        key = str(place)
        yield _changed(key, item, changes[key]) if key in changes else Row(key, item)
    for key, change in changes.items():
        if key not in places and change.get("item", change) is not None:
            yield _changed(key, Item("", "choice", "", Text(), codec.body_from("choice", {})), change)


def _changed(key: str, before: Item, change: Mapping[str, Any]) -> Row:
    if "item" not in change:
        return Row(key, replace(before, id=read_value(change, "id", ITEM_ATTRIBUTES["id"], "Id")), changed=True)
    if change["item"] is None:
        return Row(key, before, changed=True, removed=True)
    try:
        return Row(key, read_item(change["item"]), changed=True)
    except WestmecError as error:
        name = str(change["item"].get("id", "")) if isinstance(change["item"], dict) else key
        values = {"item": name[:50], "why": sentence(error.refusal)}
        raise BadRequest(Refusal("item_unreadable", "Item {item}: {why}", values)) from error


def _stimuli(stored: Assessment, changes: Mapping[str, Any]) -> Mapping[str, Text]:
    stimuli = dict(stored.stimuli)
    for name, texts in changes.items():
        read_value({"id": name}, "id", ITEM_ATTRIBUTES["id"], _("Shared text"))
        if texts is None:
            stimuli.pop(name, None)
        else:
            stimuli[name] = read_text({"text": texts}, "text", _("Shared text"))
    return stimuli


@dataclass(frozen=True, slots=True)
class _Sight:
    """A draft by its name."""

    name: str
    draft: Draft = field(compare=False)


@lru_cache(maxsize=8)
def _findings(sight: _Sight) -> list[Finding]:
    return _findings_in(sight.draft)


def _findings_in(draft: Draft) -> list[Finding]:
    changed = {row.item.id for row in draft.rows if row.changed}
    found = [Finding(one.severity, one.refusal) for one in _validated(draft.assessment)]
    unread = [one for one in _only_read(draft.definition) if one.skill not in changed or not one.skill]
    return sorted([*found, *unread], key=lambda one: not one.is_error)


def _validated(assessment: Assessment) -> list[Problem]:
    return validate(assessment, [view_of(item) for item in assessment.items])


@lru_cache(maxsize=16)
def _only_read(definition: str) -> list[Finding]:
    """The findings that come from reading the text, not from what it says."""
    found: Parsed = parsed(definition)
    if found.assessment is None:
        return []
    said = {_sign(one.refusal) for one in _validated(found.assessment)}
    return [one for one in found.problems if _sign(one.refusal) not in said]


def _sign(refusal: Refusal) -> tuple[str, str, str]:
    return refusal.code, refusal.skill, str(refusal)
