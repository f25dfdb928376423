"""Template tags of our blocks: author's text in the reader's language, sanitised; refusals as sentences."""

from __future__ import annotations

import html
import json
from collections.abc import Mapping

import nh3
from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language

from westmec_xblocks.blocks import wording
from westmec_xblocks.domain.refusals import Refusal
from westmec_xblocks.domain.text import Text

register = template.Library()

_TAGS = {
    "p", "ul", "ol", "li", "em", "strong", "b", "i", "code", "sub", "sup", "br", "a", "img",
    "table", "caption", "thead", "tbody", "tr", "th", "td",
}  # fmt: skip
_ATTRIBUTES = {
    "a": {"href", "title"},
    "img": {"src", "alt", "width", "height"},
    "th": {"scope", "colspan", "rowspan"},
    "td": {"colspan", "rowspan"},
}


def clean(markup: str) -> SafeString:
    """The markup with nothing left but the allowed elements and attributes."""
    return mark_safe(nh3.clean(markup, tags=_TAGS, attributes=_ATTRIBUTES, url_schemes={"http", "https", "mailto"}))


@register.filter
def author(text: Text) -> SafeString:
    """Author's text in the reader's language, sanitised; marked with its language where it is not the course's own."""
    return author_in(text, get_language() or "en")


@register.filter
def author_in(text: Text | None, language: str) -> SafeString:
    """Author's text in this language, sanitised; marked with its language where it is not the course's own."""
    if text is None:
        return mark_safe("")
    markup = clean(text.in_language(language))
    tag = text.tag_for(language)
    return format_html('<span lang="{}">{}</span>', tag, markup) if tag else markup


@register.filter
def plain_in(text: Text, language: str) -> str:
    """Author's text in this language without markup, for attributes and options."""
    return html.unescape(nh3.clean(text.in_language(language), tags=set())).strip()


@register.filter
def as_json(value: object) -> str:
    """The value as JSON, for a data attribute."""
    return json.dumps(value, ensure_ascii=False)


@register.filter
def cleaned(markup: str) -> SafeString:
    """Author's markup in a language that was chosen before, sanitised."""
    return clean(markup)


@register.filter
def plain(text: Text) -> str:
    """Author's text without markup, for attributes and options."""
    return plain_in(text, get_language() or "en")


@register.filter
def sentence(refusal: Refusal) -> str:
    """A refusal as a sentence in the reader's language."""
    return wording.sentence(refusal)


@register.filter
def lookup(mapping: object, key: object) -> object:
    """The mapping's value for a key, or nothing; where the template's variable is missing altogether, nothing too."""
    return mapping.get(key, "") if isinstance(mapping, Mapping) else ""
