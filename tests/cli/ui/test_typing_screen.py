"""A whole recovery by typing alone, in a real terminal: no camera, no scanner, three words illegible."""

from __future__ import annotations

import contextlib
import shutil
import sys
from types import SimpleNamespace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from splitkit.cli.guide import sheet_reading
from splitkit.cli.guide.session import Memory
from splitkit.cli.ui.typing_screen import TypedSheets, type_sheets
from splitkit.errors import StoppedError
from splitkit.quorum.anchor import Anchor
from splitkit.quorum.gathering import gather
from splitkit.quorum.judge import judge
from splitkit.quorum.textform import printed_lines
from splitkit.quorum.verdicts import Status
from tests.support.builders import PASSWORD, made
from tests.support.sampling import examples
from tests.support.terminals import Session, Tmux

SET = made()
COMMAND = [sys.executable, "-m", "splitkit"]
FINGERPRINT = " ".join(SET.envelope.fingerprint)
ENTER = "\r"


def type_share(session, share, illegible=()):
    session.type("1" + ENTER)
    session.until_text("SHARE: type the secret words")
    for place, word in enumerate(share.words):
        session.type("?" if place in illegible else word[:4] + " ")
    session.until_text("Enter: take")
    session.type(ENTER)
    session.until_text("TYPE THE SHEETS")


def type_envelope(session, texts):
    session.type("2" + ENTER)
    session.until_text("how many lines")
    session.type(f"{len(texts)}" + ENTER)
    for text in texts[:-1]:
        session.type(text[6:].lower())
    session.type(texts[-1][6:].lower() + ENTER)
    session.until_text("all lines are there")
    session.type(ENTER)
    session.until_text("TYPE THE SHEETS")


def test_a_quorum_types_its_sheets_and_gets_the_password(tmp_path):
    texts = list(printed_lines(SET.envelope.raw))
    texts[2] = texts[2][:8] + "?" + texts[2][9:]
    with Session([*COMMAND, "recover", "--type", "--practice", "--fingerprint", FINGERPRINT], tmp_path) as session:
        session.until_text("TYPE THE SHEETS")
        type_share(session, SET.share("1"), illegible=(4, 17, 32))
        type_share(session, SET.share("3"))
        type_share(session, SET.share("4"))
        type_envelope(session, texts)
        assert "shares 3, envelope lines" in "\n".join(session.screen.alternate)
        session.type("3" + ENTER)
        session.until_text("SECRET, in groups of four")
        seen = "".join("".join(session.screen.alternate).split())
        session.type("x")
        assert session.finish() == 0
    assert PASSWORD in seen
    main = "\n".join(session.screen.main)
    assert "solved and proven: words 5, 18, 33" in main
    shown = " ".join(main.lower().split())
    pairs = zip(SET.share("1").words, SET.share("1").words[1:], strict=False)
    assert not [pair for pair in pairs if " ".join(pair) in shown]


def test_a_share_that_is_wrong_is_mended_alone_and_the_one_that_is_missing_typed_after_it(tmp_path):
    """One illegible and two wrong words, a sheet too few, and an envelope that is typed last: nothing is typed twice."""
    wrong = {at: SET.share("3").words[at] for at in (3, 8)}
    with Session([*COMMAND, "recover", "--type", "--practice", "--fingerprint", FINGERPRINT], tmp_path) as session:
        session.until_text("TYPE THE SHEETS")
        type_share(session, SET.share("1"), illegible=(4,))
        words = ["acid" if at in wrong else word for at, word in enumerate(SET.share("3").words)]
        words[20] = "?"
        session.type("1" + ENTER + "".join("?" if word == "?" else f"{word} " for word in words))
        session.until_text("Enter: take")
        session.type(ENTER)
        session.until_text("TYPE THE SHEETS")
        type_envelope(session, printed_lines(SET.envelope.raw))
        session.until_text("look at word 4 and 9")
        for at, word in wrong.items():
            session.type("4" + ENTER + f"{at + 1}" + ENTER + f"{word} " + ENTER)
        session.until_text("shares 2, envelope lines")
        session.type("3" + ENTER)
        session.until_text("What next?")
        session.type(ENTER)
        session.until_text("TYPE THE SHEETS")
        type_share(session, SET.share("4"))
        session.type("3" + ENTER)
        session.until_text("SECRET, in groups of four")
        session.type("x")
        assert session.finish() == 0


def test_who_types_no_further_ends_with_what_was_wrong(tmp_path):
    with Session([*COMMAND, "recover", "--type", "--practice", "--fingerprint", FINGERPRINT], tmp_path) as session:
        session.until_text("TYPE THE SHEETS")
        type_share(session, SET.share("1"))
        type_envelope(session, printed_lines(SET.envelope.raw))
        session.type("3" + ENTER)
        session.until_text("What next?")
        session.type("end" + ENTER)
        assert session.finish() == 4


def test_typing_is_stopped_by_ctrl_c_and_leaves_a_clear_screen(tmp_path):
    with Session([*COMMAND, "check", "--type"], tmp_path) as session:
        session.until_text("TYPE THE SHEETS")
        session.type("1" + ENTER)
        session.until_text("SHARE: type the secret words")
        session.type("acad")
        session.until_text("ACADemic")
        session.type("\x03")
        assert session.finish() == 130
    assert "error: stopped by the operator" in "\n".join(session.screen.main)
    assert "ACAD" not in "\n".join(session.screen.main)


def test_a_wrong_share_is_said_at_once_and_judged_as_damaged(tmp_path):
    words = [*SET.share("2").words]
    words[3], words[8] = "acid", "acne"
    with Session([*COMMAND, "check", "--type"], tmp_path) as session:
        session.until_text("TYPE THE SHEETS")
        session.type("1" + ENTER + "".join(word + " " for word in words))
        session.until_text("THE CHECK FAILS")
        session.type(ENTER + "3" + ENTER)
        session.until_text("an envelope settles")
        session.type("yes" + ENTER)
        assert session.finish() == 3
    assert "damaged" in "\n".join(session.screen.main)


def test_arrow_keys_do_nothing(tmp_path):
    with Session([*COMMAND, "check", "--type"], tmp_path) as session:
        session.until_text("TYPE THE SHEETS")
        session.type("1" + ENTER + "\x1b[A\x1b[D")
        session.until_text("SHARE: type the secret words")
        session.type("acad")
        session.until_text("ACADemic")
        session.type("\x03")
        assert session.finish() == 130


@pytest.mark.skipif(shutil.which("tmux") is None, reason="tmux not installed")
def test_a_recovery_by_typing_inside_tmux(tmp_path):
    """
    The same in tmux at 80 by 24: what `capture-pane` sees on the way, in the end, and in the history; and the raw bytes.
    """
    texts = list(printed_lines(SET.envelope.raw))
    raw = tmp_path / "raw"
    command = [*COMMAND, "recover", "--type", "--practice", "--fingerprint", FINGERPRINT]
    with Tmux(command, tmp_path, raw) as tmux:
        assert "TYPE THE SHEETS" in tmux.until("TYPE THE SHEETS")
        for sheet, illegible in (("1", (4, 17, 32)), ("3", ()), ("4", ())):
            tmux.type("1\r")
            tmux.until("SHARE: type the secret words")
            words = SET.share(sheet).words
            tmux.type("".join("?" if place in illegible else word[:4] + " " for place, word in enumerate(words)))
            assert words[0].upper() in tmux.until("Enter: take")
            tmux.type("\r")
            tmux.until("TYPE THE SHEETS")
        tmux.type("2\r")
        tmux.until("how many lines")
        tmux.type(f"{len(texts)}\r")
        tmux.type("".join(text[6:] for text in texts) + "\r")
        tmux.until("all lines are there")
        tmux.type("\r")
        tmux.until("shares 3, envelope lines")
        tmux.type("3\r")
        assert PASSWORD in "".join(tmux.until("SECRET, in groups of four").split())
        tmux.type("x")
        ended = tmux.until("ended with 0")
    assert "solved and proven: words 5, 18, 33" in ended
    assert PASSWORD not in "".join(ended.split())
    assert SET.share("1").words[0].upper() not in ended
    written = raw.read_bytes()
    assert written.count(b"\x1b[?1049h") == written.count(b"\x1b[?1049l") > 0
    assert written.rindex(b"\x1b[?1049l") > written.rindex(b"in groups of four")


class Keys:
    """A terminal at which these keys are pressed, one after the other; keeps every screen."""

    def __init__(self, keys):
        self.keys, self.screens = list(keys), []

    def full_screen(self):
        return contextlib.nullcontext()

    def draw(self, text, *, bell=False):
        self.screens.append(text)

    def key(self):
        if not self.keys:
            raise StoppedError("no more keys", "")
        return self.keys.pop(0)


TEXTS = printed_lines(SET.envelope.raw)
ENVELOPE = ["2", ENTER, *f"{len(TEXTS)}", ENTER, *"".join(text[6:].replace(" ", "") for text in TEXTS), ENTER, ENTER]


def share(number):
    return ["1", ENTER, *"".join(word[:4] + " " for word in SET.share(number).words), ENTER]


def taken(*keys):
    return [line.scan.text for line in type_sheets(Keys(keys), TypedSheets())]


WANTED = [SET.share("1").mnemonic, SET.share("2").mnemonic, *TEXTS]


def compact(lines):
    return [line.replace(" ", "").upper() for line in lines]


@pytest.mark.parametrize(
    "wrong",
    [
        ["1", ENTER, "<"],
        ["2", ENTER, "<"],
        ["2", ENTER, "9", ENTER, "<"],
        ["2", ENTER, "9", "<"],
        ["<"],
        ["x", "?", ENTER, "\x1b"],
        [*"done", ENTER],
        [*"3 is what", *("\x7f" * 9)],
        ["1", ENTER, *"acid agency ", "<", "1", ENTER, *("\x7f" * 12), "<"],
    ],
    ids=lambda keys: "".join(keys)[:12],
)
def test_every_wrong_turn_has_a_way_back(wrong):
    """From a share that was not meant, from a wrong number of lines, from the menu: then all goes on as if it had not been."""
    for at in range(3):
        steps = [share("1"), share("2"), ENVELOPE]
        if wrong == ["<"]:  # the last one is taken again
            steps.insert(at, ["<", *{0: [], 1: [ENTER], 2: [ENTER]}[at]])
        else:
            steps.insert(at, wrong)
        got = taken(*[key for step in steps for key in step], "3", ENTER, *"yes", ENTER)
        assert compact(got) == compact(WANTED)


def test_a_wrong_number_of_lines_costs_no_line():
    keys = ["2", ENTER, "9", ENTER, *TEXTS[0][6:].replace(" ", "")]
    terminal = Keys([*keys, "<", "2", ENTER, *f"{len(TEXTS)}", ENTER, *"".join(t[6:].replace(" ", "") for t in TEXTS[1:]), ENTER, ENTER, "3", ENTER])  # fmt: skip
    assert compact(line.scan.text for line in type_sheets(terminal, TypedSheets())) == compact(TEXTS)
    assert any("or the number of lines (<, then 2)" in screen for screen in terminal.screens)


def test_what_was_begun_is_gone_on_with_and_never_left_out_unseen():
    words = SET.share("1").words
    begun = ["1", ENTER, *"".join(word[:4] + " " for word in words[:20]), "<", *ENVELOPE, "3", ENTER]
    rest = ["1", ENTER, *"".join(word[:4] + " " for word in words[20:]), ENTER, "3", ENTER]
    terminal = Keys([*begun, *rest])
    assert compact(line.scan.text for line in type_sheets(terminal, TypedSheets())) == compact(
        [*TEXTS, SET.share("1").mnemonic]
    )
    assert any("yes leaves it out" in screen for screen in terminal.screens)
    assert compact(taken(*begun, *"yes", ENTER)) == compact(TEXTS)


def test_no_whole_line_of_an_envelope_is_lost():
    lines = "".join(text[6:].replace(" ", "") for text in TEXTS[:-1])
    begun = ["2", ENTER, *f"{len(TEXTS)}", ENTER, *lines, *TEXTS[-1][6:9], "<"]
    assert compact(taken(*begun, "3", ENTER)) == compact(TEXTS[:-1])
    assert compact(taken(*begun, "2", ENTER, *TEXTS[-1][9:].replace(" ", ""), ENTER, ENTER, "3", ENTER)) == compact(
        TEXTS
    )


def test_what_was_taken_last_can_be_looked_at_and_mended():
    words = list(SET.share("1").words)
    wrong = ["1", ENTER, *"".join(word[:4] + " " for word in ["acid", *words[1:]]), ENTER]
    assert taken(*wrong, "<", "1", ENTER, *words[0][:4], " ", ENTER, "3", ENTER) == [SET.share("1").mnemonic]


def as_typed(number, wrong=(), illegible=()):
    """A sheet with some words that are others, and some that are illegible."""
    words = [
        "?" if at in illegible else ("acid" if word != "acid" else "acne") if at in wrong else word
        for at, word in enumerate(SET.share(number).words)
    ]
    return ["1", ENTER, *"".join("?" if word == "?" else f"{word} " for word in words), ENTER]


def right(number, place):
    """One word typed again, and nothing else."""
    return [*str(place + 1), ENTER, *f"{SET.share(number).words[place]} ", ENTER]


@pytest.mark.parametrize(
    ("wrong", "illegible", "named"),
    [
        ((7,), (3,), "word 8"),
        ((7,), (3, 20), "word 8"),
        ((7, 30), (), "word 8 and 31"),
        ((7, 30), (3,), "word 8 and 31"),
    ],
)
@pytest.mark.parametrize("envelope_first", [True, False])
def test_only_the_word_that_is_wrong_is_typed_again(wrong, illegible, named, envelope_first):
    sheet = as_typed("1", wrong, illegible)
    first = [*ENVELOPE, *sheet] if envelope_first else [*sheet, *ENVELOPE]
    mended = [key for place in wrong for key in ("4", ENTER, *right("1", place))]
    terminal = Keys([*first, "3", ENTER, *mended, "3", ENTER])
    found = gather([], type_sheets(terminal, TypedSheets()))
    assert any(f"it does not fit: look at {named};" in screen for screen in terminal.screens)
    assert [one.status for one in judge(found, Anchor(SET.envelope.fingerprint)).sheets] == [Status.SOUND]


def test_another_sheet_is_typed_while_one_does_not_fit():
    terminal = Keys([*ENVELOPE, *as_typed("1", (7, 30)), *share("2"), *share("3"), "3", ENTER, *"yes", ENTER])
    lines = [line.scan.text for line in type_sheets(terminal, TypedSheets())]
    assert {SET.share("2").mnemonic, SET.share("3").mnemonic} <= {*lines}
    assert len(lines) == len(TEXTS) + 3, "the share that does not fit is judged too"


def test_what_an_envelope_settles_is_not_left_without_one():
    terminal = Keys([*as_typed("1", (), (3,)), "3", ENTER, *ENVELOPE, "3", ENTER])
    type_sheets(terminal, TypedSheets())
    assert any("2 types it" in screen for screen in terminal.screens)
    beside = Keys([*as_typed("1", (), (3,)), "3", ENTER])
    type_sheets(beside, TypedSheets(), [SET.envelope])
    assert not any("2 types it" in screen for screen in beside.screens)


def test_what_was_typed_is_there_when_it_is_gone_on_with():
    typed = TypedSheets()
    type_sheets(Keys([*share("1"), *ENVELOPE, "3", ENTER]), typed)
    lines = [line.scan.text for line in type_sheets(Keys([*share("2"), "3", ENTER]), typed)]
    assert {SET.share("1").mnemonic, SET.share("2").mnemonic} <= {*lines}
    typed.forget_shares()
    assert compact(line.scan.text for line in type_sheets(Keys(["3", ENTER]), typed)) == compact(TEXTS)


def test_in_a_ceremony_the_envelope_is_typed_once_and_a_sheet_that_was_not_taken_is_there_still():
    """Sheet 1 is typed where sheet 2 is to be read: it waits for its turn."""
    memory = Memory()

    def read(number, *keys):
        terminal = SimpleNamespace(terminal=Keys([*keys, "3", ENTER]))
        session = SimpleNamespace(memory=memory, meant=SimpleNamespace(envelope=None), dialogue=terminal)
        return {line.scan.text for line in sheet_reading._typed(session, f"sheet {number}").lines}

    assert SET.share("1").mnemonic in read("2", *ENVELOPE, *share("1"))
    second = read("2", *share("2"))
    assert SET.share("2").mnemonic in second and SET.share("1").mnemonic not in second
    assert len(second) == 1 + len(TEXTS)
    memory.typed.forget_shares(but="2")
    assert SET.share("1").mnemonic in read("1")
    memory.clear()
    assert not memory.typed.lines()


@settings(max_examples=examples(60))
@given(st.lists(st.sampled_from([*"123x<<1239 ", ENTER, "\x7f", *"acidgenyz"]), max_size=60))
def test_a_few_times_back_leads_to_the_menu_from_everywhere(keys):
    terminal = Keys([*keys, *"<" * 40])
    with contextlib.suppress(StoppedError):
        type_sheets(terminal, TypedSheets())
    assert any("TYPE THE SHEETS" in screen for screen in terminal.screens[-41:])
