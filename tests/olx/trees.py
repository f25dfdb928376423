"""Random elements for properties: what authors and hostile people might write, well-formed but otherwise anything."""

from hypothesis import strategies as st
from lxml import etree

from westmec_xblocks.olx.forms import LANG, SPACE

WORDS = st.sampled_from(
    ["", " ", "\n  ", "Lock", "Lock ", " out", " a < b & c ", "90 °C\n\tor more", "\u00a0", "ñ “x”", ">"]
)
STRUCTURE = ["section", "skill", "scale", "level", "measure", "note", "validation"]
TEXTS = ["title", "instructions", "task", "criterion", "stop", "label", "description"]
INLINE = ["strong", "em", "sub", "br", "img", "a", "span", "x-unknown"]
BLOCKS = ["p", "ul", "li", "table", "tr", "td", "pre", "div"]
ATTRIBUTES = st.dictionaries(
    st.sampled_from(["id", "code", "flag", "zeta", "alpha", "title", "demonstrations", LANG, "{urn:other}mark"]),
    st.sampled_from(["", "1", "en", 'a "quoted" <value> & more', "two\nlines"]),
    max_size=3,
)


@st.composite
def elements(draw, tags=("westmec_lab_checklist",), depth=4):
    """An element with texts, comments, processing instructions and children of every kind."""
    element = etree.Element(draw(st.sampled_from(tags)), attrib=draw(ATTRIBUTES))
    if draw(st.integers(0, 19)) == 0:
        element.set(SPACE, "preserve")
    element.text = draw(WORDS)
    inside = INLINE + BLOCKS if element.tag in TEXTS + INLINE + BLOCKS else STRUCTURE + TEXTS + INLINE
    for _ in range(draw(st.integers(0, 3 if depth else 0))):
        kind = draw(st.integers(0, 9))
        if kind == 0:
            child = etree.Comment(draw(st.sampled_from([" why ", "a\n b", "&amp; <x>"])))
        elif kind == 1:
            child = etree.ProcessingInstruction("mark", "here")
        else:
            child = draw(elements(inside, depth - 1))
        child.tail = draw(WORDS)
        element.append(child)
    return element
