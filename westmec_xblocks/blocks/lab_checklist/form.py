"""The Studio form as data: a checklist as the form's values, and the form's values as a checklist.

The form speaks of the course's own language and of one other, Spanish; texts in further languages are kept from the list as it was.
"""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal, InvalidOperation
from fractions import Fraction
from typing import Any

from westmec_xblocks.blocks.payload import bad
from westmec_xblocks.domain.checklist.definition import (
    Checklist,
    Credit,
    Flag,
    Measure,
    SecondEvaluator,
    Section,
    Skill,
)
from westmec_xblocks.domain.checklist.scale import BUILT_IN, Scale
from westmec_xblocks.domain.durations import Span, parse_span
from westmec_xblocks.domain.text import Text

OTHER_LANGUAGE = "es"
MAX_TEXT = 20_000


def as_values(text: Text) -> dict[str, str]:
    """A text as the form's two fields."""
    return {"own": text.default, "other": text.others.get(OTHER_LANGUAGE, "")}


def read_checklist(data: Mapping[str, Any], before: Checklist | None) -> Checklist:
    """The checklist that the form describes; BadRequest names the first field that cannot be read.

    ``before`` is the list as it was: it gives what the form does not show (further languages, a scale that is spelt out).
    """
    old = {skill.id: skill for skill in before.skills} if before else {}
    old_titles = {section.title.default: section.title for section in before.sections} if before else {}
    sections = tuple(
        Section(
            _text(
                _object(one, f"section {place}"),
                "title",
                old_titles.get(str(one.get("title", {}).get("own", "")), Text()),
            ),
            tuple(_skill(_object(skill, "skill"), old) for skill in _list(one, "skills")),
        )
        for place, one in enumerate(_list(data, "sections"), 1)
    )
    return Checklist(
        code=_line(data, "code"),
        sections=sections,
        title=Text("", _text(data, "title", before.title if before else Text()).others),
        instructions=_text(data, "instructions", before.instructions if before else Text()),
        scale=_scale(_line(data, "scale"), before),
        demonstrations=_count(data, "demonstrations") or 1,
        days=_count(data, "days"),
        variants=_count(data, "variants") or 1,
        mean=_decimal(data, "mean"),
        second_evaluator=_second(_line(data, "second_evaluator")),
        requires=tuple(_line(data, "requires").split()),
        valid_for=_span(data, "valid_for"),
        credit=Credit(_one_of(data, "credit", [credit.value for credit in Credit])),
    )


def _skill(data: Mapping[str, Any], old: Mapping[str, Skill]) -> Skill:
    was = old.get(_line(data, "id")) or Skill("", Text())
    stops = _list(data, "stops")
    return Skill(
        id=_line(data, "id"),
        task=_text(data, "task", was.task),
        flag=Flag(_one_of(data, "flag", [flag.value for flag in Flag])),
        criterion=_text(data, "criterion", was.criterion),
        stops=tuple(
            stop
            for place, one in enumerate(stops)
            if (stop := _text({"stop": one}, "stop", was.stops[place] if place < len(was.stops) else Text()))
        ),
        evidence=tuple(_words(data, "evidence")),
        measure=_measure(data),
        demonstrations=_count(data, "demonstrations"),
        days=_count(data, "days"),
        variants=_count(data, "variants"),
        requires=tuple(_line(data, "requires").split()),
        valid_for=_span(data, "valid_for"),
        not_applicable=(was.not_applicable or "equipment") if data.get("not_applicable") is True else "",
        align=tuple(_line(data, "align").split()),
    )


def _measure(data: Mapping[str, Any]) -> Measure | None:
    unit, low, high = _line(data, "unit"), _decimal(data, "at_least"), _decimal(data, "at_most")
    if not unit and low is None and high is None:
        return None
    return Measure(unit, low, high, _count(data, "readings") or 1)


def _scale(name: str, before: Checklist | None) -> Scale:
    if name in BUILT_IN:
        return BUILT_IN[name]
    if before is not None and not before.scale.ref:
        return before.scale
    raise bad("scale", "one of {choices}", choices=", ".join(BUILT_IN))


def _second(written: str) -> SecondEvaluator | None:
    """Empty, ``once``, or a share such as ``20%``."""
    if not written:
        return None
    if written == "once":
        return SecondEvaluator(Fraction(1))
    try:
        share = Fraction(written.removesuffix("%").strip()) / 100
    except (ValueError, ZeroDivisionError):
        raise bad("second_evaluator", "“once” or a share such as 20%") from None
    if not 0 < share <= 1:
        raise bad("second_evaluator", "a share above 0% and up to 100%")
    return SecondEvaluator(share)


def _text(data: Mapping[str, Any], field: str, was: Text) -> Text:
    given = _object(data.get(field) or {}, field)
    own, other = _string(given, "own", field), _string(given, "other", field)
    others = {tag: markup for tag, markup in was.others.items() if tag != OTHER_LANGUAGE}
    if other:
        others[OTHER_LANGUAGE] = other
    return Text(own, dict(sorted(others.items())))


def _string(data: Mapping[str, Any], key: str, field: str) -> str:
    value = data.get(key, "")
    if not isinstance(value, str) or len(value) > MAX_TEXT:
        raise bad(field, "text of at most {limit} characters", limit=MAX_TEXT)
    return value.strip()


def _line(data: Mapping[str, Any], field: str) -> str:
    value = data.get(field, "")
    if not isinstance(value, str) or len(value) > 500:
        raise bad(field, "text of at most {limit} characters", limit=500)
    return " ".join(value.split())


def _count(data: Mapping[str, Any], field: str) -> int | None:
    written = _line(data, field)
    if not written:
        return None
    if not written.isascii() or not written.isdigit() or not 1 <= int(written) <= 99:
        raise bad(field, "a whole number from 1 to 99")
    return int(written)


def _decimal(data: Mapping[str, Any], field: str) -> Decimal | None:
    written = _line(data, field).replace(",", ".")
    if not written:
        return None
    try:
        number = Decimal(written)
    except InvalidOperation:
        raise bad(field, "a number") from None
    if not number.is_finite():
        raise bad(field, "a number")
    return number


def _span(data: Mapping[str, Any], field: str) -> Span | None:
    written = _line(data, field)
    if not written:
        return None
    try:
        return parse_span(written)
    except ValueError:
        raise bad(field, "a span such as “24 months”") from None


def _one_of(data: Mapping[str, Any], field: str, allowed: list[str]) -> str:
    value = _line(data, field)
    if value not in allowed:
        raise bad(field, "one of {choices}", choices=", ".join(allowed))
    return value


def _words(data: Mapping[str, Any], field: str) -> list[str]:
    given = data.get(field) or []
    if not isinstance(given, list) or not all(isinstance(one, str) for one in given):
        raise bad(field, "a list of words")
    return given


def _list(data: Mapping[str, Any], field: str) -> list[Any]:
    given = data.get(field) or []
    if not isinstance(given, list) or len(given) > 500:
        raise bad(field, "a list of at most {limit}", limit=500)
    return given


def _object(value: Any, field: str) -> Mapping[str, Any]:
    if not isinstance(value, dict):
        raise bad(field, "an object")
    return value
