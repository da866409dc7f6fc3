"""The websocket frames of the live connection, prepared once for all who receive them.

A server's frames are not masked (RFC 6455, 5.1), so the bytes are the same for every client.
"""

from collections.abc import Iterable
from struct import pack

from display.backlog import PublicEvent

_FIN_TEXT = 0x81


def text_frame(payload: bytes) -> bytes:
    """One unmasked, unfragmented text frame around UTF-8 bytes (RFC 6455, 5.2)."""
    size = len(payload)
    if size < 126:
        return pack("!BB", _FIN_TEXT, size) + payload
    if size < 65536:
        return pack("!BBH", _FIN_TEXT, 126, size) + payload
    return pack("!BBQ", _FIN_TEXT, 127, size) + payload


def snapshot_frame(seq: int, members: bytes) -> bytes:
    """The present state as of `seq`; `members` are JSON members, such as `"board":{…}`."""
    comma = b"," if members else b""
    return text_frame(b'{"type":"snapshot","seq":%d%b%b}' % (seq, comma, members))


def event_frames(events: Iterable[PublicEvent], last: int) -> bytes:
    """Frames for a receiver that has seen `last`, one behind the other.

    A frame carries `prev`, the seq that the receiver saw before it, wherever that is not simply
    the number before its own.
    """
    frames = []
    for event in events:
        prev = b"" if last == event.seq - 1 else b'"prev":%d,' % last
        body = b'{"type":"event","seq":%d,%b"event":%b}' % (event.seq, prev, event.data)
        frames.append(text_frame(body))
        last = event.seq
    return b"".join(frames)


def beat_frame(at: str) -> bytes:
    """A sign of life with the server's time, for pages that cannot see protocol pings."""
    return text_frame(b'{"type":"beat","at":"%b"}' % at.encode())
