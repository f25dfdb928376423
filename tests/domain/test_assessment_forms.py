"""Forms: exact by the blueprint, friends together, enemies apart, seen items avoided as far as the bank allows, exposure kept even."""

from collections import Counter
from itertools import chain, combinations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from westmec_xblocks.domain.assessment.cells import cells_of
from westmec_xblocks.domain.assessment.definition import Assessment, Domain, FixedForm, Item, Level, Status
from westmec_xblocks.domain.assessment.forms import CannotAssemble, assemble, fixed_form, form_for, shortages
from westmec_xblocks.domain.refusals import NotFound
from westmec_xblocks.domain.text import Text

LEVELS = [None, Level.RECALL, Level.APPLY]


def item(item_id, domain="D1", status=Status.SCORED, level=None, **more):
    return Item(item_id, "choice", domain, Text("?"), None, level, status, **more)


def bank(items, *domains):
    return Assessment("WM.T.X", domains=tuple(domains), items=tuple(items))


@st.composite
def banks(draw):
    """A small bank with friends and enemies, and a blueprint that it may or may not fill."""
    names = [f"i{place}" for place in range(draw(st.integers(0, 8)))]
    items = [
        item(
            name,
            draw(st.sampled_from(["D1", "D1", "D2"])),
            draw(st.sampled_from([Status.SCORED, Status.SCORED, Status.PILOT, Status.RETIRED])),
            draw(st.sampled_from(LEVELS)),
            stimulus=draw(st.sampled_from(["", "", "", "s1", "s2"])),
            enemies=tuple(draw(st.lists(st.sampled_from(names), max_size=1))),
        )
        for name in names
    ]
    domains = []
    for name in ("D1", "D2"):
        count = draw(st.integers(0, 3))
        levels = {Level.RECALL: draw(st.integers(0, count))} if draw(st.booleans()) else {}
        domains.append(Domain(name, Text(name), count, draw(st.integers(0, 1)), levels))
    return bank(items, *domains)


def possible_forms(assessment):
    """Every set of items that is a form of the blueprint, by trying all of them."""
    items = assessment.used_items
    cells = cells_of(assessment)
    pairs = list(assessment.enemy_pairs())
    for chosen in chain.from_iterable(combinations(items, size) for size in range(len(items) + 1)):
        ids = {one.id for one in chosen}
        friends = {one.stimulus for one in chosen if one.stimulus}
        whole = all(one.id in ids for one in items if one.stimulus in friends)
        filled = Counter(next((c for c in cells if c.takes(one)), None) for one in chosen)
        exact = all(filled[cell] == cell.wanted for cell in cells) and not filled[None]
        if whole and exact and not any(pair <= ids for pair in pairs):
            yield ids


@settings(max_examples=300)
@given(banks(), st.sets(st.sampled_from([f"i{place}" for place in range(8)])), st.sampled_from(["a", "b"]))
def test_a_form_is_put_together_wherever_there_is_one_and_avoids_what_was_seen(assessment, seen, seed):
    possible = list(possible_forms(assessment))
    if not possible:
        with pytest.raises(CannotAssemble) as refused:
            assemble(assessment, seed=seed, seen=seen)
        assert refused.value.shortages == shortages(assessment) != ()
        return
    form = assemble(assessment, seed=seed, seen=seen)
    assert set(form.items) in possible
    assert len(set(form.items)) == len(form.items)
    assert len(seen & set(form.items)) == min(len(seen & ids) for ids in possible)
    assert set(form.seen_again) == seen & set(form.items)
    assert form.pilot == {name for name in form.items if assessment.by_id[name].status is Status.PILOT}
    assert shortages(assessment) == ()
    assert form == assemble(assessment, seed=seed, seen=seen)


@settings(max_examples=150)
@given(banks())
def test_what_a_bank_lacks_is_the_least_that_would_help(assessment):
    cells = cells_of(assessment)
    items = assessment.used_items
    pairs = list(assessment.enemy_pairs())
    best = sum(cell.wanted for cell in cells)
    for chosen in chain.from_iterable(combinations(items, size) for size in range(len(items) + 1)):
        ids = {one.id for one in chosen}
        friends = {one.stimulus for one in chosen if one.stimulus}
        filled = Counter(next((c for c in cells if c.takes(one)), None) for one in chosen)
        fits = not filled[None] and all(filled[cell] <= cell.wanted for cell in cells)
        whole = all(one.id in ids for one in items if one.stimulus in friends)
        if fits and whole and not any(pair <= ids for pair in pairs):
            best = min(best, sum(cell.wanted - filled[cell] for cell in cells))
    assert sum(one.missing for one in shortages(assessment)) == best


@given(banks(), st.sampled_from(["a", "b", "c"]))
def test_domains_come_in_the_blueprints_order_and_friends_side_by_side(assessment, seed):
    try:
        form = assemble(assessment, seed=seed)
    except CannotAssemble:
        return
    ranks = [["D1", "D2"].index(assessment.by_id[name].domain) for name in form.items]
    if not any(assessment.by_id[name].stimulus for name in form.items):
        assert ranks == sorted(ranks)
    for stimulus in ("s1", "s2"):
        places = [place for place, name in enumerate(form.items) if assessment.by_id[name].stimulus == stimulus]
        assert places == list(range(places[0], places[-1] + 1)) if places else True


def test_seeds_choose_and_order_differently():
    assessment = bank([item(f"i{n:02}") for n in range(20)], Domain("D1", Text("a"), 5))
    forms = [assemble(assessment, seed=f"seed {n}").items for n in range(200)]
    assert len(set(forms)) > 190
    counts = Counter(name for form in forms for name in form)
    # 200 forms of 5 items out of 20: 50 on average, with a standard deviation of about 6.
    assert all(25 <= counts[f"i{n:02}"] <= 75 for n in range(20))
    first = Counter(form[0] for form in forms)
    assert max(first.values()) < 30


def test_exposure_is_kept_even_over_many_forms():
    items = [item(f"i{n:02}") for n in range(23)] + [
        item(f"f{n}{half}", stimulus=f"s{n}") for n in range(3) for half in "ab"
    ]
    assessment = bank(items, Domain("D1", Text("a"), 7))
    exposure = Counter()
    for attempt in range(200):
        exposure.update(assemble(assessment, seed=f"learner {attempt}", exposure=exposure).items)
    counts = [exposure[one.id] for one in items]
    assert sum(counts) == 1400
    assert max(counts) - min(counts) <= 2


def test_a_second_attempt_sees_nothing_again_where_the_bank_is_double():
    assessment = bank([item(f"i{n:02}") for n in range(12)], Domain("D1", Text("a"), 6))
    for attempt in range(30):
        first = assemble(assessment, seed=f"{attempt} 1")
        second = assemble(assessment, seed=f"{attempt} 2", seen=first.items)
        assert not set(first.items) & set(second.items)
        third = assemble(assessment, seed=f"{attempt} 3", seen=(*first.items, *second.items))
        assert len(third.seen_again) == 6


def test_least_exposed_items_come_first_among_those_not_seen():
    assessment = bank([item(f"i{n}") for n in range(6)], Domain("D1", Text("a"), 3))
    exposure = {"i0": 5, "i1": 5, "i2": 0, "i3": 1, "i4": 1, "i5": 2}
    assert set(assemble(assessment, seed="a", exposure=exposure).items) == {"i2", "i3", "i4"}
    assert set(assemble(assessment, seed="a", exposure=exposure, seen=["i2"]).items) == {"i3", "i4", "i5"}


def test_a_seen_item_is_avoided_even_where_that_costs_an_exposed_group():
    items = [item("a", stimulus="s"), item("b", stimulus="s"), item("c"), item("d")]
    assessment = bank(items, Domain("D1", Text("a"), 2))
    assert set(assemble(assessment, seed="x", exposure={"a": 99, "b": 99}, seen=["c"]).items) == {"a", "b"}


def test_what_falls_short_is_told_cell_by_cell():
    domains = [Domain("D1", Text("a"), 3, 1, {Level.RECALL: 2}), Domain("D2", Text("b"), 2)]
    items = [item("a", level=Level.RECALL), item("b", level=Level.APPLY), item("c", "D2")]
    found = [
        (one.cell.domain, one.cell.status, one.cell.wanted, one.missing) for one in shortages(bank(items, *domains))
    ]
    assert found == [("D1", Status.SCORED, 2, 1), ("D1", Status.PILOT, 1, 1), ("D2", Status.SCORED, 2, 1)]


def test_enemies_that_leave_no_form_are_a_shortage():
    items = [item("a", enemies=("b", "c")), item("b", enemies=("c",)), item("c")]
    assert [one.missing for one in shortages(bank(items, Domain("D1", Text("a"), 2)))] == [1]


def test_retired_items_stand_on_no_form():
    items = [item("a"), item("b", status=Status.RETIRED), item("c")]
    assert set(assemble(bank(items, Domain("D1", Text("a"), 2)), seed="x").items) == {"a", "c"}


def test_a_fixed_form_keeps_its_order_and_leaves_out_what_is_retired_or_unknown():
    items = [item("a"), item("b", status=Status.RETIRED), item("c", status=Status.PILOT)]
    assessment = Assessment("X", items=tuple(items), fixed_forms=(FixedForm("A", ("c", "b", "gone", "a")),))
    form = fixed_form(assessment, "A", seed="x", seen=["a"])
    assert (form.items, form.pilot, form.fixed, form.seen_again, form.scored) == (
        ("c", "a"),
        {"c"},
        "A",
        ("a",),
        ("a",),
    )
    with pytest.raises(NotFound):
        fixed_form(assessment, "B", seed="x")


def test_fifty_items_of_a_thousand_are_what_the_blueprint_asks():
    items = [
        item(f"i{n:04}", f"D{n % 5}", Status.PILOT if n % 6 == 0 else Status.SCORED, list(Level)[n % 3])
        for n in range(1000)
    ]
    domains = [Domain(f"D{n}", Text("a"), 8, 2, {Level.RECALL: 2, Level.APPLY: 4, Level.ANALYZE: 2}) for n in range(5)]
    assessment = bank(items, *domains)
    made = assemble(assessment, seed="1")
    assert len(made.items) == len(set(made.items)) == 50
    by_cell = Counter((assessment.by_id[one].domain, assessment.by_id[one].level) for one in made.scored)
    assert by_cell == {(f"D{n}", level): count for n in range(5) for level, count in domains[0].levels.items()}


def with_forms(**forms):
    items = [
        item(name, "D1", Status.PILOT if name.startswith("p") else Status.SCORED) for name in ("a", "b", "c", "d", "p1")
    ]
    fixed = tuple(FixedForm(name, tuple(ids.split())) for name, ids in forms.items())
    return Assessment("WM.T.X", domains=(Domain("D1", Text("D1"), 2, 1),), items=tuple(items), fixed_forms=fixed)


def test_where_the_author_wrote_forms_each_attempt_gets_one_of_them_in_its_order():
    assessment = with_forms(A="b a p1", B="c d p1")
    made = form_for(assessment, seed="1")
    assert (made.fixed, made.items) in [("A", ("b", "a", "p1")), ("B", ("c", "d", "p1"))]
    assert made.pilot == {"p1"}
    assert made == form_for(assessment, seed="1")


def test_a_second_attempt_gets_the_form_with_fewer_seen_items():
    assessment = with_forms(A="a b p1", B="c d p1")
    for first in "AB":
        seen = assessment.fixed_form(first).items
        assert form_for(assessment, seed="any", seen=seen).fixed != first


def test_fixed_forms_are_given_out_evenly():
    assessment, exposure, given_out = with_forms(A="a b", B="c d"), Counter(), Counter()
    for number in range(20):
        made = form_for(assessment, seed=str(number), exposure=exposure)
        exposure.update(made.items)
        given_out[made.fixed] += 1
    assert given_out == {"A": 10, "B": 10}


def test_the_counts_of_a_form_are_those_of_the_authors_form_where_there_is_one():
    assert (with_forms().scored_count, with_forms().pilot_count) == (2, 1)
    three = with_forms(A="a b c p1")
    assert (three.scored_count, three.pilot_count) == (3, 1)
    assert three.form_counts == {"D1": (3, 1)}
