"""The command, as a real process."""

import http.cookiejar
import os
import re
import signal
import socket
import subprocess
import sys
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.preview.conftest import KEY, usage, write_course

WAIT = 120
ENVIRONMENT = {k: v for k, v in os.environ.items() if not k.startswith(("WESTMEC_", "DJANGO_"))}


def command(*arguments: object, cwd: Path) -> subprocess.Popen:
    run = [sys.executable, "-m", "westmec_xblocks.cli", *map(str, arguments)]
    environment = {**ENVIRONMENT, "PYTHONPATH": str(Path(__file__).resolve().parents[2])}
    return subprocess.Popen(run, cwd=cwd, env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)


def refused(*arguments: object, cwd: Path) -> str:
    """What the command says when it will not start."""
    run = command(*arguments, cwd=cwd)
    _, said = run.communicate(timeout=WAIT)
    assert run.returncode == 2
    return said


class Browser:
    """A browser with cookies, for a server process."""

    def __init__(self, base: str) -> None:
        self.base = base
        self.jar = http.cookiejar.CookieJar()
        self.opener = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(self.jar))

    def get(self, path: str, **headers: str) -> tuple[int, str]:
        return self._send(urllib.request.Request(self.base + path, headers=headers))

    def post(self, path: str, data: str) -> tuple[int, str]:
        token = next((c.value for c in self.jar if c.name == "csrftoken"), "")
        return self._send(urllib.request.Request(self.base + path, data.encode(), {"X-CSRFToken": token}))

    def _send(self, request: urllib.request.Request) -> tuple[int, str]:
        try:
            with self.opener.open(request, timeout=WAIT) as answer:
                return answer.status, answer.read().decode()
        except urllib.error.HTTPError as error:
            return error.code, error.read().decode()

    def sign_in(self, username: str) -> None:
        self.get("/sign-in/")
        assert self.post("/sign-in/", f"username={username}")[0] == 200


@pytest.fixture
def start(tmp_path: Path) -> Iterator[Callable]:
    """``start(*arguments)`` starts the command on a free port and gives a browser for it and the process."""
    running = []

    def begin(*arguments: object) -> tuple[Browser, subprocess.Popen]:
        run = command("preview", "--port", 0, "--state", tmp_path / "state", *arguments, cwd=tmp_path)
        running.append(run)
        for line in run.stdout:
            if found := re.search(r"http://([^/]+:\d+)/", line):
                return Browser(f"http://{found[1]}"), run
        raise AssertionError(run.stderr.read())

    yield begin
    for run in running:
        run.kill()
        run.communicate(timeout=WAIT)


def test_without_a_command_it_prints_help(tmp_path: Path) -> None:
    run = command(cwd=tmp_path)
    said, _ = run.communicate(timeout=WAIT)
    assert run.returncode == 0
    assert "preview" in said


def test_no_course_and_no_such_directory_are_said(tmp_path: Path) -> None:
    assert "No course: name a directory" in refused("preview", cwd=tmp_path)
    assert "There is no directory nothing." in refused("preview", "nothing", cwd=tmp_path)


def test_what_is_no_port_is_said(tmp_path: Path) -> None:
    write_course(tmp_path / "course")
    for given in ("abc", "99999", "8 0"):
        assert f"a port is a number between 0 and 65535, not '{given}'" in refused(
            "preview", "course", "--port", given, cwd=tmp_path
        )


def test_a_busy_port_is_a_clear_message(tmp_path: Path) -> None:
    write_course(tmp_path / "course")
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        said = refused("preview", "course", "--port", port, cwd=tmp_path)
    assert said == f"Port {port} is in use. Choose another with --port, or stop what uses it.\n"


@pytest.mark.parametrize("extra", [(), ("--password", "short")])
def test_other_machines_are_let_in_only_with_a_password(tmp_path: Path, extra: tuple[str, ...]) -> None:
    write_course(tmp_path / "course")
    said = refused("preview", "course", "--port", 0, "--host", "0.0.0.0", *extra, cwd=tmp_path)
    assert "Give a password of at least 8 characters with --password." in said
    assert not (tmp_path / "var").exists()


def test_a_state_directory_that_cannot_be_written_is_said(tmp_path: Path) -> None:
    write_course(tmp_path / "course")
    (tmp_path / "file").write_text("")
    assert "Cannot write to" in refused("preview", "course", "--port", 0, "--state", "file/state", cwd=tmp_path)


@pytest.mark.slow
def test_work_survives_a_kill_and_ends_with_a_reset(tmp_path: Path, start) -> None:
    course = write_course(tmp_path / "course")
    handler = f"/courses/{KEY}/xblock/{usage('problem', 'p1')}/handler/xmodule_handler/problem_check"
    browser, run = start(course)
    assert browser.get("/")[0] == 200
    browser.sign_in("alice")
    status, said = browser.post(handler, "input_p1_2_1=choice_0")
    assert (status, '"success": "correct"' in said) == (200, True)
    run.send_signal(signal.SIGKILL)
    run.wait(WAIT)

    browser, run = start(course)
    browser.sign_in("alice")
    assert "100 %" in browser.get(f"/courses/{KEY}/progress/")[1]
    assert (tmp_path / "state" / "secret_key").stat().st_mode & 0o777 == 0o600
    run.send_signal(signal.SIGINT)
    assert run.wait(WAIT) == 0

    browser, run = start(course, "--reset")
    browser.sign_in("alice")
    assert "not tried" in browser.get(f"/courses/{KEY}/progress/")[1]
    run.send_signal(signal.SIGTERM)
    assert run.wait(WAIT) == 0


@pytest.mark.slow
def test_an_open_host_asks_every_visitor_for_the_password(tmp_path: Path, start) -> None:
    course = write_course(tmp_path / "course")
    browser, _ = start(course, "--host", "0.0.0.0", "--password", "correct horse")
    for path in ("/", "/sign-in/", f"/courses/{KEY}/", "/host-static/preview/host.css", "/admin/"):
        assert browser.get(path)[0] == 401, path
    assert browser.post("/password/", "password=wrong+horse")[0] == 403
    assert browser.get("/")[0] == 401
    assert browser.post("/password/", "password=correct+horse")[0] == 200
    browser.sign_in("alice")
    assert browser.get(f"/courses/{KEY}/")[0] == 200
    guesser = Browser(browser.base)
    guesser.get("/")
    assert 429 in {guesser.post("/password/", f"password=guess{i}")[0] for i in range(12)}


@pytest.mark.slow
def test_the_loopback_host_refuses_other_names(tmp_path: Path, start) -> None:
    browser, _ = start(write_course(tmp_path / "course"))
    assert browser.get("/", Host="attacker.example")[0] == 400
    assert browser.get("/", Host="localhost")[0] == 200
