"""Getting to know a printer: what it answers, a page that shows its width, a profile to use."""

import msgspec

from printer import blocks as b
from printer import escpos, native
from printer.health import PRINTS, State, judge
from printer.layout import lay_out
from printer.line import Line
from printer.paper import Kind, Language, Leg, Paper, Row
from printer.press import Plate
from printer.profiles import Profile, profile, proposed
from printer.raster import Bed, render
from printer.template import default
from printer.transport import Acknowledges, Transport
from printer.words import say

_PROBE_ID = b"KSKP"
_WIDTHS = (384, 512, 576)  # 58 mm; 80 mm at 180 dpi; 80 mm at 203 dpi
_FRAME_MM = 9.0


class Findings(msgspec.Struct, frozen=True):
    """What a printer has told of itself."""

    state: State
    model: str
    answers: bool
    confirms: bool

    @property
    def profile(self) -> Profile:
        """The profile to use: by its name, else by what it can do."""
        if named := proposed(self.model):
            return named
        return profile("epson-tm-t82" if self.confirms else "generic-80mm")


async def examine(transport: Transport, answer_s: float = 1.0) -> Findings:
    """Ask a printer for its state, its name and whether it confirms printing.

    Raises `OSError` if it cannot be reached.
    """
    connection = await transport.open()
    try:
        if transport.acknowledges is not Acknowledges.PRINTER:
            return Findings(State.UNKNOWN, "", answers=False, confirms=False)
        line = Line(connection, answer_s)
        signals = await line.signals()
        if signals is None:
            return Findings(State.UNKNOWN, "", answers=False, confirms=False)
        if judge(signals) not in PRINTS:  # it would not get to the other questions
            return Findings(judge(signals), "", answers=True, confirms=False)
        maker, model = await line.name(66), await line.name(67)
        name = model if model.startswith(maker) else f"{maker} {model}".strip()
        await line.send(escpos.ask_process_id(_PROBE_ID))
        confirms = await line.confirmed(_PROBE_ID, answer_s)
        return Findings(judge(signals), name, answers=True, confirms=confirms)
    finally:
        await connection.close()


def page(findings: Findings, language: Language) -> Plate:
    """Return the calibration page: it fits 58 mm, only the frames go further."""
    narrow = profile("generic-58mm")
    found = findings.profile
    yes, no = say("calibration_yes", language), say("calibration_no", language)
    heard = "calibration_answers" if findings.answers else "calibration_mute"
    paper = Paper(
        kind=Kind.CALIBRATION,
        language=language,
        number="B012",
        legs=(Leg(say("calibration_rare", language)),),
        rows=(
            Row(say("calibration_model", language), findings.model or "—"),
            Row(say("calibration_status", language), say(heard, language)),
            Row(say("calibration_confirms", language), yes if findings.confirms else no),
            Row(say("calibration_profile", language), found.key),
        ),
        notices=(say("calibration_native", language),),
        qr="https://example.org/B012",
    )
    blocks = lay_out(paper, default())
    sample = b.Text(say("calibration_sample", language), 3.0)
    frames = b.Text(say("calibration_frames", language), 3.0)
    body = b"".join(
        [
            escpos.picture(render(blocks, narrow.bed), narrow),
            native.encode([sample], msgspec.structs.replace(narrow, text="native")),
            escpos.picture(render([frames], narrow.bed), narrow),
            *(_frame(dots) for dots in _WIDTHS),
        ]
    )
    asked = _PROBE_ID if found.process_id else b""
    return Plate(escpos.document(body, found, asked), asked)


def _frame(dots: int) -> bytes:
    wide = msgspec.structs.replace(profile("generic-80mm"), dots=dots)
    blocks: list[b.Block] = [b.Text(f"{dots}", 3.0), b.Frame(_FRAME_MM)]
    return escpos.picture(render(blocks, Bed(dots, 203)), wide)
