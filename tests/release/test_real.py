"""The bundle itself: built twice from the package index, installed without any network for each Python, and used there."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from bundle.folder import SUMS
from tests.support.smallbundle import ROOT

pytestmark = pytest.mark.long
PYTHONS = ("3.11", "3.12", "3.13")


def build(out: Path, **surroundings: str) -> Path:
    command = [sys.executable, "-m", "bundle", "--uncommitted", "--out", str(out)]
    done = subprocess.run(
        command, cwd=ROOT, env={**os.environ, **surroundings}, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    return Path(done.stdout.strip())


@pytest.fixture(scope="module")
def bundle(tmp_path_factory):
    return build(tmp_path_factory.mktemp("first"))


def interpreter(minor: str) -> str:
    places = [Path("/usr/bin"), Path("/usr/local/bin"), *sorted(Path.home().glob(f".pyenv/versions/{minor}.*/bin"))]
    found = [place / f"python{minor}" for place in places if (place / f"python{minor}").exists()]
    if not found:
        pytest.skip(f"Python {minor} is not here")
    return str(found[-1])


def cut_off(*command: str | Path, home: Path) -> subprocess.CompletedProcess[str]:
    """Run a command in an empty network namespace, at home nowhere, and with no settings."""
    unshare = shutil.which("unshare")
    if not unshare or subprocess.run([unshare, "-n", "true"], capture_output=True, check=False).returncode:
        pytest.skip("unshare -n is not permitted here")
    surroundings = {"PATH": os.defpath, "HOME": str(home)}
    return subprocess.run(
        [unshare, "-n", *map(str, command)], env=surroundings, cwd=home, capture_output=True, text=True, check=False
    )


def test_two_builds_are_the_same_bytes(bundle, tmp_path):
    mask = os.umask(0o077)
    try:
        again = build(tmp_path, TZ="Pacific/Kiritimati", LC_ALL="C", PYTHONHASHSEED="5")
    finally:
        os.umask(mask)
    assert (again / SUMS).read_bytes() == (bundle / SUMS).read_bytes()
    archives = [folder.with_name(folder.name + ".tar") for folder in (bundle, again)]
    assert len({hashlib.sha256(archive.read_bytes()).hexdigest() for archive in archives}) == 1


def test_a_second_build_takes_the_place_of_the_first(bundle):
    (bundle / "stray").write_text("")
    before = (bundle / SUMS).read_bytes()
    assert build(bundle.parent) == bundle
    assert not (bundle / "stray").exists()
    assert (bundle / SUMS).read_bytes() == before
    assert sorted(path.name for path in bundle.parent.iterdir()) == [bundle.name, bundle.name + ".tar"]


@pytest.mark.parametrize("minor", PYTHONS)
def test_it_installs_and_works_without_any_network(bundle, tmp_path, minor):
    python, home, target = interpreter(minor), tmp_path / "home", tmp_path / "laptop"
    home.mkdir()
    done = cut_off(python, "-I", bundle / "install.py", target, home=home)
    assert done.returncode == 0, done.stderr
    assert done.stdout == f"{target}/bin/splitkit demo\n"
    told = cut_off(target / "bin" / "python", "-c", "import sys; print(*sys.version_info[:2], sep='.')", home=home)
    assert told.stdout == f"{minor}\n"
    demo = cut_off(*done.stdout.split(), home=home)
    assert demo.returncode == 0, demo.stderr
    assert "demo: everything went as it must" in demo.stdout + demo.stderr
    assert not list(home.iterdir())


def test_a_changed_byte_in_a_real_wheel_is_refused(bundle, tmp_path):
    stick = Path(shutil.copytree(bundle, tmp_path / "stick"))
    wheel = next((stick / "wheels").glob("numpy-*"))
    with wheel.open("r+b") as file:
        file.seek(1_000_000)
        byte = file.read(1)
        file.seek(1_000_000)
        file.write(bytes([byte[0] ^ 1]))
    done = subprocess.run(
        [sys.executable, "-I", stick / "install.py", tmp_path / "laptop"], capture_output=True, text=True, check=False
    )
    assert done.returncode == 3
    assert f"'wheels/{wheel.name}' was altered" in done.stderr
    assert not (tmp_path / "laptop").exists()


def test_the_bill_names_every_wheel_and_a_licence_for_each(bundle):
    found = json.loads((bundle / "sbom.cdx.json").read_text())
    components = [found["metadata"]["component"], *found["components"]]
    hashes = {component["hashes"][0]["content"] for component in components}
    assert hashes == {hashlib.sha256(path.read_bytes()).hexdigest() for path in (bundle / "wheels").iterdir()}
    assert all(component["licenses"] for component in components)
    needs = {one["ref"]: one["dependsOn"] for one in found["dependencies"]}
    (own,) = (ref for ref in needs if ref.startswith("pkg:pypi/splitkit@"))
    reached, more = set(), {own}
    while more:
        reached |= more
        more = {other for ref in more for other in needs[ref]} - reached
    assert reached == set(needs)
