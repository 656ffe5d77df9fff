"""A policy in words: for a manager, and for the page of a sheet."""

from splitkit.quorum.policy import Policy, SheetId


def position(policy: Policy, sheet: SheetId) -> str:
    """Return which sheet this is, in words."""
    place = f"sheet {sheet.member + 1} of {policy.groups[sheet.group].members}"
    return place if policy.flat else f"{policy.group_name(sheet.group)}, {place}"


def needed(policy: Policy) -> str:
    """Return in a few words how many sheets are needed."""
    if policy.flat:
        return f"any {policy.needed} of {policy.sheets}"
    return f"{policy.group_threshold} of {len(policy.groups)} groups"


def may_be_missing(sheets: int) -> str:
    """Return how many sheets may be missing, whichever they are."""
    if sheets < 2:
        return "any one sheet may be missing" if sheets else "no sheet may be missing"
    return f"any {sheets} sheets may be missing"


def rule(policy: Policy) -> str:
    """Return the policy as a sentence that a manager understands."""
    if policy.flat:
        return (
            f"Any {policy.needed} of the {policy.sheets} sheets together give the password back. "
            f"Fewer than {policy.needed} give nothing."
        )
    named = ((policy.group_name(index), group) for index, group in enumerate(policy.groups))
    groups = ", ".join(f"{name} ({_of(group.threshold, group.members)})" for name, group in named)
    return (
        f"The sheets of {policy.group_threshold} of these {len(policy.groups)} groups together give the password back: "
        f"{groups}. Fewer give nothing."
    )


def _of(threshold: int, members: int) -> str:
    return "its one sheet" if members == 1 else f"any {threshold} of {members} sheets"
