"""A small hall file, and what a wrong one is refused for."""

from __future__ import annotations

import pytest

from kiosk.hallfile import HallFileError, parse_hall

SMALL = """\
[hall]
id = "main"
name = { zh = "县政务服务中心", en = "County Service Hall" }
timezone = "Asia/Shanghai"
hours = { mon-fri = ["08:30-12:00", "13:30-17:30"], sat = [], sun = [] }
routing = "fair"

[[zones]]
id = "1F"
name = "Ground floor"

[[groups]]
id = "A"
prefix = "A"
name = { zh = "综合" }
zone = "1F"

[[groups]]
id = "B"
prefix = ""
name = "Police"
zone = "1F"
target_minutes = 20

[[services]]
id = "household-register"
group = "B"
name = { zh = "户口登记", en = "Household registration" }
minutes = 12
materials = ["身份证原件", "户口簿"]
appointments = true

[[windows]]
id = "3"
name = "Window 3"
zone = "1F"
groups = ["B", "A"]

[[priorities]]
id = "senior"
name = "Senior"
credit_minutes = 20

[appointments]
slot_minutes = 15
capacity = 2

[[printers]]
id = "kiosk-1"
url = "tcp://127.0.0.1:9100"
profile = "generic-80mm"

[rules]
park_minutes = 45
"""


def refused(text: str) -> list[str]:
    """What the file is refused for, as `line: where: message`."""
    with pytest.raises(HallFileError) as error:
        parse_hall(text)
    return [f"{m.line}: {m.where}: {m.message}" for m in error.value.mistakes]
