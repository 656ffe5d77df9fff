"""`seal` and `open`: files for a quorum, with nobody present; nothing is released that was not authenticated."""

from __future__ import annotations

import functools
import hashlib
import json
import shutil
import tempfile
from pathlib import Path

import pytest

from splitkit.quorum.age import parse_recipient
from splitkit.quorum.recipient import recipient_hash
from tests.support.custody.practice_set import PLAN, fingerprints, run, seen
from tests.support.kit import COMMAND, overrule
from tests.support.sampling import sampled
from tests.support.terminals import Session

CODES = b"recovery codes: 1111-2222, 3333-4444\n" * 9_000


@pytest.fixture
def shop(custody):
    """A set whose ledger holds the hash of its recipient, and a file."""
    (custody.folder / "codes.txt").write_bytes(CODES)
    return custody


def seal(shop, path="codes.txt", out="codes.age", *more, of="old"):
    return run(
        "seal",
        path,
        "--to",
        f"{of}/recipient.txt",
        "--record",
        f"{of}/envelope.sk1",
        "--out",
        out,
        *more,
        cwd=shop.folder,
    )


def open_sealed(shop, *sheets, sealed="codes.age", out="opened", of="old", signed=None, more=()):
    signed = signed or shop.closed_out
    return run("open", "-", "--sealed", sealed, "--out", out, "--ledger", "l", "--purpose", "a test", *signed, *more,
               cwd=shop.folder, stdin=shop.lines(*sheets, of=of))  # fmt: skip


@functools.cache
def sealed_codes(recipient):
    """The file sealed once for every test that spoils it: *recipient* is the file that names the same set."""
    with tempfile.TemporaryDirectory() as folder:
        (Path(folder) / "recipient.txt").write_bytes(recipient)
        (Path(folder) / "codes.txt").write_bytes(CODES)
        assert (
            run(
                "seal", "codes.txt", "--to", "recipient.txt", "--out", "codes.age", *overrule("no-record"), cwd=folder
            ).returncode
            == 0
        )
        return (Path(folder) / "codes.age").read_bytes()


def test_a_file_is_sealed_with_nobody_present_and_opened_by_a_quorum(shop):
    done = seal(shop, "codes.txt", "codes.age", "--ledger", "l")
    assert done.returncode == 0, done.stderr
    data = (shop.folder / "codes.age").read_bytes()
    assert hashlib.sha256(data).hexdigest() in done.stdout
    assert data.startswith(b"age-encryption.org/v1\n-> mlkem768x25519 ")
    assert b"recovery" not in data
    arguments = ("--sealed", "codes.age", "--out", "opened", "--ledger", "l", "--purpose", "a test", *shop.closed_out)
    opened = run("open", shop.sheet(1), shop.sheet(3), *arguments, cwd=shop.folder)
    assert opened.returncode == 0, opened.stderr
    assert (shop.folder / "opened").read_bytes() == CODES
    assert (shop.folder / "opened").stat().st_mode & 0o777 == 0o600
    events = [json.loads(line)["ev"] for line in (shop.folder / "l").read_text().splitlines()]
    assert events[-8:] == ["intent", "file.sealed", "outcome", *["sheet.read"] * 2, "intent", "file.opened", "outcome"]
    assert run("ledger", "verify", "l", cwd=shop.folder).returncode == 0


@pytest.mark.parametrize("size", sampled([0, 1, 65_535, 65_536, 65_537, 131_072], 0, always=[0, 65_537]))
def test_every_length_comes_back(shop, size):
    (shop.folder / "codes.txt").write_bytes(bytes(range(256)) * (size // 256) + bytes(size % 256))
    assert seal(shop, "codes.txt", "codes.age", "--ledger", "l").returncode == 0
    assert open_sealed(shop, 1, 2).returncode == 0
    assert (shop.folder / "opened").read_bytes() == (shop.folder / "codes.txt").read_bytes()


def test_one_sheet_opens_nothing(shop):
    seal(shop, "codes.txt", "codes.age", "--ledger", "l")
    done = open_sealed(shop, 1)
    assert (done.returncode, "1 more sheet is needed" in done.stderr) == (4, True)
    assert not (shop.folder / "opened").exists()


@pytest.mark.parametrize("at", [30, 1_500, 1_640, 20_000, 70_000, -1])
def test_a_changed_file_releases_nothing(shop, at):
    """Also where the change is behind chunks that are sound: no name, no byte, is ever there."""
    data = bytearray(sealed_codes((shop.folder / "old" / "recipient.txt").read_bytes()))
    data[at] ^= 1
    (shop.folder / "codes.age").write_bytes(bytes(data))
    before = sorted(path.name for path in shop.folder.iterdir())
    done = open_sealed(shop, 1, 2, more=overrule("unknown-file"))
    assert done.returncode == 3, done.stderr
    assert sorted(path.name for path in shop.folder.iterdir()) == before


WHILE_PEOPLE_SCAN = """
import os
from splitkit.cli import sealed
released = sealed.release_from
def meanwhile(*given):
    {what}
    return released(*given)
sealed.release_from = meanwhile
"""


@pytest.mark.parametrize(
    ("what", "code"),
    [("os.replace('evil.age', 'codes.age')", 0), ("open('codes.age', 'r+b').write(open('evil.age', 'rb').read())", 9)],
)
def test_what_is_opened_is_the_file_that_the_ledger_knows(shop, what, code):
    """Another file, sealed to the same set by somebody else, takes the place of the one that was hashed."""
    assert seal(shop, "codes.txt", "codes.age", "--ledger", "l").returncode == 0
    (shop.folder / "evil.txt").write_bytes(CODES[::-1])
    assert seal(shop, "evil.txt", "evil.age").returncode == 0
    arguments = ["open", shop.sheet(1, "old"), shop.sheet(2, "old"), "--sealed", "codes.age", "--out", "opened",
                 "--ledger", "l", "--purpose", "a test", *shop.closed_out]  # fmt: skip
    done = run(*arguments, cwd=shop.folder, altered=WHILE_PEOPLE_SCAN.format(what=what))
    assert done.returncode == code, done.stderr
    if code:
        assert "changed while it was open" in done.stderr
        assert not (shop.folder / "opened").exists()
    else:
        assert (shop.folder / "opened").read_bytes() == CODES


@pytest.mark.parametrize("cut", [10, 1_000, 1_700, 66_000])
def test_a_cut_file_releases_nothing(shop, cut):
    data = sealed_codes((shop.folder / "old" / "recipient.txt").read_bytes())
    (shop.folder / "codes.age").write_bytes(data[:cut])
    assert open_sealed(shop, 1, 2, more=overrule("unknown-file")).returncode == 3
    assert not (shop.folder / "opened").exists()


def test_a_file_that_no_ledger_knows_is_opened_only_for_a_reason(shop):
    seal(shop)
    done = open_sealed(shop, 1, 2)
    assert (done.returncode, "no ledger knows this file" in done.stderr) == (9, True)
    assert open_sealed(shop, 1, 2, more=overrule("unknown-file", "it came by mail")).returncode == 0


@pytest.fixture
def planted(shop):
    """A file of somebody else, and an entry that says that it was sealed, after the head that was signed."""
    older = shop.closed_out
    assert seal(shop, "codes.txt", "evil.age").returncode == 0
    digest = hashlib.sha256((shop.folder / "evil.age").read_bytes()).hexdigest()
    seen(shop.folder / "l", "file.sealed", set=shop.set_id, sha256=digest, bytes=1)
    return older, shop.signed


def test_only_an_entry_that_people_signed_says_who_sealed_a_file(shop, planted):
    """Words of a set vouch for no file, and those of a ledger only for what is before them."""
    for signed in planted:
        before = (shop.folder / "l").read_bytes()
        done = open_sealed(shop, 1, 2, sealed="evil.age", signed=signed)
        assert (done.returncode, "nobody signed who sealed this file" in done.stderr) == (9, True), done.stderr
        assert "says: SCR/WIT, 20" in done.stderr
        assert "--override unknown-file" in done.stderr
        assert not (shop.folder / "opened").exists()
        assert (shop.folder / "l").read_bytes() == before
    assert open_sealed(shop, 1, 2, sealed="evil.age", signed=shop.signed, more=overrule("unknown-file")).returncode == 0
    assert open_sealed(shop, 1, 2, sealed="evil.age", out="signed since").returncode == 0


@pytest.mark.parametrize("answer", ["yes", "no"])
def test_at_a_terminal_people_are_asked_who_sealed_a_file(shop, planted, answer):
    words = ("--sealed", "evil.age", "--out", "opened", "--ledger", "l", "--purpose", "a test", *shop.signed)
    with Session([*COMMAND, "open", shop.sheet(1), shop.sheet(2), *words], shop.folder) as now:
        now.until_text("Is it the file that they sealed?")
        now.type(f"{answer}\n")
        if answer == "yes":
            now.until_text("Is this the set that opens the file?")
            now.type("yes\n")
        assert now.finish() == (0 if answer == "yes" else 9)
    assert (shop.folder / "opened").exists() is (answer == "yes")


def test_the_recipient_is_compared_with_the_record(shop):
    assert run("split", "plan.toml", "--out", "other", cwd=shop.folder).returncode == 0
    done = run(
        "seal",
        "codes.txt",
        "--to",
        "other/recipient.txt",
        "--record",
        "old/envelope.sk1",
        "--out",
        "x.age",
        cwd=shop.folder,
    )
    assert (done.returncode, "not the one of that record" in done.stderr) == (5, True)
    unknown = run(
        "seal", "codes.txt", "--to", "other/recipient.txt", "--out", "x.age", "--ledger", "l", cwd=shop.folder
    )
    assert (unknown.returncode, "no set of these ledgers" in unknown.stderr) == (9, True)
    assert not (shop.folder / "x.age").exists()


def to_old(shop, *more, to="old/recipient.txt", **kind):
    return run("seal", "codes.txt", "--to", to, "--out", "x.age", *more, cwd=shop.folder, **kind)


@pytest.mark.parametrize("ledger", [(), ("--ledger", "l")])
def test_nothing_is_sealed_to_whom_nobody_vouches_for(shop, ledger):
    """Neither a file beside the recipient nor an entry of a ledger is enough: either can be written anew."""
    done = to_old(shop, *ledger)
    assert (done.returncode, "--record" in done.stderr) == (6, True), done.stderr
    assert not (shop.folder / "x.age").exists()
    assert to_old(shop, *ledger, *overrule("no-record", "it is only a trial")).returncode == 0
    if ledger:
        entries = [json.loads(line) for line in (shop.folder / "l").read_text().splitlines()]
        assert [one["d"]["reason"] for one in entries if one["ev"] == "override"] == ["it is only a trial"]


WAYS = (
    "the words of the record",
    "a trusted copy",
    "the words of a close-out sheet",
    "the words of the record, and a ledger",
)
"""How people say which record vouches for a set."""


def ways(shop):
    return {
        "the words of the record": shop.signed,
        "a trusted copy": ("--record", "old/envelope.sk1"),
        "the words of a close-out sheet": ("--ledger", "l", *shop.closed_out),
        "the words of the record, and a ledger": ("--ledger", "l", *shop.signed),
    }


@pytest.mark.parametrize("way", WAYS)
def test_what_people_signed_vouches_for_a_recipient_and_is_shown(shop, way):
    done = to_old(shop, *ways(shop)[way])
    assert done.returncode == 0, done.stderr
    for told in (f"set {shop.set_id}", "label    Root", "policy   2of3", "epoch", shop.signed[1].split()[3]):
        assert told in done.stderr


@pytest.fixture(scope="module")
def theirs(tmp_path_factory):
    """The set of somebody else."""
    folder = tmp_path_factory.mktemp("theirs")
    (folder / "plan.toml").write_text(PLAN)
    assert run("split", "plan.toml", "--out", "theirs", cwd=folder).returncode == 0
    return folder / "theirs"


@pytest.fixture
def planted_recipient(shop, theirs):
    """The recipient of somebody else where that of the set was, with their envelope beside it, and in a ledger written anew."""
    shutil.copytree(theirs, shop.folder / "theirs")
    honest = dict(ways(shop))
    ours, theirs = ((shop.folder / of / "recipient.txt").read_text() for of in ("old", "theirs"))
    hashes = [recipient_hash(parse_recipient(text)).hex() for text in (ours, theirs)]
    anew, head = [], "0" * 64
    for line in (shop.folder / "l").read_text().replace(*hashes).splitlines():
        entry = json.loads(line) | {"prev": head}
        anew.append(json.dumps(entry, sort_keys=True, separators=(",", ":")))
        head = hashlib.sha256(b"splitkit/1 ledger\n" + anew[-1].encode()).hexdigest()
    (shop.folder / "l").write_text("\n".join(anew) + "\n")
    assert run("ledger", "verify", "l", cwd=shop.folder).returncode == 0
    return honest


@pytest.mark.parametrize("beside", ["ours", "theirs", "none"])
@pytest.mark.parametrize("way", WAYS)
def test_the_recipient_of_somebody_else_is_stopped(shop, planted_recipient, beside, way):
    """Whatever lies beside it, and whatever a ledger says that was written anew."""
    shutil.copytree(shop.folder / "old", shop.folder / "planted")
    shutil.copy(shop.folder / "theirs" / "recipient.txt", shop.folder / "planted")
    if beside == "theirs":
        shutil.copy(shop.folder / "theirs" / "envelope.sk1", shop.folder / "planted")
    elif beside == "none":
        (shop.folder / "planted" / "envelope.sk1").unlink()
    done = to_old(shop, *planted_recipient[way], to="planted/recipient.txt")
    words = "words of the record" in way
    assert done.returncode == (8 if "close-out" in way else 2 if words and beside == "none" else 5), done.stderr
    assert not (shop.folder / "x.age").exists()


@pytest.mark.parametrize(("answer", "code"), [("yes", 0), ("no", 130)])
def test_at_a_terminal_people_type_the_words_and_say_whether_it_is_the_set(shop, answer, code):
    command = [*COMMAND, "seal", "codes.txt", "--to", "old/recipient.txt", "--out", "x.age"]
    with Session(command, shop.folder) as now:
        now.until_text("Which set is it?")
        now.type(shop.signed[1] + "\n")
        now.until_text("Is this the set that is to open the file?")
        now.type(f"{answer}\n")
        assert now.finish() == code
    assert (shop.folder / "x.age").exists() is (answer == "yes")


def test_the_seed_of_an_mfa_device_is_refused(shop):
    (shop.folder / "seed").write_text("OTPAUTH://totp/x?secret=AAAA\n")
    assert seal(shop, "seed", "seed.age").returncode == 9
    assert not (shop.folder / "seed.age").exists()
    assert seal(shop, "seed", "seed.age", *overrule("mfa-seed")).returncode == 0


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (("nothing", "--to", "old/recipient.txt"), 2),
        (("codes.txt", "--to", "nothing"), 2),
        (("codes.txt", "--to", "codes.txt"), 2),
        (("codes.txt", "--to", "plan.toml"), 2),
        (("old", "--to", "old/recipient.txt"), 2),
        (("/dev/zero", "--to", "old/recipient.txt"), 2),
    ],
)
def test_what_cannot_be_sealed_is_said(shop, arguments, code):
    done = run("seal", *arguments, "--out", "x.age", cwd=shop.folder)
    assert (done.returncode, "internal error" in done.stderr) == (code, False), done.stderr
    assert not (shop.folder / "x.age").exists()


@pytest.mark.parametrize("name", ["plan.toml", "old/record.pdf", "old/envelope.sk1", "l"])
def test_what_is_no_sealed_file_is_said(shop, name):
    done = open_sealed(shop, 1, 2, sealed=name, more=overrule("unknown-file"))
    assert (done.returncode, "not an age file" in done.stderr) == (3, True)
    assert not (shop.folder / "opened").exists()


def test_nothing_is_written_over(shop):
    seal(shop, "codes.txt", "codes.age", "--ledger", "l")
    assert seal(shop, "codes.txt", "codes.age").returncode == 2
    assert open_sealed(shop, 1, 2, out="codes.txt").returncode == 2
    assert (shop.folder / "codes.txt").read_bytes() == CODES


def test_the_oldest_file_opens_after_two_refreshes_and_a_rotation(shop):
    """Each new set was handed the identity of the one before."""
    seal(shop, "codes.txt", "codes.age", "--ledger", "l")
    names, current = [], "old"
    for at, how in enumerate(("refresh", "rotate", "refresh")):
        signed = ("--record", f"{current}/envelope.sk1")
        done = shop.renew(how, "-", "--out", f"new{at}", vouched=signed, stdin=shop.lines(1, 2, of=current))
        assert done.returncode == 0, done.stderr
        sets = fingerprints(shop.folder)[1]
        old, new = sets[-2], sets[-1]
        drill = ("ceremony", "drill", "-", "--ledger", "l", "--set", new[:8], "--record", f"new{at}/envelope.sk1")
        read = run(*drill, cwd=shop.folder, stdin=shop.lines(*"123", of=f"new{at}"))
        assert read.returncode == 0, read.stderr
        shop.add(
            "set.rotated" if how == "rotate" else "set.refreshed", f"set={new}", f"replaces={old}", "reason=a test"
        )
        current = f"new{at}"
        names.insert(0, f"{current}/former-identity.age")
    without = open_sealed(shop, 2, 3, of=current)
    assert (without.returncode, "not sealed to this set" in without.stderr) == (3, True)
    chain = [word for name in names for word in ("--former", name)]
    done = open_sealed(shop, 2, 3, of=current, more=chain)
    assert done.returncode == 0, done.stderr
    assert (shop.folder / "opened").read_bytes() == CODES
