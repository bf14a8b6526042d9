"""What a role may do, line by line, as its policies work out: for whoever gives roles and asks what they give."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from ..diagnostics import Diagnostic, Refused
from ..model import OPERATIONS, Actor, Entity, Field, Grant, Operation, Slot, Text
from ..policy import Access, Product, Varies
from .work import Work

#: How far an operation reaches: every record, those of the unit, those that fit a rule, none.
Extent = Literal["all", "unit", "some", "none"]


@dataclass(frozen=True, slots=True)
class RoleLine:
    """One kind of record. extents: by operation; masked, hidden: fields that are seen in part or not at all; writes:
    fields that may be changed where not all may.
    """

    entity: Entity
    extents: dict[Operation, Extent]
    masked: tuple[Field, ...]
    hidden: tuple[Field, ...]
    writes: tuple[Field, ...]


@dataclass(frozen=True, slots=True)
class RoleSheet:
    """A role. system: rights over the product; reasons: what its policies say of themselves; lines: what it sees."""

    role: str
    title: Text
    system: frozenset[str]
    reasons: tuple[Text, ...]
    lines: tuple[RoleLine, ...]


def roles_of(work: Work) -> dict[str, Text]:
    """Every role that the policies speak of, with its title. Raises Refused(ACCESS_012) for who manages nobody."""
    if not work.access.may(work.actor, "users"):
        raise Refused(Diagnostic("ACCESS_012"))
    found: dict[str, Text] = {}
    for policy in work.version.model.policies.values():
        found.setdefault(policy.role, policy.title)
    return found


def role_sheet(work: Work, role: str) -> RoleSheet:
    """What the role may do where it is held in a unit. Raises Refused(ACCESS_012), KeyError for no such role."""
    title = roles_of(work)[role]
    policies = [p for p in work.version.model.policies.values() if p.role == role]
    holder = Actor(-1, "", grants=(Grant(role, -1),))  # nobody: only what the role claims is asked
    lines = [_line(work.access, holder, entity) for entity in work.version.model.entities.values()]
    reasons = tuple(dict.fromkeys(line.reason for p in policies for line in p.lines if line.reason != Text()))
    system = frozenset[str]().union(*(p.system for p in policies))
    return RoleSheet(
        role, title, system, reasons, tuple(line for line in lines if set(line.extents.values()) != {"none"})
    )


def _line(access: Access, holder: Actor, entity: Entity) -> RoleLine:
    products = {operation: access.product(holder, entity.name, operation) for operation in OPERATIONS}
    extents = {operation: _extent(product) for operation, product in products.items()}
    seen = products["see"]
    masked = tuple(f for f in entity.fields if _shown(seen, f) == "mask")
    hidden = tuple(f for f in entity.fields if _shown(seen, f) == "hide") if not seen.nothing else ()
    writes = tuple(f for f in entity.fields if products["edit"].writable.get(f.id))
    return RoleLine(entity, extents, masked, hidden, writes if len(writes) < len(entity.fields) else ())


def _shown(product: Product, field: Field) -> str:
    found = product.fields.get(field.id, "hide")
    return "mask" if isinstance(found, Varies) else found


def _extent(product: Product) -> Extent:
    if product.nothing:
        return "none"
    slots = [p.name for p in product.predicate.params if isinstance(p, Slot)]
    if not product.predicate.params and product.predicate.text.strip("()").upper() in ("TRUE", "1", "1 = 1"):
        return "all"
    return "unit" if slots and all(name.startswith("held:") for name in slots) else "some"
