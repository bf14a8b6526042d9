"""The log as lines of JSON: faults with their trace, requests with their number, nothing that breaks a line."""

from __future__ import annotations

import io
import json
import logging

import pytest
from shuyuan.web.session.logs import ROOT, write_log


@pytest.fixture
def stream() -> io.StringIO:
    ours = logging.getLogger(ROOT)
    before = (ours.handlers[:], ours.level, ours.propagate)
    yield io.StringIO()
    ours.handlers[:], ours.propagate = before[0], before[2]
    ours.setLevel(before[1])


def test_a_line_is_json_with_what_belongs_to_it(stream: io.StringIO) -> None:
    write_log("info", stream)
    log = logging.getLogger("shuyuan.requests")
    log.info("张三\nfaked %s", "line", extra={"fields": {"status": 404, "request": "ab"}})
    log.debug("not asked for")
    (line,) = stream.getvalue().splitlines()
    found = json.loads(line)
    assert (found["message"], found["status"], found["request"]) == ("张三\nfaked line", 404, "ab")
    assert found["level"] == "info" and found["logger"] == "shuyuan.requests" and found["time"].endswith("+00:00")


def test_a_fault_brings_its_trace_on_the_same_line(stream: io.StringIO) -> None:
    write_log("warning", stream)
    try:
        raise RuntimeError("broken")
    except RuntimeError:
        logging.getLogger("shuyuan.failures").exception("ab failed")
    (line,) = stream.getvalue().splitlines()
    assert "RuntimeError: broken" in json.loads(line)["trace"]


def test_called_again_it_writes_once(stream: io.StringIO) -> None:
    write_log("info", stream)
    write_log("info", stream)
    logging.getLogger("shuyuan.x").info("once")
    assert len(stream.getvalue().splitlines()) == 1
