"""Who visits: sessions, tokens against forged requests, headers, limits, language and theme."""

from .address import Client, bucket, client_of, loopback
from .choice import language, theme
from .entering import demand_encrypted, enter, leave, look, new_password, reset
from .form import Form, nested, read_form
from .guard import Guard
from .headers import CSP
from .layer import Doors, SessionLayer
from .next_url import local
from .refusal import answer_to, plain, problem, problem_of, retry_after, sign_in_url, status_of, wants_json
from .visit import ENGINE, Passage, Visit, actor_of, engine_of, passage_of, visit_of

__all__ = [
    "CSP",
    "ENGINE",
    "Client",
    "Doors",
    "Form",
    "Guard",
    "Passage",
    "SessionLayer",
    "Visit",
    "actor_of",
    "answer_to",
    "bucket",
    "client_of",
    "demand_encrypted",
    "engine_of",
    "enter",
    "language",
    "leave",
    "local",
    "look",
    "loopback",
    "nested",
    "new_password",
    "passage_of",
    "plain",
    "problem",
    "problem_of",
    "read_form",
    "reset",
    "retry_after",
    "sign_in_url",
    "status_of",
    "theme",
    "visit_of",
    "wants_json",
]
