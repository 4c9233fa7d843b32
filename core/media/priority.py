"""Lets background work give way: to the user's other programs, and to the searches of this one."""

import os
import sys
import threading

import psutil

NICE = 10
"""As `nice` counts: a thread at 0 that wants the same core gets nine times as much of it."""


def lower_process() -> None:
    """Let this process give way."""
    if sys.platform == "win32":
        psutil.Process().nice(psutil.BELOW_NORMAL_PRIORITY_CLASS)
    else:
        os.nice(max(0, NICE - os.nice(0)))


def lower_thread() -> None:
    """Let the calling thread give way, and those that it starts from now on.

    On Linux alone: elsewhere priorities belong to whole processes, or are not handed down to the threads of a library.
    """
    if sys.platform == "linux":
        thread = threading.get_native_id()
        os.setpriority(os.PRIO_PROCESS, thread, max(NICE, os.getpriority(os.PRIO_PROCESS, thread)))
