"""Words of approvals: inbox, requests, the page of a case, drawings: key to (zh, en)."""

from __future__ import annotations

WORDS: dict[str, tuple[str, str]] = {
    # drawings
    "been_there": ("（已经过）", "(has been here)"),
    "is_here": ("（现在在这里）", "(is here now)"),
    "otherwise": ("其他情况", "otherwise"),
    "after_time": ("超时", "overdue"),
}
