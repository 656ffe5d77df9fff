"""The terminal: what is hidden stays hidden, what is shown is cleared, and the terminal is left as it was found."""

from __future__ import annotations

import os
import signal
import sys
import termios
import textwrap

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from splitkit.cli.ui.reveal import screens
from splitkit.cli.ui.talk import spoken
from splitkit.secret.record import SecretRecord
from tests.support.builders import PASSWORD
from tests.support.places import TESTS
from tests.support.sampling import examples
from tests.support.terminals import COLUMNS, LINES, Screen, Session

START = textwrap.dedent(
    """
    import sys
    from splitkit.errors import ExplainedError
    from splitkit.host.clock import seconds
    from splitkit.host.terminal import Terminal
    try:
        with Terminal.open() as terminal:
    {body}
    except ExplainedError as error:
        print("error:", error.fact)
        sys.exit(error.exit_code)
    """
)


def session(body: str) -> Session:
    """Run *body* with `terminal` open, in a terminal of its own."""
    code = START.format(body=textwrap.indent(textwrap.dedent(body), " " * 8))
    return Session([sys.executable, "-c", code], TESTS)


def test_the_countdown_clears_the_screen_without_anybody():
    with session("terminal.show(['the secret is here\\n'], 2, seconds)") as now:
        now.until_text("the secret is here")
        now.until_text("Cleared in 1 s.")
        assert now.finish() == 0
        assert now.screen.glass is None
        assert now.screen.main == [""]


def test_the_clock_decides_and_not_the_patience_of_select():
    """A clock handed in: two ticks are three hours."""
    body = """
    ticks = iter([0, 0, 0, 0] + [10_800] * 100)
    terminal.show(['the secret is here\\n'], 180, lambda: next(ticks))
    """
    with session(body) as now:
        assert now.finish() == 0
        assert "the secret is here" in now.screen.shown[-1]


def test_pages_are_turned_by_space_and_ended_by_any_other_key():
    body = "terminal.show(['first\\n', 'second\\n', 'third\\n'], 60, seconds)"
    with session(body) as now:
        now.until_text("SPACE: next page.  Any other key clears the screen.")
        assert now.screen.alternate[0] == "first"
        now.type(" ")
        now.until_text("second")
        assert "first" not in "\n".join(now.screen.alternate)
        now.type(" ")
        now.until_text("third")
        now.until_text("Any key clears the screen.")
        now.type(" ")
        assert now.finish() == 0
    with session(body) as now:
        now.until_text("SPACE")
        now.type("\x1b[A")  # an arrow: three bytes, of which none is left for the shell
        assert now.finish() == 0
        assert now.screen.main == [""]


@pytest.mark.parametrize("stop", ["SIGINT", "SIGTERM", "SIGHUP", "SIGTSTP"])
@pytest.mark.parametrize("call", ["terminal.show(['sensitive\\n'], 60, seconds)", "terminal.ask_hidden('sensitive ')"])
def test_every_signal_clears_and_restores(call, stop):
    with session(call) as now:
        now.until_text("sensitive")
        assert termios.tcgetattr(now.master) != now.untouched
        os.kill(now.process.pid, signal.Signals[stop])
        assert now.until(lambda screen: any("stopped by" in row for row in screen.main))
        assert termios.tcgetattr(now.master) == now.untouched
        assert now.finish() == 130
        assert now.screen.glass is None


def test_every_signal_that_can_be_caught_clears_the_screen():
    """One after the other, those without a name too; and a second one while the screen is being cleared changes nothing."""
    body = """
    import os, signal
    from splitkit.host import terminal as module
    harmless = {"SIGCHLD", "SIGCLD", "SIGCONT", "SIGURG", "SIGWINCH", "SIGPIPE", "SIGXFSZ"}
    fatal = {"SIGKILL", "SIGSTOP", "SIGSEGV", "SIGBUS", "SIGFPE", "SIGILL"}
    numbers = sorted(signal.valid_signals() - {getattr(signal, name) for name in harmless | fatal})
    written = Terminal._write
    def write(self, text):
        if text == module._LEAVE_SCREEN:
            os.kill(os.getpid(), signal.SIGTERM)
        written(self, text)
    Terminal._write = write
    def stopped(number):
        def now():
            os.kill(os.getpid(), number)
            return 0
        try:
            terminal.show(['sensitive\\n'], 60, now)
        except ExplainedError as error:
            return error.exit_code == 130
    print(len(numbers), all(map(stopped, numbers)))
    """
    with session(body) as now:
        assert now.finish() == 0
        count, all_of_them = now.screen.main[-2 if not now.screen.main[-1] else -1].split()
        assert (int(count) > 40, all_of_them) == (True, "True")
        assert now.screen.glass is None
        assert "sensitive" not in "\n".join(now.screen.main)


@pytest.mark.parametrize(("call", "lost"), [("ask_hidden", b"p\xe4ssword"), ("ask_hidden", b"\xed\xa0\x80"),
                                            *[(call, "p\ufffdssword".encode()) for call in ("ask", "ask_hidden")]])  # fmt: skip
def test_a_line_of_which_a_character_was_lost_is_asked_for_again(call, lost):
    """A terminal that is set to Latin-1 sends bytes that are no UTF-8; another one puts a mark in their place."""
    with session(f"print(ascii(terminal.{call}('say: ')))") as now:
        now.until_text("say: ")
        os.write(now.master, lost + b"\n")
        now.until_text("hint: this terminal speaks another encoding")
        now.type("p\u00e4ssword\n")
        assert now.finish() == 0
        shown = "\n".join(now.screen.main)
        assert "'p\\xe4ssword'" in shown
        assert shown.count("say:") == 2
        assert call == "ask" or "ssword" not in shown.replace("'p\\xe4ssword'", "")


def test_an_error_inside_the_screen_clears_it_too():
    with session(
        "terminal.show(['sensitive\\n'], 60, lambda: 1 / 0 if sys.argv.append('') or len(sys.argv) > 4 else 0)"
    ) as now:
        assert now.finish() == 1
        assert "sensitive" in now.screen.shown[-1]
        assert now.screen.glass is None
        assert "sensitive" not in "\n".join(row for row in now.screen.main if "terminal.show" not in row)


def test_what_is_asked_hidden_is_not_seen():
    with session("answer = terminal.ask_hidden('say: ')\nprint(len(answer), answer[:1] == 'C')") as now:
        now.until_text("say: ")
        now.type(PASSWORD + "x\x7f\n")  # with a slip of the finger, taken back
        assert now.finish() == 0
        assert now.screen.main[:2] == ["say:", f"{len(PASSWORD)} True"]
        assert PASSWORD.encode() not in now.raw


def test_what_was_typed_too_early_is_not_taken():
    with session("import time; time.sleep(1)\nprint(repr(terminal.ask_hidden('say: ')))") as now:
        now.type("typed before anything was asked\n")
        now.until_text("say: ")
        now.type("later\n")
        assert now.finish() == 0
        assert "'later'" in now.screen.main


def test_a_line_without_an_end_is_refused():
    """The line editor of the kernel takes 4,096 bytes; without it, 8,192 are enough for anything that is asked."""
    body = """
    import tty
    tty.setcbreak(terminal.stream.fileno())
    terminal.ask('say: ')
    """
    with session(body) as now:
        now.until_text("say: ")
        for _ in range(10):
            now.type("x" * 1_000)
            now.until(lambda _: False, 0.05)
        assert now.finish() == 130
        assert "error: the typed line is too long" in "\n".join(now.screen.main)


@pytest.mark.parametrize("call", ["terminal.ask('say: ')", "terminal.ask_hidden('say: ')"])
def test_the_end_of_typing_is_no_answer(call):
    with session(call) as now:
        now.until_text("say: ")
        now.type("\x04")
        assert now.finish() == 130


def test_without_a_terminal_there_is_none():
    import subprocess

    code = START.format(body="        pass")
    done = subprocess.run([sys.executable, "-c", code], start_new_session=True, capture_output=True, text=True, check=False)  # fmt: skip
    assert (done.returncode, done.stdout) == (6, "error: there is no terminal to talk to\n")


# --- the screen of the secret ----------------------------------------------------------------------------------------

TEXTS = st.text(st.characters(exclude_categories=["Cs"]), max_size=120)


@settings(max_examples=examples(150), deadline=None)
@given(
    password=st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=300),
    note=TEXTS,
    size=st.sampled_from([(80, 24), (40, 12), (132, 43), (80, 25)]),
)
def test_every_screen_fits_and_every_character_is_there(password, note, size):
    columns, lines = size
    pages = screens(SecretRecord(password, note=note), columns, lines)
    for page in pages:
        assert page.count("\n") < lines, "the countdown has its line, and nothing scrolls"
        assert all(letter.isprintable() or letter == "\n" for letter in page)
    text = "\n".join(pages)
    for place, letter in enumerate(password, 1):
        assert f"{place:>3} " in text
        assert spoken(letter) in text


@settings(max_examples=examples(100), deadline=None)
@given(password=st.text(st.characters(min_codepoint=33, max_codepoint=126), min_size=1, max_size=300))
def test_a_screen_shows_what_a_terminal_shows(password):
    """Fed to the terminal of the tests, which refuses to scroll or to wrap; read off again, it is the password."""
    screen = Screen()
    seen = []
    for page in screens(SecretRecord(password), COLUMNS, LINES):
        screen.feed(b"\x1b[?1049h\x1b[2J\x1b[H" + page.replace("\n", "\r\n").encode() + b"Any key")
        seen += screen.alternate
        screen.feed(b"\x1b[2J\x1b[H\x1b[?1049l")
    title = next(at for at, row in enumerate(seen) if row.startswith("SECRET"))
    groups = "".join(row.replace(" ", "") for row in seen[title + 2 : seen.index("", title + 2)])
    assert password.startswith(groups.removesuffix("Anykey"))
    assert groups == password or len(password) > 200


@pytest.mark.parametrize(
    ("letter", "said"),
    [
        ("K", "capital K"),
        ("k", "small k"),
        ("7", "digit seven"),
        ("$", "dollar sign"),
        ("#", "number sign (hash)"),
        ("-", "hyphen"),
        ("_", "underscore"),
        ("|", "vertical bar"),
        ("@", "at sign"),
        (" ", "space"),
        ("/", "slash"),
        ("\\", "backslash"),
        ("\u00c9", "capital e with acute"),
        ("\u03b1", "greek small letter alpha"),
        ("\x1b", "character 001b"),
    ],
)
def test_characters_are_said_in_words(letter, said):
    assert spoken(letter) == said


def test_every_sign_of_a_generated_password_has_a_name_of_its_own():
    names = [spoken(chr(code)) for code in range(33, 127)]
    assert len(set(names)) == len(names)
    assert not [name for name in names if len(name) > 20]


def test_a_space_and_what_cannot_be_printed_can_be_seen():
    (page,) = screens(SecretRecord("a b\x1b[2J"), 80, 24)
    assert "a\u2423b\ufffd  [2J" in page
    assert "\u2423 is a space" in page
    assert "\x1b" not in page


def test_what_stands_beside_the_password_cannot_move_the_cursor():
    page = screens(SecretRecord("abcd", user="root\x1b[2J", account="1234", note="n\r"), 80, 24)[0]
    assert "user     root\\u001b[2J" in page
    assert "\r" not in page
