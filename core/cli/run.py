"""Runs one command line: what goes wrong becomes one message on stderr and an exit code."""

import contextlib
import os
import signal
import sys
import traceback
from collections.abc import Sequence
from types import FrameType
from typing import TYPE_CHECKING, TextIO

from core.cli.output import complain
from core.values.errors import CatalogDamagedError, EideticError, UsageError

if TYPE_CHECKING:
    from typer import Typer


def run(arguments: Sequence[str] | None = None) -> int:
    """Run the command line and return its exit code. `arguments`: without the program's name."""
    from core.cli.app import app

    for stream in (sys.stdout, sys.stderr):
        _never_fail_to_print(stream)
    before = signal.signal(signal.SIGTERM, _terminate)
    signal.signal(signal.SIGINT, signal.default_int_handler)
    try:
        code = _run_once(app, arguments)
    except CatalogDamagedError as error:
        # Once the catalog is repaired the command has its answer; that it was damaged is told by the code all the same.
        if _repaired(error):
            with contextlib.suppress(CatalogDamagedError):
                _run_once(app, arguments)
        code = 1
    finally:
        signal.signal(signal.SIGTERM, before)
    return _flushed(code)


def _repaired(error: CatalogDamagedError) -> bool:
    from core.cli.repair import repair_after

    return repair_after(error)


def _run_once(app: "Typer", arguments: Sequence[str] | None) -> int:
    """Run the command line; damage of the catalog is left to the caller."""
    code = 0
    try:
        app(None if arguments is None else list(arguments), prog_name="eidetic")
    except CatalogDamagedError:
        raise
    except SystemExit as end:
        code = end.code if isinstance(end.code, int) else int(end.code is not None)
    except KeyboardInterrupt:
        code = 128 + signal.SIGINT
    except EideticError as error:
        complain(str(error))
        code = 2 if isinstance(error, UsageError) else 1
    except BrokenPipeError:
        code = 1
    except Exception:  # The last stop of a bug: it is shown whole, to be reported.
        traceback.print_exc()
        complain("This is a bug in Eidetic. Please report it with the lines above.")
        code = 1
    return code


def _flushed(code: int) -> int:
    """Flush stdout here: when its reader has gone, Python would complain about it at exit."""
    try:
        sys.stdout.flush()
    except BrokenPipeError:
        with contextlib.suppress(OSError, ValueError):
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return code or 1
    return code


def _never_fail_to_print(stream: TextIO) -> None:
    reconfigure = getattr(stream, "reconfigure", None)
    if reconfigure is not None:
        reconfigure(errors="backslashreplace")


def _terminate(_number: int, _frame: FrameType | None) -> None:
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    sys.exit(128 + signal.SIGTERM)
