"""`splitkit ledger`: read the record of a ceremony, and prove that it is the one that was signed."""

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import click

from splitkit.ceremony.course import Course, begun_by, script_of
from splitkit.ceremony.steps import events_of
from splitkit.cli.ceremony_options import plan_of
from splitkit.cli.main import PlainGroup
from splitkit.cli.options import HEAD, json_option, ledgers_argument, option, packed, paper_option
from splitkit.cli.ui.custody_ledgers import LedgerWriter, misread_head
from splitkit.cli.ui.dialogue import Dialogue
from splitkit.cli.ui.entry_lines import heading, table
from splitkit.cli.ui.hints import worded
from splitkit.cli.ui.ledger_reading import Reading, find, note_head, read_one, settings_of
from splitkit.cli.ui.talk import json_result, result, safe, say, spelt_rows
from splitkit.cli.ui.vouching import agree, check_asked
from splitkit.custody.persons import bound, leavings
from splitkit.custody.records.thing_changes import check_here
from splitkit.custody.register import build
from splitkit.custody.repeats import recorded_already
from splitkit.custody.saying.naming import person_meant
from splitkit.errors import AttentionError, LedgerError, Remedy, UsageError
from splitkit.host import clock, files, hardening
from splitkit.host.append import open_to_append
from splitkit.host.home import Ledgers
from splitkit.ledger.branches import Branch, Order, Placed, wrong_of
from splitkit.ledger.chain import Entry, head_words
from splitkit.ledger.comparison import counted
from splitkit.ledger.events import ForkSettled, HeadCompared
from splitkit.ledger.ledger_file import Ledger, open_ledger
from splitkit.ledger.schema import Unlisted
from splitkit.ledger.verification import MAX_FILE_BYTES, Chain, ChainVerdict, Verification
from splitkit.paper.geometry import Paper
from splitkit.plan.document import Plan


@click.group(name="ledger", cls=PlainGroup)
def command() -> None:
    """Read the record of a ceremony, and verify it.

    A ledger is a file that only grows: each entry holds the hash of the one before.  Its head, 12 words marked L, is
    written on the paper that everyone signs.
    """
    hardening.harden()  # a text may be refused because it is a secret


@dataclass(frozen=True, kw_only=True)
class SettleOptions:
    """Which branch of a ledger that has forked people choose, and who they are."""

    settle: str | None = option("--settle", metavar="HASH", help="Choose the branch whose head begins like that.")
    approved: Sequence[str] = option("--approved", multiple=True, metavar="PERSON", help="Who has chosen it; name two.")


@dataclass(frozen=True, kw_only=True)
class HeadOptions:
    """The words of paper, and who has compared them, if that is to be recorded."""

    head: tuple[str, ...] | None = option(
        "--head", type=HEAD, metavar="WORDS", help="The 12 words marked L on the signed paper."
    )
    by: str = option("--by", default="", metavar="PERSON", help="Record that this person compared them.")
    wit: str = option("--wit", default="", metavar="PERSON", help="Who has compared them too.")

    def check(self, ledgers: Ledgers) -> None:
        """Refuse to record what cannot be.

        Raises:
            UsageError: If no words are given, or it is no custody folder that would say so.
        """
        if self.wit and not self.by:
            raise UsageError("it was not said who compared the words", "name both: --by PERSON --wit PERSON")
        if self.by and self.head is None:
            raise UsageError("no words from paper were given to compare", "type them after --head")
        if self.by and ledgers.named:
            raise UsageError("a comparison is recorded in a custody folder", Remedy.NAME_HOME)


@command.command("verify")
@ledgers_argument
@packed(HeadOptions, "paper")
@packed(SettleOptions)
@json_option
def verify(given: SettleOptions, ledgers: Ledgers, paper: HeadOptions, as_json: bool) -> int:
    """Prove that the ledgers of the custody folder are whole, and those on the paper; or others that are named.

    Named ones are given from the oldest to the newest: each continues the one before.  Exits 0 when all is well, 8 when
    something fails, forks or is missing, 9 when a line is torn, a ceremony was not taken up or an entry breaks a rule.

    With --head and --by it is recorded that the words on paper were compared, and 'status' says so from then on.

    Example: splitkit ledger verify --json
    """
    paper.check(ledgers)
    if given.approved and given.settle is None:
        raise UsageError("it was not said which branch they have chosen", "name it: --settle HASH")
    reading = find(ledgers)
    if given.settle is not None:
        _settle(reading, given.settle.lower(), given.approved)
        reading = find(ledgers)
    reading.told()
    if reading.ordered:
        _say_branches(reading.ordered)
    if reading.not_here and reading.ordered and reading.ordered.desk:
        say(
            f"hint: fetch the newer copy; if it is lost, choose this one: {_SETTLE.replace('HASH', reading.ordered.desk.head[:12])}"
        )
    verification = reading.judged(paper.head)
    if paper.by and verification.vouched and verification.exit_code != LedgerError.exit_code:
        _record_comparison(reading, paper)
        reading = find(ledgers)
    if as_json:
        compared = {"record": reading.standing.as_object()} if reading.ordered else {}
        json_result({**_verdict_object(verification), **compared})
        return verification.exit_code
    _print_verdict(verification)
    if reading.ordered:
        result(f"record: {reading.standing.told()}")
    if paper.head and (what := misread_head(paper.head, reading.entries)):
        say(f"note: {what}")
    elif paper.head and reading.ordered and not paper.by:
        say("hint: record who compared the words: the same command with --by PERSON, and --wit PERSON")
    return verification.exit_code


def _record_comparison(reading: Reading, paper: HeadOptions) -> None:
    """Record that people compared the words on paper, unless they have said so today."""
    last = next(one for one in reading.entries if head_words(one.hash) == paper.head)
    data = HeadCompared(head=last.hash)
    with LedgerWriter(reading.ledgers, paper.by, paper.wit).checked().held() as held:
        before = recorded_already(held.entries, data, clock.day())
        if before and before.adds_nothing(held.writer.by, held.writer.witness):
            say(f"recorded already, entry {before.entry.seq}: nothing was written")
            return
        (entry,) = held.write([data])
    say(f"entry {entry.seq} recorded: {entry.event}")


_SETTLE = "splitkit ledger verify --settle HASH --approved PERSON --approved PERSON"


def _say_branches(ordered: Order) -> None:
    for branches in ordered.forks:
        say(f"{branches[0].name} has forked.  Its branches:")
        for one in branches:
            say(f"  {_end_of(one)}")
        say(f"hint: choose one, two together: {_SETTLE}")


def _settle(reading: Reading, beginning: str, approved: Sequence[str]) -> None:
    """Choose one branch of a fork, or a folder that lacks what this computer saw, once two people agree; what the others say is shown."""
    if reading.ordered is None:
        raise UsageError("a branch is chosen in a custody folder", Remedy.NAME_HOME)
    lost = reading.not_here
    lacking = [reading.ordered.desk] if reading.ordered.desk and lost else []
    if not (reading.ordered.forks or lacking):
        raise UsageError(
            "no ledger of this folder forks", "there is no branch to choose: look at 'splitkit ledger verify'"
        )
    ends = [(one, fork) for fork in (*reading.ordered.forks, lacking) for one in fork]
    found = [(one, fork) for one, fork in ends if beginning and one.head.startswith(beginning)]
    if len(found) != 1:
        raise UsageError("no branch, or more than one, begins like that", "'splitkit ledger verify' shows the branches")
    kept, branches = found[0]
    people = _who_choose(reading.ordered, kept, branches, approved)
    known = {entry.hash for entry in kept.entries}
    others = {
        one.head: [entry for entry in one.entries if entry.hash not in known] for one in branches if one is not kept
    }
    left: Mapping[str, list[Entry]] = others or {head: [] for head in lost}
    check_asked()
    with Dialogue.open("no branch was chosen") as dialogue:
        dialogue.rows(
            [f"Kept is the branch {_end_of(kept)}.", *(row for entries in left.values() for row in _of_left(entries))]
        )
        agree(
            dialogue,
            people.values(),
            "is this branch chosen?",
            "nothing follows from the others any longer",
        )
    choices = [_chosen(kept, head, [*people], entries) for head, entries in left.items()]
    with _going_on_with(reading, kept) if kept.desk else open_ledger(reading.ledgers.last) as ledger:
        ledger.append_all(choices, by=next(iter(people)), at=clock.stamp())  # nobody was asked whether they watched
    if kept.desk:
        note_head(Branch(tuple(ledger.entries)), chosen=True)
    for entries in others.values():
        say("this branch is left; whatever in it is true is entered again:")
        result(*table(entries))


def _who_choose(ordered: Order, kept: Branch, branches: Sequence[Branch], approved: Sequence[str]) -> Mapping[str, str]:
    """Return who chooses a branch, with their names.

    Raises:
        UsageError: If they are not two people, or one has left by any of the branches.
    """
    more = [Placed(entry, kept.root) for entry in kept.entries] if kept.desk else []
    others = leavings(Placed(entry, one.root) for one in branches for entry in one.entries)
    placed = {one.entry.hash: one for one in (*ordered.placed, *more, *others)}
    register = build((one.entry for one in bound([*placed.values()])), clock.day()).register
    people = [person_meant(register, one) for one in approved]
    check_here(register, people, clock.day())
    if not register.are_two(people):
        raise UsageError("fewer than two people have chosen this branch", Remedy.NAME_TWO)
    return {one: register.called(one) for one in people}


def _end_of(branch: Branch) -> str:
    return f"{branch.head[:12]}  {counted(len(branch.entries))}, the last on {branch.entries[-1].time[:10]}"


def _of_left(entries: Sequence[Entry]) -> list[str]:
    """Return what a branch says that is left, as people see it before they agree."""
    if not entries:
        return ["Left is what this computer saw and this folder lacks.  Nobody knows what it says."]
    return ["Left is a branch that says, and no other does:", *(f"  {row}" for row in table(entries))]


def _chosen(kept: Branch, left: str, approved: Sequence[str], entries: Sequence[Entry]) -> ForkSettled:
    """Return the choice of a branch, with what the one that is left says: it is told until a review, and what went wrong until that is right."""
    names = list(dict.fromkeys(entry.event[:48] for entry in entries if not isinstance(entry.data, Unlisted)))
    said, amiss = tuple(names[:16]) or None, wrong_of(entries) or None
    return ForkSettled(kept=kept.head, left=left, approved=tuple(approved), said=said, amiss=amiss)


@contextmanager
def _going_on_with(reading: Reading, kept: Branch) -> Iterator[Ledger]:
    """Let the ledger of the desk be a branch and what is added to it, at one stroke; what was there stays, in a folder that is not read."""
    desk = reading.ledgers.last
    with open_to_append(desk, new=False) as file:
        now = reading.ledgers.contents(MAX_FILE_BYTES)
        if {name: data for name, data in now.items() if isinstance(data, bytes)} != reading.contents:
            raise UsageError("meanwhile somebody has written into the folder", "look at the branches again")
        before = file.read(MAX_FILE_BYTES)
        aside = desk.parent / "left" / f"desk-{hashlib.sha256(before).hexdigest()[:12]}.ledger"
        aside.parent.mkdir(mode=files.FOLDER_MODE, exist_ok=True)
        files.replace_file(aside, before)
        branch = b"".join(entry.line + b"\n" for entry in kept.entries)
        with files.replacing(desk, branch) as fresh, open_ledger(fresh) as ledger:
            yield ledger


@command.command("show")
@ledgers_argument
@json_option
@click.option("--report", metavar="PDF", help="Write a report of the ceremony, for somebody independent to sign.")
@click.option(
    "--where", is_flag=True, help="Instead say where its ceremony stands: 0 if every entry follows the script, else 9."
)
@click.option("--plan", metavar="PLAN", help="With --where: the plan of its set, which a review does not have.")
@paper_option
def show(ledgers: Ledgers, as_json: bool, report: str | None, where: bool, plan: str | None, paper: Paper) -> int:
    """Show the entries as a table: of the ledger of the desk, unless another one is named.

    A ledger that fails is shown as far as its entries follow each other, and no report is made of it.

    Example: splitkit ledger show ledgers/c-0001.ledger

    Example: splitkit ledger show c1.ledger --where --plan plan.toml
    """
    if ledgers.named[1:]:
        raise UsageError("several ledgers were named", "name one; without any it is that of the desk")
    if not ledgers.named:
        settings_of(ledgers)  # a folder that cannot be used says so
    path = str(ledgers.last)
    if where:
        if report:
            raise UsageError("--where and --report are two answers", "ask for one after the other")
        return _say_where(path, plan, as_json=as_json)
    if plan:
        raise UsageError("--plan says by which script a ceremony goes", "add --where")
    if report:
        files.check_new_file(Path(report))
    verification = find(Ledgers((path,))).told().judged()
    entries = verification.files[0].entries
    if report:
        _write_report(verification, Path(report), paper)
    if as_json:
        json_result({**_verdict_object(verification), "log": [entry.plain() for entry in entries]})
        return verification.exit_code
    result(*table(entries))
    result("")
    _print_verdict(verification)
    return verification.exit_code


def _say_where(path: str, plan: str | None, *, as_json: bool) -> int:
    """Say where a ceremony of any kind stands, from its ledger."""
    reading = read_one(path)
    practice = bool(reading.entries and reading.entries[0].data.fields().get("practice"))
    agreed, hashed = plan_of(plan, script_of(reading.entries), practice=practice)
    course, wrong = _follow(agreed, hashed, reading)
    if as_json:
        json_result(_state(course, wrong))
    else:
        _print_state(course)
    if wrong:
        seq, error = wrong
        raise AttentionError(f"entry {seq} does not follow the script: {error.fact}", error.hint)
    return 0


_Wrong = tuple[int, AttentionError | UsageError] | None


def _follow(plan: Plan, hashed: str, reading: Chain) -> tuple[Course, _Wrong]:
    course = begun_by(reading.entries, plan, hashed)
    for entry in reading.entries:
        try:
            course = course.advance(entry)
        except (AttentionError, UsageError) as error:
            return course, (entry.seq, error)
    return course, None


def _print_state(course: Course) -> None:
    result(f"{course.at} of {len(course.steps)} steps done")
    result("in the room: " + (", ".join(sorted(course.room.present)) or "nobody"))
    result("something secret is open" if course.secret else "nothing secret is open")
    if course.room.paused:
        result("the ceremony pauses")
    step = course.next_step
    if course.must_void:
        result(f"the set must be made void: {course.must_void}")
    elif step is None:
        result("the ceremony is complete")
    else:
        seat = f" ({step.seat.code})" if step.seat else ""
        result(f"next: step {step.code}, {step.step.title}{seat}")
        result("  it records: " + ", ".join(events_of(step.marks[course.within :])))


def _state(course: Course, wrong: _Wrong) -> dict[str, Any]:
    step = course.next_step
    return {
        "done": course.at,
        "steps": len(course.steps),
        "complete": course.done,
        "next": step.as_object() if step else None,
        "present": sorted(course.room.present),
        "paused": course.room.paused,
        "secret": course.secret,
        "must_void": course.must_void or None,
        "wrong_entry": wrong[0] if wrong else None,
        "wrong": wrong[1].fact if wrong else None,
    }


def _write_report(verification: Verification, path: Path, paper: Paper) -> None:
    from splitkit.ceremony.ceremony_report import ceremony_report  # noqa: PLC0415  slow to import
    from splitkit.paper.typeset import Typesetter  # noqa: PLC0415  slow to import

    if verification.exit_code == LedgerError.exit_code or not verification.files[0].entries:
        raise LedgerError("a ledger that fails verification gets no report", Remedy.LEDGER_VERIFY)
    made = Typesetter(paper).report(ceremony_report(verification.files[0], clock.iso_date(clock.today())), say)
    files.write_new_file(path, made)
    say(f"written to {safe(str(path))}")


def _print_verdict(verification: Verification) -> None:
    last = verification.files[-1] if verification.files else Chain(())
    for chain in verification.files:
        if chain.entries:
            result(heading(chain.entries) + (", closed" if chain.closed else ""))
    if verification.verdict is not ChainVerdict.ALTERED:
        result(f"head after {counted(len(last.entries))}:")
        result(*spelt_rows(head_words(last.head), "L"))
    for note in verification.notes:
        result(f"note: {note}")
    for finding in verification.findings:
        result(f"RULE BROKEN: {finding}")
    result(f"{_SHOWN[verification.verdict]}: {verification.fact}")
    if verification.hint:
        say(f"hint: {worded(verification.hint)}")


_SHOWN = {verdict: verdict.name for verdict in ChainVerdict} | {
    ChainVerdict.OTHER: "ANOTHER LEDGER",
    ChainVerdict.UNVOUCHED: "CHAIN HOLDS",
}


def _verdict_object(verification: Verification) -> dict[str, Any]:
    last = verification.files[-1] if verification.files else Chain(())
    return {
        "verdict": verification.verdict.value,
        "fact": verification.fact,
        "at": verification.at,
        "entries": len(last.entries),
        "vouched": verification.vouched,
        "closed": last.closed,
        "head": " ".join(head_words(last.head)) if last.entries else None,
        "hash": last.head if last.entries else None,
        "torn": len(last.torn),
        "findings": list(verification.findings),
        "notes": list(verification.notes),
    }
