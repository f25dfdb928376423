"""The instructor's panels and acts: the class at a glance, lab groups, evaluators."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, timedelta
from typing import Any

from django.utils.translation import gettext as _

from westmec_xblocks import edxapp
from westmec_xblocks.blocks.actions import announce
from westmec_xblocks.blocks.lab_checklist import rows, words
from westmec_xblocks.blocks.lab_checklist.desk import Desk
from westmec_xblocks.blocks.payload import bad, day, identifier, required_text, text, user_ids
from westmec_xblocks.domain.checklist.judging import LineStanding, State
from westmec_xblocks.domain.refusals import NotFound, Refusal
from westmec_xblocks.records import api

SCHOOL_YEAR = timedelta(days=365)


def glance(desk: Desk, data: Mapping[str, Any]) -> dict[str, Any]:
    """Every learner and every line, with the stopped attempts that wait for a re-teach."""
    people = edxapp.learners(desk.course_key)
    statuses = api.overview(desk.sheet, [person.id for person in people])
    names = {person.id: person.name for person in people}
    shown = [_class_row(desk, person, statuses[person.id]) for person in people]
    context = {
        "people": shown,
        "passed": sum(statuses[person.id].is_passed(desk.today) for person in people),
        "lines": [rows.line_row(desk.checklist, skill, None, desk.today) for skill in desk.checklist.skills],
        "key": _key(desk.today),
        "stops": [
            {"learner": one.learner_id, "name": names[one.learner_id], "on": words.day(one.observed_on), "act": one.act}
            for one in api.waiting_reteach(desk.usage_key)
            if one.learner_id in names
        ],
        "cleared_url": desk.url("page", "cleared"),
        "blank_url": desk.url("page", "blank"),
        "csv_url": desk.url("page", "export"),
    }
    return {"html": desk.render("class.html", context)}


def _class_row(desk: Desk, person: edxapp.Person, status: api.ListStatus) -> dict[str, Any]:
    lines = [status.line(skill.id) for skill in desk.checklist.skills]
    assessed = [line for line in lines if line.state is not State.NOT_ASSESSED]
    passed = status.is_passed(desk.today)
    return {
        "id": person.id,
        "name": person.name,
        "headline": _("Passed") if passed else _("Expired") if status.state is State.HOLDS else _("Not passed yet"),
        "held": sum(line.holds(desk.today) for line in assessed),
        "assessed": len(assessed),
        "cells": [
            {"mark": words.state_mark(line, desk.today), "state": words.state(line, desk.today)} for line in lines
        ],
    }


def _key(today: date) -> Iterable[dict[str, str]]:
    """What each mark means."""
    for state in (
        State.HOLDS,
        State.IN_PROGRESS,
        State.WAITING,
        State.CREDIT_ENDED,
        State.NOT_ASSESSED,
        State.NOT_STARTED,
    ):
        line = LineStanding("", state)
        yield {"mark": words.state_mark(line, today), "name": words.state(line, today)}


def manage(desk: Desk, data: Mapping[str, Any]) -> dict[str, Any]:
    """Lab groups and evaluators."""
    people = edxapp.learners(desk.course_key)
    groups = [_group_row(group, people) for group in api.groups(desk.course_key)]
    grants = [grant for grant in api.evaluators(desk.course_key) if grant.revoked_at is None]
    names = edxapp.people({grant.user_id for grant in grants})
    context = {
        "groups": groups,
        "people": people,
        "evaluators": [_grant_row(desk, grant, names) for grant in grants],
        "may_name": desk.viewer.instructor,
        "today": desk.today.isoformat(),
        "suggested_end": (desk.today + SCHOOL_YEAR).isoformat(),
    }
    return {"html": desk.render("manage.html", context)}


def _group_row(group: api.LabGroup, people: Iterable[edxapp.Person]) -> dict[str, Any]:
    choices = [{"id": person.id, "name": person.name, "member": person.id in group.members} for person in people]
    return {"id": group.id, "name": group.name, "size": sum(choice["member"] for choice in choices), "choices": choices}


def _grant_row(desk: Desk, grant: api.Grant, names: Mapping[int, edxapp.Person]) -> dict[str, Any]:
    if grant.expires_on is None:
        until = _("without an end")
    elif grant.expires_on < desk.today:
        until = _("ended on {date}").format(date=words.day(grant.expires_on))
    else:
        until = _("until {date}").format(date=words.day(grant.expires_on))
    name = names[grant.user_id].name if grant.user_id in names else str(grant.user_id)
    return {"id": grant.id, "name": name, "scope": ", ".join(grant.codes) or _("the whole course"), "until": until}


def grant_evaluator(desk: Desk, data: Mapping[str, Any]) -> dict[str, Any]:
    """Name somebody as an evaluator, with a scope and a last day."""
    person = edxapp.find_person(required_text(data, "username", limit=254))
    if person is None:
        raise NotFound(Refusal("unknown_user", "There is no account with this user name or e-mail address."))
    scope = text(data, "scope", default="list", limit=10)
    if scope not in ("list", "course"):
        raise bad("scope", "“list” or “course”")
    last_day = day(data, "expires_on")
    if last_day is None:
        raise bad("expires_on", "a date such as 2026-03-31")
    api.grant_evaluator(
        desk.course_key,
        user_id=person.id,
        codes=(desk.checklist.code,) if scope == "list" else (),
        expires_on=last_day,
        granted_by=desk.actor(),
        client_id=identifier(data),
        now=desk.now,
        today=desk.today,
        reason=required_text(data, "reason", limit=500),
    )
    return announce(_("{name} may evaluate now.").format(name=person.name), **manage(desk, {}))


def revoke_evaluator(desk: Desk, data: Mapping[str, Any]) -> dict[str, Any]:
    """End somebody's right to evaluate; what they signed stands."""
    api.revoke_evaluator(
        desk.course_key,
        grant_id=identifier(data, "grant"),
        revoked_by=desk.actor(),
        client_id=identifier(data),
        now=desk.now,
        reason=required_text(data, "reason", limit=500),
    )
    return announce(_("Ended. What was signed before stands."), **manage(desk, {}))


def create_group(desk: Desk, data: Mapping[str, Any]) -> dict[str, Any]:
    """Make a lab group."""
    members = _members(desk, data)
    api.create_group(
        desk.course_key, name=required_text(data, "name", limit=100), members=members, actor_id=desk.actor(),
        client_id=identifier(data), now=desk.now,
    )  # fmt: skip
    return announce(_("The group is made."), **manage(desk, {}))


def change_group(desk: Desk, data: Mapping[str, Any]) -> dict[str, Any]:
    """Rename a lab group and set who belongs to it."""
    api.change_group(
        desk.course_key, group_id=identifier(data, "group"), name=required_text(data, "name", limit=100), members=_members(desk, data),
        actor_id=desk.actor(), client_id=identifier(data), now=desk.now,
    )  # fmt: skip
    return announce(_("The group is saved."), **manage(desk, {}))


def _members(desk: Desk, data: Mapping[str, Any]) -> list[int]:
    members = user_ids(data, "members") if data.get("members") else []
    strangers = set(members) - edxapp.enrolled_among(members, desk.course_key)
    if strangers:
        raise NotFound(Refusal("not_enrolled", "This person is not enrolled in the course."))
    return members
