"""A whole recovery by typing alone, in a real terminal: no camera, no scanner, three words illegible."""

from __future__ import annotations

import sys

from builders import PASSWORD, made
from terminals import Session

from splitkit.quorum.textform import printed_lines

SET = made()
COMMAND = [sys.executable, "-m", "splitkit"]
FINGERPRINT = " ".join(SET.envelope.fingerprint)
ENTER = "\r"


def type_share(session, share, illegible=()):
    session.type("s")
    session.until_text("SHARE: type the secret words")
    for place, word in enumerate(share.words):
        session.type("?" if place in illegible else word[:4] + " ")
    session.until_text("Enter: take")
    session.type(ENTER)
    session.until_text("TYPE THE SHEETS")


def type_envelope(session, texts):
    session.type("e")
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
        session.type("d")
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


def test_typing_is_stopped_by_ctrl_c_and_leaves_a_clear_screen(tmp_path):
    with Session([*COMMAND, "check", "--type"], tmp_path) as session:
        session.until_text("TYPE THE SHEETS")
        session.type("s")
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
        session.type("s" + "".join(word + " " for word in words))
        session.until_text("THE CHECK FAILS")
        session.type(ENTER + "d")
        assert session.finish() == 3
    assert "damaged" in "\n".join(session.screen.main)


def test_arrow_keys_do_nothing(tmp_path):
    with Session([*COMMAND, "check", "--type"], tmp_path) as session:
        session.until_text("TYPE THE SHEETS")
        session.type("s\x1b[A\x1b[D")
        session.until_text("SHARE: type the secret words")
        session.type("acad")
        session.until_text("ACADemic")
        session.type("\x03")
        assert session.finish() == 130
