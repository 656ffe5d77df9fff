"""`splitkit recover` where an envelope claims to be of a newer set, where there is no record, and with records of the wrong kind."""

from __future__ import annotations

import functools
import json
import resource
import shutil
from contextlib import contextmanager
from types import SimpleNamespace

import pytest

from splitkit.cli.recover import _warn_of_older
from splitkit.cli.ui.custody_ledgers import Custody
from splitkit.errors import SplitkitError, StoppedError
from splitkit.quorum.textform import symbol_text
from tests.support.builders import PASSWORD, made
from tests.support.custody.custodies import OTHER_SET, SET, event, held, read_back, register_of, to_come
from tests.support.kit import COMMAND, environment, kit, overrule, run
from tests.support.ledgers import OPEN, chained, head_of, joined
from tests.support.make_testkit import made_up_commitments
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
        session.until_text("Open the older set anyway?")
        yield session


def test_a_claim_of_a_newer_set_stops_where_nobody_can_be_asked(tmp_path):
    done = recover(tmp_path, CLAIM, *WORDS)
    assert (done.returncode, done.stdout) == (9, "")
    assert "error: an envelope among these sheets says that it is of a newer set of this line\nhint: " in done.stderr
    done = recover(tmp_path, CLAIM, *WORDS, *overrule("superseded", "the new sheets burnt"))
    assert (done.returncode, done.stdout) == (0, PASSWORD + "\n")
    assert "overruled, because: the new sheets burnt" in done.stderr


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
        (["https://example.com"], "it is neither a share nor an envelope (line 4)"),
        ([f'"{OLD.share("2").mnemonic}"'], "it is neither a share nor an envelope (line 4)"),
    ],
)
def test_without_a_record_what_lies_beside_is_named_and_the_record_asked_for(tmp_path, more, said):
    assert recover(tmp_path, [*QUORUM, "# a remark"], *overrule("no-record")).stdout == PASSWORD + "\n"
    done = recover(tmp_path, [*QUORUM, *more], *overrule("no-record"))
    assert (done.returncode, done.stdout) == (5, "")
    assert f"error: without a record nothing may lie beside the sheets of one set: {said}\n" in done.stderr
    assert "find the signed record" in done.stderr.partition("hint: ")[2]
    assert ("type or scan again" in done.stderr) is ("belong together" not in said)


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
    done = recover(tmp_path, [*QUORUM, symbol_text(OTHER.envelope.raw)], *overrule("no-record"))
    assert (done.returncode, done.stdout) == (5, "")
    assert "error: 2 different envelopes lie here, and only a record can tell which is right: line " in done.stderr


# Ledgers that are named


@functools.cache
def lives() -> dict[str, list[bytes]]:
    """Ledgers of the old set's line by what became of the newer set, and one in which the old set has another line."""
    old, new, other = (
        header.set_id.hex() for header in (OLD.envelope.header, NEW.envelope.header, OTHER.envelope.header)
    )
    words = {one.envelope.header.set_id.hex(): " ".join(one.envelope.fingerprint) for one in (OLD, NEW, OTHER)}
    facts = {
        "policy": "2of3",
        "recipient": "0" * 32,
        "practice": True,
        "sheets": 3,
        "kind": "first",
    }
    first = ("set.made", {"set": old, "epoch": 1, **facts})
    to_come = ("set.made", {**facts, "set": new, "epoch": 3, "line": old, "replaces": old, "kind": "refreshed"})
    read = [
        ("sheet.read", {"set": new, "sheet": n, "use": "read-back", "source": "scan", "result": "sound"}) for n in "123"
    ]
    told = {
        "in use": [first, to_come, *read, ("set.refreshed", {"set": new, "replaces": old, "reason": "a leaver"})],
        "to come": [first, to_come],
        "void": [first, to_come, ("set.void", {"set": new, "reason": "a power cut"})],
        "unknown": [first],
        "another line": [
            ("set.made", {"set": other, "epoch": 1, **facts}),
            ("set.made", {**facts, "set": old, "epoch": 2, "line": other, "replaces": other, "kind": "refreshed"}),
        ],
    }
    for name, data in (one for several in told.values() for one in several):
        if name == "set.made":
            data["fingerprint"] = words[data["set"]]
    return {name: chained([("open", OPEN), *events]) for name, events in told.items()}


def with_ledger(tmp_path, life, lines, *options, head=True):
    (tmp_path / "l").write_bytes(joined(lives()[life]))
    words = ("--head", " ".join(head_of(lives()[life]))) if head else ()
    return recover(tmp_path, lines, *WORDS, "--ledger", "l", *words, *options)


@pytest.mark.parametrize("lines", [QUORUM, CLAIM], ids=["alone", "beside the newer set"])
@pytest.mark.parametrize(
    ("life", "code", "said"),
    [
        ("in use", 9, "the ledgers say that a newer set of this line is in use"),
        ("to come", 0, ""),
        ("void", 0, ""),
        ("unknown", 0, ""),
        ("another line", None, "another line and epoch than its envelope"),
    ],
)
def test_ledgers_that_paper_vouches_for_decide_what_is_newer(tmp_path, lines, life, code, said):
    """A set that is void or to come supersedes none, and a stranger is named; a ledger that cannot be right decides nothing."""
    done = with_ledger(tmp_path, life, lines)
    assert done.returncode == ((9 if lines is CLAIM else 0) if code is None else code), done.stderr
    assert said in " ".join(done.stderr.split())
    assert ("that the ledgers do not know" in done.stderr) == (lines is CLAIM and life == "unknown")
    done = with_ledger(tmp_path, life, lines, *overrule("superseded"))
    assert (done.returncode, done.stdout) == (0, PASSWORD + "\n")


@pytest.mark.parametrize("life", lives())
def test_ledgers_that_nobody_vouches_for_decide_nothing(tmp_path, life):
    for more in ([], ["--head", " ".join(OLD.envelope.fingerprint)]):
        done = with_ledger(tmp_path, life, QUORUM, *more, head=False)
        assert (done.returncode, done.stdout) == (0, PASSWORD + "\n"), done.stderr
        assert " ".join(done.stderr.split()).count("nobody can tell from") == 1
        assert more or done.stderr.index("a signed close-out sheet") > done.stderr.index("done."), (
            "nobody is kept from it before"
        )
        assert with_ledger(tmp_path, life, CLAIM, *more, head=False).returncode == 9


UNRECORDED = ("--override", "unrecorded", "--reason", "the stick is broken", "--by", "ADM", "--wit", "WIT")


def test_a_ledger_that_is_not_there_prevents_nothing_that_two_people_vouch_for(tmp_path):
    """And they are told what to enter later."""
    ledger = ("--ledger", "nowhere", "--head", " ".join(OLD.envelope.fingerprint))
    refused = recover(tmp_path, QUORUM, *WORDS, *ledger)
    assert (refused.returncode, refused.stdout, "--override unrecorded" in refused.stderr) == (2, "", True)
    alone = recover(tmp_path, QUORUM, *WORDS, *ledger, *UNRECORDED[:-2])
    assert (alone.returncode, alone.stdout, "takes two people" in alone.stderr) == (2, "", True)
    for by, wit in (("Ada Example", "ada-example"), ("ADM", "adm"), ("Ada", "Ada Example"), ("SPLITKIT", "Ada")):
        one = recover(tmp_path, QUORUM, *WORDS, *ledger, *UNRECORDED[:-4], "--by", by, "--wit", wit)
        assert (one.returncode, one.stdout, "takes two people" in one.stderr) == (2, "", True)
    unsaid = recover(tmp_path, QUORUM, *WORDS, *ledger, "--override", "unrecorded", "--by", "ADM", "--wit", "WIT")
    assert (unsaid.returncode, "takes one --reason" in unsaid.stderr) == (2, True)
    done = recover(tmp_path, QUORUM, *WORDS, *ledger, *UNRECORDED)
    assert (done.returncode, done.stdout) == (0, PASSWORD + "\n"), done.stderr
    for told in (
        "nobody can tell from these ledgers",
        "NOTHING IS RECORDED",
        "released_by=ADM,WIT",
        "the stick is broken",
    ):
        assert told in " ".join(done.stderr.split())


STOPPED = """
import os, signal
from splitkit.cli.ui import custody_ledgers

true = custody_ledgers.read

def read(ledgers):
    os.kill(os.getpid(), signal.{number})
    return true(ledgers)

custody_ledgers.read = read
"""


@pytest.mark.parametrize("number", ["SIGTERM", "SIGHUP"])
def test_a_signal_while_the_ledger_is_read_is_no_refusal_that_people_overrule(number, tmp_path):
    (tmp_path / "l").write_bytes(joined(chained([("open", OPEN)])))
    given = [*RECOVER, *WORDS, "--ledger", "l", *UNRECORDED]
    done = run(*given, cwd=tmp_path, stdin="\n".join(QUORUM), altered=STOPPED.format(number=number))
    assert (done.returncode, done.stdout) == (130, ""), done.stderr
    assert f"stopped by signal {number}" in done.stderr and "NOTHING IS RECORDED" not in done.stderr


def test_nothing_that_goes_on_without_what_was_refused_goes_on_when_it_is_stopped():
    assert not issubclass(StoppedError, SplitkitError)


@pytest.fixture
def spoilt(tmp_path):
    """Make a custody folder that cannot be used; return how it is named, and in which folder one stands then."""

    def spoil(how):
        home = tmp_path / "custody"
        made = run("init", "custody", "--name", "Example AG", "--by", "max-example", cwd=tmp_path)
        assert made.returncode == 0, made.stderr
        if how == "writable":
            home.chmod(0o770)
        if how in ("empty", "around us"):
            shutil.rmtree(home / "ledgers")
        if how == "around us":
            return home / "papers", (), {}
        if how == "gone":
            return tmp_path, (), {"env": environment(SPLITKIT_HOME=str(tmp_path / "gone"))}
        return tmp_path, ("--home", str(tmp_path / "none" if how == "none" else home)), {}

    return spoil


@pytest.mark.parametrize(("how", "code"), [("none", 2), ("writable", 6), ("empty", 7), ("around us", 7), ("gone", 2)])
def test_a_custody_folder_that_cannot_be_used_prevents_nothing_either(spoilt, how, code):
    """Named, in the environment, or around the current folder."""
    folder, named, more = spoilt(how)
    lines = "\n".join(QUORUM).encode()
    refused = run(*RECOVER, *WORDS, *named, cwd=folder, stdin=lines, **more)
    assert (refused.returncode, refused.stdout, "--override unrecorded" in refused.stderr) == (code, "", True)
    head = ("--head", " ".join(OLD.envelope.fingerprint))
    for signed in ((), head):
        done = run(*RECOVER, *WORDS, *named, *signed, *UNRECORDED, cwd=folder, stdin=lines, **more)
        assert (done.returncode, done.stdout) == (0, PASSWORD + "\n"), done.stderr
        assert "nobody can tell from" in " ".join(done.stderr.split())
        assert "released_by=ADM,WIT" in done.stderr


def test_a_disk_that_is_full_at_the_intent_prevents_nothing_either(tmp_path):
    """The ledger passes every check before, and takes no entry."""
    (tmp_path / "l").write_bytes(before := joined(lives()["unknown"]))
    limit = (len(before) + 50, resource.RLIM_INFINITY)

    def full(*more):
        return run(*RECOVER, *WORDS, "--ledger", "l", *more, cwd=tmp_path, stdin="\n".join(QUORUM).encode(), fresh=True,
                   preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, limit))  # fmt: skip

    refused = full()
    assert (refused.returncode, refused.stdout, "--override unrecorded" in refused.stderr) == (7, "", True)
    done = full(*UNRECORDED)
    assert (done.returncode, done.stdout) == (0, PASSWORD + "\n"), done.stderr
    for told in ("NOTHING IS RECORDED", "released_by=ADM,WIT", "the stick is broken"):
        assert told in done.stderr
    assert (tmp_path / "l").read_bytes() == before


# One hostile page beside a quorum with its record


def test_made_up_commitments_are_in_nobodys_way(tmp_path):
    done = recover(tmp_path, [*made_up_commitments(), *QUORUM], *WORDS)
    assert (done.returncode, done.stdout) == (0, PASSWORD + "\n")
    assert "made to match" not in done.stderr


def test_made_up_commitments_are_not_in_the_way_of_a_drill(custody):
    """The readings of what was brought are recorded, and so is that the set was proven."""
    typed = "\n".join(made_up_commitments()).encode()
    arguments = ("ceremony", "drill", custody.sheet(1), custody.sheet(2), "-", "--ledger", "l", *custody.signed)
    run(*arguments, cwd=custody.folder, stdin=typed)
    entries = [json.loads(line) for line in (custody.folder / "l").read_text().splitlines()]
    assert [entry["d"]["result"] for entry in entries if entry["ev"] == "drill"] == ["pass"]


def test_the_records_that_split_writes_are_taken():
    for record in ("record.pdf", "envelope.sk1"):
        done = run("recover", "sheets", "--practice", "--reveal", "stdout", "--record", f"sheets/{record}", cwd=kit())
        assert (done.returncode, done.stdout) == (0, PASSWORD + "\n")


# Words that are others, and the table


def by_words(tmp_path, words, *options):
    return recover(tmp_path, QUORUM, "--fingerprint", words, *options)


def test_words_of_the_command_line_that_do_not_agree_are_told_for_what_they_are(tmp_path):
    print_ = OLD.envelope.fingerprint
    slip = by_words(tmp_path, " ".join([*print_[:11], "academic"]))
    assert (slip.returncode, slip.stdout) == (5, "")
    assert "error: these are not the words of the set that lies here: 11 of 12 agree; look at word 12" in slip.stderr
    headed = by_words(tmp_path, "L " + " ".join(print_))
    assert (headed.returncode, "words headed L are those of the close-out sheet" in headed.stderr) == (2, True)
    wrong = by_words(tmp_path, " ".join(OTHER.envelope.fingerprint))
    assert (wrong.returncode, wrong.stdout) == (5, "")
    assert "F heads those of the signed record of a set" in wrong.stderr
    assert "do not trust these sheets until they agree" in wrong.stderr


def test_words_that_the_ledgers_know_are_told_for_what_they_are(tmp_path):
    lines = lives()["unknown"]
    (tmp_path / "l").write_bytes(joined(lines))
    done = by_words(tmp_path, " ".join(head_of(lines)), "--ledger", "l")
    assert (done.returncode, done.stdout) == (5, "")
    assert "these are the words of a close-out sheet of these ledgers, which L heads" in done.stderr


def test_a_slip_is_mended_alone_at_a_terminal(tmp_path):
    """Typed in rows; two words are others, one of them in no list: both are asked for alone, and nobody says 'do not trust'."""
    words = [*OLD.envelope.fingerprint]
    typed = ["acdemic" if at == 3 else "academic" if at == 7 else word for at, word in enumerate(words)]
    with Session([*COMMAND, *RECOVER], tmp_path) as session:
        session.until_text("type or scan the lines")
        session.type("\n".join(QUORUM) + "\n\x04")
        session.until_text("Type the 12 words headed F")
        for count, row in enumerate((typed[:4], typed[4:8], typed[8:]), 1):  # as they are printed
            session.type("F  " + "     ".join(row) + "\n")
            session.until_text(f"{4 * count} of 12 words." if count < 3 else "Word 4, 8 once more")
        session.until_text("Word 4, 8 once more, alone; or all twelve again:")
        session.type(f"{words[3]}\n")
        session.until_text("1 of 2 words.  The next row, or Enter alone:")
        session.type(f"{words[7]}\n")
        session.until_text(PASSWORD)
        assert session.finish() == 0
        assert "do not trust" not in "\n".join(session.screen.main)


@pytest.mark.parametrize(
    ("lines", "told"),
    [
        (QUORUM[::2], ["1      sound", "no quorum: of the 2 sheets needed 1 is here", "not here: sheets 2, 3"]),
        ([QUORUM[0], OLD.share("1").digits, QUORUM[2]], ["1      duplicate", "was read before; it counts once"]),
        (
            [QUORUM[0], OTHER.share("2").digits, QUORUM[2]],
            ["1      claimed", "2      unmatched", "not here: sheets 2, 3"],
        ),
        (
            [QUORUM[0], OTHER.share("2").digits, QUORUM[2], symbol_text(OTHER.envelope.raw)],
            ["2 different envelopes are here", "sheet 1 here; not here: 2, 3", "sheet 2 here; not here: 1, 3"],
        ),
    ],
)
def test_what_is_read_foreign_and_missing_is_shown_where_a_quorum_is_short(tmp_path, lines, told):
    done = recover(tmp_path, lines)
    assert (done.returncode in (4, 5), done.stdout) == (True, "")
    assert all(text in done.stderr for text in told), done.stderr
    assert not any(word in done.stderr for word in (" ".join(OLD.envelope.fingerprint[:2]), "F  "))
    checked = run("check", "-", cwd=tmp_path, stdin="\n".join(lines))
    assert all(text in checked.stdout for text in told), checked.stdout


def test_where_no_record_vouches_nobody_is_told_to_leave_a_sheet_out(tmp_path):
    """Whose set opens may be the forger's: no word says that it is the right one, nor that the other sheet is wrong."""
    for beside in ([], [symbol_text(OTHER.envelope.raw)]):
        lines = [*QUORUM, OTHER.share("2").mnemonic, *beside]
        checked = run("check", "-", cwd=tmp_path, stdin="\n".join(lines))
        opened = recover(tmp_path, lines, *overrule("no-record"))
        assert (checked.returncode, opened.returncode, opened.stdout) == (5, 5, "")
        for told in (checked.stdout + checked.stderr, opened.stderr):
            assert "1      claimed" in told
            assert "NOTHING VOUCHES FOR IT: 2 sheets open set " in told
            assert "find the signed record" in told
            assert not any(word in told for word in ("sound ", "QUORUM", "apart", "go on with", "of one set\n")), told


def test_who_keeps_what_is_missing_is_told_where_a_ledger_says_it(custody):
    custody.add("place.added", "place=north", "name=Oslo vault", "kind=safe", "site=Oslo")
    custody.add("sheet.stored", f"set={custody.set_id}", "sheet=2", "person=C2", "safe=north", "bag=BAG-2")
    done = run(*RECOVER, *custody.signed, "--ledger", "l", cwd=custody.folder, stdin=custody.lines(1))
    assert (done.returncode, done.stdout) == (4, "")
    assert "  sheet 2: Ben Example, bag BAG-2, in Oslo vault" in done.stderr, done.stderr
    assert "  sheet 3: Cleo Example, bag BAG-3" in done.stderr


@pytest.mark.parametrize(
    ("replaced", "head", "told"), [(True, None, True), (True, ("zero",) * 12, False), (False, None, False)]
)
def test_before_it_is_shown_people_hear_what_ledgers_tell_of_an_older_set(replaced, head, told, capsys):
    """They prevent nothing: no paper vouches for them."""
    new = [
        to_come(),
        *read_back(*"12345"),
        event("set.refreshed", "2026-02-03", set=OTHER_SET, replaces=SET, reason="x"),
    ]
    custody = Custody(register_of(*held(), *(new if replaced else [])), [])
    released = SimpleNamespace(envelope=SimpleNamespace(header=SimpleNamespace(set_id=bytes.fromhex(SET))))
    _warn_of_older(released, SimpleNamespace(head=head), custody)
    assert (f"say that set {SET[:8]} is superseded" in capsys.readouterr().err) == told
