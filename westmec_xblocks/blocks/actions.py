"""One way from a request to an answer: sign-in, permission, form, act, JSON. Errors become HTTP here and nowhere else."""

from __future__ import annotations

import json
import logging
import uuid
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Protocol

from django.core.serializers.json import DjangoJSONEncoder
from django.db import InterfaceError, OperationalError
from webob import Response

from westmec_xblocks.blocks.payload import read_json
from westmec_xblocks.blocks.viewer import Viewer
from westmec_xblocks.blocks.wording import sentence
from westmec_xblocks.domain.refusals import NotFound, NotPermitted, Refusal, WestmecError

log = logging.getLogger(__name__)


class Role(StrEnum):
    """Who may do a thing."""

    LEARNER = "learner"
    EVALUATOR = "evaluator"
    STAFF = "staff"
    INSTRUCTOR = "instructor"
    AUTHOR = "author"


class Desk(Protocol):
    """What an action works on: the block's content, the viewer and the clock."""

    viewer: Viewer

    def allows(self, role: Role) -> bool:
        """Whether the viewer has this role on the block."""


@dataclass(frozen=True, slots=True)
class Action:
    """One thing that can be done or looked at: ``run(desk, data)`` gives the JSON answer, or a Response of its own."""

    role: Role
    run: Callable[[Any, Mapping[str, Any]], Any]


def answer(
    desk: Desk, actions: Mapping[str, Action], name: str, request: Any, *, writes: bool, form: bool = False
) -> Response:
    """Carry out the action of this name for the request.

    ``writes``: the action changes something, so it takes POST with a JSON body and is refused while staff view the course as somebody else.
    Otherwise it takes GET, and its data are the query's parameters. ``form``: the body is a form with a file; its fields are the data.
    """
    try:
        if request.method != ("POST" if writes else "GET"):
            return _error(
                405, Refusal("method", "This address takes {method}.", {"method": "POST" if writes else "GET"})
            )
        action = actions.get(name)
        if action is None:
            raise NotFound(Refusal("unknown_action", "There is no such action."))
        check_permission(desk, action.role, writes=writes)
        result = action.run(desk, _data(request, writes=writes, form=form))
    except WestmecError as error:
        return _error(error.status, error.refusal)
    except (OperationalError, InterfaceError):
        log.exception("Action %s: the database is out of reach or has no room", name)
        return _error(503, _out_of_reach())
    except Exception:
        number = uuid.uuid4().hex[:8]
        log.exception("Action %s failed (error %s)", name, number)
        return _error(
            500,
            Refusal(
                "internal",
                "Something went wrong here. Nothing was lost; please try again. (Error {number})",
                {"number": number},
            ),
        )
    return result if isinstance(result, Response) else as_json(result)


def _out_of_reach() -> Refusal:
    """Whether the act is on record nobody knows when the database fails at the last moment; sending it again is safe."""
    return Refusal(
        "records_unavailable",
        "The records cannot be reached. Keep this page open and try again in a few minutes: nothing is recorded twice.",
    )


def _data(request: Any, *, writes: bool, form: bool) -> Mapping[str, Any]:
    if form:
        return dict(request.POST)
    return read_json(request) if writes else dict(request.GET)


def check_permission(desk: Desk, role: Role, *, writes: bool) -> None:
    """Raise NotPermitted unless the viewer is signed in, has the role and, where something is written, is nobody's mask."""
    viewer = desk.viewer
    if viewer.user_id is None:
        raise NotPermitted(Refusal("signed_out", "Please sign in first."))
    if writes and viewer.masquerading:
        raise NotPermitted(Refusal("masquerading", "You are viewing the course as somebody else: nothing is recorded."))
    if viewer.previewing and role is not Role.AUTHOR:
        raise NotPermitted(Refusal("studio", "This is Studio: learners and records are in the course itself."))
    if not desk.allows(role):
        raise NotPermitted(Refusal("not_permitted", "You may not do this here."))


def as_json(data: Any, status: int = 200) -> Response:
    """A JSON response that no cache keeps."""
    body = json.dumps(data, cls=DjangoJSONEncoder, ensure_ascii=False)
    return Response(
        body=body.encode(), content_type="application/json", charset="utf-8", status=status, cache_control="no-store"
    )


def _error(status: int, refusal: Refusal) -> Response:
    return as_json({"error": {"code": refusal.code, "message": sentence(refusal), "skill": refusal.skill}}, status)


def raise_refusal(verdict: Any) -> None:
    """Raise the first reason why the records did not take an act, so that it becomes the answer's error."""
    if verdict.refusals:
        raise WestmecError(verdict.refusals[0])


def announce(message: str, **more: Any) -> dict[str, Any]:
    """The answer of an act that went well: a sentence for the status line, and what changed."""
    return {"ok": True, "message": message, **more}
