"""The draw of learners whom two evaluators rate."""

from fractions import Fraction

from hypothesis import given
from hypothesis import strategies as st

from westmec_xblocks.domain.checklist.selection import is_drawn

SHARES = st.fractions(0, 1)


def drawn(share, learner=7, *, key=b"secret", course="course-v1:W+1+1", checklist="WM.T.A"):
    return is_drawn(share, key=key, course=course, checklist=checklist, learner=learner)


def test_about_the_share_that_was_asked_for_is_drawn():
    """Of 2,000 learners a fifth: 400, give or take five standard deviations (18 each)."""
    assert 310 <= sum(drawn(Fraction(1, 5), learner) for learner in range(2000)) <= 490


@given(SHARES, SHARES, st.integers(1, 10**9))
def test_a_larger_share_keeps_everyone_whom_a_smaller_one_had_drawn(one, other, learner):
    small, large = sorted((one, other))
    assert drawn(large, learner) or not drawn(small, learner)


@given(st.integers(1, 10**9))
def test_a_share_of_nobody_draws_nobody_and_of_all_everybody(learner):
    assert not drawn(Fraction(0), learner)
    assert drawn(Fraction(1), learner)


@given(SHARES, st.integers(1, 10**9))
def test_the_draw_is_the_same_each_time(share, learner):
    assert drawn(share, learner) == drawn(share, learner)


def test_key_course_and_list_each_change_who_is_drawn():
    def whole(**other):
        return [drawn(Fraction(1, 2), learner, **other) for learner in range(200)]

    draws = [whole(), whole(key=b"other"), whole(course="course-v1:W+1+2"), whole(checklist="WM.T.B")]
    assert all(one != other for place, one in enumerate(draws) for other in draws[:place])
