"""The report: rows for the terminal, a page of text to sign, an object for programs.  None of them holds a secret."""

import textwrap
from collections.abc import Sequence
from typing import Any

from splitkit import __version__
from splitkit.preflight.checks import LIMITS, count, is_fit
from splitkit.preflight.machine import Finding, Machine, Severity

COLUMNS = 80
_VERDICT, _CHECK = 9, 17
_STAR = "* looked at again while a secret is live; there an UNKNOWN counts as a FAIL"
_ACCEPTED = {None: "", True: " (accepted)", False: " (NOT ACCEPTED)"}


def rows(findings: Sequence[Finding]) -> list[str]:
    """Return the findings as rows of at most 80 columns, the worst last, each with what to do."""
    order = list(Severity)
    found = sorted(findings, key=lambda finding: order.index(finding.severity))
    return [row for finding in found for row in _rows(finding)]


def _rows(finding: Finding) -> list[str]:
    text = finding.fact + _ACCEPTED[finding.accepted]
    first = f"{finding.severity.value:<{_VERDICT}}{finding.check + '*' * finding.live:<{_CHECK}}"
    written = _wrapped(text, first)
    if finding.advice and finding.severity is not Severity.INFO:
        written += _wrapped(finding.advice, " " * (_VERDICT + _CHECK - 3) + "-> ")
    return written


def _wrapped(text: str, first: str) -> list[str]:
    indent = " " * (_VERDICT + _CHECK)
    wrapped = textwrap.wrap(text, COLUMNS, initial_indent=first, subsequent_indent=indent, break_on_hyphens=False)
    return wrapped or [first.rstrip()]


def conclusion(findings: Sequence[Finding]) -> str:
    """Return what it all comes to, in one line."""
    counted = count(findings)
    parts = [f"{counted[name]} {name}" for name in ("FAIL", "WARN", "UNKNOWN") if counted[name]]
    refused = sum(finding.accepted is False for finding in findings)
    parts += [f"{refused} not accepted"] if refused else []
    numbers = f" ({', '.join(parts)})" if parts else ""
    if is_fit(findings):
        return f"FIT as far as a program can see{numbers}"
    return f"NOT FIT for a ceremony{numbers}"


def page(machine: Machine, findings: Sequence[Finding]) -> str:
    """Return a report of 80 columns for people to sign."""
    moment = machine.moment.strftime("%Y-%m-%d %H:%M UTC, by its own clock") if machine.moment else "not known"
    name = (machine.line("etc/os-release") or "").partition("=")[2].strip('"') if machine.platform == "linux" else ""
    head = [
        "PREFLIGHT REPORT",
        "",
        f"Time      {moment}",
        f"System    {name or machine.platform}",
        f"Program   splitkit {__version__}, run by {'root' if machine.process.user == 0 else 'an ordinary user'}",
        f"Result    {conclusion(findings)}",
        "",
    ]
    tail = ["", _STAR, "", *textwrap.wrap(LIMITS, COLUMNS), "", *_signatures()]
    return "\n".join([*head, *rows(findings), *tail]) + "\n"


def _signatures() -> list[str]:
    line = "_" * 24
    return [
        "We looked at this machine and at this report.",
        "",
        f"Administrator  {line}  Signature  {line}",
        "",
        f"Witness        {line}  Signature  {line}",
        "",
        f"Room clock     {line}  Date       {line}",
    ]


def as_object(machine: Machine, findings: Sequence[Finding]) -> dict[str, Any]:
    """Return the report as plain data for --json."""
    return {
        "fit": is_fit(findings),
        "counts": count(findings),
        "time": machine.moment.strftime("%Y-%m-%dT%H:%M:%SZ") if machine.moment else None,
        "version": __version__,
        "platform": machine.platform,
        "guard": list(machine.guard.layers) if machine.guard else [],
        "findings": [_finding_object(finding) for finding in findings],
        "limits": LIMITS,
    }


def _finding_object(finding: Finding) -> dict[str, Any]:
    return {
        "check": finding.check,
        "verdict": finding.severity.value,
        "fact": finding.fact,
        "do": finding.advice,
        "live": finding.live,
        "unfit": finding.unfit,
        "accepted": finding.accepted,
    }
