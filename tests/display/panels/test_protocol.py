from pathlib import Path

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from display.panels.protocol import FOLDER, Frame, ProtocolError, encode, load, named
from display.panels.reader import Message, Reader

SHIPPED = sorted(path.stem for path in FOLDER.glob("*.toml"))
BINARY = named("rs485-64x16")


def frame(*fields: dict[str, object]) -> Frame:
    return msgspec.convert({"fields": list(fields)}, Frame)


def test_a_binary_frame_byte_by_byte() -> None:
    text = "请A012号".encode("gb2312")
    sent = encode(BINARY.text, {"address": 3, "flash": 1}, text)
    # CRC-16/MODBUS over the bytes from the address on, low byte first, computed by hand below.
    crc = 0xFFFF
    for byte in sent[2:-2]:
        crc ^= byte
        for _ in range(8):
            crc = (crc >> 1) ^ 0xA001 if crc & 1 else crc >> 1
    assert sent[:7] == bytes.fromhex("A5 5A 03 01 01 00 08")
    assert sent[7:-2] == text
    assert sent[-2:] == crc.to_bytes(2, "little")


def test_the_modbus_checksum_of_the_usual_test_word() -> None:
    data = frame({"is": "data"}, {"is": "check", "sum": "crc16-modbus", "format": "u16be"})
    assert encode(data, {}, b"123456789")[-2:] == bytes.fromhex("4B37")


def test_an_ascii_frame_is_a_line() -> None:
    sent = encode(named("ascii-96x16").text, {"address": 3, "flash": 1}, b"A012")
    # 33 ^ 2C ^ 31 ^ 2C ^ 41 ^ 30 ^ 31 ^ 32 ^ 2A, by hand.
    assert sent == b"$003,1,A012*5A\r\n"


@pytest.mark.parametrize("name", SHIPPED)
@given(
    address=st.integers(0, 255),
    flash=st.integers(0, 1),
    text=st.text("请号到暂停服务关闭空闲ABC012 ", max_size=20),
    cuts=st.lists(st.integers(0, 60), max_size=4),
)
def test_what_the_driver_writes_the_panel_reads(
    name: str, address: int, flash: int, text: str, cuts: list[int]
) -> None:
    protocol = named(name)
    data = text.encode(protocol.encoding)
    sent = encode(protocol.text, {"address": address, "flash": flash}, data)
    reader = Reader(protocol.frames())
    ends = [*sorted(min(c, len(sent)) for c in cuts), len(sent)]
    read: list[Message] = []
    for begin, end in zip([0, *ends], ends, strict=False):
        read += reader.feed(sent[begin:end])
    assert [(m.kind, m.data) for m in read] == [("text", data)]
    assert (read[0].values["address"], read[0].values["flash"]) == (address, flash)
    assert reader.skipped == 0


@given(st.binary(max_size=40), st.binary(max_size=40))
def test_a_frame_is_found_in_noise(before: bytes, after: bytes) -> None:
    sent = encode(BINARY.text, {"address": 1, "flash": 0}, b"A012")
    reader = Reader(BINARY.frames())
    read = reader.feed(before + sent + after) + reader.idle()
    assert b"A012" in [message.data for message in read]


@given(st.data())
def test_a_damaged_frame_is_not_shown(data: st.DataObject) -> None:
    sent = bytearray(encode(BINARY.text, {"address": 1, "flash": 0}, b"A012"))
    at = data.draw(st.integers(0, len(sent) - 1))
    sent[at] ^= data.draw(st.integers(1, 255))
    reader = Reader(BINARY.frames())
    assert reader.feed(bytes(sent)) + reader.idle() == []


@pytest.mark.parametrize(
    ("number_format", "value"), [("u8", 256), ("dec1", 10), ("dec3", 1000), ("hex2", 256)]
)
def test_a_number_that_does_not_fit_is_refused(number_format: str, value: int) -> None:
    numbered = frame({"is": "number", "name": "address", "format": number_format}, {"is": "data"})
    with pytest.raises(ProtocolError, match=f"address {value} does not fit into {number_format}"):
        encode(numbered, {"address": value})


HEAD = 'name = "x"\nwidth = 64\nheight = 16\ncell = 16\n[text]\n'


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        ("", "missing required field"),
        ("name = ", "Invalid value"),
        (HEAD + "fields = []", "length >= 1"),
        (HEAD + 'fields = [{ is = "magic" }]', "magic"),
        (HEAD + 'fields = [{ is = "const", hex = "XY" }]', "hex"),
        (HEAD + 'fields = [{ is = "const", hex = "A5" }]', "exactly one data field expected, 0"),
        (HEAD + 'fields = [{ is = "data" }]', "a length before the data"),
        (
            HEAD + 'fields = [{ is = "data" }, { is = "const", hex = "0D" },'
            ' { is = "check", sum = "sum8", first = 2 }]',
            "checksum in field 2 begins at field 2",
        ),
        (HEAD + 'encoding = "utf-8"\nfields = [{ is = "data" }]', "unknown field"),
    ],
)
def test_a_wrong_protocol_file_is_refused_with_the_reason(
    tmp_path: Path, content: str, reason: str
) -> None:
    path = tmp_path / "panel.toml"
    path.write_text(content)
    with pytest.raises(ProtocolError, match=reason) as refused:
        load(path)
    assert str(refused.value).startswith("panel.toml: ")


def test_an_unknown_name_lists_what_there_is() -> None:
    with pytest.raises(ProtocolError, match="ascii-96x16, rs485-64x16 expected"):
        named("telepathy")
