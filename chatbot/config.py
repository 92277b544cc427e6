"""Settings from the environment: every one optional, each checked at the start."""

import ipaddress
import os
import re
import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

LOG_LEVELS = ("debug", "info", "warning", "error")


class BadSetting(ValueError):
    """A setting that cannot be used: one line that names it, what is wrong, and an example."""


@dataclass(frozen=True)
class Config:
    """The settings of one server. `limit_scale` multiplies every limit on rate and count."""

    data_dir: Path
    host: str
    port: int
    base_url: str
    secret_key: str
    trusted_proxies: tuple[ipaddress.IPv4Network | ipaddress.IPv6Network, ...]
    limit_scale: float
    log_level: str
    anthropic_key: str
    anthropic_url: str
    model: str
    demo: bool = False

    @property
    def origin(self) -> str:
        """The base address as browsers send it."""
        parts = urlsplit(self.base_url)
        return f"{parts.scheme}://{parts.netloc}"

    @property
    def secure(self) -> bool:
        """True behind HTTPS: cookies are then bound to it."""
        return self.base_url.startswith("https://")


def _text(value: str) -> str:
    if re.search(r"[\x00-\x1f]", value):
        raise ValueError("has control characters")
    return value


def _port(value: str) -> int:
    if not value.isascii() or not value.isdigit() or not 1 <= int(value[:6]) <= 65535:
        raise ValueError("is not a port from 1 to 65535")
    return int(value)


def _address(value: str) -> str:
    parts = urlsplit(value)
    try:
        fits = parts.scheme in ("http", "https") and bool(parts.hostname) and (parts.port or 1) > 0
    except ValueError:
        fits = False
    if not fits or parts.username or parts.query or parts.fragment:
        raise ValueError("is not an http(s) address")
    return value.rstrip("/")


def _scale(value: str) -> float:
    try:
        number = float(value)
    except ValueError:
        number = 0.0
    if not 0.001 <= number <= 1_000_000:
        raise ValueError("is not a number from 0.001 to 1000000")
    return number


def _level(value: str) -> str:
    if value.lower() not in LOG_LEVELS:
        raise ValueError(f"is not one of {', '.join(LOG_LEVELS)}")
    return value.lower()


def _networks(value: str) -> tuple[Any, ...]:
    try:
        return tuple(ipaddress.ip_network(part.strip()) for part in value.split(",") if part.strip())
    except ValueError as error:
        raise ValueError("is not a list of addresses or networks") from error


def _key(value: str) -> str:
    if len(_text(value)) < 32:
        raise ValueError("has fewer than 32 characters")
    return value


SETTINGS: Mapping[str, tuple[str, Callable[[str], Any], str]] = {
    "CHATBOT_DATA_DIR": ("./data", lambda value: Path(_text(value)), "/var/lib/foyer"),
    "CHATBOT_HOST": ("127.0.0.1", _text, "0.0.0.0"),  # noqa: S104 - an example, not the default
    "CHATBOT_PORT": ("8000", _port, "8000"),
    "CHATBOT_BASE_URL": ("", _address, "https://chat.shop.example"),
    "CHATBOT_SECRET_KEY": ("", _key, "the output of: openssl rand -base64 48"),
    "CHATBOT_TRUSTED_PROXIES": ("", _networks, "127.0.0.1,10.0.0.0/8"),
    "CHATBOT_LIMIT_SCALE": ("1", _scale, "1"),
    "CHATBOT_LOG_LEVEL": ("info", _level, "info"),
    "ANTHROPIC_API_KEY": ("", _text, "sk-ant-…"),
    "ANTHROPIC_BASE_URL": ("", _address, "https://api.anthropic.com"),
    "CHATBOT_MODEL": ("claude-haiku-5-5", _text, "claude-haiku-5-5"),
}
"""Name, default, check and example of every setting; the documentation is tested against this table."""


def read(
    environment: Mapping[str, str] = os.environ, *, default_folder: Path | None = None, demo: bool = False
) -> Config:
    """The settings, or BadSetting. Makes the data folder, and in it the secret key where none is set."""
    values = {name: _checked(name, environment.get(name, "").strip()) for name in SETTINGS}
    folder: Path = values["CHATBOT_DATA_DIR"]
    if default_folder is not None and not environment.get("CHATBOT_DATA_DIR", "").strip():
        folder = default_folder
    _make_folder(folder)
    host, port = values["CHATBOT_HOST"], values["CHATBOT_PORT"]
    shown = f"[{host}]" if ":" in host else host
    settings: dict[str, Any] = {
        "data_dir": folder,
        "host": host,
        "port": port,
        "base_url": values["CHATBOT_BASE_URL"] or f"http://{shown}:{port}",
        "secret_key": values["CHATBOT_SECRET_KEY"] or _kept_key(folder),
        "trusted_proxies": values["CHATBOT_TRUSTED_PROXIES"] or (),
        "limit_scale": values["CHATBOT_LIMIT_SCALE"],
        "log_level": values["CHATBOT_LOG_LEVEL"],
        "anthropic_key": values["ANTHROPIC_API_KEY"],
        "anthropic_url": values["ANTHROPIC_BASE_URL"],
        "model": values["CHATBOT_MODEL"],
    }
    return Config(**settings, demo=demo)


def _checked(name: str, value: str) -> Any:
    default, check, example = SETTINGS[name]
    if not value and not default:
        return ""
    try:
        return check(value or default)
    except ValueError as error:
        raise BadSetting(f"{name} {error}; for example {name}={example}") from error


def _make_folder(folder: Path) -> None:
    try:
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        probe = folder / f".probe-{secrets.token_hex(4)}"
        probe.touch()
        probe.unlink()
    except OSError as error:
        reason = (error.strerror or "cannot be written").lower()
        raise BadSetting(f"CHATBOT_DATA_DIR: {folder}: {reason}; for example CHATBOT_DATA_DIR=./data") from error


def _kept_key(folder: Path) -> str:
    path = folder / "secret.key"
    try:
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        return path.read_text("ascii").strip()
    with os.fdopen(handle, "w") as file:
        file.write(secrets.token_urlsafe(48))
    return path.read_text("ascii").strip()
