"""The two public courses beside the project, where they are: every core block works, the rest are boxes."""

import re
from collections import Counter
from collections.abc import Iterator

import pytest
from django.http import QueryDict
from lxml import etree

from tests.preview.conftest import REAL_COURSES
from westmec_xblocks.olx.reader import STRUCTURE, parse_xml
from westmec_xblocks.preview import courses
from westmec_xblocks.preview.blocktypes import CONTRIB
from westmec_xblocks.preview.courses import Course
from westmec_xblocks.preview.editing import form as forms
from westmec_xblocks.preview.people import everybody
from westmec_xblocks.preview.runtime import LightRuntime, runs_scripts
from westmec_xblocks.preview.viewer import Viewer

pytestmark = [
    pytest.mark.skipif(not REAL_COURSES.is_dir(), reason="the public courses are not beside the project"),
    pytest.mark.slow,
]


@pytest.fixture(params=["demo-course", "test-course"])
def course(request, cast) -> Course:
    found, unreadable = courses.use_directories([REAL_COURSES / request.param]).courses()
    assert not unreadable
    return found[0]


def test_every_unit_opens_and_no_block_fails(course: Course, sign_in) -> None:
    author = sign_in("arthur")
    kinds: Counter[str] = Counter()
    for unit in course.units():
        assert author.get(f"/courses/{course.key}/unit/{unit.url_name}/").status_code == 200
        page = author.get(f"/courses/{course.key}/frame/{course.keys[unit]}").content.decode()
        assert "data-host-error" not in page, unit.url_name
        boxes = set(re.findall(r'data-host-scripts="([^"]*)"', page))
        for key in re.findall(r'data-host-block="([^"]*)"', page):
            usage = course.key.make_usage_key(*re.search(r"type@([^+]+)\+block@(.+)", key).groups())
            assert (key in boxes) == runs_scripts(course, usage), key
            if usage.block_type in ("html", "problem", "video") and key not in boxes:
                assert f'data-usage-id="{key}"' in page, key
        kinds.update(re.findall(r'data-usage-id="block-v1:[^"]*type@(\w+)', page))
    assert not course.findings
    assert kinds["html"] >= 15
    assert kinds["problem"] >= 5
    assert kinds["video"] >= 3


def test_types_that_are_not_installed_are_named(course: Course, sign_in) -> None:
    learner = sign_in("alice")
    named = set()
    for unit in course.units():
        page = learner.get(f"/courses/{course.key}/frame/{course.keys[unit]}").content.decode()
        named |= set(re.findall(r'data-host-missing="([^"]*)"', page))
    assert {"done", "edx_sga", "poll", "survey", "lti"} <= named


def test_the_author_sees_every_unit_and_every_source(course: Course, sign_in) -> None:
    author = sign_in("arthur")
    for unit in [*course.units(), *course.drafts()]:
        page = author.get(f"/studio/{course.key}/unit/{course.keys[unit]}/").content.decode()
        for link in re.findall(r'class="button ghost" href="([^"]*)"', page):
            assert author.get(f"{link}?mode=source").status_code == 200, link


@pytest.mark.parametrize("course", ["test-course"], indirect=True)
def test_problems_of_a_library_answer_although_no_vertical_names_them(course: Course, sign_in) -> None:
    key = course.key.make_usage_key("problem", "c414277f90888e529175")
    learner = sign_in("alice")
    learner.get("/")
    answer = learner.post(
        f"/courses/{course.key}/xblock/{key}/handler/xmodule_handler/problem_get",
        headers={"x-csrftoken": learner.cookies["csrftoken"].value},
    )
    assert "input" in answer.json()["html"]


def all_forms(course: Course) -> Iterator[forms.Form]:
    author = next(person for person in everybody() if person.role == "author")
    viewer = Viewer(user=author.user, real_user=author.user, role=author.role, real_role=author.role)
    course.find(course.key.make_usage_key("html", "nowhere"))  # reads what lies below the units, too
    for key, node in list(course.nodes.items()):
        if node.tag not in STRUCTURE and forms.has_form(key):
            course.follow(node)
            yield forms.form_of(LightRuntime(course, viewer, studio=True), key)


def as_sent(form: forms.Form, **changes: str) -> QueryDict:
    """What a browser sends of the form, with CR LF at the ends of its lines."""
    sent = QueryDict(mutable=True)
    for entry in form.entries:
        if entry.kind == "transcripts":
            sent.setlist(f"{entry.name}.language", [language for language, _ in entry.rows])
            sent.setlist(f"{entry.name}.file", [file for _, file in entry.rows])
        else:
            sent[entry.name] = changes.get(entry.name, entry.text).replace("\n", "\r\n")
    if form.markup:
        sent["markup"] = form.markup.text.replace("\r\n", "\n").replace("\n", "\r\n")
    return sent


def meaning(element: etree._Element) -> object:
    """What an element says, as the platform reads it."""
    texts = [(element.text or "").strip(), [(child.tail or "").strip() for child in element]]
    return element.tag, dict(element.attrib), texts, [meaning(child) for child in element]


def test_every_block_s_form_saves_nothing_unless_something_changes(course: Course) -> None:
    kinds: Counter[str] = Counter()
    for form in all_forms(course):
        given = forms.answer(form, as_sent(form))
        assert given.form.is_good, (form.key, given.form.errors)
        assert (given.element, given.html) == (None, None), form.key
        kinds[form.key.block_type] += 1
    assert kinds["html"] >= 15
    assert kinds["problem"] >= 5
    assert kinds["video"] >= 3


def test_a_new_title_changes_the_title_and_nothing_else(course: Course) -> None:
    for form in all_forms(course):
        if form.key.block_type not in CONTRIB or any(entry.locked for entry in form.entries):
            continue
        given = forms.answer(form, as_sent(form, display_name='A "new" title'))
        assert given.element is not None, form.key
        old, new = form.source.element, parse_xml(given.element, "new.xml")
        old.set("display_name", 'A "new" title')
        assert meaning(new) == meaning(parse_xml(etree.tostring(old, with_tail=False), "old.xml")), form.key
        assert b"\r" not in given.element
