"""Where the frozen `eidetic` begins."""

import multiprocessing

if __name__ == "__main__":
    # In a frozen program, worker processes are this program again: this call turns them into workers.
    multiprocessing.freeze_support()

    from core.cli.main import main

    main()
