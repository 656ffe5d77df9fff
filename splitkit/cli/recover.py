"""`splitkit recover`: give the secret back, only from a quorum and an envelope that the people's record vouches for."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from contextlib import nullcontext
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

import click

from splitkit.cli import options
from splitkit.cli.options import SheetsCommand, option, packed, shared
from splitkit.cli.ui.dialogue import Dialogue
from splitkit.cli.ui.hints import worded
from splitkit.cli.ui.overrides import Overruled, way
from splitkit.cli.ui.reveal import reveal_on_screen, reveal_on_stdout
from splitkit.cli.ui.sheet_input import SheetInput, claims, offer_pictures, read_anchor
from splitkit.cli.ui.sheet_release import confirm_no_record, release_in_line
from splitkit.cli.ui.table import Judged
from splitkit.cli.ui.talk import DOUBTS, say, sheet_list, warn
from splitkit.cli.ui.undertaking import undertaken, writer_of
from splitkit.cli.ui.vouching import WHICH_WORDS, PublicWords, ask_words, judged, with_what
from splitkit.errors import (
    ForgedError,
    NoQuorumError,
    SplitkitError,
    StoppedError,
    UnreadableError,
    UsageError,
)
from splitkit.host import hardening
from splitkit.host.clock import seconds
from splitkit.host.home import Ledgers
from splitkit.host.terminal import Terminal, interactive
from splitkit.quorum.anchor import Anchor, parse_fingerprint
from splitkit.quorum.gathering import Gathering
from splitkit.quorum.judge import Judgement, judge
from splitkit.quorum.release import Released, check_alone, check_reachable
from splitkit.quorum.verdicts import Status

if TYPE_CHECKING:
    from splitkit.cli.ui.custody_ledgers import Custody, LedgerWriter

_NAMED = f"give --fingerprint or --record FILE; or {way('no-record')}"
_NO_RECORD = "NO RECORD: nothing but the sheets vouches for it"
_LOOK = "compare what was typed with the signed record"
_DISTRUST = "check that record and sheets are of the same set; do not trust these sheets until they agree"


@dataclass(frozen=True, kw_only=True)
class RecoverOptions:
    """What `recover` is told."""

    sheets: SheetInput = shared(options.sheets_options)
    fingerprint: Anchor | None = shared(options.fingerprint_option("; asked for if not given"))
    record: str | None = shared(options.record_option)
    practice: bool = option("--practice", is_flag=True, help="Open a practice set, and nothing else.")
    ledgers: Ledgers = shared(options.ledgers_option())
    head: tuple[str, ...] | None = shared(options.head_option)
    reveal: str = option("--reveal", type=click.Choice(["screen", "stdout"]), default="screen",
                         help="Where the secret appears; the terminal's own screen if not given.")  # fmt: skip
    field: str = option("--field", type=click.Choice(["password", "user", "account", "note"]), default="password",
                        help="With --reveal stdout: which part of the record.")  # fmt: skip
    purpose: str = shared(options.purpose_option(required=False, default="not said"))
    by: str = shared(options.done_by())
    wit: str
    overruled: Overruled = shared(options.override_options("no-record", "superseded", "unrecorded"))

    @property
    def no_record(self) -> bool:
        """Whether there is no record, as people say; where they give one it counts anyway."""
        return "no-record" in self.overruled and self.fingerprint is None and self.record is None

    def writer(self) -> LedgerWriter | None:
        """Return who writes into the ledger, which is nobody where it cannot be written, and two people overrule that.

        Raises:
            SplitkitError: If it cannot be written, and two people have not overruled that, with a record at hand.
        """
        try:
            return writer_of(self.ledgers, self.by, self.wit, self.overruled, recovers=True)
        except SplitkitError as error:
            self.go_on_without(error)
            return None

    def go_on_without(self, error: SplitkitError) -> None:
        """Go on where the ledger takes nothing, once two people who have a record overrule that.

        Raises:
            SplitkitError: The same, with how to go on, if they do not.
        """
        if "unrecorded" not in self.overruled or self.no_record:
            hint = f"or go on without it: {way('unrecorded')}, with two people: --by and --wit"
            raise type(error)(error.fact, f"{worded(error.hint)}; {hint}") from None
        from splitkit.cli.ui.custody_ledgers import named_apart  # noqa: PLC0415  (only where there are ledgers)

        if not named_apart(self.ledgers, self.by, self.wit):
            raise UsageError("'unrecorded' takes two people", "name both: --by PERSON --wit PERSON") from None
        self.overruled.allows("unrecorded", f"{error.fact}: NOTHING IS RECORDED of this")

    def say_unrecorded(self, set_id: str) -> None:
        """Say what people must enter into a ledger later, where the one that was named took nothing."""
        entry = f"reveal set={set_id} purpose=... released_by={self.by},{self.wit} seen_by=... seconds=... way=..."
        say(f"write it down, and enter it later: splitkit record {entry}",
            f"and: override check=unrecorded reason=... approved={self.by},{self.wit}")  # fmt: skip

    def told(self) -> Custody | None:
        """Return what the ledgers say, for what people are told; None without any, and nothing of them is loaded then."""
        if not self.ledgers:
            return None
        from splitkit.cli.ui.custody_ledgers import told_by  # noqa: PLC0415  (only where there are ledgers)

        return told_by(self.ledgers)

    def check(self) -> None:
        """Refuse options that contradict each other.

        Raises:
            UsageError: If they do, or no sheet was named.
        """
        self.sheets.check_named()
        if self.head is not None and not self.ledgers:
            raise UsageError("--head was given without a ledger", "name every ledger with --ledger")


@click.command(cls=SheetsCommand, name="recover")
@packed(RecoverOptions)
def command(given: RecoverOptions) -> None:
    """Give the password back from a quorum of sheets.

    SCAN is a picture (PNG, JPEG), a PDF, a folder, or - for lines as a hand-held scanner types them.

    Example: splitkit recover scans --record record.pdf
    """
    given.check()
    hardening.harden()
    writer = given.writer()
    with Terminal.open() if given.reveal == "screen" else nullcontext() as terminal:
        released, gathering, judgement, told = _released(given, writer)
        _table(judgement, told).show(_NO_RECORD)
        _warn_of_older(released, given, told)
        _show(released, given, terminal, writer)
    click.get_current_context().meta.pop(DOUBTS, None)  # whoever got the secret back has what they came for
    if "unrecorded" in given.overruled.needed():
        given.say_unrecorded(released.envelope.header.set_id.hex())
    _conclude(judgement)
    if given.ledgers and given.head is None:
        words = "--head, the 12 words headed L"
        say(
            f"note: without the words of a signed close-out sheet nobody can tell from these ledgers whether a newer set has replaced this one: {words}"
        )
    offer_pictures(gathering, given.record, practice=released.envelope.header.practice)


def _warn_of_older(released: Released, given: RecoverOptions, told: Custody | None) -> None:
    """Say what the ledgers tell of a set that is in use no more, where no paper vouches for them."""
    if told and given.head is None:
        told.warn_of_older(released.envelope.header.set_id.hex())


def _released(
    given: RecoverOptions, writer: LedgerWriter | None
) -> tuple[Released, Gathering, Judgement, Custody | None]:
    """Return what a quorum of what was read has released; who types goes on typing as long as it is none."""
    anchor, told = given.fingerprint, given.told()
    for gathering in given.sheets.read_on():
        judgement = judge(gathering, read_anchor(anchor, given.record, gathering))
        try:
            judgement = _vouched(given, gathering, judgement, told)
            if judgement.chosen and judgement.anchored and not given.record:
                anchor = Anchor(judgement.chosen.envelope.fingerprint)
            custody = _signed_ledgers(given, judgement)
            if told:
                told.record_as_read(writer, judgement, given.go_on_without)
            released = release_in_line(gathering, judgement, custody, given.overruled, practice=given.practice)
        except (NoQuorumError, ForgedError, UnreadableError) as error:
            _table(judgement, told).show(words=judgement.anchored)
            if not given.sheets.goes_on(error):
                raise
        else:
            return released, gathering, judgement, told
    raise RuntimeError("sheets that were read once are not read again")


def _signed_ledgers(given: RecoverOptions, judgement: Judgement) -> Custody | None:
    """Return the ledgers that were named, as far as paper vouches for them; nothing is prevented where it does not."""
    if not given.ledgers:
        return None
    if given.head is None:  # said once the secret was shown: at night nobody looks for a paper before
        return None
    from splitkit.cli.ui.custody_ledgers import signed_custody  # noqa: PLC0415  (only where there are ledgers)

    try:
        custody = signed_custody(given.ledgers, given.head)
        envelope = judgement.chosen.envelope if judgement.chosen else None
        known = custody.register.sets.get(envelope.header.set_id.hex()) if envelope else None
        if envelope and known:
            custody.check_agrees(known, envelope)
    except SplitkitError as error:
        warn(f"nobody can tell from these ledgers whether a newer set has replaced this one: {error.fact}")
        return None
    return custody


def _show(released: Released, given: RecoverOptions, terminal: Terminal | None, writer: LedgerWriter | None) -> None:
    """Show the secret, between its intent and its outcome where a ledger was named."""
    set_id, without = released.envelope.header.set_id.hex(), given.go_on_without
    way: Literal["screen", "stdout"] = "screen" if terminal else "stdout"
    planned = [writer.shown(set_id, given.purpose, way, 0)] if writer else []
    with undertaken(writer, "recover", given.purpose, planned, without=without, set=set_id) as undertaking:
        begun = seconds()
        try:
            if terminal:
                reveal_on_screen(terminal, released.open())
            else:
                reveal_on_stdout(released.open(), given.field)
        finally:
            if writer:
                undertaking.came.append(writer.shown(set_id, given.purpose, way, int(seconds() - begun)))


def _table(judgement: Judgement, told: Custody | None) -> Judged:
    """Return what people see of a judgement; who keeps a sheet is told as far as the ledgers say it."""
    keepers = told.keepers(judgement.chosen.envelope) if told and judgement.chosen else {}
    return Judged(judgement, sys.stderr, keepers=keepers)


def _vouched(given: RecoverOptions, gathering: Gathering, judgement: Judgement, told: Custody | None) -> Judgement:
    """Return the judgement once people have said what vouches for the set; words that are others are asked for again.

    Raises:
        SplitkitError: If nothing does.
    """
    if given.no_record:
        check_alone(gathering, judgement)
        _confirm_no_record(given.overruled)
        return judgement
    known = told.words() if told else {}
    if given.fingerprint and judgement.cases and not judgement.chosen:
        error = _others(given.fingerprint.fingerprint, judgement, known)
        if not interactive():
            raise ForgedError(error.fact, f"{worded(error.hint)}; {_DISTRUST}")
        say(f"error: {error.fact}", f"hint: {worded(error.hint)}")
        judgement = judge(gathering)
    elif judgement.anchor_given:
        return judgement
    return judge(gathering, _ask_for_record(judgement, told, known), judgement)


def _ask_for_record(judgement: Judgement, told: Custody | None, known: Mapping[tuple[str, ...], str]) -> Anchor:
    """Return the anchor that people type: the words of a set that lies here."""
    check_reachable(judgement)
    wanted = [case.envelope.fingerprint for case in judgement.cases]

    def take(typed: str) -> Anchor:
        anchor = parse_fingerprint(typed)
        if anchor.fingerprint not in wanted:
            raise _others(anchor.fingerprint, judgement, known)
        return anchor

    if interactive():
        _show_claims(judgement, told)
    try:
        return ask_words("Type the 12 words headed F of the SIGNED RECORD, not of a sheet:", take, _NAMED, wanted)
    except ForgedError as error:
        raise ForgedError(error.fact, _DISTRUST) from None


def _others(words: PublicWords, judgement: Judgement, known: Mapping[tuple[str, ...], str]) -> ForgedError:
    """Return what is said of words that are those of no set here."""
    wanted = [case.envelope.fingerprint for case in judgement.cases]
    what = judged(words, wanted, known)
    fact = "these are not the words of the set that lies here"
    if len(wanted) > 1:
        fact = f"these are the words of none of the {len(wanted)} sets that lie here"
    return ForgedError(with_what(fact, what), _LOOK if what else f"look at the paper again.  {WHICH_WORDS}")


def _show_claims(judgement: Judgement, told: Custody | None) -> None:
    for case in judgement.cases:
        say(f"An envelope on these sheets claims to be set {case.envelope.header.set_id.hex()}:")
        say(*("  " + line for line in claims(case.envelope)))
    if any(sheet.status not in (Status.SOUND, Status.CLAIMED) for sheet in judgement.sheets):
        _table(judgement, told).show_sheets()
    say("The program compares the words itself, so it does not show them yet.")


def _confirm_no_record(overruled: Overruled) -> None:
    overruled.allows("no-record", "without a record nothing but the sheets themselves vouches for the result")
    if interactive():
        with Dialogue.open("nothing was shown") as dialogue:
            if not confirm_no_record(dialogue):
                raise StoppedError(
                    "the sentence was not typed; nothing was shown", "find the signed record and start again"
                )


def _conclude(judgement: Judgement) -> None:
    if judgement.unsound():
        warn(f"this set is unsound ({sheet_list(judgement.unsound())}): rotate the secret")
    say("done.  Whoever saw it knows it: change it, or let two say why it stays.")
