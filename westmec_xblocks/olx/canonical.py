"""The one form in which our elements are written: reading and writing a canonical element gives the same characters.

UTF-8 without a declaration, two spaces, known attributes in the documented order and unknown ones behind them by name, comments kept. An
author's text stands on one line a paragraph, its white space collapsed as a browser would.

Two habits of the platform would change a text on its way through Studio. It reads files without blank text, which joins the words
of ``<b>Lock</b> <i>out</i>``; therefore such an element carries ``xml:space="preserve"``. And it writes them with lxml's
indentation, which parts ``<sub>2</sub><sup>3</sup>``; ``shield_texts`` prevents that.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from copy import deepcopy

from lxml import etree

from westmec_xblocks.olx.forms import SPACE, XML_NAMESPACE, Form, words

# Besides HTML's own, the reason that stands in an option behind its text.
BLOCK_TAGS = words(
    """
    p ul ol li table thead tbody tfoot tr td th caption div h1 h2 h3 h4 h5 h6 blockquote pre dl dt dd hr figure figcaption
    why
    """
)
VERBATIM_TAGS = frozenset(("pre", "textarea", "script", "style"))
MAX_DEPTH = 60

_SPACES = re.compile(r"[ \t\r\n]+")


def canonical_bytes(element: etree._Element, form: Form, depth: int = 0) -> str:
    """The canonical form of an element, as text without a final line break; ``depth`` is how deep it stands in a larger one.

    An element nested more than ``MAX_DEPTH`` deep is written as it is: nothing of ours nests like that.
    """
    copy = deepcopy(element)
    copy.tail = None
    if depth_of(copy) <= MAX_DEPTH:
        _arrange(copy, form, depth)
        for inner in copy.iter(etree.Element):
            inner.text = inner.text or None
        etree.cleanup_namespaces(copy)
    return str(etree.tostring(copy, encoding="unicode", with_tail=False))


def depth_of(element: etree._Element) -> int:
    """How deep the element nests: 1 for one without children."""
    deepest = depth = 0
    for event, _ in etree.iterwalk(element, events=("start", "end")):
        depth += 1 if event == "start" else -1
        deepest = max(deepest, depth)
    return deepest


def is_element(node: etree._Element) -> bool:
    """Whether the node is an element, and neither comment nor processing instruction."""
    return isinstance(node.tag, str)


def written_name(element: etree._Element, name: str) -> str:
    """The name of the element, or of an attribute of it, as it stands in a file: with its prefix instead of its namespace."""
    namespace, _, local = name.rpartition("}")
    if not namespace:
        return local
    prefixes = {f"{{{uri}": prefix for prefix, uri in {**element.nsmap, "xml": XML_NAMESPACE}.items()}
    prefix = prefixes.get(namespace)
    return f"{prefix}:{local}" if prefix else local


def is_blank(text: str | None) -> bool:
    """Whether the text holds nothing but XML white space."""
    return not text or not text.strip(" \t\r\n")


def collapsed(text: str | None) -> str:
    """The text with every run of white space as one space, and none at its ends."""
    if not text:
        return ""
    if " " not in (text[0], text[-1]) and not any(mark in text for mark in ("  ", "\n", "\t", "\r")):
        return text
    return _SPACES.sub(" ", text).strip(" ")


def take_out(child: etree._Element) -> None:
    """Take the child out and leave the text that follows it."""
    parent, before = child.getparent(), child.getprevious()
    if parent is None:
        return
    if child.tail and before is not None:
        before.tail = (before.tail or "") + child.tail
    elif child.tail:
        parent.text = (parent.text or "") + child.tail
    parent.remove(child)


def sorted_attributes(names: Iterable[str], known: tuple[str, ...]) -> list[str]:
    """Attribute names in the canonical order: the known ones as documented, then the rest by name."""
    return sorted(names, key=lambda name: (known.index(name) if name in known else len(known), name))


def _arrange(node: etree._Element, form: Form, depth: int) -> None:
    tag = str(node.tag)
    if tag in form.text or (tag not in form.attributes and _has_text(node)):
        if node.get(SPACE) != "preserve":
            collapse(node)
            _break_blocks(node, depth)
    else:
        texts = [node.text, *(child.tail for child in node)]
        for child in node:
            if is_element(child):
                _arrange(child, form, depth + 1)
        _on_lines(node, [collapsed(text) for text in texts], depth)
    _order_attributes(node, form.attributes.get(tag, ()))


def _order_attributes(node: etree._Element, known: tuple[str, ...]) -> None:
    names = [str(name) for name in node.attrib]
    if len(names) < 2:
        return
    ordered = sorted_attributes(names, known)
    if ordered == names:
        return
    values = {name: node.attrib[name] for name in names}
    for name in names:
        del node.attrib[name]
    for name in ordered:
        node.set(name, values[name])


def _has_text(node: etree._Element) -> bool:
    return not is_blank(node.text) or any(not is_blank(child.tail) for child in node)


def _on_lines(node: etree._Element, texts: list[str], depth: int) -> None:
    """Each child, and each text between children, on a line of its own."""
    if len(node) == 0:
        node.text = texts[0] or None
        return
    inner, outer = "\n" + "  " * (depth + 1), "\n" + "  " * depth
    node.text = inner + (texts[0] + inner if texts[0] else "")
    for child, text in zip(node, texts[1:], strict=True):
        after = outer if child.getnext() is None else inner
        child.tail = (inner + text if text else "") + after


# White space inside an author's text.


class _Collapser:
    """Collapses white space through the text slots of one element as HTML does: one space between words, none at the edges of a block."""

    def __init__(self) -> None:
        self.after_space = True
        self.last: tuple[etree._Element, bool] | None = None

    def slot(self, node: etree._Element, *, tail: bool) -> None:
        text = _SPACES.sub(" ", (node.tail if tail else node.text) or "")
        if self.after_space and text.startswith(" "):
            text = text[1:]
        _put(node, text, tail=tail)
        if text:
            self.after_space = text.endswith(" ")
            self.last = (node, tail)

    def edge(self) -> None:
        """A block begins or ends: no space before it, none after it."""
        if self.last is not None:
            node, tail = self.last
            text = (node.tail if tail else node.text) or ""
            if text.endswith(" "):
                _put(node, text[:-1], tail=tail)
        self.after_space, self.last = True, None

    def opaque(self) -> None:
        """Something that is kept as it is, such as a picture."""
        self.after_space, self.last = False, None

    def content(self, node: etree._Element) -> None:
        self.slot(node, tail=False)
        for child in node:
            if is_element(child):
                self.child(child)
            self.slot(child, tail=True)

    def child(self, child: etree._Element) -> None:
        tag = str(child.tag)
        is_edge = tag in BLOCK_TAGS or tag == "br"
        if is_edge:
            self.edge()
        if _is_verbatim(child):
            self.opaque()
        else:
            self.content(child)
        if tag == "img":
            self.opaque()
        if is_edge:
            self.edge()


def _put(node: etree._Element, text: str, *, tail: bool) -> None:
    if tail:
        node.tail = text or None
    else:
        node.text = text or None


def collapse(node: etree._Element) -> None:
    """Collapse the white space of an author's text, in place."""
    if len(node) == 0:
        node.text = collapsed(node.text) or None
        return
    walker = _Collapser()
    walker.content(node)
    walker.edge()
    _guard_blanks(node)


def _break_blocks(node: etree._Element, depth: int) -> None:
    """Put paragraphs, list items and table rows on lines of their own where nothing else stands beside them."""
    if not _holds_blocks_only(node):
        return
    for child in node:
        if is_element(child) and not _is_verbatim(child):
            _break_blocks(child, depth + 1)
    _on_lines(node, [""] * (len(node) + 1), depth)


def _holds_blocks_only(node: etree._Element) -> bool:
    elements = [child for child in node if is_element(child)]
    return bool(elements) and all(child.tag in BLOCK_TAGS for child in elements) and not _has_text(node)


def _guard_blanks(node: etree._Element) -> None:
    """Mark every element that holds a space which a parser would drop: white space alone, in an element that does not begin with text."""
    for inner in node.iter(etree.Element):
        if len(inner) == 0 or inner.get(SPACE) == "preserve":
            continue
        if inner.tag in VERBATIM_TAGS:
            texts = [text for part in inner.iter() for text in (part.text, part.tail if part is not inner else None)]
        elif is_blank(inner.text) and not _holds_blocks_only(inner):
            texts = [inner.text, *(child.tail for child in inner)]
        else:
            continue
        if any(text and is_blank(text) for text in texts):
            inner.set(SPACE, "preserve")


def _is_verbatim(node: etree._Element) -> bool:
    return node.tag in VERBATIM_TAGS or node.get(SPACE) == "preserve"


def shield_texts(node: etree._Element, form: Form) -> None:
    """Keep lxml's indentation out of every text below ``node``: an empty text node in an element makes it leave the element alone."""
    for outer in node.iter(etree.Element):
        if outer.tag in form.text or (outer.tag not in form.attributes and _has_text(outer)):
            verbatim = {part for inner in outer.iter(etree.Element) if _is_verbatim(inner) for part in inner.iter()}
            for inner in outer.iter(etree.Element):
                if len(inner) and not inner.text and (inner in verbatim or not _holds_blocks_only(inner)):
                    inner.text = ""
