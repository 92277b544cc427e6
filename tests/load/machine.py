"""Starting servers and reading what they take: processes, memory, ports."""

import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PATIENCE = 20.0


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def rss(pid: int) -> int:
    """Resident memory in bytes."""
    for line in Path(f"/proc/{pid}/status").read_text().splitlines():
        if line.startswith("VmRSS:"):
            return int(line.split()[1]) * 1024
    raise LookupError(pid)


@contextmanager
def process(arguments: list[str], port: int, **environment: str) -> Iterator[tuple[int, float]]:
    """A server; (pid, seconds from start to ready)."""
    began = time.perf_counter()
    child = subprocess.Popen(
        arguments, cwd=ROOT, env={**os.environ, **environment}, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    try:
        while not _ready(port):
            if child.poll() is not None or time.perf_counter() - began > PATIENCE:
                raise RuntimeError(f"{arguments} did not start")
        yield child.pid, time.perf_counter() - began
    finally:
        child.send_signal(signal.SIGTERM)
        child.wait(15)


def _ready(port: int) -> bool:
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/readyz", timeout=1) as answer:
            return bool(answer.status == 200)
    except urllib.error.HTTPError as answer:
        return answer.code == 404  # a server without this page
    except OSError:
        return False


@contextmanager
def foyer(folder: Path, **environment: str) -> Iterator[tuple[int, int, float]]:
    """Our server over `folder`; (port, pid, seconds to ready)."""
    port = free_port()
    settings = {
        "CHATBOT_DATA_DIR": str(folder), "CHATBOT_PORT": str(port), "CHATBOT_LIMIT_SCALE": "100000",
        "CHATBOT_LOG_LEVEL": "error",
    }  # fmt: skip
    with process([sys.executable, "-m", "chatbot", "serve"], port, **settings, **environment) as (pid, seconds):
        yield port, pid, seconds


@contextmanager
def bare() -> Iterator[tuple[int, int, float]]:
    """The bare counterpart; (port, pid, seconds to ready)."""
    port = free_port()
    with process([sys.executable, "-m", "tests.load.bare", str(port)], port) as (pid, seconds):
        yield port, pid, seconds


def command(folder: Path, *arguments: str, text: str = "") -> str:
    """What a command of ours prints."""
    done = subprocess.run(
        [sys.executable, "-m", "chatbot", *arguments], cwd=ROOT, input=text, text=True, capture_output=True, check=True,
        env={**os.environ, "CHATBOT_DATA_DIR": str(folder)},
    )  # fmt: skip
    return done.stdout
