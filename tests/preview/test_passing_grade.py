"""Nobody passes one of our courses with the exam or a checklist open, however good all else is."""

from __future__ import annotations

from dataclasses import dataclass

import pytest

from tests.preview.conftest import ROOT
from westmec_xblocks.preview import courses, progress
from westmec_xblocks.preview.blocktypes import has_score
from westmec_xblocks.preview.courses import Course
from westmec_xblocks.preview.models import Role
from westmec_xblocks.preview.people import everybody
from westmec_xblocks.preview.viewer import Viewer

pytestmark = pytest.mark.django_db
MUST = {"westmec_lab_checklist": 2, "westmec_assessment": 1}


@dataclass(frozen=True)
class Points:
    """What one block gives."""

    earned: float
    possible: float


@pytest.fixture(params=["pd2_safe_labs", "ar2_ev_high_voltage"])
def course(request, cast) -> Course:
    found, unreadable = courses.use_directories([ROOT / "course_content" / request.param]).courses()
    assert not unreadable
    return found[0]


def test_the_passing_grade_needs_the_exam_and_both_checklists(course: Course) -> None:
    learner = next(one for one in everybody() if one.role == Role.LEARNER)
    viewer = Viewer(learner.user, learner.user, learner.role, learner.role)
    scored = [(course.keys[node], node) for node in course.keys if has_score(node.tag)]
    full = {
        key: Points(possible, possible)
        for key, node in scored
        if (possible := progress.points_possible(course, node, key))
    }
    best = progress.report(course, viewer, full)
    assert (best.percent, best.letter) == (100, "Pass")
    for kind, count in MUST.items():
        keys = [key for key in full if key.block_type == kind]
        assert len(keys) == count
        for key in keys:
            without = progress.report(course, viewer, {**full, key: Points(0.0, full[key].possible)})
            assert without.letter == "", f"{key} is not needed: {without.percent} %"
            assert without.percent < without.needed
