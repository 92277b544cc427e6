"""Running the server: one process, one loop, one listening socket."""

import errno
import socket
import sys
from collections.abc import Awaitable, Callable

import uvicorn

from chatbot.app import Parts, application, build, stop
from chatbot.config import BadSetting, Config
from chatbot.domain import showroom
from chatbot.kit.crypto import hash_password
from chatbot.kit.ids import random_id
from chatbot.web.demo import help_pages

BACKLOG = 2048
Furnish = Callable[[Parts], Awaitable[None]]


async def run_server(config: Config) -> int:
    """Serves until a signal ends it."""
    return await _run(config, lambda parts: print_ready(config))


async def run_demo(config: Config) -> int:
    """Serves the made-up shop; prints its pages, the operator's login and a password that is new each time."""
    password = random_id("", 16)

    async def furnish(parts: Parts) -> None:
        everywhere = parts.house.db.across_tenants()
        await everywhere.write(showroom.furnish, hash_password(password), help_pages(config.base_url))

    return await _run(config, lambda parts: print_demo(config, password), furnish)


async def _nothing(parts: Parts) -> None:
    """A server brings no furniture."""


def share_the_interpreter() -> None:
    """The database's threads take the interpreter back after each statement; at Python's own 5 ms a busy loop makes a
    message wait for it several times."""
    sys.setswitchinterval(0.0005)


async def _run(config: Config, ready: Callable[[Parts], None], furnish: Furnish = _nothing) -> int:
    share_the_interpreter()
    listening = _listen(config)
    parts = await build(config)
    try:
        await furnish(parts)
        await Announcing(parts, ready).serve(sockets=[listening])
    finally:
        await stop(parts)
    return 0


class Announcing(uvicorn.Server):
    """Says so once it is listening and everything that was owed has been taken up."""

    def __init__(self, parts: Parts, ready: Callable[[Parts], None]) -> None:
        super().__init__(uvicorn_config(parts))
        self._parts = parts
        self._ready = ready

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Starts, then announces."""
        await super().startup(sockets)
        if self.started:
            self._ready(self._parts)


def uvicorn_config(parts: Parts) -> uvicorn.Config:
    """How uvicorn serves this application: no compression a socket, small frames, no access log."""
    return uvicorn.Config(
        application(parts), ws="websockets-sansio", ws_per_message_deflate=False, ws_max_size=65_536,
        timeout_graceful_shutdown=10, access_log=False, log_config=None, server_header=False, proxy_headers=False,
        loop="asyncio", http="h11", lifespan="on", date_header=True,
    )  # fmt: skip


def _listen(config: Config) -> socket.socket:
    family = socket.AF_INET6 if ":" in config.host else socket.AF_INET
    # With the protocol named, asyncio sets TCP_NODELAY on every connection; without it an ack waits 40 ms.
    listening = socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listening.bind((config.host, config.port))
    except OSError as error:
        listening.close()
        raise _blamed(error, config) from error
    listening.listen(BACKLOG)
    listening.setblocking(False)
    return listening


def _blamed(error: OSError, config: Config) -> BadSetting:
    """The setting that is at fault: the host where nothing here has that name or address, else the port."""
    reason = (error.strerror or str(error)).lower()
    if isinstance(error, socket.gaierror) or error.errno == errno.EADDRNOTAVAIL:
        return BadSetting(f"CHATBOT_HOST: cannot listen on {config.host}: {reason}; for example CHATBOT_HOST=127.0.0.1")
    other = config.port + 1 if config.port < 65535 else 8001
    return BadSetting(
        f"CHATBOT_PORT: cannot listen on {config.host} port {config.port}: {reason}; for example CHATBOT_PORT={other}"
    )


def print_ready(config: Config) -> None:
    """One line for whoever started it."""
    print(f"Foyer is at {config.base_url}", flush=True)


def print_demo(config: Config, password: str) -> None:
    """Where to look, and how to sign in."""
    print(
        f"\nFoyer's demo is running.\n\n"
        f"  Both sides at once   {config.base_url}/demo\n"
        f"  The shop alone       {config.base_url}/demo/shop\n"
        f"  The operator's app   {config.base_url}/login\n"
        f"    e-mail             {showroom.OPERATOR}\n"
        f"    one-time password  {password}   (a new one at every start)\n\n"
        f"End it with Ctrl+C.\n",
        flush=True,
    )
