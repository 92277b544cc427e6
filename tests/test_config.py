"""Settings: each that is wrong stops the start with one line that names it, what is wrong, and an example."""

import re
import stat
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from chatbot import config
from chatbot.cli import main
from chatbot.config import SETTINGS, BadSetting

BAD: dict[str, tuple[str, ...]] = {
    "CHATBOT_DATA_DIR": ("/proc/foyer", "/dev/null", "/dev/null/foyer", "a\x01b"),
    "CHATBOT_HOST": (
        "two words", "300.1.1.1", "1.2.3", "a..b", "-", ".", "http://localhost", "localhost:8000", "[::1]", "x" * 64,
        "müller", "a\x01b", "a/b",
    ),
    "CHATBOT_PORT": (
        "0", "65536", "-1", "+80", "80a", "8000.0", "1e3", "0x50", "00000123456", "٨٠٠٠", "8 0", "9" * 5000, "http",
    ),
    "CHATBOT_BASE_URL": (
        "chat.shop.example", "//chat.shop.example", "ftp://chat.shop.example", "https://", "https:///x", "https://a b",
        "https://chat.shop.example/foyer", "https://u@chat.shop.example", "https://u:p@chat.shop.example",
        "https://:p@chat.shop.example", "https://chat.shop.example?x", "https://chat.shop.example#x", "https://chat\n.example",
        "https://chat.shop.example:port", "https://chat.shop.example:0", "https://chat.shop.example:65536",
        "https://müller.example", "javascript:alert(1)", "https://[::1", "https://a\\b",
    ),
    "CHATBOT_SECRET_KEY": ("x", "x" * 31, "x" * 40 + "\x00", "x" * 40 + "\n" + "x"),
    "CHATBOT_TRUSTED_PROXIES": ("x", "localhost", "10.0.0.1/8", "10.0.0.0/33", "1.2.3.4;5.6.7.8", "1.2.3", "*", "::g"),
    "CHATBOT_LIMIT_SCALE": ("0", "-1", "nan", "inf", "many", "1e9", "0,5", "0.0000001"),
    "CHATBOT_LOG_LEVEL": ("loud", "trace", "10", "info,debug"),
    "ANTHROPIC_API_KEY": ("sk ant", "sk-ant-…", "sk\x01", "sk\tant"),
    "ANTHROPIC_BASE_URL": ("api.anthropic.com", "https://", "https://key@api.example", "https://a b", "https://a/b?c"),
    "CHATBOT_MODEL": ("a\x01b", "a\nb", "a\x9bb"),
}  # fmt: skip
EVERY = [(name, value) for name, values in BAD.items() for value in values]


def settings(folder: Path, **changed: str) -> config.Config:
    return config.read({"CHATBOT_DATA_DIR": str(folder), **changed})


def test_every_setting_has_wrong_values_here() -> None:
    assert set(BAD) == set(SETTINGS)


@pytest.mark.parametrize(("name", "value"), EVERY, ids=[f"{name}-{n}" for n, (name, _) in enumerate(EVERY)])
def test_a_wrong_setting_is_named_in_one_line_with_an_example(tmp_path: Path, name: str, value: str) -> None:
    with pytest.raises(BadSetting) as refused:
        settings(tmp_path, **{name: value})
    line = str(refused.value)
    assert re.match(rf"{name}\b", line) and f"; for example {name}=" in line, line
    assert len(line.splitlines()) == 1 and not re.search(r"[\x00-\x1f]", line), line
    assert line.count(name) == 2 and len(line) < 300, line


@pytest.mark.parametrize("name", SETTINGS)
def test_a_wrong_setting_stops_the_start(
    tmp_path: Path, name: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("CHATBOT_DATA_DIR", str(tmp_path / "data"))
    monkeypatch.setenv(name, BAD[name][0])
    for command in (["serve"], ["demo"], ["user", "password", "a@b.example", "--password-stdin"]):
        assert main(command) == 2
        out, err = capsys.readouterr()
        assert out == "" and err.startswith(f"foyer: {name}") and err.count("\n") == 1, err
    assert not list(tmp_path.glob("**/*.sqlite3"))


def test_the_secret_of_a_wrong_setting_is_not_printed(tmp_path: Path) -> None:
    for name, value in (("CHATBOT_SECRET_KEY", "hunter2"), ("ANTHROPIC_API_KEY", "sk hunter2")):
        with pytest.raises(BadSetting) as refused:
            settings(tmp_path, **{name: value})
        assert "hunter2" not in str(refused.value)


GOOD = {
    "CHATBOT_HOST": ("10.0.0.1", "::1", "::", "localhost", "foyer-1.internal", "127.0.0.1"),
    "CHATBOT_PORT": ("1", "80", "65535", " 8000 ", "08000"),
    "CHATBOT_TRUSTED_PROXIES": ("10.0.0.0/8, ::1", "127.0.0.1", "0.0.0.0/0", "fd00::/8,"),
    "CHATBOT_LIMIT_SCALE": ("1", "0.5", "1000", "1e3"),
    "CHATBOT_LOG_LEVEL": ("debug", "INFO", "Warning"),
    "ANTHROPIC_BASE_URL": ("http://127.0.0.1:9000/anthropic/", "http://model_proxy:8080"),
    "CHATBOT_SECRET_KEY": ("x" * 32, "é" * 32),
}


@pytest.mark.parametrize(("name", "value"), [(name, value) for name, values in GOOD.items() for value in values])
def test_a_right_setting_is_taken(tmp_path: Path, name: str, value: str) -> None:
    settings(tmp_path, **{name: value})


@pytest.mark.parametrize(
    ("address", "origin"),
    [
        ("https://chat.shop.example", "https://chat.shop.example"), ("HTTPS://Chat.Shop.Example:443/", "https://chat.shop.example"),
        ("http://chat.shop.example:80", "http://chat.shop.example"), ("https://chat.shop.example:8443//", "https://chat.shop.example:8443"),
        ("http://[::1]:8000", "http://[::1]:8000"), ("http://10.0.0.5:8000", "http://10.0.0.5:8000"),
    ],
)  # fmt: skip
def test_the_base_address_is_kept_as_browsers_send_it(tmp_path: Path, address: str, origin: str) -> None:
    read = settings(tmp_path, CHATBOT_BASE_URL=address)
    assert read.origin == read.base_url == origin
    assert read.secure == origin.startswith("https")


def test_without_one_the_base_address_is_where_the_server_listens(tmp_path: Path) -> None:
    assert settings(tmp_path, CHATBOT_PORT="8123").base_url == "http://127.0.0.1:8123"
    assert settings(tmp_path, CHATBOT_HOST="::1").base_url == "http://[::1]:8000"
    assert settings(tmp_path, CHATBOT_PORT="80").base_url == "http://127.0.0.1"


def test_an_empty_setting_is_one_that_is_not_set(tmp_path: Path) -> None:
    plain = settings(tmp_path)
    assert settings(tmp_path, **{name: " " for name in SETTINGS if name != "CHATBOT_DATA_DIR"}) == plain


def test_the_secret_key_is_made_once_and_nobody_else_may_read_it(tmp_path: Path) -> None:
    first = settings(tmp_path)
    assert len(first.secret_key) >= 48 and settings(tmp_path).secret_key == first.secret_key
    assert stat.S_IMODE((tmp_path / "secret.key").stat().st_mode) == 0o600
    assert [path.name for path in tmp_path.iterdir()] == ["secret.key"]
    assert settings(tmp_path / "new").secret_key != first.secret_key
    assert stat.S_IMODE((tmp_path / "new").stat().st_mode) == 0o700


def test_many_that_start_at_once_have_one_key(tmp_path: Path) -> None:
    with ThreadPoolExecutor(16) as pool:
        keys = set(pool.map(lambda _: settings(tmp_path).secret_key, range(64)))
    assert len(keys) == 1 and len(keys.pop()) >= 48
    assert [path.name for path in tmp_path.iterdir()] == ["secret.key"]


@pytest.mark.parametrize("kept", [b"", b"short", b"\xff" * 64, b" " * 64])
def test_a_key_file_that_holds_no_key_stops_the_start(tmp_path: Path, kept: bytes) -> None:
    (tmp_path / "secret.key").write_bytes(kept)
    with pytest.raises(BadSetting, match=r"CHATBOT_SECRET_KEY is not set, and .*secret\.key holds no key"):
        settings(tmp_path)
    assert settings(tmp_path, CHATBOT_SECRET_KEY="x" * 32).secret_key == "x" * 32
