"""How soon a course directory is open: our own, and the two public ones where they lie beside the project."""

from collections.abc import Iterator

from bench.figures import Figure, benchmark, repeat
from bench.host import COURSE, ROOT, open_host

TIMES = 5
PUBLIC = ROOT.parent / "shared" / "courses"


@benchmark
def courses() -> Iterator[Figure]:
    """Reading a course's structure from its files, as at the first look after a start."""
    open_host()
    from westmec_xblocks.preview.courses import Library

    for directory in (COURSE, PUBLIC / "demo-course", PUBLIC / "test-course"):
        if not directory.is_dir():
            print(f"  {directory.name}: not beside the project, left out")
            continue

        def read(directory=directory):
            found, unreadable = Library([directory]).courses()
            assert not unreadable
            return found[0]

        name = f"open {directory.name}, {len(read().units())} units"
        yield Figure(name, "ms", repeat(read, TIMES))
