"""Random checklists of every shape that an author can write, edits of them, and definitions with things in them that we do not know."""

from dataclasses import replace
from fractions import Fraction
from itertools import pairwise

from hypothesis import strategies as st
from lxml import etree

from westmec_xblocks.domain.checklist.definition import (
    EVIDENCE_KINDS,
    Checklist,
    Credit,
    Flag,
    Measure,
    SecondEvaluator,
    Section,
    Skill,
)
from westmec_xblocks.domain.checklist.scale import BUILT_IN, Level, Scale
from westmec_xblocks.domain.durations import Span
from westmec_xblocks.domain.text import Text

MARKUP = [
    "Lock out",
    "a &lt; b &amp; c &gt; d",
    "90 °C, “tight”, ñ",
    "H<sub>2</sub>O and <strong>no</strong> more",
    "<strong>Lock</strong> <em>out</em>",
    "<sub>2</sub><sup>3</sup>",
    "<p>One</p><ul><li>two</li><li>three <em>four</em></li></ul>",
    'see <a href="/static/a.pdf">the sheet</a><br/>and <img src="/static/b.png" alt=""/>',
]
TAGS = ["es", "es-419", "vi", "zh-Hant"]
IDS = ["01", "02", "05a", "A.6", "x_7"]
NUMBERS = st.sampled_from([None, None, 1, 2, 3, 99])
SPANS = st.none() | st.builds(Span, st.integers(1, 99), st.sampled_from(["day", "week", "month", "year"]))
DECIMALS = st.decimals(-1000, 1000, places=2)


@st.composite
def texts(draw, *, empty=True):
    """A text with its translations."""
    default = draw(st.sampled_from([*MARKUP, ""] if empty else MARKUP))
    others = draw(st.dictionaries(st.sampled_from(TAGS), st.sampled_from(MARKUP), max_size=2))
    return Text(default, others)


@st.composite
def measures(draw):
    """A measure with limits that may be one-sided."""
    least, most = sorted((draw(DECIMALS), draw(DECIMALS)))
    return Measure(
        draw(st.sampled_from(["V", "psi", "°C", "N·m"])),
        draw(st.sampled_from([None, least])),
        draw(st.sampled_from([None, most])),
        draw(st.integers(1, 99)),
    )


@st.composite
def scales(draw):
    """A built-in scale, or one spelt out, of numbers or words, with one or the other as best."""
    if draw(st.booleans()):
        return draw(st.sampled_from(list(BUILT_IN.values())))
    descending = draw(st.booleans())
    numbers = draw(st.booleans())
    count = draw(st.integers(2, 5))
    pool = (
        [str(number) for number in range(1, count + 1)] if numbers else ["poor", "fair", "good", "great", "top"][:count]
    )
    values = pool[::-1] if descending and numbers else pool
    observed = [Level(value, draw(texts(empty=False)), draw(texts())) for value in values]
    unseen = [Level("0", draw(texts(empty=False)), observed=False)] if draw(st.booleans()) else []
    floor, passing = sorted((draw(st.integers(0, count - 1)), draw(st.integers(0, count - 1))))
    return Scale((*unseen, *observed), values[passing], values[floor], descending)


@st.composite
def skills(draw, skill_id):
    """One line of any kind."""
    flag = draw(st.sampled_from(list(Flag)))
    return Skill(
        id=skill_id,
        task=draw(texts(empty=False)),
        flag=flag,
        criterion=draw(texts()),
        stops=tuple(draw(st.lists(texts().filter(bool), max_size=3))),
        evidence=tuple(draw(st.lists(st.sampled_from(EVIDENCE_KINDS), unique=True, max_size=3))),
        measure=draw(st.none() | measures()),
        demonstrations=draw(NUMBERS),
        days=draw(NUMBERS),
        variants=draw(NUMBERS),
        requires=tuple(draw(st.lists(st.sampled_from(["01", "WM.AR5.X", "WM.Z.1"]), unique=True, max_size=2))),
        valid_for=draw(SPANS),
        not_applicable=draw(st.sampled_from(["", "equipment", "no lift in the room"])) if flag is Flag.ORDINARY else "",
        align=tuple(draw(st.lists(st.sampled_from(["WM.A.S1.O1", "WM.A.S1.O2"]), unique=True, max_size=2))),
    )


@st.composite
def sections_of(draw, lines):
    """The lines in one to three sections."""
    cuts = sorted(draw(st.lists(st.integers(0, len(lines)), max_size=2)))
    bounds = [0, *cuts, len(lines)]
    return tuple(Section(draw(texts()), tuple(lines[start:end])) for start, end in pairwise(bounds))


@st.composite
def checklists(draw):
    """A checklist of every shape; not always one that makes sense."""
    ids = draw(st.permutations(IDS))[: draw(st.integers(1, 4))]
    return Checklist(
        code="WM.T.A",
        sections=draw(sections_of([draw(skills(skill_id)) for skill_id in ids])),
        title=replace(draw(texts()), default=""),
        instructions=draw(texts()),
        scale=draw(scales()),
        demonstrations=draw(st.integers(1, 99)),
        days=draw(NUMBERS),
        variants=draw(st.integers(1, 99)),
        mean=draw(st.none() | st.decimals(0, 5, places=1)),
        second_evaluator=draw(
            st.sampled_from(
                [None, SecondEvaluator(Fraction(1)), SecondEvaluator(Fraction(1, 5)), SecondEvaluator(Fraction(1, 8))]
            )
        ),
        requires=draw(st.sampled_from([(), ("WM.AR5.X",), ("WM.AR5.X", "WM.AR5.Y")])),
        valid_for=draw(SPANS),
        credit=draw(st.sampled_from(Credit)),
    )


@st.composite
def edits(draw, checklist):
    """The checklist after an author has worked on it: lines dropped, changed, added, moved to other sections, other rules."""
    other = draw(checklists())
    lines = [line for line in draw(st.permutations(list(checklist.skills))) if draw(st.integers(0, 3))]
    lines = [replace(line, task=draw(texts(empty=False))) if draw(st.booleans()) else line for line in lines]
    lines.extend(line for line in other.skills if line.id not in {line.id for line in lines} and draw(st.booleans()))
    rules = draw(st.sampled_from([checklist, other]))
    return replace(rules, sections=draw(sections_of(lines)), digest="")


@st.composite
def annotated(draw, definition):
    """The definition with comments, unknown attributes, unknown elements and stray words in it."""
    root = etree.fromstring(definition)
    for count, element in enumerate(
        list(root.iter("westmec_lab_checklist", "section", "skill", "measure", "scale", "level"))
    ):
        kind = draw(st.integers(0, 5))
        if kind == 0:
            element.insert(draw(st.integers(0, len(element))), etree.Comment(f" comment {count} "))
        elif kind == 1:
            element.set("zeta", f"mark {count}")
        elif kind == 2:
            note = etree.Element("note", by="Ana")
            note.text = f"note {count}"
            element.insert(draw(st.integers(0, len(element))), note)
        elif kind == 3 and len(element):
            element[draw(st.integers(0, len(element) - 1))].tail = f" stray {count} "
    return etree.tostring(root, encoding="unicode")
