"""Finding printers on the network."""

import pytest

from printer.discovery import hosts, scan
from printer.virtual import VirtualPrinter


def test_networks_are_spelt_out() -> None:
    assert hosts(["printer.local", "192.168.1.0/30"]) == [
        "printer.local",
        "192.168.1.1",
        "192.168.1.2",
    ]


@pytest.mark.parametrize("wrong", ["10.0.0.0/8", "10.0.0.0/99", "a/b"])
def test_a_network_that_is_wrong_or_too_large_is_refused(wrong: str) -> None:
    with pytest.raises(ValueError, match=r"."):
        hosts([wrong])


async def test_finds_who_listens_and_names_it() -> None:
    async with VirtualPrinter(host="127.0.0.2") as printer:
        found = [item async for item in scan(hosts(["127.0.0.0/29"]), printer.port)]
    assert found == [("127.0.0.2", "KIOSK VIRTUAL")]


async def test_nobody_listens() -> None:
    async with VirtualPrinter() as printer:
        port = printer.port
    assert [item async for item in scan(["127.0.0.1"], port)] == []
