"""`splitkit seal` and `splitkit open`: further secrets and files, sealed to a set with nobody present, opened by a quorum."""

from __future__ import annotations

import io
import os
import stat
import sys
from collections.abc import Iterable, Iterator, Sequence
from contextlib import nullcontext
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO

import click

from splitkit.cli import options
from splitkit.cli.main import StrictCommand
from splitkit.cli.options import SheetsCommand, option, packed, shared
from splitkit.cli.ui.dialogue import Dialogue
from splitkit.cli.ui.overrides import Overruled, check_in_memory, way
from splitkit.cli.ui.sheet_input import SheetInput, read_record, set_rows
from splitkit.cli.ui.sheet_release import release_from
from splitkit.cli.ui.talk import result, safe, say, spelt_rows
from splitkit.cli.ui.undertaking import undertaken, writer_of
from splitkit.cli.ui.vouching import Vouched, confirm_set
from splitkit.errors import AttentionError, ForgedError, UsageError
from splitkit.host import files, hardening
from splitkit.host.beside import HashBeside, ahead
from splitkit.host.filename import named
from splitkit.host.home import Ledgers
from splitkit.host.terminal import interactive
from splitkit.quorum import age
from splitkit.quorum.anchor import Anchor, parse_fingerprint
from splitkit.quorum.envelope import Envelope
from splitkit.quorum.recipient import parse_identity, recipient_hash
from splitkit.quorum.release import Released
from splitkit.secret.entropy import Entropy

if TYPE_CHECKING:
    from splitkit.cli.ui.custody_ledgers import Custody, LedgerWriter
    from splitkit.ledger.chain import Entry
    from splitkit.ledger.events import SetMade

MAX_SEALED = 1 << 30
"""Bytes that can be sealed: 1 GiB."""

MAX_RECIPIENT_FILE = 65_536
MAX_ARMORED = 16 * 1024 * 1024
MAX_FORMER = 16
_OPENS = "Is this the set that opens the file?"
_ENVELOPE = "envelope.sk1"
_TAKE_AGAIN = "take recipient.txt from the signed record again; somebody may have put another one there"
_SEED_MARK = b"otpauth://"
_LOOKED_AT = 65_536
"""Bytes at the beginning of a file in which the seed of an MFA device is looked for."""


# --- seal -------------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, kw_only=True)
class SealOptions:
    """What `seal` is told besides the file."""

    to: str = option("--to", required=True, metavar="FILE", help="The recipient.txt of the set.")
    out: str = option("--out", required=True, metavar="FILE", help="New file for what is sealed, such as codes.age.")
    vouched: Vouched = shared(options.vouched_options)
    ledgers: Ledgers = shared(options.ledgers_option())
    overruled: Overruled = shared(options.override_options("mfa-seed", "no-record"))
    by: str = shared(options.done_by())
    wit: str


@click.command(cls=StrictCommand, name="seal")
@click.argument("path", metavar="FILE")
@packed(SealOptions)
def seal_file(path: str, given: SealOptions) -> None:
    """Seal a file to a set: no custodian need be present, and only a quorum opens it.

    FILE is a file, or - for standard input.  What comes out is an age file; age 1.3 or later can make and open such files too.  Whose
    recipient it is, the signed record says: --record, --fingerprint where envelope.sk1 lies beside recipient.txt, or --head.

    Example: splitkit seal codes.txt --to recipient.txt --out codes.txt.age
    """
    hardening.harden()
    out = Path(given.out)
    files.check_new_file(out)
    writer = writer_of(given.ledgers, given.by, given.wit, given.overruled)
    with nullcontext(sys.stdin.buffer) if path == "-" else _opened_file(path) as stream:
        recipient = age.parse_recipient(files.read_file(given.to, MAX_RECIPIENT_FILE).decode("utf-8", errors="replace"))
        set_id = _set_of(recipient, given)
        start, digest = stream.read(_LOOKED_AT), HashBeside()
        _check_seed(start, given.overruled)
        sealed = _hashed(ahead(age.seal(recipient, _Joined(start, stream), Entropy())), digest)  # type: ignore[arg-type]
        size = _seal(writer, set_id, out, sealed, digest)
    result(f"sealed: {safe(given.out)}, {size} bytes, SHA-256 {digest.hexdigest()}")
    if path != "-":
        say(f"next: {safe(path)} can be read as before: delete it once the sealed file was copied to where it is kept")
    if not given.ledgers:
        say("write its SHA-256 into the ledger: an age file does not say who sealed it")


def _seal(writer: LedgerWriter | None, set_id: str, out: Path, sealed: Iterable[bytes], digest: HashBeside) -> int:
    """Write the sealed file, between its intent and its outcome; return its size."""
    planned = [writer.sealed(set_id, digest.hexdigest(), 0)] if writer else []
    free, of = partial(files.check_new_file, out), set_id or None
    with undertaken(writer, "seal", "a file for the quorum", planned, ready=free, set=of) as undertaking:
        files.write_whole(out, sealed)
        size = out.stat().st_size
        if writer:
            undertaking.came.append(writer.sealed(set_id, digest.hexdigest(), size))
    return size


def _set_of(recipient: bytes, given: SealOptions) -> str:
    """Return the set of a recipient, once what people signed vouches for it; nothing where ledgers do not name it.

    A fingerprint vouches for an envelope, and that for its recipient; a head for the entry that names it.

    Raises:
        SplitkitError: If nothing that was signed vouches for it, or for another one.
    """
    wanted, custody = recipient_hash(recipient), _custody(given.ledgers)
    made = _made(custody.entries, wanted) if custody else None
    if custody and not made:
        fact = "no set of these ledgers has this recipient"
        raise AttentionError(fact, "give the ledger of the split, or another recipient.txt")
    vouched, set_id = given.vouched, made.set if made else ""
    if vouched == Vouched(None, None, None) and given.overruled.allows(
        "no-record", "nothing that was signed was compared: whose recipient this is, nobody knows"
    ):
        return set_id
    envelope = read_record(vouched.record)[1] if vouched.record else _beside(given.to)

    def by_fingerprint(signed: Anchor) -> Anchor:
        if envelope is None:
            fact = "these words cannot be compared: no envelope.sk1 lies beside the recipient"
            raise UsageError(fact, "give --record FILE, or the words headed L of a signed close-out sheet")
        if signed.fingerprint != envelope.fingerprint:
            raise ForgedError("the envelope beside this recipient is not the one that was signed", _TAKE_AGAIN)
        if envelope.header.recipient_hash != wanted:
            raise ForgedError("this recipient is not the one of that record", _TAKE_AGAIN)
        _confirm(envelope.header.set_id.hex(), set_rows(envelope))
        return signed

    def by_head(words: Sequence[str]) -> Anchor:
        if not (custody and made):
            raise UsageError("no ledger was named that could hold this head", "name every ledger with --ledger")
        anchor, signed = custody.vouched(set_id, Vouched(None, None, tuple(words)))
        if not (vouched_for := _made(signed.signed, wanted)):
            raise ForgedError("no entry that people signed names this recipient", _TAKE_AGAIN)
        _confirm(set_id, _rows(vouched_for))
        return anchor

    vouched.compared(by_fingerprint, by_head, [envelope.fingerprint] if envelope else [])
    return set_id


def _custody(ledgers: Ledgers) -> Custody | None:
    if not ledgers:
        return None
    from splitkit.cli.ui.custody_ledgers import built_from  # noqa: PLC0415  (only where there are ledgers)

    return built_from(ledgers)


def _made(entries: Iterable[Entry], recipient: bytes) -> SetMade | None:
    """Return what was made with this hash of a recipient."""
    from splitkit.ledger.events import SetMade  # noqa: PLC0415  (only where there are ledgers)

    made = (entry.data for entry in entries if isinstance(entry.data, SetMade))
    return next((one for one in made if one.recipient == recipient.hex()), None)


def _beside(recipient: str) -> Envelope | None:
    """Return the envelope that lies in the folder of a recipient: nobody vouches for it yet."""
    path = Path(recipient).with_name(_ENVELOPE)
    return read_record(str(path))[1] if path.is_file() else None


def _rows(made: SetMade) -> list[str]:
    words = parse_fingerprint(made.fingerprint).fingerprint
    told = [f"label    {safe(made.label or '(none)')}", f"epoch    {made.epoch}", f"policy   {made.policy}"]
    return ["  " + row for row in (*told, *spelt_rows(words))]


def _confirm(set_id: str, rows: Sequence[str]) -> None:
    confirm_set(set_id, rows, "Is this the set that is to open the file?")


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
        raise UsageError(f"{named(path)} cannot be opened: {error.strerror}", "check the name") from None
    if not stat.S_ISREG(os.fstat(descriptor).st_mode):
        os.close(descriptor)
        raise UsageError(f"{named(path)} is not a regular file", "name a file")
    return os.fdopen(descriptor, "rb")


def _hashed(chunks: Iterable[bytes], digest: HashBeside) -> Iterator[bytes]:
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

    Example: splitkit open scans --sealed codes.txt.age --out /dev/shm/codes.txt --purpose 'a new phone'
    """
    from splitkit.cli.ui.custody_ledgers import LedgerWriter, built_from, live_set  # noqa: PLC0415  (not to seal)
    from splitkit.ledger.events import FileOpened  # noqa: PLC0415

    hardening.harden()
    writer = LedgerWriter(given.ledgers, given.by, given.wit, given.overruled).checked()
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
        released = release_from(given.sheets, built, known, anchor, _OPENS, writer)
        whole = _Hashing(file)
        stream = _unarmored(whole)
        file_key = _key(released, age.parse_header(stream), given.former)
        opening = FileOpened(set=known.set_id, sha256=digest, purpose=given.purpose)
        free = partial(files.check_new_file, out)
        with (
            undertaken(writer, "open", given.purpose, [opening], ready=free, set=known.set_id) as undertaking,
            undertaking.writing(out, opening),
        ):
            files.write_whole(out, _unchanged(ahead(age.opened(stream, file_key)), whole, digest))
    result(f"opened into {safe(given.out)}")
    say(
        "next: delete it once it was used, and put the sheets back into bags and safes: 'splitkit status' asks for each"
    )


class _Hashing(io.RawIOBase):
    """A file from its beginning, hashed as it is read."""

    def __init__(self, file: BinaryIO) -> None:
        file.seek(0)
        self._file, self._digest = file, HashBeside()

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
    from splitkit.ledger.events import FileSealed  # noqa: PLC0415  (not to seal without a ledger)

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
