"""A real server is killed again and again while people work on it, and nothing that it acknowledged is lost or there twice."""

from __future__ import annotations

import json
import random
import time
import uuid
from collections import Counter, deque
from datetime import datetime
from itertools import groupby
from pathlib import Path
from typing import Any

import pytest
from lxml import etree

from tests.durability import exam_comparing
from tests.durability.audit import audit, manage, of_block
from tests.durability.server import PATIENCE, Person, Preview
from tests.durability.shop import BLOCK, COURSE, EXAM_BLOCK, EXAM_HANDLERS, HANDLERS, WEIGHT, write_shop
from tests.durability.takers import Taker
from tests.durability.workers import (
    GOOD,
    RECORDED,
    REFUSED,
    UNKNOWN,
    Door,
    Evaluator,
    GroupEvaluator,
    Learner,
    Sent,
    Worker,
)
from westmec_xblocks.domain.assessment.definition import Assessment
from westmec_xblocks.olx import assessment as codec

pytestmark = pytest.mark.slow
KILLS = 100
LONGEST_LIFE = 0.3
EVIDENCE = ("add_evidence", "upload")
SERVERS_STARTING = 2


def test_nothing_acknowledged_is_lost_or_there_twice_after_100_kills(tmp_path: Path) -> None:
    course, state = write_shop(tmp_path / "course"), tmp_path / "state"
    assessment = exam_in(course)
    everybody = work_through_kills(course, state, random.Random(), assessment)
    takers = [worker for worker in everybody if isinstance(worker, Taker)]
    workers = [worker for worker in everybody if worker not in takers]
    log = [sent for worker in workers for sent in worker.log]
    assert "id_used" not in {sent.code for sent in log}
    found = audit(state, course, deliver=True)
    assert found["integrity"] == "ok"
    on_record, of_exam = of_block(found, BLOCK), of_block(found, EXAM_BLOCK)
    print(summary(log, workers, on_record), exam_comparing.summary(takers, of_exam), sep="\n")
    exam_comparing.compare_exams(takers, assessment, of_exam)
    compare_acts(log, on_record)
    for worker in workers:
        compare_order(worker, on_record)
    compare_self_checks(workers, on_record)
    assert [one for one in on_record["evidence"] if not one["readable"]] == []
    compare_outcomes(on_record)
    check = manage(state, course, "westmec_rebuild_status", "--check")
    assert (check.returncode, check.stdout) == (0, "0 differences.\n")


def exam_in(course: Path) -> Assessment:
    """The exam as the server reads it."""
    element = etree.parse(str(course / "vertical" / "v.xml")).find("westmec_assessment")
    definition = codec.definition_of(element, ("url_name", "display_name", "weight"))
    assessment = codec.parse_assessment(definition).assessment
    assert assessment is not None
    return assessment


def work_through_kills(course: Path, state: Path, rng: random.Random, assessment: Assessment) -> list[Worker]:
    """Let everybody work while one server after the other is killed; what they logged, once all was answered."""
    serving, standby = Preview(course, state), deque[Preview]()
    workers: list[Worker] = []
    door = Door()
    try:
        door.open(serving.wait())
        workers = hire(door, audit(state, course)["users"], rng, assessment)
        standby.extend(Preview(course, state) for _ in range(SERVERS_STARTING))
        for worker in workers:
            worker.start()
        for _ in range(KILLS):
            wait_for_work(workers)
            # Everybody works until the next server is ready, and a moment longer.
            ready = standby[0].wait()
            time.sleep(rng.uniform(0, LONGEST_LIFE))
            serving.kill()
            door.close()
            serving = standby.popleft()
            door.open(ready)
            standby.append(Preview(course, state))
            problems = [worker.problem for worker in workers if worker.problem]
            assert problems == [], said(state)
        for worker in workers:
            worker.done.set()
        for worker in workers:
            worker.join(60)
            assert not worker.is_alive()
            assert worker.problem is None
    finally:
        for server in (serving, *standby):
            server.kill()
    return workers


def said(state: Path) -> str:
    """The end of the host's log."""
    log = state / "preview.log"
    return log.read_text()[-5000:] if log.exists() else ""


def wait_for_work(workers: list[Worker]) -> None:
    """Return when the server that was opened last has answered somebody."""
    before, until = sum(worker.answered for worker in workers), time.monotonic() + PATIENCE
    while sum(worker.answered for worker in workers) == before:
        assert time.monotonic() < until, "the server answers nobody"
        time.sleep(0.005)


def hire(door: Door, ids: dict[str, int], rng: random.Random, assessment: Assessment) -> list[Worker]:
    """Two evaluators with learners of their own, one who signs groups of anybody, two of the learners, and four who take the exam."""
    learners = [ids[name] for name in ids if name not in ("erik", "fatima", "irene", "arthur", "oscar")]
    assert len(learners) == 26

    def about(name: str, block: str = HANDLERS) -> tuple[Any, ...]:
        return Person(name, door.address(), block), door, random.Random(rng.random()), ids

    return [
        Evaluator(*about("erik"), learners=learners[:13]),
        Evaluator(*about("fatima"), learners=learners[13:]),
        GroupEvaluator(*about("irene"), learners=learners),
        Learner(*about("alice")),
        Learner(*about("zoe")),
        *(Taker(*about(name, EXAM_HANDLERS), assessment=assessment) for name in ("ben", "carla", "david", "zoe")),
    ]


def compare_acts(log: list[Sent], on_record: dict[str, Any]) -> None:
    """Row by row: each acknowledged act once and as it was sent, each refused one not at all, and nothing that nobody sent."""
    stored: dict[tuple[bool, int, str], list[dict[str, Any]]] = {}
    for row in on_record["acts"]:
        stored.setdefault((False, row["learner_id"], row["client_id"]), []).append(row)
    for row in on_record["evidence"]:
        stored.setdefault((True, row["learner_id"], row["client_id"]), []).append(row)
    wanted = {RECORDED: (1,), REFUSED: (0,), UNKNOWN: (0, 1)}
    wrong = []
    for sent in log:
        rows = stored.pop((sent.act in EVIDENCE, sent.learner, sent.client_id), [])
        if len(rows) not in wanted[sent.outcome] or not all(says(row, sent) for row in rows):
            wrong.append((sent, rows))
    assert wrong == []
    from_nowhere = [row for rows in stored.values() for row in rows if row.get("kind") != "draw"]
    assert from_nowhere == []


def says(row: dict[str, Any], sent: Sent) -> bool:
    """Whether the row says what was sent; of ``detail``, what was sent is in it."""
    expected = dict(sent.expected)
    if sent.act in EVIDENCE:
        expected.pop("actor_id", None)
    detail = expected.pop("detail", {})
    return (
        all(row[name] == value for name, value in expected.items()) and detail.items() <= row.get("detail", {}).items()
    )


def compare_order(worker: Worker, on_record: dict[str, Any]) -> None:
    """What one person did to one learner stands in the order of doing; no learner's numbers have a gap."""
    numbers = {(row["learner_id"], row["client_id"]): row["number"] for row in on_record["acts"]}
    done = [sent for sent in worker.log if sent.outcome == RECORDED and sent.act not in EVIDENCE]
    for _, acts in groupby(sorted(done, key=lambda sent: sent.learner), key=lambda sent: sent.learner):
        own = [numbers[sent.learner, sent.client_id] for sent in acts]
        assert own == sorted(own)
    for learner in {row["learner_id"] for row in on_record["acts"]}:
        own = sorted(row["number"] for row in on_record["acts"] if row["learner_id"] == learner)
        assert own == list(range(1, len(own) + 1))
    draws = Counter(row["learner_id"] for row in on_record["acts"] if row["kind"] == "draw")
    assert set(draws.values()) == {1}


def compare_self_checks(workers: list[Worker], on_record: dict[str, Any]) -> None:
    for worker in workers:
        if isinstance(worker, Learner):
            kept = [
                json.loads(row["state"])["self_checks"]
                for row in on_record["states"]
                if row["scope"] == "user_state" and row["slot"] == worker.id and row["owner"] == BLOCK
            ]
            assert kept == ([worker.checks] if worker.checks else [])


def compare_outcomes(on_record: dict[str, Any]) -> None:
    """Nothing waits to be told, and what the host was told last is what follows from the acts."""
    assert [row for row in on_record["outbox"] if row["delivered_at"] is None] == []
    scores = {row["user_id"]: (row["earned"], row["possible"]) for row in on_record["scores"]}
    completions = {row["user_id"]: row["completion"] for row in on_record["completions"]}
    lists = [row for row in on_record["statuses"] if row["thing"] == ""]
    demonstrated = {row["learner_id"] for row in on_record["acts"] if row["kind"] == "demonstration"}
    assert {row["learner_id"] for row in lists} == {row["learner_id"] for row in on_record["acts"]}
    for row in lists:
        if row["learner_id"] in demonstrated:
            assert scores[row["learner_id"]] == (pytest.approx(row["score"] * WEIGHT), WEIGHT)
        assert completions.get(row["learner_id"], 0.0) == float(row["state"] == "holds")
    assert len({earned for earned, _ in scores.values()}) > 1


def summary(log: list[Sent], workers: list[Worker], on_record: dict[str, Any]) -> str:
    """What was done, for whoever runs this with ``-s``; also proves that the kills hit work under way."""
    recorded_at = {(row["learner_id"], row["client_id"]): row["recorded_at"] for row in on_record["acts"]}
    again = [sent for sent in log if sent.outcome == RECORDED and sent.tries > 1 and sent.act not in EVIDENCE]
    lost_answers = sum(
        datetime.fromisoformat(recorded_at[sent.learner, sent.client_id]).timestamp() < sent.last_sent for sent in again
    )
    cut = sum(worker.cut for worker in workers)
    assert cut >= KILLS / 2
    assert again
    told = Counter(sent.outcome for sent in log)
    kinds = ", ".join(f"{count} {kind}" for kind, count in Counter(row["kind"] for row in on_record["acts"]).items())
    return (
        f"\n{KILLS} kills: {told[RECORDED]} acts acknowledged, {told[REFUSED]} refused, {told[UNKNOWN]} given up; "
        f"{cut} requests cut off, {len(again)} of the acknowledged acts sent again, {lost_answers} of which were on record already; "
        f"{len(on_record['evidence'])} pieces of evidence; on record: {kinds} ({COURSE})"
    )


def test_what_waited_to_be_told_when_a_server_died_is_told_when_one_starts_again(tmp_path: Path) -> None:
    course, state = write_shop(tmp_path / "course"), tmp_path / "state"
    server = Preview(course, state)
    erik = Person("erik", server.wait(), HANDLERS)
    alice = audit(state, course)["users"]["alice"]
    assert erik.act("sign", {"client_id": str(uuid.uuid4()), "learner": alice, "ratings": GOOD}).status == 200
    server.kill()
    died_in_between = (
        "from django.apps import apps; apps.get_model('westmec_records.Outbox').objects.update(delivered_at=None);"
        "apps.get_model('westmec_preview.Score').objects.all().delete()"
    )
    assert manage(state, course, "shell", "-c", died_in_between).returncode == 0
    assert audit(state, course)["scores"] == []
    server = Preview(course, state)
    server.wait()
    until = time.monotonic() + PATIENCE
    while any(row["delivered_at"] is None for row in audit(state, course)["outbox"]):
        assert time.monotonic() < until
    server.kill()
    [told] = audit(state, course)["scores"]
    assert (told["user_id"], told["possible"]) == (alice, WEIGHT)
