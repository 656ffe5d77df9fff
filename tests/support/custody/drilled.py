"""The set whose drills are tried."""

from __future__ import annotations

from tests.support.builders import made

OURS = made("3of5", seed="drill", practice=False)
SET_ID = OURS.envelope.header.set_id.hex()
