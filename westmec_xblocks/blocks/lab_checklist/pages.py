"""The block's page as a whole: who sees which panel first."""

from __future__ import annotations

from typing import Any

from django.utils import timezone
from django.utils.safestring import mark_safe
from django.utils.translation import gettext as _
from web_fragments.fragment import Fragment

from westmec_xblocks.blocks.actions import Role
from westmec_xblocks.blocks.lab_checklist import author, evaluation, learner
from westmec_xblocks.blocks.lab_checklist.desk import Desk
from westmec_xblocks.blocks.templatetags.westmec import plain
from westmec_xblocks.records import api

_STYLES = ["core.css", "lab_checklist/checklist.css"]
_SCRIPTS = ["core.js", "panel.js", "lab_checklist/learner.js"]
_EVALUATOR_SCRIPTS = [*_SCRIPTS, *(f"lab_checklist/{name}.js" for name in ("drafts", "stepper", "evaluator"))]


def message(block: Any, text: str, details: list[str] | None = None) -> Fragment:
    """The block's place with one sentence in it."""
    title = block.display_name or _("Skill checklist")
    html = block.render_template("message.html", {"title": title, "message": text, "details": details or []})
    return block.fragment(html, styles=["core.css"], scripts=[])


def student(desk: Desk) -> Fragment:
    """The page of whoever looks: the learner's own, or the evaluator's panels."""
    block, viewer = desk.block, desk.viewer
    if viewer.course_key is None or viewer.previewing:
        return author.view(block)
    if viewer.user_id is None:
        return message(block, _("Please sign in to see this checklist."))
    if not desk.parsed.usable:
        details = [row.text for row in author.findings(block) if row.severity == "error"] if viewer.staff else []
        return message(block, _("This checklist has errors: its author must mend it before it can be used."), details)
    if not desk.allows(Role.LEARNER):
        return message(block, _("This checklist is for learners of the course."))
    tabs = _tabs(desk)
    panel = evaluation.choose(desk, {})["html"] if tabs else learner.panel(desk, viewer.user_id)
    context = {
        "title": plain(desk.title) or _("Skill checklist"),
        "status_badge": _("Draft"),
        "kind": "checklist",
        "kind_name": _("Checklist"),
        "language": block.language,
        "tabs": tabs,
        "panel": mark_safe(panel),
    }
    return block.fragment(
        block.render_template("shell.html", context),
        styles=_STYLES,
        scripts=_EVALUATOR_SCRIPTS if tabs else _SCRIPTS,
        init="WestmecLabChecklist",
        args={
            "words": _words(),
            "upload_limit": api.evidence_limit(),
            "draft_prefix": f"{viewer.user_id}:{desk.usage_key}" if tabs else "",
        },
    )


def _tabs(desk: Desk) -> list[dict[str, Any]]:
    """The evaluator's panels; none for a learner."""
    if not desk.is_evaluator:
        return []
    tabs = [
        {"page": "choose", "name": _("Sign off"), "count": 0},
        {"page": "requests", "name": _("Waiting"), "count": evaluation.waiting_count(desk)},
    ]
    if desk.viewer.staff:
        tabs += [
            {"page": "class", "name": _("Class"), "count": 0},
            {"page": "manage", "name": _("People"), "count": 0},
        ]
    if desk.viewer.enrolled:
        tabs.append({"page": "mine", "name": _("My own record"), "count": 0})
    return tabs


def _words() -> dict[str, str]:
    return {
        "failed": _("That did not work. Please try again."),
        "offline": _("No connection. What you entered is still here; try again when you are back online."),
        "queued": _(
            "No connection. Signed on this device; it is sent by itself when you are back online. Do not clear this browser until then."
        ),
        "sayWhatYouSaw": _("Write down what you saw first."),
        "noFile": _("Choose a file first."),
        "unreadablePhoto": _("This photo cannot be read. Take it again as a JPEG or PNG."),
        "tooLarge": _("The file is too large, even after it was made smaller."),
        "sending": _("Sending …"),
    }


def reset(block: Any, learner_id: int, actor_id: int) -> None:
    """Append a reset of the learner on this list, in the name of the staff member who asked for it."""
    desk = Desk(block, block.viewer(), timezone.now(), None)  # type: ignore[arg-type]
    api.reset_learner(desk.sheet, learner_id=learner_id, actor_id=actor_id, now=desk.now)
