"""The learner's page: where I stand, line by line, what counts next; my self-check, evidence, requests and history."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.utils.formats import date_format
from django.utils.translation import gettext as _

from westmec_xblocks import edxapp
from westmec_xblocks.blocks.actions import announce
from westmec_xblocks.blocks.lab_checklist import evidence, history, rows, words
from westmec_xblocks.blocks.lab_checklist.desk import Desk
from westmec_xblocks.blocks.payload import bad, identifier, text, user_id
from westmec_xblocks.domain.checklist.judging import Standing
from westmec_xblocks.records import api

SELF_LEVELS = ("not_yet", "with_help", "alone")


def panel(desk: Desk, learner_id: int) -> str:
    """The HTML of one learner's page; ``own`` things show only where the learner looks at their own."""
    own = learner_id == desk.viewer.user_id
    acting = desk.is_evaluator and not own
    record = api.standing_of(desk.sheet, learner_id)
    files = evidence.by_line(desk, learner_id)
    person = edxapp.people([learner_id]).get(learner_id)
    context = {
        "own": own,
        "learner": person if not own else None,
        "readonly": "disabled" if desk.viewer.masquerading else "",
        "instructions": desk.checklist.instructions,
        "rules": list(words.rules(desk.checklist)),
        "sections": rows.sections(desk.checklist, record.standing, desk.today, extra=_extras(desk, files)),
        "record_url": desk.url("page", "record", f"learner={learner_id}"),
        "upload_limit": evidence.limit_in_words(),
        **standing_context(desk, record.standing),
        **_request_context(desk, record),
        **history.as_context(desk, record, acting=acting),
    }
    if acting:
        context["learner"] = person
        context["back"] = "class" if desk.viewer.staff else "choose"
        return desk.render("history.html", context)
    return desk.render("learner.html", context)


def standing_context(desk: Desk, standing: Standing) -> dict[str, Any]:
    """Where a learner stands on the whole list, as the templates show it."""
    passed = standing.is_passed(desk.today)
    return {
        "headline": words.headline(standing, desk.today),
        "headline_mark": "done" if passed else "attention" if standing.passed else "open",
        "passed": passed,
        "tally": rows.tally(standing, desk.today),
        "mean": _shown_mean(standing),
        "wanted_mean": str(desk.checklist.wanted_mean) if desk.checklist.wanted_mean is not None else "",
        "remarks": list(_remarks(desk, standing)),
    }


def _shown_mean(standing: Standing) -> str:
    return f"{float(standing.mean):.2f}" if standing.mean is not None else ""


def _remarks(desk: Desk, standing: Standing) -> list[str]:
    """What else stands between the learner and the pass."""
    remarks = []
    if standing.passed and standing.digest != desk.checklist.digest:
        remarks.append(_("Passed under an earlier version of this list; the pass stands."))
    if standing.second_needed and not standing.second_done:
        remarks.append(_("One demonstration that counts must be rated by two evaluators, each on their own."))
    if standing.mean is not None and not standing.mean_reached:
        remarks.append(_("The mean of the lines without a flag is not reached yet: raise the weakest ones."))
    if standing.passed and standing.valid_until:
        remarks.append(_("Valid until {date}.").format(date=words.day(standing.valid_until)))
    return remarks


def _extras(desk: Desk, files: Mapping[str, list[Any]]) -> dict[str, dict[str, Any]]:
    names = {"not_yet": _("Not yet"), "with_help": _("With help"), "alone": _("On my own")}
    marks = desk.block.self_checks
    return {
        skill.id: {
            "files": files.get(skill.id, []),
            "self_choices": [
                rows.Choice(value, names[value], checked=marks.get(skill.id) == value) for value in SELF_LEVELS
            ],
        }
        for skill in desk.checklist.skills
    }


def _request_context(desk: Desk, record: api.LearnerRecord) -> dict[str, Any]:
    if record.request is not None:
        asked = date_format(record.request.asked_at.astimezone(desk.zone), "SHORT_DATETIME_FORMAT").rstrip(".")
        return {
            "open_request": record.request.id,
            "request": _("You asked for a sign-off on {when}. It is not answered yet.").format(when=asked),
        }
    asks = [act for act in record.acts if act.kind == "request"]
    answer = next((act for act in record.acts if asks and act.id == asks[-1].replaced_by), None)
    if answer is None:
        return {}
    when = date_format(answer.recorded_at.astimezone(desk.zone), "SHORT_DATETIME_FORMAT").rstrip(".")
    return {"request": _("Your last request was answered on {when}.").format(when=when)}


# Acts.


def request_sign_off(desk: Desk, data: Mapping[str, Any]) -> dict[str, Any]:
    """Ask to be signed off."""
    learner = _own(desk)
    note = text(data, "note", limit=500)
    api.request_sign_off(desk.sheet, learner_id=learner, client_id=identifier(data), note=note, now=desk.now)
    return announce(_("Your request is in the evaluators' list."), html=panel(desk, learner))


def withdraw_request(desk: Desk, data: Mapping[str, Any]) -> dict[str, Any]:
    """Take the open request back."""
    learner = _own(desk)
    api.withdraw_request(
        desk.sheet, learner_id=learner, request_id=identifier(data, "request"), client_id=identifier(data), now=desk.now
    )
    return announce(_("Your request is taken back."), html=panel(desk, learner))


def self_check(desk: Desk, data: Mapping[str, Any]) -> dict[str, Any]:
    """Keep the learner's own view of a line. It never counts."""
    _own(desk)
    skill, value = text(data, "skill", limit=100), text(data, "value", limit=20)
    if desk.checklist.find(skill) is None:
        raise bad("skill", "a line of this list")
    if value not in SELF_LEVELS:
        raise bad("value", "one of {choices}", choices=", ".join(SELF_LEVELS))
    desk.block.self_checks = {**desk.block.self_checks, skill: value}
    return announce(_("Kept for you."))


def _own(desk: Desk) -> int:
    return desk.learner_in_view(None)


def look(desk: Desk, data: Mapping[str, Any]) -> dict[str, Any]:
    """The panel of the learner that the query names; one's own where it names none."""
    return {"html": panel(desk, desk.learner_in_view(user_id(data, "learner", default=None)))}
