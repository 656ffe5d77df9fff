"""Give cases to both programs and say where they do not agree: `python -m tests.support.differential SEED FIRST COUNT [STEP]`.

Without a COUNT one case is shown, with what both programs say of it.
"""

from __future__ import annotations

import json
import sys
import time
from collections import Counter
from dataclasses import dataclass, field

from tests.support.differential.cases import FINGERPRINT, RECORD, Case, drawn, smaller
from tests.support.differential.programs import Came, by_check, by_product, by_recover, fast, shown
from tests.support.differential.sets import LIE, pool

WRONG, INTERNAL, CODES, SECRETS = "wrong secret", "internal error", "exit codes", "secrets"


@dataclass
class Tally:
    """What a run came to."""

    count: int = 0
    codes: Counter[str] = field(default_factory=Counter)
    found: list[dict] = field(default_factory=list)
    slowest: tuple[float, str] = (0.0, "")
    seconds: float = 0.0


def verdict(case: Case) -> tuple[str, Came, Came]:
    """What is wrong with a case, or nothing; and what came of it."""
    product, second = by_product(case), by_recover(case)
    fault = _fault(case, product, second)
    if not fault and len(case.data) % 8 == 0:
        fault = _shown_by(by_check(case), second)
    return fault, product, second


def _shown_by(check: Came, second: Came) -> str:
    """Whether `check` fails, or shows what a recovery gives."""
    if check.code == 1:
        return INTERNAL
    secret = shown(second.secret, "password")
    return WRONG if len(secret) > 5 and secret in check.secret + check.said else ""


def _fault(case: Case, product: Came, second: Came) -> str:
    for came in (product, second):
        if came.code == 1:
            return INTERNAL
        if came.code == 0 and _wrong(case, came):
            return WRONG
        if came.code != 0 and came.secret:
            return WRONG
    if product.code != second.code:
        return CODES
    same = case.identity or product.secret == shown(second.secret, case.field)
    return "" if same else SECRETS


def _wrong(case: Case, came: Came) -> bool:
    """Whether another secret than that of the record came out, or a forger's beside something genuine."""
    if case.vouched in (FINGERPRINT, RECORD):
        return bool(case.of) and came.secret not in _expected(case)
    return LIE in came.secret and any(piece.genuine for piece in case.pieces)


def _expected(case: Case) -> set[str]:
    of = next(held for held in pool() if held.name == case.of)
    values = {name: getattr(of.record, name) for name in ("user", "account", "note", "password")}
    plain = "".join(
        f"{name}: {value}\n"
        if value.isprintable() and value == value.strip()
        else f"{name} (as JSON, with escapes): {json.dumps(value)}\n"
        for name, value in values.items()
        if value
    )
    return {values[case.field], plain, of.identity + "\n"}


def run(seed: str, numbers: range) -> Tally:
    tally, begun = Tally(), time.monotonic()
    for number in numbers:
        place = f"{seed}/{number}"
        start = time.process_time()
        case = drawn(place)
        fault, product, second = verdict(case)
        tally.count += 1
        tally.codes[f"{product.code}"] += 1
        tally.slowest = max(tally.slowest, (time.process_time() - start, place))
        if fault:
            least = smaller(case, lambda one, fault=fault: verdict(one)[0] == fault)
            _, product, second = verdict(least)
            tally.found.append(
                {"place": place, "fault": fault, "codes": [product.code, second.code], "case": least.told()}
            )
            print(json.dumps(tally.found[-1]), file=sys.stderr, flush=True)
    tally.seconds = time.monotonic() - begun
    return tally


def _look(place: str) -> None:
    """Show one case, as small as it gets, with what both programs say of it."""
    case = drawn(place)
    fault, *_ = verdict(case)
    if fault:
        case = smaller(case, lambda one: verdict(one)[0] == fault)
    print(fault or "no difference", *case.told(), sep="\n  ")
    for name, came in zip(("splitkit", "recover.py"), verdict(case)[1:], strict=True):
        print(f"\n{name}: {came.code}\n{came.said}")


if __name__ == "__main__":
    seed, first, *rest = sys.argv[1:]
    fast()
    if rest:
        count, step = int(rest[0]), int([*rest, "1"][1])
        print(json.dumps(vars(run(seed, range(int(first), int(first) + count * step, step)))))
    else:
        _look(f"{seed}/{first}")
