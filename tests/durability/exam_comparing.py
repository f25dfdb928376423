"""What learners were told about their exams, compared with what is on record, row by row."""

from __future__ import annotations

from collections import Counter, defaultdict
from typing import Any

import pytest

from tests.durability.shop import WEIGHT
from tests.durability.takers import CLEARED, Given, Taker, kept_as
from tests.durability.workers import RECORDED, REFUSED, UNKNOWN
from westmec_xblocks.domain.assessment.definition import Assessment
from westmec_xblocks.domain.assessment.scoring import result_of
from westmec_xblocks.olx import assessment as codec
from westmec_xblocks.records.exams.stored import form_of, result_as_json


def compare_exams(takers: list[Taker], assessment: Assessment, on_record: dict[str, Any]) -> None:
    """Every event acknowledged is there once, as it was sent and in order; every attempt ended once; results follow from the events."""
    compare_events(takers, assessment, on_record["events"])
    compare_order(takers, on_record)
    compare_attempts(takers, on_record)
    by_attempt = rows_by_attempt(on_record["events"])
    for attempt in on_record["attempts"]:
        compare_row(assessment, attempt, by_attempt[attempt["id"]])
    compare_grades(assessment, on_record)


def compare_events(takers: list[Taker], assessment: Assessment, rows: list[dict[str, Any]]) -> None:
    """Row by row: each acknowledged event once and as it was sent, each refused one not at all, and nothing that nobody sent."""
    stored: dict[tuple[str, str], list[dict[str, Any]]] = defaultdict(list)
    for row in rows:
        stored[row["attempt"], row["client_id"]].append(row)
    wanted = {RECORDED: (1,), REFUSED: (0,), UNKNOWN: (0, 1)}
    wrong = []
    for one in (given for taker in takers for given in taker.given):
        found = stored.pop((one.attempt, one.client_id), [])
        expected = kept_as(assessment, one)
        refused_rightly = one.outcome == UNKNOWN or (expected is None) == (one.outcome == REFUSED)
        if (
            len(found) not in wanted[one.outcome]
            or not refused_rightly
            or not all(says(row, one, expected) for row in found)
        ):
            wrong.append((one, expected, found))
    assert wrong == [], wrong[:3]
    assert dict(stored) == {}, "from nowhere"


def says(row: dict[str, Any], one: Given, expected: tuple[str, Any] | None) -> bool:
    """Whether the row holds what was sent, and is late only where the learner was told so."""
    late = (True, False) if one.outcome == UNKNOWN else (one.late,)
    return (row["kind"], row["response"]) == expected and row["item"] == one.item and row["late"] in late


def rows_by_attempt(rows: list[dict[str, Any]]) -> dict[str, list[dict[str, Any]]]:
    found: dict[str, list[dict[str, Any]]] = defaultdict(list)
    for row in sorted(rows, key=lambda row: row["number"]):
        found[row["attempt"]].append(row)
    return found


def compare_order(takers: list[Taker], on_record: dict[str, Any]) -> None:
    """What was acknowledged stands in the order of doing, and no attempt's numbers have a gap."""
    numbers = {(row["attempt"], row["client_id"]): row["number"] for row in on_record["events"]}
    for attempt, rows in rows_by_attempt(on_record["events"]).items():
        assert [row["number"] for row in rows] == list(range(1, len(rows) + 1)), attempt
    for taker in takers:
        for begun in taker.begun:
            own = [
                numbers[one.attempt, one.client_id]
                for one in taker.given
                if one.attempt == begun.attempt and one.outcome == RECORDED
            ]
            assert own == sorted(own)


def compare_attempts(takers: list[Taker], on_record: dict[str, Any]) -> None:
    """Each attempt begun is there once, with the act that began it; each handed in was closed once, and no other was."""
    attempts = {row["id"]: row for row in on_record["attempts"]}
    began = {row["client_id"]: row for row in on_record["acts"] if row["kind"] == "attempt_started"}
    ended = {row["client_id"]: row for row in on_record["acts"] if row["kind"] == "attempt_closed"}
    ends = Counter(row["refers_to_id"] for row in ended.values())
    assert len(began) + len(ended) == len(on_record["acts"])
    assert set(ends.values()) == {1}
    for taker in takers:
        for number, one in enumerate(taker.begun, start=1):
            row = attempts.pop(one.attempt)
            assert (row["learner_id"], row["number"]) == (taker.id, number)
            assert began.pop(one.client_id)["id"] == one.attempt
            assert (row["state"], row["closed_by"]) == (("closed", "submitted") if one.handed_in else ("open", ""))
            if one.handed_in:
                assert ended.pop(one.handed_in)["refers_to_id"] == one.attempt
    assert (attempts, began, ended) == ({}, {}, {})


def compare_row(assessment: Assessment, attempt: dict[str, Any], events: list[dict[str, Any]]) -> None:
    """The attempt's answers, flags and result are those that follow from its events."""
    answers: dict[str, Any] = {}
    flags: set[str] = set()
    in_time = [row for row in events if not row["late"]]
    for row in in_time:
        if row["kind"] == "answered":
            answers[row["item"]] = row["response"]
        elif row["kind"] == CLEARED:
            answers.pop(row["item"], None)
        elif row["kind"] == "flagged":
            flags.add(row["item"])
        elif row["kind"] == "unflagged":
            flags.discard(row["item"])
    assert {item: answer["response"] for item, answer in attempt["answers"].items()} == answers
    assert set(attempt["flags"]) == flags
    assert attempt["events"] == len(events)
    assert attempt["late"] == sum(row["late"] and row["kind"] in ("answered", CLEARED) for row in events)
    form = form_of(attempt["form"])
    result = result_of(assessment, form, codec.points_of(assessment, form, answers))
    if attempt["state"] == "closed":
        assert attempt["result"] == result_as_json(result)
        assert (attempt["passed"], attempt["share"]) == (result.passed, float(result.share))
    else:
        assert attempt["result"] is None


def compare_grades(assessment: Assessment, on_record: dict[str, Any]) -> None:
    """What the host was told last is the best attempt's share, a pass before any that is none."""
    assert [row for row in on_record["outbox"] if row["delivered_at"] is None] == []
    scores = {row["user_id"]: (row["earned"], row["possible"]) for row in on_record["scores"]}
    completions = {row["user_id"]: row["completion"] for row in on_record["completions"]}
    closed: dict[int, list[tuple[bool, float]]] = defaultdict(list)
    for row in on_record["attempts"]:
        if row["state"] == "closed":
            closed[row["learner_id"]].append((row["passed"], row["share"]))
    for status in on_record["statuses"]:
        passed, share = max(closed[status["learner_id"]], default=(False, 0.0))
        assert status["score"] == pytest.approx(share)
        assert scores[status["learner_id"]] == (pytest.approx(share * WEIGHT), WEIGHT)
        assert completions.get(status["learner_id"], 0.0) == float(passed)
    assert {row["learner_id"] for row in on_record["statuses"]} == {row["learner_id"] for row in on_record["attempts"]}


def summary(takers: list[Taker], on_record: dict[str, Any]) -> str:
    """What was done, for whoever runs this with ``-s``; also proves that the kills hit work under way."""
    given = [one for taker in takers for one in taker.given]
    told = Counter(one.outcome for one in given)
    again = [one for one in given if one.outcome == RECORDED and one.tries > 1]
    assert again
    assert told[REFUSED]
    assert any(one.late for one in given)
    assert sum(taker.looks for taker in takers)
    known = sum(one.repeated for one in again)
    states = Counter(row["state"] for row in on_record["attempts"])
    return (
        f"exams: {told[RECORDED]} events acknowledged, {told[REFUSED]} refused, {told[UNKNOWN]} given up; {len(again)} of the acknowledged "
        f"ones sent again, {known} of which were on record already; {states['closed']} attempts handed in, {states['open']} open"
    )
