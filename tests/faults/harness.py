"""People who go on talking to a server that dies: every one writes down what it did and saw."""

import asyncio
import contextlib
import json
import random
import time
import uuid
from dataclasses import dataclass, field
from typing import Any

import httpx2
import websockets
from websockets.asyncio.client import ClientConnection, connect

from tests.faults.checker import Ack, Attempt, Delta, Log, Refused, Seen
from tests.faults.server import PASSWORD, Server

QUESTIONS = (
    "When do you refund my payment?", "How many days do I have to send it back?", "Hello", "Do you sell elephants?",
    "To which payment method do you refund?", "Thank you",
)  # fmt: skip
GONE = (OSError, websockets.WebSocketException, TimeoutError, EOFError)
Frame = dict[str, Any]


@dataclass
class Party:
    """Somebody who comes back whenever the connection breaks, with everything that is not acknowledged yet."""

    server: Server
    log: Log
    name: str
    chance: random.Random
    outbox: dict[str, Frame] = field(default_factory=dict)
    epoch: int | None = None
    quiet: bool = False
    """Nothing new is said any more; what is not acknowledged still is sent."""
    socket: ClientConnection | None = None

    async def live(self) -> None:
        """For ever: connects, listens, and comes back."""
        while True:
            try:
                async with self.connect() as self.socket:
                    await self.hello()
                    async for raw in self.socket:
                        await self.hear(json.loads(raw))
            except GONE:
                pass
            self.socket = None
            await asyncio.sleep(self.chance.uniform(0.02, 0.15))

    def connect(self) -> connect:
        raise NotImplementedError

    async def hello(self) -> None:
        """What is said first."""

    async def hear(self, frame: Frame) -> None:
        raise NotImplementedError

    async def send(self, frame: Frame) -> None:
        """Sends if there is a connection; what must arrive stands in the outbox."""
        if self.socket is not None:
            with contextlib.suppress(*GONE):
                await self.socket.send(json.dumps(frame))

    async def say(self, text: str, **fields: Any) -> None:
        """A new message, each with words of its own."""
        id = str(uuid.uuid4())
        frame = {"type": "message", "id": id, "text": f"{text} ({id[:13]})", **fields}
        self.outbox[id] = frame
        self.log.attempts.append(Attempt(self.name, id, frame["text"], time.monotonic()))
        await self.send(frame)

    async def resend(self) -> None:
        for frame in tuple(self.outbox.values()):
            await self.send(frame)

    def acked(self, frame: Frame) -> None:
        self.outbox.pop(frame["id"], None)
        self.log.acks.append(Ack(self.name, frame["id"], frame["seq"], frame["conversation"], time.monotonic()))

    def refused(self, frame: Frame) -> None:
        if self.outbox.pop(frame["ref"] or "", None) is not None:
            self.log.refusals.append(Refused(self.name, frame["ref"], frame["code"]))

    def saw(self, conversation: str, entry: Frame) -> None:
        role = entry["author"]["role"]
        self.log.screens.append(
            Seen(self.name, conversation, entry["seq"], entry["text"], role, time.monotonic(), entry["turn"])
        )


@dataclass
class VirtualVisitor(Party):
    """Writes at random; resumes by `after` and `epoch`, as the widget does."""

    token: str = ""
    secret: str | None = None
    conversation: str | None = None
    seq: int = 0
    _early: list[Frame] = field(default_factory=list)

    def connect(self) -> connect:
        return connect(f"ws://127.0.0.1:{self.server.port}/ws/visitor", compression=None, open_timeout=3)

    async def hello(self) -> None:
        await self.send(
            {
                "type": "hello", "token": self.token, "visitor": self.secret, "conversation": self.conversation,
                "after": self.seq, "epoch": self.epoch,
            }
        )  # fmt: skip

    async def hear(self, frame: Frame) -> None:
        match frame["type"]:
            case "welcome":
                self.secret, self.epoch = frame["visitor"], frame["epoch"]
                self._early.clear()  # it comes again
                if frame["conversation"]:
                    self.conversation = frame["conversation"]["id"]
                self._show(frame["entries"])
                await self.resend()
            case "ack":
                self.acked(frame)
                self.conversation = frame["conversation"]
                self._show([])
            case "error":
                self.refused(frame)
            case "entry":
                self._show([frame["entry"]])
            case "delta":
                self.log.screens.append(Delta(self.name, frame["turn"]))

    def _show(self, entries: list[Frame]) -> None:
        """A window may see its first entry before the ack that names the conversation."""
        self._early += entries
        if self.conversation is not None:
            for entry in self._early:
                self.saw(self.conversation, entry)
                self.seq = entry["seq"]
            self._early.clear()

    async def write(self) -> None:
        """Says something every now and then; now and then stops an answer, or asks for a person."""
        while not self.quiet:
            await asyncio.sleep(self.chance.choice((0.02, 0.1, 0.6, 2.5)) * self.chance.uniform(0.5, 1.5))
            kind = self.chance.random()
            if kind < 0.04:
                await self.send({"type": "ask_human"})
            elif kind < 0.08:
                await self.send({"type": "stop"})
            elif not self.quiet:
                await self.say(self.chance.choice(QUESTIONS))


@dataclass
class VirtualOperator(Party):
    """Watches everything, takes a conversation now and then, says something, and gives it back."""

    email: str = ""
    cookie: str = ""
    user: str = ""
    seqs: dict[str, int] = field(default_factory=dict)
    mine: set[str] = field(default_factory=set)

    async def sign_in(self) -> None:
        """The session outlives every death of the server."""
        async with httpx2.AsyncClient(trust_env=False) as browser:
            answer = await browser.post(
                f"{self.server.url}/login", data={"email": self.email, "password": PASSWORD},
                headers={"Origin": self.server.url},
            )  # fmt: skip
            self.cookie = "; ".join(f"{name}={value}" for name, value in answer.cookies.items())

    def connect(self) -> connect:
        return connect(
            f"ws://127.0.0.1:{self.server.port}/ws/operator", compression=None, open_timeout=3,
            origin=self.server.url, additional_headers={"Cookie": self.cookie},  # type: ignore[arg-type]
        )  # fmt: skip

    async def hear(self, frame: Frame) -> None:
        conversation = frame.get("conversation", "")
        match frame["type"]:
            case "welcome":
                self.user, epoch = frame["user"]["id"], frame["epoch"]
                for id, seq in self.seqs.items():
                    await self.send({"type": "watch", "conversation": id, "after": seq, "epoch": epoch})
                self.epoch = epoch
                await self.resend()
            case "inbox" if conversation not in self.seqs:
                self.seqs[conversation] = 0
                await self.send({"type": "watch", "conversation": conversation})
            case "conversation":
                self._owned(conversation["id"], conversation["operator"])
                self._show(conversation["id"], frame["entries"])
            case "status":
                self._owned(conversation, frame["operator"])
            case "entry":
                self._show(conversation, [frame["entry"]])
            case "delta":
                self.log.screens.append(Delta(self.name, frame["turn"]))
            case "ack":
                self.acked(frame)
            case "error":
                self.refused(frame)

    def _owned(self, conversation: str, operator: Frame | None) -> None:
        if operator and operator["id"] == self.user:
            self.mine.add(conversation)
        else:
            self.mine.discard(conversation)

    def _show(self, conversation: str, entries: list[Frame]) -> None:
        for entry in entries:
            self.saw(conversation, entry)
            self.seqs[conversation] = entry["seq"]

    async def work(self) -> None:
        """One thing after the other, at random."""
        while not self.quiet:
            await asyncio.sleep(self.chance.uniform(0.2, 1.2))
            mine, all_known = sorted(self.mine), sorted(self.seqs)
            kind = self.chance.random()
            if mine and kind < 0.4:
                id = self.chance.choice(mine)
                await self.say("Bob here", conversation=id)
            elif mine and kind < 0.8:
                command = self.chance.choice(("hand_back", "release"))
                await self.send({"type": command, "conversation": self.chance.choice(mine)})
            elif all_known:
                await self.send({"type": "claim", "conversation": self.chance.choice(all_known)})
