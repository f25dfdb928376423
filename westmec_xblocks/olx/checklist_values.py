"""The attributes of a skill checklist as values."""

from __future__ import annotations

import re
from collections.abc import Mapping
from fractions import Fraction

from westmec_xblocks.domain.checklist.definition import Credit, Flag, SecondEvaluator
from westmec_xblocks.olx.values import (
    NAMES,
    NUMBER_OR_NONE,
    TEXT,
    Attribute,
    Unclear,
    code,
    decimal,
    identifier,
    number_text,
    one_of,
    percent,
    span,
    whole,
    write_mend,
)


def second_evaluator(text: str) -> SecondEvaluator:
    """``once`` for every learner, or a share of the learners such as ``20%``."""
    written = text.strip()
    if written == "once":
        return SecondEvaluator(Fraction(1))
    share = re.fullmatch(r"([0-9]{1,3}(?:\.[0-9]{1,4})?)\s?%", written)
    if share and 0 < Fraction(share[1]) <= 100:
        return SecondEvaluator(Fraction(share[1]) / 100)
    bare = re.fullmatch(r"([1-9][0-9]?)(?: ?percent)?", written, re.IGNORECASE)
    if bare:
        raise write_mend("second_evaluator_unclear", f"{bare[1]}%")
    part = re.fullmatch(r"0?\.([0-9]{1,4})", written)
    if part and int(part[1]):
        raise write_mend("second_evaluator_unclear", percent(Fraction(f"0.{part[1]}")))
    if written.lower() in ("once", "all", "always", "yes", "true", "1"):
        raise write_mend("second_evaluator_unclear", "once")
    raise Unclear(
        "second_evaluator_unclear",
        "{attribute}=“{value}” is neither “once” nor a share of the learners such as “20%”; leave it out for none.",
    )


def flag(text: str) -> Flag:
    """``safety`` or ``quality``; empty for an ordinary line."""
    return Flag(one_of("safety", "quality")(text)) if text.strip() else Flag.ORDINARY


def credit(text: str) -> Credit:
    """``lines`` or ``passed``."""
    return Credit(one_of("lines", "passed")(text))


def _second_text(second: SecondEvaluator) -> str:
    return "once" if second.share >= 1 else percent(second.share)


_SPAN = Attribute(span, str, None)
_LIMIT = Attribute(decimal, number_text, None)

LIST_ATTRIBUTES: Mapping[str, Attribute] = {
    "code": Attribute(code, str, ""),
    "demonstrations": Attribute(whole, str, 1),
    "days": NUMBER_OR_NONE,
    "variants": Attribute(whole, str, 1),
    "mean": Attribute(decimal, number_text, None),
    "second_evaluator": Attribute(second_evaluator, _second_text, None),
    "requires": NAMES,
    "valid_for": _SPAN,
    "credit": Attribute(credit, str, Credit.LINES),
}
SKILL_ATTRIBUTES: Mapping[str, Attribute] = {
    "id": Attribute(identifier, str, ""),
    "flag": Attribute(flag, str, Flag.ORDINARY),
    "evidence": NAMES,
    "demonstrations": NUMBER_OR_NONE,
    "days": NUMBER_OR_NONE,
    "variants": NUMBER_OR_NONE,
    "requires": NAMES,
    "valid_for": _SPAN,
    "not_applicable": TEXT,
    "align": NAMES,
}
MEASURE_ATTRIBUTES: Mapping[str, Attribute] = {
    "unit": TEXT,
    "at_least": _LIMIT,
    "at_most": _LIMIT,
    "readings": Attribute(whole, str, 1),
}
