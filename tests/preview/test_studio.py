"""The author's side: forms and sources, what is written back, and who may."""

import json
import re
from collections.abc import Iterator
from html import unescape

import pytest
from web_fragments.fragment import Fragment
from xblock.core import XBlock
from xblock.fields import Float, Integer, Scope, String
from xblock.plugin import PLUGIN_CACHE
from xblock.utils.studio_editable import StudioEditableXBlockMixin

from tests.preview.conftest import FILES, KEY, frame, post, usage
from tests.preview.test_pages import text_of
from westmec_xblocks.preview import splice
from westmec_xblocks.preview.blocktypes import class_for

VERTICAL = (
    '<vertical display_name="Notes"  >\r\n\t<!-- keep -->\n    <note url_name="n1" size="2" text="Wear &quot;glasses&quot;"/>\n'
    '    <note   url_name="n2"></note><html url_name="h1"/>\n</vertical>\n\n'
)


class NoteBlock(StudioEditableXBlockMixin, XBlock):
    """A small block with a form, as authors of other packages write them."""

    display_name = String(default="Note", scope=Scope.settings)
    text = String(default="", scope=Scope.content)
    size = Integer(default=1, scope=Scope.settings)
    weight = Float(default=1.0, scope=Scope.settings)
    seen = Integer(default=0, scope=Scope.user_state)
    editable_fields = ("display_name", "text", "size")

    def student_view(self, context: dict | None = None) -> Fragment:
        return Fragment(f"<p>{self.text}</p>")


@pytest.fixture(autouse=True)
def note(monkeypatch) -> Iterator[None]:
    """``<note>`` is installed for the length of a test."""
    monkeypatch.setitem(PLUGIN_CACHE, (XBlock.entry_point, "note"), NoteBlock)
    class_for.cache_clear()
    yield
    class_for.cache_clear()


def state_in(page: str) -> str:
    """The state of the source that stands in the addresses which the form's page gives to the block's script."""
    return unescape(re.search(r'data-host-mark="seen/(\w+)"', page)[1])


def form(client, name: str) -> str:
    answer = client.get(f"/studio/{KEY}/frame/{usage('note', name)}?view=studio_view")
    assert answer.status_code == 200
    return answer.content.decode()


def save(client, name: str, values: dict, seen: str):
    mark = f"seen/{seen}/" if seen else ""
    url = f"/studio/{KEY}/{mark}xblock/{usage('note', name)}/handler/submit_studio_edits"
    return client.post(
        url,
        json.dumps({"values": values, "defaults": []}),
        content_type="application/json",
        headers={"x-csrftoken": client.cookies["csrftoken"].value},
    )


@pytest.mark.parametrize(
    "path", ["", f"unit/{usage('vertical', 'u1')}/", f"edit/{usage('html', 'h1')}/", f"frame/{usage('html', 'h1')}"]
)
def test_only_authors_and_instructors_enter_the_authors_side(host, sign_in, path: str) -> None:
    host()
    for who, status in {"alice": 403, "erik": 403, "oscar": 403, "irene": 200, "arthur": 200}.items():
        assert sign_in(who).get(f"/studio/{KEY}/{path}").status_code == status, who


def test_a_learner_cannot_save_through_the_authors_handlers(host, sign_in) -> None:
    folder = host({"vertical/u1.xml": VERTICAL})
    for who in ("alice", "erik", "oscar"):
        client = sign_in(who)
        client.get("/")
        assert save(client, "n1", {"text": "mine"}, "").status_code == 403
    assert (folder / "vertical/u1.xml").read_bytes() == VERTICAL.encode()


def test_the_form_saves_one_element_and_leaves_every_other_byte(host, sign_in) -> None:
    folder = host()
    (folder / "vertical/u1.xml").write_bytes(VERTICAL.encode())
    arthur = sign_in("arthur")
    page = form(arthur, "n1")
    assert save(arthur, "n1", {"text": 'Now "gloves" & ñ'}, state_in(page)).status_code == 200
    old = '<note url_name="n1" size="2" text="Wear &quot;glasses&quot;"/>'
    new = '<note url_name="n1" size="2" text="Now &quot;gloves&quot; &amp; ñ"/>'
    assert (folder / "vertical/u1.xml").read_bytes().decode() == VERTICAL.replace(old, new)
    assert "ñ" in frame(sign_in("alice"), "u1")


def test_a_number_that_did_not_change_keeps_its_spelling(host, sign_in) -> None:
    text = '<vertical>\n  <note url_name="n1" text="a" weight="10"/>\n</vertical>\n'
    folder = host({"vertical/u1.xml": text})
    arthur = sign_in("arthur")
    assert save(arthur, "n1", {"text": "b"}, state_in(form(arthur, "n1"))).status_code == 200
    assert (folder / "vertical/u1.xml").read_text() == text.replace('text="a"', 'text="b"')


def test_saving_what_did_not_change_writes_nothing(host, sign_in) -> None:
    folder = host({"vertical/u1.xml": VERTICAL})
    arthur = sign_in("arthur")
    before = (folder / "vertical/u1.xml").stat()
    assert save(arthur, "n1", {"size": 2}, state_in(form(arthur, "n1"))).status_code == 200
    assert (folder / "vertical/u1.xml").stat().st_mtime_ns == before.st_mtime_ns


def test_two_authors_cannot_overwrite_each_other(host, sign_in) -> None:
    folder = host({"vertical/u1.xml": VERTICAL})
    arthur, irene = sign_in("arthur"), sign_in("irene")
    first, second = state_in(form(arthur, "n1")), state_in(form(irene, "n1"))
    assert save(arthur, "n1", {"size": 3}, first).status_code == 200
    saved = (folder / "vertical/u1.xml").read_bytes()
    answer = save(irene, "n1", {"size": 4}, second)
    assert answer.status_code == 409
    assert "vertical/u1.xml was changed on disk since you opened it. Nothing was saved." in answer.json()["error"]
    assert (folder / "vertical/u1.xml").read_bytes() == saved


def test_an_author_who_looks_as_a_learner_saves_nothing(host, sign_in) -> None:
    folder = host({"vertical/u1.xml": VERTICAL})
    arthur = sign_in("arthur")
    seen = state_in(form(arthur, "n1"))
    post(arthur, "/view-as/", {"username": "alice"})
    assert save(arthur, "n1", {"size": 3}, seen).status_code == 403
    answer = post(arthur, f"/studio/{KEY}/edit/{usage('html', 'h1')}/", {"source": "x", "seen": ""})
    assert answer.status_code == 403
    assert (folder / "vertical/u1.xml").read_bytes() == VERTICAL.encode()


def test_a_full_disk_is_said_and_nothing_is_lost(host, sign_in, monkeypatch) -> None:
    folder = host({"vertical/u1.xml": VERTICAL})
    arthur = sign_in("arthur")
    seen = state_in(form(arthur, "n1"))
    before = (folder / "vertical/u1.xml").read_bytes()

    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(splice, "write_atomically", full)
    answer = save(arthur, "n1", {"size": 3}, seen)
    assert answer.status_code == 500
    assert "No space left on device" in answer.json()["error"]
    assert (folder / "vertical/u1.xml").read_bytes() == before


def source(client, kind: str, name: str, text: str | None = None, seen: str | None = None):
    url = f"/studio/{KEY}/edit/{usage(kind, name)}/?mode=source"
    page = client.get(url).content.decode()
    known = re.search(r'name="seen" value="(\w+)"', page)[1]
    if text is None:
        return unescape(re.search(r"<textarea[^>]*>\n(.*?)</textarea>", page, re.DOTALL)[1]), known
    return post(client, url, {"source": text, "seen": seen or known})


def test_text_and_problems_are_edited_in_their_own_files(host, sign_in) -> None:
    folder = host()
    arthur = sign_in("arthur")
    assert source(arthur, "html", "h1")[0] == FILES["html/h1.html"]
    assert source(arthur, "html", "h1", "<p>Gloves</p>\r\n").status_code == 302
    assert (folder / "html/h1.html").read_bytes() == b"<p>Gloves</p>\n"
    problem, _ = source(arthur, "problem", "p1")
    assert source(arthur, "problem", "p1", problem.replace("Grinder", "Lathe")).status_code == 302
    assert (folder / "problem/p1.xml").read_text() == FILES["problem/p1.xml"].replace("Grinder", "Lathe")
    assert "Lathe" in frame(sign_in("alice"), "u2")


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("<crane>", "line 1: Premature end of data in tag crane line 1"),
        ('<html url_name="x1"/>', "The element must stay a <crane>."),
        ('<crane url_name="other"/>', "The url_name must stay x1"),
        ("<crane/>", "The url_name must stay x1"),
        ('<!DOCTYPE crane><crane url_name="x1"/>', "a document type (<!DOCTYPE …>) is not allowed"),
    ],
)
def test_a_bad_source_is_refused_with_the_text_kept(host, sign_in, text: str, message: str) -> None:
    folder = host()
    answer = source(sign_in("arthur"), "crane", "x1", text)
    assert answer.status_code == 422
    page = unescape(answer.content.decode())
    assert message in page
    assert text in page
    assert (folder / "vertical/u2.xml").read_text() == FILES["vertical/u2.xml"]


def test_the_source_of_a_type_that_is_not_installed_can_be_edited(host, sign_in) -> None:
    folder = host()
    assert (
        source(sign_in("arthur"), "crane", "x1", '<crane url_name="x1" display_name="Hoist hours"/>').status_code == 302
    )
    assert (folder / "vertical/u2.xml").read_text() == FILES["vertical/u2.xml"].replace("Crane hours", "Hoist hours")


def test_a_stale_source_is_refused(host, sign_in) -> None:
    folder = host()
    arthur = sign_in("arthur")
    _, seen = source(arthur, "html", "h1")
    (folder / "html/h1.html").write_text("<p>By another editor</p>")
    assert source(arthur, "html", "h1", "<p>Mine</p>", seen).status_code == 409
    assert (folder / "html/h1.html").read_text() == "<p>By another editor</p>"


def test_drafts_are_the_authors_only(host, sign_in) -> None:
    host(
        {
            "drafts/vertical/d1.xml": '<vertical display_name="Coming soon"><html url_name="hd"/></vertical>',
            "drafts/html/hd.xml": '<html filename="hd"/>',
            "drafts/html/hd.html": "<p>Draft text</p>",
        }
    )
    arthur, alice = sign_in("arthur"), sign_in("alice")
    assert "Coming soon" in text_of(arthur.get(f"/studio/{KEY}/"))
    assert "Draft text" in arthur.get(f"/studio/{KEY}/frame/{usage('html', 'hd')}").content.decode()
    assert "Coming soon" not in text_of(alice.get(f"/courses/{KEY}/"))
    assert alice.get(f"/courses/{KEY}/frame/{usage('html', 'hd')}").status_code == 404
    assert alice.get(f"/courses/{KEY}/frame/{usage('vertical', 'd1')}").status_code == 404
