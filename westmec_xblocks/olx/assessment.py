"""The assessment as OLX: ``<westmec_assessment>`` and ``domain.assessment``, from the one to the other and back; answers to its items.

What cannot be understood stays in the definition, is reported by ``parse_assessment`` and written back unchanged. What only one kind of
item knows is asked of that kind (``olx.kinds``), so that nobody else needs to know the kinds.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import Any

from lxml import etree

from westmec_xblocks.domain.assessment.definition import Assessment, Item
from westmec_xblocks.domain.assessment.forms import Form
from westmec_xblocks.olx import definition as any_definition
from westmec_xblocks.olx.assessment_form import ASSESSMENT, MAX_BYTES, TAG
from westmec_xblocks.olx.assessment_reading import Parsed, parse_assessment, parse_element
from westmec_xblocks.olx.assessment_writing import remove_item, replace_item, write_assessment, write_settings
from westmec_xblocks.olx.kinds import KINDS
from westmec_xblocks.olx.kinds.base import Face, Field, Json, Piece, Row, Unusable
from westmec_xblocks.olx.problems import Finding

OWN_ATTRIBUTES = any_definition.own_attributes(ASSESSMENT)


def definition_of(element: etree._Element, field_names: Collection[str] = ()) -> str:
    """The definition that the element holds; see ``definition``."""
    return any_definition.definition_of(element, ASSESSMENT, field_names)


def digest_of(definition: str) -> str:
    """The definition's version, in hex."""
    return any_definition.digest_of(definition, ASSESSMENT)


def apply_to_element(definition: str, element: etree._Element) -> None:
    """Put the definition's attributes, texts and children on the element."""
    any_definition.apply_to_element(definition, element, ASSESSMENT)


# Answers.


@dataclass(frozen=True, slots=True)
class Review:
    """An answer told to whoever may see it. ``given`` and ``key`` are plain words in the reader's language; ``points`` from 0 to 1.

    ``key``, ``right`` and the rows that were not chosen tell the key.
    """

    rows: tuple[Row, ...]
    given: str
    key: str
    points: Fraction


def accept_response(item: Item, raw: Json, language: str = "") -> Json:
    """The answer that a browser sent, in the one form in which it is kept; None when nothing was answered.

    ``language`` is the learner's, by which a number such as 1,234 is read. ``Unusable``, a ``WestmecError``, says why one is not taken.
    """
    return KINDS[item.kind].accept(item.body, raw, language)


def raw_of(item: Item, response: Json) -> Json:
    """What the item's widget would have sent for an answer that is kept. Order and match keep other ids than their widgets show."""
    return None if response is None else KINDS[item.kind].raw(item.body, response)


def key_of(item: Item) -> Json:
    """An answer that earns the whole point, in the form in which answers are kept; None where there is none."""
    return KINDS[item.kind].key(item.body)


def points(item: Item, response: Json) -> Fraction:
    """What the answer earns, 0 to 1; never raises."""
    return Fraction(0) if response is None else KINDS[item.kind].score(item.body, response)


def points_of(assessment: Assessment, form: Form, responses: Mapping[str, Json]) -> dict[str, Fraction]:
    """What each answered item of the form earns, 0 to 1, pilot items too; answers to items that are not on the form are left out."""
    return {
        item_id: points(assessment.by_id[item_id], responses[item_id])
        for item_id in form.items
        if item_id in assessment.by_id and responses.get(item_id) is not None
    }


def face_of(item: Item, seed: str, response: Json = None) -> Face:
    """What a learner may see of the item before its review, besides prompt and stimulus.

    ``seed`` is the form's; an empty one keeps the author's order where that does not tell the key. ``response`` is the answer that is
    kept so far; it stands in the face as the widget sends it (``given``).
    """
    face = KINDS[item.kind].face(item.body, f"{seed}\x1f{item.id}" if seed else "")
    return face if response is None else replace(face, given=raw_of(item, response))


def review_of(item: Item, response: Json, language: str) -> Review:
    """The answer line by line and in words, for feedback and for staff."""
    kind = KINDS[item.kind]
    given = "" if response is None else kind.in_words(item.body, response, language)
    key = kind.key_in_words(item.body, language)
    return Review(kind.review(item.body, response, language), given, key, points(item, response))


# Authoring.


def form_fields(kind: str) -> tuple[Field, ...]:
    """The fields with which an author edits what only this kind of item has."""
    return KINDS[kind].form


def fields_of(item: Item) -> dict[str, Any]:
    """The values of those fields."""
    return KINDS[item.kind].fields(item.body)


def body_from(kind: str, data: Mapping[str, Json]) -> Any:
    """The body that those fields describe; ``Unusable`` says which cannot be read."""
    return KINDS[kind].from_fields(data)


__all__ = [
    "KINDS",
    "MAX_BYTES",
    "OWN_ATTRIBUTES",
    "TAG",
    "Face",
    "Field",
    "Finding",
    "Parsed",
    "Piece",
    "Review",
    "Row",
    "Unusable",
    "accept_response",
    "apply_to_element",
    "body_from",
    "definition_of",
    "digest_of",
    "face_of",
    "fields_of",
    "form_fields",
    "key_of",
    "parse_assessment",
    "parse_element",
    "points",
    "points_of",
    "raw_of",
    "remove_item",
    "replace_item",
    "review_of",
    "write_assessment",
    "write_settings",
]
