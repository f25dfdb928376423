"""A number, with a unit where it has one.

    <numeric id="i03" domain="D1" answer="12.5" tolerance="2%" unit="V" significant="3">
      <prompt>What does the meter read?</prompt>
      <unit name="mV" factor="0.001"/>
      <unit name="A"/>
    </numeric>

``tolerance`` is an amount in the item's unit or a share of the answer; both edges are right. A further ``unit`` says by what exact
``factor`` a value in it is multiplied to come to the item's unit; one without a factor may be chosen and is wrong.
``unit_needed="true"``: an answer without a unit is wrong; otherwise it is taken to be in the item's own. ``significant`` figures are asked
for and checked. How a number is read stands in ``domain.assessment.numbers``.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from fractions import Fraction

from lxml import etree

from westmec_xblocks.domain.assessment.answers import folded, whole_or_nothing
from westmec_xblocks.domain.assessment.numbers import (
    MAX_DIGITS,
    MAX_EXPONENT,
    Tolerance,
    figures_of,
    is_near,
    read_number,
    with_figures,
)
from westmec_xblocks.domain.problems import Problem, doubtful, wrong
from westmec_xblocks.domain.refusals import Refusal
from westmec_xblocks.domain.text import Text
from westmec_xblocks.olx.kinds import base
from westmec_xblocks.olx.kinds.base import Face, Field, Json, Kind, Part, Row, Unusable, named
from westmec_xblocks.olx.markup import escaped
from westmec_xblocks.olx.parts import read_attribute, read_attributes
from westmec_xblocks.olx.problems import Notes
from westmec_xblocks.olx.values import TEXT, Attribute, Unclear, decimal, number_text, truth, truth_text, up_to
from westmec_xblocks.olx.writing import make

MAX_TYPED = 60
MAX_UNIT = 20


def tolerance(text: str) -> Tolerance:
    """An amount such as ``0.1``, or a share such as ``2%``."""
    written = text.strip()
    relative = written.endswith("%")
    amount = decimal(written.removesuffix("%").strip() if relative else written)
    if amount < 0:
        raise Unclear("tolerance_negative", "{attribute}=“{value}”: a tolerance is not less than 0.")
    return Tolerance(amount, relative)


def tolerance_text(value: Tolerance) -> str:
    """A tolerance as authors write it."""
    return f"{number_text(value.amount)}{'%' if value.relative else ''}"


def factor(text: str) -> Fraction:
    """An exact factor: ``0.001``, ``1000``, ``1e-6`` or ``5/9``."""
    written = text.strip()
    if re.fullmatch(r"[0-9]{1,12}(\.[0-9]{1,12})?([eE][+-]?[0-9]{1,2})?|[1-9][0-9]{0,8}/[1-9][0-9]{0,8}", written):
        value = Fraction(written)
        if value > 0:
            return value
    raise Unclear("factor_unclear", "{attribute}=“{value}” is not a factor such as 0.001, 1000 or 5/9.")


def factor_text(value: Fraction) -> str:
    """A factor as authors write it: with a point where it comes out even."""
    rest = value.denominator
    for prime in (2, 5):
        while rest % prime == 0:
            rest //= prime
    if rest != 1:
        return f"{value.numerator}/{value.denominator}"
    places = 0
    while (value * 10**places).denominator != 1:
        places += 1
    return f"{Decimal((value * 10**places).numerator).scaleb(-places):f}"


@dataclass(frozen=True, slots=True)
class Unit:
    """A unit that may be given instead of the item's own; without a factor it is wrong."""

    name: str
    factor: Fraction | None = None


@dataclass(frozen=True, slots=True)
class Numeric:
    """The right number. An answer holds the number in plain digits, its unit, and what was typed."""

    answer: Decimal | None = None
    tolerance: Tolerance | None = None
    unit: str = ""
    unit_needed: bool = False
    significant: int | None = None
    units: tuple[Unit, ...] = ()

    @property
    def unit_names(self) -> tuple[str, ...]:
        """The units that may be given, the item's own first."""
        return tuple(dict.fromkeys(name for name in (self.unit, *(one.name for one in self.units)) if name))

    def in_own_unit(self, number: Decimal, unit: str) -> Fraction | None:
        """The number in the item's own unit; None where the unit is wrong or missing."""
        if not unit and self.unit and self.unit_needed:
            return None
        if unit in ("", self.unit):
            return Fraction(number)
        known = next((one.factor for one in self.units if one.name == unit), None)
        return None if known is None else Fraction(number) * known


UNIT_ATTRIBUTES: Mapping[str, Attribute] = {"name": TEXT, "factor": Attribute(factor, factor_text, None)}


class _Numeric(Kind[Numeric]):
    tag = "numeric"
    name = named("Number")
    attributes = {
        "answer": Attribute(decimal, number_text, None),
        "tolerance": Attribute(tolerance, tolerance_text, None),
        "unit": TEXT,
        "unit_needed": Attribute(truth, truth_text, False),
        "significant": Attribute(up_to(12), str, None),
    }
    parts = {"unit": Part(("name", "factor"))}
    form = (
        Field("answer", "Right number", "number"),
        Field("tolerance", "Tolerance: an amount, or a share such as 2%"),
        Field("unit", "Unit"),
        Field("unit_needed", "An answer without a unit is wrong", "bool"),
        Field("significant", "Significant figures asked for", "number"),
        Field(
            "units",
            "Other units",
            "rows",
            columns=(Field("name", "Unit"), Field("factor", "Factor to the item's unit; none for a wrong unit")),
        ),
    )
    example = (
        Text(
            "A 24 Ω heater draws 5 A. What is the voltage across it?",
            {"es": "Un calefactor de 24 Ω toma 5 A. ¿Qué tensión tiene?"},
        ),
        Numeric(Decimal(120), Tolerance(Decimal(1), relative=True), "V", units=(Unit("kV", Fraction(1000)), Unit("W"))),
    )

    def read(self, element: etree._Element, notes: Notes) -> Numeric:
        values = {name: read_attribute(element, name, one, notes) for name, one in self.attributes.items()}
        units = tuple(Unit(**read_attributes(one, UNIT_ATTRIBUTES, notes)) for one in element.iterchildren("unit"))
        return Numeric(units=units, **values)

    def write(self, body: Numeric) -> list[etree._Element]:
        return [
            make("unit", {"name": one.name, **({} if one.factor is None else {"factor": factor_text(one.factor)})})
            for one in body.units
        ]

    def accept(self, body: Numeric, raw: Json, language: str = "") -> Json:
        typed, unit = raw, ""
        if isinstance(raw, Mapping):
            typed, unit = raw.get("number"), base.text_given(raw.get("unit") or "", MAX_UNIT)
        if typed is None:
            return None
        typed = base.text_given(typed, MAX_TYPED)
        if not typed:
            return None
        written = read_number(typed, language)
        if written is None or written.rest[:1] in tuple("+-*/=^×·÷(<>"):
            sentence = "“{typed}” cannot be read as a number. Write digits, such as 12.5 or 1.2e3."
            raise Unusable(Refusal("number_unreadable", sentence, {"typed": typed}))
        if written.rest:
            unit = written.rest
        return {"number": str(written.number), "unit": _known_unit(body, unit), "typed": typed}

    def raw(self, body: Numeric, response: Json) -> Json:
        number, unit = _kept(response)
        return None if number is None else {"number": _shown(number), "unit": unit}

    def score(self, body: Numeric, response: Json) -> Fraction:
        number, unit = _kept(response)
        if number is None or body.answer is None:
            return whole_or_nothing(False)
        value = body.in_own_unit(number, unit)
        right = value is not None and is_near(value, body.answer, body.tolerance)
        return whole_or_nothing(right and (body.significant is None or body.significant in figures_of(number)))

    def key(self, body: Numeric) -> Json:
        if body.answer is None:
            return None
        number = body.answer if body.significant is None else with_figures(body.answer, body.significant)
        return {"number": str(number), "unit": body.unit, "typed": _shown(number)}

    def face(self, body: Numeric, seed: str) -> Face:
        return Face(
            "number",
            units=body.unit_names,
            unit_needed=body.unit_needed,
            figures=body.significant,
            longest=MAX_TYPED,
        )

    def review(self, body: Numeric, response: Json, language: str) -> tuple[Row, ...]:
        key = escaped(self.key_in_words(body, language))
        if response is None:
            return (Row("", False, False, key=key),)
        return (Row(escaped(self.in_words(body, response, language)), True, self.score(body, response) == 1, key=key),)

    def in_words(self, body: Numeric, response: Json, language: str) -> str:
        number, unit = _kept(response)
        if number is None:
            return ""
        words = f"{_shown(number)} {unit}".strip()
        typed = str(response.get("typed", ""))
        return (
            words if typed.replace(" ", "") in ("", words.replace(" ", ""), _shown(number)) else f"{words} (“{typed}”)"
        )

    def key_in_words(self, body: Numeric, language: str) -> str:
        if body.answer is None:
            return ""
        words = f"{_shown(body.answer)} {body.unit}".strip()
        return words if body.tolerance is None else f"{words} ± {tolerance_text(body.tolerance)}"

    def fields(self, body: Numeric) -> dict[str, Json]:
        values = {name: getattr(body, name) for name in self.attributes}
        written: dict[str, Json] = {
            name: "" if values[name] is None else one.write(values[name]) for name, one in self.attributes.items()
        }
        written["unit_needed"] = body.unit_needed
        units = [
            {"name": one.name, "factor": "" if one.factor is None else factor_text(one.factor)} for one in body.units
        ]
        return {**written, "units": units}

    def from_fields(self, data: Mapping[str, Json]) -> Numeric:
        values = {
            name: base.as_attribute(data.get(name), name, one)
            for name, one in self.attributes.items()
            if name != "unit_needed"
        }
        units = tuple(
            Unit(**{name: base.as_attribute(row.get(name), name, one) for name, one in UNIT_ATTRIBUTES.items()})
            for row in base.as_rows(data.get("units"), "units")
        )
        return Numeric(unit_needed=base.as_truth(data.get("unit_needed"), "unit_needed"), units=units, **values)

    def problems(self, body: Numeric) -> Iterator[Problem]:
        if body.answer is None:
            yield wrong("no_key", "No right answer is told.")
        names = [body.unit, *(one.name for one in body.units)]
        for name in sorted({name for name in names if name and names.count(name) > 1}):
            yield wrong("unit_repeated", "The unit “{unit}” stands twice.", unit=name)
        for one in body.units:
            if not one.name:
                yield wrong("unit_without_name", "A <unit> has no name.")
        if (body.units or body.unit_needed) and not body.unit:
            yield wrong("unit_missing_here", "The item has other units, or needs one, but says no unit of its own.")
        for name in body.unit_names:
            if len(name) > MAX_UNIT or re.match(r"[0-9.,+\-*/=^×·÷(<>]", name):
                yield wrong("unit_unusable", "The unit “{unit}” cannot be typed behind a number.", unit=name[:40])
        yield from self._figures(body)

    def _figures(self, body: Numeric) -> Iterator[Problem]:
        if body.answer is None or body.significant is None:
            return
        try:
            right = self.score(body, self.key(body)) == 1
        except InvalidOperation:
            right = False
        if not right:
            sentence = "Rounded to {count} significant figures, the right answer is outside the tolerance."
            yield doubtful("figures_outside_tolerance", sentence, count=str(body.significant))


def _known_unit(body: Numeric, given: str) -> str:
    """The unit as the item writes it; refused when it is none of the item's."""
    if not given:
        return ""
    seen = folded(given, case=True, accents=True, punctuation=True)
    by_spelling = {folded(name, case=True, accents=True, punctuation=True): name for name in body.unit_names}
    if seen in by_spelling:
        return by_spelling[seen]
    # Capitals are forgiven where they cannot mean another unit; m and M are a milli and a mega.
    alike = [name for spelling, name in by_spelling.items() if spelling.casefold() == seen.casefold()]
    if len(alike) == 1 and not (seen[0] in "mM" and seen[0] != alike[0][0] and len(seen) > 1):
        return alike[0]
    if not body.unit_names:
        raise Unusable(
            Refusal(
                "unit_not_taken", "Write the number alone; “{unit}” does not belong here.", {"unit": given[:MAX_UNIT]}
            )
        )
    values = {"unit": given[:MAX_UNIT], "units": ", ".join(body.unit_names)}
    raise Unusable(Refusal("unit_unknown", "“{unit}” is not a unit of this item. Use one of: {units}.", values))


def _kept(response: Json) -> tuple[Decimal | None, str]:
    """Number and unit of an answer that was kept; None where it holds none."""
    if not isinstance(response, Mapping):
        return None, ""
    try:
        number = Decimal(str(response.get("number")))
    except InvalidOperation:
        return None, ""
    # Nothing that was accepted is larger; what is would fill the memory as a fraction.
    if not number.is_finite() or abs(number.adjusted()) > MAX_DIGITS + MAX_EXPONENT:
        return None, ""
    return number, str(response.get("unit") or "")


def _shown(number: Decimal) -> str:
    """The number in plain digits, or with an exponent where those would be many or would hide its figures."""
    text = str(number).replace("E+", "e").replace("E", "e")
    plain = f"{number:f}"
    return plain if len(plain) <= 12 and ("e" not in text or figures_of(Decimal(plain)) == figures_of(number)) else text


KIND = _Numeric()
