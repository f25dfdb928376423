"""The canonical form of a platform block's element, as far as no text is touched.

The platform writes elements with lxml's indentation, which drops the space of ``<b>Lock</b> <i>out</i>`` and parts the letters of
``<sub>2</sub><sup>3</sup>``. Here an element goes onto lines of its own only where white space means nothing: between the parts
of a problem, and between blocks of HTML.
"""

from __future__ import annotations

from lxml import etree

from westmec_xblocks.olx.canonical import BLOCK_TAGS, VERBATIM_TAGS, is_blank
from westmec_xblocks.olx.forms import SPACE, words

VERBATIM = VERBATIM_TAGS | {"answer", "initial", "code", "math"}
# Elements of a problem or video in which only elements count.
PARTS = words(
    """
    problem video choicegroup checkboxgroup optioninput demandhint hintgroup hintpart solution multiplechoiceresponse choiceresponse
    optionresponse stringresponse numericalresponse formularesponse truefalseresponse imageresponse symbolicresponse customresponse
    schematicresponse choicetextresponse coderesponse externalresponse jsinputresponse annotationresponse poll_question annotatable
    """
)
INLINE = words(
    """
    a abbr audio b bdi bdo button canvas cite data del dfn em i iframe img input ins kbd map mark meter object output picture progress q
    s samp select small span strike strong sub sup svg time tt u var wbr
    """
)
BLOCKS = (
    BLOCK_TAGS
    | PARTS
    | words("section article aside header footer main nav details summary address form fieldset legend col colgroup")
)


def lay_out(element: etree._Element, indent: str = "") -> None:
    """Put the element's parts on lines of their own, two spaces deeper than ``indent``, where nothing is lost by it; in place."""
    if element.tag in VERBATIM or element.get(SPACE) == "preserve" or not len(element) or _has_text(element):
        return
    parts = [child for child in element if isinstance(child.tag, str)]
    if element.tag in PARTS and any(child.tag in INLINE for child in parts):
        return
    if element.tag not in PARTS and not all(child.tag in BLOCKS for child in parts):
        return
    inner = f"\n{indent}  "
    element.text = inner
    for child in element:
        child.tail = inner if child.getnext() is not None else f"\n{indent}"
        if isinstance(child.tag, str):
            lay_out(child, f"{indent}  ")


def _has_text(element: etree._Element) -> bool:
    return not is_blank(element.text) or any(not is_blank(child.tail) for child in element)


def written(element: etree._Element, indent: str = "") -> bytes:
    """The element's canonical form, whose further lines stand at ``indent``."""
    lay_out(element, indent)
    if not len(element) and is_blank(element.text) and element.tag in BLOCKS | PARTS:
        element.text = None
    return etree.tostring(element, encoding="unicode", with_tail=False).encode("utf-8")
