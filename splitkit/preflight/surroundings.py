"""Surroundings: who else may be sitting at this terminal, and what stands round the program that could change what it does."""

import re
import struct

from splitkit.host.process import Process
from splitkit.preflight.machine import CannotTellError, Findings, Machine, fail, info, listed, shown, unknown, warn
from splitkit.preflight.network import open_ports

_UTMP = struct.Struct("<hxxi32s4s32s256s")
"""The beginning of a record of 384 bytes: type, process, line, id, user, host (utmp(5))."""

_UTMP_BYTES, _USER_PROCESS = 384, 7
_MAX_RECORDS = 1_000
_REMOTE_PROGRAMS = re.compile(
    r"Xvnc.*|Xtigervnc|x0vncserver|vncserver.*|x11vnc|wayvnc|vino-server|krfb|gnome-remote-de.*|xrdp.*|anydesk|teamviewerd?|rustdesk|"
    r"nxserver.*|chrome-remote-.*|xpra|sunshine|ttyd|tmate"
)
_REMOTE_VARIABLES = ("SSH_CONNECTION", "SSH_CLIENT", "SSH_TTY", "XRDP_SESSION", "VNCDESKTOP", "REMOTEHOST")
_FOREIGN = ("PYTHONPATH", "PYTHONHOME", "PYTHONSTARTUP", "PYTHONUSERBASE", "PYTHONPYCACHEPREFIX")
_KEEPERS = {"TMUX": "tmux", "STY": "screen"}
_HERE = "sit at the machine itself, at its own screen and keyboard"


def remote(machine: Machine) -> Findings:
    """Fail where somebody is, or could be, at this machine from afar."""
    environ = machine.process.environ
    if names := [name for name in _REMOTE_VARIABLES if environ.get(name)]:
        yield fail(f"this terminal is a remote one ({listed(names)})", _HERE)
    if re.match(r"[^:/].*:\d", environ.get("DISPLAY", "")):
        yield fail("the screen of this session is on another machine (DISPLAY)", _HERE)
    if programs := _remote_programs(machine):
        yield fail(f"a program for remote control runs: {listed(programs)}", "end it, and stop its service")
    for look in (_doors, _sessions, _logins):
        try:
            yield from look(machine)
        except CannotTellError as error:
            yield unknown(str(error), "look who is logged in: who -a")
    if keepers := [word for name, word in _KEEPERS.items() if environ.get(name)]:
        yield warn(f"{listed(keepers)} keeps what is shown and lets others join", "use a plain terminal")


def _doors(machine: Machine) -> Findings:
    if screens := [str(port) for port in sorted(open_ports(machine)) if port == 3389 or 5900 <= port < 6000]:
        yield fail(f"the screen can be taken over from elsewhere (port {listed(screens)})", "stop that service")


def _remote_programs(machine: Machine) -> list[str]:
    try:
        processes = [name for name in machine.names("proc") or [] if name.isdecimal()]
    except CannotTellError:
        return []
    names = set()
    for process in processes:
        try:
            names.add(machine.line(f"proc/{process}/comm") or "")
        except CannotTellError:  # it has ended, or is hidden
            continue
    return sorted(name for name in names if _REMOTE_PROGRAMS.fullmatch(name))


def _sessions(machine: Machine) -> Findings:
    """Look at what systemd says of each login."""
    names = [name for name in machine.names("run/systemd/sessions") or [] if not name.endswith(".ref")]
    texts = (machine.text(f"run/systemd/sessions/{name}") or "" for name in names)
    if any(re.search(r"^REMOTE=1$", text, re.MULTILINE) for text in texts):
        yield fail("somebody is logged in from another machine", "end that session: loginctl")


def _logins(machine: Machine) -> Findings:
    """Look at the old table of logins; its text is binary, and read byte for byte."""
    data = machine.octets("run/utmp") or b""
    if len(data) % _UTMP_BYTES or len(data) > _MAX_RECORDS * _UTMP_BYTES:
        raise CannotTellError("/run/utmp is not as the system writes it")
    for at in range(0, len(data), _UTMP_BYTES):
        kind, _, _, _, _, host = _UTMP.unpack_from(data, at)
        name = host.split(b"\0")[0].decode("ascii", errors="replace")
        if kind == _USER_PROCESS and name and not name.startswith((":", "tmux(", "localhost")):
            yield fail(f"somebody is logged in from another machine ({shown(name)})", "end that session: who -a")
            return


def environment(machine: Machine) -> Findings:
    """Fail for variables and files that put foreign code into every program, and for a Python that is not alone."""
    environ = machine.process.environ
    if names := [name for name in ("LD_PRELOAD", "LD_AUDIT", "DYLD_INSERT_LIBRARIES") if environ.get(name)]:
        yield fail(f"{listed(names)} puts foreign code into every program", f"unset {' '.join(names)}")
    if (machine.text("etc/ld.so.preload") or "").strip():
        yield fail("/etc/ld.so.preload puts foreign code into every program", "start a trusted live system")
    if environ.get("LD_LIBRARY_PATH"):
        yield warn("LD_LIBRARY_PATH changes which libraries are loaded", "unset LD_LIBRARY_PATH")
    yield from _python(machine.process)


def _python(process: Process) -> Findings:
    names = sorted(name for name in process.environ if name.startswith("PYTHON") and process.environ[name])
    foreign = [name for name in names if name in _FOREIGN]
    if process.interactive:
        yield fail("Python would go on with a prompt after splitkit", "start it without -i and PYTHONINSPECT")
    elif process.isolated:
        return
    elif foreign:
        yield fail(f"{listed(foreign)} can bring foreign code into splitkit", f"unset {' '.join(foreign)}")
    else:
        rest = f" ({listed(names)} is set)" if names else ""
        yield warn(f"Python is not isolated{rest}", "start it as: python3 -I -m splitkit preflight")


def guard(machine: Machine) -> Findings:
    """Fail where nothing keeps this program itself offline."""
    held = machine.guard
    if held is None or not held.held:
        problem = held.problem if held else "no guard"
        yield fail(f"nothing keeps splitkit itself offline: {problem}", "use a Linux live system")
    else:
        yield info(f"splitkit has shut the network off for itself ({', '.join(held.layers)})")
