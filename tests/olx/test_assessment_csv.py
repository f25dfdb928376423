"""Items as a table: what spreadsheets write comes in whole or not at all, with the row that is wrong."""

from dataclasses import replace

import pytest
from hypothesis import given, settings

from tests.olx.items import assessments
from westmec_xblocks.domain.assessment.definition import Assessment, Domain
from westmec_xblocks.domain.text import Text
from westmec_xblocks.olx.assessment import KINDS
from westmec_xblocks.olx.assessment_csv import read_csv, template, write_csv

EMPTY = Assessment("WM.T.X", domains=(Domain("D1", Text("Energy"), 1),))
HEADER = "kind,id,domain,level,prompt,options.1.text,options.1.key,options.2.text"
ROW = "choice,i01,D1,apply,Which?,yes,true,no"


def read(*lines, assessment=EMPTY):
    return read_csv("\n".join(lines).encode(), assessment)


def told(*lines, **more):
    items, problems = read(*lines, **more)
    assert items == []
    return [(problem.row, problem.refusal.code) for problem in problems]


def test_the_template_holds_an_example_of_every_kind_that_can_be_taken_in():
    items, problems = read_csv(template().encode(), EMPTY)
    assert problems == []
    assert [item.kind for item in items] == list(KINDS)
    assert items[0].prompt.others["es"]
    assert items[4].body == KINDS["order"].example[1]


@settings(max_examples=60)
@given(assessments())
def test_what_is_written_is_read_back(assessment):
    items, problems = read_csv(write_csv(assessment).encode(), replace(assessment, items=()))
    if assessment.items and not problems:
        assert items == list(assessment.items)
    elif assessment.items:
        # Only what is wrong with the items themselves keeps them out.
        assert not {problem.refusal.code for problem in problems} & {"column_unknown", "column_of_another_kind"}


@pytest.mark.parametrize("mark", ["", "\ufeff"])
@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
@pytest.mark.parametrize("ending", ["\n", "\r\n"])
def test_what_different_spreadsheets_save_is_the_same(mark, delimiter, ending):
    text = ending.join([HEADER, ROW]).replace(",", delimiter)
    items, problems = read_csv((mark + text).encode(), EMPTY)
    assert problems == []
    assert [(item.id, [option.text.default for option in item.body.options]) for item in items] == [
        ("i01", ["yes", "no"])
    ]


def test_empty_rows_and_columns_at_the_end_are_passed_over():
    items, problems = read(HEADER + ",,", ROW + ",,", ",,,,,,,", "")
    assert (len(items), problems) == (1, [])


def test_cells_that_a_spreadsheet_would_run_are_made_harmless_and_come_back():
    text = write_csv(replace(EMPTY, items=tuple(read(HEADER, ROW.replace("Which?", "'=1+1"))[0])))
    assert "'=1+1" in text
    assert read_csv(text.encode(), EMPTY)[0][0].prompt == Text("=1+1")


def test_a_negative_number_comes_back():
    table = ["kind,id,domain,prompt,answer", "numeric,i01,D1,How cold?,-5.5"]
    items, _ = read(*table)
    assert "'-5.5" in write_csv(replace(EMPTY, items=tuple(items)))
    again, problems = read_csv(write_csv(replace(EMPTY, items=tuple(items))).encode(), EMPTY)
    assert (again, problems) == (items, [])


def test_one_bad_row_keeps_all_out_and_every_bad_row_is_told():
    assert told(HEADER, ROW, "riddle,i02,D1,apply,Which?,yes,true,no", ROW.replace("apply", "aply")) == [
        (3, "kind_unknown"),
        (4, "choice_unknown"),
    ]


@pytest.mark.parametrize(
    ("row", "code"),
    [
        (ROW.replace("true", ""), "no_key"),
        (ROW.replace("i01", ""), "row_without_id"),
        (ROW.replace("i01", "i 01"), "name_unusable"),
        (ROW.replace("yes", "<script>x</script>"), "active_content"),
        (ROW.replace("true", "perhaps"), "field_wrong_form"),
        (ROW.replace("D1", "D7"), "unknown_domain"),
        (ROW + ",more", "row_too_long"),
        (ROW.replace("Which?", "x" * 20_001), "cell_too_long"),
        ("numeric,i01,D1,apply,How?,yes,,", "column_of_another_kind"),
        ('choice,i01,D1,apply,"Which?', "table_unreadable"),
    ],
)
def test_what_is_wrong_with_a_row_is_told_with_its_number(row, code):
    assert (2, code) in told(HEADER, row)


@pytest.mark.parametrize(
    ("header", "code"),
    [
        ("kind,id,promt", "column_unknown"),
        ("id,prompt", "column_missing"),
        ("kind,id,prompt,id", "column_repeated"),
        ("kind,id,prompt,options.1.txt", "column_unknown"),
        ("kind,id,prompt,answer.es", "column_unknown"),
        ("kind,id,prompt," + ",".join(f"options.{n}.text" for n in range(1, 99)) * 6, "table_too_wide"),
    ],
)
def test_what_is_wrong_with_the_headings_is_told_once(header, code):
    found = told(header, ROW)
    assert (1, code) in found
    assert {row for row, _ in found} == {1}


def test_an_id_that_stands_twice_names_the_first_row():
    assert told(HEADER, ROW, ROW) == [(3, "row_repeated")]


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"", "table_empty"),
        (HEADER.encode(), "table_without_items"),
        ("kind,id,prompt\nchoice,ñ,é".encode("latin-1"), "table_not_utf8"),
        (HEADER.encode("utf-16"), "table_not_utf8"),
        (b"kind,id\x00", "table_not_text"),
        (b"x" * (8 * 1024 * 1024 + 1), "table_too_large"),
        ((HEADER + ("\n" + ROW) * 5001).encode(), "table_too_long"),
        (b'kind,id,prompt\n"' + b"x" * 200_000 + b'"', "table_unreadable"),
    ],
)
def test_what_is_no_table_is_one_clear_sentence(data, code):
    items, problems = read_csv(data, EMPTY)
    assert (items, [problem.refusal.code for problem in problems]) == ([], [code])


def test_a_known_id_changes_its_item_and_brings_no_second_one():
    first, _ = read(HEADER, ROW)
    bank = replace(EMPTY, items=tuple(first))
    again, problems = read(HEADER, ROW.replace("Which?", "Which one?"), assessment=bank)
    assert problems == []
    assert again[0].prompt.default == "Which one?"
