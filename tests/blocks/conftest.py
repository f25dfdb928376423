"""A course with one checklist in the light host, and people who act on it through real requests."""

from __future__ import annotations

import json
import uuid
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from django.contrib.auth import get_user_model
from django.core.cache import cache
from django.test import Client
from opaque_keys.edx.keys import CourseKey, UsageKey

from westmec_xblocks.preview import courses, people

COURSE = "course-v1:Shop+T1+2026"
CHECKLIST = """<westmec_lab_checklist url_name="list" display_name="Isolate a machine" code="WM.T1.A" weight="10" credit="passed"
    demonstrations="2" days="2">
  <title xml:lang="es">Aislar una máquina</title>
  <scale ref="entry-level"/>
  <section title="Isolate">
    <skill id="01" flag="safety" evidence="observed">
      <task>Open the disconnect</task>
      <task xml:lang="es">Abrir el desconectador</task>
      <criterion>Stands aside, face turned</criterion>
      <stop>Reaches in before it is open</stop>
    </skill>
    <skill id="02" flag="safety" evidence="measured" requires="01">
      <task>Test phase to ground</task>
      <measure unit="V" at_most="1.0" readings="2"/>
    </skill>
    <skill id="03" flag="quality"><task>Write the log</task><criterion>Legible, dated</criterion></skill>
    <skill id="04" not_applicable="equipment"><task>Bleed the air</task><criterion>Gauge at zero</criterion></skill>
  </section>
</westmec_lab_checklist>"""


def write_course(folder: Path, *elements: str) -> Path:
    """A course directory whose only unit holds the given elements."""
    files = {
        "course.xml": '<course url_name="2026" org="Shop" course="T1"/>\n',
        "course/2026.xml": '<course display_name="Shop" start="2026-01-01T00:00:00Z"><chapter url_name="c"/></course>\n',
        "chapter/c.xml": '<chapter display_name="Lab"><sequential url_name="s"/></chapter>\n',
        "sequential/s.xml": '<sequential display_name="Lab" graded="true" format="Lab skills"><vertical url_name="v"/></sequential>\n',
        "vertical/v.xml": '<vertical display_name="Sign-off">\n  ' + "\n  ".join(elements) + "\n</vertical>\n",
        "policies/2026/policy.json": "{}",
        "policies/2026/grading_policy.json": json.dumps(
            {
                "GRADER": [
                    {"type": "Lab skills", "min_count": 1, "drop_count": 0, "short_label": "Lab", "weight": 1.0}
                ],
                "GRADE_CUTOFFS": {"Pass": 0.8},
            }
        ),
    }
    for name, text in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return folder


def new_id() -> str:
    return str(uuid.uuid4())


@dataclass
class Somebody:
    """One signed-in person in front of the block."""

    client: Client
    id: int
    base: str

    def get(self, page: str, **query: Any) -> Any:
        return self.client.get(f"{self.base}/page/{page}", query)

    def act(self, name: str, /, **data: Any) -> Any:
        return self.client.post(f"{self.base}/act/{name}", data, content_type="application/json")

    def sign(self, learner: int, ratings: Mapping[str, Any], **more: Any) -> Any:
        data = {"client_id": new_id(), "learner": learner, "ratings": as_ratings(ratings), **more}
        return self.act("sign", **data)

    def html(self, page: str, **query: Any) -> str:
        answer = self.get(page, **query)
        assert answer.status_code == 200, answer.content
        return answer.json()["html"]


def as_ratings(ratings: Mapping[str, Any]) -> dict[str, Any]:
    return {line: value if isinstance(value, dict) else {"value": value} for line, value in ratings.items()}


GOOD = {"01": "met", "02": {"value": "met", "readings": ["0.4", "0,2"]}, "03": "3", "04": "3"}


@dataclass
class Shop:
    """The course, its checklist, and a way to sign people in."""

    folder: Path
    course_key: CourseKey
    usage_key: UsageKey

    def person(self, username: str, **client: Any) -> Somebody:
        user = get_user_model().objects.get(username=username)
        signed_in = Client(**client)
        signed_in.force_login(user)
        return Somebody(signed_in, user.pk, f"/courses/{self.course_key}/xblock/{self.usage_key}/handler")

    def anybody(self) -> Somebody:
        return Somebody(Client(), 0, f"/courses/{self.course_key}/xblock/{self.usage_key}/handler")

    def score(self, username: str) -> tuple[float, float] | None:
        from westmec_xblocks.preview import outcomes

        user = get_user_model().objects.get(username=username)
        score = outcomes.scores_of(user.pk, self.course_key).get(self.usage_key)
        return (score.earned, score.possible) if score else None

    def completion(self, username: str) -> float | None:
        from westmec_xblocks.preview import outcomes

        user = get_user_model().objects.get(username=username)
        return outcomes.completions_of(user, self.course_key).get(self.usage_key)


@pytest.fixture
def open_shop(db: None, tmp_path: Path) -> Callable[..., Shop]:
    """A function that serves a course with this checklist."""

    def open_it(element: str = CHECKLIST, url_name: str = "list") -> Shop:
        folder = write_course(tmp_path / "course", element)
        courses.use_directories([folder])
        # A test before this one may have asked for a switch that was not there.
        cache.clear()
        people.seed_people()
        course_key = CourseKey.from_string(COURSE)
        return Shop(folder, course_key, course_key.make_usage_key("westmec_lab_checklist", url_name))

    return open_it


@pytest.fixture
def shop(open_shop: Callable[..., Shop]) -> Shop:
    return open_shop()
