"""Every check of a model, kind by kind; all problems at once."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from zoneinfo import ZoneInfo, available_timezones

from ..diagnostics import Diagnostic
from ..expr.builtin import Builtin
from ..model import Model
from .check_entity import check_entity
from .check_flow import check_flow
from .check_list import check_lists
from .check_page import check_dashboard, check_form, check_forms_of, check_view
from .check_policy import check_access, check_policy
from .check_workflow import check_workflow
from .context import Context
from .say import hint
from .source import Source


def check_model(model: Model, sources: Iterable[Source], functions: Mapping[str, Builtin]) -> list[Diagnostic]:
    """What is wrong with the definitions as a whole; their writing has been checked before."""
    context = Context(model, sources, functions)
    for entity in model.entities.values():
        check_entity(context, entity)
    check_lists(context)
    for form in model.forms.values():
        check_form(context, form)
    check_forms_of(context)
    for view in model.views.values():
        check_view(context, view)
    for workflow in model.workflows.values():
        check_workflow(context, workflow)
        check_flow(context, workflow)
    for policy in model.policies.values():
        check_policy(context, policy)
    check_access(context)
    for dashboard in model.dashboards.values():
        check_dashboard(context, dashboard)
    _packs(context)
    return context.messages


def _packs(context: Context) -> None:
    for pack in context.model.packs.values():
        zone = context.node("pack", pack.name).get("zone")
        if zone is not None and not zone.text[:1].isdigit() and not _is_zone(zone.text):
            near = hint(zone.text, available_timezones())
            context.say("DEF_046", zone.place, zone=zone.text, hint=near)
        for needed in pack.requires:
            if needed not in context.model.packs:
                context.say("DEF_045", context.node("pack", pack.name).place, pack=pack.name, needed=needed)


def _is_zone(name: str) -> bool:
    try:
        ZoneInfo(name)
    except (KeyError, ValueError, OSError):
        return False
    return True
