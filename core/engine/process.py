"""The main function of the engine process. Never imports Qt; imports torch only after `Ready`, in a thread.

The process ends when it is told to, when it gets SIGTERM, or when the process that started it is gone.
"""

import signal
from multiprocessing.connection import Connection

from core.engine.ending import end
from core.engine.server import OnEvent, Server
from core.settings.paths import LibraryPaths


def main(connection: Connection, paths: LibraryPaths, program: str) -> None:
    """Serve the library at `paths` over `connection`; end the process with 0, or 1 when it cannot be opened."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    from core.engine.engine import Engine

    def open_engine(on_event: OnEvent) -> Engine:
        # Damage ends the process; the front end starts another one, which repairs the catalog as it opens it.
        return Engine.open(paths, on_event, program=program, log_to_file=True, on_damage=server.stop)

    server = Server(connection, open_engine)
    signal.signal(signal.SIGTERM, lambda _number, _frame: server.stop())
    server.wake_on_signals()
    end(server.run())
