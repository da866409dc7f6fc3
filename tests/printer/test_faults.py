"""Many tickets, several printers, random faults: each printed once, or known as not printed."""

import asyncio
import random
from collections import Counter

import pytest

from printer.job import Outcome
from printer.press import plate
from printer.profiles import profile
from printer.spool import PrinterConfig, Spool
from printer.template import default
from printer.virtual import Faults, VirtualPrinter

from .conftest import IMPATIENT, MemoryJournal, clock, job

PRINTERS, TICKETS = 3, 20
AN_HOUR_MS = 3_600_000
KNOWN = profile("virtual-80mm")


def fault(chance: random.Random) -> Faults:
    """Something that goes wrong, or mostly nothing."""
    drop = chance.choice([None, None, None, None, chance.randint(1, 1200)])
    return Faults(
        paper_out=chance.random() < 0.15,
        cover_open=chance.random() < 0.1,
        mute=chance.random() < 0.1,
        drop_after=drop,
    )


@pytest.mark.parametrize("seed", [1, 2, 3])
async def test_each_ticket_is_printed_once_or_known_as_not_printed(
    journal: MemoryJournal, seed: int
) -> None:
    chance = random.Random(seed)
    printers = [VirtualPrinter() for _ in range(PRINTERS)]
    for printer in printers:
        await printer.start()
    configs = [PrinterConfig(f"p{n}", v.url, KNOWN.key) for n, v in enumerate(printers)]
    spool = Spool(configs, journal, template=default(), clock=clock, timing=IMPATIENT)
    spool.start()
    jobs = [
        job(f"K{n:03}", printer=f"p{n % PRINTERS}", lives_ms=AN_HOUR_MS) for n in range(TICKETS)
    ]
    for task in jobs:
        spool.submit(task)
    done = asyncio.gather(*(journal.outcome(task.id) for task in jobs))
    while not done.done():
        await chance.choice(printers).set_faults(fault(chance))
        await asyncio.wait({done}, timeout=0.05)
        if chance.random() < 0.3:
            for printer in printers:
                await printer.set_faults(Faults())
    await spool.close()
    for printer in printers:
        await printer.set_faults(Faults())
        await printer.close()
    papers = Counter(ticket.data for printer in printers for ticket in printer.tickets)
    for task in jobs:
        data = plate(task.paper, default(), KNOWN, task.id).data[: -len("\x1d(H\x06\x00000000")]
        copies = sum(count for paper, count in papers.items() if paper.endswith(data))
        outcome = journal.ended[task.id][0]
        assert copies == 1 if outcome is Outcome.PRINTED else copies <= 1
        assert outcome in {Outcome.PRINTED, Outcome.UNCERTAIN}
