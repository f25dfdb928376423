"""How fast the light host starts and answers."""

import http.cookiejar
import os
import re
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path

from bench.figures import Figure, benchmark

COURSE = Path(__file__).resolve().parent.parent / "course_content" / "pd2_safe_labs"
KEY = "course-v1:WestMEC+PD2+2026"
STARTS = 3
READS = 100


@benchmark
def preview() -> Iterator[Figure]:
    """The host with our course, as a real process: outline, first unit, and a unit's own time."""
    with tempfile.TemporaryDirectory() as state:
        first = _start(state)
        rounds = [_start(state) for _ in range(STARTS)]
    yield Figure("first start to the outline, database made", "s", [first[0]])
    yield Figure("second start to the outline", "s", [r[0] for r in rounds], limit=2.0)
    yield Figure("then to the first unit", "s", [r[1] for r in rounds], limit=0.3)
    yield Figure("a unit's blocks, over HTTP", "ms", [value for r in rounds for value in r[2]], limit=30.0)


def _start(state: str) -> tuple[float, float, list[float]]:
    """Seconds to the outline, seconds from there to the first unit's blocks, and milliseconds of later units in turn."""
    environment = {k: v for k, v in os.environ.items() if not k.startswith(("WESTMEC_", "DJANGO_"))}
    environment.pop("PYTHONDONTWRITEBYTECODE", None)
    environment.setdefault("PYTHONPYCACHEPREFIX", str(COURSE.parent.parent / "var" / "pycache"))
    command = [sys.executable, "-m", "westmec_xblocks.cli", "preview", str(COURSE), "--port", "0", "--state", state]
    begun = time.perf_counter()
    with subprocess.Popen(
        command, env=environment, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
    ) as process:
        try:
            base = next(found[1] for line in process.stdout or () if (found := re.search(r"(http://[^/]+)/", line)))
            get = _sign_in(base)
            outline = get(f"/courses/{KEY}/")
            shown = time.perf_counter()
            units = re.findall(r'class="units">.*?</ul>', outline, re.DOTALL)
            paths = re.findall(r'href="([^"]+/unit/[^"]+)"', "".join(units))
            frame = _frame_of(get(paths[0]))
            get(frame)
            read = time.perf_counter()
            frames = [_frame_of(get(path)) for path in paths]
            for path in frames:
                get(path)
            return shown - begun, read - shown, [_timed(get, frames[i % len(frames)]) for i in range(READS)]
        finally:
            process.terminate()


def _sign_in(base: str):
    opener = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(http.cookiejar.CookieJar()))

    def get(path: str, data: bytes | None = None) -> str:
        with opener.open(base + path, data) as answer:
            return answer.read().decode()

    token = re.search(r'csrfmiddlewaretoken" value="(\w+)"', get("/sign-in/"))
    get("/sign-in/", f"csrfmiddlewaretoken={token[1] if token else ''}&username=alice".encode())
    return get


def _frame_of(page: str) -> str:
    return next(iter(re.findall(r'src="(/courses/[^"]+/frame/[^"]+)"', page)))


def _timed(get, path: str) -> float:
    begun = time.perf_counter()
    get(path)
    return (time.perf_counter() - begun) * 1000
