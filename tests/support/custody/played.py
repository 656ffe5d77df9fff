"""A procedure played as it is printed: every command of every step is typed, with what stands in capitals put in."""

from __future__ import annotations

import hashlib
import json
import re
import shlex
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from splitkit.ledger.chain import head_words
from splitkit.packs.commands import COMMANDS
from splitkit.packs.pack import find_pack, find_procedure
from splitkit.packs.procedures import ProcedureStep
from tests.support.custody.making import Making, scanned
from tests.support.custody.practice_set import run
from tests.support.custody.rooms import BAGS, WithSheets, founded, made_in
from tests.support.kit import COMMAND, quick
from tests.support.participants import Players
from tests.support.places import copied

ADA, BEN = "Ada Example", "Ben Example"
TWO = f"{ADA},{BEN}"
KEEPERS = {"1": "Dora Example", "2": "Emil Example", "3": "Fay Example"}
OWNERS = {"mfa": ("Hana Example", "Gus Example"), "mailbox": ("Jo Example", "Tim Example"), "phone": ("Ivo Example", "Lea Example"),
          "laptop": ("Max Example", "Pia Example"), "other": ("Rui Example", "Uma Example")}  # fmt: skip
"""Who has each kind of thing: of each two, so that nothing hangs on one."""

RECEIVERS = ("Ada Example", "Cleo Example")
OWN_WORDS = "in words of our own"
Fills = Sequence[Mapping[str, str]]
LINES = {line: key for key, line in COMMANDS.items()}


class Office:
    """A custody folder for rehearsals that keeps one account of a pack, with a set whose sheets can be read, and its people."""

    def __init__(self, at: Path, pack: str, *, begun: bool = True) -> None:
        self.at, self.folder, self.pack = at, at / "custody", find_pack(pack)
        self.typed: list[str] = []
        """Every line that was typed."""
        self.roles = [*dict.fromkeys(role for thing in self.pack.things.values() for role in thing.also)]
        self.kinds = [kind for kind in self.pack.things if kind != "password"]
        self.begun, self.tags = begun, {kind: [f"{kind}-1", f"{kind}-2"] if begun else [] for kind in self.kinds}
        self.words: dict[str, str] = {}
        """The F words of each set, as they were signed."""
        self.scans: dict[str, list[str]] = {}
        self.sets: list[str] = []
        """The sets that were made, in their order."""
        self.bags, self.newcomer = 0, ADA
        self.room: FirstSet | LiveDrill | Reviewing | None = None
        self.new_plan = self.folder
        self.reading: tuple[str, list[str]] = ("", [])
        if begun:
            self._settle_in()

    def record(self, *words: str) -> None:
        self.command("record", *words)

    def _settle_in(self) -> None:
        copied(founded, self.at)
        made = made_in(self.at)
        self.sets.append(made["set"])
        self.words[made["set"]] = made["fingerprint"]
        self.scans[made["set"]] = [f"../scan-{number}.png" for number in "123"]
        (self.folder / "plans" / "plan.toml").write_bytes((self.at / "plan.toml").read_bytes())
        for number in KEEPERS:
            self.record("place", f"Safe {number}", f"site=Site {number}", "kind=safe")
            self.record("stored", number, f"Safe {number}")
        self.record("account", "Production", f"pack={self.pack.code}")
        self.record("bound", "account=Production")
        for kind, tags in self.tags.items():
            for at, (tag, owner) in enumerate(zip(tags, OWNERS[kind], strict=True)):
                self.record("joined", owner)
                self.record("place", f"Safe {kind} {at}", f"site=Site of {kind} {at}", "kind=safe")
                at_all = [] if kind == "mailbox" else [f"place=Safe {kind} {at}"]
                self.record("asset", tag, kind, owner, *at_all, f"serial=N-{tag}")
                self.record("checked", tag, "pass")
        for role in self.roles:
            self.record("joined", _with_role(role))
            self.record("role", _with_role(role), role, "has it")
        self.record("joined", "Nora Example")
        for receiver in RECEIVERS:
            self.record("receiver", receiver)

    def status(self, *words: str) -> dict:
        done = run("status", "--json", *words, cwd=self.folder)
        assert done.returncode in (0, 9), done.stderr
        return json.loads(done.stdout)

    def now(self) -> dict[str, str]:
        """What stands under NOW, with what is done about each."""
        return {one["what"]: one["do"] for one in self.status()["now"]}

    # --- what is put in for the words in capitals

    def fills(self, key: str, step: ProcedureStep) -> Fills:
        """With what a command is filled in: once for each time that it is typed."""
        ways = (self._of_people, self._of_sheets, self._of_sets, self._of_things)
        for filled in ways if self.begun else (self._first_fills, *ways):
            if (fills := filled(key, step)) is not None:
                return fills
        return [{}]

    def _of_people(self, key: str, step: ProcedureStep) -> Fills | None:
        match key:
            case "joined":
                self.newcomer = f"Zoe{len(self.typed)} Example"
                return [{"NAME": self.newcomer}]
            case "role":
                roles = self.roles or ["administrator"]
                return [{"ROLE": role} for role in [one for one in step.actors if one in roles] or roles]
            case "deputy":
                return []
            case "left":
                return [{"PERSON": "Nora Example" if self.newcomer == ADA else "Dora Example"}]
            case "receiver":
                return [{"PERSON": self.newcomer}]
            case "receiver-left":
                return [{"PERSON": RECEIVERS[-1]}]
            case "alert":
                return [{"PERSON": one, "MINUTES": "2"} for one in RECEIVERS]
            case "incident-closed":
                return [{"INCIDENT": code} for code in self.status()["incidents"]]
            case "done":
                codes = re.findall(r"record done (D-[0-9]+-A[0-9]+)", json.dumps(self.status("--until", "2099-01-01")))
                return [{"ACTION": code, "WITNESS": BEN} for code in dict.fromkeys(codes)]
        return None

    def _of_sheets(self, key: str, step: ProcedureStep) -> Fills | None:
        match key:
            case "safe-opened":
                return [{"PLACE": f"Safe {number}"} for number in self.quorum()]
            case "bag-opened":
                of = {number: one for one, number, _ in self.where(lambda sheet: sheet["number"] in self.quorum())}
                return [{"SHEET": at, "SET": of[at], "INTACT": "yes", "EXPECTED": "yes"} for at in self.quorum()]
            case "handed":
                return [{"SHEET": "1", "PERSON": self.newcomer}]
            case "sealed":
                loose = self.where(lambda sheet: not sheet["sealed"] or sheet["opened"])
                return [{"SHEET": at, "SET": of, "BAG": self.new_bag(), "PERSON": KEEPERS[at]} for of, at, _ in loose]
            case "stored-new" | "stored":
                out = self.where(lambda sheet: not sheet["safe"] or sheet["out"])
                return [{"SHEET": at, "SET": of, "PLACE": f"Safe {at}", "BAG": bag} for of, at, bag in out]
        return None

    def _of_sets(self, key: str, step: ProcedureStep) -> Fills | None:
        old, new = (self.sets[0][:8], self.sets[-1][:8]) if self.sets else ("", "")
        match key:
            case "recover" if "both" in step.do:
                return [{}, {"which": "-1"}]
            case "recover":
                return [{"which": "-1" if re.search("[Rr]ecover the new", step.do) else "0"}]
            case "destroyed":
                return [{"SHEET": number, "SET": old, "WAY": "shredded"} for number in "123"]
            case "lost":
                return []
            case "old-copy":
                return [{"SHEET": "1", "SET": old, "WAY": "shredded", "COPY": "1"}]
            case "refreshed" | "rotated":
                return [{"NEW-SET": new, "OLD-SET": old}]
            case "set-retired" | "use-kept" | "use-reviewed":
                return [{"SET": old, "WHO-WAS-TOLD": "Dora Example"}]
        return None

    def _of_things(self, key: str, step: ProcedureStep) -> Fills | None:
        kinds = [kind for kind in step.actors if kind in self.tags] or self.kinds[:1]
        match key:
            case "place":
                return [{"NAME": f"Cupboard {len(self.typed)}", "SITE": "Oslo"}]
            case "checked":
                return [{"TAG": tag} for kind in kinds for tag in self.tags[kind]]
            case "used":
                return [{"TAG": self.tags[kind][-1]} for kind in kinds]
            case "failed" | "retired" | "moved":
                return [{"TAG": self.tags[kinds[0]][0], "PERSON": ADA}]
            case "mfa-device" | "mailbox" | "phone" | "other" | "laptop":
                at = sum("record asset " in line for line in self.typed)
                return [self._thing({"mfa-device": "mfa"}.get(key, key), at % 2, 9 + at)]
        return None

    def _thing(self, kind: str, at: int, number: int) -> Mapping[str, str]:
        return {"NEW-TAG": f"{kind}-{number}", "PERSON": OWNERS[kind][at], "PLACE": f"Safe {kind} {at}"}

    def _first_fills(self, key: str, step: ProcedureStep) -> Fills | None:
        """The same where nothing is known yet, and everybody and everything is entered."""
        match key:
            case "joined":
                owners = [owner for kind in self.kinds for owner in OWNERS[kind]]
                everybody = (BEN, "Cleo Example", *KEEPERS.values(), *owners, *map(_with_role, self.roles))
                return [{"NAME": name} for name in everybody]
            case "place" if not any("record place" in line for line in self.typed):
                safes = [*"123", *(f"{kind} {at}" for kind in self.kinds for at in "01")]
                return [{"NAME": f"Safe {safe}", "SITE": f"Site {safe}"} for safe in safes]
            case "role":
                return [{"PERSON": _with_role(role), "ROLE": role} for role in self.roles]
            case "receiver":
                return [{"PERSON": name} for name in RECEIVERS]
            case "mfa-device" | "mailbox" | "phone" | "other" | "laptop":
                kind = {"mfa-device": "mfa"}.get(key, key)
                more = len(self.tags[kind])
                return [self._thing(kind, at, more + at + 1) for at in (0, 1)]
        return None

    def quorum(self) -> list[str]:
        """The numbers of two sheets of the first set that are there."""
        (first,) = [one for one in self.status()["sets"] if one["set"] == self.sets[0]]
        return [sheet["number"] for sheet in first["sheets"] if sheet["state"] not in ("destroyed", "lost")][:2]

    def of_quorum(self, set_id: str) -> list[str]:
        return [self.scans[set_id][int(number) - 1] for number in (self.quorum() if set_id == self.sets[0] else "12")]

    def new_bag(self) -> str:
        self.bags += 1
        return f"F-{self.bags}"

    def where(self, right: Callable[[dict], bool]) -> list[tuple[str, str, str]]:
        """The sheets that are *right*, each with its set and its bag; what is gone is nowhere."""
        return [
            (one["set"][:8], sheet["number"], sheet["bag"])
            for one in self.status()["sets"]
            for sheet in one["sheets"]
            if right(sheet) and sheet["state"] not in ("destroyed", "lost")
        ]

    # --- what is typed

    def play(self, code: str, met: Sequence[str], script: Mapping[str, Sequence[Fills]]) -> None:
        """Type all of a procedure, and what some of its conditions ask for.

        Args:
            code: Which one.
            met: The conditions that are met.
            script: With what a command is filled in where that is not what `fills` says: for each time that a step has it.
        """
        left = {key: list(fills) for key, fills in script.items()}
        for number, (_, step) in enumerate(find_procedure(code, (self.pack,))[1].numbered, 1):
            for line in step.commands if not step.only_if or step.only_if in met else ():
                key = LINES[line]
                for fill in left[key].pop(0) if left.get(key) else self.fills(key, step):
                    try:
                        self.type(key, fill)
                    except AssertionError as error:
                        raise AssertionError(f"{code}, step {number}: {error}") from error
        assert not any(left.values()), f"{code} never typed {left}"

    def type(self, key: str, fill: Mapping[str, str]) -> None:
        """Type a command, filled in."""
        if own := getattr(self, f"_{key.replace('-', '_')}", None):
            own(fill)
            return
        usual = {"PERSON,PERSON": TWO, "PERSON": ADA, "WITNESS": BEN, "DAY": "2030-01-31", "SERIAL": f"N-{len(self.typed)}",
                 "FILE": f"../file-{len(self.typed)}.pdf", "ACCOUNT": "Production", "NAME": "Production", "PACK": self.pack.code} | fill  # fmt: skip
        line = [
            re.sub(r"[A-Z]{2,}(?:[-,][A-Z]+)*", lambda found: usual.get(found[0], OWN_WORDS), word)
            for word in shlex.split(COMMANDS[key])
        ]
        if line[2] == "asset":
            self.tags[line[4]].append(line[3])
        if line[2] == "asset.retired":
            next(tags for tags in self.tags.values() if line[3] in tags).remove(line[3])
        line = [word for word in line if not re.search(r"=?LEAVE IT OUT$", word)]
        self.command(*line[1:])

    def command(self, *words: str) -> None:
        more = []
        if words[0] == "record":
            known = self.begun or any(BEN in line for line in self.typed)
            more = ["--by", ADA, *(["--wit", BEN] if known and "--wit" not in words else [])]
        self.typed.append(shlex.join(["splitkit", *words]))
        done = run(*words, *more, cwd=self.folder)
        assert done.returncode in ((0, 9) if words[0] == "status" else (0,)), f"{self.typed[-1]}\n{done.stderr}"

    def at_terminal(self, *words: str) -> Players:
        self.typed.append(shlex.join(["splitkit", *words]))
        return Players([*COMMAND, *words, "--by", ADA], self.folder)

    def _init(self, fill: Mapping[str, str]) -> None:
        done = run("init", "custody", "--practice", "--name", "Example AG", "--by", ADA, cwd=self.at)
        self.typed.append("splitkit init custody --name 'Example AG' --by 'Ada Example' --practice")
        assert done.returncode == 0, done.stderr

    def _verify(self, fill: Mapping[str, str]) -> None:
        """The words of the head, as two people have them on paper."""
        last = (self.folder / "ledgers" / "desk.ledger").read_bytes().splitlines()[-1]
        words = " ".join(head_words(hashlib.sha256(b"splitkit/1 ledger\n" + last).hexdigest()))
        self.command("ledger", "verify", "--head", words, "--by", ADA, "--wit", BEN)

    def _recover(self, fill: Mapping[str, str]) -> None:
        """The secret of the old set, of the new one where that is *fill*ed in."""
        of = self.sets[int(fill.get("which", "0"))]
        with self.at_terminal("recover", *self.of_quorum(of), "--purpose", OWN_WORDS, "--practice") as people:
            people.answer("headed F of the SIGNED RECORD, not of a sheet:", self.words[of])
            assert people.session.until(lambda screen: "SECRET" in "\n".join(screen.alternate)), people.text()
            people.session.type("x")
            assert people.finish() in (0, 9), people.text()

    def _renewed(self, way: str, *more: str) -> None:
        old, out = self.sets[0], self.at / f"sheets-{len(self.typed)}"
        words = (
            "ceremony",
            "renew",
            "plans/plan.toml",
            *self.of_quorum(old),
            f"--{way}",
            *more,
            "--purpose",
            OWN_WORDS,
            "--out",
            str(out),
            "--practice",
        )
        with self.at_terminal(*words) as people:
            people.answers(
                ("of a signed close-out sheet of these ledgers:", self.words[old]),
                ("Is this the set that is renewed?", "yes"),
            )
            assert people.finish() == 0, people.text()
            said = people.text()
        pages = sorted(out.glob("share-*.pdf"))
        scans = []
        for page in pages:
            scan = out / f"{page.stem}.png"
            scan.write_bytes(scanned(page.read_bytes(), 0))
            scans.append(str(scan))
        if way == "reissue":
            self.scans[old][0] = scans[0]
            self.reading = (old, scans)
            return
        set_id = re.search(r"PRACTICE set ([0-9a-f]{32}), epoch", said)[1]
        rows = re.findall(r"F (\w+) (\w+) (\w+) (\w+)", said)[-3:]
        self.sets.append(set_id)
        self.words[set_id] = " ".join(word for row in rows for word in row)
        self.scans[set_id] = scans
        self.reading = (set_id, scans)

    def _rotate(self, fill: Mapping[str, str]) -> None:
        self._renewed("rotate")

    def _refresh(self, fill: Mapping[str, str]) -> None:
        self._renewed("refresh")

    def _reissue(self, fill: Mapping[str, str]) -> None:
        self._renewed("reissue", "--sheet", "1")

    def _read_back(self, fill: Mapping[str, str]) -> None:
        set_id, scans = self.reading
        with self.at_terminal("ceremony", "drill", *scans, "--set", set_id[:8], "--practice") as people:
            people.answers(
                ("of a signed close-out sheet of these ledgers:", self.words[set_id]),
                ("Is this the set of the drill?", "yes"),
            )
            assert people.finish() == 0, people.text()

    def _incident(self, fill: Mapping[str, str]) -> None:
        if fill:
            words = [word for name, said in fill.items() if name.startswith("--") for word in (name, said)]
            self.typed.append("splitkit incident")
            done = run("incident", *words, "--text", OWN_WORDS, "--by", ADA, "--wit", BEN, cwd=self.folder)
            assert done.returncode in (0, 9), done.stderr

    def _plan(self, fill: Mapping[str, str]) -> None:
        """The interview is played elsewhere: it writes this."""
        self.new_plan = self.folder / "plans" / f"plan-{len(self.typed)}.toml"
        people = "".join(f'[[custodian]]\nname = "{name}"\n' for name in KEEPERS.values())
        self.new_plan.write_text(f'policy = "2of3"\nlabel = "New"\npractice = true\n{people}')

    def _documents(self, fill: Mapping[str, str]) -> None:
        self.command("papers", "ceremony", f"plans/{self.new_plan.name}", "--out", f"papers/{self.new_plan.stem}")

    def _make(self, fill: Mapping[str, str]) -> None:
        """Hold the ceremony up to its question 'Reveal once', and leave it open."""
        self.room = room = FirstSet(self)
        room.up_to_the_reveal()
        self.sets.append(room.set_id)
        self.words[room.set_id] = room.words

    def _drill_live(self, fill: Mapping[str, str]) -> None:
        """The drill is held up to the reveal, and kept open."""
        self.room = room = LiveDrill(self)
        room.up_to_the_reveal()

    def _review(self, fill: Mapping[str, str]) -> None:
        self.room = Reviewing(self)

    def _take(self, fill: Mapping[str, str]) -> None:
        """A ceremony that is open is told what came of it, and goes on to its end."""
        if self.room:
            self.room.to_its_end()
            ledger, self.room = self.room.ledger_file, None
            self.command("record", "--take", f"../{ledger}")
        else:
            self.command("record", "--take", fill["LEDGER"])


def _with_role(role: str) -> str:
    return f"{role.capitalize()} Example"


class LiveDrill(WithSheets):
    """Everybody at the live drill of the office, which is kept open until the rest of its procedure is done."""

    kind = "drill"

    def __init__(self, office: Office) -> None:
        self.ledger_file = f"drill-{len(office.typed)}.ledger"
        self.code = f"D-{len(office.typed)}"
        self.office = office
        office.typed.append("splitkit ceremony drill --ledger LEDGER --ceremony CEREMONY --practice")
        Players.__init__(
            self,
            [
                *quick(),
                "ceremony",
                "drill",
                "--practice",
                "--ledger",
                f"../{self.ledger_file}",
                "--ceremony",
                self.code,
            ],
            office.folder,
        )
        self.home = office.at

    ledger = ""

    def up_to_the_reveal(self) -> None:
        self.begin()
        self.answer("Is it the one on paper?", "yes")
        self.preflight("of these ledgers:")
        self.type(" ".join(self.words))
        self.answers(("Which drill is it?", "live"), ("Who asks for the secret", "ADM WIT"))
        for number in "123":
            self.answer(f"(sheet {number}, bag {BAGS[number]}, in Safe {number}):", "no" if number == "3" else "")
        for number in "12":
            self.answer("or the number:", number)
            self.show(number, BAGS[number], f"../scan-{number}.png")
            self.wait(f"Sheet {number} is sound.")
        self.release()

    def to_its_end(self) -> None:
        self.session.type("x")
        self.answer("Was the sign-in accepted?", "yes")
        self.debts()
        for name in RECEIVERS:
            self.answers((f"{name}: after how many minutes", "2"), ("Did they check", "yes"))
        self.wait("THE LIVE DRILL HAS PASSED")
        self.answers(
            ("Is a bag looked at today?", "yes"), ("number of the bag", "BAG-3"), ("Is the seal whole?", "yes")
        )
        if self.office.kinds:
            self.answer("Is any of them tried today?", "yes")
        for kind, tags in self.office.tags.items():
            for tag in tags:
                self.answer(f"{kind} {tag}", "pass")
        assert self.end("1", "2") == 0, self.text()[-800:]


class Reviewing(WithSheets):
    """Everybody at the review of the office: all is kept that may be kept."""

    kind = "review"

    def __init__(self, office: Office) -> None:
        self.ledger_file = f"review-{len(office.typed)}.ledger"
        self.code = f"V-{len(office.typed)}"
        words = [
            "ceremony",
            "review",
            "--practice",
            "--ledger",
            f"../{self.ledger_file}",
            "--ceremony",
            self.code,
            "--out",
            f"../{self.code}.pdf",
        ]
        office.typed.append(shlex.join(["splitkit", *words]))
        Players.__init__(self, [*quick(), *words], office.folder)

    def to_its_end(self) -> None:
        self.answers(
            ("The administrator, by name", ADA), ("The witness, by name", BEN),
            ("The scribe, by name", "Sven Example"), ("Is anybody else in the room", "no"),
        )  # fmt: skip
        self.answer("Which lines are kept as they are", "")
        while self.match(r"\d+ of \d+: |lines are kept as they are\.")[0].endswith(": "):
            if self.match(r"(keep, change|change)(?: or remove|, remove or absent):")[1].startswith("keep"):
                self.type("keep")
                continue
            self.answers(
                ("", "change"),
                ("What is done about it?", "it is bought"),
                ("By whom", BEN),
                ("By which day", "2027-02-01"),
            )
        self.answers(("Who has reviewed all of it?", "ADM WIT"), (f"{ADA} (ADM):", "agree"), (f"{BEN} (WIT):", "agree"),
                     ("Day of the next review", ""))  # fmt: skip
        assert self.finish() == 0, self.text()[-800:]


class FirstSet(Making):
    """Everybody at the ceremony of a first set, in the office."""

    def __init__(self, office: Office) -> None:
        at = office.at / f"room-{len(office.typed)}"
        at.mkdir()
        self.ledger_file, plan, pages = f"{at.name}.ledger", office.new_plan, at / "pages"
        words = ["ceremony", "make", f"plans/{plan.name}", "--ledger", f"../{self.ledger_file}", "--ceremony", f"C-{len(office.typed)}",
                 "--to-files", str(pages), "--practice"]  # fmt: skip
        office.typed.append(shlex.join(["splitkit", *words]))
        super().__init__(
            [*quick(), *words],
            office.folder,
            lambda: max(pages.glob("sheet-*.pdf"), key=lambda page: page.stat().st_mtime_ns).read_bytes(),
            plan,
        )
        self.folder, self.file = at, office.at / self.ledger_file
        self.bags, self.drawn = "FIRST", list[str]()
        self.set_id = ""

    def up_to_the_reveal(self) -> None:
        self.begin()
        self.answer("The custodians:", "")
        self.machine()
        self.agree()
        self.make(custody=".")
        for number in self.numbers:
            self.sheet(number)
        self.count(len(self.numbers), len(self.numbers), 0)
        self.forget()
        self.answer("the machine draws:", "")
        self.wait("Drawn:")
        self.wait("---")
        said = [json.loads(line) for line in self.file.read_text().splitlines()]
        self.drawn = [seat.removeprefix("C") for seat in [one["d"]["drawn"] for one in said if one["ev"] == "lot"][-1]]
        self.set_id = [one["d"]["set"] for one in said if one["ev"] == "set.made"][-1]
        for number in self.drawn:
            self.quorum_sheet(number)

    def to_its_end(self) -> None:
        self.reveal()
        self.answer("Remove them now?", "yes")
        for number in self.drawn:
            self.answers(
                ("shows a new bag. Its number:", f"AFTER-{number}"), ("again, from the sealed bag:", f"AFTER-{number}")
            )
        self.answers(("What went wrong", "nothing"), ("What was surprising?", "nothing"), ("What should change", ""),
                     ("Day of the next drill", "2027-02-20"), ("The close-out sheet:", "1"))  # fmt: skip
        assert self.finish() == 0, self.text()[-800:]
