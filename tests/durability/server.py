"""A real ``westmec preview`` process, and people who talk to it over HTTP."""

from __future__ import annotations

import http.client
import http.cookiejar
import json
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

ROOT = Path(__file__).resolve().parents[2]
# As `make` sets it: without compiled modules at hand a start takes three times as long.
ENVIRONMENT = {
    name: value for name, value in os.environ.items() if not name.startswith(("DJANGO_", "WESTMEC_", "PYTHON"))
}
ENVIRONMENT |= {
    "PYTHONPATH": str(ROOT),
    "PYTHONPYCACHEPREFIX": os.environ.get("PYTHONPYCACHEPREFIX", str(ROOT / "var" / "pycache")),
    "PYTHONWARNINGS": "ignore",
}
PATIENCE = 60
CUT = (ConnectionError, http.client.HTTPException, TimeoutError, urllib.error.URLError)


class Preview:
    """One process of ``westmec preview``, on a port that the system gives it, or on the one that an earlier one had."""

    def __init__(self, course: Path, state: Path, port: int = 0) -> None:
        self.said = state.parent / f"said-{uuid.uuid4().hex[:8]}.txt"
        run = [sys.executable, "-m", "westmec_xblocks.cli", "preview", course, "--port", str(port), "--state", state]
        with self.said.open("w") as out:
            self._process = subprocess.Popen(
                run, env=ENVIRONMENT, cwd=self.said.parent, stdout=out, stderr=subprocess.STDOUT
            )

    @property
    def pid(self) -> int:
        return self._process.pid

    def wait(self) -> str:
        """The address, once the server takes requests."""
        until = time.monotonic() + PATIENCE
        while not (found := re.search(r"http://[^/]+:(\d+)/", self.said.read_text())):
            waits = self._process.poll() is None and time.monotonic() < until
            assert waits, f"the server did not start: {self.said.read_text()}"
            time.sleep(0.01)
        return f"http://127.0.0.1:{found[1]}"

    def kill(self) -> None:
        """SIGKILL, and nothing of the process is left when this returns."""
        self._process.kill()
        self._process.wait(PATIENCE)


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
