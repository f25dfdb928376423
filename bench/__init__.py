"""The benchmarks: every figure that the documentation states is printed by one of these.

``make bench`` runs them all, ``make bench ARGS=set_up`` one. A benchmark is a function in a module ``bench/bench_*.py``, marked with
``@benchmark``, that yields figures::

    @benchmark
    def outline() -> Iterator[Figure]:
        "How soon a course's outline is there."
        yield Figure("first page", "ms", repeat(lambda: open_page("/"), 20))

``@long_benchmark`` is for one that takes minutes: it runs only when its name is given.
"""
