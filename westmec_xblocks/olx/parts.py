"""What every element of ours is read with: attributes, texts in several languages, and children that do not belong."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from lxml import etree

from westmec_xblocks.domain.text import Text
from westmec_xblocks.olx.canonical import collapsed, is_blank, written_name
from westmec_xblocks.olx.forms import LANG, OPTION_NAMESPACE, PLATFORM_FIELDS, SPACE
from westmec_xblocks.olx.markup import escaped, faults, markup_of, own_markup
from westmec_xblocks.olx.problems import ERROR, Notes, nearest
from westmec_xblocks.olx.values import ID, Attribute, Unclear

_LANGUAGE = re.compile(r"[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8})*")
_UNREADABLE = "unreadable-"


# Attributes.


def read_attributes(element: etree._Element, attributes: Mapping[str, Attribute], notes: Notes) -> dict[str, Any]:
    """The values of an element's own attributes; what cannot be read is noted and stands as if it were left out."""
    check_attributes(element, notes)
    return {name: read_attribute(element, name, attribute, notes) for name, attribute in attributes.items()}


def read_attribute(element: etree._Element, name: str, attribute: Attribute, notes: Notes) -> Any:
    """The value of one attribute; what cannot be read is noted and stands as if it were left out."""
    written = element.get(name)
    if written is None or not written.strip():
        return attribute.missing
    try:
        return attribute.read(collapsed(written))
    except Unclear as unclear:
        values = {**unclear.values, "attribute": name, "value": written[:80]}
        notes.error(element, unclear.code, unclear.sentence, **values)
        return attribute.missing if unclear.instead is None else unclear.instead


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
    elements = list(parent.iterchildren(tag))
    text, rest = _take_text(elements, notes)
    for element in rest:
        sentence = "<{tag}> stands twice for one language; name the other language with xml:lang."
        notes.error(element, "text_repeated", sentence, tag=tag)
    return text


def read_texts(parent: etree._Element, tag: str, notes: Notes) -> tuple[Text, ...]:
    """The texts of a tag that may repeat: each original is followed by its translations."""
    groups: list[list[etree._Element]] = []
    for element in parent.iterchildren(tag):
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


def read_title(element: etree._Element, notes: Notes) -> Text:
    """A title: the attribute, which is plain text, or the element, which may hold markup; translations are elements."""
    check_attributes(element, notes)
    text = read_text(element, "title", notes)
    attribute = collapsed(element.get("title"))
    if not attribute:
        return text
    if text.default:
        notes.warning(
            element,
            "title_twice",
            "<{tag}> has its title twice; the element <title> is shown, not the attribute.",
            tag=str(element.tag),
        )
        return text
    return Text(escaped(attribute), text.others)


def _take_text(elements: Iterable[etree._Element], notes: Notes) -> tuple[Text, list[etree._Element]]:
    """One text out of its elements, and those that repeat a language."""
    by_language: dict[str, tuple[str, str]] = {}
    repeated = []
    for element in elements:
        check_attributes(element, notes)
        _check_markup(element, notes)
        language = _checked_language(element, notes)
        if language.lower() in by_language:
            repeated.append(element)
        else:
            by_language[language.lower()] = (language, markup_of(element))
    default = by_language.pop("", ("", ""))[1]
    return Text(default, dict(by_language.values())), repeated


def language_of(element: etree._Element) -> str:
    """The language that the element says it is in; empty for the course's own."""
    return str(element.get(LANG) or "").strip()


def check_text(element: etree._Element, notes: Notes) -> str:
    """Note what is wrong with an element that holds a text; its language."""
    check_attributes(element, notes)
    _check_markup(element, notes)
    return _checked_language(element, notes)


def _checked_language(element: etree._Element, notes: Notes) -> str:
    language = language_of(element)
    if language and not _LANGUAGE.fullmatch(language):
        sentence = "xml:lang=“{value}” is no language such as es or es-419."
        notes.error(element, "language_unclear", sentence, value=language[:40])
    return language


def _check_markup(element: etree._Element, notes: Notes, apart: str = "") -> None:
    if all(child.tag == apart and len(child) == 0 for child in element):
        return
    for inner, severity, code, sentence, values in faults(element, apart):
        (notes.error if severity == ERROR else notes.warning)(inner, code, sentence, **values)


# Things with an id, whose translations are elements with the same id and a language.


@dataclass(slots=True)
class Group:
    """One thing with an id: the element that holds it, and its translations by language."""

    id: str
    original: etree._Element
    translations: dict[str, etree._Element] = field(default_factory=dict)

    def elements(self) -> Iterator[tuple[str, etree._Element]]:
        """Each element with its language, the original with an empty one."""
        yield "", self.original
        yield from self.translations.items()


def read_groups(parent: etree._Element, tag: str, notes: Notes, *, translated: tuple[str, ...] = ()) -> list[Group]:
    """The things of this tag in order; ``translated`` are attributes that a translation has as well."""
    groups: list[Group] = []
    first: dict[str, Group] = {}
    waiting: list[tuple[str, str, etree._Element]] = []
    for element in parent.iterchildren(tag):
        check_attributes(element, notes)
        name = _read_id(element, notes)
        language = _checked_language(element, notes)
        if language:
            waiting.append((name, language, element))
        else:
            groups.append(Group(name, element))
            first.setdefault(name, groups[-1])
    for name, language, element in waiting:
        _add_translation(first.get(name), language, element, notes, ("id", LANG, SPACE, *translated))
    return groups


def _add_translation(
    group: Group | None, language: str, element: etree._Element, notes: Notes, usual: tuple[str, ...]
) -> None:
    values = {"tag": str(element.tag), "id": (element.get("id") or "")[:40]}
    if group is None:
        sentence = "This translation belongs to no <{tag}> with the id “{id}”."
        notes.error(element, "original_missing", sentence, **values)
        return
    if language.lower() in map(str.lower, group.translations):
        sentence = "<{tag}> “{id}” stands twice for one language."
        notes.error(element, "text_repeated", sentence, **values)
        return
    group.translations[language] = element
    for name in map(str, element.attrib):
        if name not in usual and name in notes.form.attributes[str(element.tag)]:
            sentence = "{attribute} stands on the original <{tag}>; on a translation it does nothing."
            notes.warning(element, "attribute_on_translation", sentence, attribute=name, **values)


def _read_id(element: etree._Element, notes: Notes) -> str:
    return str(read_attribute(element, "id", ID, notes))


def text_of_group(group: Group, notes: Notes, apart: str = "") -> Text:
    """What the elements of a thing say in each language, besides their children ``apart``."""
    by_language = {}
    for language, element in group.elements():
        _check_markup(element, notes, apart)
        by_language[language] = own_markup(element, apart)
    return Text(by_language.pop("", ""), {tag: markup for tag, markup in by_language.items() if markup})


def text_in_group(group: Group, tag: str, notes: Notes) -> Text:
    """What the children of this tag say, in the language of the element that each stands in."""
    by_language = {}
    for language, element in group.elements():
        text = read_text(element, tag, notes)
        if text.others:
            sentence = "xml:lang does not stand on this <{tag}>: it has the language of what it stands in."
            notes.error(element, "language_misplaced", sentence, tag=tag)
        by_language[language] = text.default
    return Text(by_language.pop("", ""), {language: markup for language, markup in by_language.items() if markup})
