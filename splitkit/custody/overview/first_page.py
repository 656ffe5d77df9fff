"""The first page of the auditor's pack: what is sound, what is not, and what nobody has proven, for a reader who knows no seats.

Every sentence follows from the ledgers; nothing is weighed here that is not weighed elsewhere.
"""

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Self

from splitkit.custody.exposure import SetCase, alarms, standing
from splitkit.custody.overview.audit import Audit
from splitkit.custody.overview.now import Danger, Matter
from splitkit.custody.records.holdings import SetRecord
from splitkit.custody.records.lives import Life
from splitkit.host.columns import capital
from splitkit.ledger import events
from splitkit.ledger.comparison import counted
from splitkit.ledger.verification import ChainVerdict
from splitkit.paper.report import Chapter, Statement

_ROOMS = ((4, 230), (3, 190), (2, 150), (1, 120))
"""How many sentences of one kind stand on the page, and how long they are at most; the rest is told in the tables behind it."""

_LINES, _LETTERS, _WORDS = 39, 77, 5.6
"""Lines of a column of the page, letters of a line, and lines of the L words; all as on the smaller paper."""


@dataclass(frozen=True)
class FirstPage:
    """What an auditor reads first."""

    audit: Audit
    most: int
    longest: int

    @classmethod
    def of(cls, audit: Audit) -> Self:
        """Return the page with as much as it has room for."""
        pages = [cls(audit, *room) for room in _ROOMS]
        return next((page for page in pages if page.fits), pages[-1])

    @property
    def fits(self) -> bool:
        """Whether all of it stands on one page."""
        left, right = (_lines(one for one in self.chapters if one.right is side) for side in (False, True))
        return max(left, right + _WORDS) <= _LINES

    @property
    def verdict(self) -> tuple[str, str]:
        """The whole in a word, and why."""
        wrong, unproven = self.audit.matters, [one for one in self._unproven() if one.sound is False]
        broken = self.audit.verification.findings
        if wrong or broken:
            number = len(wrong) + len(broken)
            count = "1 thing stands" if number == 1 else f"{number} things stand"
            return (
                "NOT SOUND",
                f"{count} against it on {self.audit.at}. The worst: {self._cut(_since(wrong[0]) if wrong else broken[0])}",
            )
        if unproven:
            return "NOT PROVEN", f"Nothing stands against it on {self.audit.at}, and not all of it is proven."
        return "SOUND", f"Every sheet was read within its time, and nothing is open on {self.audit.at}."

    @cached_property
    def chapters(self) -> tuple[Chapter, ...]:
        """Return what stands on the page, part by part."""
        left = {
            "In short": (*self._short(), *self._about()),
            "The sheets": self._sets(),
            "Readings, drills and reviews": self._readings(),
            "When the secret was shown or used": self._uses(),
            "What is not proven": self._unproven(),
        }
        rules = self._matters("none, but what two people have overruled", Danger.RULE)
        right = {
            "Open incidents": self._incidents(),
            "Withdrawn or left by two people, and confirmed by no review": self._matters("nothing", Danger.WITHDRAWN),
            "Overruled by people": self._few(self._overrides(), "nothing was overruled", "Overrides"),
            "Contradictions": self._contradictions(),
            "Debts: due, or begun and never finished": self._matters("none", Danger.DUE, Danger.UNFINISHED),
            "Rules of custody that are broken": rules,
        }
        return tuple(
            Chapter(title, tuple(said), right=side is right) for side in (left, right) for title, said in side.items()
        )

    # --- what it is

    def _short(self) -> Iterator[Statement]:
        """Who keeps what, whether it can be opened, and what stands against it, before any detail."""
        register, audit = self.audit.built.register, self.audit
        in_use = [one for one in register.in_earnest if one.life is Life.LIVE]
        for one in in_use[: self.most]:
            keepers = {register.who(sheet.holder) for sheet in one.sheets.values() if sheet.there and sheet.holder}
            kept = "1 person keeps" if len(keepers) == 1 else f"{len(keepers) or 'no known'} people keep"
            able = (
                "enough sheets are there to open it"
                if standing(one, audit.at).opens
                else "NOT ENOUGH SHEETS ARE THERE to open it"
            )
            what = register.account_of(one) or one.label or "a password"
            yield Statement(
                self._cut(
                    f"What is protected: {what}. It is split over sheets of paper, and {kept} them, apart; {_needed(one)} give it back, fewer give nothing; {able}.",
                    2,
                )
            )
        counts = Counter(_COUNTED[one.danger] for one in audit.matters)
        told = "; ".join(f"{what}: {number}" for what, number in counts.items())
        yield Statement(
            f"What stands against it, by number: {told}." if told else "Nothing stands against it.",
            sound=None if told else True,
        )

    def _about(self) -> Iterator[Statement]:
        audit, entries = self.audit, self.audit.entries
        ledgers = "one ledger" if len(audit.copies) == 1 else f"{len(audit.copies)} ledgers"
        yield Statement(
            f"{len(entries)} entries in {ledgers}, from {min(one.day for one in entries)} to {max(one.day for one in entries)}."
        )
        seen = sum(one.saw for one in entries)
        yield Statement(
            f"The program SAW {seen} of them happen (\u25a0 in the tables). Of the other {len(entries) - seen} people SAID that it was so (\u25a1): "
            "nothing but their word stands for those."
        )  # fmt: skip

    # --- the sets

    def _sets(self) -> Iterator[Statement]:
        register = self.audit.built.register
        records = sorted(register.in_earnest, key=lambda one: one.life is not Life.LIVE)
        in_use = [one for one in records if one.life is Life.LIVE]
        for one in in_use[: self.most]:
            yield from (self._set(one), self._kept(one))
        yield from _more(len(in_use) - self.most, "sets in use", "the tables of the sets")
        if not in_use:
            yield Statement("No set is in use.", sound=False)
        old = [f"{one.fact}: {one.advice}." for one in alarms(register, self.audit.at) if one.record not in in_use]
        yield from (Statement(self._cut(one), sound=False) for one in old[: self.most])
        yield from _more(len(old) - self.most, "old sets", "What stands against it", sound=False)

    def _set(self, record: SetRecord) -> Statement:
        register, stands = self.audit.built.register, standing(record, self.audit.at)
        account = f" of {register.account_of(record)}" if register.account_of(record) else ""
        what = f"{record.title}{account}, {_needed(record)}: {_CASES[stands.case]}."
        read = f"{len(stands.usable)} of {len(record.sheets)} sheets were read by the program within a year and found sound"
        known = f", {len(stands.exposed)} may be known to others" if stands.exposed else ""
        opened = f"a quorum last opened it on {record.proven}" if record.proven else "no quorum has ever opened it"
        return Statement(
            f"{what} {read}{known}; {opened}.", sound=stands.case is SetCase.SOUND and record.proven is not None
        )

    def _kept(self, record: SetRecord) -> Statement:
        register = self.audit.built.register
        kept = [f"{one.number} {register.called(one.holder)}" + (f", {register.place_named(one.safe)}" if one.safe else "")
                for one in record.sheets.values() if one.there and one.holder]  # fmt: skip
        return Statement(self._cut(f"Sheet and keeper: {'; '.join(kept) or 'nobody is known'}.", 2))

    # --- what was done

    def _readings(self) -> Iterator[Statement]:
        readings = [(one, one.data) for one in self.audit.section("readings") if isinstance(one.data, events.SheetRead)]
        count = Counter(data.result for _, data in readings)
        results = ", ".join(f"{number} {result}" for result, number in count.items()) or "none"
        bad = [(one, data) for one, data in readings if data.result != "sound"]
        yield Statement(
            f"{_count(len(readings), 'reading')} of sheets by the program: {results}.",
            sound=None if readings and not bad else False,
        )
        for one, data in bad[: self.most]:
            yield Statement(
                f"{data.result.upper()}: sheet {data.sheet} of set {data.set[:8]} on {one.day}, read by {self.audit.who(one)}.",
                sound=False,
            )
        yield from _more(len(bad) - self.most, "readings that were not sound", "Every reading", sound=False)
        drills = [(one.day, one.data.result) for one in self.audit.entries if isinstance(one.data, events.DrillHeld)]
        passed = [day for day, result in drills if result == "pass"]
        last = f", the last that passed on {max(passed)}" if passed else ""
        told = f"{_count(len(drills), 'drill')}: {len(passed)} passed, {len(drills) - len(passed)} failed{last}."
        yield Statement(told if drills else "No drill was ever held.", sound=None if passed else False)
        reviews = [one.day for one in self.audit.entries if isinstance(one.data, events.ReviewHeld)]
        held = (
            f"Who has access was reviewed ({_count(len(reviews), 'time')}), last on {max(reviews)}."
            if reviews
            else "Nobody has ever reviewed who has access."
        )
        yield Statement(held, sound=None if reviews else False)

    def _uses(self) -> Iterator[Statement]:
        shown = [one for one in self.audit.entries if isinstance(one.data, events.SecretShown)]
        for one in shown[-self.most :]:
            if isinstance(one.data, events.SecretShown):
                yield Statement(
                    self._cut(f"{one.day}: shown to {self.audit.people(one, one.data.seen_by)}: {one.data.purpose}.")
                )
        yield from _more(len(shown) - self.most, "times that it was shown", "Every access")
        opened = [one for one in self.audit.entries if isinstance(one.data, events.FileOpened)]
        if opened:
            yield Statement(f"A sealed file was opened ({_count(len(opened), 'time')}), last on {opened[-1].day}.")
        signed = [one.data.accepted for one in self.audit.entries if isinstance(one.data, events.SignIn)]
        told = f"People recorded {_count(len(signed), 'sign-in')}; accepted: {sum(signed)}." if signed else ""
        yield Statement(
            " ".join(filter(None, ("" if shown else "The secret was never shown, as far as the record goes.", told)))
        )

    def _overrides(self) -> Iterator[str]:
        for one in reversed(self.audit.section("overrides")):
            match one.data:
                case events.CheckOverruled(check=what, reason=why, approved=who):
                    yield f"{one.day}: '{what}', by {self.audit.people(one, who)}: {why}"
                case events.RuleOverruled(rule=what, reason=why, approved=who, until=until):
                    yield f"{one.day}: rule {what}{f' until {until}' if until else ''}, by {self.audit.people(one, who)}: {why}"

    def _contradictions(self) -> tuple[Statement, ...]:
        found = [one.what for one in self.audit.matters if one.danger is Danger.CONTRADICTION]
        found += self.audit.verification.findings
        return self._few(found, "the record contradicts itself nowhere", "What does not agree", sound=False)

    def _incidents(self) -> tuple[Statement, ...]:
        register = self.audit.built.register
        found = [f"{code}{' (URGENT: the secret may be known)' if code in register.urgent else ''}: {cause}"
                 for code, cause in register.open_incidents.items()]  # fmt: skip
        return self._few(found, "none", "Incidents", sound=False)

    # --- what nobody knows

    def _unproven(self) -> Iterator[Statement]:
        audit = self.audit
        vouched = audit.verification.verdict is ChainVerdict.SOUND
        if audit.verification.verdict is ChainVerdict.TORN:
            yield Statement(f"A ledger is torn: {audit.verification.fact}.", sound=False)
        compared = audit.standing.compared
        if vouched:
            yield Statement(
                f"The end of the record was compared with the words on paper when this was made ({audit.made}).",
                sound=True,
            )
        elif compared:
            said, since = compared.entry, audit.standing.entries - compared.vouched
            what = f"{self.audit.who(said)} said on {said.day} that they compared the record with paper"
            yield Statement(
                f"{what}; nothing vouches for what came since ({counted(since)}).", sound=None if not since else False
            )
        else:
            yield Statement(
                "Nobody has compared the record with the signed words on paper: it may lack its end.", sound=False
            )
        sheets = [
            one
            for record in audit.built.register.in_earnest
            if record.life is Life.LIVE
            for one in record.sheets.values()
            if not one.usable(audit.at)
        ]
        if sheets:
            yield Statement(
                f"Of the sheets in use {len(sheets)} cannot be counted on: not read within a year, not found sound, or not there.",
                sound=False,
            )
        yield Statement(
            "That no copy or photograph of a sheet exists; that what people said was so; that nobody used the password unrecorded."
        )

    # --- sentences

    def _cut(self, text: str, times: int = 1) -> str:
        most = self.longest * times
        return text if len(text) <= most else text[: most - 4].rsplit(" ", 1)[0] + " ..."

    def _matters(self, none: str, *dangers: Danger) -> tuple[Statement, ...]:
        found = [_since(one) for one in self.audit.matters if one.danger in dangers]
        return self._few(found, none, "What stands against it", sound=False)

    def _few(self, found: Iterable[str], none: str, where: str, *, sound: bool | None = None) -> tuple[Statement, ...]:
        told = list(found)
        first = [Statement(self._cut(one), sound=sound) for one in told[: self.most]] or [
            Statement(f"{capital(none)}.", sound=True)
        ]
        return (*first, *_more(len(told) - self.most, "", where, sound=sound))


_CASES = {
    SetCase.SOUND: "SOUND",
    SetCase.UNPROVEN: "it opens, and NOT EVERY SHEET IS PROVEN",
    SetCase.DESTROYED: "it opens, and A SHEET IS GONE",
    SetCase.LOST: "it opens, and A SHEET MAY BE KNOWN TO OTHERS",
    SetCase.DOUBTFUL: "DOUBTFUL, nobody knows whether enough sheets are left",
    SetCase.ONE_SHORT: "ONE SHEET SHORT of being known to others",
    SetCase.COMPROMISED: "COMPROMISED, others may know the secret",
    SetCase.DEAD: "DEAD, so many sheets are gone that it cannot be opened",
}
"""What each case means to a reader who knows nothing of sets."""


_COUNTED = {
    Danger.KNOWN: "secrets that others may know",
    Danger.DEAD: "secrets that are lost",
    Danger.ONE_SHORT: "secrets that are one mishap away from being known or lost",
    Danger.UNFINISHED: "things begun and never finished",
    Danger.DOUBTFUL: "secrets of which nobody knows whether they can be put together",
    Danger.INCIDENT: "open incidents",
    Danger.CONTRADICTION: "contradictions",
    Danger.WITHDRAWN: "withdrawals that no review has confirmed",
    Danger.UNPROVEN: "sets of which not every sheet is proven",
    Danger.RULE: "broken rules",
    Danger.DUE: "overdue tasks",
}
"""What each kind of matter is called where they are counted."""


def _needed(record: SetRecord) -> str:
    policy = record.policy
    return f"any {policy.needed} of {policy.sheets} sheets" if policy.flat else str(policy)


def _lines(chapters: Iterable[Chapter]) -> float:
    """Return how many lines of a column some chapters take."""
    return sum(1.8 + sum(1 + len(one.text) // _LETTERS for one in chapter.statements) for chapter in chapters)


def _since(one: Matter) -> str:
    if one.danger in (Danger.DUE, Danger.UNFINISHED):
        return f"since {one.day}: {one.what}"
    return one.what.removeprefix("withdrawn: ")


def _more(count: int, what: str, where: str, *, sound: bool | None = None) -> Iterator[Statement]:
    if count > 0:
        yield Statement(f"And {count} more {what}".rstrip() + f": see '{where}'.", sound)


def _count(number: int, what: str) -> str:
    return f"{number or 'no'} {what}{'' if number == 1 else 's'}"
