"""Refusals and findings as sentences in the reader's language.

The templates stand in ``domain`` in English; gettext finds their translations by their text.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime

from django.utils.formats import date_format
from django.utils.translation import get_language, gettext, gettext_noop

from westmec_xblocks.domain.refusals import Refusal

# What people call the fields of forms, where a refusal has to name one.
FIELD_NAMES: Mapping[str, str] = {
    "act": gettext_noop("What did you see?"),
    "at_least": gettext_noop("At least"),
    "at_most": gettext_noop("At most"),
    "code": gettext_noop("Code"),
    "confirmed_by": gettext_noop("From a paper list: who confirms it"),
    "content": gettext_noop("Or a link or a measured value"),
    "criterion": gettext_noop("Criterion: what the evaluator must see"),
    "days": gettext_noop("Days"),
    "decisions": gettext_noop("Rating"),
    "demonstrations": gettext_noop("Demonstrations"),
    "display_name": gettext_noop("Title"),
    "expires_on": gettext_noop("Last day"),
    "file": gettext_noop("File"),
    "instructions": gettext_noop("Instructions"),
    "mean": gettext_noop("Mean asked for"),
    "members": gettext_noop("Members"),
    "name": gettext_noop("Name"),
    "note": gettext_noop("Note"),
    "observed_on": gettext_noop("Date observed"),
    "observed_time": gettext_noop("Time"),
    "readings": gettext_noop("Readings"),
    "reason": gettext_noop("Reason"),
    "scale": gettext_noop("Scale"),
    "second_evaluator": gettext_noop("Second evaluator"),
    "skill": gettext_noop("Skill"),
    "stop": gettext_noop("Stop when"),
    "task": gettext_noop("Skill"),
    "title": gettext_noop("Title"),
    "unit": gettext_noop("Unit"),
    "username": gettext_noop("User name or e-mail address"),
    "valid_for": gettext_noop("Valid for"),
    "variant": gettext_noop("Conditions"),
    "variants": gettext_noop("Conditions"),
    "weight": gettext_noop("Weight"),
}
# Values of refusals that are words of ours, not of an author or a file.
_OWN_WORDS = frozenset({"flag", "reason"})
gettext_noop("safety")
gettext_noop("quality")


def sentence(refusal: Refusal) -> str:
    """The refusal's sentence in the active language, filled in."""
    translated = gettext(refusal.sentence)
    try:
        return translated.format(**{name: _value(name, value) for name, value in refusal.values.items()})
    except (KeyError, IndexError, ValueError):
        return str(refusal)


def field_name(field: str) -> str:
    """What people call the field; ``readings.05`` is the readings of line 05. A name that nobody sees stays as it is."""
    name, _, line = field.partition(".")
    if name not in FIELD_NAMES:
        return field
    shown = gettext(FIELD_NAMES[name])
    return f"{shown} ({line})" if line else shown


def date_in_words(value: date | datetime, form: str = "DATE_FORMAT") -> str:
    """A date as the reader writes it. Django writes Spanish months with a capital letter; nobody else does."""
    text = date_format(value, form)
    return text.lower() if (get_language() or "").startswith("es") else text


def _value(name: str, value: str) -> str:
    if name == "date":
        try:
            return date_in_words(date.fromisoformat(value))
        except ValueError:
            return value
    if name == "what":
        # A cell of a blueprint: the words for its levels, as the author's form says them.
        return " / ".join(gettext(word) for word in value.split(" / "))
    return gettext(value) if value and name in _OWN_WORDS else value
