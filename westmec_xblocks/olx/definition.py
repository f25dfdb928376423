"""A definition: what an element of ours holds, its version, and the way back onto an element.

The definition is the element's canonical content without what the platform keeps in fields of its own (``url_name``, ``display_name``,
``weight``, dates, access). What cannot be understood stays in it, is reported by reading and written back unchanged.
"""

from __future__ import annotations

import hashlib
from collections.abc import Collection
from copy import deepcopy

from lxml import etree

from westmec_xblocks.olx.canonical import canonical_bytes, shield_texts, sorted_attributes, take_out
from westmec_xblocks.olx.forms import OPTION_NAMESPACE, PLATFORM_FIELDS, Form
from westmec_xblocks.olx.markup import plain
from westmec_xblocks.olx.source import UnreadableError, read

# Holds, as plain text, a definition that is no element of ours, so that an export loses nothing.
_KEPT = "unreadable"


def own_attributes(form: Form) -> tuple[str, ...]:
    """The attributes of the form's root that belong to the definition."""
    return tuple(name for name in form.attributes[form.root] if name not in PLATFORM_FIELDS)


def definition_of(element: etree._Element, form: Form, field_names: Collection[str] = ()) -> str:
    """The definition that the element holds; never raises.

    ``field_names`` are the fields of the block on this host. An attribute that is neither ours nor a field, such as a misspelt one, stays
    in the definition, where reading reports it.
    """
    if len(element) == 1 and element[0].tag == _KEPT:
        return element[0].text or ""
    copy = deepcopy(element)
    copy.tail = None
    own = own_attributes(form)
    for name in list(copy.attrib):
        if name not in own and (name in PLATFORM_FIELDS or name in field_names):
            del copy.attrib[name]
    for option in copy.findall(f"{{{OPTION_NAMESPACE}}}*"):
        take_out(option)
    raw = str(etree.tostring(copy, encoding="unicode"))
    return canonical_bytes(copy, form) if len(raw) <= form.max_bytes else raw


def digest_of(definition: str, form: Form) -> str:
    """The definition's version, in hex: the SHA-256 of its canonical form, leaving out what a panel said about it (``validation``)."""
    try:
        root = read(definition, max_bytes=form.max_bytes).root
    except UnreadableError:
        return _hash(definition)
    return digest_of_element(root, form)


def digest_of_element(element: etree._Element, form: Form) -> str:
    """The version of the definition that the element is."""
    if element.find("validation") is not None:
        element = deepcopy(element)
        for validation in element.findall("validation"):
            take_out(validation)
    return _hash(canonical_bytes(element, form))


def _hash(canonical: str) -> str:
    return hashlib.sha256(canonical.encode("utf-8", "surrogatepass")).hexdigest()


def apply_to_element(definition: str, element: etree._Element, form: Form) -> None:
    """Put the definition's attributes, texts and children on the element; attributes that stand there already are kept.

    A definition that is no such element is kept as it is in a child ``<unreadable>``, from which ``definition_of`` takes it again.
    """
    if not definition.strip():
        return
    try:
        content = read(definition, max_bytes=form.max_bytes).root
    except UnreadableError:
        content = None
    if content is None or content.tag != form.root:
        etree.SubElement(element, _KEPT).text = plain(definition)
        return
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, remove_blank_text=True)
    content = etree.fromstring(canonical_bytes(content, form), parser)
    shield_texts(content, form)
    values = {
        **{str(name): str(value) for name, value in content.attrib.items()},
        **{str(name): str(value) for name, value in element.attrib.items()},
    }
    element.attrib.clear()
    for name in sorted_attributes(values, form.attributes[form.root]):
        element.set(name, values[name])
    _append_text(element, content.text)
    element.extend(list(content))


def _append_text(element: etree._Element, text: str | None) -> None:
    if text and len(element):
        element[-1].tail = (element[-1].tail or "") + text
    elif text:
        element.text = (element.text or "") + text
