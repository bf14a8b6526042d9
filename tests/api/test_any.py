"""Requests made at random from the description: what it promises is what the API does, and nothing ever fails."""

from __future__ import annotations

import asyncio
import os
import sys
from pathlib import Path

import pytest

from .conftest import Site
from .port import serving

ROOT = Path(__file__).resolve().parents[2]
DEEP = bool(os.environ.get("SHUYUAN_DEEP"))

#: Who asks for what: somebody who may everything, about all kinds of fields; somebody who sees some of it masked.
SOME = [
    ("admin", r"/records/leave_request(/.*)?|/(me|tasks|openapi\.json|files.*|cases.*|codelists.*)"),
    ("head.east", r"/records/student(/.*)?|/schemas/(student|leave_request)|/cases.*"),
]
EVERYTHING = [(login, ".*") for login in ("admin", "registrar.east", "head.east", "teacher", "student", "guardian")]


async def tried(site: Site, login: str, paths: str, examples: int) -> None:
    """Fails with what schemathesis has to say."""
    program = await site.program(login)
    async with serving(site) as address:
        run = await asyncio.create_subprocess_exec(
            str(Path(sys.executable).parent / "schemathesis"),
            *("--config-file", "tests/api/schemathesis.toml", "run", f"{address}/api/v1/openapi.json"),
            *("--header", f"Authorization: Bearer {program.token}", "--max-examples", str(examples)),
            *("--include-path-regex", f"^({paths})$"),
            cwd=ROOT,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.STDOUT,
        )
        said, _ = await run.communicate()
    if run.returncode or b"generated" not in said:
        pytest.fail(said.decode()[:20_000], pytrace=False)


@pytest.mark.parametrize(("login", "paths"), SOME)
async def test_a_request_that_fits_the_description_is_answered_as_it_says(site: Site, login: str, paths: str) -> None:
    await site.school.play()
    await tried(site, login, paths, 3)


@pytest.mark.deep
@pytest.mark.skipif(not DEEP, reason="SHUYUAN_DEEP=1 tries every operation for every role")
@pytest.mark.parametrize(("login", "paths"), EVERYTHING)
async def test_every_operation_for_every_role(site: Site, login: str, paths: str) -> None:
    await site.school.play()
    await tried(site, login, paths, 25)
