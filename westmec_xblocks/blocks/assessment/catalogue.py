"""Every page and act of the assessment, by name, with who may use it."""

from __future__ import annotations

from westmec_xblocks.blocks.actions import Action, Role
from westmec_xblocks.blocks.assessment import results, staff, start, taking

PAGES = {
    "start": Action(Role.LEARNER, start.look),
    "attempt": Action(Role.LEARNER, taking.look),
    "result": Action(Role.LEARNER, results.look),
    "print": Action(Role.LEARNER, results.printed),
    **staff.PAGES,
}
ACTS = {
    "begin": Action(Role.LEARNER, start.begin),
    "events": Action(Role.LEARNER, taking.events),
    "submit": Action(Role.LEARNER, taking.submit),
    "pause": Action(Role.LEARNER, taking.pause),
    "dispute": Action(Role.LEARNER, results.dispute),
    **staff.ACTS,
}
UPLOADS = staff.UPLOADS
