"""The entry of `eidetic`. Imports next to nothing itself: decode workers import this module again when they start."""


def main() -> None:
    """Run the command line and end the process with its exit code.

    0: done. 1: it failed, the message is on stderr. 2: wrong use. 130: stopped with Ctrl-C. 143: terminated.
    """
    from core.cli.run import run
    from core.engine.ending import end

    end(run())


if __name__ == "__main__":
    main()
