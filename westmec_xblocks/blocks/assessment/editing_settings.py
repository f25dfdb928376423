"""The settings and the blueprint as the author's form holds them, and what the blueprint asks against what the bank holds."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop, ngettext

from westmec_xblocks.blocks.assessment import words
from westmec_xblocks.blocks.assessment.editing_fields import (
    ShownField,
    as_values,
    read_flag,
    read_rows,
    read_text,
    read_value,
    shown,
)
from westmec_xblocks.blocks.assessment.editing_words import cell_name, level_name
from westmec_xblocks.blocks.authoring import read_weight
from westmec_xblocks.blocks.payload import bad, text
from westmec_xblocks.domain.assessment.cells import Shortage
from westmec_xblocks.domain.assessment.definition import (
    Assessment,
    Domain,
    FixedForm,
    Level,
    Status,
    When,
)
from westmec_xblocks.domain.assessment.forms import shortages
from westmec_xblocks.domain.text import Text
from westmec_xblocks.olx.assessment import Field
from westmec_xblocks.olx.assessment_values import (
    DOMAIN_ATTRIBUTES,
    FORM_ATTRIBUTES,
    MINIMUM_ATTRIBUTES,
    ROOT_ATTRIBUTES,
    domain_of,
    domain_values,
    minimum_of,
    root_fields,
    root_values,
)

MAX_TITLE = 500
COUNTS = ("items", *(level.value for level in Level), "pilot")

ABOUT = (
    Field("title", gettext_noop("Title"), per_language=True),
    Field("instructions", gettext_noop("Instructions"), "markup", per_language=True),
)
RULES = (
    Field("code", gettext_noop("Code")),
    Field("weight", gettext_noop("Weight (points)"), "number"),
    Field("cut", gettext_noop("Cut: share of the points to pass, such as 70%")),
    Field("time_limit", gettext_noop("Time limit, such as 60 min (empty: none)")),
    Field("attempts", gettext_noop("Attempts: a number, or unlimited")),
    Field("wait", gettext_noop("Wait between attempts, such as 24 h (empty: none)")),
    Field(
        "credit",
        gettext_noop("Points are earned"),
        "choice",
        choices=(
            ("score", gettext_noop("by the share of points in the exam")),
            ("passed", gettext_noop("only when the exam is passed")),
        ),
    ),
    Field(
        "counted",
        gettext_noop("The attempt that counts"),
        "choice",
        choices=(
            ("best", gettext_noop("the best")),
            ("last", gettext_noop("the last")),
            ("first", gettext_noop("the first")),
        ),
    ),
    Field(
        "completion",
        gettext_noop("Complete when"),
        "choice",
        choices=(
            ("passed", gettext_noop("the exam is passed")),
            ("finished", gettext_noop("an attempt is finished")),
        ),
    ),
    Field(
        "layout",
        gettext_noop("Questions on a page"),
        "choice",
        choices=(("one", gettext_noop("one at a time")), ("all", gettext_noop("all together"))),
    ),
    Field(
        "feedback",
        gettext_noop("Learners are told"),
        "choice",
        choices=(
            ("domains", gettext_noop("their points per domain")),
            ("never", gettext_noop("passed or not, nothing else")),
            ("submitted", gettext_noop("besides, each question after submitting")),
            ("last", gettext_noop("besides, each question after the last attempt")),
            ("date", gettext_noop("besides, each question from a date on")),
        ),
    ),
    Field("feedback_day", gettext_noop("From which date (such as 2027-01-31)")),
    Field("keys", gettext_noop("Right answers are shown as well: never while the exam serves a credential"), "bool"),
    Field("lock", gettext_noop("Below a minimum, the next attempt waits for a re-teach"), "bool"),
    Field("authored", gettext_noop("Answers stand in my order for everybody"), "bool"),
)
DOMAINS = Field(
    "domains",
    gettext_noop("Domain"),
    "rows",
    columns=(
        Field("id", gettext_noop("Id")),
        Field("title", gettext_noop("Title"), per_language=True),
        Field("items", gettext_noop("Scored"), "number"),
        Field("recall", gettext_noop("Recall"), "number"),
        Field("apply", gettext_noop("Apply"), "number"),
        Field("analyze", gettext_noop("Analyze"), "number"),
        Field("pilot", gettext_noop("Pilot"), "number"),
    ),
)
MINIMUMS = Field(
    "minimums",
    gettext_noop("Minimum"),
    "rows",
    columns=(
        Field("domains", gettext_noop("Domains counted together (ids, with spaces between)")),
        Field("at_least", gettext_noop("At least, such as 90%")),
    ),
)
FORMS = Field(
    "forms",
    gettext_noop("Fixed form"),
    "rows",
    columns=(
        Field("id", gettext_noop("Id")),
        Field("items", gettext_noop("Items in order (ids, with spaces between)"), "markup"),
    ),
)


def as_json(assessment: Assessment, title: str, weight: float | None) -> dict[str, Any]:
    """Settings and blueprint as the form holds them. The title in the course's own language is the block's display name."""
    values = root_values(assessment)
    written = {name: "" if values[name] in _NOTHING else one.write(values[name]) for name, one in _ROOT_TEXTS.items()}
    written["attempts"] = ROOT_ATTRIBUTES["attempts"].write(assessment.attempts)
    day = assessment.feedback.day
    return {
        **written,
        "feedback": When.DATE.value if day else assessment.feedback.when.value,
        "feedback_day": day.isoformat() if day else "",
        "keys": assessment.feedback.keys,
        "lock": assessment.lock,
        "authored": not assessment.shuffle,
        "title": {**assessment.title.others, "": title},
        "weight": "" if weight is None else f"{weight:g}",
        "instructions": as_values(assessment.instructions),
        "domains": [
            {name: "" if value is None else value for name, value in domain_values(domain).items()}
            | {"title": as_values(domain.title)}
            for domain in assessment.domains
        ],
        "minimums": [
            {"domains": " ".join(one.domains), "at_least": MINIMUM_ATTRIBUTES["at_least"].write(one.at_least)}
            for one in assessment.minimums
        ],
        "forms": [{"id": form.id, "items": " ".join(form.items)} for form in assessment.fixed_forms],
    }


# What stands in the form as an empty field.
_NOTHING = (None, timedelta())
_ROOT_TEXTS = {
    name: one for name, one in ROOT_ATTRIBUTES.items() if name not in ("keys", "lock", "options", "feedback")
}


def fields(values: Mapping[str, Any], languages: Sequence[str]) -> dict[str, Any]:
    """The form's fields, filled with these values, which may be such as nobody can read yet."""

    def filled(some: Sequence[Field]) -> list[ShownField]:
        return [shown(field, values.get(field.name), languages) for field in some]

    return {
        "about": filled(ABOUT),
        "rules": filled(RULES),
        "domains": shown(DOMAINS, values.get("domains"), languages, held=COUNTS),
        "minimums": shown(MINIMUMS, values.get("minimums"), languages),
        "forms": shown(FORMS, values.get("forms"), languages),
    }


def read_settings(
    data: Any, before: Assessment, title: str, weight: float | None
) -> tuple[Assessment, str, float | None]:
    """The assessment with the settings that the form sent, its title and its weight; BadRequest names what cannot be read."""
    if not isinstance(data, dict):
        raise bad("settings", "an object")
    labels = {field.name: _(field.label) for field in (*ABOUT, *RULES)}
    values = {name: read_value(data, name, one, labels[name]) for name, one in _ROOT_TEXTS.items()}
    values |= {name: read_flag(data, name, labels[name]) for name in ("keys", "lock")}
    values["feedback"] = _feedback(data, labels)
    values["options"] = read_flag(data, "authored", labels["authored"])
    titles = read_text(data, "title", labels["title"])
    if len(titles.default) > MAX_TITLE:
        raise bad(labels["title"], "text of at most {limit} characters", limit=MAX_TITLE)
    found = replace(
        before,
        **root_fields(values),
        title=Text(before.title.default, titles.others),
        instructions=read_text(data, "instructions", labels["instructions"]),
        domains=tuple(_domain(row) for row in read_rows(data, "domains", _(DOMAINS.label))),
        minimums=tuple(
            minimum_of(_values(row, MINIMUM_ATTRIBUTES, MINIMUMS))
            for row in read_rows(data, "minimums", _(MINIMUMS.label))
        ),
        fixed_forms=tuple(
            FixedForm(**_values(row, FORM_ATTRIBUTES, FORMS)) for row in read_rows(data, "forms", _(FORMS.label))
        ),
    )
    return found, titles.default or title, read_weight(data, weight)


def _feedback(data: Mapping[str, Any], labels: Mapping[str, str]) -> Any:
    written = text(data, "feedback", limit=30)
    day = text(data, "feedback_day", limit=30)
    if written == When.DATE.value:
        try:
            written = date.fromisoformat(day).isoformat()
        except ValueError:
            raise bad(labels["feedback_day"], "a date such as 2026-03-31") from None
    return read_value({"feedback": written}, "feedback", ROOT_ATTRIBUTES["feedback"], labels["feedback"])


def _values(row: Mapping[str, Any], attributes: Mapping[str, Any], rows: Field) -> dict[str, Any]:
    labels = {column.name: f"{_(rows.label)}, {_(column.label)}" for column in rows.columns}
    return {name: read_value(row, name, one, labels.get(name, name)) for name, one in attributes.items()}


def _domain(row: Mapping[str, Any]) -> Domain:
    return domain_of(_values(row, DOMAIN_ATTRIBUTES, DOMAINS), read_text(row, "title", _("Title")))


# What the blueprint asks, and what the bank holds.


def balance(assessment: Assessment) -> dict[str, Any]:
    """For each row of the blueprint what the bank holds, what is missing in words, and what a form comes to."""
    missing = shortages(assessment)
    return {
        "domains": [_held(assessment, domain) for domain in assessment.domains],
        "shortages": [shortage(one) for one in missing],
        "minimums": [words.minimum(assessment, one) for one in assessment.minimums],
        "total": list(_totals(assessment)),
    }


def _held(assessment: Assessment, domain: Domain) -> dict[str, Any]:
    own = [item for item in assessment.items if item.domain == domain.id]
    scored = [item for item in own if item.status is Status.SCORED]
    levels = Counter(item.level for item in scored)
    held = {"items": len(scored), "pilot": sum(item.status is Status.PILOT for item in own)}
    held |= {level.value: levels[level] for level in Level}
    asked = {"items": domain.items, "pilot": domain.pilot, **{one.value: domain.levels.get(one) for one in Level}}
    return {
        name: {"text": _("in the bank: {n}").format(n=held[name]), "short": held[name] < (asked[name] or 0)}
        for name in COUNTS
    } | {"id": domain.id, "asked": asked, "held": held}


def shortage(one: Shortage) -> str:
    """What the bank lacks, in words."""
    sentence = ngettext("{domain}, {cell}: {n} more needed.", "{domain}, {cell}: {n} more needed.", one.missing)
    return sentence.format(domain=one.cell.domain, cell=cell_name(one.cell), n=one.missing)


def _totals(assessment: Assessment) -> list[str]:
    scored, pilot = assessment.scored_count, assessment.pilot_count
    statuses = Counter(item.status for item in assessment.items)
    form = _("A form has {scored} scored and {pilot} pilot items.").format(scored=scored, pilot=pilot)
    if scored + pilot:
        share = round(100 * pilot / (scored + pilot))
        part = _("Pilots are {share} % of it.").format(share=share)
        form = f"{form} {part}"
    levels = Counter(item.level for item in assessment.items if item.status is Status.SCORED)
    held = _("The bank holds {scored} scored, {pilot} pilot and {retired} retired items.").format(
        scored=statuses[Status.SCORED], pilot=statuses[Status.PILOT], retired=statuses[Status.RETIRED]
    )
    split = ", ".join(f"{level_name(level)} {levels[level]}" for level in Level)
    by_level = _("Scored ones by level: {split}.").format(split=split)
    said = [form, f"{held} {by_level}"]
    if assessment.provisional:
        said.append(_("The cut is provisional: no panel has set it yet. Learners are told so."))
    return said


def blueprint_headings() -> list[str]:
    """The names of the blueprint's counts, in order."""
    labels = {column.name: _(column.label) for column in DOMAINS.columns}
    return [labels[name] for name in COUNTS]
