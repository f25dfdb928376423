"""Runs the benchmarks, prints a table and writes var/bench/NAME.json. Exit 1 when a figure is over its limit."""

import argparse
import json
import os
import platform
import sys
from datetime import UTC, datetime
from pathlib import Path

from bench.figures import Benchmark, Figure, find_benchmarks

OUT = Path(__file__).resolve().parent.parent / "var" / "bench"


def main(arguments: list[str]) -> int:
    found = find_benchmarks()
    parser = argparse.ArgumentParser(
        prog="python -m bench", description="Measure, print a table, write var/bench/*.json."
    )
    parser.add_argument("names", nargs="*", metavar="NAME", help=f"which ones (all short ones): {', '.join(found)}")
    names = parser.parse_args(arguments).names
    if unknown := [name for name in names if name not in found]:
        parser.error(f"no benchmark is named {', '.join(unknown)}; there are {', '.join(found)}")
    machine = machine_facts()
    print(" · ".join(str(fact) for fact in machine.values()))
    chosen = names or [name for name, one in found.items() if not one.is_long]
    figures = [figure for name in chosen for figure in measure(found[name], machine)]
    if not names:
        print(f"\nLeft out, since they take minutes: {', '.join(set(found) - set(chosen))} (make bench ARGS=NAME)")
    return 0 if all(figure.is_within_limit for figure in figures) else 1


def measure(benchmark: Benchmark, machine: dict[str, object]) -> list[Figure]:
    """Run one benchmark, print its rows as they come and keep them as JSON."""
    print(f"\n{benchmark.name}: {benchmark.about}")
    figures = []
    for figure in benchmark.run():
        print(row(figure), flush=True)
        figures.append(figure)
    if not figures:
        raise ValueError(f"the benchmark {benchmark.name} measured nothing")
    OUT.mkdir(parents=True, exist_ok=True)
    (OUT / f"{benchmark.name}.json").write_text(as_json(benchmark, figures, machine), encoding="utf-8")
    return figures


def row(figure: Figure) -> str:
    """A line of the table: name, median, spread, limit."""
    spread = f"{min(figure.values):.4g} to {max(figure.values):.4g} in {len(figure.values)}"
    limit = "" if figure.limit is None else f"at most {figure.limit:g}{'' if figure.is_within_limit else ' — OVER'}"
    return f"  {figure.name:<44} {figure.median:>9.4g} {figure.unit:<8} {spread:<30} {limit}".rstrip()


def as_json(benchmark: Benchmark, figures: list[Figure], machine: dict[str, object]) -> str:
    return json.dumps(
        {
            "benchmark": benchmark.name,
            "about": benchmark.about,
            "measured": datetime.now(UTC).isoformat(timespec="seconds"),
            "machine": machine,
            "figures": [
                {"name": f.name, "unit": f.unit, "median": f.median, "values": f.values, "limit": f.limit}
                for f in figures
            ],
        },
        indent=2,
        ensure_ascii=False,
    )


def machine_facts() -> dict[str, object]:
    """What the figures depend on: the processor, how many cores we may use, the system and Python."""
    model = platform.processor() or platform.machine()
    cpuinfo = Path("/proc/cpuinfo")
    if cpuinfo.exists():
        named = [line for line in cpuinfo.read_text(encoding="utf-8").splitlines() if line.startswith("model name")]
        model = named[0].partition(":")[2].strip() if named else model
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count()
    return {
        "processor": model,
        "cores": f"{cores} cores",
        "system": platform.platform(terse=True),
        "python": f"Python {platform.python_version()}",
    }


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
