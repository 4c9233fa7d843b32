"""Where the frozen programs begin: the command line, or the window where the program is called `eidetic-desktop`."""

import multiprocessing
import sys
from pathlib import Path

if __name__ == "__main__":
    # In a frozen program, the engine and the decode workers are this program again: this call turns them into such.
    multiprocessing.freeze_support()

    if Path(sys.argv[0]).stem == "eidetic-desktop":
        from desktop_app.main import main as show_window

        sys.exit(show_window())
    from core.cli.main import main

    main()
