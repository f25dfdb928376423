"""The evaluator's acts: sign one learner or a group, rate as the second, settle, correct, withdraw, re-teach, answer a request."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _

from westmec_xblocks import edxapp
from westmec_xblocks.blocks.actions import announce, raise_refusal
from westmec_xblocks.blocks.lab_checklist import evaluation
from westmec_xblocks.blocks.lab_checklist.desk import Desk
from westmec_xblocks.blocks.payload import (
    MAX_LEARNERS,
    bad,
    identifier,
    moment,
    ratings,
    required_text,
    stop,
    text,
    user_id,
)
from westmec_xblocks.domain.checklist.entry import MAX_VARIANT, Entry
from westmec_xblocks.records import api


def sign(desk: Desk, data: Mapping[str, Any]) -> dict[str, Any]:
    """Record one learner's demonstration. A refusal of the entry is the answer's error, so that the form stays as it is."""
    client_id, entry = identifier(data), _entry(desk, data, user_id(data, "learner"), data)
    enrolled = edxapp.enrolled_among([entry.learner], desk.course_key)
    [verdict] = api.record_demonstrations(
        desk.sheet,
        entries=[(client_id, entry)],
        enrolled=enrolled,
        batch_id=client_id,
        actor_id=desk.actor(),
        now=desk.now,
    )
    raise_refusal(verdict)
    return evaluation.result(desk, [verdict], back="choose", back_name=_("Next learner"))


def sign_group(desk: Desk, data: Mapping[str, Any]) -> dict[str, Any]:
    """Record a lab group's demonstrations in one go: ``learners`` holds each learner's client id and ratings.

    Refusals are named and hold up nobody.
    """
    given = data.get("learners")
    if not isinstance(given, dict) or not given or len(given) > MAX_LEARNERS:
        raise bad("learners", "ratings of 1 to {limit} learners", limit=MAX_LEARNERS)
    entries: list[tuple[UUID, Entry]] = []
    for key, one in given.items():
        if not isinstance(one, dict):
            raise bad("learners", "an object for each learner")
        entries.append((identifier(one), _entry(desk, data, user_id({"learner": key}, "learner"), one)))
    enrolled = edxapp.enrolled_among([entry.learner for _, entry in entries], desk.course_key)
    verdicts = api.record_demonstrations(
        desk.sheet,
        entries=entries,
        enrolled=enrolled,
        batch_id=identifier(data, "batch_id"),
        actor_id=desk.actor(),
        now=desk.now,
    )
    return evaluation.result(desk, verdicts, back="choose", back_name=_("Next"))


def _entry(desk: Desk, data: Mapping[str, Any], learner_id: int, about: Mapping[str, Any]) -> Entry:
    """The entry about one learner: the circumstances from ``data``, the ratings and a stop from ``about``."""
    observed_at, observed_on = moment(data, desk.zone, desk.now)
    return Entry(
        learner=learner_id,
        evaluator=desk.actor(),
        observed_at=observed_at,
        observed_on=observed_on,
        ratings=ratings(about),
        kind=evaluation.is_practice(data),
        variant=text(data, "variant", limit=MAX_VARIANT),
        stop=stop(about),
        paired=data.get("paired") is True,
        confirmed_by=text(data, "confirmed_by", limit=MAX_VARIANT),
    )


def second_rating(desk: Desk, data: Mapping[str, Any]) -> dict[str, Any]:
    """Record the second evaluator's own ratings."""
    learner_id = user_id(data, "learner")
    verdict = api.record_second_rating(
        desk.sheet,
        learner_id=learner_id,
        demonstration=identifier(data, "demonstration"),
        client_id=identifier(data),
        actor_id=desk.actor(),
        ratings=ratings(data),
        now=desk.now,
    )
    return _single(desk, data, verdict, back="requests")


def settle(desk: Desk, data: Mapping[str, Any]) -> dict[str, Any]:
    """Record a third evaluator's decision on the disputed safety lines."""
    given = data.get("decisions")
    if not isinstance(given, dict) or not all(value in ("met", "not_met") for value in given.values()):
        raise bad("decisions", "“met” or “not_met” for each line")
    verdict = api.settle(
        desk.sheet,
        learner_id=user_id(data, "learner"),
        demonstration=identifier(data, "demonstration"),
        client_id=identifier(data),
        actor_id=desk.actor(),
        decisions={line: value == "met" for line, value in given.items()},
        reason=required_text(data, "reason"),
        now=desk.now,
    )
    return _single(desk, data, verdict, back="requests")


def correct(desk: Desk, data: Mapping[str, Any]) -> dict[str, Any]:
    """Replace an entry by a corrected one, with a reason; the old one stays on record."""
    learner_id = user_id(data, "learner")
    verdict = api.correct_demonstration(
        desk.sheet,
        entry=_entry(desk, data, learner_id, data),
        demonstration=identifier(data, "demonstration"),
        client_id=identifier(data),
        actor_id=desk.actor(),
        reason=required_text(data, "reason"),
        may_correct_others=desk.viewer.staff,
        now=desk.now,
    )
    return _single(desk, data, verdict, back=f"history?learner={learner_id}")


def withdraw(desk: Desk, data: Mapping[str, Any]) -> dict[str, Any]:
    """Take a whole entry back, with a reason; it stays on record and does not count any more."""
    learner_id = user_id(data, "learner")
    verdict = api.withdraw_demonstration(
        desk.sheet,
        learner_id=learner_id,
        demonstration=identifier(data, "demonstration"),
        client_id=identifier(data),
        actor_id=desk.actor(),
        reason=required_text(data, "reason"),
        may_correct_others=desk.viewer.staff,
        now=desk.now,
    )
    return _single(desk, data, verdict, back=f"history?learner={learner_id}", message=_("Withdrawn."))


def reteach(desk: Desk, data: Mapping[str, Any]) -> dict[str, Any]:
    """Record that the skill was taught again after a stop."""
    learner_id = user_id(data, "learner")
    taught_at, taught_on = moment(data, desk.zone, desk.now)
    verdict = api.record_reteach(
        desk.sheet,
        learner_id=learner_id,
        stop=identifier(data, "demonstration"),
        client_id=identifier(data),
        actor_id=desk.actor(),
        taught_at=taught_at,
        taught_on=taught_on,
        note=required_text(data, "note"),
        now=desk.now,
    )
    return _single(desk, data, verdict, back=f"history?learner={learner_id}", message=_("The re-teach is recorded."))


def decline_request(desk: Desk, data: Mapping[str, Any]) -> dict[str, Any]:
    """Answer a request without a sign-off."""
    api.decline_request(
        desk.sheet,
        learner_id=user_id(data, "learner"),
        request_id=identifier(data, "request"),
        client_id=identifier(data),
        actor_id=desk.actor(),
        note=required_text(data, "note"),
        now=desk.now,
    )
    return announce(_("The learner sees your answer."), **evaluation.requests(desk, {}))


def _single(
    desk: Desk, data: Mapping[str, Any], verdict: api.Verdict, *, back: str, message: str = ""
) -> dict[str, Any]:
    raise_refusal(verdict)
    return evaluation.result(
        desk,
        [verdict],
        back=back,
        back_name=_("Back"),
        demonstration=str(identifier(data, "demonstration")),
        heading=message,
        message=message,
    )
