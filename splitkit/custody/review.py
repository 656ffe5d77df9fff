"""The access review: every way in that somebody has, one line each, and what two reviewers say to it.

Nothing is changed by a review itself, and nothing that is wrong is mended by it.  What is wrong stands on its line; what nobody
has cannot be kept.  What must change becomes an action with a name and a day, which stays due until it is done.
"""

import datetime as dt
import enum
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from splitkit.custody.due import BEFORE_EXPIRY, QUARTER
from splitkit.custody.records.accounts import AccountRecord
from splitkit.custody.records.devices import AssetRecord
from splitkit.custody.records.holdings import (
    READ_WITHIN,
    Exposure,
    Register,
    SetRecord,
    SheetRecord,
    State,
    new_codes,
)
from splitkit.custody.records.lives import Life
from splitkit.custody.register import Built, build, resting_on
from splitkit.custody.ways.targets import Target, targets
from splitkit.custody.withdrawal import Withdrawal
from splitkit.errors import Remedy, UsageError
from splitkit.ledger.chain import Entry
from splitkit.ledger.events import ActionAgreed, ForkSettled, IncidentOpened, LineReviewed, ReviewHeld, Withdrawn
from splitkit.ledger.schema import Event
from splitkit.packs.pack import SHEETS
from splitkit.paper.report import Column, Report, Table, Words

MOST_REVIEWERS = 12
_TAG = 32
"""Letters of a tag."""


class Answer(enum.Enum):
    """What the reviewers say of a line."""

    KEEP = "keep"
    CHANGE = "change"
    REMOVE = "remove"
    ABSENT = "absent"
    """Nobody could reach this person."""


@dataclass(frozen=True)
class Fault:
    """Something that is wrong with a way in; a *grave* one says that it is not there, or is not what it should be."""

    words: str
    grave: bool = True


@dataclass(frozen=True)
class Access:
    """One line: somebody's way in, or one that nobody has."""

    subject: str
    """The tag that the ledger knows it by."""
    seat: str
    """Whose it is; empty where nobody was recorded."""
    what: str
    """The same in words."""
    wrong: tuple[Fault, ...] = ()
    """What is wrong with it."""
    person: bool = False
    """Whether it says what somebody is, and so whether they are there."""

    @property
    def answers(self) -> list[Answer]:
        """What can be said of it: nothing that nobody has is kept as it is."""
        keep = [] if any(one.grave for one in self.wrong) else [Answer.KEEP]
        return [*keep, Answer.CHANGE, Answer.REMOVE, *([Answer.ABSENT] if self.person else [])]


@dataclass(frozen=True)
class Decision:
    """A line that was reviewed; all but KEEP say what is done, by whom and until when.

    Raises:
        UsageError: If this cannot be said of the line.
    """

    access: Access
    answer: Answer
    remark: str = ""
    owner: str = ""
    due: dt.date | None = None

    def __post_init__(self) -> None:
        if self.answer not in self.access.answers:
            raise UsageError(f"this line cannot be answered with '{self.answer.value}'", "say what is done about it")


def lines_of(register: Register, entries: Sequence[Entry], day: dt.date) -> list[Access]:
    """Return what a review goes through on a *day*: what two people withdrew or left and no review has confirmed, then every way in."""
    backed_out = any(isinstance(one.data, Withdrawn | ForkSettled) for one in entries)
    built = build(entries, day) if backed_out else Built(register)
    return [*_withdrawn(register, built, entries, day), *_left_out(register, built), *accesses(register, day)]


def accesses(register: Register, day: dt.date) -> list[Access]:
    """Return every way in, and what is wrong with it on a *day*.

    Sheets that may open something, devices, phones and mailboxes, who gets the alerts, roles of people; and what an account needs
    and nobody has.
    """
    needed = [one for target in targets(register) for one in _needed(target)]
    alerted = [
        one for account in register.accounts.values() if not account.ended for one in _alerted(register, account)
    ]
    found = [*_sheets(register, day), *_assets(register, day), *needed, *alerted, *_roles(register)]
    return list(dict.fromkeys(found))


def _withdrawn(register: Register, built: Built, entries: Sequence[Entry], day: dt.date) -> Iterator[Access]:
    """Yield what was withdrawn, with what rested on it and contradicts the rest since then."""
    back = [one for one in built.withdrawn if not one.confirmed]
    faults = _rested(entries, built, back, day)
    for one in back:
        what = f"WITHDRAWN: {one.told(register.name_of)}"
        yield Access(one.line, one.data.approved[0], what, tuple(faults.get(one.line, ())))


def _rested(entries: Sequence[Entry], built: Built, back: Sequence[Withdrawal], day: dt.date) -> dict[str, list[Fault]]:
    """Return what contradicts the rest because of each withdrawal, by its line; found by halves, as on most of them nothing rested."""
    found = dict[str, list[Fault]]()

    def halved(some: Sequence[Withdrawal], told: Sequence[str]) -> None:
        if len(some) == 1 and told:
            found[some[0].line] = [Fault(f"rested on it: {what}", grave=False) for what in told]
        elif told:
            first, rest = some[: len(some) // 2], some[len(some) // 2 :]
            known = {*build(entries, day, without=_backs(back[back.index(rest[0]) :])).findings}
            halved(first, [what for what in told if what in known])
            halved(rest, [what for what in told if what not in known])

    if back:
        halved(back, resting_on(build(entries, day, without=_backs(back)), built))
    return found


def _backs(withdrawn: Sequence[Withdrawal]) -> set[str]:
    return {one.back.hash for one in withdrawn}


def _left_out(register: Register, built: Built) -> Iterator[Access]:
    """Yield the branches of ledgers that two people left: what they said is entered anew where it is so."""
    for one in built.left:
        if not one.confirmed:
            yield Access(one.line, one.data.approved[0], f"LEFT OUT: {one.told(register.name_of)}")


def _sheets(register: Register, day: dt.date) -> Iterator[Access]:
    for record in register.at_stake:
        kind = f"practice, {record.life.told}" if record.practice else record.life.told
        for sheet in record.left:
            where = f", in {register.place_named(sheet.safe)}" if sheet.safe else ""
            bag = f", bag {sheet.bag}" if sheet.bag else ""
            what = f"{record.sheet_name(sheet.number)}, {kind}{where}{bag}, {sheet.read_when}"
            faults = (*_of_keeper(register, sheet.holder), *_of_sheet(record, sheet, day))
            yield Access(f"sheet-{sheet.number.lower()}.{record.set_id[:8]}", sheet.holder, what, faults)


def _of_keeper(register: Register, seat: str) -> Iterator[Fault]:
    if not seat:
        yield Fault("nobody is known to keep it")
    elif seat in register.people and (until := register.people[seat].until):
        yield Fault(f"{register.called(seat)} left on {until}, and nobody has it from them")
    else:
        yield from _unreached(register, seat)


def _unreached(register: Register, seat: str) -> Iterator[Fault]:
    """Yield that somebody cannot be reached, under whatever seat that was said."""
    for code, absent in register.absent.items():
        if register.who(absent) == register.who(seat):
            yield Fault(f"nobody can reach {register.called(seat)}: {code}", grave=False)


_STATES = {
    State.LOST: Fault("it is LOST"),
    State.DESTROYED: Fault("DESTROYED, as fewer than two people say"),
    State.TAKEN: Fault("it is out of its safe", grave=False),
}


def _of_sheet(record: SetRecord, sheet: SheetRecord, day: dt.date) -> Iterator[Fault]:
    if record.life in (Life.SUPERSEDED, Life.VOID):
        yield Fault(f"its set is {record.life.told}: it is to be destroyed in front of two people")
    if sheet.state in _STATES:
        yield _STATES[sheet.state]
    if sheet.exposure is not Exposure.NONE:
        yield Fault(f"somebody else may have read it: EXPOSED, {sheet.exposure.value}")
    if sheet.read and not sheet.proven:
        yield Fault(f"what was read on {sheet.read} was {sheet.reading.upper()}")
    elif sheet.proven is None:
        yield Fault("no program has read it", grave=False)
    elif sheet.proven + READ_WITHIN < day:
        yield Fault("it has not been read for a year", grave=False)
    if sheet.state is State.HELD and not sheet.safe:
        yield Fault("nobody knows where it lies", grave=False)


def _assets(register: Register, day: dt.date) -> Iterator[Access]:
    for asset in register.assets_in_use:
        place = f" in {register.place_named(asset.place)}" if asset.place else ""
        serial = f", serial {asset.serial}" if asset.serial else ""
        what = f"{asset.name}{place}{serial}, {f'last tried {asset.checked}' if asset.checked else 'never tried'}"
        faults = (*_of_keeper(register, asset.holder), *_of_asset(asset, day))
        yield Access(f"asset.{asset.tag}"[:_TAG], asset.holder, what, faults)


def _of_asset(asset: AssetRecord, day: dt.date) -> Iterator[Fault]:
    if asset.works is False:
        yield Fault("it DOES NOT WORK" + (f", as it was tried on {asset.checked}" if asset.checked else ""))
    elif asset.works is None:
        yield Fault("nobody has tried it yet", grave=False)
    elif (asset.checked or asset.added) + dt.timedelta(QUARTER) < day:
        yield Fault("nobody has tried it for a quarter", grave=False)
    if asset.expires and asset.expires - day < dt.timedelta(BEFORE_EXPIRY):
        yield Fault(f"it {'ends' if asset.expires >= day else 'ended'} on {asset.expires}", grave=False)


def _needed(target: Target) -> Iterator[Access]:
    """Yield what nobody has: a thing that a way into the account needs, or the part of somebody who has it besides its keeper."""
    of = f" of {target.name}" if target.name else ""
    for kind, thing in target.things.items() if target.sets else ():
        if kind == SHEETS:
            continue
        if not any(asset.kind == kind and not asset.retired for asset in target.assets):
            yield Access(f"needed.{kind}"[:_TAG], "", f"{thing.called}{of}", (Fault("none is recorded"),))
        elif vacant := [role for role in thing.also if not target.hands.in_roles([role])]:
            for role in vacant:
                fault = Fault("nobody is recorded who does")
                yield Access(f"role.{role}"[:_TAG], "", f"who {thing.also[role]} ({thing.called}{of})", (fault,))


def _alerted(register: Register, account: AccountRecord) -> Iterator[Access]:
    subject, what = f"alerts.{account.tag}"[:_TAG], f"gets the alerts of {account.name}"
    for seat in account.receivers:
        yield Access(subject, seat, what, tuple(_of_keeper(register, seat)))
    if not account.receivers:
        yield Access(subject, "", f"who {what}", (Fault("nobody is recorded who does"),))


def _roles(register: Register) -> Iterator[Access]:
    custodians = {sheet.holder for _, sheet in register.in_question()}
    for person in register.here.values():
        faults = tuple(_unreached(register, person.seat))
        for role in person.roles or ("custodian" if person.seat in custodians else "",):
            what = f"{f'role {role}' if role else 'no role'}, since {person.since or 'unknown'}"
            yield Access(f"role.{role or 'none'}", person.seat, what, faults, person=True)
        if person.deputy:
            what = f"deputy of {register.called(person.seat)}"
            yield Access("deputy", person.deputy, what, tuple(_of_keeper(register, person.deputy)))


def check_reviewers(register: Register, reviewers: Sequence[str]) -> None:
    """Refuse reviewers that are not two or more people who are here.

    Raises:
        UsageError: If they are not.
    """
    if not register.are_two(reviewers):
        raise UsageError("fewer than two people review", Remedy.TWO_REVIEWERS)
    if len(set(reviewers)) != len(reviewers) or len(reviewers) > MOST_REVIEWERS:
        raise UsageError("a reviewer was named twice, or too many were", f"name each once, at most {MOST_REVIEWERS}")
    unknown = [seat for seat in reviewers if seat not in register.here]
    if unknown:
        raise UsageError(f"nobody who is here has the seat {unknown[0]}", Remedy.RECORD_PERSON)


def day_of_next(day: dt.date, wanted: dt.date | None = None) -> dt.date:
    """Return the day of the review after one that is held on a *day*: the one that is *wanted*, else in a quarter.

    Raises:
        UsageError: If that is later than in a quarter.
    """
    latest = day + dt.timedelta(QUARTER)
    if wanted and wanted > latest:
        raise UsageError(
            f"the next review is in a quarter at the latest, on {latest}", "name that day, or an earlier one"
        )
    return wanted or latest


@dataclass(frozen=True)
class Review:
    """A review that is complete."""

    register: Register
    """As it was reviewed."""
    lines: Sequence[Decision]
    """One for each of `lines_of`."""
    reviewers: Sequence[str]
    """Their seats."""
    day: dt.date
    """The day of the review."""
    following: dt.date
    """The day of the next."""

    def entries(self) -> Iterator[Event]:
        """Yield what it writes into the ledger, the entry 'review' last: without that one it does not count."""
        for line in self.lines:
            way, said = line.access, line.answer
            yield LineReviewed(
                subject=way.subject, person=way.seat or None, verdict=said.value, remark=line.remark or None
            )
        yield from self._absent()
        codes = new_codes(self.register.actions, f"RV-{self.day:%Y%m%d}-")
        changes = [line for line in self.lines if line.answer is not Answer.KEEP]
        for code, line in zip(codes, changes, strict=False):
            who = self.register.called(line.access.seat) if line.access.seat else "nobody"
            text = f"{line.answer.value}, {who}: {line.remark}"
            yield ActionAgreed(action=code, text=text, owner=line.owner, due=line.due or self.following)
        confirmed, removed = self._count(Answer.KEEP), self._count(Answer.REMOVE)
        changed = len(self.lines) - confirmed - removed
        everybody = tuple(self.reviewers)
        yield ReviewHeld(
            reviewers=everybody, confirmed=confirmed, changed=changed, removed=removed, next=self.following
        )

    def _absent(self) -> Iterator[Event]:
        """Yield an incident for everybody whom nobody could reach: what they keep cannot be counted on until two people say that it can."""
        said = dict.fromkeys(line.access.seat for line in self.lines if line.answer is Answer.ABSENT)
        seats = [seat for seat in said if seat not in self.register.absent.values()]
        codes = new_codes(self.register.incident_codes, f"I-{self.day:%Y%m%d}-")
        for code, seat in zip(codes, seats, strict=False):
            cause = "when access was reviewed nobody could"
            yield IncidentOpened(incident=code, cause=cause, kind="absent", person=seat)

    def _count(self, answer: Answer) -> int:
        return sum(line.answer is answer for line in self.lines)

    def report(self, head: tuple[str, ...]) -> Report:
        """Return the sheet that the reviewers sign; *head* are the L words of the ledger after the review."""
        return Report(
            heading="Access review",
            mark="ACCESS REVIEW \N{EN DASH} NOTHING HERE IS SECRET",
            practice=self.register.practice,
            intro="Everybody who has a way in, what is wrong there, and what two reviewers decided about each line.",
            facts=(
                ("Day", str(self.day)),
                ("Reviewers", ", ".join(map(self.register.called, self.reviewers))),
                ("Lines", ", ".join(f"{self._count(answer)} {answer.value}" for answer in Answer)),
                (
                    "Wrong",
                    f"{sum(bool(line.access.wrong) for line in self.lines)} lines have something wrong with them",
                ),
                ("Next review", str(self.following)),
            ),
            tables=(Table("Lines", "", _COLUMNS, tuple(self._rows()), tall=True),),
            made=self.day.isoformat(),
            words=(Words("L", "head of the ledger after this review", head),),
            statement=_STATEMENT,
            signatures=tuple(map(self.register.called, self.reviewers)),
        )

    def _rows(self) -> Iterator[tuple[str, ...]]:
        for number, line in enumerate(self.lines, 1):
            said, wrong = line.answer.value, "; ".join(one.words for one in line.access.wrong)
            if line.answer is not Answer.KEEP:
                said += f": {line.remark} ({line.owner}, until {line.due})"
            yield str(number), self.register.called(line.access.seat), line.access.what, wrong or "-", said, ""


_COLUMNS = (Column("", 0.25), Column("Who"), Column("Way in", 2), Column("What is wrong", 1.5, bold=True), Column("Decided", 1.4),
            Column("Initials", 0.6))  # fmt: skip
_STATEMENT = "We looked at every line. We know of nobody else who has a way in. The L words are those on the screen."
