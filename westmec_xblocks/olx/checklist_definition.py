"""The definition of a skill checklist: what an element holds of it, its version, and the way back onto an element."""

from __future__ import annotations

from collections.abc import Collection

from lxml import etree

from westmec_xblocks.olx import definition as any_definition
from westmec_xblocks.olx.forms import CHECKLIST

TAG = CHECKLIST.root
OWN_ATTRIBUTES = any_definition.own_attributes(CHECKLIST)


def definition_of(element: etree._Element, field_names: Collection[str] = ()) -> str:
    """The definition that the element holds; see ``definition``."""
    return any_definition.definition_of(element, CHECKLIST, field_names)


def digest_of(definition: str) -> str:
    """The definition's version, in hex."""
    return any_definition.digest_of(definition, CHECKLIST)


def apply_to_element(definition: str, element: etree._Element) -> None:
    """Put the definition's attributes, texts and children on the element."""
    any_definition.apply_to_element(definition, element, CHECKLIST)
