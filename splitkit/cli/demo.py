"""`splitkit demo`: a whole practice ceremony, end to end, with real pages, real damage and real forgeries."""

from __future__ import annotations

import tempfile
from collections.abc import Sequence
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING

import click

from splitkit.cli.main import StrictCommand
from splitkit.cli.ui.sheet_input import SheetInput
from splitkit.cli.ui.talk import progress, result, safe, say, spelt_rows
from splitkit.errors import ForgedError, NoQuorumError, SelfCheckError, SplitkitError
from splitkit.host import clock, files, hardening
from splitkit.quorum.anchor import Anchor
from splitkit.quorum.gathering import Gathering
from splitkit.quorum.judge import Judgement, judge
from splitkit.quorum.release import Released, release
from splitkit.quorum.verdicts import Status
from splitkit.secret.entropy import Entropy
from splitkit.secret.record import SecretRecord

if TYPE_CHECKING:
    from splitkit.issue.make import IssuedSet


@click.command(cls=StrictCommand, name="demo")
@click.option("--out", metavar="DIR", help="Keep the practice sheets and pictures in this new folder.")
def command(out: str | None) -> None:
    """Run a whole practice ceremony on throw-away data.

    Splits a practice password 3 of 5, sets every page, damages it as scanners and phones do, reads it back, recovers from
    three sheets, and shows what happens with two sheets, with a forged sheet and with a foreign set.

    Example: splitkit demo --out practice
    """
    hardening.harden()
    started = clock.seconds()
    with ExitStack() as stack:
        folder = Path(out) if out else Path(stack.enter_context(tempfile.TemporaryDirectory())) / "demo"
        files.check_destination(folder)
        _Demo(folder).play()
        if out:
            say(f"the practice sheets and pictures are in {safe(str(folder))}: look at them, print one, scan it")
    result(f"demo: everything worked as it should, in {clock.seconds() - started:.0f} s")


class _Demo:
    """The acts of the play.  Each says what it does, and stops the demo when the outcome is not the right one."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.entropy = Entropy()

    def play(self) -> None:
        """Play every act in order."""
        from splitkit.issue.rehearsal import forged_page, practice_set  # noqa: PLC0415

        say("1. Split: a practice password, 3 of 5, every page set")
        ours, record = practice_set(clock.today(), self.entropy)
        say(f"   the second implementation recovered it from all {ours.quorums} quorums")
        anchor = Anchor(ours.envelope.fingerprint)
        say("   the fingerprint, which people would sign on paper:")
        say(*("   " + row for row in spelt_rows(anchor.fingerprint)))
        foreign, _ = practice_set(clock.today(), self.entropy)
        sheets = ours.plan.policy.sheet_ids()
        pages = [(f"sheet-{number}", page) for number, page in ours.pages.items()]
        pages.append(("forged-3", forged_page(ours, sheets[2])))
        pages += [(f"foreign-{number}", foreign.pages[number]) for number in "123"]
        say("2. Print and scan: skewed, blurred, noisy, photographed")
        pictures = self._scan(ours, pages)
        self._read_back(pictures[:5], anchor)
        self._too_few(pictures[:2], anchor)
        self._recover(record, [pictures[0], pictures[3], pictures[4]], anchor)
        self._forged([pictures[0], pictures[1], pictures[5], pictures[3]], anchor)
        self._foreign(pictures[6:], anchor)

    def _scan(self, ours: IssuedSet, pages: Sequence[tuple[str, bytes]]) -> list[str]:
        from splitkit.issue.rehearsal import scanned  # noqa: PLC0415

        tick = progress(len(pages), "   pages")
        written = ours.files()
        for turn, (name, page) in enumerate(pages):
            written[f"scan-{name}.jpg"] = scanned(page, turn)
            tick()
        files.write_set(self.folder, written)
        return [str(self.folder / f"scan-{name}.jpg") for name, _ in pages]

    def _read_back(self, pictures: Sequence[str], anchor: Anchor) -> None:
        say("3. Read every sheet back")
        _, judgement = _judged(pictures, anchor)
        for sheet in judgement.sheets:
            margin = f", {sheet.margin:.0%} of the error correction unused" if sheet.margin is not None else ""
            say(f"   {sheet.name}: {sheet.status.value}{margin}")
        _expect([sheet.status for sheet in judgement.sheets] == [Status.SOUND] * 5, "a sheet could not be read back")

    def _too_few(self, pictures: Sequence[str], anchor: Anchor) -> None:
        say("4. Two sheets: refused")
        say(f"   {_refusal(pictures, anchor, NoQuorumError, 'two sheets opened the set')}")

    def _recover(self, record: SecretRecord, pictures: Sequence[str], anchor: Anchor) -> None:
        say("5. Three sheets: the set opens")
        released, _ = _released(pictures, anchor)
        _expect(released.open() == record, "the recovered password is not the one that was split")
        say("   recovered, and equal to what was split; 'recover' would now show it on the screen")

    def _forged(self, pictures: Sequence[str], anchor: Anchor) -> None:
        say("6. A forged sheet 3 among three genuine ones")
        _, judgement = _released(pictures, anchor)
        named = [sheet for sheet in judgement.sheets if sheet.status is Status.FORGED]
        _expect([sheet.number for sheet in named] == [3], "the forged sheet was not named")
        say(f"   {named[0].name} is forged; the three others still open the set")

    def _foreign(self, pictures: Sequence[str], anchor: Anchor) -> None:
        say("7. Three sheets of a foreign set, which agree with each other")
        say(f"   refused: {_refusal(pictures, anchor, ForgedError, 'a foreign set was opened')}")


def _judged(pictures: Sequence[str], anchor: Anchor) -> tuple[Gathering, Judgement]:
    gathering = SheetInput(pictures, typing=False, camera=None).read()
    return gathering, judge(gathering, anchor)


def _released(pictures: Sequence[str], anchor: Anchor) -> tuple[Released, Judgement]:
    gathering, judgement = _judged(pictures, anchor)
    return release(gathering, judgement, practice=True, superseded=False), judgement


def _refusal(pictures: Sequence[str], anchor: Anchor, expected: type[SplitkitError], otherwise: str) -> str:
    """Return why these sheets are refused, as they must be."""
    try:
        _released(pictures, anchor)
    except expected as error:
        return error.fact
    raise _failed(otherwise)


def _expect(right: bool, otherwise: str) -> None:
    if not right:
        raise _failed(otherwise)


def _failed(what: str) -> SelfCheckError:
    return SelfCheckError(f"the demo failed: {what}", "do not use this installation for a ceremony")
