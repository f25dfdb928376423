"""Puts a rewritten element beside the one that it replaces, so that comments, unknown attributes and unknown elements survive an edit."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from lxml import etree

from westmec_xblocks.domain.text import Text
from westmec_xblocks.olx.canonical import collapsed, is_blank, is_element
from westmec_xblocks.olx.forms import CHECKLIST, LANG
from westmec_xblocks.olx.markup import fill, is_plain, markup_of, plain
from westmec_xblocks.olx.merging import put_at_end, put_before, without_tail
from westmec_xblocks.olx.parts import language_of
from westmec_xblocks.olx.values import Attribute, Unclear

# Written afresh by whoever rewrites the element; every other attribute of it is kept.
_REWRITTEN = {
    "scale": CHECKLIST.attributes["scale"],
    "level": ("value", "observed", "passes"),
}
_ONE_ONLY = frozenset(("scale", "measure"))
_TEXTS = frozenset(("title", "instructions", "task", "criterion", "label", "description"))


class Merge:
    """One rewriting: which new element replaces which old one, and what has to be carried over in the end."""

    def __init__(self) -> None:
        self._new_of: dict[etree._Element, etree._Element] = {}
        self._pairs: list[tuple[etree._Element, etree._Element]] = []

    def parts(self, old: etree._Element | None, tag: str) -> list[etree._Element]:
        """The old element's children of this tag."""
        return [] if old is None else list(old.iterfind(tag))

    def element(self, tag: str, old: etree._Element | None) -> etree._Element:
        """A new element in the place of the old one, with the attributes of it that are not written afresh."""
        element = etree.Element(tag)
        if old is not None:
            self._new_of[old] = element
            for name, value in old.attrib.items():
                if name not in _REWRITTEN.get(tag, ()):
                    element.set(name, value)
        return element

    def unchanged(self, old: etree._Element) -> etree._Element:
        """The old element as it is."""
        copy = without_tail(old)
        self._new_of[old] = copy
        return copy

    def attributes(
        self, element: etree._Element, values: object, attributes: Mapping[str, Attribute], old: etree._Element | None
    ) -> None:
        """Set the attributes; one whose value was not changed keeps the author's spelling."""
        for name, attribute in attributes.items():
            value = getattr(values, name)
            if old is not None and _says(old.get(name), attribute, value):
                continue
            _drop(element, name)
            if value != attribute.missing:
                element.set(name, plain(attribute.write(value)))

    def texts(
        self, tag: str, text: Text, old: Iterable[etree._Element], *, always_default: bool = False
    ) -> list[etree._Element]:
        """The elements of a text, the original first."""
        by_language: dict[str, etree._Element] = {}
        for element in old:
            by_language.setdefault(language_of(element).lower(), element)
        written = []
        if text.default or always_default:
            written.append(self._text(tag, "", text.default, by_language.get("")))
        for language, markup in text.others.items():
            written.append(self._text(tag, language, markup, by_language.get(language.lower())))
        return written

    def _text(self, tag: str, language: str, markup: str, old: etree._Element | None) -> etree._Element:
        if old is not None and markup_of(old) == markup:
            return self.unchanged(old)
        element = self.element(tag, old)
        if language:
            element.set(LANG, plain(language))
        fill(element, markup)
        return element

    def repeated_texts(self, tag: str, texts: tuple[Text, ...], old: Iterable[etree._Element]) -> list[etree._Element]:
        """The elements of several texts, each original followed by its translations."""
        groups: list[list[etree._Element]] = []
        for element in old:
            if not groups or not language_of(element):
                groups.append([])
            groups[-1].append(element)
        written = []
        for text in texts:
            same = next((group for group in groups if markup_of(group[0]) == text.default), None)
            if same is not None:
                groups.remove(same)
            written.extend(self.texts(tag, text, same or [], always_default=True))
        return written

    def titled(
        self,
        element: etree._Element,
        attribute: str,
        tag: str,
        text: Text,
        old: etree._Element | None,
        *,
        as_attribute: bool,
    ) -> list[etree._Element]:
        """The elements of a text whose original may stand in an attribute: there if it stood there, or where nothing stood, if so asked."""
        parts = self.parts(old, tag)
        in_element = any(not language_of(part) for part in parts)
        in_attribute = not in_element and (as_attribute or (old is not None and bool(collapsed(old.get(attribute)))))
        _drop(element, attribute)
        if in_attribute and text.default and is_plain(text.default):
            holder = etree.Element(tag)
            fill(holder, text.default)
            element.set(attribute, plain(holder.text or ""))
            return self.texts(tag, Text("", text.others), parts)
        return self.texts(tag, text, parts)

    def children(self, element: etree._Element, children: list[etree._Element], old: etree._Element | None) -> None:
        """Give the element its children, kinds of children in the order in which the old element had them."""
        if old is not None:
            self._pairs.append((old, element))
            order = list(dict.fromkeys(child.tag for child in old if child.tag in CHECKLIST.children[str(element.tag)]))
            if all(child.tag in order for child in children):
                children = sorted(children, key=lambda child: order.index(child.tag))
        element.extend(children)

    def carry(self) -> None:
        """Bring comments, unknown elements and stray words over: each before the element that it stood before, else to the end."""
        for old, new in self._pairs:
            waiting: list[etree._Element | str] = [] if is_blank(old.text) else [old.text or ""]
            for child in old:
                replacement = self._new_of.get(child)
                if replacement is not None:
                    put_before(replacement, waiting)
                    waiting = []
                elif self._is_foreign(child, old):
                    waiting.append(child)
                if not is_blank(child.tail):
                    waiting.append(child.tail or "")
            put_at_end(new, waiting)

    def _is_foreign(self, child: etree._Element, parent: etree._Element) -> bool:
        """Whether the old child is nothing that reading takes in, so that leaving it out of the new values does not mean removing it."""
        tag = child.tag
        if not is_element(child) or tag == "validation" or tag not in CHECKLIST.children[str(parent.tag)]:
            return True
        if tag in _ONE_ONLY:
            return next(parent.iterfind(str(tag))) is not child
        if tag in _TEXTS:
            language = language_of(child).lower()
            return (
                next(part for part in parent.iterfind(str(tag)) if language_of(part).lower() == language) is not child
            )
        return False


def _says(written: str | None, attribute: Attribute, value: object) -> bool:
    """Whether the attribute as it is written stands for the value; one that cannot be read stands for none."""
    if written is None:
        return False
    if not written.strip():
        return bool(value == attribute.missing)
    try:
        return bool(attribute.read(collapsed(written)) == value)
    except Unclear as unclear:
        return unclear.instead is None and bool(value == attribute.missing)


def _drop(element: etree._Element, name: str) -> None:
    if name in element.attrib:
        del element.attrib[name]
