"""How benchmarks take times and hand in figures: JSON under `build/bench/`, and the same as lines on the screen."""

import json
import os
import platform
import time
from collections.abc import Callable, Mapping
from pathlib import Path

BENCH_FOLDER = Path(__file__).parent.parent / "build" / "bench"

Figure = float | int | str | bool | None | list["Figure"] | Mapping[str, "Figure"]


def machine() -> dict[str, Figure]:
    """Return what the figures depend on."""
    return {
        "system": platform.platform(),
        "processor": platform.processor() or platform.machine(),
        "cores": os.cpu_count() or 1,
        "python": platform.python_version(),
    }


def seconds_of(call: Callable[[], object]) -> float:
    """Return how long a call takes."""
    start = time.perf_counter()
    call()
    return time.perf_counter() - start


def write(name: str, figures: Mapping[str, Figure], target: Path | None = None) -> Path:
    """Write `figures` with the machine and the time to `target` or `build/bench/<name>.json`, and print them."""
    path = target or BENCH_FOLDER / f"{name}.json"
    path.parent.mkdir(parents=True, exist_ok=True)
    whole = {"benchmark": name, "at": time.strftime("%Y-%m-%dT%H:%M:%S%z"), "machine": machine(), **figures}
    path.write_text(json.dumps(whole, indent=2, ensure_ascii=False) + "\n", "utf-8")
    _print(figures, "")
    print(f"written to {path}")
    return path


def _print(figures: Mapping[str, Figure], indent: str) -> None:
    for label, value in figures.items():
        if isinstance(value, Mapping):
            print(f"{indent}{label}:")
            _print(value, indent + "  ")
        elif isinstance(value, float):
            print(f"{indent}{label}: {value:.4g}")
        else:
            print(f"{indent}{label}: {value}")
