"""The lock: which version each Python gets; and what is fetched has a hash of the lock, or is not taken."""

from __future__ import annotations

import hashlib
import os
import subprocess
import sys
from dataclasses import replace

import pytest

from bundle.lock import Locked, Target, chosen, read_lock, requirement_lines
from bundle.wheelhouse import _compare_with_lock, fetch, read_wheel
from splitkit.errors import DeviceError, SelfCheckError, UnreadableError
from tests.support.smallbundle import ROOT, tiny_wheel

RUN = read_lock((ROOT / "requirements" / "run.txt").read_text())
HASH = "--hash=sha256:" + "0" * 64
TARGETS = [Target(python) for python in ("3.11", "3.12", "3.13")]


@pytest.mark.parametrize("target", TARGETS, ids=lambda target: target.python)
def test_every_python_gets_one_version_of_each_package(target):
    pins = chosen(RUN, target)
    names = [pin.name for pin in pins]
    assert names == sorted(set(names))
    assert {"cryptography", "shamir-mnemonic", "typst", "numpy", "cffi", "pycparser"} <= set(names)
    assert "colorama" not in names  # of Windows


def test_markers_are_judged_for_the_python_that_is_asked_for():
    versions = {pin.version for pin in RUN if pin.name == "numpy"}
    assert len(versions) == 2
    got = [next(pin.version for pin in chosen(RUN, target) if pin.name == "numpy") for target in TARGETS]
    assert got[0] != got[1] == got[2]
    assert set(got) == versions


def test_pip_itself_is_locked():
    (pip,) = read_lock((ROOT / "requirements" / "pip.txt").read_text())
    assert (pip.name, len(pip.hashes) >= 1) == ("pip", True)


@pytest.mark.parametrize(
    "line",
    [
        "click",
        "click==8.5.1",
        f"click>=8 {HASH}",
        f"click==8.* {HASH}",
        "click==8.5.1 --hash=sha256:" + "0" * 63,
        "click==8.5.1 --hash=md5:" + "0" * 64,
        f"click==8.5.1 {HASH} --index-url=http://example.com",
        f"https://example.com/click.whl {HASH}",
        f"-r other.txt {HASH}",
        f"click==8.5.1 ; no_such_name < '3' {HASH}",
        f"click==8.5.1 ; {HASH}",
    ],
)
def test_a_line_that_pins_nothing_is_refused(line):
    with pytest.raises(UnreadableError) as refused:
        read_lock(line + "\n")
    assert refused.value.hint == "run: make lock"


def test_two_versions_for_one_python_are_refused():
    with pytest.raises(UnreadableError, match="two versions of click"):
        chosen(read_lock(f"click==1 {HASH}\nclick==2 {HASH}\n"), TARGETS[0])


def test_what_is_handed_to_pip_is_a_lock_again():
    pins = chosen(RUN, TARGETS[0])
    again = read_lock(requirement_lines(pins))
    assert [(pin.name, pin.version, pin.hashes, pin.marker) for pin in again] == [
        (pin.name, pin.version, pin.hashes, "") for pin in pins
    ]


@pytest.fixture
def shelf(tmp_path, monkeypatch):
    """An index that is a folder: pip asks no other."""
    monkeypatch.setenv("PIP_CONFIG_FILE", "/dev/null")
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    monkeypatch.setenv("PIP_FIND_LINKS", str(tmp_path / "shelf"))
    return tmp_path / "shelf"


def pin_of(path, *, digest=None) -> Locked:
    wheel = read_wheel(path)
    return Locked(wheel.name, wheel.version, "", frozenset([digest or wheel.sha256]))


def test_a_wheel_with_the_right_hash_is_fetched(shelf, tmp_path):
    path = tiny_wheel(shelf, "example")
    (wheel,) = fetch((pin_of(path),), TARGETS[1], tmp_path / "wheels")
    assert wheel.path == tmp_path / "wheels" / path.name
    assert wheel.sha256 == hashlib.sha256(path.read_bytes()).hexdigest()


@pytest.mark.parametrize("wrong", ["HASH", pytest.param("version", marks=pytest.mark.long)])
def test_a_wheel_with_another_hash_or_version_is_not(shelf, tmp_path, capfd, wrong):
    right = pin_of(tiny_wheel(shelf, "example"))
    lied = {"hashes": frozenset(["0" * 64])} if wrong == "HASH" else {"version": "9.9"}
    with pytest.raises(DeviceError, match=r"could not fetch the wheels for Python 3\.12"):
        fetch((replace(right, **lied),), TARGETS[1], tmp_path / "wheels")
    assert wrong in capfd.readouterr().err
    assert not (tmp_path / "wheels").exists()


def test_what_pip_let_pass_is_compared_again(tmp_path):
    wheel = read_wheel(tiny_wheel(tmp_path, "example"))
    pin = pin_of(wheel.path)
    _compare_with_lock([wheel], (pin,))
    for wheels, pins in (
        ([wheel], (pin_of(wheel.path, digest="0" * 64),)),
        ([wheel], ()),
        ([], (pin,)),
        ([wheel, wheel], (pin,)),
    ):
        with pytest.raises(SelfCheckError):
            _compare_with_lock(wheels, pins)


def test_a_wheel_that_is_another_package_inside_is_refused(tmp_path):
    path = tiny_wheel(tmp_path, "example")
    with pytest.raises(SelfCheckError, match="another package inside"):
        read_wheel(path.rename(tmp_path / "cryptography-50.0.2-py3-none-any.whl"))


def make(*arguments, **surroundings):
    """Run `python -m bundle` where pip has no index to ask."""
    offline = {"PIP_CONFIG_FILE": "/dev/null", "PIP_NO_INDEX": "1", "PIP_FIND_LINKS": "/nonexistent", **surroundings}
    command = [sys.executable, "-m", "bundle", *map(str, arguments)]
    return subprocess.run(command, cwd=ROOT, env={**os.environ, **offline}, capture_output=True, text=True, check=False)


def test_without_the_package_index_it_says_so_and_leaves_what_was_there(tmp_path):
    (tmp_path / "mine").write_text("mine")
    done = make("--uncommitted", "--out", tmp_path)
    assert done.returncode == 7, done.stderr
    assert "error: pip could not fetch the wheels for Python 3.11\nhint: " in done.stderr
    assert done.stdout == ""
    assert [path.name for path in tmp_path.iterdir()] == ["mine"]


def test_mistakes_of_its_command_line_are_told(tmp_path):
    for arguments in (["--no-such"], ["extra"]):
        done = make(*arguments)
        assert (done.returncode, done.stderr.startswith("error: ")) == (2, True), done.stderr
        assert "\nhint: python -m bundle --help\n" in done.stderr
    (tmp_path / "file").write_text("")
    done = make("--uncommitted", "--out", tmp_path / "file")
    assert (done.returncode, "hint: is there room" in done.stderr) == (7, True), done.stderr
    assert make("--help").returncode == 0
