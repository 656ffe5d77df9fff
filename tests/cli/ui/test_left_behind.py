"""Nothing is left behind unsaid: what a killed run has left, and the pictures that gave a share."""

from __future__ import annotations

import shutil
import sys
import textwrap

import pytest

from tests.support.kit import COMMAND, few_installed, overrule, run
from tests.support.terminals import Session

SHEETS = ("share-1-of-2.pdf", "share-2-of-2.pdf")
LEFT = ".sheets.splitkit-part"


@pytest.fixture
def left(tmp_path):
    """What a killed run has left beside its destination, which is not the current folder."""
    folder = tmp_path / "memory" / LEFT
    folder.mkdir(parents=True, mode=0o700)
    (folder / SHEETS[0]).write_bytes(b"%PDF")
    return folder


@pytest.mark.parametrize("out", [["--out", "memory/other"], ["--out=memory/other"]])
def test_it_is_named_to_whoever_writes_there_and_where_they_stand(left, tmp_path, out):
    done = run("split", "--policy", "many", "--label", "x", *out, cwd=tmp_path)
    assert done.returncode == 2
    assert f"it may hold sheets: {left}" in done.stderr
    assert "hint: look into it, and delete it" in done.stderr
    assert str(left) in run("check", "nothing", cwd=left.parent).stderr
    assert str(left) not in run("--help", cwd=left.parent).stderr
    assert left.exists(), "nobody was asked"


@pytest.mark.parametrize("answer", ["yes", "no"])
def test_at_a_terminal_it_is_deleted_when_people_say_so(left, tmp_path, answer):
    with Session([*COMMAND, "plan", "check", "none", "--out=memory/x"], tmp_path) as now:
        now.until_text("Is it deleted?")
        now.type(f"{answer}\n")
        assert now.finish() == 2
        assert ("deleted." in "\n".join(now.screen.main)) is (answer == "yes")
    assert left.exists() is (answer == "no")


def test_preflight_names_it(left):
    done = run("preflight", "--json", cwd=left.parent, altered=few_installed())
    assert "a run that was stopped has left this behind" in done.stdout
    assert LEFT in done.stdout


OFFER = """
import sys
from splitkit.cli.ui.sheet_input import offer_pictures
from splitkit.quorum.gathering import Gathering, Origin
share, envelope = object(), object()
origins = [
    Origin("sheet", file="sheet.png", shares=[share], envelopes=[envelope]),
    Origin("words alone", file="words.png", shares=[share]),
    Origin("record", file="record.pdf", envelopes=[envelope]),
    Origin("page 1", file="both.pdf", shares=[share]), Origin("page 2", file="both.pdf", envelopes=[envelope]),
    Origin("trusted", file="copy.png", shares=[share]),
    Origin("empty", file="empty.png"), Origin("camera picture 1", shares=[share]),
]
offer_pictures(Gathering(origins), "copy.png", practice=PRACTICE)
print("end")
"""
FILES = ("sheet.png", "words.png", "record.pdf", "both.pdf", "copy.png", "empty.png")


@pytest.mark.parametrize(("practice", "answer"), [(False, "yes"), (False, "no"), (False, "\x03"), (True, None)])
def test_only_what_gave_a_share_is_offered_for_deletion_and_never_a_record(tmp_path, practice, answer):
    for name in FILES:
        (tmp_path / name).touch()
    code = textwrap.dedent(OFFER).replace("PRACTICE", str(practice))
    with Session([sys.executable, "-c", code], tmp_path) as now:
        if answer:
            now.until_text("Are they deleted?")
            now.type(f"{answer}\n")
        assert now.finish() == 0, "what the command came to does not depend on it"
        rows = now.screen.main
        assert [row.strip() for row in rows if row.endswith((".png", ".pdf"))] == (
            [] if practice else ["sheet.png", "words.png"]
        )
    gone = {"sheet.png", "words.png"} if answer == "yes" else set()
    assert {path.name for path in tmp_path.iterdir()} == set(FILES) - gone


def test_a_picture_that_is_still_there_under_another_name_is_named(tmp_path):
    """A link is not followed, and a file of two names keeps the other."""
    (tmp_path / "far").mkdir()
    for name in ("linked.png", "second.png"):
        (tmp_path / "far" / name).touch()
    (tmp_path / "sheet.png").symlink_to(tmp_path / "far" / "linked.png")
    (tmp_path / "words.png").hardlink_to(tmp_path / "far" / "second.png")
    code = textwrap.dedent(OFFER).replace("PRACTICE", "False")
    with Session([sys.executable, "-c", code], tmp_path) as now:
        now.until_text("Are they deleted?")
        now.type("yes\n")
        assert now.finish() == 0
        said = "".join("".join(now.screen.main).split())
    linked = tmp_path / "far" / "linked.png"
    assert f"sheet.png was only a link: the picture is still there, as {linked}".replace(" ", "") in said
    assert "words.png has another name, under which the picture is still there".replace(" ", "") in said
    assert {path.name for path in tmp_path.iterdir()} == {"far"}
    assert len(list((tmp_path / "far").iterdir())) == 2


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    """A production set, as its pictures lie on a disk."""
    folder = tmp_path_factory.mktemp("made")
    done = run("split", "--policy", "2of2", "--label", "x", "--out", "sheets", *overrule("disk"), cwd=folder)
    assert done.returncode == 0, done.stderr
    return folder


def test_after_a_recovery_the_pictures_are_offered_and_the_record_stays(made, tmp_path):
    shutil.copytree(made, tmp_path, dirs_exist_ok=True)
    before = {path.name for path in (tmp_path / "sheets").iterdir()}
    with Session([*COMMAND, "recover", "sheets", "--record", "sheets/record.pdf"], tmp_path) as now:
        now.until_text("clears the screen")
        now.type("x")
        now.until_text("Are they deleted?")
        now.type("yes\n")
        assert now.finish() == 0
    assert {path.name for path in (tmp_path / "sheets").iterdir()} == before - set(SHEETS)
