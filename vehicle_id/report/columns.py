"""Records in a page: the names of the columns once, then one line for each row, which is read back exactly.

The values of a row stand in an attribute of its list item, as JSON without the characters that mean something in HTML.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any, Final

from vehicle_id.results import Record

COLUMNS_LINE: Final = '<script type="application/json" id="columns">'
ROW_LINE: Final = "<li data-row='"
_MEANS_SOMETHING: Final = {ord(each): f"\\u{ord(each):04x}" for each in "&<>'"}
"""These occur in JSON inside of texts alone, where an escape stands for them."""


def safe_json(value: Any) -> str:
    """JSON that can stand in an attribute in single quotes, and in an element of data."""
    return json.dumps(value, ensure_ascii=False, allow_nan=False, separators=(",", ":")).translate(_MEANS_SOMETHING)


def columns_line(names: Sequence[str]) -> str:
    """The line that comes before the rows."""
    return f"{COLUMNS_LINE}{safe_json(list(names))}</script>\n"


def row_start(record: Record) -> str:
    """The beginning of a row's line: the list item is open, and takes further attributes."""
    return f"{ROW_LINE}{safe_json(list(record.values()))}'"


class RowReader:
    """Reads the lines of a page in their order."""

    def __init__(self) -> None:
        self._names: list[str] | None = None

    def read(self, line: str) -> Record | None:
        """The record of a line, or None for a line without one.

        Raises:
            ValueError, TypeError: a line that `columns_line` or `row_start` did not write.
        """
        if line.startswith(COLUMNS_LINE):
            self._names = _listed(line[len(COLUMNS_LINE) :].partition("</script>")[0])
        if not line.startswith(ROW_LINE):
            return None
        values = _listed(line[len(ROW_LINE) :].partition("'")[0])
        if self._names is None or len(values) != len(self._names):
            raise ValueError("it has more or fewer values than there are columns")
        return dict(zip(self._names, values, strict=True))


def no_number(text: str) -> None:
    """Refuses `NaN` and `Infinity`, which Python reads as JSON.

    Raises:
        ValueError: always.
    """
    raise ValueError(f"{text} is not a number of JSON")


def _listed(text: str) -> list[Any]:
    found = json.loads(text, parse_constant=no_number)
    if not isinstance(found, list):
        raise TypeError("it is not a list of JSON")
    return found
