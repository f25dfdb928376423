"""A small exam with an item of every kind, and people who take it through real requests."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Any

from opaque_keys.edx.keys import CourseKey

from tests.blocks.conftest import COURSE, Shop, Somebody, new_id
from westmec_xblocks.records import api

CHOICES = {
    "c1": ("Which part stays live after shutdown?", "The pack side of the contactors"),
    "c2": ("What comes before the service disconnect?", "Control of the key"),
    "c3": ("Who removes a lock?", "Whoever put it on"),
    "c4": ("When is a meter proven?", "Before and after the measurement"),
}


def choice(name: str, prompt: str, right: str, *, status: str = "scored", domain: str = "D1") -> str:
    """An item of single choice with a Spanish version."""
    wrong = "".join(
        f'<option id="{one}">Wrong {one} of {name}<why>Because of {one}.</why></option>'
        f'<option id="{one}" xml:lang="es">Mal {one} de {name}<why>Por {one}.</why></option>'
        for one in "bcd"
    )
    return (
        f'<choice id="{name}" domain="{domain}" level="apply" status="{status}"><prompt>{prompt}</prompt>'
        f'<prompt xml:lang="es">¿{name}?</prompt>'
        f'<option id="a" key="true">{right}<why>Reason of {name}.</why></option>'
        f'<option id="a" xml:lang="es">Bien de {name}<why>Razón de {name}.</why></option>{wrong}'
        f'<rationale>Rationale of {name}.</rationale><rationale xml:lang="es">Principio de {name}.</rationale></choice>'
    )


OTHERS = """
<multiple id="m1" domain="D2" level="apply" status="scored"><prompt>Which of these are insulated?</prompt>
  <option id="a" key="true">The rescue hook<why>It is.</why></option>
  <option id="b" key="true">The 1000 V screwdriver<why>It is.</why></option>
  <option id="c">A wrench with tape<why>Tape is no insulation.</why></option>
  <option id="d">A wet glove<why>Water conducts.</why></option>
  <rationale>Rated tools only.</rationale></multiple>
<numeric id="n1" domain="D2" level="apply" status="scored" answer="12.5" tolerance="0.1" unit="V">
  <prompt>What does the meter show?</prompt>
  <unit name="mV" factor="0.001"/><rationale>Read the range.</rationale></numeric>
<text id="t1" domain="D2" level="apply" status="scored"><prompt>What color are high-voltage cables?</prompt><accept>orange</accept>
  <rationale>Orange.</rationale></text>
<order id="o1" domain="D2" level="apply" status="scored"><prompt>Put the steps in order</prompt><step id="1">Key away</step>
  <step id="2">Disconnect out</step><step id="3">Wait</step><step id="4">Measure</step><rationale>So.</rationale></order>
<match id="p1" domain="D2" level="apply" status="scored"><prompt>Match the tool and its job</prompt>
  <pair id="1"><left>Glove</left><right>Keeps current out</right></pair>
  <pair id="2"><left>Hook</left><right>Pulls somebody free</right></pair><distractor id="x">Cuts cable</distractor>
  <rationale>So.</rationale></match>
<hotspot id="h1" domain="D2" level="apply" status="scored" image="/static/panel.svg" width="200" height="100">
  <prompt>Where is the disconnect?</prompt><alt>A panel with two parts</alt>
  <region id="r1" shape="rect" coords="0 0 90 100" key="true" label="Left part"><why>It is.</why></region>
  <region id="r2" shape="rect" coords="110 0 200 100" label="Right part"><why>That is the fan.</why></region>
  <rationale>Left.</rationale></hotspot>
"""
SETTINGS = 'cut="70%" time_limit="30 min" attempts="2" wait="24 h" credit="passed"'
BLUEPRINT = """<blueprint><domain id="D1" title="Energy"><title xml:lang="es">Energía</title></domain><domain id="D2" title="Tools"/>
<minimum domains="D1" at_least="90%"/></blueprint>"""


def exam(settings: str = SETTINGS, *, choices: int = 3, pilot: int = 1, others: bool = True, extra: str = "") -> str:
    """The exam's element: ``choices`` scored items and ``pilot`` ones in D1, one item of each other kind in D2."""
    blueprint = BLUEPRINT.replace('title="Energy"', f'title="Energy" items="{choices}" pilot="{pilot}"').replace(
        'id="D2" title="Tools"', f'id="D2" title="Tools" items="{6 if others else 0}"'
    )
    if not others:
        blueprint = re.sub(r'<domain id="D2"[^>]*/>', "", blueprint)
    names = list(CHOICES)
    scored = [choice(name, *CHOICES[name]) for name in names[: choices + extra.count("more")]]
    pilots = [choice(f"x{n}", f"Tried out {n}?", f"Right {n}", status="pilot") for n in range(1, pilot + 1)]
    bank = "".join([*scored, *pilots, OTHERS if others else "", extra.replace("more", "")])
    return (
        f'<westmec_assessment url_name="exam" display_name="Energy exam" code="WM.T1.X" weight="10" {settings}>'
        f'<title xml:lang="es">Examen de energía</title>{blueprint}<bank>{bank}</bank></westmec_assessment>'
    )


RIGHT: dict[str, Any] = {
    "m1": ["a", "b"],
    "n1": {"number": "12,5", "unit": "V"},
    "t1": " Orange. ",
    "h1": [{"x": 10, "y": 10}],
}


@dataclass
class ExamShop(Shop):
    """The course with the exam in it."""

    url_name: str = field(default="exam")

    def taker(self, username: str, **client: Any) -> Taker:
        """Somebody signed in, who takes the exam."""
        one = self.person(username, **client)
        return Taker(one.client, one.id, one.base)


@dataclass
class Taker(Somebody):
    """A learner in front of the exam."""

    def begin(self, **data: Any) -> str:
        """Begin an attempt and give its id."""
        answer = self.act("begin", client_id=new_id(), **data)
        assert answer.status_code == 200, answer.content
        return re.search(r'data-attempt="([^"]+)"', answer.json()["html"])[1]

    def give(self, attempt: str, answers: dict[str, Any]) -> dict[str, Any]:
        """Answer some items at once."""
        events = [
            {"client_id": new_id(), "kind": "answered", "item": item, "response": response}
            for item, response in answers.items()
        ]
        answer = self.act("events", client_id=new_id(), attempt=attempt, events=events)
        assert answer.status_code == 200, answer.content
        return answer.json()

    def hand_in(self, attempt: str) -> dict[str, Any]:
        """Hand the attempt in."""
        answer = self.act("submit", client_id=new_id(), attempt=attempt)
        assert answer.status_code == 200, answer.content
        return answer.json()


def right_answers(html: str) -> dict[str, Any]:
    """A right answer to every item on the page, as its widget sends it; order and match use the tokens that the page shows."""
    answers = dict.fromkeys(re.findall(r'data-item="([cx]\d)"', html), "a")
    if "m1" not in html:
        return answers
    tokens = {text.strip(): token for token, text in re.findall(r'data-step="([^"]+)"><span data-name>([^<]+)', html)}
    answers["o1"] = [tokens[step] for step in ("Key away", "Disconnect out", "Wait", "Measure")]
    rights = {text: token for token, text in re.findall(r'<option value="([^"]+)"[^>]*>([^<]+)</option>', html)}
    answers["p1"] = {"1": rights["Keeps current out"], "2": rights["Pulls somebody free"]}
    return answers | RIGHT


def exam_shop(shop: Shop) -> ExamShop:
    """The shop with the exam's key."""
    course_key = CourseKey.from_string(COURSE)
    return ExamShop(shop.folder, course_key, course_key.make_usage_key("westmec_assessment", "exam"))


def attempts(shop: Shop) -> list[Any]:
    """Every attempt on record."""
    return list(api.attempts_of(str(shop.usage_key)).attempts)
