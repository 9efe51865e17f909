"""The two commands on a fresh machine: what they do, and what they say when they cannot go on."""

from __future__ import annotations

import contextlib
import hashlib
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import sysconfig
import urllib.request
import zipfile
from collections.abc import Iterator
from importlib.metadata import distribution
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
SCRIPTS = ROOT / "scripts"
COMMANDS = {"environment": "import environment; environment.ensure()", "serve": "import serve; serve.main()"}
# What an editable installation needs, and nothing else.
SMALL = ["editables", "hatchling", "packaging", "pathspec", "pluggy", "trove-classifiers", "uv"]

Said = subprocess.CompletedProcess[str]


@pytest.mark.parametrize("script", COMMANDS)
def test_old_python_is_told_so(script: str) -> None:
    """Someone whose python3 is too old learns which Python to name."""
    said = python(f"sys.version_info = (3, 8, 18); {COMMANDS[script]}")

    assert said.returncode == 1
    assert said.stderr.startswith("Unstuck needs Python 3.11 or newer; ")
    assert " is 3.8.18.\n" in said.stderr
    assert "make serve PYTHON=python3.12" in said.stderr


@pytest.mark.parametrize("module", ["venv", "ensurepip"])
def test_missing_venv_is_named(module: str, tmp_path: Path) -> None:
    """Debian's bare python3 is told which package it lacks."""
    shutil.copytree(SCRIPTS, tmp_path / "scripts")
    (tmp_path / "requirements.lock").touch()

    said = python(f"sys.modules[{module!r}] = None; {COMMANDS['environment']}", scripts=tmp_path / "scripts")

    assert said.returncode == 1
    assert "apt install python3-venv" in said.stderr


def test_taken_port_is_named() -> None:
    """Someone whose port is taken learns how to choose another."""
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]
        said = python(f"sys.argv += ['--port', '{port}']; {COMMANDS['serve']}")

    assert said.returncode == 1
    assert said.stderr.startswith(
        f"Port {port} cannot be used: Address already in use.\nChoose another: make serve PORT="
    )


@pytest.mark.parametrize("port", [0, 65536])
def test_impossible_port_is_refused(port: int) -> None:
    """A number that is no port is called that, before anything is installed."""
    said = python(f"sys.argv += ['--port', '{port}']; {COMMANDS['serve']}")

    assert said.returncode == 2
    assert said.stderr.endswith(f"a port is a number from 1 to 65535, not {port}\n")


def test_interrupted_run_says_what_follows(interrupted: Said) -> None:
    """Ctrl-C ends it in a sentence."""
    assert interrupted.returncode == 1
    assert interrupted.stdout.endswith("Interrupted. The next run starts afresh.\n")
    assert "Traceback" not in interrupted.stdout


@pytest.mark.parametrize("installer", [["pip"], ["uv", "pip"]], ids=" ".join)
def test_missing_network_is_named(installer: list[str], cut_off: dict[str, str], tmp_path: Path) -> None:
    """When pip or uv reach nobody, what they say is followed by what it means."""
    command = [sys.executable, "-m", *installer, "install", "--target", str(tmp_path), "--no-deps", "iniconfig==2.3.0"]

    said = python(f"import environment; environment.run('Asking.', *{command!r})", cut_off)

    assert said.returncode == 1
    assert said.stderr.startswith("The packages could not be downloaded: is the network there?\n")


def test_next_run_repairs(made: Said, small_clone: Path) -> None:
    """After an interruption the same command makes what the lock names."""
    installed = freeze(small_clone)

    assert made.returncode == 0
    assert made.stdout.startswith("Making .venv with Python ")
    assert made.stdout.endswith(".venv is ready.\n")
    assert f"-e file://{small_clone}" in installed
    assert {f"{name}=={distribution(name).version}" for name in SMALL} <= set(installed)


def test_second_run_installs_nothing(made: Said, small_clone: Path, cut_off: dict[str, str]) -> None:
    """While the lock is unchanged nothing is touched, and no network is needed."""
    before = touched(small_clone)

    said = environment(small_clone, cut_off)

    assert (said.returncode, said.stdout) == (0, ".venv is up to date with requirements.lock.\n")
    assert touched(small_clone) == before


def test_changed_lock_is_followed(made: Said, small_clone: Path) -> None:
    """When the lock gains a package, the environment gains it, and is not made anew."""
    with (small_clone / "requirements.lock").open("a") as lock:
        lock.write(repack("iniconfig", small_clone))

    said = environment(small_clone, from_wheels(small_clone))

    assert "Making .venv" not in said.stdout
    assert f"iniconfig=={distribution('iniconfig').version}" in freeze(small_clone)


def test_foreign_file_is_refused(made: Said, small_clone: Path) -> None:
    """A file that is not the locked one is not installed, the network is not blamed, and a new start is due."""
    lock, stamp = small_clone / "requirements.lock", small_clone / ".venv" / "made-from"
    good = {path: path.read_text() for path in (lock, stamp)}
    lock.write_text(good[lock] + re.sub("sha256:.{8}", "sha256:00000000", repack("click", small_clone)))

    said = environment(small_clone, from_wheels(small_clone))
    trusted = stamp.exists()
    for path, text in good.items():
        path.write_text(text)

    assert (said.returncode, trusted) == (1, False)
    assert "Hash mismatch" in said.stdout
    assert said.stderr.startswith("That failed with exit code ")
    assert "click" not in "".join(freeze(small_clone))


def test_serve_shows_a_change_at_once(made: Said, small_clone: Path) -> None:
    """`make serve` says where the site is, and a program that is edited is built again."""
    program = small_clone / "snippets" / "program.py"
    with serving(small_clone) as address:
        first = fetch(address)
        epoch, request = re.findall(r"livereload\((\d+), (\d+)\)", first)[0]
        program.write_text("answer = 2\n")
        fetch(f"{address}livereload/{epoch}/{request}")
        second = fetch(address)

    assert ("answer = 1" in first, "answer = 2" in second) == (True, True)


@pytest.fixture(scope="module")
def small_clone(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A clone with a site of one page and a lock of seven packages."""
    clone = tmp_path_factory.mktemp("clone")
    shutil.copytree(SCRIPTS, clone / "scripts", ignore=shutil.ignore_patterns("__pycache__"))
    for name in ["LICENSE", "Makefile", "README.md", "pyproject.toml"]:
        shutil.copy(ROOT / name, clone)
    files = {
        "requirements.lock": "".join(repack(name, clone) for name in SMALL),
        "unstuck/__init__.py": "",
        "snippets/program.py": "answer = 1\n",
        "docs/index.md": '--8<-- "snippets/program.py"\n',
        "mkdocs.yml": "site_name: Small\nmarkdown_extensions: [pymdownx.snippets]\n",
    }
    for name, text in files.items():
        (clone / name).parent.mkdir(exist_ok=True)
        (clone / name).write_text(text)
    return clone


@pytest.fixture(scope="module")
def interrupted(small_clone: Path) -> Said:
    """The first run, stopped by Ctrl-C while it makes the virtual environment."""
    command = [sys.executable, str(small_clone / "scripts" / "environment.py")]
    begun = small_clone / ".venv" / "pyvenv.cfg"
    with popen(command, from_wheels(small_clone)) as process:
        while not begun.exists():
            assert process.poll() is None
        os.killpg(process.pid, signal.SIGINT)
        output, _ = process.communicate()
    return subprocess.CompletedProcess(command, process.returncode, output)


@pytest.fixture(scope="module")
def made(interrupted: Said, small_clone: Path) -> Said:
    """The second run."""
    return environment(small_clone, from_wheels(small_clone))


@pytest.fixture(scope="module")
def cut_off() -> Iterator[dict[str, str]]:
    """The variables with which pip and uv reach nobody: a port that is held and does not listen."""
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))
        proxy = f"http://127.0.0.1:{closed.getsockname()[1]}"
        yield {
            "HTTPS_PROXY": proxy,
            "https_proxy": proxy,
            "PIP_CONFIG_FILE": os.devnull,
            "PIP_RETRIES": "0",
            "UV_HTTP_RETRIES": "0",
        }


def from_wheels(clone: Path) -> dict[str, str]:
    """Return the variables with which pip and uv take packages from a folder alone."""
    return {
        "PIP_CONFIG_FILE": os.devnull,
        "PIP_FIND_LINKS": str(clone / "wheels"),
        "PIP_NO_INDEX": "1",
        "UV_CACHE_DIR": str(clone / "cache"),
        "UV_FIND_LINKS": str(clone / "wheels"),
        "UV_OFFLINE": "1",
    }


def repack(name: str, clone: Path) -> str:
    """Make a wheel of an installed package again; return its entry for the lock."""
    package = distribution(name)
    made_at_installation = {"INSTALLER", "RECORD", "REQUESTED", *package.entry_points.names}
    stem = f"{name.replace('-', '_')}-{package.version}"
    wheel = clone / "wheels" / f"{stem}-py3-none-any.whl"
    wheel.parent.mkdir(exist_ok=True)
    record = ""
    with zipfile.ZipFile(wheel, "w") as archive:
        for file in package.files or ():
            if file.name not in made_at_installation and file.suffix != ".pyc":
                inside = f"{stem}.data/scripts/{file.name}" if ".." in file.parts else file.as_posix()
                archive.write(file.locate(), inside)
                record += f"{inside},,\n"
        archive.writestr(f"{stem}.dist-info/RECORD", record)
    return f"{name}=={package.version} --hash=sha256:{hashlib.sha256(wheel.read_bytes()).hexdigest()}\n"


def environ(more: dict[str, str] | None = None) -> dict[str, str]:
    """Return the environment of a shell in which no make and no package manager is at work."""
    ours = ("MAKE", "MFLAGS", "PIP_", "UV_")
    plain = {name: value for name, value in os.environ.items() if not name.startswith(ours)}
    return {**plain, **(more or {})}


def run(command: list[str], variables: dict[str, str] | None = None, at: Path = ROOT) -> Said:
    """Run a command to its end, as someone does in a shell."""
    return subprocess.run(
        command, cwd=at, env=environ(variables), capture_output=True, text=True, check=False, timeout=120
    )


def popen(command: list[str], variables: dict[str, str] | None = None, at: Path = ROOT) -> subprocess.Popen[str]:
    """Start a command as the leader of a group that listens to Ctrl-C, as a shell does.

    The group that these tests run in may ignore it, as a job in the background does.
    """
    listen = "import os, signal, sys; signal.signal(2, signal.SIG_DFL); os.execvp(sys.argv[1], sys.argv[1:])"
    return subprocess.Popen(
        [sys.executable, "-c", listen, *command],
        cwd=at,
        env=environ(variables),
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        start_new_session=True,
    )


def environment(clone: Path, variables: dict[str, str]) -> Said:
    """Run the script that makes the environment."""
    return run([sys.executable, str(clone / "scripts" / "environment.py")], variables)


def python(code: str, variables: dict[str, str] | None = None, scripts: Path = SCRIPTS) -> Said:
    """Run a line of Python that can import the scripts."""
    return run([sys.executable, "-c", f"import sys; sys.path.insert(0, {str(scripts)!r}); {code}"], variables)


def freeze(clone: Path) -> list[str]:
    """Ask the environment of a clone what it holds."""
    executable = str(clone / ".venv" / "bin" / "python")
    return run([executable, "-m", "uv", "pip", "freeze", "--python", executable]).stdout.splitlines()


def touched(clone: Path) -> dict[Path, int]:
    """Return when each file of the environment was last written."""
    return {path: path.lstat().st_mtime_ns for path in (clone / ".venv").rglob("*") if path.suffix != ".pyc"}


@contextlib.contextmanager
def serving(clone: Path) -> Iterator[str]:
    """Run `make serve` until it says where the site is; stop it at the end."""
    [site_packages] = (clone / ".venv").glob("lib/*/site-packages")
    # The small lock has no MkDocs: lend the one that these tests run with.
    (site_packages / "lent.pth").write_text(sysconfig.get_path("purelib"))
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port = probe.getsockname()[1]
    command = ["make", "serve", f"PYTHON={sys.executable}", f"PORT={port}"]
    with popen(command, at=clone) as process:
        assert process.stdout
        said = ""
        while not (found := re.search(r"Serving on (\S+)", said)):
            line = process.stdout.readline()
            assert line, said
            said += line
        try:
            yield found[1]
        finally:
            os.killpg(process.pid, signal.SIGINT)


def fetch(address: str) -> str:
    """Return what a browser would get."""
    with urllib.request.urlopen(address, timeout=60) as answer:
        body: bytes = answer.read()
    return body.decode()
