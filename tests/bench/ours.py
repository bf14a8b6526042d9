"""Our application for the benchmark: the site as `shuyuan serve` runs it, with the limits lifted."""

from __future__ import annotations

import os

from shuyuan.web.cli.asgi import Site

from .ground import settings_for

app = Site(settings_for(os.environ["BENCH_DSN"]))
