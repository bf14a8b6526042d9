"""A refusal as `application/problem+json`: every reason with its place, and the present state after a conflict."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from shuyuan.engine import Diagnostic, Refused, Work

from ..session import Passage, problem_of, retry_after
from .answer import PROBLEM, Answer, in_json
from .call import spoken
from .query import lang_of, read_query


async def refusal(refused: Refused, work: Work, scope: Mapping[str, Any], passage: Passage) -> Answer:
    """The answer to a refusal. Raises Stale when it was decided by rights or definitions that are no longer so."""
    await work.confirm()
    return answered(refused, _lang(scope, passage), passage)


def answered(refused: Refused, lang: str, passage: Passage, status: int = 0, current: Any = None) -> Answer:
    """The refusal in one language. status: another than the one that follows from it."""
    content = problem_of(refused, lang, passage.request_id)
    if status:
        content["status"] = status
        content["current"] = current
    answer = in_json(content, content["status"], PROBLEM)
    answer.headers.append((b"content-language", lang.encode()))
    if answer.status in (429, 503):
        answer.headers.append((b"retry-after", str(retry_after(refused)).encode()))
    return answer


def failed(passage: Passage, refused: Refused | None = None) -> Answer:
    """A fault of the server: nothing of what happened inside, but the number to find it by."""
    return answered(refused or Refused(Diagnostic("WEB_003")), spoken(passage), passage)


def _lang(scope: Mapping[str, Any], passage: Passage) -> str:
    try:
        return lang_of(read_query(scope["query_string"])) or spoken(passage)
    except Refused:
        return spoken(passage)
