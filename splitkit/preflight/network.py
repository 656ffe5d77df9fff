"""Network: cards, links, routes, radios, open doors.  Read from the kernel of the machine, never by trying it out."""

from splitkit.host.linux import IFF_LOOPBACK, IFF_UP, RTF_REJECT
from splitkit.preflight.machine import (
    CannotTellError,
    Finding,
    Findings,
    Machine,
    fail,
    info,
    listed,
    read_table,
    shown,
    unknown,
    warn,
)

_NET = "sys/class/net"
_PULL = "pull its cable, or switch it off: ip link set {} down"
_TAKE_OUT = "take the card out, or switch it off in the firmware"


def interfaces(machine: Machine) -> Findings:
    """Name the network cards that are there, and what the kernel shows in one place and hides in another."""
    names = _interfaces(machine)
    for name in sorted(_counted(machine) - set(names)):
        yield fail(
            f"{shown(name)} is a network interface that /sys hides", "restart this machine from a trusted medium"
        )
    cards = [name for name in names if machine.exists(f"{_NET}/{name}/device")]
    virtual = [name for name in names if name not in cards and not _is_loopback(machine, name)]
    if cards:
        yield warn(f"there is a network card: {listed(cards)}", _TAKE_OUT + "; it must stay down")
    if virtual:
        yield info(f"virtual interfaces: {listed(virtual)}")


def links(machine: Machine) -> Findings:
    """Fail for every interface that is up: a state that the kernel calls unknown counts as up."""
    for name in _interfaces(machine):
        try:
            if not _is_loopback(machine, name) and (how := _state(machine, name)):
                yield fail(f"{shown(name)} {how}", _PULL.format(shown(name)))
        except CannotTellError as error:
            yield unknown(str(error), _PULL.format(shown(name)))


def _state(machine: Machine, name: str) -> str:
    """Return in words how an interface is up, or an empty text."""
    flags = _flags(machine, name)
    state = machine.line(f"{_NET}/{name}/operstate") or "unknown"
    if _carrier(machine, name):
        return "is up and connected"
    if flags & IFF_UP:
        return "is up"
    return "" if state in ("down", "notpresent", "lowerlayerdown") else f"is in the state {shown(state)}"


def _interfaces(machine: Machine) -> list[str]:
    names = machine.names(_NET)
    if names is None:
        raise CannotTellError("/sys/class/net is not there")
    return [name for name in names if machine.names(f"{_NET}/{name}") is not None]


def _flags(machine: Machine, name: str) -> int:
    text = machine.line(f"{_NET}/{name}/flags")
    try:
        return int(text or "", 16)
    except ValueError:
        raise CannotTellError(f"the state of {shown(name)} cannot be read") from None


def _is_loopback(machine: Machine, name: str) -> bool:
    return bool(_flags(machine, name) & IFF_LOOPBACK)


def _carrier(machine: Machine, name: str) -> bool:
    """Tell whether a cable is live; asked of an interface that is down the kernel gives an error, which means no."""
    try:
        return machine.line(f"{_NET}/{name}/carrier") == "1"
    except CannotTellError:
        return False


def _counted(machine: Machine) -> set[str]:
    """The interfaces that the kernel counts packets of."""
    lines = [line for text in read_table(machine, "dev") for line in text.splitlines()[2:]]
    return {line.rpartition(":")[0].strip() for line in lines if ":" in line}


def routes(machine: Machine) -> Findings:
    """Fail for a way out of this machine."""
    found = {*_routes4(machine), *_routes6(machine)}
    if ways_out := sorted(name for name, default in found if default):
        yield fail(f"there is a way out: a default route over {listed(ways_out)}", "pull every network cable")
    elif others := sorted({name for name, _ in found}):
        yield warn(f"there are routes over {listed(others)}", "switch these interfaces off")


def _routes4(machine: Machine) -> set[tuple[str, bool]]:
    rows = _rows(machine, "route", 8)[1:]
    return {(row[0], row[1] == row[7] == "00000000") for row in rows if row[0] != "lo"}


def _routes6(machine: Machine) -> set[tuple[str, bool]]:
    rows = _rows6(machine, "ipv6_route", 10)
    ways = [row for row in rows if row[9] != "lo" and not int(row[8], 16) & RTF_REJECT]
    return {(row[9], row[0] == "0" * 32 and row[1] == "00") for row in ways}


def _rows(machine: Machine, name: str, width: int) -> list[list[str]]:
    rows = [line.split() for text in read_table(machine, name) for line in text.splitlines() if line.strip()]
    if any(len(row) < width for row in rows):
        raise CannotTellError(f"/proc/1/net/{name} is not as the kernel writes it")
    return [row for at, row in enumerate(rows) if at == 0 or row != rows[0]]


def _rows6(machine: Machine, name: str, width: int) -> list[list[str]]:
    """The same of a table of IPv6, which a kernel without it does not have."""
    try:
        return _rows(machine, name, width)
    except CannotTellError:
        if machine.exists(f"proc/1/net/{name}"):
            raise
        return []


_RADIOS = {
    "ieee80211": ("Wi-Fi", ("wlan",)),
    "bluetooth": ("Bluetooth", ("bluetooth",)),
    "wwan": ("mobile broadband", ("wwan",)),
    "nfc": ("NFC", ("nfc",)),
}


def radios(machine: Machine) -> list[Finding]:
    """Fail for a radio that is not switched off."""
    found, switched = [], set()
    for name in machine.names("sys/class/rfkill") or []:
        kind = machine.line(f"sys/class/rfkill/{name}/type") or "unknown"
        switched.add(kind)
        found.append(_switch(machine, name, kind))
    for folder, (word, kinds) in _RADIOS.items():
        if machine.names(f"sys/class/{folder}") and not switched & set(kinds):
            found.append(fail(f"nothing shows that the {word} radio is off", _TAKE_OUT))
    wireless = [
        name
        for name in machine.names(_NET) or []
        if machine.exists(f"{_NET}/{name}/wireless") or machine.exists(f"{_NET}/{name}/phy80211")
    ]
    if wireless and not found:
        found.append(fail(f"nothing shows that the radio of {listed(wireless)} is off", _TAKE_OUT))
    if not found and not machine.exists("sys/class"):
        raise CannotTellError("/sys/class is not there")
    return found


def _switch(machine: Machine, name: str, kind: str) -> Finding:
    soft, hard = (machine.line(f"sys/class/rfkill/{name}/{key}") for key in ("soft", "hard"))
    what = f"the radio {shown(name)} ({shown(kind)})"
    if hard == "1":
        return warn(f"{what} is switched off by its switch", _TAKE_OUT + " where that is possible")
    if soft == "1":
        return warn(f"{what} is off by software only, which can put it on again", _TAKE_OUT)
    return fail(f"{what} is on", _TAKE_OUT + "; at least: rfkill block all")


def listeners(machine: Machine) -> Findings:
    """Warn of programs that wait for connections from elsewhere; where there is no elsewhere nothing can come from it."""
    if ports := sorted(open_ports(machine)):
        fact = f"programs wait for connections from outside on port {listed([str(port) for port in ports])}"
        if any(not _is_loopback(machine, name) for name in _interfaces(machine)):
            yield warn(fact, "stop these services; a live system without a network needs none")
        else:
            yield info(f"{fact}; there is no interface through which any could come")


_NAMED = ("run/netns", "run/docker/netns")
"""Where network namespaces are kept by name, also without a program in them."""


def namespaces(machine: Machine) -> Findings:
    """Look for interfaces that were moved out of sight, into the network of some other program.

    Fails for those with a route, and warns of others: whether they are up cannot be seen from outside.
    """
    own, seen = machine.target("proc/1/ns/net"), set[str]()
    known = _counted(machine)
    for process in (name for name in machine.names("proc") or [] if name.isdecimal()):
        space = machine.target(f"proc/{process}/ns/net")
        if space and (space == own or space in seen):
            continue
        seen.add(space)
        yield from _inside(machine, process, known if not space else set())
    if names := sorted({name for folder in _NAMED for name in machine.names(folder) or []}):
        yield warn(f"networks are kept by name: {listed(names)}", "look into each: ip netns exec NAME ip link")


def _inside(machine: Machine, process: str, known: set[str]) -> Findings:
    """Judge the network of one process; *known* are interfaces that are no news."""
    try:
        lines = (machine.text(f"proc/{process}/net/dev") or "").splitlines()[2:]
        names = sorted({line.rpartition(":")[0].strip() for line in lines if ":" in line} - {"lo"} - known)
        routes = "".join(machine.text(f"proc/{process}/net/{name}") or "" for name in ("route", "ipv6_route"))
        program = machine.line(f"proc/{process}/comm") or "?"
    except CannotTellError:  # it has ended, or is hidden
        return
    if names:
        fact = f"{shown(program)} has a network of its own with {listed(names)}"
        severe = fail if set(names) & set(routes.split()) else warn
        yield severe(fact, "end that program, and take the card out")


def open_ports(machine: Machine) -> set[int]:
    """Return the TCP ports on which a program waits for others than this machine itself.

    Raises:
        CannotTellError: If the tables cannot be read.
    """
    rows = _rows(machine, "tcp", 4) + _rows6(machine, "tcp6", 4)
    waiting = [row[1].partition(":") for row in rows if row[3] == "0A"]
    return {int(port, 16) for address, _, port in waiting if not _is_own(address)}


def _is_own(address: str) -> bool:
    """Tell whether an address, as the kernel writes it, is 127.x.y.z or ::1."""
    if len(address) == 8:
        return address.endswith("7F")
    return address in ("0" * 24 + "01000000", "0" * 16 + "FFFF00000100007F")
