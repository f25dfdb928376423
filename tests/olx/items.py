"""Random items of every kind, and assessments that hold them; answers as browsers might send them."""

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction

from hypothesis import strategies as st

from tests.olx.values import MARKUP, texts
from westmec_xblocks.domain.assessment.answers import Option
from westmec_xblocks.domain.assessment.definition import (
    Assessment,
    Completion,
    Counted,
    Credit,
    Domain,
    Feedback,
    FixedForm,
    Item,
    Layout,
    Level,
    Minimum,
    Status,
    When,
)
from westmec_xblocks.domain.assessment.numbers import Tolerance
from westmec_xblocks.domain.assessment.shapes import Shape
from westmec_xblocks.domain.text import Text
from westmec_xblocks.olx.kinds.choice import Choice
from westmec_xblocks.olx.kinds.hotspot import Hotspot, Region
from westmec_xblocks.olx.kinds.match import Distractor, Match, Pair
from westmec_xblocks.olx.kinds.multiple import Multiple
from westmec_xblocks.olx.kinds.numeric import Numeric, Unit
from westmec_xblocks.olx.kinds.order import Order
from westmec_xblocks.olx.kinds.text import Accepted, ShortText

LETTERS = list("abcdefgh")
PLAIN = ["Lock out", "90 °C, “tight”, ñ", "a &lt; b &amp; c", "x"]
PLAIN_TEXTS = st.builds(
    Text, st.sampled_from(PLAIN), st.dictionaries(st.sampled_from(["es", "vi"]), st.sampled_from(PLAIN), max_size=2)
)
REASONS = st.builds(
    Text,
    st.sampled_from(["", "Because <em>it</em> is", "Because &lt; 5"]),
    st.dictionaries(st.sampled_from(["es", "vi"]), st.sampled_from(["Porque", "Porque<br/>sí"]), max_size=2),
)
IDS = ["i01", "i02", "i03", "i04", "i05"]


@st.composite
def options(draw, least=2):
    """Options with keys anywhere; their default texts differ."""
    ids = draw(st.permutations(LETTERS))[: draw(st.integers(least, 5))]
    found = []
    for place, name in enumerate(ids):
        text = draw(texts(empty=False))
        found.append(Option(name, replace(text, default=f"{place}{text.default}"), draw(st.booleans()), draw(REASONS)))
    return tuple(found)


@st.composite
def choices(draw):
    found = draw(options())
    right = draw(st.integers(0, len(found) - 1))
    return Choice(tuple(replace(option, key=place == right) for place, option in enumerate(found)))


@st.composite
def multiples(draw):
    found = draw(options(3))
    keys = draw(st.sets(st.integers(0, len(found) - 1), min_size=1, max_size=len(found) - 1))
    choose = draw(st.sampled_from([None, len(keys)]))
    credit = draw(st.sampled_from(["all", "partial"]))
    return Multiple(tuple(replace(option, key=place in keys) for place, option in enumerate(found)), credit, choose)


@st.composite
def numerics(draw):
    unit = draw(st.sampled_from(["", "V", "psi"]))
    others = draw(st.lists(st.sampled_from(["mV", "kV", "A"]), unique=True, max_size=3)) if unit else []
    factors = st.sampled_from([None, Fraction(1, 1000), Fraction(1000), Fraction(5, 9), Fraction(1, 8)])
    tolerance = st.builds(Tolerance, st.sampled_from([Decimal("0"), Decimal("0.1"), Decimal("2")]), st.booleans())
    return Numeric(
        draw(st.decimals(-1000, 1000, places=2)),
        draw(st.none() | tolerance),
        unit,
        bool(unit) and draw(st.booleans()),
        draw(st.sampled_from([None, None, 1, 3])),
        tuple(Unit(name, draw(factors)) for name in others),
    )


@st.composite
def short_texts(draw):
    words = st.sampled_from(["lock", "Candado y etiqueta", "two words", "M8 x 1.25", "a.b*", "ñandú"])
    accepted = draw(
        st.lists(st.builds(Accepted, words, st.sampled_from(["", "", "es"])), unique_by=repr, min_size=1, max_size=4)
    )
    return ShortText(tuple(accepted), *(draw(st.booleans()) for _ in range(4)))


@st.composite
def orders(draw):
    ids = draw(st.permutations(LETTERS))[: draw(st.integers(3, 6))]
    steps = [
        Option(name, Text(f"{place}{draw(st.sampled_from(MARKUP))}"), reason=draw(REASONS))
        for place, name in enumerate(ids)
    ]
    return Order(tuple(steps), draw(st.sampled_from(["all", "partial"])))


@st.composite
def matches(draw):
    ids = draw(st.permutations(LETTERS))
    count, more = draw(st.integers(2, 4)), draw(st.integers(0, 2))
    pairs = [
        Pair(name, Text(f"left {place}", {"es": "izquierda"}), Text(f"right {draw(st.integers(0, 9))}"), draw(REASONS))
        for place, name in enumerate(ids[:count])
    ]
    others = [Distractor(name, Text(f"other {name}", {"es": "otro"})) for name in ids[count : count + more]]
    return Match(tuple(pairs), tuple(others), draw(st.sampled_from(["all", "partial", "corrected"])))


@st.composite
def hotspots(draw):
    regions = []
    found = draw(options())
    right = draw(st.integers(0, len(found) - 1))
    numbers = st.integers(0, 100).map(Fraction)
    for place, option in enumerate(found):
        label = Text(draw(st.sampled_from(PLAIN)) + f" {option.id}", {"es": "aquí"})
        name, count = draw(st.sampled_from([("rect", 4), ("circle", 3), ("poly", 6), ("poly", 8)]))
        shape = Shape(name, tuple(draw(numbers) for _ in range(count)))
        regions.append(Region(replace(option, text=label, key=option.key or place == right), shape))
    return Hotspot(
        "/static/a.png",
        draw(st.sampled_from([None, 100])),
        draw(st.sampled_from([None, 120])),
        draw(st.sampled_from(["all", "partial"])),
        None,
        draw(PLAIN_TEXTS),
        tuple(regions),
    )


BODIES = {
    "choice": choices(),
    "multiple": multiples(),
    "numeric": numerics(),
    "text": short_texts(),
    "order": orders(),
    "match": matches(),
    "hotspot": hotspots(),
}


@st.composite
def items(draw, item_id="i01", kinds=tuple(BODIES)):
    """One item of any of the kinds."""
    kind = draw(st.sampled_from(kinds))
    return Item(
        item_id,
        kind,
        draw(st.sampled_from(["D1", "D2"])),
        draw(texts(empty=False)),
        draw(BODIES[kind]),
        draw(st.sampled_from([None, *Level])),
        draw(st.sampled_from(Status)),
        draw(st.sampled_from(["", "s1"])),
        draw(st.sampled_from([(), ("i02",), ("i02", "i03")])),
        draw(st.sampled_from([(), ("WM.A.S1.O1",)])),
        draw(texts()),
    )


FEEDBACK = st.builds(
    Feedback, st.sampled_from([when for when in When if when is not When.DATE]), st.none(), st.booleans()
)
DATED = st.builds(Feedback, st.just(When.DATE), st.just(date(2027, 1, 31)), st.booleans())
SPANS = st.sampled_from([timedelta(minutes=60), timedelta(seconds=90), timedelta(hours=24), timedelta(days=2)])


@st.composite
def assessments(draw):
    """An assessment of every shape; not always one that makes sense."""
    levels = st.dictionaries(st.sampled_from(Level), st.integers(0, 3), max_size=3)
    domains = [
        Domain(name, draw(texts(empty=False)), draw(st.integers(0, 5)), draw(st.integers(0, 2)), draw(levels))
        for name in draw(st.sampled_from([(), ("D1",), ("D1", "D2")]))
    ]
    shares = st.sampled_from([Fraction(9, 10), Fraction(1), Fraction(725, 1000)])
    minimums = draw(st.lists(st.builds(Minimum, st.sampled_from([("D1",), ("D1", "D2")]), shares), max_size=2))
    stimuli = draw(st.dictionaries(st.sampled_from(["s1", "s2"]), texts().filter(bool), max_size=2))
    ids = draw(st.permutations(IDS))[: draw(st.integers(0, 3))]
    fixed = draw(st.sampled_from([(), (FixedForm("A", ("i01", "i02")),)]))
    return Assessment(
        "WM.T.X",
        title=replace(draw(texts()), default=""),
        instructions=draw(texts()),
        cut=draw(shares),
        time_limit=draw(st.none() | SPANS),
        attempts=draw(st.sampled_from([None, 1, 2, 99])),
        wait=draw(st.just(timedelta()) | SPANS),
        feedback=draw(FEEDBACK | DATED),
        credit=draw(st.sampled_from(Credit)),
        counted=draw(st.sampled_from(Counted)),
        completion=draw(st.sampled_from(Completion)),
        layout=draw(st.sampled_from(Layout)),
        lock=draw(st.booleans()),
        shuffle=draw(st.booleans()),
        domains=tuple(domains),
        minimums=tuple(minimums),
        fixed_forms=fixed,
        stimuli=stimuli,
        items=tuple(draw(items(name)) for name in ids),
    )


@st.composite
def edits(draw, assessment):
    """The assessment after an author has worked on it: items dropped, changed, added, moved; other settings."""
    other = draw(assessments())
    kept = [item for item in draw(st.permutations(list(assessment.items))) if draw(st.integers(0, 3))]
    kept = [draw(items(item.id)) if not draw(st.integers(0, 3)) else item for item in kept]
    kept.extend(item for item in other.items if item.id not in {one.id for one in kept} and draw(st.booleans()))
    return replace(draw(st.sampled_from([assessment, other])), items=tuple(kept), digest="")
