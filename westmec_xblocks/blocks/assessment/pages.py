"""The block's page as a whole: who sees which panel first."""

from __future__ import annotations

from typing import Any

from django.utils.safestring import mark_safe
from django.utils.translation import gettext as _
from web_fragments.fragment import Fragment

from westmec_xblocks.blocks.actions import Role
from westmec_xblocks.blocks.assessment import author, staff, start
from westmec_xblocks.blocks.assessment.desk import Desk
from westmec_xblocks.blocks.templatetags.westmec import plain

_STYLES = ["core.css", "assessment/exam.css"]
_SCRIPTS = ["core.js", "panel.js", "assessment/answers.js", "assessment/widgets.js", "assessment/exam.js"]
_STAFF_SCRIPTS = [*_SCRIPTS, "assessment/staff.js"]


def message(block: Any, text: str, details: list[str] | None = None) -> Fragment:
    """The block's place with one sentence in it."""
    context = {"title": block.display_name or _("Assessment"), "message": text, "details": details or []}
    return block.fragment(block.render_template("message.html", context), styles=["core.css"], scripts=[])


def student(desk: Desk) -> Fragment:
    """The page of whoever looks: the learner's own, or the staff's panels."""
    block, viewer = desk.block, desk.viewer
    if viewer.course_key is None or viewer.previewing:
        return author.view(block)
    if viewer.user_id is None:
        return message(block, _("Please sign in to take this assessment."))
    if not desk.parsed.usable:
        details = [row.text for row in author.findings(block) if row.severity == "error"] if viewer.staff else []
        return message(block, _("This assessment has errors: its author must mend it before it can be used."), details)
    if not desk.allows(Role.LEARNER):
        return message(block, _("This assessment is for learners of the course."))
    tabs = staff.tabs(desk) if viewer.staff else []
    panel = staff.attempts(desk, {})["html"] if tabs else start.panel(desk)
    context = {
        "title": plain(desk.title) or _("Assessment"),
        "status_badge": _("Draft"),
        "kind": "assessment",
        "kind_name": _("Assessment"),
        "language": block.language,
        "tabs": tabs,
        "panel": mark_safe(panel),
    }
    return block.fragment(
        block.render_template("shell.html", context),
        styles=_STYLES if not tabs else [*_STYLES, "assessment/staff.css"],
        scripts=_STAFF_SCRIPTS if tabs else _SCRIPTS,
        init="WestmecAssessment",
        args={"words": _words(), "keep": f"westmec:{viewer.user_id}:{desk.usage_key}"},
    )


def _words() -> dict[str, str]:
    return {
        "failed": _("That did not work. Please try again."),
        "offline": _("No connection. Please try again when you are back online."),
        "saving": _("Saving …"),
        "saved": _("Saved"),
        "waiting": _("Not sent yet"),
        "refused": _("This answer was not saved: {why}"),
        "late": _("This answer came after the end. It is kept apart, for a person to judge."),
        "unreachable": _("No connection."),
        "unavailable": _("The server cannot save anything right now."),
        "signedOut": _("The server does not know you any more: please sign in again in another window."),
        "oneWaits": _("1 answer waits on this device and is sent by itself."),
        "manyWait": _("{n} answers wait on this device and are sent by themselves."),
        "goOn": _("You can go on."),
        "goOnHere": _("You can go on: your answers wait on this device until it is back."),
        "stay": _("Please keep this page open."),
        "endWaits": _("Please keep this page open: what you answered is sent as soon as the connection is back."),
        "back": _("Connected again: everything is saved."),
        "leftOver": _(
            "From an attempt that is over, answers were still on this device: {n}. They were sent now; a person will judge them."
        ),
        "sendFirst": _("Some answers are still on this device. Hand in again once they are sent."),
        "elsewhere": _("This attempt was worked on in another window. Load it again to see those answers."),
        "again": _("Load again"),
        "tally": _("{n} of {count} questions answered."),
        "unanswered": _("Not answered yet: {list}"),
        "manyOpen": _("{n} questions are not answered yet."),
        "minutesLeft": _("{n} minutes left"),
        "minuteLeft": _("1 minute left"),
        "secondsLeft": _("{n} seconds left"),
        "timeUp": _("The time is up."),
        "answered": _("answered"),
        "open": _("not answered"),
        "flagged": _("flagged"),
        "moved": _("{name}: place {n} of {count}"),
    }
