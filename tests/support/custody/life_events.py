"""What people do with a custody and what happens to it, each as the model knows it and as the ledger is told."""

from __future__ import annotations

from types import SimpleNamespace

import pytest

from splitkit.cli.renewal import _check_reissue
from splitkit.custody.drills import next_drill
from splitkit.custody.exposure import SetCase
from splitkit.errors import AttentionError, NoQuorumError
from splitkit.quorum.release import Grounds
from tests.support.custody.simulation import SITES, World

TWO = ["ADM", "WIT"]


def one(options, pick):
    return list(options)[pick % len(options)]


class Deeds(World):
    """A custody with the people who look after it."""

    def begin(self):
        for seat in TWO:
            self.tell("person.joined", person=seat, name=f"{seat} Example", since=self.day)
        self.tell("asset.added", asset="key-1", kind="mfa", person="ADM", working=True)
        self.checked = self.day
        self.split()

    def split(self):
        """A set that replaces none; every sheet is read back and sealed."""
        record, secret = self.fresh_secret()
        self.live = self.make(record, secret, {number: self.join() for number in self.needs.numbers})
        self.read_sheets(self.live, self.live.papers, "read-back")
        self.tell("set.proven", set=self.live.set_id, sheets=self.quorum(self.live), use="read-back")
        self.live.drilled = self.day
        for number in self.live.papers:
            self.seal(self.live, number)

    def papers(self, right):
        return [(of, number) for of in self.sets.values() if of.life != "void"
                for number, paper in of.papers.items() if right(paper)]  # fmt: skip

    def quorum(self, of):
        """A smallest quorum of what can be reached, or nothing."""
        if of.needs.enough(of.reach):
            return next(numbers for numbers in of.needs.quorums() if set(numbers) <= of.reach)
        return []

    # --- drills ------------------------------------------------------------------------------------------------------

    def drill_in_turn(self):
        numbers, needs = next_drill(self.register.sets[self.live.set_id]), self.needs
        assert bool(numbers) == needs.enough(self.live.reach)
        if numbers:
            assert set(numbers) <= self.live.reach
            assert needs.enough(numbers)
            assert not any(needs.enough(set(numbers) - {number}) for number in numbers)
            if len(needs.groups) == 1:  # whoever was longest unread comes first
                unread = sorted(self.live.papers[number].read for number in self.live.reach)
                assert sorted(self.live.papers[number].read for number in numbers) == unread[: len(numbers)]
        self.drill(numbers)

    def drill(self, numbers, *, forgotten=0):
        """Whoever is there; where they are too few, each looks after the own sheet.  Some may be *forgotten* on the table."""
        of, enough = self.live, self.needs.enough(numbers)
        for number in numbers:
            bag = of.papers[number].bag or "NONE"
            self.tell("bag.opened", bag=bag, set=of.set_id, sheet=number, intact=True, expected=True, purpose="a drill")
        self.read_sheets(of, numbers, "drill" if enough else "inventory")
        if enough:
            self.prove(of, numbers)
        for number in numbers[forgotten:]:
            self.seal(of, number)

    def prove(self, of, numbers):
        """A quorum opens, and that is a drill; one of a set that is not relied upon says nothing of the one that is."""
        assert self.read_in(of, numbers).open() == of.record
        rest = sorted(of.here - set(numbers))
        self.tell("drill", set=of.set_id, sheets=sorted(numbers), way="verify", result="pass", not_proven=rest)
        self.tell("debrief", went_wrong="nothing", surprising="nothing")
        of.drilled = self.day

    # --- what goes wrong ---------------------------------------------------------------------------------------------

    def leave(self, pick, *, keeps, swapped):
        """With all sealed bags handed over, or with them; a bag that is handed over may not be the one that was sealed."""
        held = {}
        for of, number in self.papers(lambda paper: paper.here and paper.given):
            held.setdefault(of.papers[number].holder, []).append((of, number))
        if not (seats := [seat for seat in held if not self.register.people[seat].until]):
            return
        seat = one(seats, pick)
        successor = None if keeps else self.join()
        for of, number in held[seat]:
            paper = of.papers[number]
            if keeps or paper.lost:
                paper.known = True
                continue
            if paper.bag and swapped:
                self.tell("sheet.exposed", set=of.set_id, sheet=number, level="possible", reason="in another bag")
            bag = {"bag": paper.bag} if paper.bag else {}
            self.tell("sheet.handed", set=of.set_id, sheet=number, from_=seat, to=successor, **bag)
            paper.known |= bool(paper.bag) and swapped
            paper.holder, paper.site = successor, ""
        self.tell("person.left", person=seat, until=self.day, reason="another post")

    def lose(self, pick):
        if there := self.papers(lambda paper: paper.here and not paper.lost):
            of, number = one(there, pick)
            self.tell("sheet.lost", set=of.set_id, sheet=number, circumstances="moved house")
            of.papers[number].lost = of.papers[number].known = True
            self.count_compromise(of)

    def find(self, pick):
        """In a bag whose seal is broken, or in none: it is there again once it is read, and somebody may have read it before."""
        if not (lost := self.papers(lambda paper: paper.here and paper.lost)):
            return
        of, number = one(lost, pick)
        paper, sheet = of.papers[number], {"set": of.set_id, "sheet": number}
        how, bag = pick // 64 % 4, paper.bag or "NONE"
        if how == 0:
            self.tell("bag.opened", bag=bag, intact=False, expected=True, purpose="it was found", **sheet)
        elif how == 1:
            self.tell("sheet.seen", person=paper.holder, bag=bag, intact=False, **sheet)
        elif how == 2:
            self.read_sheets(of, [number], "inventory")
        else:
            self.destroy(of, number)
        paper.lost = how < 2  # somebody says that it is there, and the program has not seen it

    def turn_up(self, pick):
        """A sheet that was said to be destroyed is read: it is there, and nobody knows who had it."""
        if gone := self.papers(lambda paper: not paper.here):
            of, number = one(gone, pick)
            self.read_sheets(of, [number], "inventory")
            of.papers[number].here = of.papers[number].known = True
            of.papers[number].lost = False
            self.count_compromise(of)

    def break_seal(self, pick):
        if there := self.papers(lambda paper: paper.here and not paper.lost and paper.bag):
            of, number = one(there, pick)
            paper, other = of.papers[number], bool(pick // 64 % 2)
            if other:
                self.tell("sheet.exposed", set=of.set_id, sheet=number, level="possible", reason="in another bag")
            else:
                self.tell("sheet.seen", set=of.set_id, sheet=number, person=paper.holder, bag=paper.bag, intact=False)
            paper.known = True
            self.count_compromise(of)

    def burn(self, pick):
        """All that lies at one site; now and then at two, which no quorum survives."""
        sites = SITES[pick % 3 :][: 1 + (pick // 64 % 3 == 0)]
        for of, number in self.papers(lambda paper: paper.here and not paper.lost and paper.site in sites):
            self.destroy(of, number, "fire")

    def expose(self, pick):
        """Some sheets of any set: also of one that was replaced, and opens the same secret."""
        of = one([of for of in self.sets.values() if of.life != "void"], pick)
        turn = pick // 64 % len(of.papers)
        for number in (of.needs.numbers[turn:] + of.needs.numbers[:turn])[: 1 + pick // 512 % 4]:
            level = one(["confirmed", "possible"], pick // 4096)
            self.tell("sheet.exposed", set=of.set_id, sheet=number, level=level, reason="a photo")
            of.papers[number].known = True
        self.count_compromise(of)

    def count_compromise(self, of):
        self.happened["compromised"] += of.life == "live" and of.needs.enough(of.known)

    def destroy(self, of, number, way="shredded"):
        self.tell("sheet.destroyed", set=of.set_id, sheet=number, way=way, seen_by=TWO)
        of.papers[number].here, of.papers[number].site = False, ""

    # --- new paper for an old set ------------------------------------------------------------------------------------

    def print_again(self, number, *, sealed=True):
        live, numbers = self.live, self.quorum(self.live)
        paper, sheet = live.papers[number], {"set": live.set_id, "sheet": number}
        if paper.known:
            with pytest.raises(AttentionError, match="somebody else may have read it"):
                _check_reissue(SimpleNamespace(old=self.register.sets[live.set_id], plan=self.plan), number)
            return
        if not numbers or not self._same_share(live, number):
            return
        paper.copies += 1
        self.tell("sheet.reissued", reason="water" if paper.here else "burnt", **sheet)
        self.tell("sheet.printed", copy=paper.copies, **sheet)
        if paper.here:
            self.tell("sheet.destroyed", way="shredded", seen_by=TWO, copy=paper.copies - 1, **sheet)
        paper.here, paper.read, paper.bag, paper.site = True, "", "", ""
        if sealed:
            self.read_sheets(live, [number], "read-back")
            self.seal(live, number)
        self.happened["reissued"] += 1

    def _same_share(self, of, number):
        """Whether the quorum gives the share again; then it is the one on the paper that was destroyed, to the letter."""
        numbers, group = self.quorum(of), number[:-1]
        released = self.read_in(of, numbers)
        sheet = self.plan.policy.sheet(number)
        if of.needs.groups[group][0] > 1 and group not in {other[:-1] for other in numbers}:
            with pytest.raises(NoQuorumError):
                released.reissue(sheet)
            return False
        share = released.reissue(sheet)
        printed = [scan.text for scan in of.papers[number].page.scans]
        assert printed == [" ".join(share.words).upper(), share.digits, printed[2]]
        return True

    # --- a new set for an old one ------------------------------------------------------------------------------------

    def renew(self, *, rotate):
        """Make a set from a quorum of the old one, which counts until every new sheet was read back."""
        if self.pending or not (numbers := self.quorum(self.live)):
            return
        released = self.read_in(self.live, numbers)
        assert released.grounds is Grounds.RECORD
        record, secret = self.fresh_secret() if rotate else (released.open(), self.live.secret)
        present = [seat for seat, person in self.register.people.items() if not person.until and seat not in TWO]
        while len(present) < len(self.needs.numbers):
            present.append(self.join())
        holders = dict(zip(self.needs.numbers, present[-len(self.needs.numbers) :], strict=True))
        self.pending = self.make(record, secret, holders, self.live)
        assert (self.pending.record == self.live.record) is not rotate
        self.never_together(self.live, self.pending)

    def read_back(self, numbers):
        if self.pending:
            here = sorted(set(numbers) & self.pending.reach)
            self.read_sheets(self.pending, here, "read-back")
            if self.needs.enough(here):
                self.prove(self.pending, here)

    def take_over(self):
        """The new set counts from now on; refused while one sheet of it was not read back."""
        if not (new := self.pending):
            return
        old = self.live
        how = "refreshed" if new.secret == old.secret else "rotated"
        data = {"set": new.set_id, "replaces": old.set_id, "reason": "a leaver"}
        if any(not paper.read for paper in new.papers.values()):
            self.refused(f"set.{how}", **data)
            return
        self.tell(f"set.{how}", **data)
        new.life, old.life, self.live, self.pending = "live", "superseded", new, None
        for number in sorted(new.reach):
            self.seal(new, number)
        self.happened[how] += 1

    def give_up(self):
        """A power cut, a printer that jams: what was begun is destroyed and recorded as void."""
        if self.pending:
            self.tell("set.void", set=self.pending.set_id, reason="the printer failed")
            self.pending.life, self.pending = "void", None
            self.happened["void"] += 1

    def destroy_old(self, pick, count):
        for _ in range(count):
            old = [(of, number) for of in self.sets.values() if of.life in ("superseded", "retired")
                   for number in sorted(of.reach)]  # fmt: skip
            if old:
                self.destroy(*one(old, pick))

    def sign_in(self, password="new", *, accepted=True):
        self.tell("signin", password=password, accepted=accepted)
        if accepted and password != "old":
            self.signed.add(self.live.secret)

    def retire(self, pick):
        """Never while it opens the secret that is in use; after a rotation only when somebody has signed in since."""
        if not (old := [of for of in self.sets.values() if of.life == "superseded"]):
            return
        of = one(old, pick)
        data = {"set": of.set_id, "reason": "nothing uses it", "approved": TWO}
        if of.secret == self.live.secret or not self.outdated(of):
            self.refused("set.retired", **data)
        else:
            self.tell("set.retired", **data)
            of.life = "retired"
            self.dropped.add(of.secret)

    def reset(self):
        """Nobody can open the set any more: a new password and a first set of its own, and the old one is retired."""
        self.give_up()
        old = self.live
        self.split()
        self.tell("set.retired", set=old.set_id, reason="the password was reset", approved=TWO)
        old.life = "retired"
        self.dropped.add(old.secret)
        self.happened["reset"] += 1

    def review(self):
        self.tell("review", reviewers=TWO, confirmed=7, removed=0)
        self.reviewed = self.day

    def try_device(self):
        self.tell("asset.checked", asset="key-1", result="pass")
        self.checked = self.day

    def do_what_the_case_says(self):
        """As the procedures have it, without a break."""
        case = self.case(self.live)
        in_use = [of for of in self.sets.values() if of.life == "superseded" and of.secret == self.live.secret]
        if any(of.needs.enough(of.known) for of in in_use):
            case = max(case, SetCase.COMPROMISED, key=list(SetCase).index)
        if not self.quorum(self.live):
            self.reset()
        elif case is SetCase.DESTROYED and not self.pending:
            for number in sorted(set(self.live.papers) - self.live.here):
                self.print_again(number)
        elif case not in (SetCase.SOUND, SetCase.UNPROVEN, SetCase.DOUBTFUL) or self.pending:
            self.replace(rotate=case is SetCase.COMPROMISED)
        else:
            self.drill_in_turn()

    def replace(self, *, rotate):
        """All of it in one day; what was begun before is gone on with, unless a new secret is needed and it has the same."""
        if rotate and self.pending and self.pending.secret == self.live.secret:
            self.give_up()
        self.renew(rotate=rotate)
        last = self.needs.numbers[-1]
        self.read_back(set(self.needs.numbers) - {last})
        self.take_over()  # is refused where the last sheet was not read back before
        self.read_back([last])
        self.take_over()
        self.retire(-1)  # the set that was just replaced: refused, for nobody has signed in yet
        self.sign_in("new" if rotate else "unchanged")
