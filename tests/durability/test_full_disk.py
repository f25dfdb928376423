"""A disk without room: people are told so, nothing is half written, and the same act goes through once there is room."""

from __future__ import annotations

import os
import resource
import subprocess
import sys
import uuid
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from tests.durability.audit import audit, manage
from tests.durability.server import ENVIRONMENT, PATIENCE, Answer, Person, Preview
from tests.durability.shop import HANDLERS, WEIGHT, write_shop
from tests.durability.workers import GOOD

pytestmark = pytest.mark.slow
KB = 1024
DISK = 24 * 1024 * KB


@dataclass
class SmallDisk:
    """A disk of its own, which is filled but for some bytes."""

    folder: Path

    def fill(self, _server: Preview | None, leave: int = 0) -> None:
        with (self.folder / "filler").open("wb", buffering=0) as filler:
            try:
                while (room := os.statvfs(self.folder)).f_bavail * room.f_frsize > leave:
                    filler.write(bytes(min(room.f_bavail * room.f_frsize - leave, KB * KB)))
            except OSError:
                assert leave == 0

    def free(self, _server: Preview | None) -> None:
        (self.folder / "filler").unlink()


@dataclass
class NoLongFiles:
    """The system lets the server write no file beyond its first bytes, as a quota does."""

    folder: Path

    def fill(self, server: Preview, leave: int = 0) -> None:
        resource.prlimit(server.pid, resource.RLIMIT_FSIZE, (leave, resource.RLIM_INFINITY))

    def free(self, server: Preview) -> None:
        unlimited = (resource.RLIM_INFINITY, resource.RLIM_INFINITY)
        resource.prlimit(server.pid, resource.RLIMIT_FSIZE, unlimited)


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[SmallDisk]:
    folder = tmp_path / "disk"
    folder.mkdir()
    mount = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", f"size={DISK}", "westmec", folder], capture_output=True, check=False
    )
    if mount.returncode:
        pytest.skip(f"no small disk can be mounted here: {mount.stderr.decode().strip()}")
    yield SmallDisk(folder)
    subprocess.run(["umount", "--lazy", folder], check=True)


@pytest.fixture(params=["small_disk", "no_long_files"])
def room(request: pytest.FixtureRequest, tmp_path: Path) -> SmallDisk | NoLongFiles:
    """Two ways of having no room; the first needs the right to mount."""
    return request.getfixturevalue("small_disk") if request.param == "small_disk" else NoLongFiles(tmp_path)


@dataclass
class Host:
    """A running server on the cramped disk."""

    course: Path
    state: Path
    server: Preview
    address: str
    ids: dict[str, int]

    def person(self, username: str) -> Person:
        return Person(username, self.address, HANDLERS)


@pytest.fixture
def host(room: Any, tmp_path: Path) -> Iterator[Host]:
    course, state = write_shop(tmp_path / "course"), room.folder / "state"
    server = Preview(course, state)
    address = server.wait()
    yield Host(course, state, server, address, audit(state, course)["users"])
    server.kill()


def send_with_and_without_room(room: Any, host: Host, leave: int, send: Callable[[], Answer], *codes: str) -> bool:
    """Send with so much room left, and the same again once there is room. Whether the first time was refused, for one of these reasons."""
    room.fill(host.server, leave)
    first = send()
    room.free(host.server)
    assert send().status == 200
    if first.status == 200:
        return False
    assert first.status == 503
    assert first.refusal in codes
    assert "try again" in first.data["error"]["message"]
    return True


def test_signing_without_room_is_refused_as_a_whole_and_goes_through_later(room: Any, host: Host) -> None:
    erik = host.person("erik")
    erik.get("choose")
    learners = [host.ids[name] for name in ("alice", "ben", "carla", "david", "elena")]
    signed, refusals = [], 0
    for number, leave in enumerate((0, 4 * KB, 8 * KB, 16 * KB, 32 * KB, 48 * KB, 64 * KB, 96 * KB, 0)):
        ids = {str(learner): str(uuid.uuid4()) for learner in learners}
        data = {
            "batch_id": str(uuid.uuid4()),
            "observed_on": f"2026-03-{number + 1:02}",
            "learners": {learner: {"client_id": ids[learner], "ratings": GOOD} for learner in ids},
        }
        refusals += send_with_and_without_room(
            room, host, leave, lambda data=data: erik.act("sign_group", data), "records_unavailable"
        )
        signed += [(int(learner), ids[learner]) for learner in ids]
    assert refusals >= 2
    host.server.kill()
    on_record = audit(host.state, host.course, deliver=True)
    assert on_record["integrity"] == "ok"
    demonstrations = [row for row in on_record["acts"] if row["kind"] == "demonstration"]
    assert sorted((row["learner_id"], row["client_id"]) for row in demonstrations) == sorted(signed)
    assert {(row["earned"], row["delivered_at"] is not None) for row in on_record["outbox"]} >= {(WEIGHT, True)}
    assert {(row["user_id"], row["earned"]) for row in on_record["scores"]} <= {(one, WEIGHT) for one in learners}
    assert manage(host.state, host.course, "westmec_rebuild_status", "--check").stdout == "0 differences.\n"


def test_evidence_without_room_leaves_no_row_without_its_file_and_goes_through_later(room: Any, host: Host) -> None:
    alice = host.person("alice")
    alice.get("mine")
    content, refusals, sent = b"a line of the log\n" * 6000, 0, []
    for leave in (0, 4 * KB, 40 * KB, 100 * KB, 0):
        sent.append(str(uuid.uuid4()))
        refusals += send_with_and_without_room(
            room,
            host,
            leave,
            lambda: alice.upload(sent[-1], "01", "log.txt", content),
            "not_stored",
            "records_unavailable",
        )
    assert refusals >= 3
    host.server.kill()
    on_record = audit(host.state, host.course)
    assert sorted(row["client_id"] for row in on_record["evidence"]) == sorted(sent)
    assert {row["readable"] for row in on_record["evidence"]} == {True}
    stored = [path.stat().st_size for path in (host.state / "evidence").rglob("*") if path.is_file()]
    assert set(stored) == {len(content)}


def test_pages_are_read_and_a_self_check_is_refused_clearly_without_room(room: Any, host: Host) -> None:
    alice = host.person("alice")
    assert alice.get("mine").status == 200
    room.fill(host.server)
    assert alice.get("mine").status == 200
    answer = alice.act("self_check", {"client_id": str(uuid.uuid4()), "skill": "01", "value": "alone"})
    assert answer.status == 503, answer
    room.free(host.server)
    answer = alice.act("self_check", {"client_id": str(uuid.uuid4()), "skill": "01", "value": "alone"})
    assert answer.status == 200


def test_a_host_that_cannot_make_its_database_says_so(small_disk: SmallDisk, tmp_path: Path) -> None:
    course = write_shop(tmp_path / "course")
    small_disk.fill(None, 60 * KB)
    run = [sys.executable, "-m", "westmec_xblocks.cli", "preview", course, "--port", "0", "--state"]
    tried = subprocess.run(
        [*run, small_disk.folder / "state"],
        env=ENVIRONMENT,
        cwd=tmp_path,
        capture_output=True,
        text=True,
        timeout=PATIENCE,
        check=False,
    )
    assert tried.returncode == 2
    assert tried.stderr == f"Cannot use the database in {small_disk.folder / 'state'}: database or disk is full.\n"
    small_disk.free(None)
    server = Preview(course, small_disk.folder / "state")
    assert server.wait()
    server.kill()
