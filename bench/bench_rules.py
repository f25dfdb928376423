"""The rules and the course files, without a database: judging a long history, reading the course's checklist."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

from bench.figures import Figure, benchmark, repeat
from bench.lists import pd2_definition

TIMES = 20


@benchmark
def rules() -> Iterator[Figure]:
    """PD2-A: parsed, and judged after many demonstrations of every line, some failed, some stopped and taught again."""
    from westmec_xblocks.domain.checklist.judging import judge
    from westmec_xblocks.olx.checklist import parse_checklist, write_checklist

    definition = pd2_definition()
    checklist = parse_checklist(definition).checklist
    size = f"{len(list(checklist.skills))} lines, {len(definition.encode()) // 1000} KB"
    yield Figure(f"parse the list, {size}", "ms", repeat(lambda: parse_checklist(definition), TIMES))
    yield Figure("write it", "ms", repeat(lambda: write_checklist(checklist), TIMES))
    for shown in (3, 20, 200):
        history = _history(checklist, shown)
        yield Figure(
            f"judge {shown} demonstrations", "ms", repeat(lambda history=history: judge(checklist, history), TIMES)
        )


def _history(checklist, shown: int):
    from westmec_xblocks.domain.checklist.facts import Demonstration, History, Rating, Reteach, Stop

    began = datetime(2026, 1, 5, 10, tzinfo=UTC)
    skills, demonstrations, reteaches = list(checklist.skills), [], []
    for number in range(shown):
        at = began + timedelta(days=number)
        stop = Stop(skills[0].id, "seen") if number % 20 == 19 else None
        failed = skills[number % len(skills)].id if number % 5 == 4 else ""
        ratings = {skill.id: Rating(_value(checklist, skill, failed == skill.id)) for skill in skills}
        demonstrations.append(
            Demonstration(
                f"d{number}", number, at, at.date(), 7, {} if stop else ratings, stop=stop, rated_by=checklist
            )
        )
        if stop:
            reteaches.append(Reteach(f"d{number}", at + timedelta(hours=2), 7, "taught again"))
    return History(tuple(demonstrations), {}, {}, tuple(reteaches), needs_second=False)


def _value(checklist, skill, failed: bool) -> str:
    if skill.flag.value == "safety":
        return "not_met" if failed else "met"
    levels = checklist.scale.levels
    return levels[-3 if failed else -2].value
