"""The attributes of an assessment as values."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date, timedelta
from enum import StrEnum
from typing import Any

from westmec_xblocks.domain.assessment.definition import (
    PROVISIONAL_CUT,
    Assessment,
    Completion,
    Counted,
    Credit,
    Domain,
    Feedback,
    Item,
    Layout,
    Level,
    Minimum,
    Status,
    When,
)
from westmec_xblocks.domain.text import Text
from westmec_xblocks.olx.values import (
    ID,
    NAMES,
    Attribute,
    Unclear,
    amount,
    amount_text,
    code,
    one_of,
    only,
    percent,
    share,
    up_to,
    whole,
    write_mend,
)

UNLIMITED = "unlimited"
_FEEDBACK = tuple(when.value for when in When if when is not When.DATE)


def attempts(text: str) -> int | None:
    """A number of attempts, or ``unlimited``."""
    if text.strip().lower() in (UNLIMITED, "no limit", "any"):
        if text.strip() != UNLIMITED:
            raise write_mend("attempts_unclear", UNLIMITED)
        return None
    return whole(text)


def feedback(text: str) -> Feedback:
    """When learners are told more than their result: a word, or a date as ``2027-01-31``."""
    written = text.strip()
    if not written[:1].isdigit():
        return Feedback(When(one_of(*_FEEDBACK)(written)))
    try:
        return Feedback(When.DATE, date.fromisoformat(written))
    except ValueError:
        raise Unclear("date_unclear", "{attribute}=“{value}” is not a date such as “2027-01-31”.") from None


def feedback_text(value: Feedback) -> str:
    """When learners are told more, as authors write it."""
    return value.day.isoformat() if value.day is not None else value.when.value


def _word(words: type[StrEnum]) -> Attribute:
    values = tuple(word.value for word in words)
    return Attribute(lambda text: words(one_of(*values)(text)), str, None)


def _or(attribute: Attribute, missing: Any) -> Attribute:
    return replace(attribute, missing=missing)


_COUNT = Attribute(up_to(999, least=0), str, None)

ROOT_ATTRIBUTES: Mapping[str, Attribute] = {
    "code": Attribute(code, str, ""),
    "cut": Attribute(share, percent, PROVISIONAL_CUT),
    "time_limit": Attribute(amount, amount_text, None),
    "attempts": Attribute(attempts, lambda value: UNLIMITED if value is None else str(value), 1),
    "wait": Attribute(amount, amount_text, timedelta()),
    "feedback": Attribute(feedback, feedback_text, Feedback()),
    "keys": only("shown"),
    "credit": _or(_word(Credit), Credit.SCORE),
    "counted": _or(_word(Counted), Counted.BEST),
    "completion": _or(_word(Completion), Completion.PASSED),
    "layout": _or(_word(Layout), Layout.ONE),
    "lock": only("minimum"),
    "options": only("authored"),
}
DOMAIN_ATTRIBUTES: Mapping[str, Attribute] = {
    "id": ID,
    "items": _or(_COUNT, 0),
    "pilot": _or(_COUNT, 0),
    **{level.value: _COUNT for level in Level},
}
MINIMUM_ATTRIBUTES: Mapping[str, Attribute] = {"domains": NAMES, "at_least": Attribute(share, percent, None)}
FORM_ATTRIBUTES: Mapping[str, Attribute] = {"id": ID, "items": NAMES}
ITEM_ATTRIBUTES: Mapping[str, Attribute] = {
    "id": ID,
    "domain": ID,
    "level": _word(Level),
    "status": _or(_word(Status), Status.SCORED),
    "stimulus": ID,
    "enemies": NAMES,
    "align": NAMES,
}


def root_fields(values: Mapping[str, Any]) -> dict[str, Any]:
    """The fields of an ``Assessment`` that its root's attributes stand for."""
    fields = {name: value for name, value in values.items() if name not in ("keys", "options")}
    fields["feedback"] = replace(values["feedback"], keys=values["keys"])
    return {**fields, "shuffle": not values["options"]}


def root_values(assessment: Assessment) -> dict[str, Any]:
    """The attributes' values of an assessment's root."""
    values = {name: getattr(assessment, name) for name in ROOT_ATTRIBUTES if name not in ("keys", "options")}
    values["feedback"] = replace(assessment.feedback, keys=False)
    return {**values, "keys": assessment.feedback.keys, "options": not assessment.shuffle}


def domain_of(values: Mapping[str, Any], title: Text) -> Domain:
    """A row of the blueprint."""
    levels = {level: values[level.value] for level in Level if values[level.value] is not None}
    return Domain(values["id"], title, values["items"], values["pilot"], levels)


def domain_values(domain: Domain) -> dict[str, Any]:
    """The attributes' values of a row of the blueprint."""
    levels = {level.value: domain.levels.get(level) for level in Level}
    return {"id": domain.id, "items": domain.items, "pilot": domain.pilot, **levels}


def minimum_of(values: Mapping[str, Any]) -> Minimum:
    """A minimum; one that says no share asks for everything."""
    at_least = values["at_least"]
    return Minimum(values["domains"], share("100%") if at_least is None else at_least)


def item_values(item: Item) -> dict[str, Any]:
    """The common attributes' values of an item."""
    return {name: getattr(item, name) for name in ITEM_ATTRIBUTES}


def written(values: Mapping[str, Any], attributes: Mapping[str, Attribute]) -> dict[str, str]:
    """The attributes as they are written: those whose value is not what their absence says."""
    return {
        name: attribute.write(values[name])
        for name, attribute in attributes.items()
        if values[name] != attribute.missing
    }
