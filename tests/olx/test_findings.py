"""``python -m westmec_xblocks.olx.findings``: a course in, its whole problem list out."""

import subprocess
import sys
from pathlib import Path

import pytest

from westmec_xblocks.olx.findings import course_findings, main

ROOT = Path(__file__).parents[2]
SKILL = '<section title="A"><skill id="01"><task>Lock</task><criterion>Own lock</criterion></skill></section>'
EXAM = """<westmec_assessment url_name="x" code="WM.T.X">
  <blueprint><domain id="D1" title="A" items="1"/></blueprint>
  <bank>
    <choice id="i01" domain="D1" level="apply">
      <prompt>Why? <img src="/static/why.png" alt="why"/></prompt>
      <option id="a" key="true">So<why>x</why></option>
      <option id="b">Or so<why>x</why></option>
      <rationale>x</rationale>
    </choice>
    <hotspot id="i02" domain="D1" level="apply" image="/static/panel.png" width="9" height="9">
      <prompt>Where?</prompt>
      <alt>A panel</alt>
      <region id="a" coords="0,0,1,1" key="true" label="Here"><why>x</why></region>
      <region id="b" coords="2,2,3,3" label="There"><why>x</why></region>
      <rationale>x</rationale>
    </hotspot>
  </bank>
</westmec_assessment>"""
GOOD = f'<westmec_lab_checklist url_name="a" code="WM.T.A">{SKILL}</westmec_lab_checklist>'


@pytest.fixture
def course(tmp_path):
    """A course of one unit in one folder; ``course(files)`` writes it and returns the findings, as lines."""
    folder = tmp_path / "courses" / "shop"

    def write(unit="", **files):
        standard = {
            "course.xml": '<course url_name="2026" org="W" course="S"/>',
            "course/2026.xml": '<course><chapter url_name="c"/></course>',
            "chapter/c.xml": '<chapter><sequential url_name="s"/></chapter>',
            "sequential/s.xml": '<sequential><vertical url_name="v"/></sequential>',
            "vertical/v.xml": f"<vertical>\n  {unit}\n</vertical>",
        }
        for path, text in {**standard, **files}.items():
            file = folder / path
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_bytes(text if isinstance(text, bytes) else text.encode())
        return [str(finding).removeprefix(f"{folder}/") for finding in course_findings(folder)]

    write.folder = folder
    return write


def test_a_good_course_has_no_findings(course, capsys):
    assert course(GOOD) == []
    assert main([str(course.folder)]) == 0
    assert capsys.readouterr().out == ""


def test_findings_name_path_line_and_column(course):
    unit = GOOD.replace('code="WM.T.A"', 'code="WM.T.A" demonstrations="two"').replace("<task>Lock</task>", "")
    column = 3 + unit.index("<skill")
    assert course(unit) == [
        "vertical/v.xml:2:3: error not_whole demonstrations=“two” cannot be read: write “2”.",
        f"vertical/v.xml:2:{column}: error task_missing Line 01 says nothing.",
    ]


def test_a_checklist_in_a_file_of_its_own_is_an_error(course):
    found = course('<westmec_lab_checklist url_name="a"/>', **{"westmec_lab_checklist/a.xml": GOOD})
    assert [line.split()[:3] for line in found] == [["vertical/v.xml:2:3:", "error", "pointer"]]


def test_a_checklist_without_url_name_is_an_error(course):
    found = course(GOOD.replace('url_name="a" ', ""))
    assert [line.split()[2] for line in found] == ["url_name_missing"]


def test_two_lists_with_one_code_are_an_error(course):
    found = course(GOOD + "\n" + GOOD.replace('url_name="a"', 'url_name="b"'))
    assert found == ["vertical/v.xml:3:1: error code_repeated The code “WM.T.A” is used in vertical/v.xml:2 already."]


def test_a_requirement_must_be_something_of_the_course(course):
    other = GOOD.replace('url_name="a" code="WM.T.A"', 'url_name="b" code="WM.T.B" requires="WM.T.A.01 WM.T.A WM.X"')
    found = course(GOOD + "\n" + other)
    assert [line.split(" ", 3)[:3] for line in found] == [["vertical/v.xml:3:1:", "error", "requires_missing"]]
    assert "“WM.X”" in found[0]


def test_missing_and_unreadable_files_are_told_and_the_rest_is_still_checked(course):
    found = course(
        GOOD.replace(' code="WM.T.A"', ""),
        **{
            "sequential/s.xml": """<sequential>
                <vertical url_name="v"/>
                <vertical url_name="gone"/>
                <vertical url_name="bad"/></sequential>""",
            "vertical/bad.xml": "<vertical>\n<html>\n</vertical>",
            "policies/2026/grading_policy.json": '{\n"GRADER": [}',
        },
    )
    assert [" ".join(line.split()[:3]) for line in found] == [
        "policies/2026/grading_policy.json:2:1: error olx_unreadable",
        "sequential/s.xml:3:1: error olx_unreadable",
        "vertical/bad.xml:3:1: error olx_unreadable",
        "vertical/v.xml:2:3: error code_missing",
    ]


@pytest.mark.parametrize(
    "root", ["<course", '<!DOCTYPE a [<!ENTITY b SYSTEM "file:///etc/passwd">]><course>&b;</course>', b"\xff\xfe<"]
)
def test_an_unreadable_course_file_is_one_finding(course, root):
    found = course(GOOD, **{"course.xml": root})
    assert [line.split()[2] for line in found] == ["olx_unreadable"]


def test_a_course_that_contains_itself_is_walked_once(course):
    found = course(GOOD, **{"vertical/v.xml": f'<vertical>{GOOD}<vertical url_name="v"/></vertical>'})
    assert [line for line in found if "code_repeated" not in line] == []


def test_a_checklist_nested_too_deeply_is_a_finding(course):
    deep = "<westmec_lab_checklist url_name='d' code='WM.D'>" + "<a>" * 70 + "</a>" * 70 + "</westmec_lab_checklist>"
    assert [line.split()[2] for line in course(deep)] == ["too_deep"]


# Assessments.


def test_an_assessment_is_checked_and_its_pictures_are_looked_for(course):
    found = course(EXAM.replace("<rationale>x</rationale>", "", 1))
    assert found == [
        "vertical/v.xml:5:5: warning rationale_missing Item i01 has no rationale.",
        "vertical/v.xml:6:20: warning picture_missing There is no picture “/static/why.png” in the course.",
        "vertical/v.xml:11:5: warning picture_missing There is no picture “/static/panel.png” in the course.",
    ]
    assert course(EXAM, **{"static/why.png": b"x", "static/panel.png": b"x"}) == []


def test_a_picture_is_not_looked_for_outside_the_course(course):
    found = course(EXAM.replace("/static/why.png", "/static/../../etc/passwd"), **{"static/panel.png": b"x"})
    assert [line.split()[2] for line in found] == ["picture_missing"]


def test_a_list_may_require_an_exam_of_the_course_by_its_code(course):
    files = {"static/why.png": b"x", "static/panel.png": b"x"}
    needs = GOOD.replace('code="WM.T.A"', 'code="WM.T.A" requires="WM.T.X"')
    assert course(EXAM + needs, **files) == []
    assert [line.split()[2] for line in course(needs)] == ["requires_missing"]


def test_an_exam_and_a_list_with_one_code_are_an_error(course):
    files = {"static/why.png": b"x", "static/panel.png": b"x"}
    found = course(EXAM.replace("WM.T.X", "WM.T.A") + GOOD, **files)
    assert [line.split()[2] for line in found] == ["code_repeated"]


# The command.


def test_errors_give_1_warnings_0_and_a_wrong_call_2(course, tmp_path, capsys):
    course(GOOD.replace("<criterion>Own lock</criterion>", ""))
    assert main([str(tmp_path / "courses")]) == 0
    assert " warning criterion_missing " in capsys.readouterr().out
    course(GOOD.replace('"WM.T.A"', '""'))
    assert main([str(course.folder)]) == 1
    assert f"{course.folder}/vertical/v.xml:2:3: error code_missing" in capsys.readouterr().out
    for wrong in ([], [str(tmp_path / "nowhere")], [str(course.folder / "vertical")], [str(course.folder), "nowhere"]):
        assert main(wrong) == 2
        assert "course" in capsys.readouterr().err


def test_it_runs_as_a_command_on_the_courses_of_this_project():
    command = [sys.executable, "-m", "westmec_xblocks.olx.findings", "course_content"]
    run = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=60, check=False)
    assert (run.returncode, run.stdout, run.stderr) == (0, "", "")
