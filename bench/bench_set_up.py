"""How long the set-up takes: the first time in a fresh copy of the project, when there is nothing left to do, and by either installer."""

import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

from bench.figures import Figure, benchmark, long_benchmark, repeat, seconds

ROOT = Path(__file__).resolve().parent.parent
LEFT_BEHIND = shutil.ignore_patterns(".venv*", "var", ".git", "*.egg-info", "__pycache__")


@benchmark
def set_up() -> Iterator[Figure]:
    """What `make run` and `make test` do before they start, with nothing cached."""
    with tempfile.TemporaryDirectory() as folder:
        copy = Path(folder) / "project"
        shutil.copytree(ROOT, copy, ignore=LEFT_BEHIND)
        yield Figure("make run, first set-up", "s", repeat(lambda: make(copy, "install-run"), 1, "s", warm_up=0))
        yield Figure(
            "make test, set-up on top of it", "s", repeat(lambda: make(copy, "install-dev"), 1, "s", warm_up=0)
        )
        yield Figure("make run, a second time", "ms", repeat(lambda: make(copy, "install-run"), 10), limit=300)
        yield Figure("make test, a second time", "ms", repeat(lambda: make(copy, "install-dev"), 10), limit=300)


@long_benchmark
def installers() -> Iterator[Figure]:
    """The whole of requirements/dev.txt into an empty environment, with nothing cached: by pip, and by uv fetched by pip."""
    with tempfile.TemporaryDirectory() as folder:
        pip = Installation(Path(folder) / "pip")
        yield Figure("pip", "s", [seconds(lambda: pip.by_pip("dev.txt"))])
        uv = Installation(Path(folder) / "uv")
        yield Figure(
            "uv, fetching it included", "s", [seconds(lambda: (uv.by_pip("bootstrap.txt"), uv.by_uv("dev.txt")))]
        )


class Installation:
    """An empty environment whose installers start with an empty cache."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.environment = {**os.environ, "PIP_CACHE_DIR": str(folder / "cache"), "UV_CACHE_DIR": str(folder / "cache")}
        self._run(sys.executable, "-m", "venv", str(folder))

    def by_pip(self, lock: str) -> None:
        self._run(str(self.folder / "bin" / "pip"), "install", "-qq", *self._arguments(lock))

    def by_uv(self, lock: str) -> None:
        python = str(self.folder / "bin" / "python")
        self._run(str(self.folder / "bin" / "uv"), "pip", "install", "-q", "--python", python, *self._arguments(lock))

    def _arguments(self, lock: str) -> list[str]:
        return ["--no-deps", "--require-hashes", "-r", str(ROOT / "requirements" / lock)]

    def _run(self, *command: str) -> None:
        subprocess.run(command, env=self.environment, check=True, capture_output=True)


def make(folder: Path, target: str) -> None:
    """Run a target as somebody would at their own prompt: without what the make around this benchmark has set."""
    ours = ("MAKE", "VENV", "PYTHON", "TMPDIR", "XDG_CACHE_HOME")
    environment = {name: value for name, value in os.environ.items() if not name.startswith(ours)}
    subprocess.run(["make", target], cwd=folder, env=environment, check=True, capture_output=True)
