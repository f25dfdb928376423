"""The scales that an author may write, and what is told about the others."""

import pytest

from tests.olx.definitions import SKILL, a_list
from westmec_xblocks.domain.text import Text
from westmec_xblocks.olx.checklist import parse_checklist


def a_scale(attributes, levels):
    return a_list(f"<scale {attributes}>{levels}</scale><section title='A'>{SKILL}</section>")


def scale_of(attributes, levels):
    parsed = parse_checklist(a_scale(attributes, levels))
    assert parsed.problems == []
    return parsed.checklist.scale


def in_order(scale):
    return [level.value for level in scale.levels]


NUMBERS = "".join(f'<level value="{value}" label="{value}"/>' for value in (2, 1, 3))


WORDS = '<level value="poor"/><level value="fair"/><level value="good"/>'


def test_numbers_are_put_in_order_whatever_the_author_s_order():
    ascending = scale_of('passing="2"', NUMBERS)
    assert (in_order(ascending), ascending.passing, ascending.floor, ascending.descending) == (
        ["1", "2", "3"],
        "2",
        "2",
        False,
    )
    descending = scale_of('passing="2" floor="3" direction="descending"', NUMBERS)
    assert (in_order(descending), descending.floor, descending.descending) == (["3", "2", "1"], "3", True)


def test_words_run_as_the_author_says():
    assert in_order(scale_of('passing="fair"', WORDS)) == ["poor", "fair", "good"]
    assert in_order(scale_of('passing="fair" order="best-first"', WORDS)) == ["good", "fair", "poor"]
    assert in_order(scale_of('passing="fair" direction="descending"', WORDS)) == ["good", "fair", "poor"]
    assert in_order(scale_of('passing="fair" direction="descending" order="worst-first"', WORDS)) == [
        "poor",
        "fair",
        "good",
    ]


def test_a_level_without_an_observation_comes_first_and_says_so():
    scale = scale_of('passing="2"', f'{NUMBERS}<level value="0" observed="false"><label>Not seen</label></level>')
    assert in_order(scale) == ["0", "1", "2", "3"]
    assert not scale.levels[0].observed


def test_levels_carry_labels_and_descriptions_in_every_language():
    level = '<level value="2"><label>Yes</label><label xml:lang="es">Sí</label><description>Did <em>it</em></description></level>'
    scale = scale_of('passing="2"', f'<level value="1" label="No"/>{level}')
    assert scale.levels[0].label == Text("No")
    assert scale.levels[1].label == Text("Yes", {"es": "Sí"})
    assert scale.levels[1].description == Text("Did <em>it</em>")


def test_a_level_without_a_label_is_called_by_its_value():
    assert scale_of('passing="fair"', WORDS).find("fair").label == Text("fair")


def test_levels_may_be_marked_as_passing_instead():
    marked = WORDS.replace('"fair"', '"fair" passes="true"').replace('"good"', '"good" passes="true"')
    assert scale_of("", marked).passing == "fair"
    assert scale_of("", WORDS.replace('"good"', '"good" passes="true"')).passing == "good"


@pytest.mark.parametrize(
    ("attributes", "levels", "code"),
    [
        ("", "", "scale_empty"),
        ('ref="entry"', "", "scale_unknown"),
        ('ref="entry-level"', WORDS, "scale_ref_and_levels"),
        ('ref="entry-level" passing="4"', "", "scale_ref_and_levels"),
        ("", WORDS, "scale_without_passing"),
        ('passing="great"', WORDS, "level_unknown"),
        ('passing="fair" floor="good"', WORDS, "floor_above_passing"),
        ('passing="fair"', WORDS + '<level value="fair"/>', "level_repeated"),
        ('passing="fair"', WORDS + "<level/>", "level_without_value"),
        ('passing="fair"', WORDS + '<level value="na"/>', "level_value_unusable"),
        ('passing="fair"', WORDS + '<level value="very good"/>', "level_value_unusable"),
        ('passing="fair"', '<level value="fair"/>', "scale_too_short"),
        ('passing="good"', WORDS.replace('"fair"', '"fair" passes="true"'), "passing_contradicted"),
        ("", '<level value="a" passes="true"/><level value="b"/><level value="c" passes="true"/>', "passing_with_gaps"),
        ('passing="fair"', WORDS + '<level value="0" observed="no"/>', "choice_unknown"),
        ('passing="fair" direction="up"', WORDS, "choice_unknown"),
        ('passing="fair"', WORDS.replace('"fair"', '"fair" label="Fair"'), None),
        ('passing="1"', '<level value="1"/><level value="1.0"/>', "scale_out_of_order"),
        ('passing="2"', '<level value="3"/><level value="word"/><level value="2"/>', "scale_out_of_order"),
    ],
)
def test_a_scale_that_cannot_be_used_is_told_at_the_scale(attributes, levels, code):
    found = parse_checklist(a_scale(attributes, levels)).problems
    if code is None:
        assert found == []
        return
    assert code in [finding.code for finding in found if finding.is_error]
    assert all(finding.column > len('<westmec_lab_checklist code="WM.T.A">') for finding in found)
