"""The commands of README.md do what they say, pasted as they stand into a fresh shell in a fresh clone."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.support.places import ROOT
from tests.support.sampling import sampled

README = (ROOT / "README.md").read_text("utf-8")
BLOCKS = re.findall(r"^```(\w*)\n(.*?)^```$", README, re.MULTILINE | re.DOTALL)

ONE_FILE = "-p no:cacheprovider tests/secret/test_profiles.py"
"""What `make test` runs here: this test is one of those that it would run."""


def clone(to: Path) -> Path:
    """A fresh clone with the README as it is now, and the environment of this run in the place where make would build one.

    Make builds an environment when there is none that is newer than the lock, so that ours, linked, is taken for ready.
    """
    subprocess.run(["git", "clone", "-q", "--no-hardlinks", ROOT, to], check=True)
    shutil.copy(ROOT / "README.md", to)
    environment = to / ".venv"
    environment.mkdir()
    for path in Path(sys.prefix).iterdir():
        if path.name != "ready":
            (environment / path.name).symlink_to(path)
    (environment / "ready").touch()
    return to


def paste(text: str, folder: Path, home: Path) -> subprocess.CompletedProcess[str]:
    """Type *text* into a new shell that stops at the first command that fails."""
    variables = {"HOME": str(home), "PATH": os.defpath, "LANG": "C.UTF-8", "PYTEST_ADDOPTS": ONE_FILE}
    variables["PYTEST_XDIST_AUTO_NUM_WORKERS"] = "0"  # none but the process that collects
    return subprocess.run(
        ["bash", "--noprofile", "--norc", "-s"],
        cwd=folder,
        env=variables,
        input=f"set -e -o pipefail\n{text}",
        capture_output=True,
        text=True,
        check=False,
        timeout=600,
    )


@pytest.mark.skipif(not (ROOT / ".git").exists(), reason="not a clone")
@pytest.mark.parametrize(
    "made", sampled([True, False], 0, always=[False], ids=lambda made: "all" if made else "without make")
)
def test_its_commands_run_to_the_end_as_pasted(tmp_path, made):
    """The short run leaves out the block of `make demo` and `make test`: it is in `make test`, and the demo has a transcript."""
    missing = [tool for tool in ("bash", "git", "make", "sed") if shutil.which(tool, path=os.defpath) is None]
    if missing:
        pytest.skip(f"not installed: {', '.join(missing)}")
    folder = clone(tmp_path / "clone")
    home = tmp_path / "home"
    home.mkdir()
    assert "make test" in BLOCKS[0][1] and len(BLOCKS) > 1
    done = paste("".join(block for kind, block in BLOCKS[not made :] if kind == "bash"), folder, home)
    assert done.returncode == 0, done.stderr[-2000:]
    password = done.stdout.splitlines()[-1].removeprefix("password: ")
    assert done.stdout.count(password) == 2, "the two implementations give different passwords"
    assert "QUORUM: 3 sheets, and the set opens.  Nothing was shown." in done.stdout


def test_every_block_says_what_it_is_and_no_command_has_a_place_to_fill_in():
    assert {kind for kind, _ in BLOCKS} == {"bash"}
    for _, block in BLOCKS:
        assert not re.search(r"\bthe (12|twelve) words\b|\b[A-Z]{4,}\.\.\.|<[a-z]+>", block), block


def test_it_is_short_and_its_contents_are_its_headings():
    assert len(README.splitlines()) <= 200
    contents = README.partition("## Contents\n")[2].partition("\n## ")[0]
    headings = re.findall(r"^## (.+)$", README, re.MULTILINE)
    assert re.findall(r"^\* \[(.+)\]", contents, re.MULTILINE) == headings[1:]
