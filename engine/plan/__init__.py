"""What a publication would change, as an inert value that can be shown, counted, refused, and then applied."""

from .diff import diff, publishable
from .physical import physical, set_aside
from .purge import purge
from .report_views import report_views, view_steps
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
    "report_views",
    "set_aside",
    "table_steps",
    "view_steps",
]
