"""Elements made from values: texts in several languages, and things with an id, a text and a reason."""

from __future__ import annotations

from collections.abc import Mapping

from lxml import etree

from westmec_xblocks.domain.text import Text
from westmec_xblocks.olx.forms import LANG
from westmec_xblocks.olx.markup import fill, plain


def make(tag: str, attributes: Mapping[str, str] | None = None) -> etree._Element:
    """An element with these attributes."""
    element = etree.Element(tag)
    for name, value in (attributes or {}).items():
        element.set(name, plain(value))
    return element


def in_language(text: Text, language: str) -> str:
    """What the text says in this language and no other; the empty one stands for the course's own."""
    return text.others.get(language, "") if language else text.default


def languages_of(*texts: Text) -> list[str]:
    """The languages of the texts, the course's own first."""
    return ["", *dict.fromkeys(language for text in texts for language in text.others)]


def text_elements(tag: str, text: Text, attributes: Mapping[str, str] | None = None) -> list[etree._Element]:
    """The elements of a text, the original first. Where it says nothing there is none, but what has an id has its original."""
    written = []
    for language in languages_of(text):
        markup = in_language(text, language)
        if markup or (attributes and not language):
            element = make(tag, attributes)
            if language:
                element.set(LANG, plain(language))
            fill(element, markup)
            written.append(element)
    return written


def piece_elements(tag: str, attributes: Mapping[str, str], text: Text, why: Text) -> list[etree._Element]:
    """The elements of something with a text and a reason (``why``): the original with all attributes, translations with the id alone."""
    written = []
    for language in languages_of(text, why):
        element = make(tag, {"id": attributes["id"], LANG: language} if language else attributes)
        fill(element, in_language(text, language))
        if reason := in_language(why, language):
            fill(etree.SubElement(element, "why"), reason)
        written.append(element)
    return written
