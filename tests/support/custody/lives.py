"""Random lives of a custody, as a ledger tells them: what honest people do, what clumsy ones write, and what somebody writes by hand.

Nothing here is refused: each entry is put into the file as it is, as an editor would, and the product has to make of it what it can.
"""

from __future__ import annotations

import datetime as dt
import re
from types import SimpleNamespace

from splitkit.custody.due import due
from splitkit.custody.exposure import SetCase, alarms, standing
from splitkit.custody.overview.now import Danger, matters
from splitkit.custody.register import build
from splitkit.custody.ways.rules import Rules
from splitkit.ledger.chain import decode_line
from tests.support.custody.custodies import EVER
from tests.support.custody.truth import PROGRAM, QUARTER, Needs, Said, Truth, plain
from tests.support.ledgers import FINGERPRINT, SEEN, ZEROS, hashed, spelt

START = dt.date(2014, 1, 15)
"""Before today by more than any life is long: an entry of a day to come is one that somebody dated so."""
TWO = ["ADM", "WIT"]
THINGS = {**dict.fromkeys(("set", "replaces", "line"), "f" * 32), **dict.fromkeys(("person", "from", "to", "receiver"), "NOBODY"),
          "sheet": "9", "bag": "BAG-X", "safe": "no-safe", "account": "no-account", "incident": "I-0", "intent": "N-0"}  # fmt: skip
"""What entries name, and of each something that is not there."""
BROKEN = re.compile(
    r"(?P<rule>SHEET-1|SAFE-1|LEFT-1) (?P<who>.+?) (?:left on \S+ and )?(?:keeps|holds) (?:sheet (?P<number>\w+)|\d+ sheets) of set (?P<set>\w+)"
)
NO_RULES = lambda register: SimpleNamespace(register=register, broken=())
"""Who is enough for what is judged by a model of its own."""

RESULTS = ["damaged", "forged", "foreign"]
DEEDS = ("look_after look_after look_after renew start_anew settle settle new_paper begin shred "
         "mishap mishap mishap move move walk slip slip withdraw lie lie lie")  # fmt: skip
DEEDS = [what.replace("_", " ") for what in DEEDS.split()]
"""What happens, as often as each comes."""

WORDS = ["new", "new", "unchanged", "old"]
"""What people say of a password that they signed in with."""

PAGES = {"printed": 3, "sealed": 3, "shredded": 0}
CROWD = ["ADM", "WIT", "ADM2", "C1", "C2"]
"""Whose names stand below entries; the third is the first once more, under another name."""


class Life:
    """One ledger, and who and what is in it."""

    def __init__(self, policy: str) -> None:
        self.policy, self.needs = policy, Needs(policy)
        self.today, self.moment = START, 0
        self.lines: list[bytes] = []
        self.entries, self.said = [], []
        self.sets: list[str] = []
        self.happened = dict.fromkeys(("sound", "stolen", "dead", "nothing to do"), 0)
        self.bags = self.people = 0
        self.custodians: dict[str, str] = {}
        self.known = (-1, START), Truth((), START)
        self.made = -1, build((), EVER)

    # --- what is written ---------------------------------------------------------------------------------------------

    def write(self, event, /, by="ADM", wit="WIT", day=None, saw=None, **data):
        """Put an entry into the file, whatever it says."""
        data = {name.rstrip("_"): value for name, value in data.items() if value is not None}
        self.moment += 1
        hours, rest = divmod(self.moment, 3600)
        at = f"{day or self.today}T{hours % 24:02d}:{rest // 60:02d}:{rest % 60:02d}Z"
        fields = {"by": by, "d": data, "ev": event, "prev": hashed(self.lines[-1]) if self.lines else ZEROS, "seq": len(self.lines) + 1,
                  "saw": event in SEEN if saw is None else saw, "t": at, "wit": wit}  # fmt: skip
        self.lines.append(spelt(fields))
        self.entries.append(decode_line(self.lines[-1]))
        self.said.append(Said.of(self.entries[-1]))

    def truth(self) -> Truth:
        """What the model makes of the whole file today."""
        if self.known[0] != (len(self.said), self.today):
            self.known = (len(self.said), self.today), Truth(self.said, self.today)
        return self.known[1]

    def built(self):
        """What the product makes of it."""
        if self.made[0] != len(self.entries):
            self.made = len(self.entries), build(self.entries, EVER)
        return self.made[1]

    # --- what honest people do ---------------------------------------------------------------------------------------

    def begin(self):
        self.write("open", format=1, ceremony="DESK", kind="custody", practice=False, version="0.1.0")
        for seat, name in (("ADM", "Ada Example"), ("WIT", "Wim Example"), ("ADM2", "ADA  Exámple")):
            self.write("person.joined", person=seat, name=name, since=str(self.today))
        for number in self.needs.numbers:
            self.write(
                "place.added", place=f"safe-{number}".lower(), name=f"Safe {number}", kind="safe", site=f"Site {number}"
            )
        self.write("account.added", account="root", name="Example root", pack="aws-root")
        self.write("receiver.added", person="ADM", account="root")
        first = self.make()
        self.read(first, self.needs.numbers, "read-back")
        self.write("set.proven", set=first, sheets=self.needs.numbers, use="read-back")
        self.put_away(first)
        self.write("line.bound", line=first, account="root")
        self.write("signin", password="new", accepted=True)

    def custodian(self, number, left):
        """Who keeps the sheets of one number; somebody new where nobody does, or who did has left."""
        if self.custodians.get(number) in {None, *left}:
            self.custodians[number] = self.join()
        return self.custodians[number]

    def join(self):
        self.people += 1
        self.write("person.joined", person=f"C{self.people}", name=f"Custodian {self.people}", since=str(self.today))
        return f"C{self.people}"

    def make(self, old=None, kind="first", *, practice=False, dice=None):
        """A set: in a ceremony, or written into files; for a password that the machine thought up, or that people gave."""
        name = f"{len(self.sets) + 1:x}".rjust(2, "0") * 16
        known = self.truth().piles
        epoch = 1 + max((one.epoch for one in known.values() if old and one.line == known[old].line), default=0)
        more = {"line": known[old].line, "replaces": old} if old else {}
        given, filed = (dice is not None and dice.random() < 0.2 for _ in range(2))
        origin = None if kind == "refreshed" else "given" if given else "generated"
        code, acts = f"N-{len(self.lines)}", {"first": "split", "refreshed": "refresh", "rotated": "rotate"}
        if filed:
            self.write("intent", intent=code, act=acts[kind], purpose="a new board", makes=name)
        self.write("set.made", set=name, fingerprint=FINGERPRINT, policy=self.policy, epoch=epoch, recipient="0" * 32, practice=practice,
                   sheets=len(self.needs.numbers), kind=kind, origin=origin, **more)  # fmt: skip
        if filed:
            self.write("outcome", intent=code, result="done")
        self.sets.append(name)
        return name

    def read(self, of, numbers, use="inventory", result="sound"):
        for number in numbers:
            self.write("sheet.read", by=PROGRAM, wit="", set=of, sheet=number, use=use, source="scan", result=result)

    def open_bags(self, of, numbers):
        pile = self.truth().piles[of]
        for number in numbers:
            if number in pile.bag and number not in pile.burnt:
                self.write(
                    "bag.opened",
                    bag=pile.bag[number],
                    set=of,
                    sheet=number,
                    intact=True,
                    expected=True,
                    purpose="a drill",
                )

    def put_away(self, of, numbers=None):
        """Each sheet goes into a new bag, and into the safe where it belongs."""
        known = self.truth()
        pile = known.piles[of]
        for number in numbers or self.needs.numbers:
            if number in pile.burnt:
                continue
            self.bags += 1
            sheet = {"set": of, "sheet": number, "person": pile.keeper.get(number) or self.custodian(number, known.leavers),
                     "bag": f"BAG-{self.bags}"}  # fmt: skip
            self.write("bag.sealed", **sheet)
            self.write("sheet.stored", **sheet, safe=f"safe-{number}".lower())

    def look_after(self, of, dice):
        """Read every sheet that is there, and put it away again; a quorum is a drill."""
        pile = self.truth().piles[of]
        there = [number for number in self.needs.numbers if number not in pile.lost | pile.burnt]
        if pile.life == "void":
            return
        if dice.random() < 0.5:
            there = dice.sample(there, dice.randint(0, len(there)))
        self.open_bags(of, there)
        self.read(of, there, "drill")
        if self.needs.enough(there):
            self.drill(of, there, dice)
        self.put_away(of, there) if there else None

    def drill(self, of, numbers, dice):
        live = dice.random() < 0.5
        if live:
            self.write("signin", password="unchanged", accepted=dice.random() < 0.9, set=of)
            if dice.random() < 0.8:
                self.write("alert", receiver="ADM", minutes=2, validated=True)
        result = "pass" if dice.random() < 0.9 else "fail"
        way = "live" if live else dice.choice(["verify", "safes"])
        self.write("drill", set=of, sheets=sorted(numbers), way=way, result=result)

    def renew(self, dice):
        """Make a set from the one in use, read all of it or nearly, and let it take over or come to nothing."""
        live = self.live()
        kind = dice.choice(["refreshed", "rotated"])
        new = self.make(live, kind, dice=dice)
        read = self.needs.numbers if dice.random() < 0.9 else self.needs.numbers[1:]
        self.read(new, read, "read-back")
        if early := kind == "rotated" and dice.random() < 0.3:
            self.write("signin", password=dice.choice(["new", "new", "unchanged"]), accepted=True, set=new)
        if dice.random() < 0.85:
            self.write(f"set.{kind}", set=new, replaces=live, reason="a leaver")
            self.put_away(new)
            if kind == "rotated" and not early and dice.random() < 0.7:
                self.write("signin", password="new", accepted=True, set=new)
                if dice.random() < 0.7:
                    self.write("set.retired", set=live, reason="nothing uses it", approved=TWO)
        elif dice.random() < 0.7:
            self.give_up(new, dice)

    def give_up(self, new, dice):
        """A set comes to nothing: at once, or after its sheets were handed out, and lost or destroyed; shown or not."""
        if dice.random() < 0.3:
            self.write("reveal", set=new, purpose="set it", released_by=TWO, seen_by=TWO, seconds=9, way="screen")
        if dice.random() < 0.6:
            self.put_away(new)
            lost = dice.sample(self.needs.numbers, dice.choice([0, 1, 1, 2, len(self.needs.numbers) - 1]))
            for number in self.needs.numbers:
                if number not in lost and dice.random() < 0.95:
                    self.harm("burnt", self.truth().piles[new], number, dice)
                elif number in lost:
                    self.harm("lost", self.truth().piles[new], number, dice)
        if dice.random() < 0.2:
            self.write("set.retired", set=new, reason="it was set nowhere", approved=TWO)
        self.write("set.void", set=new, reason="a power cut", wit=dice.choice(["WIT", "WIT", ""]))
        if dice.random() < 0.2:
            self.write("set.retired", set=new, reason="nothing uses it", approved=TWO)
        if dice.random() < 0.2:
            self.write("signin", password=dice.choice(WORDS), accepted=True, set=dice.choice([*self.sets, None]))

    def start_anew(self, dice):
        """The password was reset: a first set of its own, and the one before is in use no more."""
        live = self.live()
        new = self.make(dice=dice)
        self.read(new, self.needs.numbers, "read-back")
        self.put_away(new)
        if dice.random() < 0.2:
            self.write("signin", password=dice.choice(WORDS), accepted=True, set=new)
        self.write("line.bound", line=new, account="root")
        if dice.random() < 0.8:
            self.write("set.retired", set=live, reason="it was reset", approved=TWO)
        self.write("signin", password=dice.choice(["new", "new", "unchanged"]), accepted=True, set=new)

    def settle(self):
        """What is open is looked into by two people, and each slip is said to be one."""
        built = self.built()
        for code in built.register.incidents:
            self.write("incident.close", incident=code, cause="a copy", outcome="it was burnt", approved=TWO)
        for code, one in built.register.begun.items():
            if not one.ended:
                self.write("outcome", intent=code, result="stopped")
        for seq, *_ in self.truth().wrong:
            self.write("correction", seq=seq, text="it was a slip")

    # --- where things are --------------------------------------------------------------------------------------------

    def live(self):
        """The newest set in use, or the newest that was made."""
        piles = self.truth().piles
        return next(
            (name for name in reversed(piles) if piles[name].life == "live" and not piles[name].practice), self.sets[-1]
        )

    def some_sheet(self, dice):
        of = dice.choice([self.live(), dice.choice(self.sets)])
        pile, number = self.truth().piles[of], dice.choice(self.needs.numbers)
        return (
            pile,
            {"set": of, "sheet": number},
            pile.keeper.get(number, "ADM"),
            pile.bag.get(number, "BAG-0"),
            pile.safe.get(number, "safe-1"),
        )

    def some_people(self, dice):
        return dice.choices([one for one in CROWD if one in self.truth().names], k=dice.randint(0, 3))

    # --- what goes wrong ---------------------------------------------------------------------------------------------

    def mishap(self, dice):
        """Something bad, told as it is."""
        pile, sheet, keeper, *_ = self.some_sheet(dice)
        what = dice.choice(
            ["lost", "exposed", "seal", "opened", "burnt", "burnt", "read badly", "read badly", "left", "reported",
             "not in order", "printed once more"]
        )  # fmt: skip
        if what == "left":
            self.leave(keeper, dice)
        elif what == "reported":
            kind = dice.choice(["seen", "machine", "alert"])
            self.write("incident.open", incident=f"I-{len(self.lines)}", cause="a rumour", kind=kind)
        elif what == "not in order":
            self.write("wipe", reason="done", empty=dice.random() < 0.5)
            self.write("tally", by=dice.choice(CROWD[:2]), wit="", **PAGES, agrees=dice.random() < 0.5)
        else:
            turn = self.needs.numbers.index(sheet["sheet"])
            for number in (self.needs.numbers[turn:] + self.needs.numbers[:turn])[: dice.choice([1, 1, 2, 4, 5])]:
                self.harm(what, pile, number, dice)

    def harm(self, what, pile, number, dice):
        sheet, bag = {"set": pile.name, "sheet": number}, {"bag": pile.bag.get(number)}
        if what == "lost":
            self.write("sheet.lost", **sheet, circumstances="moved house")
        elif what == "exposed":
            self.write("sheet.exposed", **sheet, level=dice.choice(["possible", "confirmed"]), reason="a photo")
        elif what == "burnt":
            self.write("sheet.destroyed", **sheet, way="fire", seen_by=TWO)
        elif what == "printed once more":
            self.write("sheet.printed", **sheet, copy=dice.choice([1, 2, 3]))
        elif what == "read badly":
            self.read(pile.name, [number], "inventory", dice.choice(RESULTS))
        elif number in pile.bag and what == "seal":
            self.write("sheet.seen", **sheet, **bag, person=pile.keeper[number], intact=False)
        elif number in pile.bag:
            self.write("bag.opened", **sheet, **bag, intact=False, expected=True, purpose="it was torn")

    def leave(self, keeper, dice):
        """With all that they keep, or after they have handed it over."""
        if dice.random() < 0.5:
            heir = self.join()
            for pile in self.truth().piles.values():
                for number, seat in pile.keeper.items():
                    if seat == keeper and number not in pile.burnt and pile.life != "void":
                        self.write(
                            "sheet.handed", set=pile.name, sheet=number, from_=keeper, to=heir, bag=pile.bag.get(number)
                        )
        self.write("person.left", person=keeper, until=str(self.today), reason="another post")

    def new_paper(self, dice):
        """The same share again, for a sheet that is gone or stained; read back, or not yet."""
        pile, sheet, *_ = self.some_sheet(dice)
        number = sheet["sheet"]
        if number not in pile.lost and pile.life in ("live", "superseded"):
            self.open_bags(pile.name, [number])
            self.write("sheet.reissued", **sheet, reason="water")
            self.write("sheet.printed", **sheet, copy=2)
            if dice.random() < 0.7:
                self.read(pile.name, [number], "read-back")
                self.put_away(pile.name, [number])

    def begin_something(self, dice):
        code = f"N-{len(self.lines)}"
        self.write("intent", intent=code, act="reveal", purpose="a reset", set=self.live())
        if dice.random() < 0.6:
            self.write("outcome", intent=code, result="done")

    def shred(self, dice):
        """What was replaced is destroyed in front of two people."""
        for pile in self.truth().piles.values():
            if pile.life in ("superseded", "retired"):
                for number in dice.sample(self.needs.numbers, dice.randint(1, len(self.needs.numbers))):
                    if number not in pile.burnt:
                        self.write("sheet.destroyed", set=pile.name, sheet=number, way="shredded", seen_by=TWO)

    # --- what clumsy people write ------------------------------------------------------------------------------------

    def slip(self, dice):
        """An entry once more, with something of another one in it, or of another day, or by somebody else."""
        said = dice.choice(self.said)
        if said.event == "open":
            return
        data = dict(said.data)
        field = dice.choice(sorted(data))
        others = [one.data[field] for one in self.said
                  if field in one.data and (field in THINGS or one.event == said.event)]  # fmt: skip
        change = dice.choice(["nothing", "other", "other", "nonsense", "left out", "day", "by", "no witness"])
        who = {"by": said.by, "wit": said.wit}
        day = self.today
        if change == "other":
            data[field] = dice.choice(others)
        elif change == "nonsense" and field in THINGS:
            data[field] = THINGS[field]
        elif change == "left out":
            del data[field]
        elif change == "day":
            day = self.today + dt.timedelta(dice.choice([-400, -93, -1, 1, 30]))
        elif change == "by":
            who["by"] = dice.choice(["NOBODY", *CROWD[:2], PROGRAM])
        elif change == "no witness":
            who["wit"] = ""
        names = {"from": "from_", "to": "to_"}
        self.write(
            said.event, day=day, saw=said.saw, **who, **{names.get(name, name): value for name, value in data.items()}
        )

    def withdraw(self, dice):
        said = dice.choice(self.said[-20:])
        self.write("withdrawn", entry=said.name, reason="a slip", approved=self.some_people(dice) or ["ADM"])

    def move(self, dice):
        """Somebody hands a sheet over, lays it elsewhere or takes it out: as two say, or as one does."""
        _, sheet, keeper, bag, safe = self.some_sheet(dice)
        others = [one.data["person"] for one in self.said if one.event == "person.joined" and "person" in one.data]
        places = [one.data["place"] for one in self.said if one.event == "place.added" and "place" in one.data]
        event, data = dice.choice(
            [
                ("sheet.handed", {"from_": keeper, "to": dice.choice(others)}),
                ("sheet.stored", {"person": keeper, "bag": bag, "safe": dice.choice(places)}),
                ("sheet.taken", {"person": keeper, "bag": bag, "safe": safe, "purpose": "a move"}),
            ]
        )
        self.write(event, by=dice.choice(CROWD[:3]), wit=dice.choice(["", "", "C1"]), **sheet, **data)

    def walk(self, dice):
        """A step of a procedure, for the account or for none, after one incident or none, and not always the next one."""
        about = {"account": dice.choice([None, "root"]), "incident": dice.choice([None, *sorted(self.truth().had)])}
        step, code = dice.randint(1, 3), dice.choice(["R8", "R9"])
        about |= {"pack": "aws-root", "procedure": code, "step": step, "steps": 3, "state": "done"}
        if dice.random() < 0.3:
            about |= {"state": "left", "owner": dice.choice([None, *CROWD[:3], "the works council"])}
        self.write("procedure", by=dice.choice(CROWD[:3]), wit=dice.choice(["", "C1"]), **about)

    # --- what somebody writes by hand, to make it look better --------------------------------------------------------

    def lie(self, dice):
        """One person's word, in the own name or another's, and no more."""
        pile, sheet, keeper, bag, safe = self.some_sheet(dice)
        few = dice.sample(self.needs.numbers, dice.randint(1, len(self.needs.numbers)))
        alone = dice.choice([["ADM"], ["ADM", "ADM"], ["ADM", "ADM2"], ["ADM", PROGRAM], []])
        other = dice.choice(self.sets)
        ahead = self.today + dt.timedelta(dice.choice([0, 0, 1, 40, 400]))
        by = dice.choice(["ADM", "ADM2", keeper])
        lies = [
            ("sheet.read", {**sheet, "use": "drill", "source": "scan", "result": "sound"}),
            ("set.proven", {"set": pile.name, "sheets": few, "use": "drill"}),
            ("drill", {"set": pile.name, "sheets": few, "way": "live", "result": "pass"}),
            ("sheet.stored", {**sheet, "person": keeper, "bag": bag, "safe": safe}),
            ("sheet.stored", {**sheet, "person": keeper, "bag": "BAG-X", "safe": safe}),
            ("sheet.seen", {**sheet, "person": keeper, "bag": bag, "intact": True}),
            ("bag.sealed", {**sheet, "person": keeper, "bag": bag}),
            ("sheet.handed", {**sheet, "from": keeper, "to": "ADM"}),
            ("sheet.destroyed", {**sheet, "way": "shredded", "seen_by": alone}),
            ("sheet.destroyed", {**sheet, "way": "shredded", "seen_by": alone, "copy": dice.choice([1, 2])}),
            ("tally", {**PAGES, "agrees": True}),
            ("set.void", {"set": pile.name, "reason": "it is worthless"}),
            ("set.retired", {"set": pile.name, "reason": "nothing uses it", "approved": alone}),
            ("set.refreshed", {"set": pile.name, "replaces": other, "reason": "a leaver"}),
            ("set.rotated", {"set": pile.name, "replaces": other, "reason": "a leaver"}),
            ("set.made", {"set": f"{dice.randrange(16):x}" * 32, "fingerprint": FINGERPRINT, "policy": self.policy, "epoch": pile.epoch + 1,
                          "recipient": "0" * 32, "practice": False, "sheets": len(self.needs.numbers), "kind": dice.choice(["refreshed", "rotated"]),
                          "line": pile.line, "replaces": pile.name}),
            ("signin", {"password": dice.choice(WORDS), "accepted": True, "set": dice.choice([pile.name, other, None])}),
            ("incident.close", {"incident": dice.choice(self.open_codes()), "cause": "nothing", "outcome": "nothing", "approved": alone}),
            ("withdrawn", {"entry": dice.choice(self.said).name, "reason": "nothing", "approved": alone}),
            ("correction", {"seq": max(1, len(self.lines) + dice.randint(-5, 5)), "text": "all is well"}),
            ("person.joined", {"person": dice.choice([keeper, "ADM2", "NEW"]), "name": dice.choice(["Ada Example", "Zoe Extra"]), "since": str(ahead)}),
            ("person.left", {"person": keeper, "until": str(ahead), "reason": "another post"}),
            ("review", {"reviewers": alone, "confirmed": 7, "removed": 0}),
            ("outcome", {"intent": f"N-{len(self.lines) - 1}", "result": "done"}),
        ]  # fmt: skip
        event, data = dice.choice(lies)
        self.write(
            event,
            by=by,
            wit=dice.choice(["", "WIT"]) if by != "WIT" else "",
            day=ahead,
            saw=False,
            **{name + "_" * (name == "from"): value for name, value in data.items()},
        )

    def open_codes(self):
        return [*self.built().register.incidents, "I-1"]

    def do(self, what, dice):
        """One of `DEEDS`."""
        {
            "look after": lambda: self.look_after(self.live(), dice),
            "renew": lambda: self.renew(dice),
            "start anew": lambda: self.start_anew(dice),
            "settle": self.settle,
            "new paper": lambda: self.new_paper(dice),
            "begin": lambda: self.begin_something(dice),
            "move": lambda: self.move(dice),
            "walk": lambda: self.walk(dice),
            "shred": lambda: self.shred(dice),
            "mishap": lambda: self.mishap(dice),
            "slip": lambda: self.slip(dice),
            "withdraw": lambda: self.withdraw(dice),
            "lie": lambda: self.lie(dice),
        }[what]()

    # --- what must hold ----------------------------------------------------------------------------------------------

    def check(self):
        """The product says 'sound' only where it is so, and is never silent of what is dead or stolen."""
        truth, built = self.truth(), self.built()
        register, cases, stolen, dead = built.register, truth.cases(), truth.stolen(), truth.dead()
        fitting = not truth.wrong and not built.findings and not any(one.event == "correction" for one in self.said)
        for name, record in register.sets.items():
            said = standing(record, self.today).case.value
            assert said != "sound" or cases[name] == "sound", name
            assert not fitting or (name, said) == (name, cases[name])
            assert not fitting or (name, record.life.name.lower()) == (name, truth.piles[name].life)
        old = {code.split("-")[1].lower() for code in register.urgent if code.startswith("OLD-")}
        assert not fitting or old == {name[:8] for kind, name, _ in truth.strange if kind == "OLD"}
        found = {alarm.record.set_id: alarm.case for alarm in alarms(register, self.today)}
        assert {name for name, case in found.items() if case is SetCase.COMPROMISED} >= stolen
        assert {name for name, case in found.items() if case in (SetCase.COMPROMISED, SetCase.DEAD)} >= dead
        assert found.keys() >= truth.spoilt()
        pressing = [one for one in matters(built, NO_RULES(register), self.today) if one.danger is not Danger.DUE]
        assert pressing or not (doubts := truth.doubts()), doubts
        told = {
            name
            for name in register.sets
            for one in Rules(register).broken
            if one.rule == "SET-1" and name[:8] in one.what
        }
        assert not fitting or told >= truth.still_open()
        replaced = {name for name in told if register.sets[name].life.value == "superseded"}
        assert not fitting or replaced <= truth.still_open()
        self._check_rules(truth, built)
        self._check_due(truth, register)
        for what, so in (
            ("sound", "sound" in cases.values()),
            ("stolen", stolen),
            ("dead", dead),
            ("nothing to do", not pressing),
        ):
            self.happened[what] += bool(so)

    def _check_rules(self, truth, built):
        """What breaks a rule by who keeps what where, and what was begun, is what the model says, and no word of one person's less."""
        live = {one.set_id[:8] for one in built.register.live}
        found = set()
        for one in Rules(built.register).broken:
            if said := BROKEN.fullmatch(f"{one.rule} {one.what}"):
                rule, who, number, name = said["rule"], plain(said["who"]), said["number"], said["set"]
                who = who.replace(" ", "-") if rule == "SAFE-1" else who
                found |= {tuple(filter(None, (rule, who, number, name)))} if name in live else set()
        assert found == truth.in_one_hand()
        told = [
            one.what
            for one in matters(built, NO_RULES(built.register), self.today)
            if "was begun and not ended" in one.what
        ]
        begun = [
            f"procedure {code}" + " for Example root" * bool(account) + f", after {incident}" * bool(incident)
            for code, account, incident in truth.not_ended()
        ]
        assert sorted(one.partition(" was begun")[0] for one in told) == sorted(begun)

    def _check_due(self, truth, register):
        """What is due is due no later than what was truly done allows."""
        if truth.ahead:
            return
        days = {item.what: item.day for item in due(register)}
        later = dt.timedelta(QUARTER)
        for pile in truth.counted:
            if pile.opens_already():
                assert days[f"take over with set {pile.name[:8]}"] <= self.today
            if pile.life == "live":
                assert days[f"drill of set {pile.name[:8]}"] <= (pile.proven + later if pile.proven else pile.made)
                if pile.live_failed and truth.bound.get(pile.line):
                    assert days["live drill of Example root"] <= pile.live_failed
