"""`splitkit seal` and `splitkit open`: further secrets and files, sealed to a set with nobody present, opened by a quorum."""

import hashlib
import io
import os
import stat
import sys
from collections.abc import Iterable, Iterator, Sequence
from contextlib import nullcontext
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any, BinaryIO

import click

from splitkit.cli import options
from splitkit.cli.main import StrictCommand
from splitkit.cli.options import SheetsCommand, option, packed, shared
from splitkit.cli.ui.custody_ledgers import Custody, LedgerWriter, built_from, live_set, undertaken
from splitkit.cli.ui.dialogue import Dialogue
from splitkit.cli.ui.overrides import Overruled, check_in_memory, way
from splitkit.cli.ui.sheet_input import SheetInput, read_record
from splitkit.cli.ui.sheet_release import release_from
from splitkit.cli.ui.talk import result, safe, say, warn
from splitkit.cli.ui.vouching import Vouched
from splitkit.errors import AttentionError, ForgedError, UsageError
from splitkit.host import files, hardening
from splitkit.host.home import Ledgers
from splitkit.host.terminal import interactive
from splitkit.ledger.chain import Entry
from splitkit.ledger.events import FileOpened, FileSealed, SetMade
from splitkit.quorum import age
from splitkit.quorum.recipient import parse_identity, recipient_hash
from splitkit.quorum.release import Released
from splitkit.secret.entropy import Entropy

MAX_SEALED = 1 << 30
"""Bytes that can be sealed: 1 GiB."""

MAX_RECIPIENT_FILE = 65_536
MAX_ARMORED = 16 * 1024 * 1024
MAX_FORMER = 16
_OPENS = "Is this the set that opens the file?"
_SEED_MARK = b"otpauth://"
_LOOKED_AT = 65_536
"""Bytes at the beginning of a file in which the seed of an MFA device is looked for."""


# --- seal -------------------------------------------------------------------------------------------------------------


@click.command(cls=StrictCommand, name="seal")
@click.argument("path", metavar="FILE")
@click.option("--to", required=True, metavar="FILE", help="The recipient.txt of the set.")
@click.option("--out", required=True, metavar="FILE", help="New file for what is sealed, such as codes.age.")
@click.option(
    "--record", metavar="FILE", help="A trusted copy of the public record: the recipient must be the one that it names."
)
@options.ledgers_option()
@options.override_options("mfa-seed")
@options.done_by()
def seal_file(
    path: str, to: str, out: str, record: str | None, ledgers: Ledgers, overruled: Overruled, by: str, wit: str
) -> None:
    """Seal a file to a set: nobody need be present, and only a quorum opens it.

    FILE is a file, or - for standard input.  What comes out is an age file; age 1.3 or later can make and open such files too.
    """
    hardening.harden()
    recipient = age.parse_recipient(files.read_file(to, MAX_RECIPIENT_FILE).decode("utf-8", errors="replace"))
    _check_recipient(recipient, record)
    set_id = _set_of(recipient, ledgers)
    files.check_new_file(Path(out))
    writer = LedgerWriter(ledgers, by, wit, overruled)
    writer.check()
    digest = hashlib.sha256()
    with nullcontext(sys.stdin.buffer) if path == "-" else _opened_file(path) as stream:
        start = stream.read(_LOOKED_AT)
        _check_seed(start, overruled)
        sealed = _hashed(age.seal(recipient, _Joined(start, stream), Entropy()), digest)  # type: ignore[arg-type]
        size = _seal(writer, set_id, Path(out), sealed, digest)
    result(f"sealed: {safe(out)}, {size} bytes, SHA-256 {digest.hexdigest()}")
    if not ledgers:
        say("write its SHA-256 into the ledger: an age file does not say who sealed it")


def _seal(writer: LedgerWriter, set_id: str, out: Path, sealed: Iterable[bytes], digest: Any) -> int:
    """Write the sealed file, between its intent and its outcome; return its size."""
    planned = [FileSealed(set=set_id, sha256=digest.hexdigest(), bytes=0)] if writer.ledgers else []
    free, of = partial(files.check_new_file, out), set_id or None
    with undertaken(writer, "seal", "a file for the quorum", planned, ready=free, set=of) as undertaking:
        files.write_whole(out, sealed)
        size = out.stat().st_size
        if writer.ledgers:
            undertaking.came.append(FileSealed(set=set_id, sha256=digest.hexdigest(), bytes=size))
    return size


def _check_recipient(recipient: bytes, record: str | None) -> None:
    if record is None:
        warn("the recipient was not compared with a record: give --record to be sure whose it is")
        return
    if read_record(record)[1].header.recipient_hash != recipient_hash(recipient):
        raise ForgedError(
            "this recipient is not the one of that record", "take recipient.txt from the signed record again"
        )


def _set_of(recipient: bytes, ledgers: Ledgers) -> str:
    """Return the set of a recipient, by the hash that the ledgers hold; nothing without ledgers."""
    if not ledgers:
        return ""
    wanted = recipient_hash(recipient).hex()
    for entry in built_from(ledgers).entries:
        if isinstance(entry.data, SetMade) and entry.data.recipient == wanted:
            return entry.data.set
    raise AttentionError(
        "no set of these ledgers has this recipient", "give the ledger of the split, or another recipient.txt"
    )


def _check_seed(start: bytes, overruled: Overruled) -> None:
    fact = "this looks like the seed of an MFA device, and a set may hold the password of the same account"
    if _SEED_MARK in start.lower() and not overruled.allows("mfa-seed", fact):
        raise AttentionError(fact, f"keep them apart; {way('mfa-seed')}, if it is of another account")


class _Joined(io.RawIOBase):
    """What was read already, and then the rest of a stream; never more than may be sealed."""

    def __init__(self, start: bytes, rest: BinaryIO) -> None:
        self._start, self._rest, self._count = io.BytesIO(start), rest, 0

    def read(self, size: int = -1) -> bytes:
        """Return *size* bytes, fewer only at the end."""
        data = self._start.read(size)
        while len(data) < size and (more := self._rest.read(size - len(data))):
            data += more
        self._count += len(data)
        if self._count > MAX_SEALED:
            raise UsageError(
                "more than 1 GiB cannot be sealed", "seal it in parts, or seal a key and encrypt the rest with it"
            )
        return data


def _opened_file(path: str) -> BinaryIO:
    """Open a regular file; pipes and devices are refused."""
    try:
        descriptor = os.open(path, os.O_RDONLY | os.O_CLOEXEC | os.O_NONBLOCK | os.O_NOCTTY)
    except OSError as error:
        raise UsageError(f"the file cannot be opened: {error.strerror}", "check the name") from None
    if not stat.S_ISREG(os.fstat(descriptor).st_mode):
        os.close(descriptor)
        raise UsageError("what was named is not a regular file", "name a file")
    return os.fdopen(descriptor, "rb")


def _hashed(chunks: Iterable[bytes], digest: Any) -> Iterator[bytes]:
    for chunk in chunks:
        digest.update(chunk)
        yield chunk


# --- open -------------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, kw_only=True)
class OpenOptions:
    """What `open` is told besides the sheets."""

    sealed: str = option("--sealed", required=True, metavar="FILE", help="The age file to open.")
    out: str = option("--out", required=True, metavar="FILE", help="New file for what was sealed.")
    ledgers: Ledgers = shared(options.ledgers_option())
    set_id: str | None = shared(options.set_option)
    vouched: Vouched = shared(options.vouched_options)
    purpose: str = shared(options.purpose_option(required=True))
    former: Sequence[str] = option(
        "--former", multiple=True, metavar="FILE",
        help="former-identity.age of a set that was replaced, the newest first; may be repeated.",
    )  # fmt: skip
    overruled: Overruled = shared(options.override_options("disk", "superseded", "unknown-file"))
    sheets: SheetInput = shared(options.sheets_options)
    by: str = shared(options.done_by())
    wit: str


@click.command(cls=SheetsCommand, name="open")
@packed(OpenOptions)
def open_file(given: OpenOptions) -> None:
    """Open a sealed file with a quorum of sheets.

    Nothing of it is released before all of it was authenticated.  A file that was sealed to a set that was replaced since opens through
    the identity that was handed on: --former.
    """
    hardening.harden()
    writer = LedgerWriter(given.ledgers, given.by, given.wit, given.overruled)
    writer.check()
    built = built_from(given.ledgers)
    known = live_set(built.register, given.set_id)
    out = Path(given.out)
    files.check_new_file(out)
    check_in_memory(out.parent, "what is opened", "opened", given.overruled, practice=known.practice)
    # One descriptor from the hash to the last byte: another file that is put in its place while people scan is never read.
    # What is written into the file itself meanwhile is seen, since all that is read is hashed once more.
    with _opened_file(given.sealed) as file:
        digest = _digest(file)
        given.sheets.check_named()
        anchor, built = built.vouched(known.set_id, given.vouched)
        _check_recorded(built, digest, given.overruled)
        released = release_from(given.sheets, built, known, anchor, _OPENS, given.overruled)
        whole = _Hashing(file)
        stream = _unarmored(whole)
        file_key = _key(released, age.parse_header(stream), given.former)
        opening = FileOpened(set=known.set_id, sha256=digest, purpose=given.purpose)
        free = partial(files.check_new_file, out)
        with (
            undertaken(writer, "open", given.purpose, [opening], ready=free, set=known.set_id) as undertaking,
            undertaking.writing(out, opening),
        ):
            files.write_whole(out, _unchanged(age.opened(stream, file_key), whole, digest))
    result(f"opened into {safe(given.out)}")


class _Hashing(io.RawIOBase):
    """A file from its beginning, hashed as it is read."""

    def __init__(self, file: BinaryIO) -> None:
        file.seek(0)
        self._file, self._digest = file, hashlib.sha256()

    def read(self, size: int = -1) -> bytes:
        """Return *size* bytes, fewer only at the end."""
        data = self._file.read(size)
        self._digest.update(data)
        return data

    def start(self) -> bytes:
        """Return the first bytes without taking them."""
        data = self._file.read(4_096)
        self._file.seek(0)
        return data

    def hexdigest(self) -> str:
        """Return the hash of what was read."""
        return self._digest.hexdigest()


def _digest(file: BinaryIO) -> str:
    whole = _Hashing(file)
    while whole.read(1 << 20):
        pass
    return whole.hexdigest()


def _unchanged(chunks: Iterable[bytes], whole: _Hashing, digest: str) -> Iterator[bytes]:
    """Pass on what a file opens into; at its end the file must be the one that was hashed before."""
    yield from chunks
    if whole.hexdigest() != digest:
        raise AttentionError("the sealed file was changed while it was open", "nothing was kept; use another copy")


def _check_recorded(custody: Custody, digest: str, overruled: Overruled) -> None:
    """Refuse a file of which no entry that people signed says that it was sealed; of another entry they are asked at a terminal."""
    if _sealing(custody.signed, digest):
        return
    if not (said := _sealing(custody.entries, digest)):
        fact, hint = (
            "no ledger knows this file, and an age file does not say who sealed it",
            "find out where it comes from",
        )
        allowed = overruled.allows("unknown-file", fact)
    else:
        by = safe(f"{said.by}/{said.witness}" if said.witness else said.by)
        fact = f"nobody signed who sealed this file; entry {said.seq} says: {by}, {said.time}"
        hint = "ask them, or give the words of a close-out sheet that was signed since: --head"
        allowed = overruled.allows("unknown-file", fact, lambda: interactive() and _confirm_sealing(fact))
    if not allowed:
        raise AttentionError(fact, f"{hint}; {way('unknown-file')} opens it")


def _sealing(entries: Sequence[Entry], digest: str) -> Entry | None:
    return next((one for one in entries if isinstance(one.data, FileSealed) and one.data.sha256 == digest), None)


def _confirm_sealing(fact: str) -> bool:
    with Dialogue.open("nothing was opened") as dialogue:
        dialogue.say(
            f"{fact[0].upper()}{fact[1:]}.  Whoever can write into the ledger can say so: ask them whether it is true."
        )
        return dialogue.certain("Is it the file that they sealed?", "it is opened")


def _unarmored(whole: _Hashing) -> BinaryIO:
    """Return an age file without its armour, if it has one."""
    if not age.is_armored(whole.start()):
        return whole  # type: ignore[return-value]
    data = whole.read(MAX_ARMORED + 1)
    if len(data) > MAX_ARMORED:
        raise UsageError("an armoured file of more than 16 MiB is not read", "take the armour off with age")
    return io.BytesIO(age.without_armor(data))


def _key(released: Released, header: age.AgeHeader, former: Sequence[str]) -> bytes:
    """Return the file key: by this set, or by the identities that were handed on from the sets before it."""
    try:
        return released.file_key(header)
    except age.AgeNoMatchError:
        if not former:
            raise
    seed = b""
    for path in former[:MAX_FORMER]:
        with _opened_file(path) as file:
            stream = _unarmored(_Hashing(file))
            inner = age.parse_header(stream)
            key = age.file_key_of(inner, seed) if seed else released.file_key(inner)
            seed = parse_identity(b"".join(age.opened(stream, key)).decode("ascii", errors="replace"))
        try:
            return age.file_key_of(header, seed)
        except age.AgeNoMatchError:
            continue
    raise age.AgeNoMatchError(
        "this file is sealed to none of these sets", "give former-identity.age of every set since, the newest first"
    )
