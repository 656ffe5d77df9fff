"""The custody folder: ledgers, public records, plans, sealed files and papers of one custody, and never a secret.

It says who keeps what where, so it is for its owner alone.  What it is called and how it prints stands in its settings file;
custody is judged by nothing but the ledgers.
"""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from splitkit.custody.persons import People
from splitkit.errors import UsageError
from splitkit.host.files import write_set
from splitkit.host.home import DESK_LEDGER, LEDGERS, PACKS, SETTINGS
from splitkit.host.toml import parse_toml, toml_text
from splitkit.ledger.chain import GENESIS, Happening, continued
from splitkit.ledger.events import LedgerOpened, PersonJoined
from splitkit.ledger.fields import LABEL, taken
from splitkit.paper.geometry import Paper

RECORDS = "records"

FOLDERS = {
    LEDGERS: "what happened: one ledger of the desk, and one of each ceremony",
    RECORDS: "the public records, as they were signed",
    "plans": "who was to keep what",
    PACKS: "what is known of targets of your own, CODE.toml each",
    "sealed": "files that only a quorum opens",
    "papers": "what was printed for people, and nothing secret",
}
"""What lies in it, and what for."""

MAX_SETTINGS = 16 * 1024
_HEAD = "# The settings of a custody folder, for splitkit.  Custody is judged by its ledgers alone."


@dataclass(frozen=True)
class Settings:
    """What a custody folder is called, and how it prints."""

    name: str
    paper: Paper = Paper.A4


def make_folder(path: Path, settings: Settings, begins: LedgerOpened, *, name: str, at: str) -> str:
    """Make a new custody folder, whole or not at all, and return the id of whoever has made it.

    Args:
        path: Where it will be.
        settings: What it is called, and how it prints.
        begins: How the ledger of its desk begins.
        name: Of whoever makes it, the first person that it knows.
        at: The time in UTC at which its desk begins.

    Raises:
        UsageError: If there is something of that name already.
        DeviceError: If the disk is full or fails.
    """
    by = People().new_id(name)
    opens = Happening(begins, by, "", at)
    joins = Happening(PersonJoined(person=by, name=name, since=opens.day), by, "", at)
    ledger = b"".join(entry.line + b"\n" for entry in continued((opens, joins), 0, GENESIS))
    write_set(path, {SETTINGS: settings_toml(settings), DESK_LEDGER: ledger}, tuple(FOLDERS))
    return by


def parse_settings(data: bytes) -> Settings:
    """Return what a settings file says.

    Raises:
        UsageError: If it is not TOML, or says something that settings cannot say.
    """
    values = parse_toml(data, f"'{SETTINGS}'")
    if not values.keys() <= {"name", "paper"}:
        raise UsageError(f"'{SETTINGS}' has a key that splitkit does not know", "known are: name, paper")
    return Settings(_name(values.get("name")), _paper(values.get("paper", "a4")))


def _name(value: Any) -> str:
    if type(value) is not str:
        raise UsageError(f"'name' in '{SETTINGS}' is missing, or no text", 'write name = "Example AG"')
    name: str = taken(LABEL, value, f"'name' in '{SETTINGS}'")
    return name


def _paper(value: Any) -> Paper:
    try:
        return Paper(value)
    except ValueError:
        raise UsageError(f"'paper' in '{SETTINGS}' is neither a4 nor letter", 'write paper = "a4"') from None


def settings_toml(settings: Settings) -> bytes:
    """Return settings as the content of a TOML file."""
    lines = [_HEAD, f"name = {toml_text(settings.name)}", f"paper = {toml_text(settings.paper.value)}"]
    return ("\n".join(lines) + "\n").encode("utf-8")
