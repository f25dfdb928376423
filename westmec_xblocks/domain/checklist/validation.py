"""What is wrong, or doubtful, with a checklist as an author wrote it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from westmec_xblocks.domain.checklist.definition import EVIDENCE_KINDS, Checklist, Flag, Skill
from westmec_xblocks.domain.checklist.scale import Scale
from westmec_xblocks.domain.problems import Problem
from westmec_xblocks.domain.refusals import Refusal

SCALE_CODES = frozenset(
    (
        "scale_too_short",
        "scale_out_of_order",
        "scale_without_passing",
        "level_repeated",
        "level_unknown",
        "floor_above_passing",
    )
)


def validate(checklist: Checklist) -> list[Problem]:
    """Every finding about the list, errors first, in the order of the lines."""
    found = [*_check_list(checklist), *_check_scale(checklist.scale), *_check_ids(checklist)]
    ids = {skill.id for skill in checklist.skills}
    for skill in checklist.skills:
        found.extend(_check_skill(checklist, skill))
        found.extend(_check_requires(checklist, skill.requires, ids, skill.id))
    found.extend(_check_requires(checklist, checklist.requires, set()))
    found.extend(_check_cycles(checklist))
    return sorted(found, key=lambda problem: problem.severity != "error")


def _error(code: str, sentence: str, skill: str = "", **values: str) -> Problem:
    return Problem("error", Refusal(code, sentence, values, skill))


def _warning(code: str, sentence: str, skill: str = "", **values: str) -> Problem:
    return Problem("warning", Refusal(code, sentence, values, skill))


def _check_list(checklist: Checklist) -> Iterator[Problem]:
    if not checklist.code:
        yield _error("code_missing", "The list needs a code, such as WM.PD2.A.")
    if not any(True for _ in checklist.skills):
        yield _error("no_skills", "The list has no skill yet.")
    for section in checklist.sections:
        if not section.title:
            yield _warning("section_untitled", "A section has no title.")
        if not section.skills:
            yield _warning("section_empty", "The section “{title}” has no skill.", title=section.title.default)
    if (
        checklist.days
        and checklist.days > checklist.demonstrations
        and not any(s.demonstrations for s in checklist.skills)
    ):
        yield _error("more_days_than_demonstrations", "The list asks for more days than demonstrations.")
    if checklist.variants > checklist.demonstrations and not any(s.demonstrations for s in checklist.skills):
        yield _error("more_variants_than_demonstrations", "The list asks for more variants than demonstrations.")
    if checklist.code and checklist.code in checklist.requires:
        yield _error("requires_itself", "The list requires itself.")
    yield from _check_mean(checklist)


def _check_mean(checklist: Checklist) -> Iterator[Problem]:
    numbers = [level.number for level in checklist.scale.levels if level.number is not None and level.observed]
    if checklist.mean is None:
        return
    if not numbers:
        yield _error("mean_without_numbers", "A mean is asked for, but the scale's levels are words.")
    elif not min(numbers) <= checklist.mean <= max(numbers):
        values = {"mean": str(checklist.mean), "low": str(min(numbers)), "high": str(max(numbers))}
        yield Problem("error", Refusal("mean_off_scale", "A mean of {mean} is not between {low} and {high}.", values))


def _check_scale(scale: Scale) -> Iterator[Problem]:
    observed = [level for level in scale.levels if level.observed]
    if len(observed) < 2:
        yield _error("scale_too_short", "A scale needs at least two levels at which a performance was seen.")
    for value, times in Counter(level.value for level in scale.levels).items():
        if times > 1:
            yield _error(
                "level_repeated", "The scale has the level {value} {times} times.", value=value, times=str(times)
            )
    numbers = [level.number for level in observed if level.number is not None]
    if numbers != sorted(set(numbers), reverse=scale.descending):
        yield _error(
            "scale_out_of_order", "The scale's numbers do not rise from worst to best (or fall, where 1 is best)."
        )
    if not scale.passing:
        yield _error("scale_without_passing", "The scale does not say which level passes.")
        return
    values = [level.value for level in observed]
    for name, value in (("passing", scale.passing), ("floor", scale.floor)):
        if value not in values:
            sentence = "The scale names {value} as its {name} level, which is no level at which a performance was seen."
            yield _error("level_unknown", sentence, value=value, name=name)
    if scale.passing in values and scale.floor in values and values.index(scale.floor) > values.index(scale.passing):
        sentence = "The scale's floor, {floor}, is better than its passing level, {passing}."
        yield _error("floor_above_passing", sentence, floor=scale.floor, passing=scale.passing)


def _check_requires(checklist: Checklist, names: tuple[str, ...], ids: set[str], line: str = "") -> Iterator[Problem]:
    """Names that can mean no line of this list and are no code of anything else either."""
    for name in names:
        own = checklist.code and name.startswith(f"{checklist.code}.")
        if name in ids or ("." in name and not own) or (own and name.removeprefix(f"{checklist.code}.") in ids):
            continue
        if line:
            sentence = "Line {line} requires “{name}”: the list has no such line, and it is no code such as WM.AR5.A."
            yield _error("requires_unknown", sentence, line, line=line, name=name)
        else:
            yield _error(
                "requires_unknown", "The list requires “{name}”, which is no code of another list or skill.", name=name
            )


def _check_ids(checklist: Checklist) -> Iterator[Problem]:
    for skill_id, times in Counter(skill.id for skill in checklist.skills).items():
        if not skill_id:
            yield _error("skill_without_id", "A skill has no id: records need one that stays the same.")
        elif times > 1:
            yield _error(
                "duplicate_id", "The id “{id}” is used {times} times.", skill_id, id=skill_id, times=str(times)
            )
    first: dict[str, str] = {}
    for skill in checklist.skills:
        other = first.setdefault(skill.id.casefold(), skill.id)
        if other != skill.id:
            sentence = "The ids “{id}” and “{other}” differ only in capital letters."
            yield _error("ids_alike", sentence, skill.id, id=skill.id, other=other)


def _check_skill(checklist: Checklist, skill: Skill) -> Iterator[Problem]:
    line = {"line": skill.id}
    rule = checklist.rule_for(skill)
    if not skill.task.default.strip():
        yield _error("task_missing", "Line {line} says nothing.", skill.id, **line)
    if not skill.criterion and skill.measure is None:
        yield _warning(
            "criterion_missing",
            "Line {line} has no criterion: two evaluators may rate it differently.",
            skill.id,
            **line,
        )
    if skill.not_applicable and skill.flag is not Flag.ORDINARY:
        yield _error(
            "na_on_flagged_line", "Line {line} is {flag}: it can never be N/A.", skill.id, flag=skill.flag.value, **line
        )
    if rule.days > rule.demonstrations:
        yield _error(
            "more_days_than_demonstrations", "Line {line} asks for more days than demonstrations.", skill.id, **line
        )
    if rule.variants > rule.demonstrations:
        yield _error(
            "more_variants_than_demonstrations",
            "Line {line} asks for more variants than demonstrations.",
            skill.id,
            **line,
        )
    if skill.id in skill.requires or checklist.code_of(skill.id) in skill.requires:
        yield _error("requires_itself", "Line {line} requires itself.", skill.id, **line)
    for kind in skill.evidence:
        if kind not in EVIDENCE_KINDS:
            yield _error(
                "unknown_evidence", "Line {line}: “{kind}” is no kind of evidence.", skill.id, kind=kind, **line
            )
    yield from _check_measure(skill)
    yield from _check_translations(skill)


def _check_measure(skill: Skill) -> Iterator[Problem]:
    measure = skill.measure
    line = {"line": skill.id}
    if measure is None:
        if "measured" in skill.evidence:
            yield _warning(
                "measure_missing", "Line {line} is measured, but says neither unit nor limits.", skill.id, **line
            )
        return
    if not measure.unit:
        yield _error("unit_missing", "Line {line} measures without a unit.", skill.id, **line)
    if measure.at_least is None and measure.at_most is None:
        yield _warning("limits_missing", "Line {line} measures without a limit.", skill.id, **line)
    if measure.at_least is not None and measure.at_most is not None and measure.at_least > measure.at_most:
        yield _error("limits_crossed", "Line {line}: at_least is above at_most.", skill.id, **line)


def _check_translations(skill: Skill) -> Iterator[Problem]:
    """Texts that stand in a language in one place of the line and are missing in another."""
    texts = {
        "task": skill.task,
        "criterion": skill.criterion,
        **{f"stop {n}": stop for n, stop in enumerate(skill.stops, 1)},
    }
    written = {name: text for name, text in texts.items() if text}
    for language in sorted({tag for text in written.values() for tag in text.others}):
        missing = [name for name, text in written.items() if not text.others.get(language)]
        if missing:
            values = {"line": skill.id, "language": language, "parts": ", ".join(missing)}
            yield Problem(
                "warning",
                Refusal("translation_missing", "Line {line}: not in “{language}” yet: {parts}.", values, skill.id),
            )


def _check_cycles(checklist: Checklist) -> Iterator[Problem]:
    """Lines that require one another in a circle, so that none of them could ever come first."""
    required = {skill.id: checklist.requires_here(skill) for skill in checklist.skills}
    open_lines = dict(required)
    while True:
        free = [line for line, others in open_lines.items() if not any(other in open_lines for other in others)]
        if not free:
            break
        for line in free:
            del open_lines[line]
    if open_lines and not all(line in required[line] for line in open_lines):
        yield _error(
            "circle", "These lines require one another in a circle: {lines}.", lines=", ".join(sorted(open_lines))
        )
