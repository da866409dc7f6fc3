"""The screens of the benches: bare sockets in a process of their own.

`fanout_clients.py PORT COUNT TARGET MARK` connects to a request target, and prints one line each
time every screen has a frame with the mark (a regular expression): when the first and when the last
had it, in nanoseconds of the system's clock. With `--stalled` they read nothing after the
handshake, and a line says that they are there.
"""

import argparse
import re
import resource
import select
import socket
import sys
import time

HANDSHAKE = (
    "GET {} HTTP/1.1\r\nHost: hall\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
    "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n"
    "Authorization: Bearer {}\r\n\r\n"
)
# RFC 6455, 5.5: no JSON text holds these bytes. A client's frames are masked, here with nothing.
PING = re.compile(rb"\x89\x04(.{4})", re.DOTALL)
PONG = b"\x8a\x84" + bytes(4)


def connect(port: int, target: str, key: str, stalled: bool) -> socket.socket:
    """One screen, connected and past its snapshot."""
    peer = socket.socket()
    if stalled:
        peer.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
    peer.connect(("127.0.0.1", port))
    peer.sendall(HANDSHAKE.format(target, key).encode())
    seen = b""
    while b'"snapshot"' not in seen:
        seen += peer.recv(4096)
    peer.setblocking(False)
    return peer


def watch(peers: dict[int, socket.socket], mark: re.Pattern[bytes]) -> None:
    """Reports until stdin closes."""
    poll = select.epoll()
    poll.register(sys.stdin.fileno(), select.EPOLLIN)
    for fd in peers:
        poll.register(fd, select.EPOLLIN)
    seen, first = 0, 0
    while True:
        for fd, _ in poll.poll():
            if fd not in peers:
                return
            frames = peers[fd].recv(65536)
            if not frames:
                raise SystemExit("a screen was cut off")
            for asked in PING.findall(frames):
                peers[fd].send(PONG + asked)
            found = len(mark.findall(frames))
            if found and not seen:
                first = time.monotonic_ns()
            seen += found
        if seen == len(peers):
            print(first, time.monotonic_ns(), flush=True)
            seen = 0


def main() -> None:
    """Connects, then watches or stalls."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("port", type=int)
    parser.add_argument("count", type=int)
    parser.add_argument("target")
    parser.add_argument("mark", type=lambda text: re.compile(text.encode()))
    parser.add_argument("--key", default="")
    parser.add_argument("--stalled", action="store_true")
    asked = parser.parse_args()
    resource.setrlimit(resource.RLIMIT_NOFILE, (resource.getrlimit(resource.RLIMIT_NOFILE)[1],) * 2)
    found = (
        connect(asked.port, asked.target, asked.key, asked.stalled) for _ in range(asked.count)
    )
    peers = {peer.fileno(): peer for peer in found}
    print("ready", flush=True)
    if asked.stalled:
        sys.stdin.read()
    else:
        watch(peers, asked.mark)


if __name__ == "__main__":
    main()
