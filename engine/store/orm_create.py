"""How a Tortoise migration makes a system table: with the same statements that make the tables of records."""

from __future__ import annotations

from typing import Any

from tortoise.fields.base import Field
from tortoise.migrations import CreateModel
from tortoise.migrations.schema_editor.base import BaseSchemaEditor
from tortoise.migrations.schema_generator.state import State

from ..model.steps import CreateTable
from .schema import statements
from .tables import APP, table_of


class MakeTable(CreateModel):
    """A new system table. `keys` names its primary key where that has several columns."""

    def __init__(
        self,
        name: str,
        fields: dict[str, Field[Any]],
        *,
        table: str,
        keys: tuple[str, ...] = (),
        unique: tuple[tuple[str, ...], ...] = (),
        indexes: tuple[tuple[str, ...], ...] = (),
    ) -> None:
        options = {"table": table, "app": APP, "unique_together": unique, "indexes": indexes}
        options["pk_attr"] = next(n for n, f in fields.items() if f.pk)
        super().__init__(name, list(fields.items()), options)
        self.keys = keys

    async def database_forward(
        self, app_label: str, old_state: State, new_state: State, state_editor: BaseSchemaEditor | None = None
    ) -> None:
        """Make the table, its key and its indexes."""
        if state_editor is None:
            return
        model = new_state.apps.get_model(f"{app_label}.{self.name}")
        dialect: Any = state_editor.client.capabilities.dialect
        made = statements([CreateTable(table_of(model, self.keys))], dialect)
        await state_editor._run_sql(";\n".join(made))
