"""`splitkit audit`: one folder that an auditor can take along; it holds no secret."""

import datetime as dt
import hashlib
import json
from collections import Counter
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import click

from splitkit.cli.main import StrictCommand
from splitkit.cli.options import HEAD, at_option, folder_paper_option, ledgers_argument
from splitkit.cli.ui.ledger_reading import failing, read, settings_of
from splitkit.cli.ui.talk import result, safe, say
from splitkit.custody.overview.audit import Audit, copies_of
from splitkit.custody.overview.audit_report import annexes, audit_report
from splitkit.custody.overview.criteria import CRITERIA, Criteria, find_criteria, parse_criteria
from splitkit.custody.overview.evidence import Evidence
from splitkit.custody.overview.first_page import FirstPage
from splitkit.errors import AttentionError, LedgerError, Remedy, SplitkitError, UsageError
from splitkit.host import clock, files, hardening
from splitkit.host.home import Ledgers
from splitkit.ledger.branches import Doubt
from splitkit.packs.packfile import MOST_BYTES
from splitkit.paper.geometry import Paper
from splitkit.paper.typeset import Typesetter


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
def command(
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
