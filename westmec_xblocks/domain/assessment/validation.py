"""What is wrong, or doubtful, with an assessment as its author wrote it.

An error keeps it from being used: a form could not be put together, or would hold what nobody can answer or score. A warning asks
the author to look. Rules about one item are in ``item_rules``, those about the whole bank in ``bank_rules``.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from fractions import Fraction

from westmec_xblocks.domain.assessment import bank_rules, item_rules
from westmec_xblocks.domain.assessment.cells import Cell, cells_of
from westmec_xblocks.domain.assessment.definition import Assessment, Domain, FixedForm, Level, Minimum, Status
from westmec_xblocks.domain.assessment.forms import shortages
from westmec_xblocks.domain.assessment.item_rules import View
from westmec_xblocks.domain.problems import Problem, doubtful, wrong


def validate(assessment: Assessment, views: Sequence[View]) -> list[Problem]:
    """Every finding about the assessment, errors first. ``views`` are those of its items, in order."""
    found = [
        *_check_settings(assessment),
        *_check_domains(assessment),
        *_check_minimums(assessment),
        *_check_ids(assessment),
        *_check_forms(assessment),
        *_check_stimuli(assessment),
        *item_rules.check_shared(assessment),
        *item_rules.check(assessment, views),
        *bank_rules.check(assessment, views),
    ]
    # Where the author has put forms together, none is drawn.
    if not assessment.fixed_forms and not any(problem.is_error for problem in found):
        found.extend(_check_shortages(assessment))
    return sorted(found, key=lambda problem: not problem.is_error)


def percent(share: Fraction) -> str:
    """A share for a sentence: ``42 %``."""
    return f"{round(share * 100)} %"


def cell_name(cell: Cell) -> str:
    """A cell's items by the words that stand in the OLX: ``pilot``, ``scored``, ``recall``."""
    if cell.status is Status.PILOT:
        return Status.PILOT.value
    return " / ".join(level.value for level in Level if level in cell.levels) or Status.SCORED.value


def _check_settings(assessment: Assessment) -> Iterator[Problem]:
    if not assessment.code:
        yield wrong("code_missing", "The assessment needs a code, such as WM.AR2.X.")
    if not 0 < assessment.cut <= 1:
        yield wrong(
            "cut_impossible", "A cut of {cut} can never decide: write a share up to 100%.", cut=percent(assessment.cut)
        )
    if not assessment.items:
        yield wrong("bank_empty", "The bank has no item yet.")
    if not assessment.scored_count and not assessment.fixed_forms:
        yield wrong("blueprint_empty", "Neither a blueprint nor a fixed form says what is asked.")
    if assessment.feedback.keys:
        sentence = "keys=“shown” tells learners the right answers: not while a form serves a credential."
        yield doubtful("keys_shown", sentence)
    if assessment.lock and not assessment.minimums:
        yield doubtful("lock_without_minimum", "lock=“minimum” waits for a minimum, and there is none.")


def _check_domains(assessment: Assessment) -> Iterator[Problem]:
    yield from _repeated(
        (domain.id for domain in assessment.domains),
        "domain",
        wrong("domain_without_id", "A <domain> has no id."),
    )
    for domain in assessment.domains:
        name = {"domain": domain.id}
        if not domain.title:
            yield doubtful("domain_untitled", "Domain {domain} has no title: learners see it in their result.", **name)
        if not domain.items:
            yield doubtful("domain_empty", "Domain {domain} asks for no scored item.", **name)
        yield from _check_levels(domain)
    if len(assessment.domains) and assessment.scored_count + assessment.pilot_count > 0:
        yield from bank_rules.check_blueprint(assessment)


def _check_levels(domain: Domain) -> Iterator[Problem]:
    total = sum(domain.levels.values())
    if total > domain.items or (len(domain.levels) == len(Level) and total != domain.items):
        sentence = "Domain {domain}: the levels add up to {total}, the items to {items}."
        yield wrong("levels_do_not_sum", sentence, domain=domain.id, total=str(total), items=str(domain.items))


def _check_minimums(assessment: Assessment) -> Iterator[Problem]:
    known = {domain.id for domain in assessment.domains}
    for minimum in assessment.minimums:
        yield from _check_minimum(minimum, known)


def _check_minimum(minimum: Minimum, known: set[str]) -> Iterator[Problem]:
    named = " ".join(minimum.domains)
    if not minimum.domains:
        yield wrong("minimum_without_domains", "A <minimum> names no domain.", domains=named)
    for domain in minimum.domains:
        if domain not in known:
            sentence = "A minimum names the domain “{name}”, which the blueprint does not have."
            yield wrong("minimum_unknown_domain", sentence, name=domain, domains=named)
    if not 0 < minimum.at_least <= 1:
        sentence = "A minimum of {share} can never decide: write a share up to 100%."
        yield wrong("minimum_impossible", sentence, share=percent(minimum.at_least), domains=named)


def _check_ids(assessment: Assessment) -> Iterator[Problem]:
    for item_id, times in Counter(item.id for item in assessment.items).items():
        if not item_id:
            yield wrong("item_without_id", "An item has no id: answers on record need one that stays the same.")
        elif times > 1:
            yield wrong(
                "duplicate_item", "The id “{id}” is used by {times} items.", item_id, id=item_id, times=str(times)
            )
    first: dict[str, str] = {}
    for item in assessment.items:
        other = first.setdefault(item.id.casefold(), item.id)
        if other != item.id:
            sentence = "The ids “{id}” and “{other}” differ only in capital letters."
            yield wrong("ids_alike", sentence, item.id, id=item.id, other=other)


def _check_stimuli(assessment: Assessment) -> Iterator[Problem]:
    used = {item.stimulus for item in assessment.used_items}
    for name, text in assessment.stimuli.items():
        if not text.default:
            yield wrong("stimulus_empty", "The stimulus “{stimulus}” says nothing.", stimulus=name)
        if name not in used:
            yield doubtful("stimulus_unused", "No item shares the stimulus “{stimulus}”.", stimulus=name)


# Forms.


def _check_forms(assessment: Assessment) -> Iterator[Problem]:
    yield from _repeated(
        (form.id for form in assessment.fixed_forms), "form", wrong("form_without_id", "A <form> has no id.")
    )
    cells = cells_of(assessment)
    pairs = list(assessment.enemy_pairs())
    for form in assessment.fixed_forms:
        yield from _check_form(assessment, form, cells)
        for pair in pairs:
            if pair <= set(form.items):
                first, second = sorted(pair)
                sentence = "Form {form} holds the items “{one}” and “{other}”, which must not meet."
                yield doubtful("form_enemies", sentence, form=form.id, one=first, other=second)


def _check_form(assessment: Assessment, form: FixedForm, cells: Sequence[Cell]) -> Iterator[Problem]:
    name = {"form": form.id}
    unknown = [item for item in form.items if item not in assessment.by_id]
    if unknown:
        yield wrong(
            "form_unknown_items",
            "Form {form} names items that do not exist: {items}.",
            items=", ".join(unknown),
            **name,
        )
    if not form.items:
        yield wrong("form_empty", "Form {form} names no item.", **name)
    known = [assessment.by_id[item] for item in form.items if item in assessment.by_id]
    retired = [item.id for item in known if not item.is_used]
    if retired:
        sentence = "Form {form} leaves out items that are retired: {items}."
        yield doubtful("form_retired_items", sentence, items=", ".join(retired), **name)
    used = [item for item in known if item.is_used]
    if not unknown and cells:
        yield from _compare(form, cells, [next((c for c in cells if c.takes(item)), None) for item in used])


def _compare(form: FixedForm, cells: Sequence[Cell], places: Sequence[Cell | None]) -> Iterator[Problem]:
    """Where a fixed form is not what the blueprint asks for."""
    counts = Counter(place for place in places if place is not None)
    for cell in cells:
        if counts[cell] != cell.wanted:
            sentence = "Form {form} has {count} items of domain {name} ({what}); the blueprint asks for {wanted}."
            values = {
                "count": str(counts[cell]),
                "name": cell.domain,
                "what": cell_name(cell),
                "wanted": str(cell.wanted),
            }
            yield doubtful("form_not_blueprint", sentence, form=form.id, **values)
    outside = sum(place is None for place in places)
    if outside:
        sentence = "Form {form} has {count} items for which the blueprint has no place."
        yield doubtful("form_outside_blueprint", sentence, form=form.id, count=str(outside))


def _check_shortages(assessment: Assessment) -> Iterator[Problem]:
    """Every cell of the blueprint that the bank cannot fill."""
    for short in shortages(assessment):
        values = {
            "domain": short.cell.domain,
            "what": cell_name(short.cell),
            "missing": str(short.missing),
            "wanted": str(short.cell.wanted),
        }
        sentence = (
            "Domain {domain} ({what}): of {wanted} items that a form needs, {missing} are missing in the bank. "
            "Items that share a stimulus come together; enemies never do."
        )
        yield wrong("bank_short", sentence, **values)


def _repeated(ids: Iterable[str], tag: str, nameless: Problem) -> Iterator[Problem]:
    for one, count in Counter(ids).items():
        if not one:
            yield nameless
        elif count > 1:
            yield wrong(
                "id_repeated",
                "<{tag}> has the id “{id}” {count} times.",
                tag=tag,
                id=one,
                count=str(count),
                **{tag: one},
            )


__all__ = ["View", "cell_name", "percent", "validate"]
