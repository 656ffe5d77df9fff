"""What a bundle is made of: the same bytes wherever it is built, an origin that is told as it is, a sound bill of materials."""

from __future__ import annotations

import ast
import hashlib
import json
import os
import re
import shutil
import subprocess
import sys
import tarfile
import zipfile
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path

import pytest

from bundle.folder import DOCUMENTS, SPECIMENS, SUMS, Parts, contents, sums, write_archive, write_folder
from bundle.lock import Target, read_lock
from bundle.origin import UNRELEASED, Origin, changelog_epoch, find_origin
from bundle.ownwheel import build_wheel
from bundle.sbom import bill, licences_of
from bundle.wheelhouse import read_wheel
from splitkit.errors import SelfCheckError, UnreadableError, UsageError
from tests.support.smallbundle import ROOT, small_parts, tiny_wheel

LOCKED = next(
    pin.version for pin in read_lock((ROOT / "requirements" / "dev.txt").read_text()) if pin.name == "setuptools"
)
needs_locked_setuptools = pytest.mark.skipif(version("setuptools") != LOCKED, reason="not the locked setuptools")
EPOCH = 1_800_000_000


def sources(to: Path) -> Path:
    """The sources as a release has them: without git, and with what a work folder collects."""
    for folder in ("splitkit", "printouts", "requirements"):
        shutil.copytree(ROOT / folder, to / folder)
    for name in ("pyproject.toml", "README.md", "LICENSE", "CHANGELOG.md", "tests/wheel-files.txt"):
        (to / name).parent.mkdir(exist_ok=True)
        shutil.copy(ROOT / name, to / name)
    return to


def build(root: Path, out: Path, **surroundings: str) -> bytes:
    """Build the wheel in a process of its own, with other surroundings."""
    code = "import sys; from pathlib import Path; from bundle.ownwheel import build_wheel; "
    code += f"os = __import__('os'); os.umask(int(sys.argv[3], 8)); build_wheel(Path(sys.argv[1]), {EPOCH}, Path(sys.argv[2]))"
    mask = surroundings.pop("umask", "022")
    command = [sys.executable, "-c", code, str(root), str(out), mask]
    subprocess.run(command, cwd=ROOT, env={**os.environ, **surroundings}, check=True)
    (wheel,) = out.iterdir()
    return wheel.read_bytes()


@needs_locked_setuptools
def test_the_wheel_is_the_same_bytes_wherever_and_whenever_it_is_built(tmp_path):
    other = sources(tmp_path / "another folder" / "of sources")
    (other / "splitkit" / "share-1-of-5.pdf").write_bytes(b"%PDF a real sheet")
    (other / "splitkit" / "cli" / "notes.txt").write_text("mine")
    (other / "build" / "lib" / "splitkit").mkdir(parents=True)
    (other / "build" / "lib" / "splitkit" / "stale.py").write_text("")
    for path in other.rglob("*"):
        path.chmod(0o700 if path.is_dir() else 0o600)
        os.utime(path, (1_000_000_000, 1_000_000_000))
    first = build(ROOT, tmp_path / "1", umask="022", TZ="UTC", LC_ALL="C")
    again = build(ROOT, tmp_path / "2", umask="077", TZ="Pacific/Kiritimati", LC_ALL="tr_TR.UTF-8")
    elsewhere = build(other, tmp_path / "3", umask="000", SOURCE_DATE_EPOCH="1", PYTHONHASHSEED="7", HOME=str(tmp_path))
    assert first == again == elsewhere
    with zipfile.ZipFile(next((tmp_path / "1").iterdir())) as packed:
        assert {entry.date_time for entry in packed.infolist()} == {(2027, 1, 15, 8, 0, 0)}
        assert {entry.external_attr >> 16 & 0o777 for entry in packed.infolist()} <= {0o644, 0o664}


@needs_locked_setuptools
def test_a_module_that_the_list_does_not_name_stops_the_build(tmp_path):
    other = sources(tmp_path / "sources")
    (other / "splitkit" / "stray.py").write_text("")
    with pytest.raises(SelfCheckError, match="other files than"):
        build_wheel(other, EPOCH, tmp_path / "out")


def test_another_setuptools_than_the_locked_one_is_refused(tmp_path):
    (tmp_path / "requirements").mkdir()
    (tmp_path / "requirements" / "dev.txt").write_text("setuptools==1.0 --hash=sha256:" + "0" * 64 + "\n")
    with pytest.raises(UsageError, match=r"is built with 1\.0"):
        build_wheel(tmp_path, EPOCH, tmp_path)


@pytest.fixture
def repository(tmp_path):
    if not shutil.which("git"):
        pytest.skip("git is not installed")
    root = tmp_path / "repository"
    (root / "splitkit").mkdir(parents=True)
    (root / "splitkit" / "__init__.py").write_text('"""x"""\n\n__version__ = "1.2.3"\n')
    (root / "CHANGELOG.md").write_text("# Changelog\n\n## 1.2.3 - 2027-02-03\n\n## 1.2.2 - 2026-01-02\n")
    who = ["-c", "user.name=Ada Example", "-c", "user.email=ada@example.com"]
    dated = {**os.environ, "GIT_COMMITTER_DATE": f"{EPOCH} +0900"}
    for arguments in (["init", "-q"], ["add", "."], [*who, "commit", "-q", "-m", "one"]):
        subprocess.run(["git", "-C", str(root), *arguments], env=dated, check=True)
    return root


def test_the_moment_is_that_of_the_last_commit(repository):
    origin = find_origin(repository)
    assert (origin.version, origin.epoch, origin.day, origin.has_commit) == ("1.2.3", EPOCH, "2027-01-15", True)


@pytest.mark.parametrize("name", ["CHANGELOG.md", "splitkit/new.py"])
def test_changes_that_were_not_committed_are_refused_or_told(repository, name):
    (repository / name).write_text("other")
    with pytest.raises(UsageError, match="not as they were committed"):
        find_origin(repository)
    origin = find_origin(repository, uncommitted=True)
    assert (origin.epoch, origin.has_commit) == (EPOCH, False)
    assert origin.commit.endswith("and changes that were not committed")


def test_without_git_the_changelog_dates_it_and_that_is_told(repository):
    shutil.rmtree(repository / ".git")
    dated = int(datetime(2027, 2, 3, tzinfo=UTC).timestamp())
    assert find_origin(repository) == Origin("1.2.3", dated, "unknown (no git)")
    assert changelog_epoch("## 1.2.3 - unreleased\n", "1.2.3") == UNRELEASED.timestamp()
    assert changelog_epoch("## 1x2.3 - 2027-02-03\n", "1.2.3") == UNRELEASED.timestamp()
    (repository / "splitkit" / "__init__.py").write_text("")
    with pytest.raises(UnreadableError, match="does not say its version"):
        find_origin(repository)


@pytest.fixture
def parts(tmp_path):
    """Two Pythons, which share one wheel and have one each."""
    small = small_parts(tmp_path / "own")
    old, new = Target("3.11"), Target("3.12")
    needs = "Requires-Dist: base-example\nRequires-Dist: other; python_version < '3.12'\nRequires-Dist: more; extra == 'x'\n"
    own = read_wheel(tiny_wheel(tmp_path / "parts", needs=needs))
    base = read_wheel(tiny_wheel(tmp_path / "parts", "base_example", "1.0+local"))
    older = read_wheel(tiny_wheel(tmp_path / "parts", "other", "1.0"))
    newer = read_wheel(tiny_wheel(tmp_path / "parts", "other", "2.0"))
    return Parts(own, {old: (base, older), new: (base, newer)}, small.pip, small.origin)


def test_the_bill_names_every_wheel_with_its_hash(parts):
    found = json.loads(contents(ROOT, parts)["sbom.cdx.json"])
    assert (found["bomFormat"], found["specVersion"], found["version"]) == ("CycloneDX", "1.6", 1)
    assert re.fullmatch(
        r"urn:uuid:[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}", found["serialNumber"]
    )
    assert found["metadata"]["timestamp"] == "2027-01-15T08:00:00Z"
    components = [found["metadata"]["component"], *found["components"]]
    wheels = {name: data for name, data in contents(ROOT, parts).items() if name.endswith(".whl")}
    hashes = {component["purl"]: component["hashes"] for component in components}
    assert len(hashes) == len(components) == len(wheels) == 5
    for name, data in wheels.items():
        (purl,) = (purl for purl in hashes if purl.endswith("file_name=" + Path(name).name.replace("+", "%2B")))
        assert hashes[purl] == [{"alg": "SHA-256", "content": hashlib.sha256(data).hexdigest()}]
    for component in components:
        assert component["type"] in {"library", "application"}
        assert component["bom-ref"] == component["purl"]
        version_there = component["version"].replace("+", "%2B")
        assert component["purl"].startswith(f"pkg:pypi/{component['name']}@{version_there}?file_name=")
        assert component["licenses"]


def test_the_bill_says_what_needs_what_on_each_python(parts):
    found = json.loads(bill(parts.own, parts.by_target, parts.pip, parts.origin))
    short = {ref: re.sub(r"pkg:pypi/|\?.*", "", ref) for ref in (one["ref"] for one in found["dependencies"])}
    needs = {short[one["ref"]]: [short[ref] for ref in one["dependsOn"]] for one in found["dependencies"]}
    assert needs["splitkit@0.1.0"] == ["base-example@1.0%2Blocal", "other@1.0"]
    assert needs["base-example@1.0%2Blocal"] == []


def test_a_licence_is_told_as_the_package_states_it():
    from email.parser import HeaderParser

    read = HeaderParser().parsestr
    assert licences_of(read("License-Expression: MIT OR Zlib\nLicense: x\n")) == [{"expression": "MIT OR Zlib"}]
    assert licences_of(read("License: BSD\n")) == [{"license": {"name": "BSD"}}]
    text = (
        f"License: {'a long text ' * 20}\nClassifier: License :: OSI Approved :: MIT License\nClassifier: Topic :: X\n"
    )
    assert licences_of(read(text)) == [{"license": {"name": "MIT License"}}]
    assert licences_of(read("Name: x\n")) == []


def test_each_python_gets_its_wheels_by_one_hash(parts):
    files = contents(ROOT, parts)
    lines = files["requirements-3.12.txt"].decode().splitlines()
    assert [line.split()[0] for line in lines] == ["base-example==1.0+local", "other==2.0", "splitkit==0.1.0"]
    assert all(re.search(r" --hash=sha256:[0-9a-f]{64}$", line) for line in lines)
    assert "other==1.0" in files["requirements-3.11.txt"].decode()


def test_the_same_parts_make_the_same_folder_and_archive(parts, tmp_path):
    files = contents(ROOT, parts)
    assert contents(ROOT, parts) == files
    mask = os.umask(0o077)
    try:
        write_archive(files, "bundle", EPOCH, tmp_path / "1.tar")
        write_folder(files, tmp_path / "folder")
    finally:
        os.umask(mask)
    write_archive(dict(reversed(files.items())), "bundle", EPOCH, tmp_path / "2.tar")
    assert (tmp_path / "1.tar").read_bytes() == (tmp_path / "2.tar").read_bytes()
    with tarfile.open(tmp_path / "1.tar") as archive:
        entries = archive.getmembers()
        assert {(entry.mtime, entry.uid, entry.gid, entry.uname, entry.gname) for entry in entries} == {
            (EPOCH, 0, 0, "", "")
        }
        inside = {entry.name: archive.extractfile(entry).read() for entry in entries if entry.isfile()}
    there = {f"bundle/{path.relative_to(tmp_path / 'folder')}": path for path in (tmp_path / "folder").rglob("*")}
    assert inside == {name: path.read_bytes() for name, path in there.items() if path.is_file()}
    assert {path.stat().st_mode & 0o777 for path in there.values() if path.is_file()} == {0o644}
    assert {path.stat().st_mode & 0o777 for path in there.values() if path.is_dir()} == {0o755}
    assert inside[f"bundle/{SUMS}"] == sums(files)


def test_the_documents_and_the_programs_that_stand_alone_are_there(parts):
    files = contents(ROOT, parts)
    assert files["recover.py"] == (ROOT / "splitkit" / "recover.py").read_bytes()
    assert files["verify_ledger.py"] == (ROOT / "splitkit" / "verify_ledger.py").read_bytes()
    for name in (
        "README.md",
        "SECURITY.md",
        "CHANGELOG.md",
        "LICENSE",
        "docs/guide.md",
        "docs/format.md",
        "docs/threat-model.md",
    ):
        assert files[f"documents/{name}"] == (ROOT / name).read_bytes()
    assert "documents/printouts/specimens/sheet-a4.pdf" in files
    assert not [name for name in files if "__pycache__" in name]
    told = re.findall(
        r"^([A-Za-z][\w./*-]+)  ", files["START-HERE.txt"].decode().split("What is here")[1], re.MULTILINE
    )
    assert len(told) == 11
    for name in told:
        assert [file for file in [*files, SUMS, "recover.html"] if re.match(name.replace("*", ".*"), file)], name


def test_its_functions_are_short():
    for path in (ROOT / "bundle").glob("*.py"):
        for node in ast.walk(ast.parse(path.read_text())):
            assert not isinstance(node, ast.FunctionDef) or node.end_lineno - node.lineno < 40, (path.name, node.name)
            assert not isinstance(node, ast.Assert), path.name


def test_the_specimens_are_those_of_the_list_and_no_sheet_that_lies_beside_them(parts, tmp_path):
    there = {path.name for path in (ROOT / "printouts" / "specimens").iterdir() if path.suffix in {".pdf", ".png"}}
    assert set(SPECIMENS) == there
    root = tmp_path / "sources"
    shutil.copytree(ROOT / "printouts" / "specimens", root / "printouts" / "specimens")
    for name in ("splitkit/recover.py", "splitkit/verify_ledger.py", *DOCUMENTS):
        (root / name).parent.mkdir(exist_ok=True)
        shutil.copy(ROOT / name, root / name)
    (root / "printouts" / "specimens" / "share-1-of-5.pdf").write_bytes(b"%PDF a real sheet")
    files = contents(root, parts)
    assert files == {name: data for name, data in contents(ROOT, parts).items() if name != "recover.html"}
    (root / "splitkit" / "recover.html").write_bytes(b"<!doctype html>")
    assert contents(root, parts) == files | {"recover.html": b"<!doctype html>"}
    assert b"  recover.html\n" in sums(contents(root, parts))
