"""Who may see and do what: policies compiled to one SQL predicate, a verdict per field, and the reasons in words."""

from .access import Access, SystemRight, compile_access
from .check import check_policies
from .claim import Signature, signature_of
from .columns import EntityColumns, Joins, RowColumns, followed
from .product import Product, Varies, Verdict, lesser
from .scopes import reaches, unknown_scopes
from .single import Facts, Single, actor_value
from .why import Reason, why

__all__ = [
    "Access",
    "EntityColumns",
    "Facts",
    "Joins",
    "Product",
    "Reason",
    "RowColumns",
    "Signature",
    "Single",
    "SystemRight",
    "Varies",
    "Verdict",
    "actor_value",
    "check_policies",
    "compile_access",
    "followed",
    "lesser",
    "reaches",
    "signature_of",
    "unknown_scopes",
    "why",
]
