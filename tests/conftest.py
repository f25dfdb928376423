"""What every test may use: a real browser, a place for screenshots, JavaScript tests, and word of what was left out.

Browser tests carry the mark ``browser`` and ask for ``page`` (or ``chromium``). Files named ``*.test.mjs`` run on Node's own test runner,
one pytest test a file. Where the browser or Node is missing, the tests that need it are left out and the last lines of the run say so;
in CI (``CI=true``) they fail instead.
"""

import os
import re
import shutil
import subprocess
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path

import hypothesis
import pytest
from hypothesis.configuration import set_hypothesis_home_dir

ROOT = Path(__file__).resolve().parent.parent
LEFT_OUT = "left out: "
CHROMIUM_NAMES = ("chromium", "chromium-browser", "google-chrome")
CHROMIUM_ARGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
OLDEST_NODE = 18
NODE_WITH_WEB_CRYPTO = 19

# A shared or slow machine is no reason to fail a property: examples have no deadline of their own.
set_hypothesis_home_dir(ROOT / "var" / "cache" / "hypothesis")
hypothesis.settings.register_profile("westmec", deadline=None)
hypothesis.settings.load_profile("westmec")


@cache
def find_chromium() -> str | None:
    """The browser's path: ``WESTMEC_CHROMIUM``, else what is on the PATH."""
    asked = os.environ.get("WESTMEC_CHROMIUM")
    return asked or next(filter(None, map(shutil.which, CHROMIUM_NAMES)), None)


@cache
def find_node() -> list[str] | None:
    """The command that starts Node with what browsers have, if it is new enough for the test runner that we use."""
    node = shutil.which("node")
    if node is None:
        return None
    version = subprocess.run([node, "--version"], capture_output=True, text=True, check=False).stdout
    major = version.removeprefix("v").split(".")[0]
    if not major.isdigit() or int(major) < OLDEST_NODE:
        return None
    return [node] if int(major) >= NODE_WITH_WEB_CRYPTO else [node, "--experimental-global-webcrypto"]


def leave_out(what: str) -> None:
    """Skip the test that runs now because the machine lacks ``what``; in CI, fail it."""
    if os.environ.get("CI", "").lower() in ("1", "true"):
        pytest.fail(f"CI must run this test, and this machine has no {what}", pytrace=False)
    pytest.skip(f"{LEFT_OUT}no {what} on this machine")


def pytest_report_header() -> str:
    database = os.environ.get("WESTMEC_DATABASE_URL", "sqlite").partition(":")[0]
    return f"database: {database}; chromium: {find_chromium()}; node: {' '.join(find_node() or ['none'])}"


def pytest_runtest_setup(item: pytest.Item) -> None:
    if item.get_closest_marker("browser") and not find_chromium():
        leave_out("Chromium")


def pytest_collect_file(file_path: Path, parent: pytest.Collector) -> "JavaScriptFile | None":
    if file_path.name.endswith(".test.mjs"):
        return JavaScriptFile.from_parent(parent, path=file_path)
    return None


class JavaScriptFile(pytest.File):
    """A file of tests for Node's test runner."""

    def collect(self) -> "Iterator[JavaScriptTest]":
        yield JavaScriptTest.from_parent(self, name="node")


class JavaScriptTest(pytest.Item):
    """All tests of one JavaScript file, run by ``node --test``."""

    def runtest(self) -> None:
        node = find_node()
        if node is None:
            leave_out(f"Node {OLDEST_NODE} or newer")
        command = [*node, "--test", "--test-reporter=tap", str(self.path)]
        run = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=120, check=False)
        if run.returncode:
            raise JavaScriptFailed(run.stdout + run.stderr)
        # Node counts a file without tests as one test, named after its path.
        if set(re.findall(r"^ *# Subtest: (.*)$", run.stdout, flags=re.MULTILINE)) <= {str(self.path)}:
            raise JavaScriptFailed(f"{self.path.name} holds no test\n{run.stdout}")

    def repr_failure(self, excinfo: pytest.ExceptionInfo[BaseException], style: str | None = None) -> str:
        if isinstance(excinfo.value, JavaScriptFailed):
            return str(excinfo.value)
        return str(super().repr_failure(excinfo, style))

    def reportinfo(self) -> tuple[Path, int | None, str]:
        return self.path, None, self.path.name


class JavaScriptFailed(Exception):
    """What Node printed about tests that did not pass."""


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    left_out: dict[str, set[str]] = {}
    for report in terminalreporter.stats.get("skipped", []):
        reason = report.longrepr[2] if isinstance(report.longrepr, tuple) else ""
        if LEFT_OUT in reason:
            left_out.setdefault(reason.partition(LEFT_OUT)[2], set()).add(report.nodeid.partition("::")[0])
    for reason, files in sorted(left_out.items()):
        terminalreporter.write_line(f"Left out ({reason}): {', '.join(sorted(files))}", yellow=True)


@pytest.fixture(scope="session")
def chromium(tmp_path_factory: pytest.TempPathFactory) -> Iterator:
    """One headless Chromium for the whole run, with a home of its own."""
    from playwright.sync_api import sync_playwright

    # Playwright keeps an event loop in this thread, and Django refuses its database there without this word.
    os.environ.setdefault("DJANGO_ALLOW_ASYNC_UNSAFE", "true")
    home = str(tmp_path_factory.mktemp("home"))
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=find_chromium(), args=CHROMIUM_ARGS, env={**os.environ, "HOME": home}
        )
        yield browser
        browser.close()


@pytest.fixture
def page(chromium) -> Iterator:
    """A fresh page without cookies. The test fails if a script on it throws."""
    context = chromium.new_context(viewport={"width": 1280, "height": 800})
    context.set_default_timeout(10_000)
    errors: list[str] = []
    context.on("weberror", lambda event: errors.append(str(event.error)))
    yield context.new_page()
    context.close()
    assert not errors, "a script on the page threw: " + "; ".join(errors)


@pytest.fixture(scope="session")
def screenshot() -> Callable:
    """``screenshot(page, "name")`` keeps a picture of the whole page in var/screenshots."""
    folder = ROOT / "var" / "screenshots"

    def take(page, name: str) -> Path:
        folder.mkdir(parents=True, exist_ok=True)
        path = folder / f"{name}.png"
        page.screenshot(path=path, full_page=True)
        return path

    return take
