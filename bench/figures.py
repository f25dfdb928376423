"""What a benchmark yields, and how it is found."""

import importlib
import pkgutil
import statistics
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

import bench

_PER_SECOND = {"s": 1, "ms": 1_000, "µs": 1_000_000}


@dataclass(frozen=True, slots=True)
class Figure:
    """One measured quantity: what it is, its unit, and each repeat's value. The median is the figure."""

    name: str
    unit: str
    values: list[float]
    limit: float | None = None
    """What it may be at most (in the same unit), where the project has promised something."""

    @property
    def median(self) -> float:
        return statistics.median(self.values)

    @property
    def is_within_limit(self) -> bool:
        return self.limit is None or self.median <= self.limit


@dataclass(frozen=True, slots=True)
class Benchmark:
    """A function that yields figures, with its name and what it says of itself."""

    name: str
    about: str
    run: Callable[[], Iterator[Figure]] = field(repr=False)
    is_long: bool = False
    """Takes minutes, or a network: run only when asked for by name."""


_registry: dict[str, Benchmark] = {}


def benchmark(function: Callable[[], Iterator[Figure]]) -> Callable[[], Iterator[Figure]]:
    """Register the function as a benchmark under its own name."""
    return _register(function, is_long=False)


def long_benchmark(function: Callable[[], Iterator[Figure]]) -> Callable[[], Iterator[Figure]]:
    """Register a benchmark that is run only when somebody asks for it by name."""
    return _register(function, is_long=True)


def _register(function: Callable[[], Iterator[Figure]], *, is_long: bool) -> Callable[[], Iterator[Figure]]:
    name = function.__name__
    if name in _registry:
        raise ValueError(f"two benchmarks are named {name}")
    about = (function.__doc__ or "").strip().partition("\n")[0]
    _registry[name] = Benchmark(name, about, function, is_long)
    return function


def find_benchmarks() -> dict[str, Benchmark]:
    """Every benchmark of the modules bench/bench_*.py, by name."""
    for module in sorted(pkgutil.iter_modules(bench.__path__), key=lambda found: found.name):
        if module.name.startswith("bench_"):
            importlib.import_module(f"bench.{module.name}")
    return dict(_registry)


def repeat(action: Callable[[], object], times: int, unit: str = "ms", warm_up: int = 1) -> list[float]:
    """How long ``action`` took, each of ``times`` times, after ``warm_up`` runs that do not count."""
    for _ in range(warm_up):
        action()
    return [seconds(action) * _PER_SECOND[unit] for _ in range(times)]


def seconds(action: Callable[[], object]) -> float:
    """How long ``action`` took, once."""
    started = time.perf_counter()
    action()
    return time.perf_counter() - started
