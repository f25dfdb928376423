"""Places on a picture. Whoever does not point at the picture chooses the same places by their names.

    <hotspot id="i07" domain="D1" image="/static/panel.png" width="800" height="600">
      <prompt>Which switch do you open first?</prompt>
      <alt>A panel with three switches</alt>
      <region id="r1" shape="rect" coords="10,20,110,220" key="true" label="Main disconnect"><why>It isolates all.</why></region>
      <region id="r1" label="Seccionador principal" xml:lang="es"><why>Aísla todo.</why></region>
      <region id="r2" shape="circle" coords="300,80,40" label="Control switch"/>
    </hotspot>

``width`` and ``height`` are those of the picture, in whose coordinates regions and points are; write them, since a page may show it
smaller. Of regions that overlap, the first is meant. ``credit`` and ``choose`` are as for ``multiple``; a point in no region is wrong.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from lxml import etree

from westmec_xblocks.domain.assessment.answers import Option
from westmec_xblocks.domain.assessment.shapes import SHAPES, Shape
from westmec_xblocks.domain.problems import Problem, doubtful, wrong
from westmec_xblocks.domain.refusals import Refusal
from westmec_xblocks.domain.text import Text
from westmec_xblocks.olx.canonical import collapsed
from westmec_xblocks.olx.forms import LANG
from westmec_xblocks.olx.kinds import base, options
from westmec_xblocks.olx.kinds.base import Face, Field, Json, Kind, Part, Row, Unusable, named
from westmec_xblocks.olx.kinds.multiple import (
    CHOOSE_FIELD,
    CREDIT,
    CREDIT_FIELD,
    limit_marks,
    marks,
    wrong_number_told,
)
from westmec_xblocks.olx.markup import escaped, fill, is_safe_link, plain_words
from westmec_xblocks.olx.parts import Group, check_children, read_attribute, read_groups, read_text, text_in_group
from westmec_xblocks.olx.problems import Notes
from westmec_xblocks.olx.values import NUMBER_OR_NONE, TEXT, Attribute, Unclear, one_of, up_to
from westmec_xblocks.olx.writing import in_language, languages_of, make, text_elements

MAX_MARKS = 20
MAX_SIZE = 20_000


def coordinates(text: str) -> tuple[Fraction, ...]:
    """Numbers with commas or spaces between them."""
    parts = re.split(r"[\s,;]+", text.strip(" ,;"))
    if len(parts) > 200 or not all(re.fullmatch(r"-?[0-9]{1,6}(\.[0-9]{1,3})?", part) for part in parts):
        raise Unclear("coords_unclear", "{attribute}=“{value}” are no numbers such as 10,20,110,220.")
    return tuple(Fraction(part) for part in parts)


def coordinates_text(values: tuple[Fraction, ...]) -> str:
    """Coordinates as authors write them."""
    return ",".join(f"{Decimal(value.numerator) / Decimal(value.denominator):f}" for value in values)


@dataclass(frozen=True, slots=True)
class Region:
    """A named place. ``option`` is how it is chosen by its name; its text is plain."""

    option: Option
    shape: Shape


@dataclass(frozen=True, slots=True)
class Hotspot:
    """The regions in the author's order. An answer is a list of marks: the id of a region, or a point ``[x, y]``."""

    image: str = ""
    width: int | None = None
    height: int | None = None
    credit: str = "all"
    choose: int | None = None
    alt: Text = Text()
    regions: tuple[Region, ...] = ()

    @property
    def options(self) -> tuple[Option, ...]:
        """The regions as they are chosen by name."""
        return tuple(region.option for region in self.regions)

    @property
    def keys(self) -> frozenset[str]:
        """The ids of the right regions."""
        return frozenset(option.id for option in self.options if option.key)

    @property
    def most(self) -> int | None:
        """How many places may be marked; None where it is for the learner to find out."""
        return self.choose or (1 if len(self.keys) <= 1 else None)

    def region_at(self, x: int, y: int) -> str:
        """The id of the first region that holds the point; empty where none does."""
        point = (Fraction(x), Fraction(y))
        return next((region.option.id for region in self.regions if region.shape.holds(point)), "")


def _shape(name: str, *coords: int) -> Shape:
    return Shape(name, tuple(map(Fraction, coords)))


REGION_ATTRIBUTES: Mapping[str, Attribute] = {
    "shape": Attribute(one_of(*SHAPES), str, "rect"),
    "coords": Attribute(coordinates, coordinates_text, ()),
    "key": options.KEY,
}


class _Hotspot(Kind[Hotspot]):
    tag = "hotspot"
    name = named("Place on a picture")
    attributes = {
        "image": TEXT,
        "width": Attribute(up_to(MAX_SIZE), str, None),
        "height": Attribute(up_to(MAX_SIZE), str, None),
        "credit": CREDIT,
        "choose": NUMBER_OR_NONE,
    }
    parts = {
        "alt": Part(text=True),
        "region": Part(("id", "shape", "coords", "key", "label"), ("why",)),
        "why": base.REASON,
    }
    form = (
        Field("image", "Picture: its address, such as /static/panel.png"),
        Field("width", "Width of the picture", "number"),
        Field("height", "Height of the picture", "number"),
        Field("alt", "What the picture shows, in words", per_language=True),
        Field(
            "regions",
            "Places",
            "rows",
            columns=(
                Field("id", "Id"),
                Field("label", "Name", per_language=True),
                Field(
                    "shape",
                    "Shape",
                    "choice",
                    choices=(("rect", named("Rectangle")), ("circle", named("Circle")), ("poly", named("Polygon"))),
                ),
                Field("coords", "Coordinates"),
                Field("key", "Right", "bool"),
                Field("why", "Why", "markup", per_language=True),
            ),
        ),
        CREDIT_FIELD,
        CHOOSE_FIELD,
    )
    example = (
        Text("Which switch do you open first?", {"es": "¿Qué interruptor abre primero?"}),
        Hotspot(
            "/static/panel.png",
            800,
            600,
            alt=Text("A panel with a large switch on top and two small ones below"),
            regions=(
                Region(
                    Option("a", Text("Main disconnect"), True, Text("It isolates all.")),
                    _shape("rect", 10, 20, 110, 220),
                ),
                Region(
                    Option("b", Text("Control switch"), reason=Text("Power stays on.")), _shape("circle", 300, 400, 40)
                ),
            ),
        ),
    )

    def read(self, element: etree._Element, notes: Notes) -> Hotspot:
        values = {name: read_attribute(element, name, one, notes) for name, one in self.attributes.items()}
        if values["image"] and not is_safe_link(values["image"]):
            sentence = "The picture “{value}” is no web address and no path."
            notes.error(element, "unsafe_link", sentence, value=values["image"][:80])
            values["image"] = ""
        groups = read_groups(element, "region", notes, translated=("label",))
        return Hotspot(
            alt=read_text(element, "alt", notes), regions=tuple(_region(group, notes) for group in groups), **values
        )

    def write(self, body: Hotspot) -> list[etree._Element]:
        return [
            *text_elements("alt", body.alt),
            *(element for region in body.regions for element in _region_elements(region)),
        ]

    def accept(self, body: Hotspot, raw: Json, language: str = "") -> Json:
        if raw is None or raw == "":
            return None
        given = raw if isinstance(raw, list) else [raw]
        limit_marks(len(given), MAX_MARKS)
        accepted = [self._mark(body, one) for one in given]
        unique = [one for place, one in enumerate(accepted) if one not in accepted[:place]]
        limit_marks(len(unique), body.most)
        return unique or None

    @staticmethod
    def _mark(body: Hotspot, raw: Json) -> Json:
        if not isinstance(raw, Mapping):
            return base.known(raw, [option.id for option in body.options])
        point = [_coordinate(raw.get(axis)) for axis in ("x", "y")]
        sizes = (body.width or MAX_SIZE, body.height or MAX_SIZE)
        if any(not 0 <= value <= size for value, size in zip(point, sizes, strict=True)):
            raise Unusable(Refusal("answer_outside", "The point lies outside the picture."))
        return point

    def raw(self, body: Hotspot, response: Json) -> Json:
        return [{"x": one[0], "y": one[1]} if isinstance(one, list) else one for one in _marks(response)]

    def score(self, body: Hotspot, response: Json) -> Fraction:
        marked, strays = _found(body, response)
        return marks(body.keys, frozenset(option.id for option in body.options), marked, body.credit, strays)

    def key(self, body: Hotspot) -> Json:
        return [option.id for option in body.options if option.key] or None

    def face(self, body: Hotspot, seed: str) -> Face:
        return Face(
            "spots",
            options.pieces(body.options, seed),
            most=body.most,
            told=body.choose,
            image=body.image,
            alt=body.alt,
            width=body.width or 0,
            height=body.height or 0,
        )

    def review(self, body: Hotspot, response: Json, language: str) -> tuple[Row, ...]:
        marked, _ = _found(body, response)
        beside = [_point_text(one) for one in _strays(body, response)]
        return (*options.rows(body.options, sorted(marked), language), *(Row(one, True, False) for one in beside))

    def in_words(self, body: Hotspot, response: Json, language: str) -> str:
        by_id = {option.id: plain_words(option.text.in_language(language)) for option in body.options}
        places = [
            (body.region_at(*one) or _point_text(one)) if isinstance(one, list) else one for one in _marks(response)
        ]
        return "; ".join(dict.fromkeys(by_id.get(place, place) for place in places))

    def fields(self, body: Hotspot) -> dict[str, Json]:
        values = {name: getattr(body, name) for name in self.attributes}
        written: dict[str, Json] = {name: "" if value is None else str(value) for name, value in values.items()}
        regions = [
            {
                "id": region.option.id,
                "label": base.plain_values(region.option.text),
                "shape": region.shape.name,
                "coords": coordinates_text(region.shape.coords),
                "key": region.option.key,
                "why": base.as_values(region.option.reason),
            }
            for region in body.regions
        ]
        return {**written, "alt": base.plain_values(body.alt), "regions": regions}

    def from_fields(self, data: Mapping[str, Json]) -> Hotspot:
        values = {name: base.as_attribute(data.get(name), name, one) for name, one in self.attributes.items()}
        if values["image"] and not is_safe_link(values["image"]):
            raise base.wrong_field("image")
        rows = base.as_rows(data.get("regions"), "regions")
        names = base.names_for([base.as_word(row.get("id"), "id") for row in rows])
        regions = tuple(
            Region(
                Option(
                    name,
                    base.as_plain(row.get("label"), "label"),
                    base.as_truth(row.get("key"), "key"),
                    base.as_text(row.get("why"), "why"),
                ),
                Shape(
                    *(base.as_attribute(row.get(part), part, REGION_ATTRIBUTES[part]) for part in ("shape", "coords"))
                ),
            )
            for name, row in zip(names, rows, strict=True)
        )
        return Hotspot(alt=base.as_plain(data.get("alt"), "alt"), regions=regions, **values)

    def problems(self, body: Hotspot) -> Iterator[Problem]:
        yield from base.too_few("region", len(body.regions), 2)
        yield from base.unnamed_or_repeated("region", [option.id for option in body.options])
        if not body.image:
            yield wrong("image_missing", "The item names no picture.")
        if not body.alt.default:
            yield wrong("alt_missing", "<alt> does not say what the picture shows.")
        if not body.width or not body.height:
            yield doubtful("size_missing", "width and height of the picture are not told: points may be read wrongly.")
        for region in body.regions:
            values = {"id": region.option.id}
            if not region.option.text.default:
                yield wrong("region_unnamed", "The region “{id}” has no label.", **values)
            if not region.shape.is_whole:
                yield wrong("region_shapeless", "The region “{id}” has no shape: see its coords.", **values)
        labels = [plain_words(option.text.default).casefold() for option in body.options if option.text.default]
        for label in sorted({label for label in labels if labels.count(label) > 1}):
            yield wrong("labels_alike", "Two regions have the label “{label}”.", label=label[:60])
        if not body.keys:
            yield wrong("no_key", "No region is marked as right.")
        yield from wrong_number_told(len(body.keys), body.choose)
        without = [option.id for option in body.options if not option.reason.default]
        if without:
            yield doubtful("reason_missing", "No reason (why) for: {options}.", options=", ".join(without))

    def texts(self, body: Hotspot) -> Iterator[tuple[str, Text]]:
        yield "alt", body.alt
        for option in body.options:
            yield f"region {option.id}", option.text
            yield f"why {option.id}", option.reason

    def images(self, body: Hotspot) -> tuple[str, ...]:
        return (body.image,) if body.image else ()


def _region(group: Group, notes: Notes) -> Region:
    labels = {}
    for language, element in group.elements():
        check_children(element, notes)
        labels[language] = escaped(collapsed(element.get("label")))
    values = {name: read_attribute(group.original, name, one, notes) for name, one in REGION_ATTRIBUTES.items()}
    label = Text(labels.pop("", ""), {language: words for language, words in labels.items() if words})
    option = Option(group.id, label, values["key"], text_in_group(group, "why", notes))
    return Region(option, Shape(values["shape"], values["coords"]))


def _region_elements(region: Region) -> list[etree._Element]:
    written = []
    option, shape = region.option, region.shape
    for language in languages_of(option.text, option.reason):
        attributes = {"id": option.id}
        if language:
            attributes[LANG] = language
        else:
            attributes |= {"shape": shape.name} | ({"coords": coordinates_text(shape.coords)} if shape.coords else {})
            attributes |= {"key": "true"} if option.key else {}
        if label := plain_words(in_language(option.text, language)):
            attributes["label"] = label
        element = make("region", attributes)
        if reason := in_language(option.reason, language):
            fill(etree.SubElement(element, "why"), reason)
        written.append(element)
    return written


def _coordinate(value: Json) -> int:
    if isinstance(value, bool) or not isinstance(value, (int, float)) or not math.isfinite(value):
        raise base.wrong_form()
    return round(value)


def _marks(response: Json) -> list[Json]:
    """The marks of an answer that was kept: names and points."""
    if not isinstance(response, list):
        return []
    return [one for one in response if isinstance(one, str) or _is_point(one)]


def _is_point(mark: Json) -> bool:
    return isinstance(mark, list) and len(mark) == 2 and all(type(value) is int for value in mark)


def _found(body: Hotspot, response: Json) -> tuple[frozenset[str], int]:
    """The regions that were marked, and how many marks lie in none."""
    names = [body.region_at(*one) if isinstance(one, list) else one for one in _marks(response)]
    return frozenset(name for name in names if name), sum(not name for name in names)


def _strays(body: Hotspot, response: Json) -> list[list[int]]:
    return [one for one in _marks(response) if isinstance(one, list) and not body.region_at(*one)]


def _point_text(point: list[int]) -> str:
    return f"({point[0]}, {point[1]})"


KIND = _Hotspot()
