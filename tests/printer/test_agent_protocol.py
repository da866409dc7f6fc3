"""The frames between server and agent."""

import contextlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from printer.agent.protocol import (
    FromAgent,
    FromServer,
    Hello,
    Print,
    ProtocolError,
    Recorded,
    Settled,
    encode,
    from_agent,
    from_server,
)
from printer.health import State
from printer.job import Outcome

NAMES = st.text(min_size=1, max_size=40)
SERVER = st.one_of(
    st.builds(Print, NAMES, st.binary(), st.binary(max_size=4), st.floats(0, 1e6)),
    st.builds(Recorded, NAMES),
)
AGENT = st.one_of(
    st.builds(Hello, st.sampled_from(State)),
    st.builds(Settled, NAMES, st.sampled_from(Outcome), st.text(max_size=100)),
)


@given(SERVER)
def test_the_servers_frames_come_through(frame: FromServer) -> None:
    assert from_server(encode(frame)) == frame


@given(AGENT)
def test_the_agents_frames_come_through(frame: FromAgent) -> None:
    assert from_agent(encode(frame)) == frame


@pytest.mark.parametrize("text", ['{"type": "snapshot", "seq": 1}', '{"type": "event"}', "{}"])
def test_frames_for_others_are_none_of_ours(text: str) -> None:
    assert from_server(text) is None


@pytest.mark.parametrize("text", ["", "[]", "{", '{"type": "print"}', b"\xff", '{"type": 3}'])
def test_garbage_breaks_the_protocol(text: str | bytes) -> None:
    with pytest.raises(ProtocolError):
        from_server(text)
    with pytest.raises(ProtocolError):
        from_agent(text)


@given(st.binary(max_size=100))
def test_any_bytes_are_a_frame_or_a_protocol_error(data: bytes) -> None:
    for read in (from_agent, from_server):
        with contextlib.suppress(ProtocolError):
            read(data)


def test_an_endless_id_is_refused() -> None:
    with pytest.raises(ProtocolError, match="200"):
        from_agent(encode(Settled("x" * 201, Outcome.PRINTED, "")))
