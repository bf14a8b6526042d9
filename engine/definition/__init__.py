"""Text -> checked model: read with line numbers, check everything at once, build with ids that never change."""

from .folder import documents_of, shipped, shipped_packs
from .identity import Gone, Identity, Known, Stored
from .load import Loaded, load
from .read import decode, read
from .tables import KINDS

__all__ = [
    "KINDS",
    "Gone",
    "Identity",
    "Known",
    "Loaded",
    "Stored",
    "decode",
    "documents_of",
    "load",
    "read",
    "shipped",
    "shipped_packs",
]
