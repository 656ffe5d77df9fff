"""A custody over the years: what a test knows of it by itself, beside the product's sheets, ledgers and register.

The model is kept apart on purpose: plain sets of numbers, its own quorum rule, brute force where the product computes.  What is
on paper is text and is read as text; every event goes into a real ledger file.
"""

from __future__ import annotations

import datetime as dt
import random
from contextlib import ExitStack
from dataclasses import dataclass, field

import pytest

from splitkit.cli.ui.secret_input import make_record
from splitkit.custody.due import due
from splitkit.custody.exposure import SetCase, alarms, countdown, standing
from splitkit.custody.records.holdings import Register
from splitkit.custody.register import build
from splitkit.custody.ways.mending import fewest_to_destroy
from splitkit.errors import AttentionError, SplitkitError
from splitkit.issue.selfcheck import check_set
from splitkit.ledger.chain import Happening
from splitkit.ledger.events import event_of
from splitkit.ledger.ledger_file import closing, new_ledger, open_ledger
from splitkit.ledger.verification import ChainVerdict, judge_ledger, read_ledger
from splitkit.quorum.anchor import parse_fingerprint
from splitkit.quorum.dealing import SetFacts, deal
from splitkit.quorum.gathering import gather
from splitkit.quorum.judge import judge
from splitkit.quorum.opening import prove
from splitkit.quorum.parsing import read_code
from splitkit.quorum.release import release
from tests.support.builders import page, released, seeded
from tests.support.ceremonies import plan_of
from tests.support.custody.custodies import EVER, then
from tests.support.custody.truth import QUARTER, YEAR, Needs, Said, Truth, smallest
from tests.support.ledgers import hashed, words

START, YEARS = dt.date(2026, 1, 15), 5
END = START + dt.timedelta(days=YEARS * 365)
SITES = ("north", "south", "west")


@dataclass
class Paper:
    """One sheet: who keeps it where, whether it is there at all, and whether somebody else may know it."""

    holder: str
    page: object
    given: bool = False
    bag: str = ""
    site: str = ""
    here: bool = True
    lost: bool = False
    known: bool = False
    read: str = ""
    copies: int = 1


@dataclass
class Kept:
    """One set as the test knows it."""

    set_id: str
    needs: Needs
    envelope: object
    record: object
    secret: int
    epoch: int
    made: str
    life: str
    papers: dict[str, Paper] = field(default_factory=dict)
    replaces: str = ""
    line: str = ""
    drilled: str = ""

    def where(self, right):
        return frozenset(number for number, paper in self.papers.items() if right(paper))

    @property
    def here(self):
        return self.where(lambda paper: paper.here)

    @property
    def known(self):
        return self.where(lambda paper: paper.known)

    @property
    def reach(self):
        """What the custodians themselves can put together."""
        return self.where(lambda paper: paper.here and not paper.lost)

    def usable(self, today):
        """What was read, and found sound, no longer ago than a year."""
        return self.reach & self.where(
            lambda paper: paper.read and (today - dt.date.fromisoformat(paper.read)).days <= YEAR
        )


FOLLOWS = ("put back", "say where", "hand over", "destroy the old paper", "no account", "take over")
"""How that begins what is owed besides meetings and readings: this model does not count its days."""


class World:
    """Everything that is and happens; *policy* is one of POLICIES."""

    def __init__(self, policy, folder):
        self.plan, self.needs = plan_of(policy, label="Root", practice=False), Needs(policy)
        self.today, self.events_today, self.people, self.bags = START, 0, 0, 0
        self.sets: dict[str, Kept] = {}
        self.live = self.pending = None
        self.secrets, self.signed, self.dropped = 0, set(), set()
        self.reviewed = self.checked = self.next_day = self.sampled = ""
        self.entropy, self.random = seeded(policy), random.Random(policy)
        self.folder, self.files, self.stack, self.ledger = folder, [], ExitStack(), None
        self.register, self.entries = Register(), []
        self.heard = None, {}
        self.happened = dict.fromkeys(
            ("refreshed", "rotated", "reset", "compromised", "reissued", "refused", "void"), 0
        )

    # --- what is written down ----------------------------------------------------------------------------------------

    @property
    def day(self):
        return self.today.isoformat()

    def stamp(self):
        self.events_today += 1
        hours, seconds = divmod(self.events_today, 3600)
        return f"{self.day}T{8 + hours:02d}:{seconds // 60:02d}:{seconds % 60:02d}Z"

    def tell(self, event, /, **data):
        """Record an event as the program does: refused where it contradicts, else on the disk and in the register."""
        data = {name.rstrip("_"): value for name, value in data.items()}
        self._begin_ledger()
        at = self.stamp()
        said = event_of(event, data)
        after = then(self.register, Happening(said, "SCR", "WIT", at))
        self.entries.append(self.ledger.append(said, by="SCR", witness="WIT", at=at))
        self.register = after

    def refused(self, event, /, **data):
        """What contradicts is refused in words, and leaves everything as it was."""
        self._begin_ledger()
        before = (self.register, len(self.entries), self.files[-1].read_bytes())
        with pytest.raises(AttentionError) as caught:
            self.tell(event, **data)
        assert caught.value.hint
        assert before == (self.register, len(self.entries), self.files[-1].read_bytes())
        self.happened["refused"] += 1

    def _begin_ledger(self):
        if self.ledger:
            return
        previous = read_ledger(self.files[-1].read_bytes()) if self.files else None
        self.files.append(self.folder / f"{len(self.files) + 1:03d}.ledger")
        self.ledger = self.stack.enter_context(new_ledger(self.files[-1], previous))
        kind = "custody" if previous else "split"
        self.tell("open", format=1, ceremony=f"C-{len(self.files):04d}", kind=kind, practice=False, version="0.1.0")

    def close_ledger(self, *, next_day=""):
        if self.ledger:
            self.tell("close", **closing(self.ledger.entries, next_due=self.today if next_day else None).fields())
            self.next_day = next_day or self.next_day
            self.stop()

    def reopen_file(self):
        """Another run of the program goes on with the same file."""
        if self.ledger:
            self.stop()
            self.ledger = self.stack.enter_context(open_ledger(self.files[-1]))

    def stop(self):
        self.stack.close()
        self.ledger = None

    def pass_days(self, days):
        """Each quarter and each ceremony has a file of its own."""
        before = self.today
        self.today = min(END, before + dt.timedelta(days=days))
        self.events_today = self.events_today if before == self.today else 0
        if (before.year, (before.month - 1) // 3) != (self.today.year, (self.today.month - 1) // 3):
            self.close_ledger()

    # --- people and paper --------------------------------------------------------------------------------------------

    def join(self):
        self.people += 1
        seat = f"P{self.people}"
        self.tell("person.joined", person=seat, name=f"Person {self.people}", since=self.day)
        return seat

    def new_bag(self):
        self.bags += 1
        return f"BAG-{self.bags}"

    def seal(self, of, number):
        """The sheet goes into a new bag and into a safe of its own."""
        paper = of.papers[number]
        if not paper.given and self.register.people[paper.holder].until:  # left while the set was still in the making
            paper.holder = self.join()
        paper.given = True
        paper.bag, paper.site = self.new_bag(), SITES[of.needs.numbers.index(number) % len(SITES)]
        sheet = {"set": of.set_id, "sheet": number, "bag": paper.bag, "person": paper.holder}
        self.tell("bag.sealed", **sheet)
        safe = f"{paper.site}-{number.lower()}"
        if safe not in self.register.places:
            self.tell("place.added", place=safe, name=safe, kind="safe", site=paper.site)
        self.tell("sheet.stored", **sheet, safe=safe)

    def read_sheets(self, of, numbers, use):
        for number in numbers:
            self.tell("sheet.read", set=of.set_id, sheet=number, use=use, source="scan", result="sound")
            of.papers[number].read = self.day

    # --- sets --------------------------------------------------------------------------------------------------------

    def make(self, record, secret, holders, old=None):
        """Deal a set with the program's own code, and record it; with *old* it replaces that set, and is not relied upon yet."""
        epoch = old.epoch + 1 if old else 1
        kind = "first" if not old else "refreshed" if secret == old.secret else "rotated"
        first_set = bytes.fromhex(old.line) if old else None
        days = (self.today - dt.date(1970, 1, 1)).days
        dealt = deal(SetFacts(self.plan.policy, "Root", False, days, epoch, first_set), record, self.entropy)
        if not old:  # the second implementation is slow, and reads every set alike
            assert check_set(dealt, record, self.entropy) == len(list(self.needs.quorums()))
        envelope = dealt.envelope
        of = Kept(envelope.header.set_id.hex(), self.needs, envelope, record, secret, epoch, self.day,
                  "pending" if old else "live", replaces=old.set_id if old else "", line=envelope.header.line.hex())  # fmt: skip
        for sheet, share in dealt.shares.items():
            number = self.plan.policy.number(sheet)
            of.papers[number] = Paper(holders[number], page(share, envelope.raw, f"{of.set_id[:8]}-{number}"))
        self.tell(
            "set.made", set=of.set_id, fingerprint=" ".join(envelope.fingerprint), policy=str(self.plan.policy), epoch=epoch,
            recipient=envelope.header.recipient_hash.hex(), practice=False, sheets=self.plan.policy.sheets, kind=kind,
            **({} if kind == "refreshed" else {"origin": "generated"}),
            **({"line": old.line, "replaces": old.set_id} if old else {}), **({"label": self.plan.label} if self.plan.label else {}),
        )  # fmt: skip
        self.sets[of.set_id] = of
        for number in of.papers:
            self.tell("sheet.printed", set=of.set_id, sheet=number, copy=1)
        self.open_from_every_quorum(of)
        return of

    def fresh_secret(self):
        self.secrets += 1
        return make_record(self.plan, "generate", self.entropy), self.secrets

    def share(self, of, number):
        """The share as it is read from the paper."""
        return read_code(of.papers[number].page.scans[0].text)

    def open_from_every_quorum(self, of):
        shares = {number: self.share(of, number) for number in of.papers}
        for numbers in of.needs.quorums():
            proof = prove(of.envelope, {self.plan.policy.sheet(number): (shares[number],) for number in numbers})
            assert released(proof).open() == of.record

    def read_in(self, of, numbers, others=()):
        """Judge these sheets by the fingerprint that the ledger holds, and open the set, as every command does."""
        entry = next(one for one in self.entries if one.event == "set.made" and one.data.set == of.set_id)
        gathering = gather([of.papers[number].page for number in numbers] + list(others), [])
        judgement = judge(gathering, parse_fingerprint(entry.data.fingerprint))
        return release(gathering, judgement, practice=False, superseded=bool(others))

    def never_together(self, old, new):
        """One short of either set, in any mixture: nothing opens, whatever is trusted."""
        parts = []
        for of in (old, new):
            some = self.random.sample(sorted(of.papers), len(of.papers))
            while of.needs.enough(some):
                some.pop()
            parts.append([of.papers[number].page for number in some])
        gathering = gather(parts[0] + parts[1], [])
        assert not any(case.proof for case in judge(gathering).cases)
        for of, numbers, others in ((old, 0, 1), (new, 1, 0)):
            mine = [number for number, paper in of.papers.items() if paper.page in parts[numbers]]
            with pytest.raises(SplitkitError):
                self.read_in(of, mine, parts[others])

    # --- what must hold ----------------------------------------------------------------------------------------------

    def case(self, of):
        """What the entries say of a set, by the model that hears them."""
        if self.heard[0] != (len(self.entries), self.today):
            self.heard = (len(self.entries), self.today), Truth(map(Said.of, self.entries), self.today).cases()
        return SetCase(self.heard[1][of.set_id])

    def check(self):
        for of in self.sets.values():
            self._check_set(of)
        self._check_due()
        assert {alarm.record.set_id: alarm.case for alarm in alarms(self.register, self.today)} == dict(self._alarms())
        if self.sampled != self.day and self.live.needs.enough(self.live.here):
            self._open_a_sample(self.live)
            self.sampled = self.day

    def _check_set(self, of):
        record = self.register.sets[of.set_id]
        stands, needs = standing(record, self.today), of.needs
        assert record.life.name.lower() == of.life
        if of.life == "void":  # its sheets are shreds, and nobody goes on recording where they are
            assert countdown(record) == ""
            return
        assert (set(stands.usable), set(stands.exposed)) == (of.usable(self.today), of.known)
        assert {number for number, sheet in record.sheets.items() if sheet.may_be_used} == of.here
        assert stands.opens == needs.enough(of.usable(self.today))
        assert (fewest_to_destroy(record), record.may_be_known) == (
            self._to_destroy(of),
            needs.enough(of.known | of.here),
        )
        assert stands.more_to_lose == needs.short(of.known)
        assert stands.case is self.case(of), (of, stands)
        assert countdown(record) == self._countdown(of)

    def _countdown(self, of):
        if of.life not in ("superseded", "retired"):
            return ""
        if not of.needs.enough(of.here | of.known):
            return "the old set is dead: no quorum of its sheets is left"
        which, found = "SAME" if of.secret == self.live.secret else "OLD", self._to_destroy(of)
        until = ", whatever is destroyed: others may know a quorum of them"
        if found:
            told = " and ".join(filter(None, (", ".join(found[:-1]), found[-1])))
            until = f" until {f'sheets {told} are' if len(found) > 1 else f'sheet {told} is'} destroyed"
        return f"OLD SHEETS STILL OPEN THE {which} SECRET{until}"

    def _to_destroy(self, of):
        """The first of the smallest choices of sheets that leave no quorum once they are gone: what is known stays known."""
        right = lambda gone: not of.needs.enough(of.known | (of.here - gone))
        return sorted(next(smallest(of.here - of.known, right), ()))

    def _alarms(self):
        """The sets by which others have the secret, or nearly, or by which nobody has it any more."""
        relied_upon = {of.secret for of in self.sets.values() if of.life not in ("void", "pending")}
        for of in self.sets.values():
            if of.life == "live":
                if self.case(of) is not SetCase.SOUND:
                    yield of.set_id, self.case(of)
                continue
            if of.life == "pending" and self.spoilt(of):
                yield of.set_id, self.case(of)
                continue
            in_use = of.life == "pending" or (of.secret in relied_upon and not self.retired(of))
            if in_use and of.needs.enough(of.known):
                yield of.set_id, SetCase.COMPROMISED
            elif in_use and of.needs.short(of.known) == 1 and of.needs.enough(of.known | of.here):
                yield of.set_id, SetCase.ONE_SHORT

    def spoilt(self, of):
        """Whether something went wrong with a set that is to come."""
        bad = of.known or len(of.here) < len(of.needs.numbers)
        return bad or any(one.reading not in ("", "sound") for one in self.register.sets[of.set_id].sheets.values())

    def outdated(self, of):
        """Whether somebody has signed in with a later secret, or nobody needs its own any more: then it may be retired."""
        return any(one > of.secret for one in self.signed) or self.retired(of)

    def retired(self, of):
        """Whether two people have said that its secret, or a later one, opens nothing any more."""
        return any(one >= of.secret for one in self.dropped)

    def _check_due(self):
        later = lambda day, days: (dt.date.fromisoformat(day) + dt.timedelta(days=days)).isoformat()
        live = self.live
        drill = later(live.drilled, QUARTER) if live.drilled else live.made
        found = [item for item in due(self.register) if not item.what.startswith(FOLLOWS)]
        pending = [f"take over with set {of.set_id[:8]}" for of in self.sets.values() if of.life == "pending"]
        assert [item.what for item in due(self.register) if item.what.startswith("take over")] == pending
        wanted = [
            (drill, f"drill of set {live.set_id[:8]}"),
            (
                later(self.reviewed or min(of.made for of in self.sets.values() if of.life != "void"), QUARTER),
                "access review",
            ),
            (later(self.checked, QUARTER), "check mfa key-1"),
            *(
                (later(read, YEAR) if (read := live.papers[n].read) else live.made, f"read sheet {n}")
                for n in live.here
            ),
            *([(self.next_day, "planned drill")] if self.next_day else []),
        ]
        assert sorted((str(item.day), item.what) for item in found) == sorted(wanted)
        assert all(self.live.set_id[:8] in item.why for item in found if item.what.startswith("read sheet"))
        late = any(item.what.startswith("drill") and item.pressing(self.today) for item in found)
        assert late == (self.today >= dt.date.fromisoformat(drill))

    def _open_a_sample(self, of):
        numbers = self.random.sample(sorted(of.here), len(of.here))
        while of.needs.enough(numbers[1:]):
            numbers.pop(0)
        assert self.read_in(of, numbers).open() == of.record
        with pytest.raises(SplitkitError):
            self.read_in(of, numbers[1:])

    def verify(self):
        """The whole chain verifies against the words on paper, and says what the register has carried along."""
        files = [path.read_bytes() for path in self.files]
        judgement = judge_ledger(files, words(hashed(files[-1].splitlines()[-1])))
        assert (judgement.verdict, judgement.findings) == (ChainVerdict.SOUND, ())
        entries = [entry for reading in judgement.files for entry in reading.entries]
        assert entries == self.entries
        built = build(entries, EVER)
        assert built.findings == ()
        assert built.register == self.register
