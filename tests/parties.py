"""The people of the tests, speaking the protocol as any client would: Anna, Bob, Vera and Mallory."""

import asyncio
import json
import uuid
from dataclasses import dataclass, field
from typing import Any

import httpx2
import websockets
from websockets.asyncio.client import ClientConnection

from chatbot.app import Parts
from chatbot.domain import library, workspaces
from chatbot.kit.crypto import hash_password
from chatbot.storage.database import Database
from chatbot.storage.scope import WideScope
from chatbot.storage.tenants import Workspace

PASSWORD = "correct horse battery"
HASH = hash_password(PASSWORD)
PATIENCE = 10.0
"""Seconds to wait for a frame before the test fails."""
REFUNDS = """# Returns and refunds

## How long you have

You can send anything back within 30 days of delivery, as long as it is unused.

## When you get your money

We refund to the same payment method within 5 working days after the parcel reaches our workshop.
"""
OPENING = """# Opening hours

## The shop

The shop in Utrecht is open from Tuesday to Saturday between 9:00 and 18:00.
"""


@dataclass(frozen=True)
class Shop:
    """A workspace with its people: (name, e-mail) by role."""

    workspace: Workspace
    owner: str
    agents: tuple[str, ...]


@dataclass(frozen=True)
class Place:
    """A running server."""

    url: str
    parts: Parts
    acme: Shop
    globex: Shop

    @property
    def db(self) -> Database:
        return self.parts.house.db

    def socket(self, path: str) -> str:
        return self.url.replace("http", "ws", 1) + path


async def furnish(db: Database) -> tuple[Shop, Shop]:
    """Acme (Anna owns, Bob and Carla are agents, Vic views) and Globex (Mallory owns)."""

    def make(scope: WideScope) -> tuple[Shop, Shop]:
        acme, _ = workspaces.create(scope, "Acme", "anna@acme.example", "Anna Berg", HASH)
        inner = scope.within(acme.id)
        for name, role in (("Bob", "agent"), ("Carla", "agent"), ("Vic", "viewer"), ("Ada", "admin")):
            workspaces.add_user(scope, inner, f"{name.lower()}@acme.example", name, HASH, role)
        library.add(inner, "", REFUNDS, url="https://acme.example/refunds")
        library.add(inner, "", OPENING)
        globex, _ = workspaces.create(scope, "Globex", "mallory@globex.example", "Mallory", HASH)
        library.add(scope.within(globex.id), "", "# Secret plan\n\nGlobex canary 777777 refunds nothing, ever.")
        return Shop(acme, "anna@acme.example", ("bob@acme.example",)), Shop(globex, "mallory@globex.example", ())

    return await db.across_tenants().write(make)


class Client:
    """A socket that remembers every frame and can wait for the one it needs."""

    def __init__(self, connection: ClientConnection) -> None:
        self.connection = connection
        self.frames: list[dict[str, Any]] = []
        self._news = asyncio.Event()
        self._read = 0
        self.closed: int | None = None
        self._task = asyncio.get_running_loop().create_task(self._listen())

    async def _listen(self) -> None:
        try:
            async for raw in self.connection:
                self.frames.append(json.loads(raw))
                self._news.set()
        except websockets.ConnectionClosed:
            pass
        self.closed = self.connection.close_code
        self._news.set()

    async def send(self, **frame: Any) -> None:
        await self.connection.send(json.dumps(frame))

    async def until(self, type: str, **wanted: Any) -> dict[str, Any]:
        """The next frame of this type whose fields are as wanted, counted from the last one waited for."""
        async with asyncio.timeout(PATIENCE):
            while True:
                while self._read < len(self.frames):
                    frame = self.frames[self._read]
                    self._read += 1
                    if frame["type"] == type and _fits(frame, wanted):
                        return frame
                if self.closed is not None:
                    raise AssertionError(f"closed with {self.closed} before {type} {wanted}: {self.frames[-3:]}")
                self._news.clear()
                await self._news.wait()

    async def until_closed(self) -> int | None:
        async with asyncio.timeout(PATIENCE):
            await asyncio.wait({self._task})
        return self.closed

    async def close(self) -> None:
        await self.connection.close()
        await self._task

    def of(self, type: str) -> list[dict[str, Any]]:
        return [frame for frame in self.frames if frame["type"] == type]


def _fits(frame: dict[str, Any], wanted: dict[str, Any]) -> bool:
    """`entry__kind="joined"` looks into frame["entry"]["kind"]."""
    for path, value in wanted.items():
        found: Any = frame
        for name in path.split("__"):
            found = found.get(name) if isinstance(found, dict) else None
        if found != value:
            return False
    return True


@dataclass
class Visitor:
    """Vera: keeps her secret, conversation, last seq and epoch, as the widget does."""

    place: Place
    shop: Shop | None = None
    secret: str | None = None
    conversation: str | None = None
    epoch: int | None = None
    seq: int = 0
    locale: str = "en"
    client: Client = field(init=False, repr=False)
    welcome: dict[str, Any] = field(init=False, default_factory=dict)

    async def come(self, **hello: Any) -> "Visitor":
        """Opens a window and says hello."""
        shop = self.shop or self.place.acme
        self.client = Client(await websockets.connect(self.place.socket("/ws/visitor"), compression=None))
        fields = {
            "token": shop.workspace.token, "visitor": self.secret, "conversation": self.conversation,
            "after": self.seq, "epoch": self.epoch, "locale": self.locale,
        }  # fmt: skip
        await self.client.send(type="hello", **{**fields, **hello})
        self.welcome = await self.client.until("welcome")
        self.secret, self.epoch = self.welcome["visitor"], self.welcome["epoch"]
        return self

    async def say(self, text: str, id: str | None = None) -> dict[str, Any]:
        """Sends a message; its ack."""
        id = id or str(uuid.uuid4())
        await self.client.send(type="message", id=id, text=text)
        ack = await self.client.until("ack", id=id)
        self.conversation = ack["conversation"]
        return ack

    async def ask(self, text: str) -> dict[str, Any]:
        """Sends a message; the entry of the AI's answer."""
        await self.say(text)
        return (await self.client.until("entry", entry__author__role="ai"))["entry"]

    async def want_person(self) -> dict[str, Any]:
        await self.client.send(type="ask_human")
        return await self.client.until("status", status="waiting")

    async def leave(self) -> None:
        await self.client.close()


async def sign_in(place: Place, email: str, password: str = PASSWORD) -> str:
    """The session cookie, as a header."""
    async with httpx2.AsyncClient(trust_env=False, verify=False, timeout=30) as browser:
        answer = await browser.post(
            f"{place.url}/login", data={"email": email, "password": password}, headers={"Origin": place.url}
        )
        assert answer.status_code == 303, answer.text[:200]
        return "; ".join(f"{name}={value}" for name, value in answer.cookies.items())


@dataclass
class Operator:
    """Bob, or whoever signs in."""

    place: Place
    email: str = "bob@acme.example"
    cookie: str = ""
    client: Client = field(init=False, repr=False)
    welcome: dict[str, Any] = field(init=False, default_factory=dict)

    async def come(self) -> "Operator":
        self.cookie = self.cookie or await sign_in(self.place, self.email)
        connection = await websockets.connect(
            self.place.socket("/ws/operator"), compression=None, origin=self.place.url,  # type: ignore[arg-type]
            additional_headers={"Cookie": self.cookie},
        )  # fmt: skip
        self.client = Client(connection)
        self.welcome = await self.client.until("welcome")
        return self

    async def do(self, command: str, conversation: str, **fields: Any) -> None:
        await self.client.send(type=command, conversation=conversation, **fields)

    async def watch(self, conversation: str, **fields: Any) -> dict[str, Any]:
        await self.do("watch", conversation, **fields)
        return await self.client.until("conversation", conversation__id=conversation)

    async def claim(self, conversation: str) -> dict[str, Any]:
        """Claims what is being watched; the status that follows."""
        await self.do("claim", conversation)
        return await self.client.until("status", conversation=conversation, status="human")

    async def say(self, conversation: str, text: str, id: str | None = None) -> dict[str, Any]:
        id = id or str(uuid.uuid4())
        await self.do("message", conversation, id=id, text=text)
        return await self.client.until("ack", id=id)

    async def leave(self) -> None:
        await self.client.close()
