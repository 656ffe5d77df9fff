"""What the reading process and its children say to each other, and the bounds that both keep.

A message is a head of nine bytes, a JSON object, and bytes that belong to it: a file, or the pixels of a picture.

    1 byte    1 if another message answers the same request
    4 bytes   length of the JSON, the high byte first
    4 bytes   length of the bytes

A child is told no secret; it answers with texts, never with words of its own: problems are codes that the parent translates.
"""

import json
import struct
from typing import Any

HEAD = struct.Struct(">?II")

MAX_JSON_BYTES = 4 * 1024 * 1024
"""Longest JSON of a child: 64 texts of 4,296 letters, each written as an escape, are 1.7 million."""

MAX_PAGES = 64
MAX_CODES = 64
"""Most codes taken from one picture; a sheet has three."""

MAX_LEFT = 6
"""Most leftovers of one picture."""

MAX_LEFT_TOGETHER = 64
"""Most leftovers of one run that are put together."""

MAX_CLOSE_PIXELS = 16_000_000
"""Pixels of a picture that is looked at closely; a larger one is reduced first."""

PNG, JPEG, PDF, GREY, LEFTOVERS = "PNG", "JPEG", "PDF", "grey", "leftovers"
"""What a picture child can be asked to read: a file; pixels that another child decoded; leftovers of several pictures."""

OPENERS = {PNG: "pictures", JPEG: "pictures", PDF: "pdf"}
"""What a picture child must have loaded to open a file of each kind."""

CAMERA, FILM = "camera", "film"
"""What a camera's child can open: a camera by its number; a film of one (AVI, Motion JPEG), which is how the tests hold a
sheet up."""

Message = dict[str, Any]


def packed(message: Message, data: bytes = b"", *, more: bool = False) -> bytes:
    """Return a message as it goes through the pipe, but for *data*, which follows it."""
    line = json.dumps(message).encode("ascii")
    return HEAD.pack(more, len(line), len(data)) + line
