"""What `make run` and `make test` say on a machine that lacks something, and what a run of the tests says that it left out."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
SHELL_TOOLS = ("sh", "cat", "cksum", "cut", "date", "dirname", "ls", "mkdir", "rm")


def install(tmp_path: Path, **environment: str) -> subprocess.CompletedProcess[str]:
    """Run the set-up for an environment in ``tmp_path``, with these variables and no others but PATH."""
    variables = {"PATH": os.environ["PATH"], "VENV": str(tmp_path / "venv"), **environment}
    command = ["/bin/sh", str(ROOT / "requirements" / "install.sh"), "run"]
    return subprocess.run(command, env=variables, capture_output=True, text=True, check=False)


def program(path: Path, text: str) -> str:
    path.write_text(f"#!/bin/sh\n{text}\n", encoding="utf-8")
    path.chmod(0o755)
    return str(path)


class TestSetUp:
    def test_another_version_of_python_is_refused(self, tmp_path: Path) -> None:
        run = install(tmp_path, PYTHON=program(tmp_path / "python3.9", "exit 1"))
        assert run.returncode == 2
        assert run.stderr == f"PYTHON={tmp_path}/python3.9 is not a Python 3.11 or 3.12 that runs here.\n"
        assert not (tmp_path / "venv").exists()

    def test_a_machine_without_python_is_told_what_to_do(self, tmp_path: Path) -> None:
        tools = tmp_path / "bin"
        tools.mkdir()
        for name in SHELL_TOOLS:
            (tools / name).symlink_to(shutil.which(name) or "")
        run = install(tmp_path, PATH=str(tools))
        assert run.returncode == 2
        assert "This needs Python 3.11 or 3.12, and none was found." in run.stderr
        assert "make run PYTHON=" in run.stderr

    def test_a_python_that_cannot_make_environments_is_named(self, tmp_path: Path) -> None:
        python = program(
            tmp_path / "python3", f'case "$*" in *ensurepip*) exit 1;; *) exec {sys.executable} "$@";; esac'
        )
        run = install(tmp_path, PYTHON=python)
        assert run.returncode == 2
        assert run.stderr.endswith(
            "cannot make a virtual environment. On Debian or Ubuntu: apt-get install python3-venv\n"
        )
        assert not (tmp_path / "venv").exists()

    def test_a_second_call_needs_nothing_but_the_stamp(self, tmp_path: Path) -> None:
        (tmp_path / "venv").mkdir()
        contents = [f"requirements/{name}" for name in ("bootstrap.txt", "run.txt", "install.sh", "build.cfg")]
        joined = b"".join((ROOT / name).read_bytes() for name in [*contents, "setup.py", "pyproject.toml"])
        stamp = subprocess.run(["cksum"], input=joined, capture_output=True, check=True).stdout.split()[0].decode()
        (tmp_path / "venv" / f".installed-run-{stamp}").touch()
        run = install(tmp_path)
        assert (run.returncode, run.stdout, run.stderr) == (0, "", "")


class TestLeftOut:
    """The tests of a small project with our conftest, on a machine without Chromium and Node."""

    @pytest.fixture
    def project(self, tmp_path: Path) -> Path:
        tests = tmp_path / "tests"
        tests.mkdir()
        shutil.copy(ROOT / "tests" / "conftest.py", tests)
        (tmp_path / "pytest.ini").write_text("[pytest]\nmarkers =\n    browser: drives Chromium\n", encoding="utf-8")
        (tests / "test_plain.py").write_text("def test_plain():\n    assert True\n", encoding="utf-8")
        (tests / "test_page.py").write_text(
            "import pytest\n\n@pytest.mark.browser\ndef test_page(page):\n    assert page\n", encoding="utf-8"
        )
        (tests / "add.test.mjs").write_text(
            'import test from "node:test";\nimport assert from "node:assert";\ntest("adds", () => assert.equal(1 + 1, 2));\n',
            encoding="utf-8",
        )
        return tmp_path

    def run(self, project: Path, **environment: str) -> str:
        kept = {name: value for name, value in os.environ.items() if name not in ("CI", "WESTMEC_CHROMIUM")}
        command = [sys.executable, "-m", "pytest", "-p", "no:django", "-p", "no:cacheprovider", "tests"]
        run = subprocess.run(command, cwd=project, env=kept | environment, capture_output=True, text=True, check=False)
        return run.stdout

    def test_the_end_of_the_run_names_what_was_left_out(self, project: Path) -> None:
        out = self.run(project, PATH=str(project))
        assert "Left out (no Chromium on this machine): tests/test_page.py" in out
        assert "Left out (no Node 18 or newer on this machine): tests/add.test.mjs" in out
        assert "1 passed, 2 skipped" in out

    def test_in_ci_they_fail_instead(self, project: Path) -> None:
        out = self.run(project, PATH=str(project), CI="true")
        assert "CI must run this test, and this machine has no Chromium" in out
        assert "CI must run this test, and this machine has no Node" in out
        assert "1 failed, 1 passed, 1 error" in out

    @pytest.mark.skipif(shutil.which("node") is None, reason="left out: no Node on this machine")
    @pytest.mark.parametrize(
        ("text", "said"),
        [
            ('import test from "node:test";\ntest("adds", () => { throw new Error("not the sum"); });', "not the sum"),
            ("export const nothing = 1;", "holds no test"),
        ],
    )
    def test_a_javascript_test_that_fails_or_asserts_nothing_fails(self, project: Path, text: str, said: str) -> None:
        (project / "tests" / "add.test.mjs").write_text(text, encoding="utf-8")
        out = self.run(project)
        assert said in out
        assert "FAILED tests/add.test.mjs" in out


def test_the_checks_before_a_commit_use_the_tools_of_the_project() -> None:
    from pre_commit.clientlib import load_config

    config = load_config(str(ROOT / ".pre-commit-config.yaml"))
    hooks = [hook for repository in config["repos"] for hook in repository["hooks"]]
    assert {hook["id"] for hook in hooks} == {"ruff-format", "ruff", "mypy", "lint-imports"}
    assert all(repository["repo"] == "local" for repository in config["repos"])
    assert all(hook["entry"].startswith(".venv/bin/") for hook in hooks)
