import asyncio
from collections.abc import Callable, Mapping

import pytest
import uvloop


def pytest_asyncio_loop_factories(
    item: pytest.Item,
) -> Mapping[str, Callable[[], asyncio.AbstractEventLoop]]:
    """Write buffers and closing differ between the loops: connections are tried on both."""
    loops = {"asyncio": asyncio.SelectorEventLoop}
    return loops | ({"uvloop": uvloop.new_event_loop} if item.path.name == "test_live.py" else {})
