"""Everybody who reads Spanish reads no English sentence of ours: learner, evaluator, instructor, author, on screen and on paper."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from datetime import timedelta
from html.parser import HTMLParser
from typing import Any

import pytest
from django.utils import timezone, translation

from tests.blocks.conftest import GOOD, Shop, Somebody, as_ratings, new_id
from tools.messages import DOMAINS, read_catalogue
from westmec_xblocks.preview import courses, people
from westmec_xblocks.preview.runtime import LightRuntime
from westmec_xblocks.preview.viewer import Viewer

pytestmark = pytest.mark.django_db

# All that the author wrote is in Spanish, so that any English on a page is ours.
LIST = """<westmec_lab_checklist url_name="list" display_name="Aislar una máquina" code="WM.T1.A" weight="10" credit="passed"
    demonstrations="1" second_evaluator="once" valid_for="24 months" variants="1" mean="3.0">
  <instructions><p>Use el procedimiento de la máquina.</p></instructions>
  <scale ref="entry-level"/>
  <section title="Aislar">
    <skill id="01" flag="safety" evidence="observed">
      <task>Abrir el desconectador</task><criterion>De lado</criterion><stop>Mete la mano</stop>
    </skill>
    <skill id="02" flag="safety" evidence="measured" requires="01">
      <task>Medir</task><measure unit="V" at_most="1.0" readings="2"/>
    </skill>
    <skill id="03" flag="quality" demonstrations="2" days="2" variants="2" evidence="document product video">
      <task>Anotar</task><criterion>Legible</criterion>
    </skill>
    <skill id="04" not_applicable="equipment"><task>Purgar</task><criterion>Manómetro en cero</criterion></skill>
  </section>
</westmec_lab_checklist>"""

WORD = re.compile(r"[^\W\d_]{2,}")
SHOWN_ATTRIBUTES = {"alt", "aria-label", "placeholder", "title"}


def words_of(texts: Iterator[str] | list[str]) -> set[str]:
    return {word.lower() for text in texts for word in WORD.findall(re.sub(r"\{\w+\}|%\(\w+\)s", " ", text))}


def _texts(part: str) -> Iterator[str]:
    for domain in DOMAINS:
        for entry in read_catalogue(domain.path("es"), "es"):
            given = getattr(entry, part) if entry.id else ""
            yield from [given] if isinstance(given, str) else given


@pytest.fixture(scope="module")
def english() -> set[str]:
    """The words of our English sentences that stand in none of the Spanish ones."""
    names = words_of([*people.LEARNERS, *(name for name, _ in people.TEAM)])
    return words_of(_texts("id")) - words_of(_texts("string")) - names


class Shown(HTMLParser):
    """What a reader sees or hears of a page: its text, and what some attributes say."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.texts: list[str] = []
        self.unread = 0
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: Any) -> None:
        self.unread += tag in ("script", "style", "textarea")
        given = dict(attrs)
        self.texts += [value for name, value in given.items() if value and name in SHOWN_ATTRIBUTES]
        self.texts += [given[name] for name in ("data-summary-text",) if given.get(name)]

    def handle_endtag(self, tag: str) -> None:
        self.unread -= tag in ("script", "style", "textarea")

    def handle_data(self, data: str) -> None:
        if not self.unread:
            self.texts.append(data)


@pytest.fixture
def is_spanish(english: set[str]) -> Callable[[str, str], None]:
    def check(where: str, html: str) -> None:
        texts = [text for text in Shown(html).texts if text.strip()]
        assert texts, f"{where} shows nothing"
        left = {text.strip(): found for text in texts if (found := words_of([text]) & english)}
        assert not left, f"English on {where}: {left}"

    return check


@pytest.fixture
def shop(open_shop: Any) -> Shop:
    return open_shop(LIST)


def person(shop: Shop, username: str) -> Somebody:
    return shop.person(username, HTTP_ACCEPT_LANGUAGE="es-MX,es;q=0.9,en;q=0.5")


def days_ago(count: int) -> str:
    return (timezone.localdate() - timedelta(days=count)).isoformat()


def told(answer: Any) -> dict[str, Any]:
    assert answer.status_code == 200, answer.content
    return answer.json()


def live_through(shop: Shop) -> Iterator[tuple[str, str]]:
    """Everything that can happen on a list; gives the places and what was said there."""
    alice, ben, irene, erik = (person(shop, name) for name in ("alice", "ben", "irene", "erik"))
    last = (timezone.localdate() + timedelta(days=30)).isoformat()
    granted = {"scope": "list", "expires_on": last, "reason": "Electricista"}
    yield from said("grant", irene.act("grant_evaluator", client_id=new_id(), username="erik", **granted))
    yield from said("group", irene.act("create_group", client_id=new_id(), name="Lunes", members=[alice.id, ben.id]))
    yield from said("request", alice.act("request_sign_off", client_id=new_id(), note="Banco 4"))
    yield "asked", alice.html("mine")
    yield "queue", irene.html("requests")
    yield "request before rating", irene.html("rate", learner=alice.id)
    yield from said("evidence", alice.act("add_evidence", client_id=new_id(), skill="01", content="https://taller.mx/"))
    yield from said("self-check", alice.act("self_check", client_id=new_id(), skill="01", value="alone"))
    stop = {"skill": "01", "act": "Mete la mano"}
    yield from said("stop", irene.sign(ben.id, {}, observed_on=days_ago(3), stop=stop))
    yield "stopped, before rating", irene.html("rate", learner=ben.id)
    yield "stopped, the class", irene.html("class")
    history = irene.html("history", learner=ben.id)
    yield "stopped, history", history
    taught = {"demonstration": _first(history, 'name="demonstration" value="'), "note": "Visto otra vez"}
    yield from said("re-teach", irene.act("reteach", client_id=new_id(), learner=ben.id, **taught))
    yield from said("practice", irene.sign(ben.id, GOOD, practice=True))
    yield from said("not reached", irene.sign(ben.id, {"01": "not_met", "03": "1"}, variant="Torno"))
    left_out = {**GOOD, "04": {"value": "na", "reason": "Sin aire"}}
    yield from said("paired", irene.sign(alice.id, left_out, paired=True, variant="Torno", confirmed_by="Rosa"))
    yield "waits for the second", alice.html("mine")
    queue = erik.html("requests")
    demonstration = _first(queue, "second?demonstration=", "&")
    about = {"learner": alice.id, "demonstration": demonstration}
    yield "second", erik.html("second", **about)
    unsafe = as_ratings({**left_out, "01": "not_met"})
    yield from said("second rating", erik.act("second_rating", client_id=new_id(), ratings=unsafe, **about))
    arthur = person(shop, "arthur")
    yield "disagreements", arthur.html("requests")
    yield "dispute", arthur.html("dispute", **about)
    decided = {"decisions": {"01": "met"}, "reason": "Visto en el video"}
    yield from said("settled", arthur.act("settle", client_id=new_id(), **decided, **about))
    yield "correct", irene.html("correct", **about)
    ben_about = {"learner": ben.id, "demonstration": taught["demonstration"], "reason": "Otra persona"}
    yield from said("withdrawn", irene.act("withdraw", client_id=new_id(), **ben_about))


def said(where: str, answer: Any) -> Iterator[tuple[str, str]]:
    """The act's sentence, and the panel that came with it."""
    given = told(answer)
    yield f"{where}: message", f"<p>{given['message']}</p>"
    if given.get("html"):
        yield where, given["html"]


def _first(html: str, before: str, after: str = '"') -> str:
    return html.split(before)[1].split(after, maxsplit=1)[0]


def test_the_check_sees_english(shop: Shop, is_spanish: Any) -> None:
    with pytest.raises(AssertionError, match="English on mine"):
        is_spanish("mine", shop.person("alice").html("mine"))


def test_everything_that_happens_is_told_in_spanish(shop: Shop, is_spanish: Any) -> None:
    for where, html in live_through(shop):
        is_spanish(where, html)


def test_every_panel_and_page_to_print_is_in_spanish(shop: Shop, is_spanish: Any) -> None:
    for _ in live_through(shop):
        pass
    alice, irene = person(shop, "alice"), person(shop, "irene")
    is_spanish("mine", alice.html("mine"))
    for panel in ("choose", "requests", "class", "manage"):
        is_spanish(panel, irene.html(panel))
    group = _first(irene.html("choose"), "group?group=")
    for line in ("", "01", "02", "03", "04"):
        is_spanish(f"group, line {line}", irene.html("group", group=group, skill=line))
    for learner in ("alice", "ben"):
        someone = shop.person(learner).id
        is_spanish(f"history of {learner}", irene.html("history", learner=someone))
        is_spanish(f"rate {learner}", irene.html("rate", learner=someone))
        is_spanish(f"record of {learner}", irene.get("record", learner=someone).content.decode())
    for paper in ("blank", "cleared"):
        is_spanish(paper, irene.get(paper).content.decode())


@pytest.mark.parametrize("username", ["alice", "irene"])
def test_the_block_and_what_its_scripts_say_are_in_spanish(shop: Shop, is_spanish: Any, username: str) -> None:
    unit = shop.course_key.make_usage_key("vertical", "v")
    page = person(shop, username).client.get(f"/courses/{shop.course_key}/frame/{unit}").content.decode()
    is_spanish("the unit", page.replace("Sign-off", ""))  # the unit's own name, in the course's language
    assert "Aislar una máquina" in page
    is_spanish("words of scripts", "".join(f"<p>{word}</p>" for word in script_words(page)))


def test_the_authors_view_and_form_are_in_spanish(open_shop: Any, is_spanish: Any) -> None:
    shop = open_shop(LIST)
    client = person(shop, "arthur").client
    frame = f"/studio/{shop.course_key}/frame/{shop.usage_key}"
    is_spanish("the author's view", client.get(frame).content.decode())
    form = client.get(frame, {"view": "studio_view"}).content.decode()
    assert "wm-studio" in form
    assert 'name="mean" value="3.0"' in form, "numbers stand in fields as they are written in the file"
    is_spanish("the form", _without_olx_names(form))
    is_spanish("words of scripts", "".join(f"<p>{word}</p>" for word in script_words(form)))


def script_words(page: str) -> list[str]:
    """The sentences that a page hands to its scripts, under ``words``."""
    found: list[str] = []
    for text in re.findall(
        r'<script[^>]*type="(?:json|application)/(?:json|xblock-args)[^>]*>(.*?)</script>', page, re.DOTALL
    ):
        data = json.loads(text)
        found += data.get("words", {}).values() if isinstance(data, dict) else []
    assert found
    return found


def _without_olx_names(form: str) -> str:
    """The form without the examples of what is written in OLX in English whatever the reader's language."""
    return re.sub(r"24 months|«once»", "", form)


def test_the_host_finds_the_names_of_the_fields_in_spanish(shop: Shop) -> None:
    arthur = people.find(person(shop, "arthur").id)
    viewer = Viewer(arthur.user, arthur.user, arthur.role, arthur.role)
    with translation.override("es-mx"):
        runtime = LightRuntime(courses.library().find(shop.course_key), viewer)
        block = runtime.get_block(shop.usage_key)
        i18n = runtime.service(block, "i18n")
        assert i18n.gettext(block.fields["weight"].display_name) == "Peso"
        assert i18n.gettext(block.fields["weight"].help) == "Puntos que vale el bloque en su tarea"


BROKEN = """<westmec_lab_checklist url_name="list" display_name="Rota" mean="9" demonstration="2" days="2" lang="es">
  <section><skill id="01" flag="safety" not_applicable="equipment" requires="99" demonstrations="two"><task>Uno</task></skill>
  <skill id="01"><task></task><measure at_least="3" at_most="2"/></skill></section>
</westmec_lab_checklist>"""


def test_findings_are_told_in_spanish(open_shop: Any, english: set[str]) -> None:
    shop = open_shop(BROKEN)
    arthur = person(shop, "arthur")
    address = f"/studio/{shop.course_key}/xblock/{shop.usage_key}/handler/studio/check"
    answer = arthur.client.post(address, json.dumps({"olx": BROKEN}), content_type="application/json")
    findings = told(answer)["findings"]
    assert len(findings) >= 8
    for finding in findings:
        # The names of elements and attributes, and what the author is to write, are English in any language.
        sentence = re.sub(r"<\w+>|\w+=|“\w+”|\w+_\w+|demonstrations?", "", finding["text"])
        assert not words_of([sentence]) & english, finding["text"]


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"ratings": {}}, "No se calificó ninguna línea."),
        ({"observed_on": "2999-01-01"}, "La fecha de observación, 1 de enero de 2999, aún no llega."),
        ({"ratings": {"02": {"value": "met", "readings": ["x"]}}}, "Lecturas (02): se espera un número."),
        ({"learner": None}, "learner: se espera el número de una cuenta."),
        ({"note": "", "variant": "x" * 101}, "Condiciones: se espera un texto de 100 caracteres como máximo."),
    ],
)
def test_refusals_are_told_in_spanish(shop: Shop, change: dict[str, Any], sentence: str) -> None:
    irene, alice = person(shop, "irene"), person(shop, "alice")
    data = {"client_id": new_id(), "learner": alice.id, "ratings": as_ratings(GOOD), **change}
    assert irene.act("sign", **data).json()["error"]["message"] == sentence
