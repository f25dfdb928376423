"""The package as it is installed: its metadata, what the wheel holds, what the locks pin, and the layers."""

import os
import re
import shutil
import subprocess
import sys
import zipfile
from importlib.metadata import EntryPoint, distribution
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).resolve().parent.parent
PACKAGE = ROOT / "westmec_xblocks"
REQUIREMENTS = ROOT / "requirements"
PYTHONS = ("3.11", "3.12")
OURS = distribution("westmec-xblocks")
DIRECT = [Requirement(line) for line in OURS.requires or []]


def entry_points(group: str) -> list[EntryPoint]:
    return [point for point in OURS.entry_points if point.group == group]


def requirements_of(*extras: str) -> list[Requirement]:
    """The direct requirements that installing with these extras brings."""
    wanted = ("", *extras)
    return [
        requirement
        for requirement in DIRECT
        if requirement.marker is None or any(requirement.marker.evaluate({"extra": extra}) for extra in wanted)
    ]


def pins(lock: str, python: str) -> dict[str, str]:
    """Which version of each package the lock names for this Python on Linux."""
    environment = {
        "python_version": python,
        "python_full_version": f"{python}.9",
        "sys_platform": "linux",
        "os_name": "posix",
        "platform_system": "Linux",
        "implementation_name": "cpython",
        "platform_python_implementation": "CPython",
    }
    found = {}
    for line in (REQUIREMENTS / lock).read_text(encoding="utf-8").splitlines():
        if not line or line.startswith((" ", "#")):
            continue
        requirement = Requirement(line.removesuffix("\\").strip())
        if requirement.marker is None or requirement.marker.evaluate(environment):
            [specifier] = requirement.specifier
            found[canonicalize_name(requirement.name)] = specifier.version
    return found


@pytest.mark.parametrize("point", OURS.entry_points, ids=lambda point: f"{point.group}:{point.name}")
def test_every_entry_point_loads(point: EntryPoint) -> None:
    assert callable(point.load())


def test_block_types_are_lower_case_and_carry_our_prefix() -> None:
    names = [point.name for point in entry_points("xblock.v1")]
    assert names
    assert all(re.fullmatch(r"westmec_[a-z_]+", name) for name in names)


@pytest.mark.parametrize("group", ["lms.djangoapp", "cms.djangoapp"])
def test_both_django_apps_are_plugins_of_the_platform(group: str) -> None:
    apps = {point.name: point.load() for point in entry_points(group)}
    assert {name: app.label for name, app in apps.items()} == {
        "westmec_records": "westmec_records",
        "westmec_blocks": "westmec_blocks",
    }
    # The platform skips an app whose config does not define it.
    assert all(isinstance(vars(app).get("plugin_app"), dict) for app in apps.values())


def test_the_command_is_installed() -> None:
    run = subprocess.run(
        [sys.executable, "-m", "westmec_xblocks.cli", "--help"], capture_output=True, text=True, check=False
    )
    assert run.returncode == 0
    assert "preview" in run.stdout
    assert [point.name for point in entry_points("console_scripts")] == ["westmec"]


def test_the_extras_are_there_and_dev_holds_preview() -> None:
    assert set(OURS.metadata.get_all("Provides-Extra")) == {"preview", "tools", "dev"}
    preview = {requirement.name for requirement in requirements_of("preview")}
    assert preview <= {requirement.name for requirement in requirements_of("dev")}


def test_licences_of_code_and_courses_are_there() -> None:
    assert OURS.metadata["License-Expression"] == "Apache-2.0"
    assert "Apache License" in (ROOT / "LICENSE").read_text(encoding="utf-8")
    assert "Attribution 4.0 International" in (ROOT / "course_content" / "LICENSE").read_text(encoding="utf-8")


@pytest.mark.parametrize("python", PYTHONS)
@pytest.mark.parametrize(("lock", "extra"), [("run.txt", "preview"), ("dev.txt", "dev")])
def test_the_locks_pin_what_setup_asks_for(lock: str, extra: str, python: str) -> None:
    locked = pins(lock, python)
    for requirement in requirements_of(extra):
        version = locked.get(canonicalize_name(requirement.name))
        assert version, f"{requirement.name} is not in {lock}: run `make lock`"
        assert requirement.specifier.contains(version), f"{lock} pins {requirement.name} {version}: run `make lock`"


@pytest.mark.parametrize("python", PYTHONS)
def test_both_locks_can_live_in_one_environment(python: str) -> None:
    run, dev = pins("run.txt", python), pins("dev.txt", python)
    assert run.items() <= dev.items()


@pytest.mark.parametrize("lock", ["bootstrap.txt", "run.txt", "dev.txt"])
def test_a_lock_has_hashes_and_no_address(lock: str) -> None:
    text = (REQUIREMENTS / lock).read_text(encoding="utf-8")
    assert "://" not in text
    pinned = re.split(r"^(?=\S)", text, flags=re.MULTILINE)[1:]
    assert pinned
    assert all("--hash=sha256:" in entry for entry in pinned)


def test_every_direct_dependency_says_why_it_is_there() -> None:
    text = (ROOT / "docs" / "dependencies.md").read_text(encoding="utf-8")
    explained = set(re.findall(r"^\| ([\w.-]+) \| \S", text, flags=re.MULTILINE)) - {"Package"}
    assert explained == {requirement.name for requirement in DIRECT}


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> zipfile.ZipFile:
    """The wheel, built from a copy of what goes into it."""
    source = tmp_path_factory.mktemp("source")
    for name in ("setup.py", "pyproject.toml", "MANIFEST.in", "README.md", "LICENSE", "NOTICE"):
        shutil.copy(ROOT / name, source)
    shutil.copytree(PACKAGE, source / PACKAGE.name, ignore=shutil.ignore_patterns("__pycache__"))
    command = [sys.executable, "-m", "build", "--no-isolation", "--wheel", "--outdir", str(source / "dist")]
    run = subprocess.run(command, cwd=source, capture_output=True, text=True, check=False)
    assert run.returncode == 0, run.stdout + run.stderr
    [path] = (source / "dist").iterdir()
    return zipfile.ZipFile(path)


def test_the_wheel_holds_every_file_of_the_package_and_nothing_else(wheel: zipfile.ZipFile) -> None:
    files = {
        path.relative_to(ROOT).as_posix()
        for path in PACKAGE.rglob("*")
        if path.is_file() and "__pycache__" not in path.parts and path.suffix != ".pyc"
    }
    assert PACKAGE.joinpath("py.typed").relative_to(ROOT).as_posix() in files
    held = {name for name in wheel.namelist() if ".dist-info/" not in name}
    assert held == files


def test_the_wheel_carries_the_licence(wheel: zipfile.ZipFile) -> None:
    licences = {Path(name).name for name in wheel.namelist() if ".dist-info/licenses/" in name}
    assert licences == {"LICENSE", "NOTICE"}


class TestLayers:
    """import-linter sees the layers, and says so when one is broken."""

    @pytest.fixture
    def copy(self, tmp_path: Path) -> Path:
        shutil.copytree(
            PACKAGE, tmp_path / PACKAGE.name, ignore=shutil.ignore_patterns("__pycache__", "static", "templates")
        )
        shutil.copy(ROOT / "pyproject.toml", tmp_path)
        return tmp_path

    def lint(self, folder: Path) -> subprocess.CompletedProcess[str]:
        command = [str(Path(sys.executable).with_name("lint-imports")), "--no-cache"]
        environment = {**os.environ, "PYTHONPATH": str(folder), "COLUMNS": "200"}
        return subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True, check=False)

    def test_the_layers_hold(self, copy: Path) -> None:
        run = self.lint(copy)
        assert run.returncode == 0, run.stdout
        assert "0 broken" in run.stdout

    def test_a_new_folder_must_declare_its_layer(self, copy: Path) -> None:
        (copy / PACKAGE.name / "extra").mkdir()
        (copy / PACKAGE.name / "extra" / "__init__.py").touch()
        run = self.lint(copy)
        assert run.returncode == 1
        assert "westmec_xblocks.extra" in run.stdout

    @pytest.mark.parametrize(
        ("module", "line"),
        [
            ("domain", "import django"),
            ("olx", "import xblock"),
            ("domain", "import westmec_xblocks.records"),
            ("records", "import westmec_xblocks.blocks"),
            ("olx", "import westmec_xblocks.edxapp"),
            ("blocks", "import westmec_xblocks.records.models"),
            ("preview", "import common.djangoapps.student"),
        ],
    )
    def test_an_import_that_points_outward_is_refused(self, copy: Path, module: str, line: str) -> None:
        (copy / PACKAGE.name / module / "wrong.py").write_text(f"{line}\n", encoding="utf-8")
        run = self.lint(copy)
        assert run.returncode == 1
        assert f"westmec_xblocks.{module}.wrong" in run.stdout
