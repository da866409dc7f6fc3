"""Bytes that were read and approved once stay as they are."""

import pytest

from printer.virtual.listing import listing

from .write_golden import FOLDER, documents


@pytest.mark.parametrize("name", sorted(documents()))
def test_bytes_are_the_approved_ones(name: str) -> None:
    data = documents()[name]
    approved = (FOLDER / f"{name}.txt").read_text("utf-8").splitlines()
    assert list(listing(data)) == approved
    assert data == (FOLDER / f"{name}.bin").read_bytes()


def test_no_golden_file_is_left_over() -> None:
    assert {path.stem for path in FOLDER.iterdir()} == set(documents())
