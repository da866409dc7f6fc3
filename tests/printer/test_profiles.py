"""The profiles that ship, and what they promise."""

import pytest

from printer.profiles import ProfileError, profile, profiles, proposed

MAKERS = ("generic", "epson-tm-t82", "epson-tm-t88", "xprinter", "gprinter", "zjiang")


@pytest.mark.parametrize("maker", MAKERS)
def test_the_usual_makers_are_there(maker: str) -> None:
    assert any(key.startswith(maker) for key in profiles())


def test_every_profile_is_consistent() -> None:
    for known in profiles().values():
        assert known.columns == known.dots // 12
        assert known.dots % 8 == 0
        width_mm = known.dots / known.dpi * 25.4
        assert width_mm < known.paper_mm
        assert (known.paper_mm, round(width_mm)) in {(80, 72), (58, 48)}
        assert not (known.process_id and known.status == "none")


def test_an_unknown_profile_names_the_known_ones() -> None:
    with pytest.raises(ProfileError, match="generic-80mm"):
        profile("laser")


def test_a_profile_is_proposed_by_the_printers_name() -> None:
    assert proposed("EPSON TM-T88VI") == profile("epson-tm-t88")
    assert proposed("XP-N160II") == profile("xprinter-80mm")
    assert proposed("") is None
    assert proposed("HAL 9000") is None
