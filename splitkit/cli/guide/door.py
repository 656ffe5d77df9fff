"""The door: what must be done now, one question, and the command that the answer means.

It does nothing itself.  What people answer becomes words of the command line, which are shown, and then run as if they were typed.
"""

from __future__ import annotations

import os
import shlex
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path

from splitkit.cli.ui.dialogue import BackError, Dialogue, as_typed
from splitkit.cli.ui.ledger_reading import read
from splitkit.custody.overview.glance import Overview
from splitkit.custody.records.holdings import SetRecord
from splitkit.custody.records.lives import Life
from splitkit.custody.saying.meaning import EXAMPLES, event_meant, short_name
from splitkit.errors import About, Remedy, UsageError
from splitkit.host import clock
from splitkit.host.filename import free_name
from splitkit.host.home import LEDGERS, Ledgers
from splitkit.ledger import events
from splitkit.ledger.events import EVENTS
from splitkit.ledger.fields import CODE, LABEL, LINE, PERSON_NAME

_SHOWN = 8
"""Rows for what must be done now: below them stands the question, on a screen of 24."""
_ROOM = "/dev/shm/pages"  # noqa: S108  (in memory, and offered, not used by itself)
_OPENED = "/dev/shm/"  # noqa: S108  (likewise)
_HERE = "Is this the machine of the ceremony, which no network reaches and nothing else runs on?"
_ELSEWHERE = (
    "Nothing secret is opened here.  Start that machine, with the custody stick.  There, in the custody folder, type"
)
_NEW_PLAN = "new"
_GOES_ON: Mapping[Remedy, Callable[[About], list[str]]] = {
    Remedy.WALK_ON: lambda about: ["incident", "--from", about[1], about[0]],
    Remedy.WALK_ANEW: lambda about: ["incident", str(about)],
}
"""How a procedure that was begun is gone on with."""
_REAL = "Is it for real?", {"1": "yes: a real secret", "2": "no: a rehearsal, with practice sheets"}
_THERE = {"1": "yes: go on", "2": "no: nothing is opened here"}


@dataclass(frozen=True)
class Errand:
    """One thing that brings people here."""

    says: str
    """In plain words."""
    words: Callable[[Door], list[str] | None]
    """Asks for what is missing, and returns the words of the command; nothing where it is for another machine."""
    secret: bool = False
    """Whether something secret is made or opened by it, whatever people answer."""
    rehearsed: bool = False
    """Whether it may be a rehearsal in a folder that is for real."""


@dataclass
class Door:
    """The door, at a terminal."""

    dialogue: Dialogue
    ledgers: Ledgers
    practice: bool = False
    codes: frozenset[str] = frozenset()
    """What the ceremonies were called that the custody folder knows."""
    first: list[list[str]] = field(default_factory=list)
    """What is done before, such as writing a plan that is not there yet."""
    real: bool = False
    """Whether the custody folder is for real sets."""
    here: bool = False
    """Whether this is known to be the machine of the ceremony."""
    begun: list[tuple[str, list[str]]] = field(default_factory=list)
    """The procedures that were begun and not ended: what each is, and the words of the command that goes on with it."""
    sets: list[SetRecord] = field(default_factory=list)
    """The sets that the custody folder knows and a quorum of which opens something."""

    def opened(self) -> Sequence[Sequence[str]]:
        """Say what must be done, ask what brings people here, and return the words of each command for it; none where they leave.

        Raises:
            StoppedError: If people stop.
        """
        if self.ledgers:
            self._say_now()
        else:
            self.dialogue.say("No custody folder is here.  If you have one: cd FOLDER, then splitkit.")
        self.dialogue.say()
        return self._interviewed(lambda: self._asked(WITH_FOLDER if self.ledgers else WITHOUT_FOLDER))

    def _asked(self, errands: Sequence[Errand]) -> Sequence[Sequence[str]]:
        told = {str(number): one.says for number, one in enumerate(errands, 1)} | {"": "leave"}
        typed = self.dialogue.choose("What brings you here?", told)
        if not typed:
            return ()
        return self._meant(errands[int(typed) - 1], typed)

    def led_to(self, errand: Errand) -> Sequence[Sequence[str]]:
        """Ask what one errand needs, at the machine of the ceremony, and return the words of each command for it.

        Raises:
            StoppedError: If people stop.
        """
        self.here = True
        if self.ledgers:
            self._say_now()
        return self._interviewed(lambda: self._meant(errand))

    def _interviewed(self, asked: Callable[[], Sequence[Sequence[str]]]) -> Sequence[Sequence[str]]:
        """Return what is asked as one; whoever goes back begins it as it was."""
        practice = self.practice

        def ask() -> Sequence[Sequence[str]]:
            self.practice, self.first = practice, []
            return asked()

        return self.dialogue.interview(ask)

    def _meant(self, errand: Errand, typed: str = "") -> Sequence[Sequence[str]]:
        """Return the words of each command for an errand that was *typed*; where none was, it was chosen elsewhere."""
        if errand.rehearsed and not self.practice:
            self.practice = self.dialogue.choose(*_REAL) == "2"
        words = None if errand.secret and self.elsewhere() else errand.words(self)
        if words is None:
            self.dialogue.say(f"{_ELSEWHERE} splitkit, and answer {typed}.")
            return ()
        commands = [*self.first, words]
        self.dialogue.say("The same, typed:")
        for words in commands:
            self.dialogue.rows(list(as_typed(shlex.join(["splitkit", *words]))))
        return commands

    def _say_now(self) -> None:
        reading = read(self.ledgers).told()
        built = reading.built
        self.practice = built.register.practice
        self.real = not self.practice
        opened = (one.data for one in reading.entries if isinstance(one.data, events.LedgerOpened))
        self.codes = frozenset(one.ceremony for one in opened)
        self.sets = [one for one in built.register.sets.values() if one.life in (Life.LIVE, Life.PENDING)]
        overview = Overview(built, reading.standing, clock.day(), [], [], reading.all_doubts)
        begun = [one for one in overview.pressing if one.remedy in _GOES_ON]
        self.begun = [(one.what.partition(" (step")[0], _GOES_ON[one.remedy](one.about)) for one in begun]
        if self.practice:
            self.dialogue.say("This folder is for rehearsals, and for nothing real.")
        self.dialogue.rows(list(overview.in_short(_SHOWN - self.practice)))

    # --- what is asked

    def elsewhere(self) -> bool:
        """Return whether this is no machine for something secret; nobody is asked in a rehearsal."""
        return not (self.practice or self.here) and self.dialogue.choose(_HERE, _THERE) == "2"

    def file(self, question: str, usual: str = "") -> str:
        """Return the name of a file that is there; where there is no *usual* one, Enter alone goes back."""

        def take(typed: str) -> str:
            if not (typed or usual):
                raise BackError
            name = _in_full(typed or usual)
            if not _there(name):
                raise UsageError(
                    "no file of that name is here", "type its name, with its folder, such as plans/plan.toml"
                )
            return name

        return self.dialogue.read(f"{question} (Enter: {usual or 'go back'}):", take, "The name of a file.")

    def plan(self) -> str:
        """Return the name of a plan: one that is here, another one, or a new one, which is written first."""
        usual, home = self.within("plans", "plan.toml"), self.ledgers.folder
        found = [os.path.relpath(one) for one in (home / "plans").glob("*.toml")] if home else [usual]
        here = sorted(name for name in found if Path(name).exists())
        offered = {name: name for name in here} | {_NEW_PLAN: "a new one: you are asked for all of it now"}

        def take(typed: str) -> str:
            name = _in_full(typed or (usual if usual in here else _NEW_PLAN))
            if name != _NEW_PLAN and not _there(name):
                raise UsageError("no plan of that name is here", "type its name, with its folder, or a number")
            return name

        enter = usual if usual in here else "a new one"
        name = self.dialogue.pick("Which plan?", offered, take, "The file that holds the plan.", empty=enter)
        if name == _NEW_PLAN:
            name = self.new_file("The new plan goes to", usual) if usual in here else usual
            self.first = [["plan", "new", name, *(["--practice"] if self.practice and not self.real else [])]]
        return name

    def within(self, folder: str, name: str) -> str:
        """Return the name of a file in a *folder* of the custody folder, or of one that lies here where there is none."""
        home = self.ledgers.folder
        return name if home is None else os.path.relpath(home / folder / name)

    def new_file(self, question: str, usual: str) -> str:
        """Return the name of a file or a folder that is not there yet."""
        usual = free_name(usual)

        def take(typed: str) -> str:
            name = _in_full(typed or usual)
            if _there(name):
                raise UsageError("something of that name is there already", "type another name")
            return name

        return self.dialogue.read(f"{question} (Enter: {usual}):", take, "A name that is new.")

    def ceremony(self, kind: str, letter: str) -> list[str]:
        """Return the beginning of the command of a ceremony, with its code and its ledger; an interrupted one goes on."""
        codes = (f"{letter}-{number:04}" for number in count(1))
        usual = next(code for code in codes if code not in self.codes)
        code = str(self.dialogue.value(f"What is this ceremony called? (Enter: {usual}):", CODE, usual, upper=True))
        name = f"{code.lower()}.ledger"  # one of a rehearsal counts for nothing in a folder for real sets
        ledger = (
            self.within("plans", f"rehearsal-{name}") if self.practice and self.real else self.within(LEDGERS, name)
        )
        words = ["ceremony", kind, "--ledger", ledger, "--ceremony", code]
        return [*words, *(["--practice"] if self.practice else [])]

    def printers(self) -> list[str]:
        """Return where the pages go."""
        means, room = (
            "The names of print queues, with spaces between them: no printer may see a quorum.",
            free_name(_ROOM),
        )
        typed = self.dialogue.read(
            f"Which printers?  Names of their queues, or Enter: to files in {room}:", lambda line: line.split(), means
        )
        return [word for queue in typed for word in ("--print-to", queue)] or ["--to-files", room]


def _in_full(name: str) -> str:
    """Return a name as a shell has it: ~ is the folder of whoever types it."""
    return os.path.expanduser(name) if name.isprintable() else name  # noqa: PTH111  (a name is kept as it was typed)


def _there(name: str) -> bool:
    """Whether there is a file or folder of a name that people typed.

    Raises:
        UsageError: If none can be called that.
    """
    try:
        if name.isprintable():
            return Path(name).exists()
    except OSError:  # it is longer than a name may be
        pass
    raise UsageError("no file can be called that", "type a short name, of letters, digits and signs")


def _happened(door: Door) -> list[str]:
    """Something new, or a procedure that was begun and not ended."""
    if not door.begun:
        return ["incident"]
    new = {"1": "something new happened"}
    says = {str(at): f"go on with {words[-1]}: {what}" for at, (what, words) in enumerate(door.begun, 2)}
    answer = int(door.dialogue.choose("What is it about?", new | says, back=True))
    return ["incident"] if answer == 1 else door.begun[answer - 2][1]


def _make(door: Door) -> list[str]:
    return _by_plan(door, "make", "C")


def _by_plan(door: Door, kind: str, letter: str) -> list[str]:
    """Return the command of a ceremony that goes by a plan; one for real goes by a signed one, which comes first."""
    plan = door.plan()
    if door.first and not door.practice:
        door.dialogue.say("A real ceremony goes by a plan that two people have signed.  Print these papers, have the plan signed, and come back here on the day.")  # fmt: skip
        return ["papers", "ceremony", plan, "--out", door.new_file("The papers go to", door.within("papers", "forms"))]
    return [*door.ceremony(kind, letter), *door.printers(), plan]


def _rehearse(door: Door) -> list[str]:
    door.practice = True
    return _make(door)


def _renew(door: Door) -> list[str]:
    return _by_plan(door, "renew", "N")


def _review(door: Door) -> list[str]:
    return [
        *door.ceremony("review", "V"),
        "--out",
        door.new_file("The sheet that both reviewers sign", door.within("papers", "reviewers.pdf")),
    ]


def _scans(door: Door, command: str) -> list[str]:
    typed = door.dialogue.choose(
        "How are the sheets read?",
        {"1": "by the camera", "2": "typed from the paper", "3": "from pictures in a folder"},
        back=True,
    )
    how = {"1": ["--camera"], "2": ["--type"]}.get(typed) or [door.file("The folder")]
    return [command, *how, *(["--practice"] if door.practice and command == "recover" else [])]


def _needed(door: Door) -> list[str] | None:
    """A guided recovery of one of the sets; or the sheets alone, whether a folder knows of their set or not; or a sealed file."""
    how = door.dialogue.choose(
        "What is to be done?",
        {"1": "get the secret: guided and recorded, with everybody in one room",
         "2": "get the secret: from sheets that are in your hand, now",
         "3": "only see whether sheets are sound; nothing is shown",
         "4": "open a sealed file with sheets that are in your hand",
         "5": "seal a file, so that only a quorum opens it"},
        back=True,
    )  # fmt: skip
    if how == "5":
        return _seal(door)
    if door.elsewhere():
        return None
    if how == "1":
        return [*door.ceremony("recover", "R"), *_which_set(door)]
    return _open(door) if how == "4" else _scans(door, "recover" if how == "2" else "check")


def _seal(door: Door) -> list[str]:
    """Return how a file is sealed; only the signed record says whose the recipient is, and the command asks for that."""
    file = door.file("The file to seal")
    recipient = door.file("The recipient.txt of the set, which lies beside its public record")
    sealed = door.within("sealed", f"{Path(file).name}.age")
    return ["seal", file, "--to", recipient, "--out", door.new_file("The sealed file", sealed)]


def _open(door: Door) -> list[str]:
    sealed = door.file("The sealed file")
    opened = door.new_file("What was sealed goes to", f"{_OPENED}{Path(sealed).stem}")
    purpose = door.dialogue.text("What is it opened for?", LINE)
    return [*_scans(door, "open"), "--sealed", sealed, "--out", opened, "--purpose", purpose, *_which_set(door)]


def _which_set(door: Door) -> list[str]:
    """Return which set is meant, where that has to be said."""
    if len(door.sets) < 2 and all(one.life is Life.LIVE for one in door.sets):
        return []
    says = {
        str(at): f"{one.label or 'no label'}: {one.name}, {one.policy}, {one.life.told}"
        for at, one in enumerate(door.sets, 1)
    }
    return ["--set", door.sets[int(door.dialogue.choose("Which set?", says, back=True)) - 1].set_id[:8]] if says else []


_WITHDRAW = "withdraw"
_CEREMONY = "a ceremony that is over: its ledger is taken up"
_SLIP = "a slip: two people take back what was said"
_WHOLE = """note \"the shredder was out of order\""""
"""A whole sentence, which every folder takes."""


def _record(door: Door) -> list[str]:
    """Return an event, of which the command asks for the rest; or a whole sentence of people's own."""

    def about(typed: str) -> list[str]:
        if typed in offered:
            return [typed]
        try:
            words = shlex.split(typed)
        except ValueError:
            raise UsageError("a quotation mark is open", "close it, or write none") from None
        if not words:
            raise BackError
        if words[0] != _WITHDRAW:
            event_meant(words[0])
        return words

    offered = dict.fromkeys([*ABOUT, _CEREMONY, _SLIP])
    means = f"A number; or all of it, as 'splitkit record --list' shows it, such as: {_WHOLE}"
    words = door.dialogue.pick("What is it about?", {one: one for one in offered}, about, means, empty="go back")
    if words == [_CEREMONY]:
        return ["record", "--take", door.file("The file of its ledger")]
    if words == [_SLIP]:
        return ["record", _WITHDRAW, door.dialogue.text("Which entry?  'splitkit ledger show' has the numbers:")]
    return ["record", *(_event(door, words[0]) if words[0] in ABOUT else words)]


def _event(door: Door, about: str) -> list[str]:
    """Return the event that people choose of those that tell of something."""
    names = events_about(about)
    says = {str(number): EVENTS[name].means for number, name in enumerate(names, 1)}
    return [short_name(EVENTS[names[int(door.dialogue.choose("What happened?", says, back=True)) - 1]])]


ABOUT = {
    "a person: who is new or has left, a deputy, a role": ("person.", "deputy", "rol", "receiver", "seat."),
    "a place: a safe, a site": ("place.", "safe."),
    "an account: a sign-in, an alert, a device, a mailbox, a phone": ("account.", "line.", "signin", "alert", "asset."),
    "a sheet, or its bag": ("sheet.", "bag.", "receipt"),
    "a set, or a use of its secret": ("set.", "renewal", "public.", "reveal", "use.", "request", "intent", "outcome"),
    "an incident, an action, a rule": ("incident.", "action", "procedure", "lint.", "override", "acknowledge"),
    "anything else, as on the day of a ceremony": ("",),
}
"""What is recorded, and how the names of the events begin that tell of it; each belongs to the first that fits."""


def events_about(what: str) -> list[str]:
    """Return the events that tell of something, in the order in which people need them."""

    def first(name: str) -> str:
        return next(about for about, begins in ABOUT.items() if name.startswith(begins))

    return [name for name in EXAMPLES if first(name) == what]


OF_FOLDER = {
    "register": "who holds what, with room for signatures",
    "call-out": "a card: who brings what, and who stands in",
    "statement": "how this custody is kept, for those who rely on it",
    "procedures": "what to do in each case; all, or those of some CODEs",
}
"""Papers that tell of a custody folder, and what they are."""

_AUDIT = "the pack for an auditor: what is sound, what is not, and every entry"
"""What is written for somebody who examines the custody, and is no paper."""

OF_PLAN = {
    "board": "for those who decide: what, why, who, hours, risks",
    "custodian": "for whoever is asked to keep a sheet",
    "week": "what to buy, print, try and ask in the seven days before",
    "ceremony": "the script, receipts, labels and all other forms",
}
"""Papers by a PLAN, and what they are."""

_IN_FOLDERS = ("procedures", "ceremony")
"""Those of which there are several, in a folder."""


def _papers(door: Door) -> list[str]:
    of_folder = {**OF_FOLDER, "audit": _AUDIT} if door.ledgers else {}
    papers = {**of_folder, **OF_PLAN}
    says = dict(zip(map(str, count(1)), papers.values(), strict=False))
    what = [*papers][int(door.dialogue.choose("Which document?", says, back=True)) - 1]
    if what == "audit":
        return ["audit", "--out", door.new_file("Its new folder", door.within("papers", "audit"))]
    about = [door.plan()] if what in OF_PLAN else []
    out = door.within("papers", what if what in _IN_FOLDERS else f"{what}.pdf")
    return ["papers", what, *about, "--out", door.new_file("Save it as", out)]


def _init(door: Door) -> list[str]:
    name = str(door.dialogue.value("What is this custody called, such as the company?", LABEL))
    by = str(door.dialogue.value("Who makes it, by name?", PERSON_NAME))
    words = ["init", door.new_file("The new folder", "custody"), "--name", name, "--by", by]
    return [*words, *(["--practice"] if door.practice else [])]


WITH_FOLDER: Sequence[Errand] = (
    Errand("see all that is due, and who holds what", lambda _: ["status"]),
    Errand("something happened: a lost sheet, an alert, a leaver, a hand-over", _happened),
    Errand("get the secret, open or seal a file, or only read sheets", _needed),
    Errand("hold a drill: prove that the sheets still work", lambda door: door.ceremony("drill", "D"), secret=True),
    Errand("renew sheets, or the secret", _renew, secret=True),
    Errand("make a new set, or rehearse it", _make, secret=True, rehearsed=True),
    Errand("review who has a way in", _review),
    Errand("record something: who, where, and what somebody has done", _record),
    Errand("print a paper, or write the pack for an auditor", _papers),
)  # fmt: skip
WITHOUT_FOLDER: Sequence[Errand] = (
    Errand("see what this is: a practice ceremony that plays itself", lambda _: ["demo"]),
    Errand("write a plan: who keeps a sheet, and how many are needed", lambda door: ["plan", "new", door.new_file("Save it as", "plan.toml")]),
    Errand("prepare a ceremony: print what is needed before the day", _papers),
    Errand("rehearse a ceremony by a plan, with practice sheets", _rehearse),
    Errand("make a custody folder", _init, rehearsed=True),
    Errand("see whether sheets are sound; nothing is shown", lambda door: _scans(door, "check"), secret=True),
    Errand("the secret is needed, and the sheets are here", lambda door: _scans(door, "recover"), secret=True, rehearsed=True),
    Errand("see whether this machine is fit", lambda _: ["preflight"]),
)  # fmt: skip
"""What may bring people here; at most nine, so that one digit answers."""

REHEARSAL, RECOVERY, PRINTING = WITHOUT_FOLDER[3], WITHOUT_FOLDER[6], WITHOUT_FOLDER[2]
NEEDED = WITH_FOLDER[2]
"""Those that the console of the stick leads to by itself; the last where there is a custody folder."""
