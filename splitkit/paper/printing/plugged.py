"""The printers that are plugged in, and the drivers that fit one, as the programs of CUPS tell of them; starts nothing.

Source: lpinfo(8), ipp-usb(8); IEEE 1284, 7.6 (device identifiers).
"""

import re
from dataclasses import dataclass

from splitkit.paper.printing.queues import Route, parse_device

EVERYWHERE = "everywhere"
"""The driver of printers that need none."""

_STATE_PORT = re.compile(r"^\s*http-port\s*=\s*(\d{1,5})\s*$", re.MULTILINE)
_STATE_NAME = re.compile(r"^\s*dns-sd-name\s*=\s*\"?([^\"\n]*)", re.MULTILINE)


@dataclass(frozen=True)
class Plugged:
    """A printer that is plugged in."""

    uri: str
    name: str
    """What it calls itself: text of others."""
    identifier: str = ""
    """What it says it is and understands, as IEEE 1284 has it."""

    @property
    def driverless(self) -> bool:
        """Whether it speaks IPP over its cable."""
        return self.uri.startswith("ipp:")

    @property
    def queue(self) -> str:
        """Return a name for its queue: letters, digits and hyphens."""
        plain = re.sub(r"[^A-Za-z0-9]+", "-", self.name).strip("-")
        return plain[:40].strip("-") or "printer"


def parse_plugged(listing: str) -> list[Plugged]:
    """Return the printers on a cable that `lpinfo -l -v` tells of in the C locale."""
    found = []
    for block in re.split(r"^(?=Device: )", listing, flags=re.MULTILINE):
        uri = re.match(r"Device: uri = (\S+)$", block, re.MULTILINE)
        if (
            uri
            and ":" in uri[1]
            and parse_device(uri[1]).route is Route.CABLE
            and parse_device(uri[1]).scheme not in ("serial", "parallel")
        ):
            found.append(
                Plugged(uri[1], _field(block, "make-and-model") or _field(block, "info"), _field(block, "device-id"))
            )
    return found


def parse_state(text: str) -> Plugged | None:
    """Return the printer that speaks IPP over its cable and that a state file of ipp-usb tells of."""
    port, name = _STATE_PORT.search(text), _STATE_NAME.search(text)
    return Plugged(f"ipp://localhost:{port[1]}/ipp/print", name[1].strip() if name else "IPP printer") if port else None


def _field(block: str, name: str) -> str:
    found = re.search(rf"^\s+{name} = (.*)$", block, re.MULTILINE)
    return found[1].strip() if found else ""


@dataclass(frozen=True)
class Model:
    """A driver for a kind of printer."""

    name: str
    """As lpadmin takes it."""
    told: str


GENERIC = {
    "PCLXL": Model("drv:///sample.drv/generpcl.ppd", "any printer that understands PCL 5e or 6"),
    "PCL": Model("drv:///sample.drv/generpcl.ppd", "any printer that understands PCL 5e or 6"),
    "POSTSCRIPT": Model("drv:///sample.drv/generic.ppd", "any printer that understands PostScript"),
}
"""Drivers for a language, where none is made for the printer."""


def parse_models(listing: str) -> list[Model]:
    """Return the drivers that `lpinfo -m` tells of, in its order, those that need foomatic left out: it prints errors and says all is well."""
    rows = (line.partition(" ") for line in listing.splitlines())
    return [
        Model(name, told.strip()) for name, _, told in rows if told and "foomatic" not in name.lower() and name != "raw"
    ]


def languages(identifier: str) -> list[str]:
    """Return the languages that a printer says it understands, in upper case."""
    found = re.search(r"(?:^|;)\s*(?:CMD|COMMAND SET):([^;]*)", identifier, re.IGNORECASE)
    return [one.strip().upper() for one in found[1].split(",")] if found else []


def generic(identifier: str) -> list[Model]:
    """Return the drivers for the languages of a printer, PostScript first."""
    said = languages(identifier)
    wanted = [language for language in ("POSTSCRIPT", "PCLXL", "PCL") if any(one.startswith(language) for one in said)]
    return list(dict.fromkeys(GENERIC[language] for language in wanted))
