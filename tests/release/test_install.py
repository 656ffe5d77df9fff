"""The installer: nothing is installed from a folder that is not, byte for byte and file for file, what was made."""

from __future__ import annotations

import ast
import hashlib
import json
import os
import re
import resource
import shutil
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest

from bundle.folder import SUMS, sums
from splitkit.cli.ui.talk import spelt_rows
from splitkit.quorum.mnemonic import public_words
from tests.support.processes import HANGS
from tests.support.smallbundle import HERE, ROOT, install, small_bundle, tiny_wheel

INSTALLER = ROOT / "bundle" / "install.py"


@pytest.fixture(scope="module")
def pristine(tmp_path_factory):
    return small_bundle(tmp_path_factory.mktemp("pristine"))


@pytest.fixture
def stick(pristine, tmp_path):
    """A copy to do harm to."""
    return Path(shutil.copytree(pristine, tmp_path / "stick"))


@pytest.fixture
def target(tmp_path):
    return tmp_path / "laptop"


@dataclass(frozen=True)
class Installed:
    """A bundle that was installed.  Change nothing of it."""

    stick: Path
    target: Path
    done: subprocess.CompletedProcess[str]
    before: dict[Path, int]
    """When each file of the stick had been written."""


def installed_from(stick: Path, target: Path, **how) -> Installed:
    before = {path: path.stat().st_mtime_ns for path in stick.rglob("*")}
    done = install(stick, target, **how)
    assert done.returncode == 0, done.stderr
    return Installed(stick, target, done, before)


@pytest.fixture(scope="module")
def installed(pristine, tmp_path_factory):
    """By somebody whose files all may write."""
    return installed_from(pristine, tmp_path_factory.mktemp("once") / "laptop", umask=0)


@pytest.fixture(scope="module")
def installed_at_worst(pristine, tmp_path_factory):
    """From a stick that cannot be written to, into a folder with an odd name, in surroundings full of traps, all of it private."""
    folder = tmp_path_factory.mktemp("worst")
    stick, evil = Path(shutil.copytree(pristine, folder / "stick")), folder / "evil"
    (evil / ".config" / "pip").mkdir(parents=True)
    (evil / ".config" / "pip" / "pip.conf").write_text(
        "[global]\nno-such-option = 1\nindex-url = http://127.0.0.1:1/\n"
    )
    for name in ("hashlib.py", "venv.py", "sitecustomize.py"):
        (evil / name).write_text("raise SystemExit('this ran')")
    surroundings = {
        "HOME": str(evil),
        "PYTHONPATH": str(evil),
        "PIP_INDEX_URL": "http://127.0.0.1:1/",
        "PIP_TARGET": str(evil),
    }
    folders = [stick, *(path for path in stick.rglob("*") if path.is_dir())]
    for path in stick.rglob("*"):
        path.chmod(0o555 if path.is_dir() else 0o444)
    stick.chmod(0o555)
    try:
        return installed_from(
            stick, folder / "my l\u00e4ptop's folder", env={"PATH": os.defpath, **surroundings}, cwd=evil, umask=0o077
        )
    finally:
        for path in folders:
            path.chmod(0o755)


def files_of(folder: Path) -> dict[str, bytes]:
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def change_a_byte(path: Path) -> None:
    data = bytearray(path.read_bytes())
    data[len(data) // 2] ^= 1
    path.write_bytes(data)


def refused(done, code: int, *, says: str, target: Path | None = None) -> None:
    assert done.returncode == code, done.stderr
    error, hint = done.stderr.splitlines()[-2:]
    assert error.startswith("error: ")
    assert says in error
    assert hint.startswith("hint: ")
    assert "Traceback" not in done.stderr
    assert done.stdout == ""
    assert target is None or not os.path.lexists(target)


def test_it_installs_and_says_how_to_go_on(installed):
    stick, target, said = installed.stick, installed.target, installed.done.stdout
    assert said == f"{target}/bin/splitkit demo\n"
    spoken = subprocess.run(said.split(), capture_output=True, text=True, check=True)
    assert spoken.stdout == "the small splitkit speaks\n"
    kept = files_of(target / "from-bundle")
    assert kept == {name: data for name, data in files_of(stick).items() if not name.endswith(".whl") and name != SUMS}
    assert not list(target.rglob("pip"))


def test_it_tells_the_hash_of_the_list_in_hex_and_in_words(installed):
    digest = hashlib.sha256((installed.stick / SUMS).read_bytes())
    said = installed.done.stderr
    assert f"   {digest.hexdigest()}\n" + "\n".join(spelt_rows(public_words(digest.digest()), "B")) in said
    assert "commit " + "ab" * 20 in said


def test_nobody_else_may_write_to_what_was_installed(installed, installed_at_worst):
    """Whatever the umask was."""
    for target in (installed.target, installed_at_worst.target):
        bits = {path.lstat().st_mode & 0o777 for path in (target, *target.rglob("*")) if not path.is_symlink()}
        assert not any(mode & 0o022 for mode in bits), sorted(map(oct, bits))


def test_the_list_is_one_for_the_tool_of_the_laptop(stick):
    check = ["sha256sum", "--check", "--strict", "--quiet", SUMS]
    assert subprocess.run(check, cwd=stick, capture_output=True, check=True).stdout == b""
    change_a_byte(stick / "words.txt")
    assert subprocess.run(check, cwd=stick, capture_output=True, check=False).returncode == 1


def altered_run(stick: Path, target: Path, harm: str, then: str = "sys.exit(main())", **how):
    """Run the installer with *harm* done at a moment that no timing could hit."""
    code = f"""
import io, json, os, signal, sys
from pathlib import Path
path = {str(stick / "install.py")!r}
inside = {{"__name__": "installer", "__file__": path}}
exec(compile(open(path).read(), path, "exec"), inside)
main, verify = inside["main"], inside["verify"]
{harm}
sys.argv = [path, {str(target)!r}]
{then}
"""
    return subprocess.run([sys.executable, "-I", "-c", code], capture_output=True, text=True, check=False, **how)


def each_refused(stick: Path, target: Path, names: list[str], harm: str, says: Callable[[str], str]) -> None:
    """Run the installer, in one process, once for each file with *harm* done to it: `harmed` makes of its bytes others or None.

    Expect each time that it is refused, and in the end that the stick is as it was.
    """
    before = files_of(stick)
    then = """
real, told = sys.stderr, []
for name in json.load(sys.stdin):
    file, sys.stderr = Path(path).parent / name, io.StringIO()
    whole, other = file.read_bytes(), harmed(name, file.read_bytes())
    file.unlink() if other is None else file.write_bytes(other)
    told.append([main(), sys.stderr.getvalue()])
    file.write_bytes(whole)
sys.stderr = real
sys.stderr.write(json.dumps(told))
"""
    done = altered_run(stick, target, harm, then, input=json.dumps(names))
    told = json.loads(done.stderr)
    assert len(told) == len(names)
    for name, (code, stderr) in zip(names, told, strict=True):
        one = subprocess.CompletedProcess(done.args, code, done.stdout, stderr)
        refused(one, 3, says=says(name), target=target)
    assert files_of(stick) == before


def test_one_changed_byte_in_any_file_is_refused(stick, target):
    names = sorted(files_of(stick))
    assert {"install.py", SUMS, "sbom.cdx.json", "documents/README.md", "recover.py", "words.txt"} < set(names)
    assert sum(name.endswith(".whl") for name in names) == 2
    harm = """
def harmed(name, data):
    at = data.index(b"Install") if name == "install.py" else len(data) // 2
    return data[:at] + bytes([data[at] ^ 1]) + data[at + 1:]
"""
    each_refused(stick, target, names, harm, lambda name: "" if name == SUMS else f"'{name}' was altered")
    change_a_byte(stick / "words.txt")
    refused(install(stick, target), 3, says="'words.txt' was altered", target=target)


@pytest.mark.parametrize("name", ["wheels/splitkit-0.1.0-py3-none-any.whl", "bundle.json", "documents/LICENSE"])
@pytest.mark.parametrize("change", [lambda data: data[:-1], lambda data: data + b"\n", lambda data: b""])
def test_a_file_that_is_longer_shorter_or_empty_is_refused(stick, target, name, change):
    (stick / name).write_bytes(change((stick / name).read_bytes()))
    refused(install(stick, target), 3, says=f"'{name}' was altered", target=target)


def test_any_missing_file_is_refused(stick, target):
    names = sorted(set(files_of(stick)) - {"install.py"})
    each_refused(stick, target, names, "harmed = lambda name, data: None", str)


def test_an_extra_wheel_is_refused(stick, target):
    tiny_wheel(stick / "wheels", "splitkit", "9.9")
    refused(install(stick, target), 3, says="'wheels/splitkit-9.9-py3-none-any.whl' is in the folder", target=target)


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("a name with spaces", "'a name with spaces'"),
        ("two\nlines\x1b[2J", r"'two\nlines\x1b[2J'"),
        ("documents/.hidden", "'documents/.hidden'"),
        ("wheels/\udcff.whl", r"'wheels/\udcff.whl'"),
        ("hashlib.py", "'hashlib.py'"),
        ("SHA256SUMS.asc", "'SHA256SUMS.asc'"),
    ],
)
def test_an_extra_file_is_refused_and_its_name_shown_harmlessly(stick, target, name, shown):
    (stick / name).write_text("raise SystemExit('this ran')")
    done = install(stick, target)
    refused(done, 3, says=f"{shown} is in the folder", target=target)
    assert "this ran" not in done.stderr
    assert "\x1b" not in done.stderr


def test_extra_folders_are_refused(stick, target):
    (stick / "empty").mkdir()
    refused(install(stick, target), 3, says="'empty/' is in the folder", target=target)
    (stick / "empty" / Path(*["deep"] * 500)).mkdir(parents=True)
    refused(install(stick, target), 3, says="many more files and folders", target=target)


@pytest.mark.parametrize("name", ["documents/README.md", "install.py", SUMS, "wheels", "words.txt"])
def test_a_link_is_refused_even_to_the_right_bytes(stick, target, name):
    (stick / name).rename(stick.parent / "aside")
    (stick / name).symlink_to(stick.parent / "aside")
    refused(install(stick, target), 3, says=f"'{name}' is a link", target=target)


def test_a_dangling_link_and_a_pipe_are_refused(stick, target):
    (stick / "documents" / "dangling").symlink_to("nowhere")
    refused(install(stick, target), 3, says="'documents/dangling' is a link", target=target)
    (stick / "documents" / "dangling").unlink()
    os.mkfifo(stick / "documents" / "pipe")
    refused(install(stick, target, timeout=HANGS), 3, says="'documents/pipe' is a link or a device", target=target)


@pytest.mark.parametrize(
    "change",
    [
        lambda listed: "",
        lambda listed: "\n",
        lambda listed: listed[:-1],
        lambda listed: listed.replace("\n", "\r\n"),
        lambda listed: listed + listed.splitlines()[-1] + "\n",
        lambda listed: "\n".join(reversed(listed.splitlines())) + "\n",
        lambda listed: listed + "0" * 64 + "  ../outside\n",
        lambda listed: listed + "0" * 64 + "  /etc/passwd\n",
        lambda listed: listed + "0" * 64 + "  words.txt/../words.txt\n",
        lambda listed: "0" * 64 + "  SHA256SUMS\n" + listed,
        lambda listed: listed.upper(),
        lambda listed: listed.replace("  ", " *"),
        lambda listed: listed + "\0\n",
        lambda listed: listed + "\u00e9\n",
        lambda listed: listed * 500,
    ],
)
def test_a_list_that_is_none_is_refused(stick, target, change):
    (stick / SUMS).write_text(change((stick / SUMS).read_text()))
    refused(install(stick, target), 3, says=f"{SUMS} was altered", target=target)


def test_whoever_changes_the_list_too_cannot_change_the_paper(stick, target):
    """What the installer cannot see: the hash that it tells is another, and people compare it."""
    genuine = hashlib.sha256((stick / SUMS).read_bytes()).hexdigest()
    change_a_byte(stick / "documents" / "README.md")
    files = {name: data for name, data in files_of(stick).items() if name != SUMS}
    (stick / SUMS).write_bytes(sums(files))
    done = altered_run(stick, target, "inside['install'] = lambda *_: None")
    assert done.returncode == 0
    assert hashlib.sha256((stick / SUMS).read_bytes()).hexdigest() in done.stderr
    assert genuine not in done.stderr


def test_installing_twice_is_refused_and_leaves_the_first_alone(installed):
    target = installed.target
    before = files_of(target)
    refused(install(installed.stick, target), 2, says=f"splitkit is already in {target}")
    assert files_of(target) == before


@pytest.mark.parametrize("kind", ["file", "folder", "full folder", "link"])
def test_a_target_that_exists_is_refused_and_left_alone(stick, target, kind):
    if kind == "file":
        target.write_text("mine")
    elif kind == "link":
        target.symlink_to("nowhere")
    else:
        target.mkdir()
        if kind == "full folder":
            (target / "mine").write_text("mine")
    refused(install(stick, target), 2, says=f"{target} already exists")
    assert os.path.lexists(target)
    assert kind != "full folder" or (target / "mine").read_text() == "mine"


def test_other_targets_are_refused(stick, target):
    refused(install(stick, stick / "laptop"), 2, says="inside the bundle", target=stick / "laptop")
    refused(install(stick, "two\nlines", cwd=target.parent), 2, says="cannot be printed")
    refused(install(stick, "/proc/self/status/laptop"), 7, says="failed")
    for arguments in ([], ["-x"], ["--help"], [target, target]):
        refused(install(stick, *arguments), 2, says="name one folder", target=target)


def test_a_target_with_spaces_and_accents_works(installed_at_worst):
    spoken = subprocess.run(installed_at_worst.done.stdout, shell=True, capture_output=True, text=True, check=True)
    assert spoken.stdout == "the small splitkit speaks\n"


def test_nothing_is_written_to_the_stick(installed, installed_at_worst):
    for one in (installed, installed_at_worst):
        assert {path: path.stat().st_mtime_ns for path in one.stick.rglob("*")} == one.before


def test_settings_and_modules_of_the_surroundings_change_nothing(installed, installed_at_worst):
    said = installed_at_worst.done.stderr
    assert said == installed.done.stderr.replace(str(installed.target), str(installed_at_worst.target))


def test_it_runs_only_isolated(stick, target):
    (stick / "hashlib.py").write_text("raise SystemExit('this ran')")
    command = [sys.executable, str(stick / "install.py"), str(target)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    refused(done, 2, says="isolated", target=target)
    assert "this ran" not in done.stderr


def old_pythons() -> list[str]:
    places = [*Path.home().glob(".pyenv/versions/3.*/bin"), Path("/usr/bin")]
    return [str(place / f"python3.{n}") for place in places for n in range(6, 11) if (place / f"python3.{n}").exists()]


def test_an_older_python_is_told_so(stick, target):
    """With every older interpreter that is around; and with this one, which is made to believe that it is older."""
    for python in old_pythons():
        refused(install(stick, target, python=python), 2, says="splitkit needs 3.11 or newer", target=target)
    lie = f"import sys; sys.version_info = (3, 10, 13); exec(open({str(stick / 'install.py')!r}).read())"
    done = subprocess.run([sys.executable, "-I", "-c", lie], capture_output=True, text=True, check=False)
    refused(done, 2, says="this is Python 3.10, and splitkit needs 3.11 or newer")


def test_an_older_python_understands_the_text_up_to_its_refusal():
    ast.parse(INSTALLER.read_text(), feature_version=(3, 7))


def test_a_python_that_the_bundle_is_not_for_is_told_so(tmp_path, target):
    stick = small_bundle(tmp_path / "other", ("3.8", "3.99"))
    refused(install(stick, target), 2, says=f"cpython {HERE}, and the bundle is for cpython 3.8 3.99", target=target)


@pytest.mark.parametrize(
    "name", ["wheels/splitkit-0.1.0-py3-none-any.whl", "words.txt", "bundle.json", f"requirements-{HERE}.txt"]
)
def test_a_stick_that_answers_otherwise_the_second_time_is_refused(stick, target, name):
    harm = f"""
def lied(folder):
    verified = verify(folder)
    with open(folder / {name!r}, "ab") as file:
        file.write(b"more")
    return verified
inside["verify"] = lied
"""
    refused(altered_run(stick, target, harm), 3, says=f"'{name}' was altered between two readings", target=target)


@pytest.mark.parametrize("stopped", ["SIGTERM", "SIGINT"])
def test_stopped_it_leaves_nothing(stick, target, stopped):
    harm = f"inside['run_pip'] = lambda *_: os.kill(os.getpid(), signal.{stopped})"
    done = altered_run(stick, target, harm)
    assert (done.returncode, done.stdout) == (130, "")
    assert done.stderr.endswith("error: stopped; nothing was installed\n")
    assert not target.exists()


def test_a_full_disk_leaves_nothing(stick, target):
    done = install(stick, target, preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (100_000, 100_000)))
    refused(done, 7, says="failed: File too large", target=target)


def test_pip_that_fails_leaves_nothing(stick, target):
    """A requirement that the bundle does not hold: what was verified still has to be complete."""
    (stick / "wheels" / "splitkit-0.1.0-py3-none-any.whl").unlink()
    wheel = tiny_wheel(stick / "wheels", needs="Requires-Dist: absent-example\n")
    digest = hashlib.sha256(wheel.read_bytes()).hexdigest()
    (stick / f"requirements-{HERE}.txt").write_text(f"splitkit==0.1.0 --hash=sha256:{digest}\n")
    (stick / SUMS).unlink()
    (stick / SUMS).write_bytes(sums(files_of(stick)))
    refused(install(stick, target), 7, says="pip could not install", target=target)


def test_the_installer_is_short_enough_to_be_read_before_it_is_run():
    text = INSTALLER.read_text()
    assert len(text.splitlines()) < 250
    imported = set(re.findall(r"^(?:import|from) (\w+)", text, re.MULTILINE))
    assert imported <= sys.stdlib_module_names
    assert not imported & {"socket", "urllib", "http", "ssl"}
