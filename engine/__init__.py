"""The front door: everything the pages, the API, the command line and plugins may use of the engine."""

from .changeset import Changeset
from .compile.face import Face, FaceOption, face_of, faces
from .compile.openapi import openapi
from .compile.reach import Reach
from .compile.routes import MAX_BULK, MAX_FIELDS, MAX_SORTS
from .compile.routes import PREFIX as API_PREFIX
from .compile.routes import ROUTES as API_ROUTES
from .compile.routes import Route as ApiRoute
from .compile.schema import Use as SchemaUse
from .compile.schema import record_schema
from .definition import Identity, documents_of, shipped, shipped_packs
from .definition.new_field import proposed_name
from .definition.wording import in_words
from .diagnostics import (
    Diagnostic,
    Kind,
    Place,
    Refused,
    did_you_mean,
    entry_of,
    has_errors,
    is_error,
    kind_of,
    ordered,
    words,
)
from .engine import Engine, open_engine
from .fieldtypes.link import LAST_ID
from .model import (
    LANGS,
    OPERATIONS,
    SYSTEM,
    Actor,
    Dashboard,
    Entity,
    Expr,
    Field,
    FileRef,
    Form,
    Grant,
    Hint,
    Item,
    Lang,
    Model,
    Operation,
    Record,
    Ref,
    Section,
    Sort,
    Step,
    Text,
    View,
    Who,
    Workflow,
)
from .ops.act import Answer, Outcome, Press, act
from .ops.actors import Stale, demand_fresh, grants_of
from .ops.asking import RESERVED as ASK_RESERVED
from .ops.asking import Ask, read_ask
from .ops.asking import Filter as AskFilter
from .ops.audit_trail import Acting, AuditAsked, AuditLine, acting, audit_trail
from .ops.batches import Batch, BatchRow, batch_of
from .ops.bulk import bulk_change, bulk_remove
from .ops.called import called
from .ops.cards import cards, dashboards_of
from .ops.care import Drilled, drill, look_over, remove_scratch, scratch_beside
from .ops.care import size_of as database_size
from .ops.case_acts import (
    Nameable,
    at_case,
    begin_over,
    beginning,
    consider_at,
    hand_over_all,
    mark_seen,
    nameable,
    press,
    press_all,
    stock_answers,
)
from .ops.case_json import case_json, tasks_json
from .ops.case_lists import (
    CaseSummary,
    Holder,
    Inbox,
    InboxLine,
    Requests,
    cases_about,
    inbox_of,
    requests_by,
    waiting_for,
)
from .ops.case_read import CaseRead, Coming, Passed, Seat, Setting, Stay, read_case
from .ops.case_start import Startable, Starting, startable, starting
from .ops.cases import people_named
from .ops.colleagues import Colleague, colleagues, persons
from .ops.comparing import Compared, DiffLine, FileDiff, compare, differing, runs
from .ops.context import millis, moment
from .ops.credentials import change_password, first_run, make_reset, nobody_yet, set_password, use_reset
from .ops.demo import Demo, Visitor, demo_made, demo_of, keep_demo, note_demo
from .ops.describe import codelist_json, demand_right, describe, me_json, operations, schema_json
from .ops.detail import detail, detail_json
from .ops.directory import Asked, GivenRole, Person, list_people, person
from .ops.documents import Content, NewField, add_field, checked, contents, field_kinds
from .ops.drafts import Draft, DraftLine, draft_of, drafts_of, drop_draft, keep_draft
from .ops.entrance import Entrance, open_entrance
from .ops.exporting import exported as export_file
from .ops.exporting import media_type as export_type
from .ops.folder import exported, zipped
from .ops.grants import NewGrant, grant_role, revoke_grant
from .ops.handed_out import Allowance, Export, allowance, export
from .ops.history import history, history_json
from .ops.import_batch import OUTCOMES as IMPORT_OUTCOMES
from .ops.import_batch import Import, ImportRow, imports_of, load_import
from .ops.import_batch import rows_of as import_rows
from .ops.import_job import resume_import, stands_still, undo_later
from .ops.importing import STATES as IMPORT_STATES
from .ops.importing import Choices as ImportChoices
from .ops.importing import apply_import, begin_import, check_import, run_import, set_columns, stop_import, undo_import
from .ops.importing import choices as import_choices
from .ops.importing import sheet_of as import_sheet
from .ops.jobs import Listed as ListedJob
from .ops.jobs import backlog, in_trouble
from .ops.jobs import drop as drop_jobs
from .ops.jobs import retry as retry_jobs
from .ops.labels import Sample, named
from .ops.listing import count, listing, listing_json
from .ops.live import Version
from .ops.lobby import Lobby, lobby
from .ops.lookup import lookup
from .ops.mapping import LINE_HEADER, fillable_paths, needed_fields
from .ops.notices import Told, notices_of
from .ops.notices import read as read_notices
from .ops.notices import read_all as read_all_notices
from .ops.options import options_for
from .ops.people import NewAccount, change_account, create_account, end_sessions, link_records, switch_account
from .ops.planning import Proposed, propose
from .ops.planning import checked as check_documents
from .ops.publish import Published, install, make_views, publish
from .ops.publish_fill import Progress as BackfillProgress
from .ops.publish_fill import backfills
from .ops.purging import Aside, aside, purge_aside
from .ops.related import related
from .ops.remarked import remarked
from .ops.remove import remove
from .ops.reveal import reveal
from .ops.role_sheet import RoleLine, RoleSheet, role_sheet, roles_of
from .ops.saved_views import SavedView, drop_view, may_share, save_view, view_named, views_of
from .ops.saved_views import may_share as may_share_views
from .ops.search import search
from .ops.secret import unveiled, veiled
from .ops.seed import Seeded, seed
from .ops.sessions import Held, Opened, SessionRow, Sessions, end_session, sessions_of, sign_out, sign_out_everywhere
from .ops.sheet_write import MEDIA_TYPES as SHEET_TYPES
from .ops.sheet_write import csv_chunks, write_xlsx
from .ops.shown import Bar, By, Change, Detail, FieldChange, Hit, Line, ListColumn, Listing, Masked, Related, ShownCard
from .ops.sign_in import Attempt, Challenge, Proven, Provider, SignedIn, sign_in
from .ops.sniffing import INLINE as INLINE_TYPES
from .ops.standing import Standing, proxies_of, stand_down, stand_in, take_over
from .ops.submission import Conflict, Saved, Submission, merge
from .ops.submit import consider, submit
from .ops.submit_all import Outcome as Recorded
from .ops.submit_all import submit_all
from .ops.tokens import MadeToken, TokenRow, create_token, revoke_token, tokens_of
from .ops.undo import undo, undo_change
from .ops.unit_lookup import FoundUnit, unit_names, units_like
from .ops.units import load_tree, units_named
from .ops.uploads import download, upload
from .ops.versions import Past, Took, VersionRow, past, propose_rollback, rollback, versions
from .ops.why import why
from .ops.work import Moved, Work
from .ops.workbench import AtWork, Bench, Clashing, at_work, bench, drop_edits, keep_edits, stamp
from .plan import Plan, Probe
from .plan import Step as PlanStep
from .policy import Reason
from .settings import FILE as SETTINGS_FILE
from .settings import Settings
from .settings import check as check_settings
from .settings import listed as settings_listed
from .settings import load as load_settings
from .settings import read as read_settings
from .settings import reference as settings_reference
from .store import Busy, Outdated, Unfit
from .store.archive import Manifest
from .store.backup import backup, manifest_of, restore
from .store.files import LocalFiles
from .workflow import Offer

__all__ = [
    "API_PREFIX",
    "API_ROUTES",
    "ASK_RESERVED",
    "IMPORT_OUTCOMES",
    "IMPORT_STATES",
    "INLINE_TYPES",
    "LANGS",
    "LAST_ID",
    "LINE_HEADER",
    "MAX_BULK",
    "MAX_FIELDS",
    "MAX_SORTS",
    "OPERATIONS",
    "SETTINGS_FILE",
    "SHEET_TYPES",
    "SYSTEM",
    "Acting",
    "Actor",
    "Allowance",
    "Answer",
    "ApiRoute",
    "Aside",
    "Ask",
    "AskFilter",
    "Asked",
    "AtWork",
    "Attempt",
    "AuditAsked",
    "AuditLine",
    "BackfillProgress",
    "Bar",
    "Batch",
    "BatchRow",
    "Bench",
    "Busy",
    "By",
    "CaseRead",
    "CaseSummary",
    "Challenge",
    "Change",
    "Changeset",
    "Clashing",
    "Colleague",
    "Coming",
    "Compared",
    "Conflict",
    "Content",
    "Dashboard",
    "Demo",
    "Detail",
    "Diagnostic",
    "DiffLine",
    "Draft",
    "DraftLine",
    "Drilled",
    "Engine",
    "Entity",
    "Entrance",
    "Export",
    "Expr",
    "Face",
    "FaceOption",
    "Field",
    "FieldChange",
    "FileDiff",
    "FileRef",
    "Form",
    "FoundUnit",
    "GivenRole",
    "Grant",
    "Held",
    "Hint",
    "Hit",
    "Holder",
    "Identity",
    "Import",
    "ImportChoices",
    "ImportRow",
    "Inbox",
    "InboxLine",
    "Item",
    "Kind",
    "Lang",
    "Line",
    "ListColumn",
    "ListedJob",
    "Listing",
    "Lobby",
    "LocalFiles",
    "MadeToken",
    "Manifest",
    "Masked",
    "Model",
    "Moved",
    "Nameable",
    "NewAccount",
    "NewField",
    "NewGrant",
    "Offer",
    "Opened",
    "Operation",
    "Outcome",
    "Outdated",
    "Passed",
    "Past",
    "Person",
    "Place",
    "Plan",
    "PlanStep",
    "Press",
    "Probe",
    "Proposed",
    "Proven",
    "Provider",
    "Published",
    "Reach",
    "Reason",
    "Record",
    "Recorded",
    "Ref",
    "Refused",
    "Related",
    "Requests",
    "RoleLine",
    "RoleSheet",
    "Sample",
    "Saved",
    "SavedView",
    "SchemaUse",
    "Seat",
    "Section",
    "Seeded",
    "SessionRow",
    "Sessions",
    "Setting",
    "Settings",
    "ShownCard",
    "SignedIn",
    "Sort",
    "Stale",
    "Standing",
    "Startable",
    "Starting",
    "Stay",
    "Step",
    "Submission",
    "Text",
    "TokenRow",
    "Told",
    "Took",
    "Unfit",
    "Version",
    "VersionRow",
    "View",
    "Visitor",
    "Who",
    "Work",
    "Workflow",
    "act",
    "acting",
    "add_field",
    "allowance",
    "apply_import",
    "aside",
    "at_case",
    "at_work",
    "audit_trail",
    "backfills",
    "backlog",
    "backup",
    "batch_of",
    "begin_import",
    "begin_over",
    "beginning",
    "bench",
    "bulk_change",
    "bulk_remove",
    "called",
    "cards",
    "case_json",
    "cases_about",
    "change_account",
    "change_password",
    "check_documents",
    "check_import",
    "check_settings",
    "checked",
    "codelist_json",
    "colleagues",
    "compare",
    "consider",
    "consider_at",
    "contents",
    "count",
    "create_account",
    "create_token",
    "csv_chunks",
    "dashboards_of",
    "database_size",
    "demand_fresh",
    "demand_right",
    "demo_made",
    "demo_of",
    "describe",
    "detail",
    "detail_json",
    "did_you_mean",
    "differing",
    "documents_of",
    "download",
    "draft_of",
    "drafts_of",
    "drill",
    "drop_draft",
    "drop_edits",
    "drop_jobs",
    "drop_view",
    "end_session",
    "end_sessions",
    "entry_of",
    "export",
    "export_file",
    "export_type",
    "exported",
    "face_of",
    "faces",
    "field_kinds",
    "fillable_paths",
    "first_run",
    "grant_role",
    "grants_of",
    "hand_over_all",
    "has_errors",
    "history",
    "history_json",
    "import_choices",
    "import_rows",
    "import_sheet",
    "imports_of",
    "in_trouble",
    "in_words",
    "inbox_of",
    "install",
    "is_error",
    "keep_demo",
    "keep_draft",
    "keep_edits",
    "kind_of",
    "link_records",
    "list_people",
    "listing",
    "listing_json",
    "load_import",
    "load_settings",
    "load_tree",
    "lobby",
    "look_over",
    "lookup",
    "make_reset",
    "make_views",
    "manifest_of",
    "mark_seen",
    "may_share",
    "may_share_views",
    "me_json",
    "merge",
    "millis",
    "moment",
    "nameable",
    "named",
    "needed_fields",
    "nobody_yet",
    "note_demo",
    "notices_of",
    "open_engine",
    "open_entrance",
    "openapi",
    "operations",
    "options_for",
    "ordered",
    "past",
    "people_named",
    "person",
    "persons",
    "press",
    "press_all",
    "propose",
    "propose_rollback",
    "proposed_name",
    "proxies_of",
    "publish",
    "purge_aside",
    "read_all_notices",
    "read_ask",
    "read_case",
    "read_notices",
    "read_settings",
    "record_schema",
    "related",
    "remarked",
    "remove",
    "remove_scratch",
    "requests_by",
    "restore",
    "resume_import",
    "retry_jobs",
    "reveal",
    "revoke_grant",
    "revoke_token",
    "role_sheet",
    "roles_of",
    "rollback",
    "run_import",
    "runs",
    "save_view",
    "schema_json",
    "scratch_beside",
    "search",
    "seed",
    "sessions_of",
    "set_columns",
    "set_password",
    "settings_listed",
    "settings_reference",
    "shipped",
    "shipped_packs",
    "sign_in",
    "sign_out",
    "sign_out_everywhere",
    "stamp",
    "stand_down",
    "stand_in",
    "stands_still",
    "startable",
    "starting",
    "stock_answers",
    "stop_import",
    "submit",
    "submit_all",
    "switch_account",
    "take_over",
    "tasks_json",
    "tokens_of",
    "undo",
    "undo_change",
    "undo_import",
    "undo_later",
    "unit_names",
    "units_like",
    "units_named",
    "unveiled",
    "upload",
    "use_reset",
    "veiled",
    "versions",
    "view_named",
    "views_of",
    "waiting_for",
    "why",
    "words",
    "write_xlsx",
    "zipped",
]
