"""The commands as a host runs them: one JSON object or one line, beside a running server or without one."""
# ruff: noqa: E501 - a case stands whole on its line

import asyncio
import json
import os
import socket
import sqlite3
import sys
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio

from chatbot.cli import main
from tests.conftest import running
from tests.parties import PASSWORD, Operator, Place, Visitor, sign_in

pytestmark = pytest.mark.asyncio(loop_scope="module")
Answer = tuple[int, str, str]
SECRET = b"a long enough password\n"


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def place(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Place]:
    async with running(tmp_path_factory.mktemp("beside")) as place:
        yield place


async def run(folder: Path, *words: str, typed: bytes = SECRET, **settings: str) -> Answer:
    """`python -m chatbot WORDS`: (status, standard output, standard error)."""
    known = {name: value for name, value in os.environ.items() if not name.startswith(("CHATBOT_", "ANTHROPIC_"))}
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "chatbot", *words, env={**known, "CHATBOT_DATA_DIR": str(folder), **settings},
        stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.PIPE,
    )  # fmt: skip
    try:
        async with asyncio.timeout(30):
            out, err = await process.communicate(typed)
    finally:
        if process.returncode is None:
            process.kill()
    return process.returncode or 0, out.decode(), err.decode()


def told(answer: Answer) -> dict[str, Any]:
    """The one JSON object of a command that went well."""
    status, out, err = answer
    assert (status, err) == (0, ""), answer
    assert out.count("\n") == 1
    found: dict[str, Any] = json.loads(out)
    return found


def refused(answer: Answer, words: str) -> None:
    """Nothing on standard output, one line on standard error, a status above 0."""
    status, out, err = answer
    assert status > 0 and out == "" and err.startswith("foyer: ") and err.count("\n") == 1, answer
    assert words in err and "Traceback" not in err, err


def folder_of(place: Place) -> Path:
    return place.parts.house.config.data_dir


async def test_a_workspace_its_people_and_its_articles_from_nothing(tmp_path: Path) -> None:
    data, page = tmp_path / "new" / "data", tmp_path / "returns.md"
    page.write_text("# Returns\n\n## How long\n\nThirty days.\n\n## Money\n\nFive days.\n", "utf-8")
    made = told(
        await run(data, "workspace", "create", "Spaak", "--owner", "noor@spaak.example", "--password-stdin", "--json")
    )
    assert set(made) == {"workspace", "token", "owner"} and made["token"].startswith("wt_")
    user, article = await asyncio.gather(
        run(
            data,
            "user",
            "create",
            made["workspace"],
            "bo@spaak.example",
            "--role",
            "agent",
            "--password-stdin",
            "--json",
        ),
        run(data, "article", "add", made["workspace"], str(page), str(page), "--json"),
    )
    assert set(told(user)) == {"user", "role"} and told(user)["role"] == "agent"
    assert told(article) == {"articles": 2, "passages": 4}
    with sqlite3.connect(data / "foyer.sqlite3") as raw:
        assert raw.execute("SELECT name FROM tenants").fetchall() == [("Spaak",)]
        dump = "\n".join(raw.iterdump())
    raw.close()
    assert SECRET.decode().strip() not in dump


async def test_what_a_command_does_beside_the_server_is_there_at_once(place: Place, tmp_path: Path) -> None:
    page = tmp_path / "bells.md"
    page.write_text("# Bells\n\nOur brass bells ring at 96 decibels.", "utf-8")
    made = told(
        await run(
            folder_of(place),
            "workspace",
            "create",
            "Initech",
            "--owner",
            "Anna@Acme.example",
            "--password-stdin",
            "--json",
        )
    )
    told(await run(folder_of(place), "article", "add", made["workspace"], str(page), "--json"))
    vera = Visitor(place)
    await vera.come(token=made["token"])
    assert "96 decibels" in (await vera.ask("Do your brass bells ring?"))["text"]
    await vera.leave()
    assert (await sign_in(place, "anna@acme.example", PASSWORD)).startswith("foyer=")


async def test_a_new_person_and_a_new_password_work_at_once(place: Place) -> None:
    workspace = place.acme.workspace.public_id
    made = await run(
        folder_of(place),
        "user",
        "create",
        workspace,
        "dora@acme.example",
        "--role",
        "agent",
        "--name",
        "Dora",
        "--password-stdin",
    )
    assert made[0] == 0 and "role: agent" in made[1]
    cookie = await sign_in(place, "dora@acme.example", SECRET.decode().strip())
    dora = await Operator(place, "dora@acme.example", cookie).come()
    assert dora.welcome["user"]["name"] == "Dora"
    await dora.leave()
    changed = await run(
        folder_of(place), "user", "password", "DORA@acme.example", "--password-stdin", typed="pässwörter €\r\n".encode()
    )
    assert changed[0] == 0
    assert (await sign_in(place, "dora@acme.example", "pässwörter €")).startswith("foyer=")
    with pytest.raises(AssertionError):
        await sign_in(place, "dora@acme.example", SECRET.decode().strip())


WORKSPACE = ["workspace", "create", "Spaak", "--owner", "noor@spaak.example", "--password-stdin", "--json"]
WRONG: dict[str, tuple[list[str], bytes, str]] = {
    "no command": ([], b"", "COMMAND"),
    "an unknown command": (["workspaces"], b"", "workspaces"),
    "an unknown option": ([*WORKSPACE, "--colour", "red"], SECRET, "--colour"),
    "no owner": (["workspace", "create", "Spaak", "--password-stdin"], SECRET, "--owner"),
    "no password": (WORKSPACE[:-2], SECRET, "--password-stdin"),
    "an empty password": (WORKSPACE, b"", "at least 10 characters"),
    "a short password": (WORKSPACE, b"123456789\n", "at least 10 characters"),
    "a password that is no text": (WORKSPACE, b"\xff\xfe password\n", "UTF-8"),
    "an empty name": (["workspace", "create", " \n", *WORKSPACE[3:]], SECRET, "needs a name"),
    "no address": (["workspace", "create", "Spaak", "--owner", "noor", "--password-stdin"], SECRET, "not an e-mail address"),
    "two addresses": (["workspace", "create", "S", "--owner", "a@b.c,d@e.f", "--password-stdin"], SECRET, "not an e-mail"),
    "an address with a line end": (["workspace", "create", "S", "--owner", "a@b.c\nd", "--password-stdin"], SECRET, "not an e-mail"),
    "an unknown workspace": (["user", "create", "w_none", "a@b.example", "--role", "agent", "--password-stdin"], SECRET, "w_none"),
    "an unknown role": (["user", "create", "WORKSPACE", "a@b.example", "--role", "boss", "--password-stdin"], SECRET, "boss"),
    "somebody already there": (["user", "create", "WORKSPACE", "bob@acme.example", "--role", "agent", "--password-stdin"], SECRET, "already"),
    "an unknown person": (["user", "password", "nobody@acme.example", "--password-stdin"], SECRET, "nobody@acme.example"),
    "no file": (["article", "add", "WORKSPACE"], b"", "FILE"),
    "a missing file": (["article", "add", "WORKSPACE", "/nowhere/at-all.md"], b"", "/nowhere/at-all.md"),
    "a folder": (["article", "add", "WORKSPACE", "/tmp"], b"", "/tmp"),
    "a file that is no text": (["article", "add", "WORKSPACE", "BINARY"], b"", "UTF-8"),
    "an empty file": (["article", "add", "WORKSPACE", "/dev/null"], b"", "text"),
    "an unknown workspace for an article": (["article", "add", "w_none", "/dev/null"], b"", "w_none"),
}  # fmt: skip


@pytest.mark.parametrize("name", WRONG)
async def test_a_command_that_cannot_be_done_says_why_in_one_line(
    place: Place, tmp_path: Path, name: str, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    """In this process, in a thread with a loop of its own, as starting an interpreter for each would take long."""
    words, typed, says = WRONG[name]
    binary, given = tmp_path / "binary.md", tmp_path / "typed"
    binary.write_bytes(b"\xff\xfe\x00")
    given.write_bytes(typed)
    named = {"WORKSPACE": place.acme.workspace.public_id, "BINARY": str(binary)}
    monkeypatch.setenv("CHATBOT_DATA_DIR", str(folder_of(place)))
    before = _rows(place)
    with given.open("r", encoding="utf-8") as stdin:
        monkeypatch.setattr(sys, "stdin", stdin)
        status = await asyncio.to_thread(_status, [named.get(word, word) for word in words])
    out, err = capfd.readouterr()
    refused((status, out, err), says)
    assert _rows(place) == before


def _status(words: list[str]) -> int:
    try:
        return main(words)
    except SystemExit as ended:
        return int(ended.code or 0)


def _rows(place: Place) -> list[int]:
    with sqlite3.connect(f"file:{folder_of(place) / 'foyer.sqlite3'}?mode=ro", uri=True) as raw:
        found = [
            raw.execute(f"SELECT count(*) FROM {name}").fetchone()[0]
            for name in ("tenants", "users", "memberships", "sources")
        ]
    raw.close()
    return found


async def test_help_names_every_command_and_is_no_error(capsys: pytest.CaptureFixture[str]) -> None:
    for words in ([], ["workspace"], ["user"], ["article"], ["user", "create"]):
        assert _status([*words, "--help"]) == 0
    shown = capsys.readouterr().out
    for word in ("serve", "demo", "workspace", "user", "article", "create", "password", "add", "--role"):
        assert word in shown


async def test_a_second_server_on_the_same_folder_does_not_start(place: Place) -> None:
    answer = await run(folder_of(place), "serve", CHATBOT_PORT=str(_free_port()))
    refused(answer, str(folder_of(place)))
    assert "CHATBOT_DATA_DIR" in answer[2]


async def test_a_port_that_is_taken_and_a_host_that_is_not_ours_name_their_setting(
    place: Place, tmp_path: Path
) -> None:
    port = place.url.rsplit(":", 1)[1]
    taken, foreign = await asyncio.gather(
        run(tmp_path, "serve", CHATBOT_PORT=port), run(tmp_path, "serve", CHATBOT_HOST="192.0.2.1", CHATBOT_PORT=port)
    )
    refused(taken, "CHATBOT_PORT")
    assert "in use" in taken[2] and "for example" in taken[2]
    refused(foreign, "CHATBOT_HOST")
    assert "foyer.sqlite3" not in os.listdir(tmp_path)


async def test_a_newer_database_is_left_alone(tmp_path: Path) -> None:
    told(await run(tmp_path, *WORKSPACE))
    with sqlite3.connect(tmp_path / "foyer.sqlite3") as raw:
        raw.execute("PRAGMA user_version = 9999")
    raw.close()
    served, added = await asyncio.gather(
        run(tmp_path, "serve", CHATBOT_PORT=str(_free_port())), run(tmp_path, *WORKSPACE)
    )
    for answer in (served, added):
        refused(answer, "9999")


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
