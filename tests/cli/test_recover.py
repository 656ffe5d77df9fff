"""`splitkit recover` where an envelope claims to be of a newer set, where there is no record, and with records of the wrong kind."""

from __future__ import annotations

from contextlib import contextmanager

import pytest

from splitkit.quorum.textform import symbol_text
from tests.support.builders import PASSWORD, made
from tests.support.kit import COMMAND, kit, run
from tests.support.terminals import Session

OLD = made("2of3", "recover old")
NEW = made("2of3", "recover new", "A-newer+password", epoch=3, first_set=OLD.envelope.header.set_id)
OTHER = made("2of3", "recover other", "Another+password")
QUORUM = [OLD.share("1").mnemonic, OLD.share("3").digits, symbol_text(OLD.envelope.raw)]
CLAIM = [*QUORUM, symbol_text(NEW.envelope.raw)]
RECOVER = ("recover", "-", "--practice", "--reveal", "stdout")
WORDS = ("--fingerprint", " ".join(OLD.envelope.fingerprint))


def recover(tmp_path, lines, *options):
    return run(*RECOVER, *options, cwd=tmp_path, stdin="\n".join(lines).encode())


@contextmanager
def asked(tmp_path):
    """The same at a terminal, up to the question."""
    with Session([*COMMAND, *RECOVER, *WORDS], tmp_path) as session:
        session.until_text("type or scan the lines")
        session.type("\n".join(CLAIM) + "\n\x04")
        session.until_text("Open the older set all the same?")
        yield session


def test_a_claim_of_a_newer_set_stops_where_nobody_can_be_asked(tmp_path):
    done = recover(tmp_path, CLAIM, *WORDS)
    assert (done.returncode, done.stdout) == (9, "")
    assert "error: an envelope among these sheets says that it is of a newer set of this line\nhint: " in done.stderr
    done = recover(tmp_path, CLAIM, *WORDS, "--superseded", "the new sheets burnt")
    assert (done.returncode, done.stdout) == (0, PASSWORD + "\n")
    assert "opened because: the new sheets burnt" in done.stderr


def test_a_claim_of_a_newer_set_is_shown_and_asked_about_once(tmp_path):
    with asked(tmp_path) as session:
        session.until_text(f"claims to be of a newer set, {NEW.envelope.header.set_id.hex()}")
        session.type("no\n")
        assert session.finish() == 9
    with asked(tmp_path) as session:
        session.type("maybe\nyes\n")
        session.until_text(PASSWORD)
        assert session.finish() == 0


def test_too_few_sheets_are_told_before_anybody_is_asked_which_set_is_meant(tmp_path):
    assert recover(tmp_path, CLAIM[1:], *WORDS).returncode == 4


@pytest.mark.parametrize(
    ("more", "said"),
    [
        ([OTHER.share("2").mnemonic], "sheet 2 (line 4) and this envelope do not belong together"),
        ([" ".join(OLD.share("2").words[:-1])], "a share has 33 words, this line has 32 (line 4)"),
        (["SK1:AAAA"], "the envelope breaks the rules of the format (line 4)"),
        (["01/11 AAAA AAAA"], "the check of envelope line 1 fails (line 4)"),
    ],
)
def test_without_a_record_what_lies_beside_is_named_and_the_record_asked_for(tmp_path, more, said):
    assert recover(tmp_path, [*QUORUM, "https://example.com"], "--no-record").stdout == PASSWORD + "\n"
    done = recover(tmp_path, [*QUORUM, *more], "--no-record")
    assert (done.returncode, done.stdout) == (5, "")
    assert f"error: without a record nothing may lie beside the sheets of one set: {said}\n" in done.stderr
    assert "hint: find the signed record" in done.stderr


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (symbol_text(OLD.envelope.raw).encode() + b"\n", 0),
        (b"\xef\xbb\xbf# a remark\r\n" + symbol_text(OLD.envelope.raw).encode() + b"\r\n", 0),
        ("\n".join([QUORUM[0], QUORUM[2]]).encode(), 2),
        ("\n".join([" ".join(["?"] * 3 + QUORUM[0].split()[3:]), QUORUM[2]]).encode(), 2),
        ("\n".join([QUORUM[2], QUORUM[1][:-1]]).encode(), 3),
        (QUORUM[2].encode() + b"\nhello\n", 3),
        (QUORUM[2].encode() + b"\n\xff\xfe\n", 3),
        (QUORUM[2].encode() + b"\n" * 70_000 + QUORUM[0].encode(), 3),
        (symbol_text(OTHER.envelope.raw).encode(), 5),
        (b"", 3),
    ],
)
def test_only_a_record_and_nothing_else_is_one(tmp_path, content, code):
    """What stands behind the first 65,536 bytes is read as well, or the file is refused."""
    (tmp_path / "record").write_bytes(content)
    done = recover(tmp_path, QUORUM, "--record", "record")
    assert (done.returncode, done.stdout) == (code, "" if code else PASSWORD + "\n"), done.stderr


def test_without_a_record_two_envelopes_are_one_too_many(tmp_path):
    done = recover(tmp_path, [*QUORUM, symbol_text(OTHER.envelope.raw)], "--no-record")
    assert (done.returncode, done.stdout) == (5, "")
    assert "error: 2 different envelopes lie here, and only a record can tell which is right: line " in done.stderr


def test_the_records_that_split_writes_are_taken():
    for record in ("record.pdf", "envelope.sk1"):
        done = run("recover", "sheets", "--practice", "--reveal", "stdout", "--record", f"sheets/{record}", cwd=kit())
        assert (done.returncode, done.stdout) == (0, PASSWORD + "\n")
