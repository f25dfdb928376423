"""What every element of ours is read with: attributes, texts in several languages, and children that do not belong."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any

from lxml import etree

from westmec_xblocks.domain.text import Text
from westmec_xblocks.olx.canonical import collapsed, is_blank, written_name
from westmec_xblocks.olx.forms import LANG, OPTION_NAMESPACE, PLATFORM_FIELDS, SPACE
from westmec_xblocks.olx.markup import faults, markup_of
from westmec_xblocks.olx.problems import ERROR, Notes, nearest
from westmec_xblocks.olx.values import Attribute, Unclear

_LANGUAGE = re.compile(r"[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8})*")
_UNREADABLE = "unreadable-"


# Attributes.


def read_attributes(element: etree._Element, attributes: Mapping[str, Attribute], notes: Notes) -> dict[str, Any]:
    """The values of an element's own attributes; what cannot be read is noted and stands as if it were left out."""
    check_attributes(element, notes)
    values = {}
    for name, attribute in attributes.items():
        written = element.get(name)
        values[name] = attribute.missing
        if written is None or not written.strip():
            continue
        try:
            values[name] = attribute.read(collapsed(written))
        except Unclear as unclear:
            notes.error(
                element, unclear.code, unclear.sentence, **{**unclear.values, "attribute": name, "value": written[:80]}
            )
            if unclear.instead is not None:
                values[name] = unclear.instead
    return values


def check_attributes(element: etree._Element, notes: Notes) -> None:
    """Note attributes that the element does not have; one that is nearly ours is an error, since its meaning would be lost silently."""
    tag = str(element.tag)
    known = notes.form.attributes[tag]
    for name in map(str, element.attrib):
        if name in known or name == SPACE or (tag == notes.form.root and name in PLATFORM_FIELDS):
            continue
        values = {"attribute": written_name(element, name), "tag": tag}
        if name.startswith(_UNREADABLE):
            field = name.removeprefix(_UNREADABLE)
            notes.error(
                element,
                "field_unreadable",
                "{field}=“{value}” cannot be read; mend it and remove {attribute}.",
                field=field,
                value=str(element.attrib[name])[:80],
                **values,
            )
        elif name == "lang" and LANG in known:
            notes.error(element, "attribute_unknown", "Write xml:lang, not lang.")
        elif mend := nearest(name, known):
            sentence = "<{tag}> has no attribute {attribute}; did you mean {mend}?"
            notes.error(element, "attribute_unknown", sentence, mend=written_name(element, mend), **values)
        else:
            notes.warning(
                element,
                "attribute_unknown",
                "<{tag}> has no attribute {attribute}; it is kept, and does nothing.",
                **values,
            )


# Children.


def check_children(element: etree._Element, notes: Notes) -> None:
    """Note children and words that the element does not hold; one that is nearly ours, or stands in the wrong place, is an error."""
    tag = str(element.tag)
    allowed = notes.form.children[tag]
    for child in element.iterchildren(etree.Element):
        name = str(child.tag)
        if name in allowed or name.startswith(f"{{{OPTION_NAMESPACE}}}"):
            continue
        values = {"child": written_name(child, name), "tag": tag}
        parents = [parent for parent, children in notes.form.children.items() if name in children]
        if parents:
            sentence = "<{child}> does not stand in <{tag}>; it belongs into <{parent}>."
            notes.error(child, "element_misplaced", sentence, parent=parents[0], **values)
        elif mend := nearest(name, allowed):
            notes.error(
                child, "element_unknown", "<{tag}> holds no <{child}>; did you mean <{mend}>?", mend=mend, **values
            )
        else:
            notes.warning(
                child, "element_unknown", "<{tag}> holds no <{child}>; it is kept, and does nothing.", **values
            )
    for text in (element.text, *(child.tail for child in element)):
        if not is_blank(text):
            sentence = "The words “{text}” stand between elements of <{tag}>; they are kept, and nobody sees them."
            notes.warning(element, "stray_text", sentence, text=collapsed(text)[:60], tag=tag)


# Texts.


def read_text(parent: etree._Element, tag: str, notes: Notes) -> Text:
    """The one text of this tag, in every language in which it stands."""
    elements = list(parent.iterfind(tag))
    text, rest = _take_text(elements, notes)
    for element in rest:
        sentence = "<{tag}> stands twice for one language; name the other language with xml:lang."
        notes.error(element, "text_repeated", sentence, tag=tag)
    return text


def read_texts(parent: etree._Element, tag: str, notes: Notes) -> tuple[Text, ...]:
    """The texts of a tag that may repeat: each original is followed by its translations."""
    groups: list[list[etree._Element]] = []
    for element in parent.iterfind(tag):
        if not groups or not language_of(element):
            groups.append([])
        groups[-1].append(element)
    texts = []
    for group in groups:
        if language_of(group[0]):
            notes.warning(group[0], "original_missing", "This translation of <{tag}> follows no original.", tag=tag)
        text, rest = _take_text(group, notes)
        for element in rest:
            sentence = "This <{tag}> stands twice for one language: its original must come before it."
            notes.error(element, "text_repeated", sentence, tag=tag)
        if text:
            texts.append(text)
        else:
            notes.warning(group[0], "text_empty", "This <{tag}> says nothing.", tag=tag)
    return tuple(texts)


def _take_text(elements: Iterable[etree._Element], notes: Notes) -> tuple[Text, list[etree._Element]]:
    """One text out of its elements, and those that repeat a language."""
    by_language: dict[str, tuple[str, str]] = {}
    repeated = []
    for element in elements:
        check_attributes(element, notes)
        _check_markup(element, notes)
        language = language_of(element)
        if language and not _LANGUAGE.fullmatch(language):
            notes.error(
                element,
                "language_unclear",
                "xml:lang=“{value}” is no language such as es or es-419.",
                value=language[:40],
            )
        if language.lower() in by_language:
            repeated.append(element)
        else:
            by_language[language.lower()] = (language, markup_of(element))
    default = by_language.pop("", ("", ""))[1]
    return Text(default, dict(by_language.values())), repeated


def language_of(element: etree._Element) -> str:
    """The language that the element says it is in; empty for the course's own."""
    return str(element.get(LANG) or "").strip()


def _check_markup(element: etree._Element, notes: Notes) -> None:
    for inner, severity, code, sentence, values in faults(element):
        (notes.error if severity == ERROR else notes.warning)(inner, code, sentence, **values)
