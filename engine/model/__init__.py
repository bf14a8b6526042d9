"""The words of the engine as frozen values without behaviour."""

from .access import OPERATIONS, SYSTEM, Actor, Grant, Grantline, Operation, Policy, Reach
from .entity import Code, CodeList, Entity, Expr, Field, Gives, Option, Rule
from .pack import Model, Pack
from .page import USES, Card, Dashboard, Form, Hint, Item, Section, Sort, Use, View
from .sql import Slot, Sql, joined
from .storage import Column, ColumnKind, Index, Storage, Table
from .text import LANGS, Lang, Text, text_of
from .values import FileRef, Record, Ref
from .workflow import Branch, Go, Later, Sign, Step, Threshold, Who, Withdraw, Workflow

__all__ = [
    "LANGS",
    "OPERATIONS",
    "SYSTEM",
    "USES",
    "Actor",
    "Branch",
    "Card",
    "Code",
    "CodeList",
    "Column",
    "ColumnKind",
    "Dashboard",
    "Entity",
    "Expr",
    "Field",
    "FileRef",
    "Form",
    "Gives",
    "Go",
    "Grant",
    "Grantline",
    "Hint",
    "Index",
    "Item",
    "Lang",
    "Later",
    "Model",
    "Operation",
    "Option",
    "Pack",
    "Policy",
    "Reach",
    "Record",
    "Ref",
    "Rule",
    "Section",
    "Sign",
    "Slot",
    "Sort",
    "Sql",
    "Step",
    "Storage",
    "Table",
    "Text",
    "Threshold",
    "Use",
    "View",
    "Who",
    "Withdraw",
    "Workflow",
    "joined",
    "text_of",
]
