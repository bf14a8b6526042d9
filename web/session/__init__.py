"""Who visits: sessions, tokens against forged requests, headers, limits, language and theme."""

from .address import Client, bucket, client_of, loopback
from .choice import language, theme
from .entering import demand_encrypted, enter, leave, look, new_password, reset
from .guard import Guard
from .headers import CSP
from .layer import Doors, SessionLayer
from .next_url import local
from .refusal import answer_to, plain, problem, sign_in_url, status_of, wants_json
from .visit import Passage, Visit, actor_of, passage_of, visit_of

__all__ = [
    "CSP",
    "Client",
    "Doors",
    "Guard",
    "Passage",
    "SessionLayer",
    "Visit",
    "actor_of",
    "answer_to",
    "bucket",
    "client_of",
    "demand_encrypted",
    "enter",
    "language",
    "leave",
    "local",
    "look",
    "loopback",
    "new_password",
    "passage_of",
    "plain",
    "problem",
    "reset",
    "sign_in_url",
    "status_of",
    "theme",
    "visit_of",
    "wants_json",
]
