"""What a model says for those who left it out: a form without layout shows every field."""

from __future__ import annotations

from dataclasses import replace

from ..fieldtypes import type_of
from ..model import Entity, Form, Item, Model, Section


def with_layout(model: Model) -> Model:
    """The model with a layout on every form."""
    bare = {n: f for n, f in model.forms.items() if not f.sections and f.of in model.entities}
    if not bare:
        return model
    forms = {n: _laid_out(f, model.entities[f.of]) if n in bare else f for n, f in model.forms.items()}
    return replace(model, forms=forms)


def _laid_out(form: Form, entity: Entity) -> Form:
    items = tuple((Item(f.name, place=form.place),) for f in entity.fields if not type_of(f).readonly)
    return replace(form, sections=(Section(form.title, items, place=form.place),))
