"""A job of a browser on a machine whose one interface leads nowhere, and every packet that was sent there: `unshare -n -m python -m ...`.

The job comes on standard input, in JSON; answer and packets go to standard output.  There is a name server to be asked, which is silent.
"""

from __future__ import annotations

import json
import re
import socket
import subprocess
import sys
import threading
from pathlib import Path

from tests.support.places import scratch

HERE, THERE = "10.9.8.7", "10.9.8.1"
NETWORK = (
    "ip link set lo up",
    "ip link add near type veth peer name far",
    f"ip addr add {HERE}/24 dev near",
    "ip link set near up",
    "ip link set far up",
    f"ip neigh add {THERE} lladdr 02:00:00:00:00:01 dev near",
    f"ip route add default via {THERE}",
)
NO_V6 = Path("/proc/sys/net/ipv6/conf/default/disable_ipv6")  # which greets its neighbours by itself
DNS = 53


def named(packet: bytes) -> str:
    """A packet as where it goes, and of a question to a name server the name."""
    version, header = packet[0] >> 4, 4 * (packet[0] & 15)
    if version != 4:
        return f"protocol of version {version}"
    to, protocol = socket.inet_ntoa(packet[16:20]), packet[9]
    port = int.from_bytes(packet[header + 2 : header + 4])
    if protocol == socket.IPPROTO_UDP and port == DNS:
        asked = packet[header + 8 + 12 :]
        return "name " + re.sub(rb"[\x01-\x1f]", b".", asked.partition(b"\0")[0])[1:].decode("ascii", "replace")
    return f"{ {socket.IPPROTO_TCP: 'tcp', socket.IPPROTO_UDP: 'udp'}.get(protocol, protocol) } {to}:{port}"


class Capture:
    """What arrives at the far end."""

    IP, ALL = 0x0800, 0x0003

    def __init__(self) -> None:
        self.packets: list[str] = []
        self.socket = socket.socket(socket.AF_PACKET, socket.SOCK_DGRAM, socket.htons(self.ALL))
        self.socket.bind(("far", self.ALL))
        threading.Thread(target=self._listen, daemon=True).start()

    def _listen(self) -> None:
        while True:
            packet, (_, kind, *_) = self.socket.recvfrom(65_535)
            self.packets.append(named(packet) if kind == self.IP else f"frame of kind {kind:04x}")


def main() -> None:
    NO_V6.write_text("1")
    for command in NETWORK:
        subprocess.run(command.split(), check=True)
    servers = scratch("capture") / "resolv.conf"
    servers.write_text(f"nameserver {THERE}\noptions timeout:1 attempts:1\n")
    subprocess.run(["mount", "--bind", servers, "/etc/resolv.conf"], check=True)
    capture = Capture()
    program, *jobs = json.load(sys.stdin)
    node = subprocess.Popen(program, stdin=subprocess.PIPE, stdout=subprocess.PIPE, encoding="utf-8")
    assert node.stdin
    assert node.stdout
    came = []
    for job in jobs:
        before = len(capture.packets)
        node.stdin.write(json.dumps(job) + "\n")
        node.stdin.flush()
        came.append({"answer": json.loads(node.stdout.readline()), "packets": capture.packets[before:]})
    node.communicate()
    json.dump(came, sys.stdout)


if __name__ == "__main__":
    main()
