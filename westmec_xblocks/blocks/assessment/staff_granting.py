"""Granting an accommodation to one learner and taking it back, from the panel of all or from the learner's own."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _

from westmec_xblocks import edxapp
from westmec_xblocks.blocks.actions import announce
from westmec_xblocks.blocks.assessment import staff_accommodations, staff_learners
from westmec_xblocks.blocks.assessment.desk import Desk
from westmec_xblocks.blocks.assessment.staff_accommodations import COURSE, EXAM, FIELDS
from westmec_xblocks.blocks.assessment.staff_grants import read_grant
from westmec_xblocks.blocks.payload import bad, identifier, required_text, text, user_id
from westmec_xblocks.domain.refusals import NotFound, Refusal
from westmec_xblocks.records import api


def grant(desk: Desk, data: Mapping[str, Any]) -> dict[str, Any]:
    """Grant one learner something, for this assessment or for every one of the course."""
    learner = _learner(desk, data)
    written = {field: text(data, field, limit=2100) for field in FIELDS}
    _record(desk, data, read_grant(learner, _code(desk, data), written, staff_accommodations.languages(desk)))
    return announce(_("Granted. It holds from the next attempt on."), html=_panel(desk, data, learner))


def take_back(desk: Desk, data: Mapping[str, Any]) -> dict[str, Any]:
    """End what a learner is granted. What an attempt under way began with stays."""
    learner = user_id(data, "learner")
    _record(desk, data, api.Granting(learner, _code(desk, data), reason=required_text(data, "reason")))
    return announce(_("Taken back. That it held stays on record."), html=_panel(desk, data, learner))


def _record(desk: Desk, data: Mapping[str, Any], granting: api.Granting) -> None:
    api.grant_accommodations(
        desk.course_key, grants=[granting], actor_id=desk.actor(), client_id=identifier(data), now=desk.now
    )


def _panel(desk: Desk, data: Mapping[str, Any], learner: int) -> str:
    if text(data, "shown", limit=10) == "learner":
        return staff_learners.panel(desk, learner)
    return staff_accommodations.panel(desk)


def _learner(desk: Desk, data: Mapping[str, Any]) -> int:
    """Who is meant: by id, as the learner's own panel names them, or by what somebody typed."""
    if data.get("learner"):
        return desk.check_enrolled(user_id(data, "learner"))
    person = edxapp.find_person(required_text(data, "username", limit=254))
    if person is None:
        raise NotFound(Refusal("unknown_user", "There is no account with this user name or e-mail address."))
    return desk.check_enrolled(person.id)


def _code(desk: Desk, data: Mapping[str, Any]) -> str:
    scope = text(data, "scope", default=EXAM, limit=10)
    if scope not in (EXAM, COURSE):
        raise bad("scope", "one of {choices}", choices=f"{EXAM}, {COURSE}")
    return desk.assessment.code if scope == EXAM else ""
