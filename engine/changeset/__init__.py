"""Record changes as values: cast what was sent, check it, and carry what stands against it."""

from .cast import cast, recast, unit_ref
from .changeset import Changeset, with_errors, with_taken
from .lookups import Lookup, Lookups, lookups

__all__ = ["Changeset", "Lookup", "Lookups", "cast", "lookups", "recast", "unit_ref", "with_errors", "with_taken"]
