"""The commands. All but `serve` and `demo` work beside a running server, which sees their changes within a second."""

import argparse
import asyncio
import json
import sqlite3
import sys
from collections.abc import Awaitable, Callable, Sequence
from pathlib import Path
from typing import Any, NoReturn

from chatbot import config as settings
from chatbot.config import BadSetting, Config
from chatbot.domain import library, workspaces
from chatbot.kit import clock, log
from chatbot.kit.crypto import hash_password, return_memory_at_once
from chatbot.kit.errors import Invalid, NotFound, Refusal
from chatbot.kit.hub import Hub
from chatbot.kit.text import one_line
from chatbot.serving import run_demo, run_server
from chatbot.storage import tenants
from chatbot.storage.database import Database, NotWriteAhead
from chatbot.storage.lock import AlreadyRunning
from chatbot.storage.migrations import NewerDatabase
from chatbot.storage.scope import Scope, WideScope

Command = Callable[[Database, argparse.Namespace], Awaitable[dict[str, Any]]]
PLAIN = (BadSetting, Refusal, AlreadyRunning, NotWriteAhead, NewerDatabase, OSError, sqlite3.DatabaseError)
"""What a person is told in one line; anything else is a defect and shows where it happened."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Runs a command; the exit status."""
    options = _parser().parse_args(arguments)
    try:
        return int(options.run(options))
    except PLAIN as error:
        words = error.message if isinstance(error, Refusal) else str(error)
        print(f"foyer: {words}", file=sys.stderr)
        return 2 if isinstance(error, BadSetting) else 1
    except KeyboardInterrupt:
        return 130


def _serve(options: argparse.Namespace) -> int:
    config = settings.read()
    _prepare(config)
    return asyncio.run(run_server(config))


def _demo(options: argparse.Namespace) -> int:
    config = settings.read(default_folder=Path("data/demo"), demo=True)
    _prepare(config)
    return asyncio.run(run_demo(config))


def _prepare(config: Config) -> None:
    log.start(config.log_level)
    return_memory_at_once()


async def _create_workspace(db: Database, options: argparse.Namespace) -> dict[str, Any]:
    password = hash_password(workspaces.checked_password(_password()))
    made, owner = await db.across_tenants().write(
        workspaces.create, options.workspace, options.owner, options.name, password
    )
    return {"workspace": made.public_id, "token": made.token, "owner": owner}


async def _create_user(db: Database, options: argparse.Namespace) -> dict[str, Any]:
    password = hash_password(workspaces.checked_password(_password()))
    tenant = await _tenant(db, options.workspace)

    def add(scope: WideScope) -> str:
        inner = scope.within(tenant)
        return workspaces.add_user(scope, inner, options.email, options.name, password, options.role)

    return {"user": await db.across_tenants().write(add), "role": options.role}


async def _change_password(db: Database, options: argparse.Namespace) -> dict[str, Any]:
    password = hash_password(workspaces.checked_password(_password()))
    await db.across_tenants().write(workspaces.change_password, options.email, password)
    return {"email": options.email}


async def _add_articles(db: Database, options: argparse.Namespace) -> dict[str, Any]:
    texts = [_text_of(Path(name)) for name in options.files]
    tenant = await _tenant(db, options.workspace)

    def add(scope: Scope) -> int:
        return sum(library.add(scope, "", text).passages for text in texts)

    return {"articles": len(texts), "passages": await db.write(tenant, add)}


async def _tenant(db: Database, public_id: str) -> int:
    try:
        return (await db.across_tenants().read(tenants.get_by_public_id, public_id)).id
    except NotFound as missing:
        raise NotFound(f"There is no workspace '{one_line(public_id, 60)}' here.") from missing


def _text_of(path: Path) -> str:
    if path.stat().st_size > 1 << 20:
        raise Invalid(f"{path} is larger than 1 MiB.")
    try:
        return path.read_text("utf-8")
    except UnicodeDecodeError as error:
        raise Invalid(f"{path} is not UTF-8 text.") from error


def _password() -> str:
    try:
        return sys.stdin.buffer.readline().decode("utf-8").rstrip("\r\n")
    except UnicodeDecodeError as error:
        raise Invalid("The password on standard input is not UTF-8 text.") from error


def _with_database(command: Command) -> Callable[[argparse.Namespace], int]:
    async def run(options: argparse.Namespace) -> int:
        config = settings.read()
        db = await Database.open(config.data_dir, Hub(), clock.now, readers=1)
        try:
            _print(await command(db, options), options.json)
        finally:
            await db.close()
        return 0

    return lambda options: asyncio.run(run(options))


def _print(answer: dict[str, Any], as_json: bool) -> None:
    if as_json:
        print(json.dumps(answer))
    else:
        print("\n".join(f"{name}: {value}" for name, value in answer.items()))


class Parser(argparse.ArgumentParser):
    """Says in one line what is wrong with a command."""

    def error(self, message: str) -> NoReturn:
        """Ends with status 2."""
        self.exit(2, f"foyer: {message}; see {self.prog} --help\n")


def _parser() -> argparse.ArgumentParser:
    parser = Parser(prog="python -m chatbot", description="Foyer: AI customer support you host yourself.")
    commands = parser.add_subparsers(required=True, metavar="COMMAND")
    serve = commands.add_parser("serve", help="run the server")
    serve.set_defaults(run=_serve)
    demo = commands.add_parser("demo", help="run the server with a made-up shop, both sides on one page")
    demo.set_defaults(run=_demo)
    _add_workspace(commands)
    _add_user(commands)
    _add_article(commands)
    return parser


def _add_workspace(commands: Any) -> None:
    verbs = commands.add_parser("workspace", help="make a workspace").add_subparsers(required=True, metavar="VERB")
    create = _finishing(verbs.add_parser("create", help="a new workspace with its owner"), _create_workspace, True)
    create.add_argument("workspace", metavar="NAME")
    create.add_argument("--owner", required=True, metavar="EMAIL")
    create.add_argument("--name", default="", metavar="TEXT", help="the owner's name")


def _add_user(commands: Any) -> None:
    verbs = commands.add_parser("user", help="let people in").add_subparsers(required=True, metavar="VERB")
    create = _finishing(verbs.add_parser("create", help="a new person in a workspace"), _create_user, True)
    create.add_argument("workspace", metavar="WORKSPACE")
    create.add_argument("email", metavar="EMAIL")
    create.add_argument("--role", required=True, choices=workspaces.ROLES)
    create.add_argument("--name", default="", metavar="TEXT")
    change = _finishing(verbs.add_parser("password", help="a new password"), _change_password, True)
    change.add_argument("email", metavar="EMAIL")


def _add_article(commands: Any) -> None:
    verbs = commands.add_parser("article", help="add knowledge").add_subparsers(required=True, metavar="VERB")
    add = _finishing(verbs.add_parser("add", help="Markdown files, first heading the title"), _add_articles, False)
    add.add_argument("workspace", metavar="WORKSPACE")
    add.add_argument("files", nargs="+", metavar="FILE")


def _finishing(parser: argparse.ArgumentParser, command: Command, asks_password: bool) -> argparse.ArgumentParser:
    parser.set_defaults(run=_with_database(command))
    parser.add_argument("--json", action="store_true", help="print one JSON object and nothing else")
    if asks_password:
        parser.add_argument(
            "--password-stdin", action="store_true", required=True, help="the password is one line on standard input"
        )
    return parser
