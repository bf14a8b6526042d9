"""What a publication would change, as an inert value that can be shown, counted, refused, and then applied."""

from .diff import diff, publishable
from .physical import physical, set_aside
from .purge import purge
from .schema import applied, table_steps
from .steps import Backfill, Base, Class, Plan, Probe, Step

__all__ = [
    "Backfill",
    "Base",
    "Class",
    "Plan",
    "Probe",
    "Step",
    "applied",
    "diff",
    "physical",
    "publishable",
    "purge",
    "set_aside",
    "table_steps",
]
