"""The light host in this process, with our course and a database of its own, for benchmarks that ask it without a network between."""

import atexit
import contextlib
import io
import re
import shutil
import tempfile
import uuid
import warnings
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
COURSE = ROOT / "course_content" / "pd2_safe_labs"
KEY = "course-v1:WestMEC+PD2+2026"
CHECKLIST = "block-v1:WestMEC+PD2+2026+type@westmec_lab_checklist+block@pd2-a"
EXAM = "block-v1:WestMEC+PD2+2026+type@westmec_assessment+block@pd2-exam"


@cache
def open_host() -> None:
    """Set Django up, once, on a directory that is removed at the end."""
    from westmec_xblocks.preview.serve import Options, start

    warnings.filterwarnings("ignore", message="pkg_resources is deprecated")
    state = Path(tempfile.mkdtemp())
    atexit.register(shutil.rmtree, state, ignore_errors=True)
    with contextlib.redirect_stdout(io.StringIO()):
        start(Options(courses=[COURSE], state=state))


@cache
def user_ids() -> dict[str, int]:
    """User name → id of the sample people."""
    open_host()
    from django.contrib.auth import get_user_model

    return dict(get_user_model().objects.values_list("username", "pk"))


def learner_ids() -> list[int]:
    """The ids of the sample learners."""
    open_host()
    from westmec_xblocks.preview.people import LEARNERS

    return [user_ids()[name.split()[0].lower()] for name in LEARNERS]


@dataclass
class Person:
    """Somebody signed in, in front of a block: the course's first checklist, or its exam."""

    client: Any
    base: str = f"/courses/{KEY}/xblock/{CHECKLIST}/handler"

    @classmethod
    def named(cls, username: str, block: str = CHECKLIST) -> "Person":
        open_host()
        from django.contrib.auth import get_user_model
        from django.test import Client

        client = Client(headers={"host": "localhost"})
        client.force_login(get_user_model().objects.get(username=username))
        return cls(client, f"/courses/{KEY}/xblock/{block}/handler")

    def get(self, path: str) -> str:
        """A page of the host."""
        answer = self.client.get(path)
        assert answer.status_code == 200, (path, answer.status_code)
        return answer.content.decode()

    def panel(self, name: str, **query: Any) -> str:
        """A panel of the block."""
        answer = self.client.get(f"{self.base}/page/{name}", query)
        assert answer.status_code == 200, (name, answer.content)
        return answer.json()["html"]

    def act(self, name: str, data: Mapping[str, Any]) -> dict[str, Any]:
        """One act on the block."""
        answer = self.client.post(f"{self.base}/act/{name}", data, content_type="application/json")
        assert answer.status_code == 200, (name, answer.content)
        return answer.json()

    def sign(self, learners: list[int], ratings: Mapping[str, Any], on: str) -> None:
        """Sign these learners in one request; every one of them must be taken."""
        entries = {str(one): {"client_id": str(uuid.uuid4()), "ratings": ratings} for one in learners}
        data = {"batch_id": str(uuid.uuid4()), "learners": entries, "observed_on": on}
        assert self.act("sign_group", data)["refused"] == []


def statements_of(action: Callable[[], object]) -> list[str]:
    """Every statement that the action sends to the database."""
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    with CaptureQueriesContext(connection) as captured:
        action()
    return [query["sql"] for query in captured.captured_queries]


def frame_of(page: str) -> str:
    """The address of a unit's blocks, from the unit's page."""
    return re.findall(r'src="(/courses/[^"]+/frame/[^"]+)"', page)[0]
