"""Settings from the environment: every one optional, each checked at the start."""

import contextlib
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
SHORTEST_KEY = 32
_LABEL = "[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?"
_HOST_NAME = re.compile(rf"(?![0-9.]+$){_LABEL}(\.{_LABEL})*")
_ADDRESS = re.compile(r"(https?)://([a-z0-9._-]+|\[[0-9a-f:.]+\])(?::([0-9]{1,5}))?(/[!-~]*)?", re.IGNORECASE)
_DEFAULT_PORTS = {"http": "80", "https": "443"}


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
    if re.search(r"[\x00-\x1f\x7f-\x9f]", value):
        raise ValueError("has control characters")
    return value


def _credential(value: str) -> str:
    if not re.fullmatch("[!-~]+", value):
        raise ValueError("has spaces or signs that no header can carry")
    return value


def _host(value: str) -> str:
    try:
        return str(ipaddress.ip_address(value))
    except ValueError:
        if not _HOST_NAME.fullmatch(value):
            raise ValueError("is not an address or a name of this machine") from None
    return value


def _port(value: str) -> int:
    if not re.fullmatch("[0-9]{1,5}", value) or not 1 <= int(value) <= 65535:
        raise ValueError("is not a port from 1 to 65535")
    return int(value)


def _address(value: str) -> str:
    """As browsers write it: small letters, no port that goes without saying, no slash at the end."""
    found = _ADDRESS.fullmatch(value)
    if found is None or re.search("[?#@]", value) or not 1 <= int(found[3] or 1) <= 65535:
        raise ValueError("is not an http(s) address")
    scheme, host, port = found[1].lower(), found[2].lower(), found[3]
    shown = "" if port in (None, _DEFAULT_PORTS[scheme]) else f":{int(port)}"
    return f"{scheme}://{host}{shown}{(found[4] or '').rstrip('/')}"


def _own_address(value: str) -> str:
    address = _address(value)
    if urlsplit(address).path:
        raise ValueError("has a path, and Foyer needs a host of its own")
    return address


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
    if len(_text(value)) < SHORTEST_KEY:
        raise ValueError(f"has fewer than {SHORTEST_KEY} characters")
    return value


SETTINGS: Mapping[str, tuple[str, Callable[[str], Any], str]] = {
    "CHATBOT_DATA_DIR": ("./data", lambda value: Path(_text(value)), "/var/lib/foyer"),
    "CHATBOT_HOST": ("127.0.0.1", _host, "0.0.0.0"),  # noqa: S104 - an example, not the default
    "CHATBOT_PORT": ("8000", _port, "8000"),
    "CHATBOT_BASE_URL": ("", _own_address, "https://chat.shop.example"),
    "CHATBOT_SECRET_KEY": ("", _key, "the output of: openssl rand -base64 48"),
    "CHATBOT_TRUSTED_PROXIES": ("", _networks, "127.0.0.1,10.0.0.0/8"),
    "CHATBOT_LIMIT_SCALE": ("1", _scale, "1"),
    "CHATBOT_LOG_LEVEL": ("info", _level, "info"),
    "ANTHROPIC_API_KEY": ("", _credential, "sk-ant-…"),
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
        "base_url": values["CHATBOT_BASE_URL"] or _address(f"http://{shown}:{port}"),
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
    if not path.exists():
        _make_key(path)
    key = path.read_bytes().decode("ascii", "ignore").strip()
    if len(key) < SHORTEST_KEY:
        raise BadSetting(
            f"CHATBOT_SECRET_KEY is not set, and {path} holds no key of {SHORTEST_KEY} characters or more; remove that"
            f" file to have a new one made, or set for example CHATBOT_SECRET_KEY={SETTINGS['CHATBOT_SECRET_KEY'][2]}"
        )
    return key


def _make_key(path: Path) -> None:
    """Writes the key whole or not at all, and one only where several processes start at once."""
    fresh = path.with_name(f".{path.name}-{secrets.token_hex(4)}")
    with os.fdopen(os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
        file.write(secrets.token_urlsafe(48))
        file.flush()
        os.fsync(file.fileno())
    with contextlib.suppress(FileExistsError):
        os.link(fresh, path)
    fresh.unlink()
