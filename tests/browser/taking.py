"""Somebody who takes an exam in a real browser: what they press, and what the server has on record of it."""

from __future__ import annotations

import json
import re
import sqlite3
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from playwright.sync_api import Locator, expect

from tests.browser.conftest import Person, Site
from tests.browser.exams import RUN

# Right answers to the bank of the small exams, as a person gives them; of a choice, the words.
RIGHT = {
    "en": {
        "c1": "The battery pack, on its own side of the contactors",
        "c2": "You, with your own key",
        "c3": "Before the measurement and after it",
        "x1": "Cut it up and throw it away",
        "m1": ("A rescue hook", "A screwdriver marked 1000 V"),
        "n1": "12.5",
        "t1": "orange",
        "o1": ("Take the key away", "Pull the service disconnect", "Wait as long as the maker says", "Measure"),
        "p1": {"Rubber glove": "Keeps current out of the hand", "Leather glove": "Keeps the rubber whole"},
        "h1": "1: the red lever",
    },
    "es": {
        "c1": "El paquete de batería, de su lado de los contactores",
        "c2": "Usted, con su propia llave",
        "c3": "Antes de la medición y después de ella",
        "x1": "Cortarlo y tirarlo",
        "m1": ("Un gancho de rescate", "Un destornillador marcado 1000 V"),
        "n1": "12,5",
        "t1": "naranja",
        "o1": ("Guardar la llave", "Sacar el seccionador de servicio", "Esperar lo que diga el fabricante", "Medir"),
        "p1": {"Guante de hule": "No deja pasar corriente a la mano", "Guante de cuero": "Cuida el hule"},
        "h1": "1: la palanca roja",
    },
}
WRONG = {"c1": "No part", "c2": "Anybody who has the spare key", "c3": "Once a month", "t1": "blue", "n1": "14.1"}
ITEMS = tuple(RIGHT["en"])


def begin(person: Person, name: str, run: str = RUN) -> Locator:
    """Open the exam and begin an attempt."""
    exam = person.open(run, name)
    press_begin(exam)
    return exam


def press_begin(exam: Locator) -> None:
    exam.locator('form[data-act="begin"] button').click()
    expect(exam.locator("[data-attempt]")).to_be_visible()


def in_view(exam: Locator) -> Locator:
    """The question that is shown."""
    return exam.locator("[data-question]:visible")


def item_of(question: Locator) -> str:
    return question.locator("[data-item]").get_attribute("data-item") or ""


def question_of(exam: Locator, item: str) -> Locator:
    """The question about this item, in view or not."""
    return exam.locator(f'[data-question]:has([data-item="{item}"])')


def go_to(exam: Locator, item: str) -> Locator:
    """The question about this item, brought into view through the navigator."""
    if not question_of(exam, item).is_visible():
        to_review(exam)
        exam.locator(f'[data-review] [data-of="{item}"]').click()
    return question_of(exam, item)


def to_review(exam: Locator) -> Locator:
    """The page where the learner looks everything over."""
    if not exam.locator("[data-review]").is_visible():
        in_view(exam).locator('[data-go="review"]').click()
    return exam.locator("[data-review]")


def next_question(exam: Locator) -> None:
    in_view(exam).locator(".wm-next").click()


def give(question: Locator, answer: Any) -> None:
    """Answer a question as a person does, by what its widget shows."""
    widget = question.locator("[data-widget]").get_attribute("data-widget")
    if widget in ("choices", "spots"):
        question.get_by_label(answer, exact=True).check()
    elif widget == "checks":
        for one in answer:
            question.get_by_label(one, exact=True).check()
    elif widget in ("number", "line"):
        question.locator('[data-part="number"], [data-part="line"]').fill(answer)
    elif widget == "pairs":
        for left, right in answer.items():
            question.get_by_label(left).select_option(label=right)
    elif widget == "order":
        put_in_order(question, answer)


def put_in_order(question: Locator, steps: tuple[str, ...]) -> None:
    """Move each step up until it stands where it should; where all do from the start, say so."""
    moved = False
    for place, step in enumerate(steps):
        while (now := [one.strip() for one in question.locator("[data-name]").all_inner_texts()]).index(step) > place:
            question.locator("[data-step]").nth(now.index(step)).locator('[data-move="up"]').click()
            moved = True
    if not moved:
        question.locator("[data-as-is]").click()


def expect_saved(question: Locator) -> None:
    expect(question.locator("[data-saved]")).to_have_attribute("data-kind", "saved")


def answer_all(exam: Locator, language: str = "en", **wrong: Any) -> list[str]:
    """Answer each question in turn, rightly but for those named; gives the items in their order."""
    seen = []
    while in_view(exam).count():
        question = in_view(exam)
        item = item_of(question)
        give(question, wrong.get(item, RIGHT[language][item]))
        expect_saved(question)
        seen.append(item)
        next_question(exam)
    return seen


def hand_in(exam: Locator) -> None:
    to_review(exam).locator('form[data-act="submit"] button').click()
    expect(exam.locator('[data-open="start"]').last).to_be_visible()


def attempt_of(exam: Locator) -> str:
    return exam.locator("[data-attempt][data-events]").get_attribute("data-attempt") or ""


def events(site: Site, attempt: str, *kinds: str) -> list[tuple[str, str, Any]]:
    """What is on record of an attempt, in order: (kind, item, response)."""
    query = "SELECT kind, item, response FROM westmec_records_attemptevent WHERE replace(attempt, '-', '') = ? ORDER BY number"
    rows = site.rows(query, attempt.replace("-", ""))
    return [(kind, item, json.loads(said) if said else None) for kind, item, said in rows if not kinds or kind in kinds]


def client_ids(site: Site, attempt: str, kind: str = "answered") -> list[str]:
    """The ids under which the browser sent the events of this kind that are on record, in order."""
    query = "SELECT client_id FROM westmec_records_attemptevent WHERE replace(attempt, '-', '') = ? AND kind = ? ORDER BY number"
    return [str(UUID(client)) for (client,) in site.rows(query, attempt.replace("-", ""), kind)]


def answered(site: Site, attempt: str) -> dict[str, Any]:
    """The last answer on record to each item."""
    return {item: response for kind, item, response in events(site, attempt, "answered", "cleared")}


def row_of(site: Site, attempt: str) -> dict[str, Any]:
    """The attempt's row."""
    names = "state, closed_by, passed, result, late, events, answers, language"
    query = f"SELECT {names} FROM westmec_records_attempt WHERE replace(id, '-', '') = ?"
    [row] = site.rows(query, attempt.replace("-", ""))
    found = dict(zip(names.split(", "), row, strict=True))
    return {**found, "result": json.loads(found["result"] or "null"), "answers": json.loads(found["answers"])}


def eventually(person: Person, holds: Callable[[], bool]) -> None:
    """Return once this holds, while the browser goes on."""
    for _ in range(400):
        if holds():
            return
        person.page.wait_for_timeout(50)
    raise AssertionError("it never held")


def seconds_left(exam: Locator) -> int:
    """What the clock beside the heading shows."""
    found = exam.locator(".wm-exam-head [data-clock]").inner_text()
    hours, minutes, seconds = re.fullmatch(r"(?:(\d+):)?(\d+):(\d\d)", found).groups()
    return int(hours or 0) * 3600 + int(minutes) * 60 + int(seconds)


def move_back(site: Site, attempt: str, seconds: float) -> None:
    """Let what the server knows of the attempt's time have happened so much earlier: its start, and its breaks."""
    with sqlite3.connect(site.state / "preview.sqlite3", timeout=20) as database:
        where = "WHERE replace(id, '-', '') = ?"
        query = f"SELECT clock, ends_at FROM westmec_records_attempt {where}"
        [(clock, ends)] = database.execute(query, [attempt.replace("-", "")]).fetchall()
        moved = re.sub(r"\d{4}-\d\d-\d\dT[^\"]+", lambda found: _earlier(found[0], seconds), clock)
        database.execute(
            f"UPDATE westmec_records_attempt SET clock = ?, ends_at = ? {where}",
            [moved, _earlier(ends, seconds).replace("T", " ").removesuffix("+00:00"), attempt.replace("-", "")],
        )


def _earlier(moment: str, seconds: float) -> str:
    return (datetime.fromisoformat(moment) - timedelta(seconds=seconds)).isoformat()


class Sent:
    """What a browser sent about attempts, by the id that it made for each event."""

    def __init__(self, person: Person) -> None:
        self.events: dict[str, dict[str, Any]] = {}
        person.page.on("request", self._note)

    def _note(self, request: Any) -> None:
        if request.url.endswith("/act/events"):
            self.events |= {event["client_id"]: event for event in request.post_data_json["events"]}

    def answers(self, item: str = "") -> list[str]:
        """The ids of the answers, in the order in which they were sent first."""
        return [
            name for name, event in self.events.items() if event["kind"] == "answered" and item in ("", event["item"])
        ]
