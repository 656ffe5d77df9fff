"""`splitkit papers` and `audit`: what is printed for people, and one folder that an auditor can take along; none of it holds a secret."""

import datetime as dt
import hashlib
import json
from collections import Counter
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import click

from splitkit.ceremony.beforehand import PAPERS as BEFOREHAND
from splitkit.ceremony.beforehand import beforehand
from splitkit.ceremony.hours import hours_of
from splitkit.ceremony.paperwork import Particulars, check_closed, forms_of, from_ledger, paperwork
from splitkit.ceremony.script import KINDS, MAKE
from splitkit.ceremony.steps import Script
from splitkit.cli.ceremony_options import PRACTICE, plan_of, refuse
from splitkit.cli.guide.door import OF_FOLDER, OF_PLAN
from splitkit.cli.main import StrictCommand
from splitkit.cli.options import (
    HEAD,
    Named,
    PaperSize,
    at_option,
    folder_paper_option,
    ledgers_argument,
    ledgers_option,
    option,
    packed,
    shared,
)
from splitkit.cli.packs import known_packs, register_in
from splitkit.cli.ui.hints import rehearsed, worded
from splitkit.cli.ui.ledger_reading import failing, own_packs, read, read_one, settings_of
from splitkit.cli.ui.talk import progress, result, safe, say
from splitkit.custody.overview.audit import Audit, copies_of
from splitkit.custody.overview.audit_report import annexes, audit_report
from splitkit.custody.overview.criteria import CRITERIA, Criteria, find_criteria, parse_criteria
from splitkit.custody.overview.evidence import Evidence
from splitkit.custody.overview.first_page import FirstPage
from splitkit.custody.overview.glance import Overview, first
from splitkit.custody.overview.statement import custody_statement
from splitkit.custody.procedure_pages import procedure_page
from splitkit.custody.register_views import call_out_report, register_report
from splitkit.errors import AttentionError, LedgerError, Remedy, SplitkitError, UsageError
from splitkit.host import clock, files, hardening
from splitkit.host.home import Ledgers
from splitkit.ledger.branches import Doubt
from splitkit.ledger.fields import CODE, DATE, Kind
from splitkit.packs.pack import Pack, find_procedure
from splitkit.packs.packfile import MOST_BYTES
from splitkit.packs.procedures import Procedure
from splitkit.paper.forms import FORMS
from splitkit.paper.geometry import Paper
from splitkit.paper.typeset import Typesetter
from splitkit.plan.document import Plan

_ABOUT = {
    ("register", "call-out", "statement"): ("at",),
    ("ceremony",): ("script", "only", "ceremony", "date"),
    tuple(OF_PLAN): ("practice",),
}
"""What says something of some papers alone."""


@dataclass(frozen=True, kw_only=True)
class PapersOptions:
    """What is printed, and of what."""

    what: str = shared(click.argument("what", type=click.Choice([*OF_FOLDER, *OF_PLAN]), metavar="WHAT"))
    about: Sequence[str] = shared(click.argument("about", nargs=-1, metavar="[CODE...|PLAN]"))
    out: str = option(
        "--out", required=True, metavar="FILE", help="New PDF; of procedures and of a ceremony a new folder."
    )
    paper: Paper | None = option(
        "--paper", type=PaperSize(), help="Paper size; that of the plan or the custody folder if not given."
    )
    at: dt.date | None = shared(at_option("; now if not given"))
    script: Script | None = option(
        "--kind",
        "script",
        type=Named({one.name: one for one in KINDS}),
        help="The kind of ceremony; make if not given.",
    )
    only: Sequence[str] = option(
        "--only", multiple=True, type=click.Choice(list(FORMS)), help="One form of a ceremony; may be repeated."
    )
    ceremony: str = option("--ceremony", default="", metavar="CODE", help="What its ledger calls it, such as C-0001.")
    date: str = option("--date", default="", metavar="DATE", help="The day of the ceremony, as 2026-11-23.")
    practice: bool = shared(PRACTICE)


@click.command(name="papers", cls=StrictCommand)
@packed(PapersOptions)
@ledgers_option()
def command(given: PapersOptions, ledgers: Ledgers) -> None:
    """Write what people sign, keep, carry or follow, as PDF.

    None of it holds a secret.  WHAT is one of

    \b
    register    who holds what, with room for signatures
    call-out    a card: who brings what, and who stands in
    statement   how this custody is kept, for those who rely on it
    procedures  what to do in each case; all, or those of some CODEs

    and by a PLAN

    \b
    board       for those who decide: what, why, who, hours, risks
    custodian   for whoever is asked to keep a sheet
    week        what to buy, print, try and ask in the seven days before
    ceremony    the script, receipts, labels and all other forms

    A statement says first what must be done now, and exits 9 while there is anything, as 'status' does.

    With --ledger, board, custodian and week take their hours from the ledger of a rehearsal; the forms of a ceremony are filled in
    with what its closed ledger says, and the same plan and ledger give the same bytes.

    Example: splitkit papers register --out register.pdf

    Example: splitkit papers procedures aws-root --out procedures

    Example: splitkit papers ceremony plan.toml --out forms

    Example: splitkit papers board plan.toml --out board.pdf
    """  # noqa: D301  (a backspace keeps click from filling lines)
    hardening.harden()
    _check_asked(given)
    if given.what == "procedures":
        _write_procedures(given, ledgers)
    elif given.what == "ceremony":
        _write_forms(given, ledgers)
    elif given.what in BEFOREHAND:
        _write_beforehand(given, ledgers)
    else:
        _write_report(given, ledgers)


def _check_asked(given: PapersOptions) -> None:
    """Refuse what is asked of a paper that is about nothing such."""
    if given.about and given.what not in OF_PLAN and given.what != "procedures":
        raise UsageError(f"'{given.what}' is about no CODE and no PLAN", "leave it out")
    for papers, names in _ABOUT.items():
        if given.what not in papers:
            refuse(names, f"of '{given.what}'", f"leave it out; it is for {', '.join(papers)}")


def _write_report(given: PapersOptions, ledgers: Ledgers) -> None:
    """Write what follows from the ledgers: all of them, from the oldest to the newest."""
    files.check_new_file(Path(given.out))
    reading = read(ledgers).told()
    today = clock.day()
    day = given.at or today
    built = reading.built_at(day)
    overview = Overview(built, reading.standing, day, doubts=reading.all_doubts, to_come=day > today)
    if given.what == "statement":
        entries = [one for one in reading.entries if one.day <= day]
        report = custody_statement(overview, entries, settings_of(ledgers).name, today)
    elif given.what == "call-out":
        report = call_out_report(built.register, day)
    else:
        report = register_report(built.register, day, today)
    files.write_new_file(Path(given.out), Typesetter(given.paper or settings_of(ledgers).paper).report(report, say))
    say(*(f"contradiction: {finding}" for finding in built.findings))
    say(f"written to {safe(given.out)}")
    if given.what == "statement" and (now := overview.pressing):
        raise AttentionError(safe(first(now)), now[0].told(rehearsed if built.register.practice else worded))
    if built.findings:
        raise AttentionError("the ledgers contradict themselves", Remedy.CORRECT)


def _write_procedures(given: PapersOptions, ledgers: Ledgers) -> None:
    """Write procedures, with boxes for time and initials."""
    folder, packs = Path(given.out), known_packs(ledgers)
    files.check_destination(folder)
    chosen = [found for code in given.about or [pack.code for pack in packs] for found in _meant(code, packs)]
    if not chosen:
        raise UsageError("the pack has no procedure", "'splitkit packs show' says what it has")
    if len({one.code for _, one in chosen}) != len(chosen):
        raise UsageError("a procedure was named twice", "name each once, or none for all of them")
    made, register = clock.stamp()[:10], register_in(ledgers)
    setter = Typesetter(given.paper or settings_of(ledgers).paper)
    own = own_packs(ledgers.packs(MOST_BYTES)) if ledgers else {}
    files_of = {pack.code: file for pack, _ in chosen for file, other in own.items() if other == pack}
    pages = {
        one.code: procedure_page(pack, one, register, made, file=files_of.get(pack.code, "")) for pack, one in chosen
    }
    written = {f"{code.lower()}.pdf": setter.pdf(page) for code, page in pages.items()}
    files.write_set(folder, written)
    say(f"written to {safe(str(folder))}: " + ", ".join(written))


def _meant(code: str, packs: Sequence[Pack]) -> list[tuple[Pack, Procedure]]:
    """Return the procedures of a pack, or the one procedure, that is called so."""
    for pack in packs:
        if pack.code == code.lower():
            return [(pack, one) for one in pack.procedures]
    return [find_procedure(code, packs)]


def _write_forms(given: PapersOptions, ledgers: Ledgers) -> None:
    """Write the forms of a ceremony."""
    if max(len(given.about), len(ledgers.named)) > 1:
        raise UsageError("a ceremony has one plan and one ledger", "name one PLAN, and with --ledger one ledger")
    folder = Path(given.out)
    files.check_destination(folder)
    agreed, hashed = plan_of(next(iter(given.about), None), given.script or MAKE, practice=given.practice)
    agreed = replace(agreed, paper=given.paper or agreed.paper)
    particulars = _particulars(given, ledgers, agreed, hashed)
    if given.script and particulars.script is not given.script:
        raise UsageError(f"the ledger tells of another kind of ceremony: {particulars.script.name}", "leave out --kind")
    known = forms_of(particulars.script)
    if unknown := [name for name in given.only if name not in known]:
        raise UsageError(f"'{particulars.script.name}' has no such form: {unknown[0]}", f"it has {', '.join(known)}")
    names = [name for name in known if not given.only or name in given.only]
    made = paperwork(agreed, particulars, names, progress(len(names), "documents"))
    files.write_set(folder, made)
    say(f"written to {safe(str(folder))}: " + ", ".join(made))
    if hashed:
        result(f"plan hash {hashed}")


def _write_beforehand(given: PapersOptions, ledgers: Ledgers) -> None:
    """Write what people read before the day; ledgers that are named say how long rehearsals took."""
    if len(given.about) != 1:
        raise UsageError(f"'{given.what}' is about one PLAN", f"name it: splitkit papers {given.what} PLAN --out FILE")
    files.check_new_file(Path(given.out))
    plan, _ = plan_of(given.about[0], MAKE, practice=given.practice)
    rehearsed = [hours_of(read_one(name)) for name in ledgers.named]
    page = beforehand(given.what, plan, rehearsed, clock.stamp()[:10])
    files.write_new_file(Path(given.out), Typesetter(given.paper or plan.paper).pdf(page))
    say(f"written to {safe(given.out)}")
    if not rehearsed:
        say(
            "note: its hours are guesses; with --ledger REHEARSAL, the ledger of a rehearsal, they are those that were measured"
        )


def _particulars(given: PapersOptions, ledgers: Ledgers, plan: Plan, hashed: str) -> Particulars:
    today = clock.iso_date(clock.today())
    if not ledgers.named:
        _check("--ceremony", CODE, given.ceremony)
        _check("--date", DATE, given.date)
        return Particulars(today, hashed, given.ceremony, given.date, script=given.script or MAKE)
    if given.ceremony or given.date:
        raise UsageError("--ledger was given, and what the ledger itself says", "leave out --ceremony and --date")
    reading = read_one(ledgers.named[0])
    found = from_ledger(reading, plan, reading.entries[-1].time[:10], hashed)
    if "closeout" in forms_of(found.script) and (not given.only or "closeout" in given.only):
        check_closed(reading)
    return found


def _check(name: str, kind: Kind, typed: str) -> None:
    if not typed:
        return
    try:
        kind.check(kind.load(kind.read(typed)))
    except UsageError as error:
        raise UsageError(f"{name} {error.fact}", "write it like that, or leave it out") from None


# --- the pack for an auditor --------------------------------------------------------------------------------------------


def _criteria(_context: click.Context, _option: click.Parameter, names: Sequence[str]) -> tuple[Criteria, ...]:
    """Return criteria that come with splitkit, by their names, or those of files."""
    return tuple(find_criteria(name) or _own(name) for name in dict.fromkeys(names))


def _own(path: str) -> Criteria:
    criteria = parse_criteria(files.read_file(path, MOST_BYTES))
    if criteria.code in CRITERIA:
        raise UsageError("criteria that come with splitkit have the code of these", "give yours a code of their own")
    if criteria.looked_up > clock.day():
        raise UsageError("the criteria were looked up on a day that has not come", "write the day of 'looked_up' right")
    return criteria


@click.command(name="audit", cls=StrictCommand)
@ledgers_argument
@click.option("--out", required=True, metavar="DIR", help="New folder for the pack.")
@at_option("; now if not given")
@click.option("--head", type=HEAD, metavar="WORDS", help="The 12 words marked L on the last signed paper.")
@click.option("--against", multiple=True, callback=_criteria, metavar="NAME",
              help=f"What others ask for: {', '.join(CRITERIA)}, or a file of your own; may be given several times.")  # fmt: skip
@folder_paper_option
def write_audit(
    ledgers: Ledgers,
    out: str,
    at: dt.date | None,
    head: tuple[str, ...] | None,
    against: Sequence[Criteria],
    paper: Paper | None,
) -> None:
    """Write a pack for an auditor: who held what, and whether the process worked.

    A report, its annexes, the same as data, and copies of the ledgers.  The first page says in plain words what is sound, what is
    not, and what nobody has proven; then come overrides, withdrawals, drills, reviews, open actions, broken rules; in the annexes
    every reading, access, holding and change; no secret.  Of each thing that is asked for --against it, the pack says whether it is met, and which entries
    show that.  Exits 8 when the ledgers fail verification, 9 when they contradict themselves.

    Example: splitkit audit --against aws-page --out audit
    """
    hardening.harden()
    files.check_destination(Path(out))
    reading = read(ledgers).told().sound()
    contents, judgement = reading.contents, reading.judged(head)
    if judgement.exit_code == LedgerError.exit_code:
        raise failing(Doubt("", judgement.fact, judgement.exit_code, judgement.hint))
    if ledgers.named:
        contents = copies_of(judgement.files, list(contents.values()))
    today = clock.day()
    audit = Audit(judgement, reading.entries, contents, at or today, today, reading.packs, reading.all_doubts)
    if not audit.entries:
        raise UsageError("the ledgers hold nothing up to that day", "name a later one with --at")
    page = FirstPage.of(audit)
    word, why = page.verdict
    evidence = [Evidence(audit, one) for one in against]
    found = audit.as_object() | {"verdict": word, "why": why, "against": [one.as_object() for one in evidence]}
    pages = _pack(page, evidence, found, paper or settings_of(ledgers).paper)
    files.write_set(Path(out), pages | _packs(reading.pack_files, audit))
    say(f"written to {safe(out)}")
    for one in evidence:
        result(safe(f"against {one.criteria.code}: {one.told}"))
    _conclude(audit, found)


def _pack(page: FirstPage, evidence: Sequence[Evidence], found: dict[str, Any], paper: Paper) -> dict[str, bytes]:
    reports = {"audit.pdf": audit_report(page, evidence), **annexes(page)}
    # Of thousands of entries each takes seconds, in which the interpreter is free.
    with ThreadPoolExecutor() as side_by_side:
        made = side_by_side.map(lambda one: Typesetter(paper).report(one, say), reports.values())
        text = _listed(found).encode("ascii")  # meanwhile
        pages = dict(zip(reports, made, strict=True))
    return {**pages, "audit.json": text, **page.audit.copies}


def _listed(found: Mapping[str, Any]) -> str:
    """Return one JSON object with one entry a line, as a ledger has it."""
    told = []
    for name, value in found.items():
        several = isinstance(value, list) and value
        lines = [json.dumps(one) for one in (value if several else [value])]
        told.append(json.dumps(name) + ": " + ("[\n  " + ",\n  ".join(lines) + "\n ]" if several else lines[0]))
    return "{\n " + ",\n ".join(told) + "\n}\n"


def _packs(contents: Mapping[str, bytes | SplitkitError], audit: Audit) -> dict[str, bytes]:
    """Return the packs of people's own by which accounts are judged: the ledgers name each by its hash."""
    recorded = {one.file for one in audit.built.register.accounts.values()}
    return {
        name: data
        for name, data in contents.items()
        if isinstance(data, bytes) and hashlib.sha256(data).hexdigest() in recorded
    }


def _conclude(audit: Audit, found: dict[str, Any]) -> None:
    held = Counter(entry.event for entry in audit.entries)
    counts = {
        "drills": held["drill"],
        "reviews": held["review"],
        "accesses": len(found["accesses"]),
        "exceptions": len(found["exceptions"]),
        "overrides": len(found["overrides"]),
        "readings": held["sheet.read"],
        "rules broken": sum(not one["overridden"] for one in found["broken"]),
        "due": len(found["due"]),
    }
    result(safe(f"{found['verdict']}: {found['why']}"))
    result(f"the ledgers: {audit.verification.fact}")
    result(", ".join(f"{name} {count}" for name, count in counts.items()))
    if found["contradictions"] or audit.verification.findings:
        raise AttentionError("the ledgers contradict themselves; the pack says where", Remedy.CORRECT)
