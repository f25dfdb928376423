"""Puts what an author had written besides the values back into an element that was written anew from changed values.

Three elements take part: the author's, what the writer makes of the author's values, and what it makes of the changed ones. Where the
last two agree, the author's spelling stays; what the writer would not have written (comments, unknown attributes and elements, stray
words) stays too, each before the element that it stood before.
"""

from __future__ import annotations

from copy import deepcopy

from lxml import etree

from westmec_xblocks.olx.canonical import is_blank, is_element
from westmec_xblocks.olx.forms import LANG, Form

# What an element is known by among its brothers and sisters: tag, id, language, and the how manieth of these it is.
_Key = tuple[str, str, str, int]


def merged(old: etree._Element, before: etree._Element, new: etree._Element, form: Form) -> etree._Element:
    """The element of the changed values, with what the author had put into the old one."""
    if same(before, new):
        return without_tail(old)
    tag = str(new.tag)
    if tag in form.text:
        return _merged_text(old, before, new, form)
    element = etree.Element(tag)
    _merge_attributes(element, old, before, new, form.attributes.get(tag, ()))
    olds, befores, news = _keyed(old, form), _keyed(before, form), _keyed(new, form)
    placed: dict[_Key, etree._Element] = {}
    for key, child in news.items():
        if key in olds and key in befores:
            placed[key] = merged(olds[key], befores[key], child, form)
        else:
            placed[key] = without_tail(child)
    element.extend(placed[key] for key in _order(list(olds), list(befores), list(news)))
    replaced = {olds[key]: placed.get(key) for key in olds if key in befores or key in news}
    carry(old, element, replaced)
    return element


def same(one: etree._Element, other: etree._Element) -> bool:
    """Whether both elements are written alike."""
    return bool(etree.tostring(one, with_tail=False) == etree.tostring(other, with_tail=False))


def without_tail(node: etree._Element) -> etree._Element:
    """A copy of the node without the text that follows it."""
    copy = deepcopy(node)
    copy.tail = None
    return copy


def carry(old: etree._Element, new: etree._Element, replaced: dict[etree._Element, etree._Element | None]) -> None:
    """Bring what stands in the old element and was replaced by nothing over, each before what it stood before, else to the end.

    ``replaced`` says by what each child of the old element that was written anew is replaced; None where it is gone.
    """
    waiting: list[etree._Element | str] = [] if is_blank(old.text) else [old.text or ""]
    for child in old:
        if child not in replaced:
            waiting.append(child)
        elif (anchor := replaced[child]) is not None:
            put_before(anchor, waiting)
            waiting = []
        if not is_blank(child.tail):
            waiting.append(child.tail or "")
    put_at_end(new, waiting)


def put_before(anchor: etree._Element, items: list[etree._Element | str]) -> None:
    """Put elements and words before the anchor."""
    parent = anchor.getparent()
    if parent is None:
        return
    for item in items:
        if isinstance(item, str):
            _add_words(parent, anchor.getprevious(), item)
        else:
            anchor.addprevious(without_tail(item))


def put_at_end(parent: etree._Element, items: list[etree._Element | str]) -> None:
    """Put elements and words at the end of the parent."""
    for item in items:
        if isinstance(item, str):
            _add_words(parent, parent[-1] if len(parent) else None, item)
        else:
            parent.append(without_tail(item))


def _add_words(parent: etree._Element, before: etree._Element | None, words: str) -> None:
    if before is None:
        parent.text = f"{parent.text or ''} {words}"
    else:
        before.tail = f"{before.tail or ''} {words}"


def _merged_text(old: etree._Element, before: etree._Element, new: etree._Element, form: Form) -> etree._Element:
    """A text that was changed; a part of it that has a meaning of its own (a reason) is taken over if that was not."""
    element = without_tail(new)
    element.attrib.clear()
    _merge_attributes(element, old, before, new, form.attributes[str(new.tag)])
    for tag in form.children.get(str(new.tag), ()):
        kept, written, child = old.find(tag), before.find(tag), element.find(tag)
        if kept is not None and written is not None and child is not None and same(written, child):
            child.addprevious(without_tail(kept))
            element.remove(child)
    return element


def _merge_attributes(
    element: etree._Element,
    old: etree._Element,
    before: etree._Element,
    new: etree._Element,
    known: tuple[str, ...],
) -> None:
    for name, value in new.attrib.items():
        element.set(name, value)
    for name, value in old.attrib.items():
        if name not in known or before.get(name) == new.get(name):
            element.set(name, value)


def _keyed(parent: etree._Element, form: Form) -> dict[_Key, etree._Element]:
    """The children that belong there, by what they are known by."""
    found: dict[_Key, etree._Element] = {}
    counts: dict[tuple[str, str, str], int] = {}
    allowed = form.children.get(str(parent.tag), ())
    for child in parent:
        if is_element(child) and child.tag in allowed:
            name = (str(child.tag), (child.get("id") or "").strip(), (child.get(LANG) or "").strip().lower())
            counts[name] = counts.get(name, -1) + 1
            found[(*name, counts[name])] = child
    return found


def _order(olds: list[_Key], befores: list[_Key], news: list[_Key]) -> list[_Key]:
    """The new children's order: the author's, with what was added behind what it follows; the new one where the values' order changed."""
    added = set(news) - set(befores)
    common = set(news) & set(befores)
    if [key for key in befores if key in common] != [key for key in news if key in common] or not common <= set(olds):
        return news
    order = [key for key in olds if key in common]
    for place, key in enumerate(news):
        if key in added:
            order.insert(order.index(news[place - 1]) + 1 if place else 0, key)
    return order
