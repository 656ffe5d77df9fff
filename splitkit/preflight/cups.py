"""Printing: CUPS keeps what it prints, by default for a day, and a printer may not be where it seems to be.

Source: cupsd.conf(5), cups-files.conf(5), printers.conf(5).
"""

import re

from splitkit.host.mounts import stays_in_memory
from splitkit.paper.printing.queues import OWN, Route, parse_device
from splitkit.preflight.disks import mounts
from splitkit.preflight.machine import (
    CannotTellError,
    Finding,
    Findings,
    Machine,
    fail,
    info,
    listed,
    shown,
    unknown,
    warn,
)

_SPOOL = "/var/spool/cups"
_NO = ("no", "off", "false", "0")
_MEMORY = "mount a tmpfs there: mount -t tmpfs -o mode=0710,gid=lp tmpfs {}"
_ONLY_USB = "remove it, and connect a printer by its cable only: lpadmin -x {}"


def printers(machine: Machine) -> Findings:
    """Fail for a printer that is not on a cable of this machine; CUPS is asked too, for it writes its file late."""
    if not _is_there(machine):
        yield info("there is no CUPS here; see 'usb printers'")
    else:
        for name, uri in dict.fromkeys([*_written(machine), *machine.queues.items()]):
            yield _printer(name, uri)
            if "foomatic-rip" in (machine.text(f"etc/cups/ppd/{name}.ppd") or "" if _PLAIN.fullmatch(name) else ""):
                fact = (
                    f"the printer {shown(name)} prints by foomatic, which may print an error and say that all is well"
                )
                yield warn(fact, "choose another driver, print a test page, and look at it")


_PLAIN = re.compile(r"[A-Za-z0-9_.-]+", re.ASCII)


def _written(machine: Machine) -> list[tuple[str, str]]:
    """Return the queues of the file of CUPS, and where each leads."""
    name, found = "?", []
    for line in (machine.text("etc/cups/printers.conf") or "").splitlines():
        if opened := re.match(r"\s*<(?:Default)?Printer\s+([^>]+)>", line):
            name = opened[1]
        elif uri := re.match(r"\s*DeviceURI\s+(\S+)", line):
            found.append((name, uri[1]))
    return found


def _printer(name: str, uri: str) -> Finding:
    device = parse_device(uri)
    if device.route is Route.CABLE:
        return info(f"the printer {shown(name)} is on a cable ({shown(device.scheme)})")
    if device.route is Route.FILE:
        return warn(f"the printer {shown(name)} writes to a file or a device", "make sure that it is the device meant")
    if device.route is Route.LOOPBACK:
        return warn(f"the printer {shown(name)} is reached over {device.host}", "make sure that it is on USB (ipp-usb)")
    fact = f"the printer {shown(name)} is not on a cable of this machine ({shown(device.scheme) or 'no scheme'})"
    return fail(fact, _ONLY_USB.format(shown(name)))


def spool(machine: Machine) -> list[Finding]:
    """Judge where CUPS keeps documents, for how long, and whether any are still there."""
    if not _is_there(machine):
        return [info("there is no CUPS here that could keep a document")]
    folder, scratch = folders(machine)
    habits = _directives(machine, "etc/cups/cupsd.conf")
    table = mounts(machine)
    memory, aside = stays_in_memory(table, folder), stays_in_memory(table, scratch)
    found = [*_where(folder, memory), *_habits(habits, memory=bool(memory)), *_kept(machine, folder, scratch)]
    if aside != memory:
        found += _where(scratch, aside)
    return found or [info(f"CUPS keeps documents in memory only ({shown(folder)}), and none after printing")]


def folders(machine: Machine) -> tuple[str, str]:
    """Return where CUPS keeps documents, and where it lets filters put what they need for a while.

    Raises:
        CannotTellError: If its settings cannot be read.
    """
    places = _directives(machine, "etc/cups/cups-files.conf")
    folder = places.get("requestroot", _SPOOL)
    return folder, places.get("tempdir", f"{folder}/tmp")  # noqa: S108  (looked at, never written to)


def _where(folder: str, memory: bool | None) -> Findings:  # noqa: FBT001
    advice = _MEMORY.format(shown(folder))
    if memory is None:
        yield unknown(f"nobody can tell where CUPS keeps documents ({shown(folder)})", advice)
    elif not memory:
        yield fail(f"CUPS keeps documents on a disk ({shown(folder)})", advice)


def _habits(habits: dict[str, str], *, memory: bool) -> Findings:
    for name, what, default, severe in (
        ("PreserveJobFiles", "documents", "for a day", warn if memory else fail),
        ("PreserveJobHistory", "a list of jobs", "for ever", warn),
    ):
        value = habits.get(name.lower(), default)
        if value.lower() not in _NO:
            yield severe(f"CUPS keeps {what} after printing ({shown(value)})", f"write '{name} No' into cupsd.conf")
    if any(name == "port" or (name == "listen" and not _is_own_door(value)) for name, value in habits.items()):
        yield warn("CUPS takes jobs from other machines", "write 'Listen /run/cups/cups.sock' only, in cupsd.conf")


def _is_own_door(value: str) -> bool:
    return value.startswith("/") or value.rpartition(":")[0].strip("[]") in OWN


def _kept(machine: Machine, folder: str, scratch: str) -> Findings:
    names = machine.names(folder.lstrip("/")) or []
    documents = [name for name in names if re.fullmatch(r"d\d+-\d+", name)]
    if documents:
        yield fail(f"documents of earlier jobs are still there: {listed(documents)}", "remove them: cancel -a -x")
    if aside := aside_of_jobs(machine, scratch):
        fact = f"what earlier jobs have put aside is still there: {listed(aside)}"
        yield fail(fact, f"make sure that nothing is printing, then remove it: rm -r {shown(scratch)}/*")
    elif jobs := [name for name in names if re.fullmatch(r"c\d+", name)]:
        yield warn(f"CUPS remembers {len(jobs)} earlier jobs", "remove them: cancel -a -x")


def aside_of_jobs(machine: Machine, scratch: str) -> list[str]:
    """Return what lies in the folder that filters use for a while; a description of a printer (PPD) is nobody's page."""
    names = machine.names(scratch.lstrip("/")) or []
    return [f"tmp/{name}" for name in names if not _is_description(machine, f"{scratch.lstrip('/')}/{name}")]


def _is_description(machine: Machine, path: str) -> bool:
    try:
        return (machine.octets(path) or b"").startswith(b"*PPD-Adobe:")
    except CannotTellError:
        return False


def _is_there(machine: Machine) -> bool:
    return machine.exists("etc/cups") or machine.exists("run/cups/cups.sock")


def _directives(machine: Machine, path: str) -> dict[str, str]:
    """Return the settings outside any section, by name in lower case; several 'listen' count when one is foreign."""
    found: dict[str, str] = {}
    for line in (machine.text(path) or "").splitlines():
        words = line.split(None, 1)
        if len(words) == 2 and not words[0].startswith(("#", "<")):
            name, value = words[0].lower(), words[1].strip()
            if name == "listen" and "listen" in found and _is_own_door(value):
                continue
            found[name] = value
    return found


def usb_printers(machine: Machine) -> Findings:
    """Say whether a printer is on the cable; what it keeps on a disk of its own no program can see."""
    devices = machine.names("sys/bus/usb/devices") or []
    if found := [name for name in devices if machine.line(f"sys/bus/usb/devices/{name}/bInterfaceClass") == "07"]:
        yield info(f"a printer is plugged in by USB ({listed(found)})")
