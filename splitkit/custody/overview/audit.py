"""The auditor's pack: what the ledgers prove of custody up to a day, as plain data.  Nothing of it is secret.

It answers who held what and when, and whether the process worked: verification, drills, reviews, exceptions, every access,
open actions, broken rules.
"""

import datetime as dt
import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from splitkit import __version__
from splitkit.custody.history import Holding, Past
from splitkit.custody.overview.now import Matter, matters, pressing
from splitkit.custody.records.days import as_plain
from splitkit.custody.register import Built, build
from splitkit.custody.register_views import as_object
from splitkit.custody.ways.rules import Rules
from splitkit.errors import UsageError
from splitkit.ledger.branches import Doubt
from splitkit.ledger.chain import PROGRAM, Entry, head_words
from splitkit.ledger.comparison import RecordStanding, record_standing
from splitkit.ledger.events import Intent, IntentEnded, PersonJoined, ProcedureWalked, RollCalled
from splitkit.ledger.fields import CODE
from splitkit.ledger.verification import Chain, Verification
from splitkit.ledger.wording import Called
from splitkit.packs.pack import Pack

FORMAT = "splitkit/1 audit"

SECTIONS = {
    "readings": ("sheet.read", "set.proven"),
    "drills": ("drill", "debrief"),
    "reviews": ("review", "review.line"),
    "overrides": ("override", "lint.override"),
    "exceptions": ("exception", "procedure", "acknowledge", "intent", "outcome", "set.void"),
    "accesses": ("request", "safe.opened", "bag.opened", "sheet.taken", "reveal", "use.reviewed", "file.opened", "asset.used", "signin", "alert"),
    "changes": ("person.joined", "person.left", "deputy", "sheet.handed", "sheet.lost", "sheet.exposed", "sheet.destroyed",
                "sheet.reissued", "account.pack", "account.ended", "set.made", "set.refreshed", "set.rotated", "set.retired", "asset.added", "asset.moved",
                "asset.retired"),
    "incidents": ("incident.open", "incident.close"),
    "corrections": ("correction", "withdrawn", "torn", "reopen", "fork.settled"),
}  # fmt: skip
"""Which entries each part of the pack lists."""


@dataclass(frozen=True)
class Audit:
    """All ledgers of one custody, judged."""

    verification: Verification
    everything: Sequence[Entry]
    """The entries of all ledgers, in their order."""
    copies: Mapping[str, bytes]
    """The bytes of each ledger, by the name of its copy, in the order of the verification."""
    at: dt.date
    """Up to and with this day."""
    made: dt.date
    """The day of the document."""
    packs: Mapping[str, Pack] = field(default_factory=dict)
    """The packs of people's own that are at hand, by the SHA-256 of their files."""
    doubts: Sequence[Doubt] = ()
    """What is in doubt about the ledgers themselves."""

    @cached_property
    def entries(self) -> list[Entry]:
        """Every entry of all files up to that day."""
        return [entry for entry in self.everything if entry.day <= self.at]

    @cached_property
    def _followed(self) -> tuple[Built, Past]:
        past = Past()
        return build(self.everything, self.at, self.packs, past.follow), past

    @property
    def built(self) -> Built:
        """The register at the end of that day."""
        return self._followed[0]

    @cached_property
    def standing(self) -> RecordStanding:
        """How much of the ledgers was compared with paper; the last of them is that of the desk, where there is one."""
        gone = {one.entry.hash for one in self.built.withdrawn}
        return record_standing(self.entries, self.verification.files[-1].head, gone)

    def as_object(self) -> dict[str, Any]:
        """Return everything as plain data."""
        built, said = self.built, self.verification
        return {
            "format": FORMAT,
            "program": f"splitkit {__version__}",
            "made": str(self.made),
            "at": str(self.at),
            "files_as_of": str(self.made),
            "ledgers": [_ledger(name, data, chain)
                        for (name, data), chain in zip(self.copies.items(), said.files, strict=True)],
            "verification": {"verdict": said.verdict.value, "fact": said.fact, "vouched": said.vouched,
                             "findings": list(said.findings), "notes": list(said.notes)},
            "record": self.standing.as_object(),
            "withdrawn": [{"entry": _entry(one.entry), "by": _entry(one.back), "confirmed": one.confirmed}
                          for one in built.withdrawn],
            "left_out": [{"choice": _entry(one.choice), "confirmed": one.confirmed} for one in built.left],
            "contradictions": list(built.findings),
            "register": as_object(built.register, self.at),
            "matters": [{"danger": one.danger.name.lower(), "since": str(one.day), "what": one.what} for one in self.matters],
            "holdings": [as_plain(one) for one in self.holdings],
            **{name: [_entry(one) for one in self.section(name)] for name in SECTIONS},
            "actions": [as_plain(action) for action in built.register.actions.values()],
            "due": [{"day": str(item.day), "what": item.what} for item in pressing(self.rules, self.at)],
            **self.rules.as_object(self.at),
        }  # fmt: skip

    @cached_property
    def matters(self) -> list[Matter]:
        """What stands against it on that day, the worst first."""
        return matters(self.built, self.rules, self.at, self.doubts)

    @cached_property
    def holdings(self) -> list[Holding]:
        """Who held what, and when."""
        return self._followed[1].holdings

    @cached_property
    def sections(self) -> Mapping[str, list[Entry]]:
        """The entries of each of `SECTIONS`."""
        of = {event: name for name, held in SECTIONS.items() for event in held}
        found: dict[str, list[Entry]] = {name: [] for name in SECTIONS}
        done = {
            one.data.intent for one in self.entries if isinstance(one.data, IntentEnded) and one.data.result == "done"
        }
        for entry in self.entries:
            match entry.data:
                case ProcedureWalked(state=state):
                    as_meant = state != "otherwise"
                case Intent(intent=code) | IntentEnded(intent=code):
                    as_meant = code in done
                case _:
                    as_meant = False
            if entry.event in of and not as_meant:
                found[of[entry.event]].append(entry)
        return found

    @cached_property
    def _eras(self) -> tuple[list[dict[str, str]], dict[str, int]]:
        """Who had a seat before somebody else got it: the names of each era, and of every entry its era, where there is more than one."""
        names, eras, places = dict[str, str](), [dict[str, str]()], dict[str, int]()
        for entry in self.entries:
            if isinstance(entry.data, PersonJoined | RollCalled) and entry.data.name:
                seat, name = entry.data.person, entry.data.name
                if names.setdefault(seat, name) != name:
                    for era in eras:
                        era.setdefault(seat, names[seat])
                    eras.append({})
                names[seat] = name
            if len(eras) > 1:
                places[entry.hash] = len(eras) - 1
        return eras, places

    def called(self, entry: Entry) -> Called:
        """Return what tells by name whatever an entry names by an id: people as they were called then."""
        eras, places = self._eras
        then, now = eras[places.get(entry.hash, 0)], self.built.register

        def name_of(thing: str, name: str) -> str:
            if thing == "person":
                return "the program" if name == PROGRAM else then.get(name) or now.called(name)
            return now.name_of(thing, name)

        return name_of

    def people(self, entry: Entry, seats: Sequence[str]) -> str:
        """Return people that an entry names: 'Ada Example and Ben Example'."""
        called = self.called(entry)
        return " and ".join(called("person", one) for one in seats) or "nobody"

    def who(self, entry: Entry) -> str:
        """Return who has made an entry, and who has seen it."""
        return self.people(entry, [one for one in (entry.by, entry.witness) if one])

    @cached_property
    def rules(self) -> Rules:
        """Who together can do what, and which rules are broken."""
        return Rules(self.built.register)

    def section(self, name: str) -> list[Entry]:
        """Return the entries of one of `SECTIONS`."""
        return self.sections[name]


def _ledger(name: str, data: bytes, chain: Chain) -> dict[str, Any]:
    first = chain.entries[0]
    about = first.data.fields()
    return {
        "file": name,
        "sha256": hashlib.sha256(data).hexdigest(),
        **{key: about.get(key) for key in ("ceremony", "kind", "practice")},
        "opened": first.time,
        "last": chain.entries[-1].time,
        "closed": chain.closed,
        "entries": len(chain.entries),
        "head": " ".join(head_words(chain.head)),
        "hash": chain.head,
    }


def copies_of(chains: Sequence[Chain], contents: Sequence[bytes]) -> dict[str, bytes]:
    """Return the bytes of ledgers that continue each other, each named by its place and the code of its ceremony."""
    codes = (_code(chain.entries[0].data.fields().get("ceremony")) for chain in chains)
    names = (f"{number:02d}-{code.lower()}.ledger" for number, code in enumerate(codes, 1))
    return dict(zip(names, contents, strict=True))


def _code(said: Any) -> str:
    """Return the code of a ceremony, if it is one: nothing of a ledger names a file unchecked."""
    try:
        CODE.check(said)
    except UsageError:
        return "ledger"
    return str(said)


def _entry(entry: Entry) -> dict[str, Any]:
    """An entry without its number, which is one of its ledger and not of the whole."""
    return {key: value for key, value in entry.plain().items() if key != "seq"}
