"""The entry of `eidetic`. Imports next to nothing itself: decode workers import this module again when they start."""

import os
import signal
from types import FrameType


def main() -> None:
    """Run the command line and end the process with its exit code.

    0: done. 1: it failed, the message is on stderr. 2: wrong use. 130: stopped with Ctrl-C. 143: terminated.
    """
    # While modules are imported Ctrl-C would surface as any error of theirs; nothing is begun that could be left half.
    signal.signal(signal.SIGINT, _end_at_once)
    # Before numpy is loaded: for the small matrices of a query its threads take ten times the processor time of one.
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
    from core.cli.run import run
    from core.engine.ending import end

    end(run())


def _end_at_once(_number: int, _frame: FrameType | None) -> None:
    os._exit(128 + signal.SIGINT)


if __name__ == "__main__":
    main()
