"""The front door: everything the pages, the API, the command line and plugins may use of the engine."""

from .diagnostics import Diagnostic, Kind, Place, Refused, entry_of, kind_of, words
from .engine import Engine, open_engine
from .model import SYSTEM, Actor, Lang, Text
from .ops.actors import Stale, demand_fresh
from .ops.credentials import change_password, use_reset
from .ops.entrance import Entrance, open_entrance
from .ops.sessions import Held, Opened, Sessions, sign_out, sign_out_everywhere
from .ops.sign_in import Attempt, Challenge, Proven, Provider, SignedIn, sign_in
from .settings import Settings

__all__ = [
    "SYSTEM",
    "Actor",
    "Attempt",
    "Challenge",
    "Diagnostic",
    "Engine",
    "Entrance",
    "Held",
    "Kind",
    "Lang",
    "Opened",
    "Place",
    "Proven",
    "Provider",
    "Refused",
    "Sessions",
    "Settings",
    "SignedIn",
    "Stale",
    "Text",
    "change_password",
    "demand_fresh",
    "entry_of",
    "kind_of",
    "open_engine",
    "open_entrance",
    "sign_in",
    "sign_out",
    "sign_out_everywhere",
    "use_reset",
    "words",
]
