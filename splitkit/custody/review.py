"""The access review: every way in that somebody has, one line each, and what two reviewers say to it.

Nothing is changed by a review itself.  What must change becomes an action with a name and a day, which stays due until it is
done.
"""

import datetime as dt
import enum
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from splitkit.custody.records.holdings import Life, Register, SetRecord, State, new_codes
from splitkit.custody.withdrawal import withdrawals
from splitkit.errors import Remedy, UsageError
from splitkit.ledger.chain import Entry
from splitkit.ledger.events import ActionAgreed, LineReviewed, ReviewHeld
from splitkit.ledger.schema import Event
from splitkit.paper.report import Column, Report, Table, Words

MOST_REVIEWERS = 12


@dataclass(frozen=True)
class Access:
    """One line: somebody's way in."""

    subject: str
    """The tag that the ledger knows it by."""
    seat: str
    """Whose it is; empty where no custodian was recorded."""
    what: str
    """The same in words."""


class Answer(enum.Enum):
    """What the reviewers say of a line."""

    KEEP = "keep"
    CHANGE = "change"
    REMOVE = "remove"


@dataclass(frozen=True)
class Decision:
    """A line that was reviewed; all but KEEP say what is done, by whom and until when."""

    access: Access
    answer: Answer
    remark: str = ""
    owner: str = ""
    due: dt.date | None = None


def lines_of(register: Register, entries: Sequence[Entry]) -> list[Access]:
    """Return what a review goes through: what two people withdrew and no review has confirmed, then every way in."""
    return [*_withdrawn(entries), *accesses(register)]


def accesses(register: Register) -> list[Access]:
    """Return every way in: sheets that may open something, devices, phones, mailboxes, and roles of people."""
    return [*_sheets(register), *_assets(register), *_roles(register)]


def _withdrawn(entries: Sequence[Entry]) -> Iterator[Access]:
    for one in withdrawals(entries)[0]:
        if not one.confirmed:
            yield Access(one.line, one.data.approved[0], f"WITHDRAWN: {one.told}")


def _sheets(register: Register) -> Iterator[Access]:
    for record in filter(_opens_something, register.sets.values()):
        kind = f"practice, {record.life.value}" if record.practice else record.life.value
        for sheet in record.sheets.values():
            if sheet.may_be_used:
                where = f" in {register.place_named(sheet.safe)}" if sheet.safe else ""
                bag = f", bag {sheet.bag}" if sheet.bag else ""
                wrong = "" if sheet.condition == State.HELD.value else f", {sheet.condition.upper()}"
                what = f"{record.sheet_name(sheet.number)}, {kind}{where}{bag}{wrong}"
                yield Access(f"sheet-{sheet.number.lower()}.{record.set_id[:8]}", sheet.holder, what)


def _opens_something(record: SetRecord) -> bool:
    return record.life in (Life.PENDING, Life.LIVE) or (record.life is Life.SUPERSEDED and record.more_to_destroy > 0)


def _assets(register: Register) -> Iterator[Access]:
    for asset in register.assets_in_use:
        place = f" in {register.place_named(asset.place)}" if asset.place else ""
        serial = f", serial {asset.serial}" if asset.serial else ""
        yield Access(asset.tag, asset.holder, asset.name + place + serial)


def _roles(register: Register) -> Iterator[Access]:
    for person in register.here.values():
        for role in person.roles or ("holder",):
            yield Access(f"role.{role}", person.seat, f"role {role}, since {person.since or 'unknown'}")
        if person.deputy:
            yield Access("deputy", person.deputy, f"deputy of {person.seat}")


def check_reviewers(register: Register, reviewers: Sequence[str]) -> None:
    """Refuse reviewers that are not two or more people who are holders.

    Raises:
        UsageError: If they are not.
    """
    if len(set(reviewers)) < 2:
        raise UsageError("fewer than two people review", Remedy.TWO_REVIEWERS)
    if len(set(reviewers)) != len(reviewers) or len(reviewers) > MOST_REVIEWERS:
        raise UsageError("a reviewer was named twice, or too many were", f"name each once, at most {MOST_REVIEWERS}")
    unknown = [seat for seat in reviewers if seat not in register.here]
    if unknown:
        raise UsageError(f"nobody who is here has the seat {unknown[0]}", Remedy.RECORD_PERSON)


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
        codes = new_codes(self.register.actions, f"RV-{self.day:%Y%m%d}-")
        changes = [line for line in self.lines if line.answer is not Answer.KEEP]
        for code, line in zip(codes, changes, strict=False):
            text = f"{line.answer.value}, {line.access.seat or 'nobody'}: {line.remark}"
            yield ActionAgreed(action=code, text=text, owner=line.owner, due=line.due or self.following)
        confirmed, changed, removed = map(self._count, (Answer.KEEP, Answer.CHANGE, Answer.REMOVE))
        everybody = tuple(self.reviewers)
        yield ReviewHeld(
            reviewers=everybody, confirmed=confirmed, changed=changed, removed=removed, next=self.following
        )

    def _count(self, answer: Answer) -> int:
        return sum(line.answer is answer for line in self.lines)

    def report(self, head: tuple[str, ...]) -> Report:
        """Return the sheet that the reviewers sign; *head* are the L words of the ledger after the review."""
        return Report(
            heading="Access review",
            mark="ACCESS REVIEW \N{EN DASH} NOTHING HERE IS SECRET",
            practice=self.register.practice,
            intro="Everybody who has a way in, and what two reviewers decided of each line.",
            facts=(
                ("Day", str(self.day)),
                ("Reviewers", ", ".join(self.register.named(seat) for seat in self.reviewers)),
                ("Lines", ", ".join(f"{self._count(answer)} {answer.value}" for answer in Answer)),
                ("Next review", str(self.following)),
            ),
            tables=(Table("Lines", "", _COLUMNS, tuple(self._rows()), tall=True),),
            made=self.day.isoformat(),
            words=(Words("L", "head of the ledger after this review", head),),
            statement=_STATEMENT,
            signatures=tuple(self.reviewers),
        )

    def _rows(self) -> Iterator[tuple[str, ...]]:
        for number, line in enumerate(self.lines, 1):
            said = line.answer.value
            if line.answer is not Answer.KEEP:
                said += f": {line.remark} ({line.owner}, until {line.due})"
            yield str(number), self.register.named(line.access.seat), line.access.what, said, ""


_COLUMNS = (Column("", 0.25), Column("Who"), Column("Way in", 1.5), Column("Decided", 1.3), Column("Initials", 0.6))
_STATEMENT = (
    "We looked at every line. Nobody else is known to us to have a way in. The L words are those on the screen."
)
