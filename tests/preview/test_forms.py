"""The host's own forms: what they show, what they write into the course's files, and what they refuse."""

import json
from collections.abc import Iterator
from html import unescape

import pytest
from lxml import html
from web_fragments.fragment import Fragment
from xblock.core import XBlock
from xblock.fields import Boolean, Float, Integer, List, Scope, String
from xblock.plugin import PLUGIN_CACHE

from tests.preview.conftest import FILES, KEY, frame, post, usage
from tests.preview.forms import VIDEO, address, draft, faults, fields_of, opened, save
from tests.preview.test_pages import text_of
from westmec_xblocks.preview.blocktypes import class_for


def test_a_text_is_edited_with_its_title_each_in_its_own_file(host, arthur, sign_in) -> None:
    folder = host()
    shown = opened(arthur, "html", "h1")
    assert (shown["display_name"], shown["markup"]) == ("Why", FILES["html/h1.html"])
    answer = save(arthur, "html", "h1", display_name='Why "glasses" & gloves', markup="<p>Gloves off.\r\n</p>\r\n")
    assert answer.url == f"/studio/{KEY}/unit/{usage('vertical', 'u1')}/"
    assert (folder / "html/h1.html").read_bytes() == b"<p>Gloves off.\n</p>\n"
    assert (folder / "html/h1.xml").read_text() == (
        '<html filename="h1" display_name="Why &quot;glasses&quot; &amp; gloves"/>\n'
    )
    assert "Saved in html/h1.html, html/h1.xml." in text_of(arthur.get(answer.url))
    assert "Gloves off." in frame(sign_in("alice"), "u1")


def test_only_the_file_that_changes_is_written(host, arthur) -> None:
    folder = host()
    before = (folder / "html/h1.html").stat().st_mtime_ns
    save(arthur, "html", "h1", display_name="Because")
    assert (folder / "html/h1.html").stat().st_mtime_ns == before
    before = (folder / "html/h1.xml").stat().st_mtime_ns
    save(arthur, "html", "h1", markup="<p>New</p>")
    assert (folder / "html/h1.xml").stat().st_mtime_ns == before


def test_a_form_that_is_saved_as_it_was_opened_writes_nothing(host, arthur) -> None:
    folder = host({"vertical/u1.xml": VIDEO, "problem/p1.xml": "<problem   weight='4.0' >\n\n<p>a</p></problem>"})
    before = {path: path.stat().st_mtime_ns for path in folder.rglob("*") if path.is_file()}
    for kind, name in (("html", "h2"), ("video", "v1"), ("problem", "p1")):
        assert "Nothing was changed." in text_of(arthur.get(save(arthur, kind, name).url)), kind
    assert {path: path.stat().st_mtime_ns for path in folder.rglob("*") if path.is_file()} == before


def test_a_text_inside_its_unit_is_edited_and_the_unit_keeps_its_other_bytes(host, arthur) -> None:
    unit = FILES["vertical/u1.xml"].replace("<vertical ", "<!-- one -->\n<vertical   ").replace("\n", "\r\n")
    folder = host()
    (folder / "vertical/u1.xml").write_bytes(unit.encode())
    assert opened(arthur, "html", "h2")["markup"] == "<p>Inline text</p>"
    save(arthur, "html", "h2", markup="<p>One</p><p><b>a</b> <i>b</i><sub>2</sub><sup>3</sup></p>")
    lines = (
        '<html url_name="h2" display_name="Inline">',
        "    <p>One</p>",
        "    <p><b>a</b> <i>b</i><sub>2</sub><sup>3</sup></p>",
        "  </html>",
    )
    old = '<html url_name="h2" display_name="Inline"><p>Inline text</p></html>'
    assert (folder / "vertical/u1.xml").read_bytes().decode() == unit.replace(old, "\r\n".join(lines))


def test_a_problem_s_settings_are_those_of_the_block_s_own_metadata(host, arthur) -> None:
    host()
    page = arthur.get(address("problem", "p1")).content.decode()
    shown = fields_of(page)
    assert list(shown)[:8] == [
        "csrfmiddlewaretoken", "seen", "display_name", "weight", "max_attempts", "showanswer", "rerandomize", "show_reset_button",
    ]  # fmt: skip
    assert (shown["display_name"], shown["weight"], shown["max_attempts"], shown["showanswer"]) == (
        "Which",
        "4",
        "2",
        "",
    )
    assert "Not set: Finished" in page
    assert {"grading_method", "submission_wait_seconds", "attempts_before_showanswer_button"} <= set(shown)
    assert not {"markdown", "matlab_api_key", "use_latex_compiler", "due", "xml_attributes", "data"} & set(shown)


@pytest.mark.parametrize("kind", ["html", "problem", "video", "word_cloud"])
def test_every_word_of_a_form_is_there_in_spanish(host, arthur, kind: str) -> None:
    host({"vertical/u1.xml": f'<vertical>\n  <{kind} url_name="b1" display_name="-"><p>1</p></{kind}>\n</vertical>\n'})
    said = {}
    for language in ("en", "es"):
        post(arthur, "/language/", {"language": language, "next": "/"})
        form = html.fromstring(arthur.get(address(kind, "b1")).content.decode()).get_element_by_id("editor-form")
        texts = (part.text for part in form.iter("label", "legend", "summary", "option", "p", "button", "a"))
        said[language] = {text.strip() for text in texts if text and len(text.strip()) > 2}
    assert len(said["en"]) > 5
    assert said["en"] & said["es"] == set()


def test_a_setting_that_the_section_makes_is_named_where_the_problem_has_none(host, arthur) -> None:
    host(
        {
            "sequential/s1.xml": FILES["sequential/s1.xml"].replace(
                "graded=", 'showanswer="never" max_attempts="3" graded='
            ),
            "problem/p1.xml": FILES["problem/p1.xml"].replace(' max_attempts="2"', ""),
        }
    )
    page = arthur.get(address("problem", "p1")).content.decode()
    assert "Not set: Never" in page
    assert 'name="max_attempts" value="" inputmode="numeric" placeholder="3"' in page


def test_a_problem_is_saved_in_canonical_form_with_nothing_else_changed(host, arthur, sign_in) -> None:
    text = FILES["problem/p1.xml"].replace("  <multiple", "  <!-- from the 2024 bank -->\n  <multiple")
    folder = host({"problem/p1.xml": text})
    save(arthur, "problem", "p1", weight="2,5", max_attempts="", showanswer="attempted", show_reset_button="true")
    assert (folder / "problem/p1.xml").read_text() == text.replace(
        'weight="4" max_attempts="2"', 'weight="2.5" show_reset_button="true" showanswer="attempted"'
    )
    save(arthur, "problem", "p1", weight="", showanswer="", show_reset_button="")
    assert (folder / "problem/p1.xml").read_text() == text.replace(' weight="4" max_attempts="2"', "")
    assert "Glasses" in frame(sign_in("alice"), "u2")


def test_a_problem_s_markup_is_laid_out_without_touching_a_text(host, arthur) -> None:
    folder = host()
    typed = (
        "<p>Read <b>both</b> <i>gauges</i>:</p><pre>a\n    b\n</pre>\n\n\n"
        '<customresponse cfn="check"><script type="text/python">\ndef check(e, a):\n  return a &lt; 3\n</script>'
        "<answer><![CDATA[if a < 3:\n  x = 1]]></answer><label>Bar</label><textline/></customresponse><solution><p>Since.</p></solution>"
    )
    save(arthur, "problem", "p1", markup=typed)
    assert (folder / "problem/p1.xml").read_text() == (
        '<problem display_name="Which" weight="4" max_attempts="2">\n'
        "  <p>Read <b>both</b> <i>gauges</i>:</p>\n"
        "  <pre>a\n    b\n</pre>\n"
        '  <customresponse cfn="check">\n'
        '    <script type="text/python">\ndef check(e, a):\n  return a &lt; 3\n</script>\n'
        "    <answer><![CDATA[if a < 3:\n  x = 1]]></answer>\n"
        "    <label>Bar</label>\n    <textline/>\n"
        "  </customresponse>\n"
        "  <solution>\n    <p>Since.</p>\n  </solution>\n"
        "</problem>\n"
    )
    before = (folder / "problem/p1.xml").read_bytes()
    save(arthur, "problem", "p1", display_name="Gauges")
    assert (folder / "problem/p1.xml").read_bytes() == before.replace(b"Which", b"Gauges")


def test_the_markdown_that_studio_remembers_goes_when_the_markup_changes(host, arthur) -> None:
    folder = host(
        {
            "problem/p1.xml": FILES["problem/p1.xml"].replace(
                "weight", 'markdown="( ) old" markdown_edited="true" weight'
            )
        }
    )
    save(arthur, "problem", "p1", display_name="Other")
    assert 'markdown="( ) old"' in (folder / "problem/p1.xml").read_text()
    save(arthur, "problem", "p1", markup="<p>New</p>")
    assert "markdown" not in (folder / "problem/p1.xml").read_text()


@pytest.mark.parametrize(
    ("markup", "message"),
    [
        ("<p>\n<b>a</p>", "Markup, line 2: Opening and ending tag mismatch: b line 2 and p"),
        ("<p>a</p>\n<p>a & b</p>", "Markup, line 2: xmlParseEntityRef: no name"),
        ("<p>a</p>\n\n<p>&nbsp;</p>", "Markup, line 3: Entity 'nbsp' not defined"),
        ("<p>a</p>\n<p>b", "Markup, line 2: Opening and ending tag mismatch: p line 2 and problem"),
        ("</problem><problem>", "Markup, line 1: Extra content at the end of the document"),
        ("<p title=a>b</p>", "Markup, line 1: "),
    ],
)
def test_markup_that_is_no_xml_is_refused_with_its_line_and_everything_that_was_typed(
    host, arthur, markup: str, message: str
) -> None:
    folder = host()
    answer = save(arthur, "problem", "p1", markup=markup, display_name="A new title", weight="7")
    assert message in faults(answer)
    kept = fields_of(answer.content.decode())
    assert (kept["markup"], kept["display_name"], kept["weight"]) == (markup, "A new title", "7")
    assert (folder / "problem/p1.xml").read_text() == FILES["problem/p1.xml"]
    assert post(arthur, address("problem", "p1"), {**kept, "markup": "<p>a</p>"}).status_code == 302
    assert '<problem display_name="A new title" weight="7" max_attempts="2">' in (folder / "problem/p1.xml").read_text()


@pytest.mark.parametrize(
    ("field", "typed", "message"),
    [
        ("weight", "heavy", "Problem Weight: This must be a number."),
        ("weight", "-1", "This must be 0 or more."),
        ("weight", "nan", "This must be a number."),
        ("max_attempts", "1.5", "Maximum Attempts: This must be a whole number."),
        ("max_attempts", "-1", "This must be 0 or more."),
        ("showanswer", "whenever", "This is not one of the choices."),
        ("display_name", "a\x01b", "no XML file can hold"),
    ],
)
def test_a_value_that_the_block_could_not_use_is_told_at_its_field(
    host, arthur, field: str, typed: str, message: str
) -> None:
    folder = host()
    answer = save(arthur, "problem", "p1", **{field: typed, "markup": "<p>Long work</p>"})
    assert message in faults(answer)
    page = answer.content.decode()
    assert f'aria-describedby="e-{field}"' in page
    assert "Long work" in unescape(page)
    assert (folder / "problem/p1.xml").read_text() == FILES["problem/p1.xml"]


@pytest.mark.parametrize("title", ["null", '"Quoted"', "12", "true", "[1]", "{}", "Ñandú <b> & 'x' \"y\"", "  "])
def test_a_title_comes_back_as_it_was_typed_whatever_it_looks_like(host, arthur, title: str) -> None:
    host()
    save(arthur, "problem", "p1", display_name=title)
    assert opened(arthur, "problem", "p1")["display_name"] == title.strip()


def test_what_the_policy_file_decides_is_said_and_not_asked(host, arthur) -> None:
    host(
        {
            "policies/2026/policy.json": json.dumps(
                {"course/2026": {"display_name": "Shop"}, "problem/p1": {"max_attempts": 5}}
            )
        }
    )
    page = arthur.get(address("problem", "p1")).content.decode()
    assert "policies/2026/policy.json decides this; change it there." in page
    assert "max_attempts" not in fields_of(page)


def test_another_block_of_the_platform_has_its_fields(host, arthur) -> None:
    unit = '<vertical>\n  <word_cloud url_name="w1" num_inputs="3" display_name="Words"/>\n</vertical>\n'
    folder = host({"vertical/u1.xml": unit})
    assert opened(arthur, "word_cloud", "w1")["num_inputs"] == "3"
    save(arthur, "word_cloud", "w1", num_inputs="4", display_student_percents="false")
    assert (folder / "vertical/u1.xml").read_text() == unit.replace(
        'num_inputs="3" display_name="Words"', 'num_inputs="4" display_name="Words" display_student_percents="false"'
    )


def test_a_container_is_given_a_title(host, arthur) -> None:
    unit = '<vertical>\n  <library_content url_name="l1" max_count="2"><html url_name="h1"/></library_content>\n</vertical>\n'
    folder = host({"vertical/u1.xml": unit})
    assert ">Title</label>" in arthur.get(address("library_content", "l1")).content.decode()
    save(arthur, "library_content", "l1", display_name="Two of these")
    assert (folder / "vertical/u1.xml").read_text() == unit.replace('"2"', '"2" display_name="Two of these"')


class BenchBlock(XBlock):
    """A block of another package that brings no editor."""

    display_name = String(default="Bench", scope=Scope.settings)
    notes = String(default="", scope=Scope.content)
    height = Float(help="In metres", default=0.9, scope=Scope.settings)
    tools = List(default=[], scope=Scope.settings)
    tidy = Boolean(default=True, scope=Scope.settings)
    visits = Integer(default=0, scope=Scope.user_state)

    def student_view(self, context: dict | None = None) -> Fragment:
        return Fragment(f"<p>{self.notes} at {self.height}</p>")


@pytest.fixture
def installed(monkeypatch) -> Iterator[None]:
    """``<bench>`` is installed for the length of a test."""
    monkeypatch.setitem(PLUGIN_CACHE, (XBlock.entry_point, "bench"), BenchBlock)
    class_for.cache_clear()
    yield
    class_for.cache_clear()


def test_a_block_without_an_editor_has_its_fields_and_writes_itself(host, arthur, installed) -> None:
    bench = '<bench url_name="b1" height="1" tools="[&quot;vise&quot;]" tidy="false"/>'
    unit = f'<vertical>\n  {bench}\n  <bench url_name="b2"/>\n</vertical>\n'
    folder = host({"vertical/u1.xml": unit})
    shown = opened(arthur, "bench", "b1")
    assert (shown["height"], shown["tidy"], json.loads(shown["tools"])) == ("1", "false", ["vise"])
    assert "visits" not in shown
    assert "tools: This is not valid JSON: line 2" in faults(save(arthur, "bench", "b1", tools='["a",\n}'))
    url = draft(arthur, "bench", "b1", notes="Wipe it").json()["url"]
    assert "Wipe it at 1.0" in arthur.get(url).content.decode()
    save(arthur, "bench", "b1", notes="Wipe it", tools='["vise", "file"]', tidy="")
    saved = '<bench url_name="b1" height="1" notes="Wipe it" tools="[&#10;  &quot;vise&quot;,&#10;  &quot;file&quot;&#10;]"/>'
    assert (folder / "vertical/u1.xml").read_text() == unit.replace(bench, saved)


def test_two_authors_cannot_overwrite_each_other_s_form(host, arthur, sign_in) -> None:
    folder = host()
    irene = sign_in("irene")
    first, second = opened(arthur, "html", "h1"), opened(irene, "html", "h1")
    post(arthur, address("html", "h1"), {**first, "display_name": "First"})
    answer = post(irene, address("html", "h1"), {**second, "markup": "<p>Second</p>"})
    assert answer.status_code == 409
    page = unescape(answer.content.decode())
    assert "was changed on disk since you opened it. Nothing was saved." in page
    assert "<p>Second</p>" in page
    assert (folder / "html/h1.html").read_text() == FILES["html/h1.html"]


def test_when_the_second_file_cannot_be_written_the_first_is_as_it_was(host, arthur, monkeypatch) -> None:
    from westmec_xblocks.preview import splice

    folder, written = host(), []
    write = splice.write_atomically

    def full(file, data) -> None:
        written.append(file.name)
        if file.name == "h1.xml":
            raise OSError(28, "No space left on device")
        write(file, data)

    sent = {**opened(arthur, "html", "h1"), "display_name": "New", "markup": "<p>New</p>"}
    monkeypatch.setattr(splice, "write_atomically", full)
    answer = post(arthur, address("html", "h1"), sent)
    assert answer.status_code == 422
    assert "No space left on device" in unescape(answer.content.decode())
    assert written == ["h1.html", "h1.xml", "h1.html"]
    assert {name: (folder / name).read_text() for name in ("html/h1.html", "html/h1.xml")} == {
        name: FILES[name] for name in ("html/h1.html", "html/h1.xml")
    }


def test_a_block_that_cannot_be_read_is_mended_in_its_source(host, arthur) -> None:
    host({"vertical/u1.xml": '<vertical>\n  <poll_question url_name="q1">No answers</poll_question>\n</vertical>\n'})
    page = arthur.get(address("poll_question", "q1")).content.decode()
    assert 'name="source"' in page
    assert "No answers" in page


def test_forms_are_the_authors_only(host, sign_in, arthur) -> None:
    folder = host()
    sent = {**opened(arthur, "html", "h1"), "markup": "<p>Mine</p>"}
    for who in ("alice", "erik", "oscar"):
        client = sign_in(who)
        client.get("/")
        assert post(client, address("html", "h1"), sent).status_code == 403
        assert post(client, f"/studio/{KEY}/draft/{usage('html', 'h1')}/", sent).status_code == 403
    post(arthur, "/view-as/", {"username": "alice"})
    assert post(arthur, address("html", "h1"), sent).status_code == 403
    assert post(arthur, f"/studio/{KEY}/draft/{usage('html', 'h1')}/", sent).status_code == 403
    assert (folder / "html/h1.html").read_text() == FILES["html/h1.html"]
