"""`shuyuan user` and `shuyuan token`: accounts, their roles and passwords, and keys for programs."""

from __future__ import annotations

import asyncio
import sys
from datetime import UTC, datetime

import click
from shuyuan.engine import (
    SYSTEM,
    Asked,
    Diagnostic,
    Engine,
    NewAccount,
    NewGrant,
    Person,
    Refused,
    create_account,
    create_token,
    did_you_mean,
    grant_role,
    list_people,
    load_tree,
    make_reset,
    revoke_grant,
    revoke_token,
    set_password,
    switch_account,
    tokens_of,
    units_named,
)

from .installation import acting, demand_published, installation
from .serving import address
from .speech import SpokenGroup, Words, interactive, lang_of, option, remark, say


async def account_named(engine: Engine, login: str) -> Person:
    """The account with that login. Raises Refused(CLI_006)."""
    wanted = login.strip().casefold()
    found = await list_people(engine.entrance, SYSTEM, Asked(text=wanted, limit=500))
    for one in found:
        if one.login == wanted:
            return one
    near = did_you_mean(wanted, [p.login for p in await list_people(engine.entrance, SYSTEM, Asked(limit=500))])
    hint = Words(f"是不是“{near}”？", f'Did you mean "{near}"?').get(lang_of()) if near else ""
    raise Refused(Diagnostic("CLI_006", args={"login": login, "near": hint}))


async def unit_named(engine: Engine, text: str) -> int | None:
    """The unit with that id or name, None for "". Raises Refused(CLI_013)."""
    if not text:
        return None
    found = await units_named(engine.store, text)
    if len(found) != 1:
        raise Refused(Diagnostic("CLI_013", args={"text": text}))
    return found[0]


@click.group("user", cls=SpokenGroup, words=Words("管理账号与角色。", "Manage accounts and roles."))
def user_command() -> None:
    """Accounts."""


_MADE = Words("已建立账号 {login}。", "Made the account {login}.")
_CODE = Words(
    "一次性重置码（只显示这一次，{hours} 小时内有效）：{code}\n在 {url}/reset 输入它来设置密码。",
    "Code to set the password once (shown only now, good for {hours} hours): {code}\nEnter it at {url}/reset.",
)
_PASSWORD = Words("新密码", "New password")
_AGAIN = Words("再输一次", "Once more")
_SET = Words(
    "已设置密码，首次登录时须修改；原有登录全部结束。",
    "Password set; it has to be changed at the first sign-in. All sessions ended.",
)


async def _password(from_input: bool) -> str:
    if from_input or not interactive():
        typed: str = await asyncio.to_thread(sys.stdin.readline)
        return typed.rstrip("\r\n")
    lang = lang_of()
    return str(
        await asyncio.to_thread(
            lambda: click.prompt(_PASSWORD.get(lang), hide_input=True, confirmation_prompt=_AGAIN.get(lang))
        )
    )


async def _say_code(engine: Engine, account: int) -> None:
    code = await make_reset(engine.entrance, SYSTEM, account)
    hours = round(engine.entrance.rules.reset_minutes / 60, 1)
    say(_CODE, code=code, url=address(engine.settings), hours=f"{hours:g}")


@user_command.command(
    "create",
    words=Words(
        "建立账号 LOGIN，输出设置密码用的一次性重置码。",
        "Make the account LOGIN and print the code with which its owner sets the password.",
    ),
)
@click.argument("login")
@option("--name", required=True, zh="姓名。", en="Name.")
@option("--email", default="", zh="邮箱，用于通知。", en="Mail address for notices.")
@option("--role", default="", zh="同时授予的角色。", en="A role to give at once.")
@option(
    "--unit",
    default="",
    zh="在哪个单位担任（名称或编号）；不写为全校。",
    en="The unit it is held in (name or id); everywhere unless given.",
)
@option(
    "--record",
    "records",
    type=int,
    multiple=True,
    zh="此人的记录编号（学生、教师、家长）。",
    en="Id of the record that is this person.",
)
@option(
    "--reader",
    "lang",
    type=click.Choice(("zh", "en")),
    default="zh",
    show_default=True,
    zh="此人看到的语言。",
    en="Language this person reads.",
)
@option(
    "--password-stdin",
    is_flag=True,
    zh="从标准输入读密码，不生成重置码。",
    en="Read a password from standard input instead of making a code.",
)
@acting
async def user_create(
    login: str, name: str, email: str, role: str, unit: str, records: tuple[int, ...], lang: str, password_stdin: bool
) -> None:
    """Make an account."""
    async with installation() as engine:
        demand_published(engine)
        where = await unit_named(engine, unit)
        password = await _password(True) if password_stdin else ""
        new = NewAccount(login, name, email, lang, password, records, must_change=bool(password))
        account = await create_account(engine.entrance, SYSTEM, new)
        if role:
            await grant_role(engine.entrance, SYSTEM, NewGrant(account, role, where))
        say(_MADE, login=login)
        if not password:
            await _say_code(engine, account)


@user_command.command(
    "passwd",
    words=Words(
        "给账号 LOGIN 设一个临时密码，首次登录时须修改。",
        "Give LOGIN a password that has to be changed at the first sign-in.",
    ),
)
@click.argument("login")
@option("--stdin", is_flag=True, zh="从标准输入读密码。", en="Read it from standard input.")
@acting
async def user_passwd(login: str, stdin: bool) -> None:
    """Set a password."""
    async with installation() as engine:
        account = await account_named(engine, login)
        await set_password(engine.entrance, SYSTEM, account.id, await _password(stdin))
        say(_SET)


@user_command.command(
    "reset",
    words=Words(
        "为账号 LOGIN 生成一次性重置码，由本人设置密码。",
        "Make a code with which the owner of LOGIN sets a password once.",
    ),
)
@click.argument("login")
@acting
async def user_reset(login: str) -> None:
    """Make a reset code."""
    async with installation() as engine:
        await _say_code(engine, (await account_named(engine, login)).id)


_GIVEN = Words("{login} 现在担任 {role}（{where}）。", "{login} now holds {role} ({where}).")
_TAKEN = Words("已收回 {count} 项。", "Taken: {count}.")
_EVERYWHERE = Words("全校", "everywhere")


@user_command.command("grant", words=Words("授予账号 LOGIN 角色 ROLE。", "Give LOGIN the role ROLE."))
@click.argument("login")
@click.argument("role")
@option(
    "--unit",
    default="",
    zh="在哪个单位（名称或编号）；不写为全校。",
    en="In which unit (name or id); everywhere unless given.",
)
@option("--from", "begins", type=click.DateTime(["%Y-%m-%d"]), zh="从哪天起。", en="From which day.")
@option(
    "--until", "ends", type=click.DateTime(["%Y-%m-%d"]), zh="到哪天为止（含）。", en="Up to and including which day."
)
@acting
async def user_grant(login: str, role: str, unit: str, begins: datetime | None, ends: datetime | None) -> None:
    """Give a role."""
    async with installation() as engine:
        account = await account_named(engine, login)
        where = await unit_named(engine, unit)
        first = _ms(engine, begins) if begins else None
        last = _ms(engine, ends) + 86_400_000 if ends else None
        await grant_role(engine.entrance, SYSTEM, NewGrant(account.id, role, where, first, last))
        say(_GIVEN, login=account.login, role=role, where=unit or _EVERYWHERE.get(lang_of()))


def _ms(engine: Engine, day: datetime) -> int:
    return int(day.replace(tzinfo=engine.zone).timestamp() * 1000)


@user_command.command("revoke", words=Words("收回账号 LOGIN 的角色 ROLE。", "Take the role ROLE from LOGIN."))
@click.argument("login")
@click.argument("role")
@option("--unit", default="", zh="只收回在这个单位的。", en="Only in this unit.")
@acting
async def user_revoke(login: str, role: str, unit: str) -> int:
    """Take a role."""
    async with installation() as engine:
        account = await account_named(engine, login)
        where = await unit_named(engine, unit)
        held = [g for g in account.roles if g.role == role and (not unit or g.unit == where)]
        for grant in held:
            await revoke_grant(engine.entrance, SYSTEM, grant.id)
        say(_TAKEN, count=len(held))
        return 0 if held else 1


_ON = Words("账号 {login} 已启用。", "The account {login} is on.")
_OFF = Words("账号 {login} 已停用，登录全部结束。", "The account {login} is off; its sessions ended.")


@user_command.command(
    "off", words=Words("停用账号 LOGIN；记录和历史不动。", "Switch LOGIN off; records and history stay.")
)
@click.argument("login")
@acting
async def user_off(login: str) -> None:
    """Switch an account off."""
    await _switch(login, False)


@user_command.command("on", words=Words("重新启用账号 LOGIN。", "Switch LOGIN on again."))
@click.argument("login")
@acting
async def user_on(login: str) -> None:
    """Switch an account on."""
    await _switch(login, True)


async def _switch(login: str, on: bool) -> None:
    async with installation() as engine:
        account = await account_named(engine, login)
        await switch_account(engine.entrance, SYSTEM, account.id, on)
        say(_ON if on else _OFF, login=account.login)


_NO_PASSWORD = Words("未设密码", "no password yet")
_IS_OFF = Words("已停用", "off")
_MORE = Words("还有更多，用 --after {login} 继续。", "There are more: go on with --after {login}.")


@user_command.command("list", words=Words("列出账号：登录名、姓名、角色。", "List accounts: sign-in, name, roles."))
@click.argument("text", default="")
@option("--role", default="", zh="只列担任这个角色的。", en="Only those who hold this role.")
@option("--after", default="", zh="从这个登录名之后开始。", en="Begin behind this sign-in.")
@option("--limit", default=50, show_default=True, type=click.IntRange(1, 500), zh="最多几个。", en="At most so many.")
@acting
async def user_list(text: str, role: str, after: str, limit: int) -> None:
    """List accounts."""
    lang = lang_of()
    async with installation() as engine:
        found = await list_people(engine.entrance, SYSTEM, Asked(text, role, None, after, limit))
        units = (await load_tree(engine.store)).units
        for one in found:
            held = ((g.role, units.get(g.unit or 0)) for g in one.roles)
            roles = ", ".join(f"{role}@{unit.label}" if unit else role for role, unit in held)
            marks = [] if one.active else [_IS_OFF.get(lang)]
            marks += [] if one.has_password else [_NO_PASSWORD.get(lang)]
            click.echo("\t".join(filter(None, (one.login, one.name, roles, ", ".join(marks)))))
        if len(found) == limit:
            remark(_MORE, login=found[-1].login)


# ---------------------------------------------------------------- keys for programs


@click.group("token", cls=SpokenGroup, words=Words("管理程序用的 API 密钥。", "Manage API tokens for programs."))
def token_command() -> None:
    """Keys for programs."""


_TOKEN = Words(
    "密钥（只显示这一次，{until} 前有效）：\n{token}",
    "Token (shown only now, good until {until}):\n{token}",
)
_REVOKED = Words("密钥 {number} 已作废。", "Token {number} is revoked.")


@token_command.command(
    "create",
    words=Words(
        "为账号 LOGIN 生成密钥 TITLE，权限不超过该账号，并限于 --scope。\n\n例如 --scope student:read --scope "
        "'*:read'。",
        "Make the token TITLE for LOGIN; it may what the account may, within --scope.\n\nFor example --scope "
        "student:read "
        "--scope '*:read'.",
    ),
)
@click.argument("login")
@click.argument("title")
@option(
    "--scope",
    "scopes",
    multiple=True,
    required=True,
    metavar="ENTITY:OPERATION",
    zh="允许做什么。",
    en="What it may do.",
)
@option(
    "--days", default=90, show_default=True, type=click.IntRange(1, 366), zh="有效天数。", en="Days it is good for."
)
@acting
async def token_create(login: str, title: str, scopes: tuple[str, ...], days: int) -> None:
    """Make a token."""
    async with installation() as engine:
        account = await account_named(engine, login)
        loaded = await engine.entrance.actors.of(account.id)
        if loaded is None:
            raise Refused(Diagnostic("CLI_006", args={"login": login, "near": ""}))
        made = await create_token(engine.entrance, loaded.actor, title, frozenset(scopes), days)
        until = datetime.fromtimestamp(made.expires_at / 1000, UTC).astimezone(engine.zone)
        say(_TOKEN, token=made.token, until=f"{until:%Y-%m-%d %H:%M}")


@token_command.command("list", words=Words("列出账号 LOGIN 的密钥。", "List the tokens of LOGIN."))
@click.argument("login")
@acting
async def token_list(login: str) -> None:
    """List tokens."""
    async with installation() as engine:
        for one in await tokens_of(engine.entrance, (await account_named(engine, login)).id):
            until = datetime.fromtimestamp((one.expires_at or 0) / 1000, UTC).astimezone(engine.zone)
            over = one.revoked_at is not None or (one.expires_at or 0) <= engine.entrance.now
            mark = "-" if over else "*"
            click.echo(f"{mark} {one.id}\t{one.title}\t{' '.join(one.scopes)}\t{until:%Y-%m-%d}")


@token_command.command("revoke", words=Words("作废编号为 NUMBER 的密钥。", "Revoke the token NUMBER."))
@click.argument("number", type=int)
@acting
async def token_revoke(number: int) -> None:
    """Revoke a token."""
    async with installation() as engine:
        await revoke_token(engine.entrance, SYSTEM, number)
        say(_REVOKED, number=number)
