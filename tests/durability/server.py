"""A real ``westmec preview`` process, and people who talk to it over HTTP."""

from __future__ import annotations

import http.client
import http.cookiejar
import json
import multiprocessing
import os
import re
import subprocess
import sys
import time
import urllib.error
import urllib.parse
import urllib.request
import uuid
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from westmec_xblocks.cli import main

ROOT = Path(__file__).resolve().parents[2]
ENVIRONMENT = {name: value for name, value in os.environ.items() if not name.startswith(("DJANGO_", "WESTMEC_"))} | {
    "PYTHONPATH": str(ROOT),
    "PYTHONWARNINGS": "ignore",
}
PATIENCE = 60
# What the host imports and what needs no settings.
LIBRARIES = (
    "django.contrib.admin.apps",
    "django.core.management",
    "django.core.wsgi",
    "django.db.backends.sqlite3.base",
    "django.db.models",
    "django.template.backends.django",
    "fs.path",
    "waitress",
    "xblock.runtime",
)
CUT = (ConnectionError, http.client.HTTPException, TimeoutError, urllib.error.URLError)


class Preview:
    """One process of ``westmec preview``, on a port that the system gives it.

    ``command``: the command itself, as somebody types it. Otherwise a process forked off one that has loaded the libraries and nothing
    of ours, which then runs the command's own ``main``: that saves the second that Python needs for imports.
    """

    def __init__(self, course: Path, state: Path, *, command: bool = True) -> None:
        self.said = state.parent / f"said-{uuid.uuid4().hex[:8]}.txt"
        self.said.touch()
        arguments = ["preview", str(course), "--port", "0", "--state", str(state)]
        self.process = run_command(arguments, self.said) if command else run_forked(arguments, self.said)

    @property
    def pid(self) -> int:
        return self.process.pid

    def wait(self) -> str:
        """The address, once the server takes requests."""
        until = time.monotonic() + PATIENCE
        while not (found := re.search(r"http://[^/]+:(\d+)/", self.said.read_text())):
            waits = self._is_running() and time.monotonic() < until
            assert waits, f"the server did not start: {self.said.read_text()}"
            time.sleep(0.01)
        return f"http://127.0.0.1:{found[1]}"

    def _is_running(self) -> bool:
        return self.process.poll() is None if isinstance(self.process, subprocess.Popen) else self.process.is_alive()

    def kill(self) -> None:
        """SIGKILL, and nothing of the process is left when this returns."""
        self.process.kill()
        if isinstance(self.process, subprocess.Popen):
            self.process.wait(PATIENCE)
        else:
            self.process.join(PATIENCE)


def run_command(arguments: list[str], said: Path) -> subprocess.Popen[bytes]:
    with said.open("w") as out:
        return subprocess.Popen(
            [sys.executable, "-m", "westmec_xblocks.cli", *arguments],
            env=ENVIRONMENT,
            cwd=said.parent,
            stdout=out,
            stderr=subprocess.STDOUT,
        )


def run_forked(arguments: list[str], said: Path) -> Any:
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(list(LIBRARIES))
    process = context.Process(target=run_main, args=(arguments, said), daemon=True)
    process.start()
    return process


def run_main(arguments: list[str], said: Path) -> None:
    """What the forked process does."""
    out = os.open(said, os.O_WRONLY)
    for stream in (1, 2):
        os.dup2(out, stream)
    os.environ.clear()
    os.environ.update(ENVIRONMENT)
    sys.exit(main(arguments))


@dataclass
class Answer:
    """What the server said."""

    status: int
    body: bytes

    @property
    def data(self) -> dict[str, Any]:
        return json.loads(self.body)

    @property
    def refusal(self) -> str:
        """The stable code of an error of ours."""
        return self.data["error"]["code"]


@dataclass
class Person:
    """Somebody signed in, in front of one block."""

    username: str
    base: str
    block: str
    jar: http.cookiejar.CookieJar = field(default_factory=http.cookiejar.CookieJar)

    def __post_init__(self) -> None:
        self._opener = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(self.jar))
        self._send("GET", "/sign-in/")
        form = urllib.parse.urlencode({"username": self.username})
        answer = self._send("POST", "/sign-in/", form.encode(), "application/x-www-form-urlencoded")
        assert answer.status == 200, answer

    def get(self, page: str, **query: Any) -> Answer:
        return self._send("GET", f"{self.block}/page/{page}?{urllib.parse.urlencode(query)}")

    def act(self, name: str, data: Mapping[str, Any]) -> Answer:
        return self._send("POST", f"{self.block}/act/{name}", json.dumps(data).encode(), "application/json")

    def upload(self, client_id: str, skill: str, name: str, content: bytes) -> Answer:
        edge = uuid.uuid4().hex
        fields = {"client_id": client_id, "skill": skill}
        parts = [f'--{edge}\r\nContent-Disposition: form-data; name="{k}"\r\n\r\n{v}\r\n' for k, v in fields.items()]
        head = f'--{edge}\r\nContent-Disposition: form-data; name="file"; filename="{name}"\r\n\r\n'
        body = "".join(parts).encode() + head.encode() + content + f"\r\n--{edge}--\r\n".encode()
        return self._send("POST", f"{self.block}/upload/evidence", body, f"multipart/form-data; boundary={edge}")

    def _send(self, method: str, path: str, body: bytes | None = None, kind: str = "") -> Answer:
        """One request. Raises one of ``CUT`` when no whole answer came."""
        request = urllib.request.Request(self.base + path, body, method=method)
        if body is not None:
            request.add_header("Content-Type", kind)
            request.add_header("X-CSRFToken", next((one.value for one in self.jar if one.name == "csrftoken"), ""))
        try:
            with self._opener.open(request, timeout=PATIENCE) as answer:
                return Answer(answer.status, answer.read())
        except urllib.error.HTTPError as error:
            return Answer(error.code, error.read())
