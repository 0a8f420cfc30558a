"""Text that a spreadsheet would run as a formula, and how a CSV file says it is only text."""

import re

# With apostrophes before it, because those already mark what would run without them.
LIVE = re.compile(r"'*[=+\-@\t\r＝＋－＠]")
MARKED = re.compile(r"''*[=+\-@\t\r＝＋－＠]")
MARK = "'"


def tame(text: str) -> str:
    """The text as a cell of a CSV file; `wild` gives it back, whatever it is."""
    return f"{MARK}{text}" if LIVE.match(text) else text


def wild(cell: str) -> str:
    """The text that a cell of a CSV file stands for."""
    return cell.removeprefix(MARK) if MARKED.match(cell) else cell
