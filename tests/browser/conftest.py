"""A real `westmec preview` as a process of its own, and people in front of it with a real browser."""

from __future__ import annotations

import os
import re
import selectors
import shutil
import sqlite3
import subprocess
import sys
import time
import uuid
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import expect

from tests.browser.exams import RUNS as EXAM_RUNS
from tests.browser.exams import write_exams
from tests.browser.shop import write_run

ROOT = Path(__file__).resolve().parents[2]
PATIENCE = 60
MILLISECONDS = 20_000
RUNS = ("learner", "evaluator", "offline", "group", "second", "instructor", "author", "reach", "keyboard", "refused")
# The real courses, by the name that a test gives them.
REAL = {
    "pd2": ("course-v1:WestMEC+PD2+2026", "pd2_safe_labs"),
    "ar2": ("course-v1:WestMEC+AR2+2026", "ar2_ev_high_voltage"),
}
PHONE = {"width": 390, "height": 844}
NARROW = {"width": 320, "height": 640}
SCREEN = {"width": 1280, "height": 900}


@dataclass
class Site:
    """The running host: its address, its courses and its state directory."""

    address: str
    state: Path
    courses: Path
    kept: dict[str, Any] = field(default_factory=dict)

    @staticmethod
    def course(run: str) -> str:
        """The key of a small course's run, or of a real course."""
        return REAL[run][0] if run in REAL else f"course-v1:Shop+T1+{run}"

    def unit(self, run: str, name: str) -> str:
        """The address of a unit of one of the small courses, or of a real one."""
        return f"{self.address}/courses/{self.course(run)}/unit/{name if run in REAL else f'unit-{name}'}/"

    def block(self, run: str, name: str) -> str:
        """The usage key of a list or an exam."""
        kind = "westmec_assessment" if run in EXAM_RUNS or name.endswith("-exam") else "westmec_lab_checklist"
        return f"{self.course(run).replace('course-v1', 'block-v1')}+type@{kind}+block@{name}"

    def frame(self, run: str, name: str) -> str:
        """The address of the page inside the unit's frame that holds nothing but the list."""
        return self.handler(run, name).replace("/xblock/", "/frame/").removesuffix("/handler")

    def handler(self, run: str, name: str) -> str:
        """The address in front of a list's pages and acts."""
        return f"{self.address}/courses/{self.course(run)}/xblock/{self.block(run, name)}/handler"

    def rows(self, query: str, *values: Any) -> list[tuple[Any, ...]]:
        """What stands in the host's database."""
        with sqlite3.connect(f"file:{self.state / 'preview.sqlite3'}?mode=ro", uri=True) as database:
            return database.execute(query, values).fetchall()

    def user_id(self, username: str) -> int:
        [(number,)] = self.rows("SELECT id FROM auth_user WHERE username = ?", username)
        return number

    def acts(self, run: str, name: str, kind: str, username: str = "") -> list[tuple[Any, ...]]:
        """The recorded acts of this kind on the list, as (learner, actor, note), oldest first."""
        query = "SELECT learner_id, actor_id, note FROM westmec_records_act WHERE usage_key = ? AND kind = ?"
        found = self.rows(query + " ORDER BY recorded_at, id", self.block(run, name), kind)
        return [row for row in found if not username or row[0] == self.user_id(username)]


expect.set_options(timeout=MILLISECONDS)


@pytest.fixture(scope="session")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """The host with the real courses and the small ones, all copied, so that authors may write."""
    folder = tmp_path_factory.mktemp("site")
    courses = [
        shutil.copytree(ROOT / "course_content" / name, folder / "courses" / run) for run, (_, name) in REAL.items()
    ]
    courses += [write_run(folder / "courses" / run, run) for run in RUNS]
    courses += [write_exams(folder / "courses" / run, run) for run in EXAM_RUNS]
    westmec = Path(sys.executable).with_name("westmec")
    command = [str(westmec), "preview", *map(str, courses), "--port", "0", "--state", str(folder / "state")]
    with (folder / "server.log").open("wb") as log:
        server = subprocess.Popen(command, cwd=folder, stdout=subprocess.PIPE, stderr=log, env=_environment())
        try:
            yield Site(_address(server, folder / "server.log"), folder / "state", folder / "courses")
        finally:
            server.terminate()
            server.wait(timeout=20)


def _environment() -> dict[str, str]:
    """The tests' own settings are nothing to the server."""
    return {name: value for name, value in os.environ.items() if not name.startswith(("DJANGO_", "WESTMEC_"))}


def _address(server: subprocess.Popen, log: Path) -> str:
    """Where the server says that it answers."""
    deadline, said = time.monotonic() + PATIENCE, b""
    with selectors.DefaultSelector() as selector:
        selector.register(server.stdout, selectors.EVENT_READ)
        while time.monotonic() < deadline and server.poll() is None:
            if selector.select(timeout=1):
                said += os.read(server.stdout.fileno(), 65536)
            if (found := re.search(rb"http://localhost:(\d+)/", said)) and b"Stop with" in said:
                return f"http://localhost:{int(found[1])}"
    pytest.fail(f"the host did not start: {said.decode()}{log.read_text()}")


class Person:
    """Somebody signed in, with a browser of their own."""

    def __init__(self, site: Site, page: Any) -> None:
        self.site, self.page, self.context = site, page, page.context

    def open(self, run: str, name: str) -> Any:
        """Go to the unit and give the checklist in its frame, started."""
        self.page.goto(self.site.unit(run, name))
        return self.checklist()

    def open_alone(self, run: str, name: str) -> Any:
        """Go to the page inside the unit's frame: the list without the host's own page and scripts around it."""
        self.page.goto(self.site.frame(run, name))
        self.page.wait_for_function("window.XBlock?.blocks.length > 0")
        return self.page.locator("[data-westmec]")

    def checklist(self) -> Any:
        """The checklist in the unit's frame, once its script has started."""
        block = self.page.frame_locator("#unit-frame").locator("[data-westmec]")
        block.locator('[data-region="panel"] > *').first.wait_for()
        self.page.wait_for_function("document.getElementById('unit-frame').contentWindow.XBlock?.blocks.length > 0")
        return block

    exam = checklist

    def get(self, run: str, name: str, page: str) -> Any:
        """The raw answer of one of the list's pages."""
        return self.context.request.get(f"{self.site.handler(run, name)}/page/{page}")

    def act(self, run: str, name: str, act: str, data: dict[str, Any]) -> Any:
        """The raw answer of an act, sent as a page would."""
        token = next(one["value"] for one in self.context.cookies() if one["name"] == "csrftoken")
        url = f"{self.site.handler(run, name)}/act/{act}"
        return self.context.request.post(url, data={"client_id": new_id(), **data}, headers={"X-CSRFToken": token})

    def sign(self, run: str, name: str, learner: str, ratings: dict[str, Any], **more: Any) -> Any:
        """Sign a demonstration without the page, to set the scene."""
        given = {line: value if isinstance(value, dict) else {"value": value} for line, value in ratings.items()}
        answer = self.act(run, name, "sign", {"learner": self.site.user_id(learner), "ratings": given, **more})
        assert answer.ok, answer.text()
        return answer.json()


@pytest.fixture
def enter(site: Site, chromium: Any) -> Iterator[Callable[..., Person]]:
    """``enter("erik", PHONE, locale="es")`` signs somebody in. The test fails if a script on one of their pages throws."""
    opened, errors = [], []

    def sign_in(username: str, viewport: dict[str, int] = SCREEN, *, locale: str = "", **options: Any) -> Person:
        context = chromium.new_context(viewport=viewport, storage_state=site.kept.get(username), **options)
        context.set_default_timeout(MILLISECONDS)
        context.on("weberror", lambda event: errors.append(str(event.error)))
        opened.append(context)
        page = context.new_page()
        if username not in site.kept:
            page.goto(f"{site.address}/sign-in/")
            page.locator(f'button[name="username"][value="{username}"]').click()
            page.locator(".who-name").wait_for()
            site.kept[username] = context.storage_state()
        if locale:
            context.add_cookies([{"name": "django_language", "value": locale, "url": site.address}])
        return Person(site, page)

    yield sign_in
    for context in opened:
        context.close()
    assert not errors, "a script on the page threw: " + "; ".join(errors)


def new_id() -> str:
    return str(uuid.uuid4())
