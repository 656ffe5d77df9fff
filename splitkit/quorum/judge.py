"""The judge: what the people's record, the commitments and an opening together say about every sheet.

The rules, in the order they apply:

1. An envelope is *anchored* when it equals the record that people trust.  Until then all it says is a claim, and nobody
   votes: T-1 forgers may outnumber one honest sheet.
2. A share belongs to an envelope when its commitment is there and its own header agrees with the policy.
3. Only an anchored or an opened envelope may call a sheet forged.
4. What is read twice counts once.
5. What fits the anchored envelope comes first and counts against no cap, and then no other envelope is tried.  Of all else
   only so much is looked at: work is bounded, and what is left out is counted and told.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from itertools import islice

from splitkit.errors import ForgedError, NoQuorumError, Remedy, SplitkitError, UnreadableError
from splitkit.quorum.anchor import Anchor
from splitkit.quorum.envelope import Envelope
from splitkit.quorum.gathering import FoundShare, Gathering, Origin
from splitkit.quorum.opening import Budget, Matches, Proof, prove
from splitkit.quorum.parsing import Reason, Rejection
from splitkit.quorum.policy import SheetId
from splitkit.quorum.share import Share
from splitkit.quorum.slip39 import identifier_of
from splitkit.quorum.verdicts import SheetVerdict, Status, SymbolRead, best_read

MAX_SHARES = 64
"""Different shares that are looked at, beside those of the anchored envelope."""

MAX_ENVELOPES = 32
"""Different envelopes that are looked at, beside the anchored one."""

_STRANGE = (Status.UNMATCHED, Status.FORGED, Status.OTHER_SET)


@dataclass(frozen=True)
class Case:
    """One envelope with the shares that match it, and what came of trying them.  Holds nothing that was decrypted."""

    envelope: Envelope
    anchored: bool
    matches: Matches = field(repr=False)
    outcome: Proof | SplitkitError | None = field(repr=False)
    """None where nothing was tried."""

    @property
    def has_quorum(self) -> bool:
        """Whether enough shares are here, be they genuine or not."""
        return self.envelope.header.policy.opens(self.matches)

    @property
    def proof(self) -> Proof | None:
        """What an opening has proven; None when the set did not open."""
        return self.outcome if isinstance(self.outcome, Proof) else None

    @property
    def failure(self) -> SplitkitError | None:
        """Why the set did not open."""
        return None if isinstance(self.outcome, Proof) else self.outcome

    @property
    def vouched(self) -> bool:
        """Whether this envelope may call a sheet forged."""
        return self.anchored or self.proof is not None


@dataclass(frozen=True)
class Judgement:
    """All verdicts of one run.  Holds no secret, and nothing that it follows from but the shares themselves."""

    cases: tuple[Case, ...]
    chosen: Case | None
    anchor_given: bool
    sheets: tuple[SheetVerdict, ...]
    notes: tuple[str, ...]
    warnings: tuple[str, ...] = ()
    """What people should know before anything is opened."""
    bad_envelopes: int = 0
    """Places whose envelope was refused."""
    left_out: int = 0
    """Shares and envelopes that were more than is looked at."""
    newer: tuple[Envelope, ...] = ()
    """Envelopes that claim to be of newer sets of the chosen set's line: claims, and still a reason to stop and ask."""

    @property
    def anchored(self) -> bool:
        """Whether the chosen set is the one of the record."""
        return self.chosen is not None and self.chosen.anchored

    @property
    def anchor_missing(self) -> bool:
        """Whether a record was given and nothing here is of the set that it names."""
        if not self.anchor_given or self.chosen is None:
            return self.anchor_given
        elsewhere = any(sheet.status is Status.OTHER_SET for sheet in self.sheets)
        return elsewhere and not self.chosen.matches

    @property
    def contested(self) -> bool:
        """Whether several sets or strange sheets lie here and no record was given: nobody can tell which is genuine."""
        strange = any(sheet.status in _STRANGE for sheet in self.sheets)
        return not self.anchor_given and (strange or len(self.cases) > 1)

    def advice(self, sheet: SheetVerdict) -> str | Remedy:
        """What to do about a sheet; nobody is told to go on without it where no record vouches for the others."""
        return Remedy.FIND_RECORD if self.contested and sheet.status in _STRANGE else sheet.advice

    def missing(self) -> tuple[str, ...]:
        """The sheets of the chosen set that are not here."""
        if not self.chosen:
            return ()
        policy = self.chosen.envelope.header.policy
        return tuple(policy.number(sheet) for sheet in policy.sheet_ids() if sheet not in self.chosen.matches)

    def unproven(self) -> tuple[str, ...]:
        """The sheets of the chosen set whose share is not known to be right."""
        if not self.chosen:
            return ()
        policy = self.chosen.envelope.header.policy
        proof = self.chosen.proof
        known = proof.proven | proof.unsound if proof else set(self.chosen.matches)
        return tuple(policy.number(sheet) for sheet in policy.sheet_ids() if sheet not in known)

    def unsound(self) -> tuple[str, ...]:
        """The sheets of the chosen set whose commitment does not fit the share that belongs there."""
        if not self.chosen or not self.chosen.proof:
            return ()
        policy = self.chosen.envelope.header.policy
        return tuple(policy.number(sheet) for sheet in sorted(self.chosen.proof.unsound))


def belongs(share: Share, envelope: Envelope) -> bool:
    """Tell whether *share* equals a commitment of *envelope* and its own header agrees with the policy.

    The header matters: a forged share that asks for one sheet would be taken alone by any SLIP-39 tool.
    """
    header = envelope.header
    sheet = SheetId(share.group, share.member)
    return (
        sheet in header.commitments
        and share.threshold == header.policy.groups[share.group].threshold
        and share.group_threshold == header.policy.group_threshold
        and share.group_count == len(header.policy.groups)
        and share.commitment(header.set_id) == header.commitments[sheet]
    )


def judge(gathering: Gathering, anchor: Anchor | None = None, earlier: Judgement | None = None) -> Judgement:
    """Match, prove what can be proven, and give every sheet its verdict.  Reveals nothing, and keeps no secret.

    Args:
        gathering: What was read.
        anchor: What the people trust.
        earlier: What was judged of the same gathering before the anchor was known: its proofs are not made again.
    """
    anchored, budget = _anchored(gathering, anchor), Budget()
    if anchored:
        _accept(guess for guess in gathering.guesses() if belongs(guess.share, anchored))
    elif not anchor:
        _prove_guesses(gathering, budget)
    table = _Table.of(gathering, anchored)
    proofs = {case.envelope.raw: case.proof for case in (earlier.cases if earlier else ()) if case.proof}
    cases = tuple(
        _case(table, envelope, anchored, proofs, budget if envelope is anchored or not anchor else None)
        for envelope in table.envelopes
    )
    chosen = _choose(cases, anchor)
    bench = _Bench(gathering, frozenset(table.shares), cases, chosen)
    line = list(_line_of(gathering, chosen))
    judgement = Judgement(
        cases=cases,
        chosen=chosen,
        anchor_given=anchor is not None,
        sheets=tuple(bench.verdicts()),
        notes=tuple(bench.notes()),
        bad_envelopes=sum(1 for origin in gathering.origins if _bad_envelopes(origin)),
        warnings=(*table.told(), *_fork(line, chosen)),
        left_out=table.left_out,
        newer=tuple(envelope for envelope, later in line if later > 0),
    )
    return replace(judgement, sheets=tuple(_claimed(judgement.sheets))) if judgement.contested else judgement


def _claimed(sheets: Iterable[SheetVerdict]) -> Iterator[SheetVerdict]:
    """Call no sheet sound that only its own envelope vouches for."""
    for sheet in sheets:
        yield replace(sheet, status=Status.CLAIMED) if sheet.status is Status.SOUND else sheet


def _anchored(gathering: Gathering, anchor: Anchor | None) -> Envelope | None:
    """The envelope that equals the record, if it is here."""
    envelopes = gathering.envelopes.values() if anchor else ()
    return next((one for one in envelopes if anchor and one.fingerprint == anchor.fingerprint), None)


@dataclass(frozen=True)
class _Table:
    """The distinct shares and envelopes that are looked at."""

    shares: tuple[Share, ...]
    """As they were read, those that were solved behind all others."""
    envelopes: tuple[Envelope, ...]
    """In the order of their fingerprints."""
    left_out: int

    @classmethod
    def of(cls, gathering: Gathering, anchored: Envelope | None) -> _Table:
        """Take all that is of the *anchored* envelope, and of the rest what was read first."""
        shares = dict.fromkeys(
            found.share for found in sorted(gathering.found_shares(), key=lambda found: found.solved)
        )
        others = [share for share in shares if not (anchored and belongs(share, anchored))]
        rest = [envelope for envelope in gathering.envelopes.values() if envelope is not anchored]
        envelopes = [*rest[:MAX_ENVELOPES], *filter(None, [anchored])]
        dropped = set(others[MAX_SHARES:])
        return cls(
            tuple(share for share in shares if share not in dropped),
            tuple(sorted(envelopes, key=lambda envelope: envelope.fingerprint)),
            len(dropped) + len(rest[MAX_ENVELOPES:]),
        )

    def told(self) -> Iterator[str]:
        """Say how much was left out."""
        if self.left_out:
            yield f"{self.left_out} shares or envelopes more than {MAX_SHARES} and {MAX_ENVELOPES} were left out"


def _accept(proven: Iterable[FoundShare]) -> None:
    for guess in list(proven):
        guess.origin.accept(guess)


def _prove_guesses(gathering: Gathering, budget: Budget) -> None:
    """Without a record: accept the guesses that equal a commitment of an envelope that then opens; leave all others."""
    guesses, table = list(islice(gathering.guesses(), MAX_SHARES)), _Table.of(gathering, None)
    for envelope in table.envelopes if guesses else ():
        fitting = [guess for guess in guesses if belongs(guess.share, envelope)]
        matches = _matches([*table.shares, *(guess.share for guess in fitting)], envelope)
        if fitting and isinstance(_tried(envelope, matches, budget), Proof):
            _accept(fitting)


def _case(
    table: _Table, envelope: Envelope, anchored: Envelope | None, proofs: Mapping[bytes, Proof], budget: Budget | None
) -> Case:
    """Match one envelope, and try it where there is a *budget* for it."""
    matches, known = _matches(table.shares, envelope), proofs.get(envelope.raw)
    proof = known if known and known.quorum.matches == matches else None
    return Case(
        envelope, envelope is anchored, matches, proof or (_tried(envelope, matches, budget) if budget else None)
    )


def _matches(shares: Iterable[Share], envelope: Envelope) -> Matches:
    matches: dict[SheetId, tuple[Share, ...]] = {}
    for share in shares:
        sheet = SheetId(share.group, share.member)
        if belongs(share, envelope) and share not in matches.get(sheet, ()):
            matches[sheet] = (*matches.get(sheet, ()), share)
    return matches


def _tried(envelope: Envelope, matches: Matches, budget: Budget) -> Proof | SplitkitError:
    try:
        return prove(envelope, matches, budget)
    except (NoQuorumError, ForgedError, UnreadableError) as error:
        return type(error)(error.fact, error.hint)  # a new one: the first hangs on frames that have held the key


def _choose(cases: tuple[Case, ...], anchor: Anchor | None) -> Case | None:
    """The set this run is about: the anchored one; without a record the only one, or the only one that opens."""
    if anchor:
        return next((case for case in cases if case.anchored), None)
    opened = [case for case in cases if case.proof]
    candidates = opened or list(cases)
    return candidates[0] if len(candidates) == 1 else None


def _line_of(gathering: Gathering, chosen: Case | None) -> Iterator[tuple[Envelope, int]]:
    """The other envelopes that claim to be of the chosen set's line, with how many epochs later; practice is apart.

    All envelopes are asked, those that are left out too: a claim hides behind no number of others.
    """
    for envelope in gathering.by_fingerprint() if chosen else ():
        if chosen and envelope is not chosen.envelope:
            one, ours = envelope.header, chosen.envelope.header
            if (one.line, one.practice) == (ours.line, ours.practice):
                yield envelope, one.epoch - ours.epoch


def _fork(line: Iterable[tuple[Envelope, int]], chosen: Case | None) -> Iterator[str]:
    ours = chosen.envelope.header.set_id if chosen else b""
    others = [one.header.set_id for one, later in line if later == 0 and one.header.set_id != ours]
    for set_id in others[:MAX_ENVELOPES]:
        yield f"the line has forked: set {set_id.hex()} claims the same line and epoch"


@dataclass
class _Bench:
    """Gives the verdicts of one run, page by page and line by line."""

    gathering: Gathering
    shares: frozenset[Share]
    """Those that are looked at."""
    cases: tuple[Case, ...]
    chosen: Case | None
    seen: set[Share] = field(default_factory=set)
    places: dict[Share, list[FoundShare]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        for found in self.gathering.found_shares():
            self.places.setdefault(found.share, []).append(found)

    def verdicts(self) -> list[SheetVerdict]:
        """One verdict for every share, and one for every page or line that gave none and should have."""
        return [verdict for origin in self.gathering.origins for verdict in self._of_origin(origin)]

    def _of_origin(self, origin: Origin) -> list[SheetVerdict]:
        if origin.problem:
            return [SheetVerdict(origin.source, Status.UNREADABLE, note=origin.problem)]
        verdicts = [self._of_share(found) for found in origin.shares if found.share in self.shares]
        foreign = [rejection for rejection in origin.rejections if rejection.reason is Reason.FOREIGN_SHARE]
        verdicts += [self._of_foreign(origin, rejection) for rejection in foreign]
        return verdicts if origin.shares else verdicts or self._of_no_share(origin)

    def _of_no_share(self, origin: Origin) -> list[SheetVerdict]:
        """The verdict on a page or line that was opened and gave no share; none where that is as it should be."""
        if any(rejection.reason is Reason.DAMAGED_SHARE for rejection in origin.rejections):
            return [SheetVerdict(origin.source, Status.DAMAGED, note=_details(origin), typed=origin.typed)]
        if self._rivals(origin):
            return [SheetVerdict(origin.source, Status.FORGED, note="its envelope is not the one envelope of this set")]
        if origin.envelopes or any(rejection.reason is Reason.RECIPIENT for rejection in origin.rejections):
            return []
        if not origin.typed and {rejection.reason for rejection in origin.rejections} == {Reason.OTHER_CODE}:
            return [SheetVerdict(origin.source, Status.OTHER_CODE)]
        note = _details(origin) or "no code was found on it"
        return [SheetVerdict(origin.source, Status.UNREADABLE, note=note, typed=origin.typed)]

    def _rivals(self, origin: Origin) -> bool:
        """Tell whether an envelope here claims to be of the vouched set and is another: one set has one, for ever."""
        if not (self.chosen and self.chosen.vouched):
            return False
        ours = self.chosen.envelope
        return any(other != ours and other.header.set_id == ours.header.set_id for other in origin.envelopes)

    def _of_share(self, found: FoundShare) -> SheetVerdict:
        share = found.share
        status, note = self._status(found)
        if status is Status.SOUND and share in self.seen:
            status = Status.DUPLICATE
        self.seen.add(share)
        place = share.member + 1, share.letter or None
        return SheetVerdict(
            found.origin.source, status, *place, note, found.margin, self._symbols(share), found.origin.typed
        )

    def _symbols(self, share: Share) -> tuple[SymbolRead, ...]:
        """The symbols of a sheet at the best of all its scans: a bad photo does not make the paper worn."""
        return best_read(
            symbol for found in self.places[share] for symbol in (*found.symbols, *self._envelope_symbols(found.origin))
        )

    def _envelope_symbols(self, origin: Origin) -> list[SymbolRead]:
        """The envelope symbol on the page of a share: the chosen one's, or the only one there."""
        if self.chosen and self.chosen.envelope.raw in origin.envelope_symbols:
            return [origin.envelope_symbols[self.chosen.envelope.raw]]
        return list(origin.envelope_symbols.values()) if len(origin.envelope_symbols) == 1 else []

    def _status(self, found: FoundShare) -> tuple[Status, str]:
        owners = [case for case in self.cases if found.share in _shares(case.matches)]
        if not self.cases:
            return Status.NO_ENVELOPE, ""
        if self.chosen and self.chosen in owners:
            return self._status_of_member(self.chosen, found)
        if owners:
            same_id = self.chosen and any(
                case.envelope.header.set_id == self.chosen.envelope.header.set_id for case in owners
            )
            return (Status.FORGED, "") if self.chosen and same_id and self.chosen.vouched else (Status.OTHER_SET, "")
        return self._status_of_stranger(found.origin, found.share.identifier), ""

    def _status_of_member(self, case: Case, found: FoundShare) -> tuple[Status, str]:
        if case.proof and found.share in case.proof.impostors:
            return Status.FORGED, "made to match the record, but not the share that belongs there"
        if found.origin.envelopes and case.envelope not in found.origin.envelopes:
            note = "its share fits this set, but the envelope on it is another one"
            return (Status.FORGED if case.vouched else Status.UNMATCHED), note
        return Status.SOUND, "; ".join(filter(None, (found.note, _details(found.origin))))

    def _status_of_stranger(self, origin: Origin, identifier: int | None) -> Status:
        """The verdict on a share that equals no commitment at all."""
        if not (self.chosen and self.chosen.vouched):
            return Status.UNMATCHED
        ours = identifier == identifier_of(self.chosen.envelope.header.set_id)
        return Status.FORGED if ours or self.chosen.envelope in origin.envelopes else Status.OTHER_SET

    def _of_foreign(self, origin: Origin, rejection: Rejection) -> SheetVerdict:
        """A sound mnemonic that splitkit never prints: forged when it claims to be of a vouched set, else no share."""
        status = Status.UNREADABLE
        if self.cases and (origin.envelopes or self._status_of_stranger(origin, rejection.identifier) is Status.FORGED):
            status = self._status_of_stranger(origin, rejection.identifier)
        return SheetVerdict(origin.source, status, note=rejection.detail, typed=origin.typed)

    def notes(self) -> list[str]:
        """What else people should know: pages with an envelope alone, and envelopes that could not be read."""
        notes = []
        for origin in self.gathering.origins:
            if origin.envelopes and not (origin.typed or origin.shares or origin.rejections):
                notes.append(f"{origin.source}: only an envelope was read (a public record, or a sheet to scan again)")
            notes += [f"{origin.source}: {rejection.detail}" for rejection in _bad_envelopes(origin)]
        return notes


def _shares(matches: Matches) -> set[Share]:
    return {share for shares in matches.values() for share in shares}


def _bad_envelopes(origin: Origin) -> list[Rejection]:
    return [rejection for rejection in origin.rejections if rejection.reason in (Reason.BAD_ENVELOPE, Reason.TOO_NEW)]


def _details(origin: Origin) -> str:
    """What was refused on a page or line, for people; the same fact is said once."""
    return "; ".join(dict.fromkeys(rejection.detail for rejection in origin.rejections))
