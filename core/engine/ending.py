"""Ends a process in which a model may still be loading.

Loading imports torch and reads large files; it cannot be interrupted, and Python must not be torn down under it.
"""

import logging
import os
import sys
import threading
from typing import NoReturn

MODEL_THREAD = "model"


def end(code: int) -> NoReturn:
    """End this process with an exit code: at once, where a model is still being loaded. All else must be closed."""
    if any(thread.name == MODEL_THREAD for thread in threading.enumerate()):
        logging.shutdown()
        for stream in (sys.stdout, sys.stderr):
            stream.flush()
        os._exit(code)
    sys.exit(code)
