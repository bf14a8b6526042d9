"""Which form opens when none is named: a stable choice that no field on another form changes."""

from __future__ import annotations

import pytest
from shuyuan.engine.model import Form, Model, Text, Use

PLAIN, LATER = ("plain", ()), ("later", ())
MAKES, CHANGES, READS = ("makes", ("new",)), ("changes", ("edit", "read")), ("reads", ("read",))


@pytest.mark.parametrize(
    ("forms", "use", "order"),
    [
        ((PLAIN, LATER), "new", "plain later"),
        ((PLAIN, LATER), "edit", "plain later"),
        ((MAKES, CHANGES, LATER), "new", "makes later changes"),
        ((MAKES, CHANGES, LATER), "edit", "changes later makes"),
        ((LATER, MAKES, CHANGES), "read", "changes later makes"),
        ((MAKES, PLAIN), "edit", "plain makes"),
        ((MAKES,), "read", "makes"),
        ((CHANGES, READS), "read", "changes reads"),
        ((), "new", ""),
    ],
)
def test_forms_that_say_so_come_first(forms: tuple[tuple[str, tuple[Use, ...]], ...], use: Use, order: str) -> None:
    made = {n: Form(n, n, "student", Text(n), (), uses=uses) for n, uses in forms}
    model = Model(forms={**made, "other": Form("other", "other", "class", Text("other"), (), uses=("new", "edit"))})
    assert [f.name for f in model.forms_for("student", use)] == order.split()
