"""`--camera` in a real terminal: films of real sheets in the camera's place, and this machine's missing camera."""

from __future__ import annotations

import json
import os
import signal
import sys
from itertools import pairwise
from pathlib import Path

import cv2
import numpy as np
import pytest
from PIL import Image

from splitkit.cli.options import with_camera_number
from splitkit.quorum.textform import symbol_text
from tests.support.builders import PASSWORD, made
from tests.support.kit import COMMAND, code_picture, environment, overrule, page_pdf, run
from tests.support.paper import films
from tests.support.places import TESTS
from tests.support.processes import HANGS, without_opencv
from tests.support.sampling import sampled
from tests.support.terminals import Session

SET = made("2of3")
FINGERPRINT = " ".join(SET.envelope.fingerprint)
ON_FILM = [sys.executable, str(TESTS / "support" / "commands" / "film_command.py")]
ENTER, ESCAPE = "\r", "\x1b"


@pytest.fixture(scope="module")
def pages():
    return {number: films.sheet_page(page_pdf(SET, number)) for number in "123"}


@pytest.fixture(scope="module")
def reel(tmp_path_factory, pages):
    """Two sheets in moving hands, and then the second one for a while."""
    frames = [*films.handled(pages["1"], 10, 1), *films.still(pages["1"], 8)]
    frames += [*films.handled(pages["3"], 10, 2), *films.still(pages["3"], 60)]
    return films.write(tmp_path_factory.mktemp("reel") / "two.avi", frames)


@pytest.fixture(scope="module")
def short(tmp_path_factory, pages):
    """One sheet, and the camera is pulled out."""
    return films.write(tmp_path_factory.mktemp("short") / "one.avi", films.still(pages["1"], 12))


@pytest.fixture(scope="module")
def second(tmp_path_factory, pages):
    return films.write(tmp_path_factory.mktemp("second") / "other.avi", films.still(pages["2"], 90))


def held(session: Session) -> str:
    return "\n".join(session.screen.main)


def no_share_in(text: str) -> None:
    shown = " ".join(text.lower().split())
    for number in "123":
        words = SET.share(number).words
        assert not [pair for pair in pairwise(words) if " ".join(pair) in shown]
        assert SET.share(number).digits[:12] not in shown


@pytest.mark.parametrize("term", ["xterm", "xterm-256color"])
def test_a_quorum_holds_its_sheets_up_and_gets_the_password(tmp_path, reel, term):
    command = [*ON_FILM, str(reel), "recover", "--camera", "--practice", "--fingerprint", FINGERPRINT]
    with Session(command, tmp_path, environment(TERM=term)) as session:
        session.until_text("shares of sheets: 1; envelope read")
        session.until_text("enough for a quorum")
        camera = list(session.screen.alternate)
        session.type(ENTER)
        session.until_text("SECRET, in groups of four")
        seen = "".join("".join(session.screen.alternate).split())
        session.type("x")
        assert session.finish() == 0
    assert PASSWORD in seen
    assert len(camera) == 24
    assert camera[-1].startswith("Enter: done    Esc or q: stop")
    assert ("\x1b[38;5;" in session.raw.decode()) == (term != "xterm")
    assert session.raw.count(b"\x07") >= 3, "an envelope and two shares, each with a beep"
    assert "camera: 2 pages read" in held(session)
    no_share_in(session.raw.decode(errors="replace"))


def around(screen) -> list[list[int]]:
    """Where each row of the picture shows the frame of a code."""
    return [[at for at, letter in enumerate(row) if letter == "#"] for row in screen.alternate[1:19]]


def test_the_picture_on_the_screen_has_a_frame_around_each_code(tmp_path, second):
    with Session([*ON_FILM, str(second), "check", "--camera"], tmp_path) as session:
        session.until_text("Enter: done")
        mirrored = around(session.screen)
        turned = [sorted(7 + 7 + 63 - at for at in row) for row in mirrored]
        session.type("m")
        assert session.until(lambda screen: around(screen) == turned), "the mirror of it never came"
        session.type("q")
        assert session.finish() == 130
    assert sum(map(len, mirrored)) > 60, "three frames"
    assert mirrored != turned
    assert "stopped by the operator; the screen has been cleared" in held(session)


def test_a_check_with_a_file_a_line_and_the_camera(tmp_path, short):
    (tmp_path / "sheet.pdf").write_bytes(page_pdf(SET, "3"))
    (tmp_path / "line.txt").write_text(SET.share("2").digits + "\n")
    out = tmp_path / "out.json"
    with out.open("wb") as stdout, (tmp_path / "line.txt").open("rb") as stdin:
        command = [*ON_FILM, str(short), "check", "sheet.pdf", "-", "--camera", "--json"]
        with Session(command, tmp_path, stdin=stdin, stdout=stdout) as session:
            session.until_text("shares of sheets: 1, 2, 3; envelope read")
            session.type(ENTER)
            assert session.finish() == 0
    said = json.loads(out.read_text())
    assert [(sheet["source"], sheet["share"], sheet["status"]) for sheet in said["sheets"]] == [
        ("sheet.pdf page 1", 3, "sound"),
        ("camera picture 1", 1, "sound"),
        ("line 1", 2, "sound"),
    ]
    assert said["opens"] is True
    assert said["sheets"][1]["margin"] > 0


def test_without_a_record_pages_with_both_are_enough(tmp_path, reel):
    with Session(
        [*ON_FILM, str(reel), "recover", "--camera", "1", "--practice", *overrule("no-record")], tmp_path
    ) as session:
        session.until_text("enough for a quorum")
        session.until_text("sheet 3 of 3: seen again, in one picture with its envelope")
        session.type(ENTER)
        session.until_text("to go on, or no:")
        session.type("nothing vouches for this\n")
        session.until_text("SECRET, in groups of four")
        session.type("x")
        assert session.finish() == 0


def test_pulled_out_and_on_by_typing(tmp_path, short):
    command = [*ON_FILM, str(short), "recover", "--camera", "--practice", "--fingerprint", FINGERPRINT]
    with Session(command, tmp_path) as session:
        session.until_text("THE CAMERA STOPPED")
        assert "kept: shares of sheets: 1; envelope read" in "\n".join(session.screen.alternate)
        session.type("z")
        session.type("t")
        session.until_text("TYPE THE SHEETS")
        session.type("1" + ENTER)
        session.until_text("SHARE: type the secret words")
        for word in SET.share("2").words:
            session.type(word[:4] + " ")
        session.until_text("Enter: take")
        session.type(ENTER)
        session.until_text("TYPE THE SHEETS")
        session.type("3" + ENTER)
        session.until_text("SECRET, in groups of four")
        session.type("x")
        assert session.finish() == 0


def test_pulled_out_and_plugged_in_again(tmp_path, short, second):
    command = [*ON_FILM, f"{short}:{second}", "check", "--camera"]
    with Session(command, tmp_path) as session:
        session.until_text("THE CAMERA STOPPED")
        session.type("c")
        session.until_text("shares of sheets: 1, 2")
        session.type(ENTER)
        assert session.finish() == 0
    assert "QUORUM: 2 sheets, and the set opens.  Nothing was shown." in held(session)


def test_pulled_out_and_still_gone_and_on_by_naming_files(tmp_path, short):
    (tmp_path / "sheet.pdf").write_bytes(page_pdf(SET, "3"))
    command = [*ON_FILM, f"{short}:/nowhere/film.avi", "check", "--camera"]
    with Session(command, tmp_path) as session:
        session.until_text("the camera gives no more pictures")
        session.type("c")
        session.until_text("the camera gives no picture")
        assert "kept: shares of sheets: 1" in "\n".join(session.screen.alternate)
        session.type("f")
        session.until_text("Picture, PDF or folder")
        session.type("sheeet.pdf\n")
        session.until_text("the file or folder 'sheeet.pdf' does not exist")
        session.type("sheet.pdf\n")
        session.until(lambda screen: "\n".join(screen.main).count("Picture, PDF or folder") == 3)
        session.type("\n")
        assert session.finish() == 0
    assert "QUORUM: 2 sheets" in held(session)


@pytest.mark.parametrize(
    ("key", "code"),
    [(ENTER, 0), ("q", 130), *(pytest.param(key, 130, marks=pytest.mark.long) for key in (ESCAPE, "\x03"))],
)
def test_pulled_out_and_enough(tmp_path, short, key, code):
    with Session([*ON_FILM, str(short), "check", "--camera"], tmp_path) as session:
        session.until_text("THE CAMERA STOPPED")
        session.type(key)
        assert session.finish() == code
    assert ("no quorum: of the 2 sheets needed 1 is here" in held(session)) == (code == 0)


@pytest.mark.parametrize(
    "how",
    sampled(
        [ESCAPE, "q", "Q", "\x03", "SIGTERM", "SIGHUP", "SIGTSTP"], 0, always=[ESCAPE, "\x03", "SIGTERM", "SIGTSTP"]
    ),
)
def test_every_way_to_stop_clears_the_screen_and_ends_the_camera(tmp_path, second, how):
    with Session([*ON_FILM, str(second), "check", "--camera"], tmp_path) as session:
        session.until_text("shares of sheets: 2")
        children = Path(f"/proc/{session.process.pid}/task/{session.process.pid}/children").read_text().split()
        if how.startswith("SIG"):
            os.kill(session.process.pid, signal.Signals[how])
        else:
            session.type(how)
        assert session.finish() == 130
    assert session.screen.glass is None
    assert children
    assert not [child for child in children if Path(f"/proc/{child}").exists()]
    assert "the screen has been cleared" in held(session)


def test_special_keys_and_letters_do_nothing(tmp_path, second):
    with Session([*ON_FILM, str(second), "check", "--camera"], tmp_path) as session:
        session.until_text("shares of sheets: 2")
        for key in ("\x1b[A", "\x1bOP", "x", " "):
            session.type(key)
        before = session.raw.count(b"\x1b[H")
        assert session.until(lambda _: session.raw.count(b"\x1b[H") > before + 3), "it does not go on"
        session.type(ENTER)
        assert session.finish() == 0


def test_the_window_is_closed(tmp_path, second):
    with Session([*ON_FILM, str(second), "check", "--camera"], tmp_path) as session:
        session.until_text("shares of sheets: 2")
        session.hang_up()
        assert session.process.wait(HANGS) in (130, 7)


def test_a_code_that_is_not_of_splitkit_is_framed_otherwise_and_counts_for_nothing(tmp_path):
    (tmp_path / "code.png").write_bytes(code_picture("https://example.org/\x1b[2J"))
    canvas = np.full((720, 1280), 180, np.uint8)
    canvas[100:500, 300:700] = np.array(Image.open(tmp_path / "code.png").convert("L").resize((400, 400)))
    film = films.write(tmp_path / "x.avi", [canvas] * 60)
    with Session([*ON_FILM, str(film), "check", "--camera", "--json"], tmp_path) as session:
        session.until_text("not splitkit's code")
        assert sum(row.count("x") for row in session.screen.alternate[1:19]) > 15
        session.type(ENTER)
        assert session.finish() == 0
    assert json.loads("\n".join(session.screen.main).partition("read\n")[2])["sheets"] == []
    assert b"example.org" not in session.raw


def test_a_small_window_has_words_and_no_picture(tmp_path, second):
    with Session([*ON_FILM, str(second), "check", "--camera"], tmp_path, size=(8, 60)) as session:
        session.until_text("shares of sheets: 2")
        assert len(session.screen.alternate) == 5
        assert max(map(len, session.screen.alternate)) < 60
        session.type(ENTER)
        assert session.finish() == 0


def test_the_dark_is_said(tmp_path):
    film = films.write(tmp_path / "x.avi", [np.full((720, 1280), 4, np.uint8)] * 60)
    with Session([*ON_FILM, str(film), "check", "--camera"], tmp_path) as session:
        session.until_text("the picture is very dark: use more light")
        session.type("q")
        assert session.finish() == 130


def test_a_film_of_noise_is_no_reason_to_fail(tmp_path):
    dice = np.random.default_rng(1)
    film = films.write(tmp_path / "x.avi", [dice.integers(0, 256, (720, 1280), np.uint8) for _ in range(12)])
    with Session([*ON_FILM, str(film), "recover", "--camera", "--fingerprint", FINGERPRINT], tmp_path) as session:
        session.until_text("THE CAMERA STOPPED")
        session.type(ENTER)
        assert session.finish() == 3
    assert "error: no envelope was read" in held(session)


# --- no camera --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("command", ["check", "recover"])
def test_no_camera_on_this_machine(tmp_path, command):
    with Session([*COMMAND, command, "--camera", "98"], tmp_path) as session:
        assert session.finish() == 7
    said = held(session)
    assert "error: there is no camera of this number" in said
    assert "--type" in said
    assert session.screen.glass is None


def test_no_opencv(tmp_path):
    with Session([without_opencv(tmp_path), "-m", "splitkit", "check", "--camera"], tmp_path) as session:
        assert session.finish() == 7
    assert "error: reading with a camera needs OpenCV, which is not installed" in held(session)
    assert "splitkit[camera]" in held(session)


def test_no_terminal(tmp_path):
    done = run("check", "--camera", cwd=tmp_path)
    assert done.returncode == 6
    assert "there is no terminal" in done.stderr


@pytest.mark.parametrize("value", ["--camera=-1", "--camera=100", "--camera=film.avi", "--camera=/dev/video0"])
def test_a_camera_is_a_number_and_nothing_else(tmp_path, value):
    done = run("check", value, cwd=tmp_path)
    assert done.returncode == 2
    assert "--camera" in done.stderr
    assert "film" not in done.stderr


@pytest.mark.parametrize(
    ("given", "meant"),
    [
        (["--camera"], ["--camera=0"]),
        (["--camera", "2"], ["--camera", "2"]),
        (["--camera", "scan.png"], ["--camera=0", "scan.png"]),
        (["--camera", "-"], ["--camera=0", "-"]),
        (["--camera", "--json"], ["--camera=0", "--json"]),
        (["--camera=3", "a"], ["--camera=3", "a"]),
        (["--", "--camera"], ["--", "--camera"]),
    ],
)
def test_a_bare_camera_is_the_first(given, meant):
    assert with_camera_number(given) == meant


def test_a_hand_held_scanner_s_lines_are_not_mistaken_for_a_number(tmp_path):
    """`--camera -` reads lines too."""
    with (tmp_path / "lines").open("w+") as stdin:
        stdin.write(symbol_text(SET.envelope.raw) + "\n")
        stdin.seek(0)
        with Session([*COMMAND, "check", "--camera", "-"], tmp_path, stdin=stdin) as session:
            assert session.finish() == 7
    assert "there is no camera" in held(session)


def test_the_films_are_what_they_should_be(pages):
    assert films.shot(pages["1"], (0.5, 0.5), 320, (90, 0, 0)).shape == (films.HEIGHT, films.WIDTH)
    assert cv2.__version__
