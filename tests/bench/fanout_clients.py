"""The screens of the fan-out bench: bare sockets in a process of their own.

`fanout_clients.py PORT COUNT QUERY [stalled]` connects, then prints one line each time every one
of them has the next call: the system's clock in nanoseconds. Stalled ones read nothing after the
handshake, and a line says that they are there.
"""

import resource
import select
import socket
import sys
import time

HANDSHAKE = (
    "GET /?{} HTTP/1.1\r\nHost: hall\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
    "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n"
)
MARK = b'"mark": "fire"'


def connect(port: int, query: str, stalled: bool) -> socket.socket:
    """One screen, connected and past its snapshot."""
    peer = socket.socket()
    if stalled:
        peer.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
    peer.connect(("127.0.0.1", port))
    peer.sendall(HANDSHAKE.format(query).encode())
    seen = b""
    while b'"snapshot"' not in seen:
        seen += peer.recv(4096)
    peer.setblocking(False)
    return peer


def main() -> None:
    """Connects and reports until stdin closes."""
    port, count, query = int(sys.argv[1]), int(sys.argv[2]), sys.argv[3]
    stalled = sys.argv[4:] == ["stalled"]
    resource.setrlimit(resource.RLIMIT_NOFILE, (resource.getrlimit(resource.RLIMIT_NOFILE)[1],) * 2)
    peers = {p.fileno(): p for p in (connect(port, query, stalled) for _ in range(count))}
    print("ready", flush=True)
    if stalled:
        sys.stdin.read()
        return
    poll = select.epoll()
    poll.register(sys.stdin.fileno(), select.EPOLLIN)
    for fd in peers:
        poll.register(fd, select.EPOLLIN)
    calls = 0
    while True:
        for fd, _ in poll.poll():
            if fd not in peers:
                return
            calls += peers[fd].recv(65536).count(MARK)
        if calls == count:
            print(time.monotonic_ns(), flush=True)
            calls = 0


if __name__ == "__main__":
    main()
