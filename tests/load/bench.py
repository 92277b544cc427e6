"""`make bench`: each figure beside its bare counterpart in the same run, as a table and as bench.json.

Every figure names its limit; a figure that misses it is printed with a mark and makes the command fail.
"""

import asyncio
import json
import platform
import sys
import tempfile
from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path

from tests.load import figures

MEGABYTE = 1_000_000
KIBIBYTE = 1024


@dataclass(frozen=True)
class Figure:
    """One line of the table. `holds` says whether the limit is kept."""

    name: str
    ours: str
    bare: str
    limit: str
    holds: bool


def at_rest(folder: Path) -> Figure:
    ours, bare = figures.memory_at_rest(folder)
    return Figure(
        "memory at rest", f"{ours / MEGABYTE:.1f} MB", f"{bare / MEGABYTE:.1f} MB (same server, empty)", "≤ 45 MB",
        ours <= 45 * MEGABYTE,
    )  # fmt: skip


def start(folder: Path) -> Figure:
    ours, bare = figures.seconds_to_ready(folder)
    return Figure("start to ready", f"{ours:.2f} s", f"{bare:.2f} s (same server, empty)", "≤ 1.5 s", ours <= 1.5)


def ack(folder: Path) -> Figure:
    ours, bare = asyncio.run(figures.message_to_ack(folder))
    return Figure(
        "message to durable ack", f"p50 {ours.p50:.1f} ms, p95 {ours.p95:.1f} ms",
        f"p50 {bare.p50:.1f} ms (one INSERT, one COMMIT at FULL)", "p50 ≤ 5 ms", ours.p50 <= 5,
    )  # fmt: skip


def first_token(folder: Path) -> Figure:
    ours, bare = asyncio.run(figures.time_to_first_token(folder))
    added = ours.p95 - bare.p50
    return Figure(
        "added time to first token", f"p95 {added:.1f} ms (whole way p50 {ours.p50:.1f} ms)",
        f"p50 {bare.p50:.1f} ms (the model asked directly)", "p95 ≤ 30 ms", added <= 30,
    )  # fmt: skip


def group_commit(folder: Path) -> Figure:
    ours, bare = asyncio.run(figures.messages_a_second(folder))
    return Figure(
        "messages stored a second",
        f"{ours:,.0f} waiting together",
        f"{bare:,.0f} one by one",
        "≥ 4 ×",
        ours >= 4 * bare,
    )


def idle(folder: Path) -> Figure:
    ours, bare = asyncio.run(figures.memory_per_visitor(folder))
    return Figure(
        "memory of an idle visitor", f"{ours / KIBIBYTE:.1f} KiB", f"{bare / KIBIBYTE:.1f} KiB (echo socket)",
        "≤ 32 KiB", ours <= 32 * KIBIBYTE,
    )  # fmt: skip


def widget(folder: Path) -> Figure:
    loader, panel, raw = figures.widget_bytes()
    return Figure(
        "widget on the wire", f"loader {loader:,} + panel {panel:,} = {loader + panel:,} bytes",
        f"{raw:,} bytes unpacked", "loader ≤ 1,280, both ≤ 8,192", loader <= 1280 and loader + panel <= 8192,
    )  # fmt: skip


MEASURES: tuple[Callable[[Path], Figure], ...] = (at_rest, start, ack, first_token, group_commit, idle, widget)


def main() -> int:
    chosen = [measure for measure in MEASURES if not sys.argv[1:] or measure.__name__ in sys.argv[1:]]
    results = []
    for measure in chosen:
        with tempfile.TemporaryDirectory(prefix="foyer-bench-") as folder:
            results.append(measure(Path(folder)))
        _print(results[-1])
    machine = f"{platform.machine()}, {platform.python_implementation()} {platform.python_version()}"
    Path("bench.json").write_text(json.dumps({"machine": machine, "figures": [asdict(r) for r in results]}, indent=1))
    return 0 if all(result.holds for result in results) else 1


def _print(figure: Figure) -> None:
    mark = "  " if figure.holds else "✗ "
    print(f"{mark}{figure.name:<27} {figure.ours:<42} {figure.bare:<46} {figure.limit}", flush=True)


if __name__ == "__main__":
    sys.exit(main())
