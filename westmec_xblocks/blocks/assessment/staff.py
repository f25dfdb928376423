"""The staff's side of an assessment: which panels there are, and who may use which page and act."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _

from westmec_xblocks.blocks.actions import Action, Role
from westmec_xblocks.blocks.assessment import (
    staff_accommodations,
    staff_appeals,
    staff_attempts,
    staff_bulk,
    staff_granting,
    staff_learners,
    staff_rescoring,
    staff_review,
)
from westmec_xblocks.blocks.assessment.desk import Desk

attempts = staff_attempts.look

PAGES = {
    "attempts": Action(Role.STAFF, staff_attempts.look),
    "export": Action(Role.STAFF, staff_attempts.export),
    "review": Action(Role.STAFF, staff_review.look),
    "log": Action(Role.STAFF, staff_review.log),
    "seen": Action(Role.STAFF, staff_review.seen),
    "learner": Action(Role.STAFF, staff_learners.look),
    "waiting": Action(Role.STAFF, staff_appeals.waiting),
    "appeal": Action(Role.STAFF, staff_appeals.look),
    "accommodations": Action(Role.STAFF, staff_accommodations.look),
    "template": Action(Role.STAFF, staff_bulk.template),
    "rescoring": Action(Role.INSTRUCTOR, staff_rescoring.look),
}
ACTS = {
    "void": Action(Role.STAFF, staff_review.void),
    "close": Action(Role.STAFF, staff_review.close),
    "late": Action(Role.STAFF, staff_review.judge_late),
    "give_attempt": Action(Role.STAFF, staff_learners.give_attempt),
    "reteach": Action(Role.STAFF, staff_learners.reteach),
    "grant": Action(Role.STAFF, staff_granting.grant),
    "take_back": Action(Role.STAFF, staff_granting.take_back),
    "answer_appeal": Action(Role.STAFF, staff_appeals.answer),
    "rescore": Action(Role.INSTRUCTOR, staff_rescoring.rescore),
}
UPLOADS = {"grants": Action(Role.STAFF, staff_bulk.upload)}


def tabs(desk: Desk) -> list[dict[str, Any]]:
    """The staff's panels; what only the course's instructor may do is shown to nobody else."""
    shown = [
        {"page": "attempts", "name": _("Attempts"), "count": 0},
        {"page": "waiting", "name": _("Waiting"), "count": staff_attempts.waiting_count(desk)},
        {"page": "accommodations", "name": _("Accommodations"), "count": 0},
    ]
    if desk.viewer.instructor:
        shown.append({"page": "rescoring", "name": _("Rescoring"), "count": 0})
    if desk.viewer.enrolled:
        shown.append({"page": "start", "name": _("My own attempts"), "count": 0})
    return shown
