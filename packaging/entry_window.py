"""Where the frozen `eidetic-desktop` begins."""

import multiprocessing
import sys

if __name__ == "__main__":
    # In a frozen program, the engine and the decode workers are this program again: this call turns them into such.
    multiprocessing.freeze_support()

    from desktop_app.main import main

    sys.exit(main())
