"""What server and agent say to each other: JSON text frames over one websocket.

The server hands over a job once and repeats it after each reconnection until the agent has
reported its end; the agent knows every job by its id and prints it once. Frames of any other type
on the same websocket (snapshots, events) are not the agent's business.
"""

import msgspec

from printer.health import State
from printer.job import Outcome

_LONGEST_ID = 200


class ProtocolError(ValueError):
    """A frame that breaks the protocol; the message says what was expected."""


class Print(msgspec.Struct, frozen=True, tag_field="type", tag="print"):
    """Server: print this. `data` travels as base64; `expires_s` counts from now, since the
    clocks of two machines differ.
    """

    job: str
    data: bytes
    process_id: bytes
    expires_s: float


class Recorded(msgspec.Struct, frozen=True, tag_field="type", tag="recorded"):
    """Server: the end of this job is recorded, the agent need not report it again."""

    job: str


class Hello(msgspec.Struct, frozen=True, tag_field="type", tag="agent"):
    """Agent, first frame and at each change: the printer's state."""

    state: State


class Settled(msgspec.Struct, frozen=True, tag_field="type", tag="settled"):
    """Agent: how a job ended; repeated until `Recorded`."""

    job: str
    outcome: Outcome
    detail: str


FromServer = Print | Recorded
FromAgent = Hello | Settled

_FROM_SERVER: msgspec.json.Decoder[FromServer] = msgspec.json.Decoder(FromServer)
_FROM_AGENT: msgspec.json.Decoder[FromAgent] = msgspec.json.Decoder(FromAgent)
_TYPE = msgspec.json.Decoder(msgspec.defstruct("Typed", [("type", str, "")]))
_SERVER_TYPES = frozenset({"print", "recorded"})


def encode(frame: FromServer | FromAgent) -> str:
    """Return a frame as JSON text."""
    return msgspec.json.encode(frame).decode()


def from_agent(text: str | bytes) -> FromAgent:
    """Read a frame of the agent; raise `ProtocolError`."""
    try:
        frame = _FROM_AGENT.decode(text)
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise ProtocolError(f"not a frame of a print agent: {error}") from error
    if isinstance(frame, Settled) and len(frame.job) > _LONGEST_ID:
        raise ProtocolError(f"job id longer than {_LONGEST_ID} characters")
    return frame


def from_server(text: str | bytes) -> FromServer | None:
    """Read a frame of the server, None for one that is meant for others; raise `ProtocolError`."""
    try:
        if _TYPE.decode(text).type not in _SERVER_TYPES:  # type: ignore[attr-defined]
            return None
        return _FROM_SERVER.decode(text)
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise ProtocolError(f"not a frame of a print server: {error}") from error
