"""The REST API: every route of its description, served from the table that the description is printed from."""

from .app import Api
from .table import mine

__all__ = ["Api", "mine"]
