"""What a sign-in or a reset needs besides the password: devices, mailboxes, phones; who has each, and whether it works."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field

from splitkit.custody.records.lives import UNDOUBTED, Word


@dataclass(frozen=True)
class AssetRecord:
    """One device, mailbox or phone."""

    tag: str
    kind: str
    holder: str
    serial: str = ""
    battery: bool | None = None
    expires: dt.date | None = None
    place: str = ""
    added: dt.date = field(kw_only=True)
    again: bool = False  # whether another had its tag before, which was retired
    checked: dt.date | None = None
    result: str = ""  # 'pass' or 'fail' at the last check
    account: str = ""  # the account that it opens, where that was said
    left_with: dt.date | None = None  # when whoever keeps it left, as two say, and kept it
    handed: dt.date | None = None  # when it was last given to somebody
    laid: dt.date | None = None  # when it was last laid elsewhere
    still_with: Word = UNDOUBTED  # who may keep it still, but for one person's word
    still_in: Word = UNDOUBTED  # the same of its place
    works: bool | None = None
    """Whether it worked when it was last tried, or was said to work when it came; None where nobody has tried it."""
    retired: str = ""  # when it was retired, in UTC to the second; empty while it is in use
    failed_by: str = ""  # who alone says that it fails, where it worked before
    retired_by: str = ""  # who alone says that it was retired

    @property
    def keepers(self) -> list[str]:
        """Whoever keeps it, and who may still."""
        return [self.holder, *sorted(self.still_with.still)]

    @property
    def may_be_kept(self) -> bool:
        """Whether somebody may have it still, whatever one person says."""
        return not self.retired or bool(self.retired_by)

    @property
    def may_open(self) -> bool:
        """Whether it may still be of use to whoever has it, whatever one person says."""
        return self.may_be_kept and (self.works is not False or bool(self.failed_by))

    @property
    def name(self) -> str:
        """What people call it: 'mfa key-1'."""
        return f"{self.kind} {self.tag}"
