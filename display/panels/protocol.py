"""A panel maker's protocol as a table: frames are written and read by the same TOML file.

A file names the panel's size and encoding and gives each frame as a list of fields:

    [text]
    fields = [
        { is = "const", hex = "A5" },
        { is = "number", name = "address", format = "u8" },
        { is = "data" },
        { is = "check", sum = "crc16-modbus", first = 1, format = "u16le" },
    ]

Frames: `text` (data: characters in `encoding`), `picture` (data: one bit a pixel, rows from the
top, most significant bit left, each row padded to whole bytes), and `reply`, by which the panel
confirms. Numbers: `address`, `flash` (0 or 1), `length` (bytes of data), `width`, `height`.
"""

import tomllib
from collections.abc import Callable, Iterator, Mapping
from functools import reduce
from operator import xor
from pathlib import Path
from typing import Annotated, Literal

import msgspec

FOLDER = Path(__file__).parent / "protocols"

Format = Literal["u8", "u16le", "u16be", "dec1", "dec2", "dec3", "hex2", "hex4"]
NumberName = Literal["address", "flash", "length", "width", "height"]
CheckName = Literal["sum8", "xor8", "crc16-modbus"]

_SIZES: Mapping[Format, int] = {
    "u8": 1, "u16le": 2, "u16be": 2, "dec1": 1, "dec2": 2, "dec3": 3, "hex2": 2, "hex4": 4
}  # fmt: skip


class ProtocolError(ValueError):
    """A protocol file that is wrong, or a value that its frames cannot carry."""


class Const(msgspec.Struct, frozen=True, tag_field="is", tag="const", forbid_unknown_fields=True):
    """Bytes that are always the same."""

    hex: Annotated[str, msgspec.Meta(pattern="^([0-9A-Fa-f]{2} ?)+$")]

    @property
    def value(self) -> bytes:
        """The bytes."""
        return bytes.fromhex(self.hex)


class Number(msgspec.Struct, frozen=True, tag_field="is", tag="number", forbid_unknown_fields=True):
    """A number from the message."""

    name: NumberName
    format: Format = "u8"


class Data(msgspec.Struct, frozen=True, tag_field="is", tag="data", forbid_unknown_fields=True):
    """The text or picture."""


class Check(msgspec.Struct, frozen=True, tag_field="is", tag="check", forbid_unknown_fields=True):
    """A checksum over the fields from number `first` (counted from 0) up to this one."""

    sum: CheckName
    first: Annotated[int, msgspec.Meta(ge=0)] = 0
    format: Format = "u8"


Field = Const | Number | Data | Check


class Frame(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The fields of one frame, in order."""

    fields: Annotated[list[Field], msgspec.Meta(min_length=1)]


class Protocol(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One kind of panel: pixels, the height of its own characters, and its frames."""

    name: str
    width: Annotated[int, msgspec.Meta(ge=8, le=1024)]
    height: Annotated[int, msgspec.Meta(ge=8, le=256)]
    cell: Annotated[int, msgspec.Meta(ge=8, le=64)]
    text: Frame
    encoding: Literal["gb2312", "gbk", "gb18030"] = "gb2312"
    picture: Frame | None = None
    reply: Frame | None = None

    def frames(self) -> dict[str, Frame]:
        """What a panel of this kind understands."""
        known = {"text": self.text, "picture": self.picture}
        return {kind: frame for kind, frame in known.items() if frame is not None}


def load(path: Path) -> Protocol:
    """Reads a protocol file; ProtocolError names what is wrong in it."""
    try:
        protocol = msgspec.convert(tomllib.loads(path.read_text(encoding="utf-8")), Protocol)
    except (OSError, tomllib.TOMLDecodeError, msgspec.ValidationError) as error:
        raise ProtocolError(f"{path.name}: {error}") from error
    for kind, frame in protocol.frames().items():
        for mistake in _mistakes(frame):
            raise ProtocolError(f"{path.name}: [{kind}] {mistake}")
    return protocol


def _mistakes(frame: Frame) -> Iterator[str]:
    """What makes a frame unreadable for the panel."""
    at = [n for n, field in enumerate(frame.fields) if isinstance(field, Data)]
    if len(at) != 1:
        yield f"exactly one data field expected, {len(at)} found"
        return
    numbers = {field.name for field in frame.fields[: at[0]] if isinstance(field, Number)}
    ended = any(isinstance(field, Const) for field in frame.fields[at[0] + 1 : at[0] + 2])
    if "length" not in numbers and not ended:
        yield "a length before the data or a constant behind it expected"
    for n, field in enumerate(frame.fields):
        if isinstance(field, Check) and field.first >= n:
            yield f"the checksum in field {n} begins at field {field.first}"


def named(name: str) -> Protocol:
    """A protocol that comes with the product."""
    path = FOLDER / f"{name}.toml"
    known = sorted(p.stem for p in FOLDER.glob("*.toml"))
    if name not in known:
        raise ProtocolError(f"panel protocol {name!r}: one of {', '.join(known)} expected")
    return load(path)


def encode(frame: Frame, values: Mapping[str, int], data: bytes = b"") -> bytes:
    """One frame; `length` is added to the values. ProtocolError if a number does not fit."""
    numbers = {**values, "length": len(data)}
    parts: list[bytes] = []
    for field in frame.fields:
        match field:
            case Const():
                parts.append(field.value)
            case Number():
                parts.append(_write(field.format, numbers[field.name], field.name))
            case Data():
                parts.append(data)
            case Check():
                value = _CHECKS[field.sum](b"".join(parts[field.first :]))
                parts.append(_write(field.format, value, field.sum))
    return b"".join(parts)


def write_size(number_format: Format) -> int:
    """Bytes that a number takes."""
    return _SIZES[number_format]


def _write(number_format: Format, value: int, name: str) -> bytes:
    size = _SIZES[number_format]
    try:
        if number_format.startswith("u"):
            return value.to_bytes(size, "little" if number_format == "u16le" else "big")
    except OverflowError:
        raise ProtocolError(f"{name} {value} does not fit into {number_format}") from None
    written = f"{value:0{size}{'d' if number_format.startswith('dec') else 'X'}}".encode()
    if len(written) > size:
        raise ProtocolError(f"{name} {value} does not fit into {number_format}")
    return written


def read_number(number_format: Format, raw: bytes) -> int | None:
    """The number that the bytes stand for; None if they stand for none."""
    if number_format.startswith("u"):
        return int.from_bytes(raw, "little" if number_format == "u16le" else "big")
    try:
        return int(raw.decode("ascii"), 10 if number_format.startswith("dec") else 16)
    except ValueError:
        return None


def check_value(name: CheckName, covered: bytes) -> int:
    """The checksum of the covered bytes."""
    return _CHECKS[name](covered)


def _crc16_modbus(data: bytes) -> int:
    # MODBUS over Serial Line V1.02, 6.2.2: polynomial A001 reflected, start FFFF.
    crc = 0xFFFF
    for byte in data:
        crc ^= byte
        for _ in range(8):
            crc = crc >> 1 ^ (0xA001 if crc & 1 else 0)
    return crc


_CHECKS: Mapping[CheckName, Callable[[bytes], int]] = {
    "sum8": lambda data: sum(data) & 0xFF,
    "xor8": lambda data: reduce(xor, data, 0),
    "crc16-modbus": _crc16_modbus,
}
