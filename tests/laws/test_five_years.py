"""Five years of custody, drawn at random: what the register says is what a plain model knows, and the live set opens."""

from __future__ import annotations

import tempfile
from pathlib import Path

import pytest
from hypothesis import Phase, event
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from tests.support.custody.life_events import TWO, Deeds, one
from tests.support.custody.simulation import END, START
from tests.support.custody.truth import POLICIES
from tests.support.sampling import lived

pytestmark = pytest.mark.usefixtures("stretched_once")

picks = st.integers(0, 2**16)
"""Which of some sheets, people or ways: taken modulo their number."""

days = st.sampled_from([30, 0, 0, 1, 7, 14, 45, 60, 92, 93])
"""Until something happens; a quarter is 92 days."""

ordinary = ["case", "case", "case", "drill in turn", "drill", "sign in", "review", "device", "print again", "verify"]
mishaps = ["lose", "lose", "find", "turn up", "break seal", "burn", "expose", "hand over", "leave with it"]
renewals = [
    "refresh",
    "rotate",
    "read some",
    "read all",
    "take over",
    "take over",
    "give up",
    "destroy",
    "destroy",
    "retire",
]
contradictions = ["said of gone", "said of foreign", "said of life"]


def some_of(numbers, pick):
    return [number for at, number in enumerate(numbers) if (pick >> at) & 1]


class Custody(RuleBasedStateMachine):
    """One rule with many ways: of several rules an example would leave some out altogether."""

    policy = ""

    @initialize()
    def the_first_set_is_made(self):
        self.folder = tempfile.TemporaryDirectory()
        self.world = Deeds(self.policy, Path(self.folder.name))
        self.world.begin()
        self.stale = True

    def teardown(self):
        if not hasattr(self, "world"):
            return
        world = self.world
        world.close_ledger()
        world.verify()
        self.folder.cleanup()
        event("reached", "five years" if world.today == END else f"{(world.today - START).days // 365} years")
        for what, count in world.happened.items():
            event(what, str(count) if count < 4 else "4 or more")

    @invariant()
    def the_register_says_what_is(self):
        if self.stale:
            self.world.check()
            self.stale = False

    @rule(passed=days, what=st.sampled_from(["nothing", *ordinary, *mishaps, *renewals, *contradictions]), pick=picks)
    def some_days_later(self, passed, what, pick):
        """People look after it, something goes wrong, or a set is replaced, step by step in any order, with months between."""
        if self.world.today == END:
            return
        self.world.pass_days(passed)
        self.stale = True
        if what in contradictions:
            for name, data in list(getattr(self, what.replace(" ", "_"))(pick)):
                self.world.refused(name, **data)
        elif what == "verify":
            self.verify(pick)
        elif what != "nothing":
            self.do(what, pick)

    def do(self, what, pick):
        world = self.world
        {
            "case": world.do_what_the_case_says,
            "drill in turn": world.drill_in_turn,
            "drill": lambda: world.drill(some_of(sorted(world.live.reach), pick), forgotten=pick % 4),
            "sign in": lambda: world.sign_in(one(["new", "new", "old", "unchanged"], pick), accepted=pick % 8 > 0),
            "review": world.review,
            "device": world.try_device,
            "print again": lambda: world.print_again(one(world.needs.numbers, pick), sealed=pick % 2 > 0),
            "lose": lambda: world.lose(pick),
            "find": lambda: world.find(pick),
            "turn up": lambda: world.turn_up(pick),
            "break seal": lambda: world.break_seal(pick),
            "burn": lambda: world.burn(pick),
            "expose": lambda: world.expose(pick),
            "hand over": lambda: world.leave(pick, keeps=False, swapped=pick // 64 % 8 == 7),
            "leave with it": lambda: world.leave(pick, keeps=True, swapped=False),
            "refresh": lambda: world.renew(rotate=False),
            "rotate": lambda: world.renew(rotate=True),
            "read some": lambda: world.read_back(some_of(world.needs.numbers, pick)),
            "read all": lambda: world.read_back(world.needs.numbers),
            "take over": world.take_over,
            "give up": world.give_up,
            "destroy": lambda: world.destroy_old(pick, 1 + pick // 64 % 7),
            "retire": lambda: world.retire(pick),
        }[what]()

    def verify(self, pick):
        """At the end of a ledger, which may name the next day, or in the middle of it."""
        if pick % 2:
            self.world.close_ledger(next_day=self.world.day if pick % 4 == 1 else "")
        else:
            self.world.reopen_file()
        self.world.verify()

    # --- what contradicts --------------------------------------------------------------------------------------------

    def said_of_gone(self, pick):
        """Of a sheet that was destroyed."""
        if gone := self.world.papers(lambda paper: not paper.here):
            of, number = one(gone, pick)
            sheet, person = {"set": of.set_id, "sheet": number}, {"person": of.papers[number].holder, "bag": "BAG-1"}
            yield "sheet.lost", {**sheet, "circumstances": "moved house"}
            yield "sheet.destroyed", {**sheet, "way": "burnt", "seen_by": TWO}
            yield "sheet.handed", {**sheet, "from_": person["person"], "to": "ADM"}
            yield "sheet.seen", {**sheet, **person, "intact": True}
            yield "sheet.stored", {**sheet, **person, "safe": "north-1"}
            yield "bag.sealed", {**sheet, **person}
            yield "bag.opened", {**sheet, "bag": "BAG-1", "intact": True, "expected": True, "purpose": "a drill"}

    def said_of_foreign(self, pick):
        """By somebody who does not keep the sheet, or is not there, or of what is not there."""
        if there := self.world.papers(lambda paper: paper.here and paper.bag):
            of, number = one(there, pick)
            sheet = {"set": of.set_id, "sheet": number}
            yield "sheet.handed", {**sheet, "from_": "WIT", "to": "ADM"}
            yield "sheet.seen", {**sheet, "person": "WIT", "bag": "BAG-1", "intact": True}
            yield "sheet.stored", {**sheet, "person": "WIT", "bag": "BAG-1", "safe": "north-1"}
            yield "bag.sealed", {**sheet, "person": "WIT", "bag": "BAG-1"}
        yield "sheet.lost", {"set": "0" * 32, "sheet": "1", "circumstances": "moved house"}
        yield "sheet.lost", {"set": self.world.live.set_id, "sheet": "P16", "circumstances": "moved house"}
        yield "person.left", {"person": "NOBODY", "until": self.world.day, "reason": "another post"}
        yield "review", {"reviewers": ["ADM", "ADM"], "confirmed": 7, "removed": 0}

    def said_of_life(self, pick):
        """A set that cannot take over, or that was replaced already, or comes twice."""
        live, reason = self.world.live, {"reason": "a leaver"}
        of = one(self.world.sets.values(), pick)
        yield "set.refreshed", {"set": live.set_id, "replaces": live.set_id, **reason}
        if of.life in ("superseded", "retired"):
            yield "set.void", {"set": of.set_id, **reason}
        if of.life in ("pending", "void"):
            yield "set.retired", {"set": of.set_id, "approved": TWO, **reason}
        if of.life not in ("live", "pending"):
            yield "set.refreshed", {"set": of.set_id, "replaces": live.set_id, **reason}
            yield "set.rotated", {"set": live.set_id, "replaces": of.set_id, **reason}
        if of.life == "pending" and any(not paper.read for paper in of.papers.values()):
            yield "set.rotated", {"set": of.set_id, "replaces": live.set_id, **reason}
        made = next(entry.data.fields() for entry in self.world.entries if entry.event == "set.made")
        yield "set.made", dict(made)
        yield (
            "set.made",
            {
                **made,
                "set": "0" * 32,
                "line": live.line,
                "replaces": live.set_id,
                "epoch": live.epoch,
                "kind": "refreshed",
            },
        )


FLAT, GROUPS, _ = POLICIES
SOON = {"max_examples": 2, "stateful_step_count": 75, "derandomize": True, "phases": [Phase.generate]}
LONG = {"max_examples": 300, "stateful_step_count": 100}

TestSevenCustodians = lived(Custody, FLAT, **SOON)


@pytest.mark.long
class TestThreeGroups(lived(Custody, GROUPS, **SOON)):
    pass


@pytest.mark.long
class TestSevenCustodiansAtLength(lived(Custody, FLAT, **LONG)):
    pass


@pytest.mark.long
class TestThreeGroupsAtLength(lived(Custody, GROUPS, **LONG)):
    pass
