"""splitkit: split a password onto paper, and give it back only to a quorum."""

from __future__ import annotations

TYPE_CHECKING = False  # what the type checker takes for true: `typing` itself would cost `--version` 3 ms
if TYPE_CHECKING:
    from typing import Any

__version__ = "0.1.0"
__all__ = [
    "Entropy",
    "Line",
    "Page",
    "Plan",
    "Scan",
    "SecretRecord",
    "SplitkitError",
    "build_register",
    "gather",
    "judge",
    "make_set",
    "parse_fingerprint",
    "parse_plan",
    "parse_policy",
    "read_ledger",
    "release",
    "seal",
]


def __getattr__(name: str) -> Any:
    """Return one of these names from `splitkit.library`, which is imported when it is first asked for one."""
    if name not in __all__:
        raise AttributeError(f"module 'splitkit' has no attribute {name!r}")
    from splitkit import library  # noqa: PLC0415

    return getattr(library, name)
