"""An author's text: the inline markup that it may hold, as a fragment of XML.

What a page shows is cleaned once more where it is rendered; here the author is told what will not be shown.
"""

from __future__ import annotations

import html
import re
from collections.abc import Iterator
from copy import deepcopy

from lxml import etree

from westmec_xblocks.domain.text import plain_words
from westmec_xblocks.olx.canonical import collapse, collapsed, is_blank, take_out, written_name
from westmec_xblocks.olx.forms import LANG, SPACE, words

ALLOWED_TAGS = words("p ul ol li em strong code sub sup br a img table thead tbody tr td th caption")
ACTIVE_TAGS = words(
    """
    script iframe object embed applet form input button textarea select style link meta base svg math video audio frame frameset
    """
)
LINK_SCHEMES = frozenset(("http", "https", "mailto", "tel"))

_EVERYWHERE = frozenset(("class", "id", "title", "lang", "dir", LANG, SPACE))
_USUAL = {
    "a": frozenset(("href", "target", "rel")),
    "img": frozenset(("src", "alt", "width", "height")),
    "ol": frozenset(("start", "type", "reversed")),
    "li": frozenset(("value",)),
    "td": frozenset(("colspan", "rowspan", "headers")),
    "th": frozenset(("colspan", "rowspan", "headers", "scope", "abbr")),
}
_LINKS = frozenset(("href", "src", "action", "formaction", "background", "poster", "cite", "srcset", "xlink:href"))
_ENTITY = re.compile(r"&([A-Za-z][A-Za-z0-9]*);")
_XML_ENTITIES = frozenset(("amp", "lt", "gt", "quot", "apos"))
_IGNORED_IN_LINKS = re.compile(r"[\x00-\x20\x7f-\xa0]+")


def markup_of(element: etree._Element) -> str:
    """What the element says, as an XML fragment: comments left out, white space collapsed."""
    if len(element) == 0:
        return html.escape(collapsed(element.text), quote=False)
    copy = deepcopy(element)
    copy.tail = None
    etree.strip_tags(copy, etree.Comment, etree.ProcessingInstruction)
    collapse(copy)
    if len(copy) == 0:
        return html.escape(copy.text or "", quote=False)
    etree.cleanup_namespaces(copy)
    inner = [html.escape(copy.text or "", quote=False)]
    inner.extend(str(etree.tostring(child, encoding="unicode")) for child in copy)
    return "".join(inner)


def own_markup(element: etree._Element, apart: str) -> str:
    """What the element says besides its children ``apart``, which say something of their own."""
    if len(element) == 1 and element[0].tag == apart and is_blank(element[0].tail):
        return html.escape(collapsed(element.text), quote=False)
    if not apart or element.find(apart) is None:
        return markup_of(element)
    copy = deepcopy(element)
    for child in copy.findall(apart):
        take_out(child)
    return markup_of(copy)


def fill(element: etree._Element, markup: str) -> None:
    """Put an author's text into an empty element. What is no XML fragment is taken as plain text; HTML's named characters are known."""
    known = _ENTITY.sub(_named_character, markup)
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False)
    try:
        parsed = etree.fromstring(f"<text>{known}</text>", parser)
    except (etree.XMLSyntaxError, ValueError):
        element.text = plain(markup)
        return
    element.text = parsed.text
    element.extend(list(parsed))


def plain(text: str) -> str:
    """The text without the control characters that XML cannot hold."""
    return re.sub(r"[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]", "\ufffd", text)


def escaped(text: str) -> str:
    """Plain text as a fragment of markup."""
    return html.escape(text, quote=False)


def is_plain(markup: str) -> bool:
    """Whether the fragment holds no element."""
    return "<" not in markup


def _named_character(match: re.Match[str]) -> str:
    name = match[1]
    if name in _XML_ENTITIES:
        return match[0]
    character = html.unescape(match[0])
    return match[0] if character == match[0] else html.escape(character, quote=False)


def faults(element: etree._Element, apart: str = "") -> Iterator[tuple[etree._Element, str, str, str, dict[str, str]]]:
    """What a reader will not be shown of a text: (element, severity, code, sentence, values). Children ``apart`` are no part of it."""
    for inner in element.iterdescendants(etree.Element):
        tag = str(inner.tag)
        if tag == apart and inner.getparent() is element:
            continue
        if tag.lower() in ACTIVE_TAGS:
            yield (
                inner,
                "error",
                "active_content",
                "<{tag}> is not allowed in a text.",
                {"tag": written_name(inner, tag)},
            )
        elif tag not in ALLOWED_TAGS:
            yield (
                inner,
                "warning",
                "markup_unknown",
                "<{tag}> is not among the tags of a text; only its words are shown.",
                {"tag": written_name(inner, tag)},
            )
        for name, value in inner.attrib.items():
            yield from _attribute_faults(inner, tag, str(name), str(value))
        if tag == "img" and inner.get("alt") is None:
            yield (
                inner,
                "warning",
                "image_without_alt",
                'An image has no alt text: say what it shows, or alt="" if it says nothing.',
                {},
            )


def _attribute_faults(
    inner: etree._Element, tag: str, name: str, value: str
) -> Iterator[tuple[etree._Element, str, str, str, dict[str, str]]]:
    values = {"attribute": written_name(inner, name), "tag": written_name(inner, tag), "value": value[:80]}
    local = name.rpartition("}")[2].lower()
    if local.startswith("on"):
        yield inner, "error", "active_content", "{attribute} on <{tag}> runs a script: remove it.", values
    elif local in _LINKS and not is_safe_link(value):
        yield (
            inner,
            "error",
            "unsafe_link",
            "<{tag}> points to “{value}”: use a web address, a path, mailto: or tel:.",
            values,
        )
    elif name not in _EVERYWHERE and name not in _USUAL.get(tag, frozenset()) and tag in ALLOWED_TAGS:
        yield inner, "warning", "markup_attribute", "{attribute} on <{tag}> is not shown.", values


def is_safe_link(address: str) -> bool:
    """Whether the address is relative or has a scheme that opens no script; browsers ignore control characters in it, so we do as well."""
    bare = _IGNORED_IN_LINKS.sub("", address)
    scheme = re.match(r"[^/?#]*?:", bare)
    return scheme is None or scheme[0][:-1].lower() in LINK_SCHEMES


__all__ = [
    "ACTIVE_TAGS",
    "ALLOWED_TAGS",
    "LINK_SCHEMES",
    "escaped",
    "faults",
    "fill",
    "is_plain",
    "is_safe_link",
    "markup_of",
    "own_markup",
    "plain",
    "plain_words",
]
