"""`eidetic-desktop --healthcheck`: does the window of this installation work? Needs no screen."""

import os
import tempfile
import time
from importlib.resources import files
from pathlib import Path

PATIENCE_S = 120.0


def healthcheck() -> int:
    """Import everything, draw every icon, show the window with its engine; returns the exit code."""
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    from core.engine.healthcheck import everything_is_an_error, import_all

    with everything_is_an_error():
        print(f"{import_all('desktop_app')} modules", flush=True)  # noqa: T201
        _show_everything()
    print("This window works.", flush=True)  # noqa: T201
    return 0


def _show_everything() -> None:
    from PySide6.QtCore import QLibraryInfo
    from PySide6.QtGui import QImageReader

    from core.settings.paths import LibraryPaths
    from desktop_app.main import Program, application
    from desktop_app.theme.icons import pixmap

    app = application()
    icons = [entry.name.removesuffix(".svg") for entry in files("resources").joinpath("icons").iterdir()]
    for name in icons:
        if pixmap(name, "#000000", 20).isNull():
            raise RuntimeError(f"the icon {name} cannot be drawn")
    formats = {bytes(name.data()).decode() for name in QImageReader.supportedImageFormats()}
    missing = {"jpg", "png", "webp", "gif", "tiff", "svg"} - formats
    if missing:
        plugins = QLibraryInfo.path(QLibraryInfo.LibraryPath.PluginsPath)
        raise RuntimeError(f"Qt reads no {', '.join(sorted(missing))}; plugins are sought in {plugins}")
    import PySide6.QtMultimedia  # noqa: F401

    print(f"{len(icons)} icons, {len(formats)} formats", flush=True)  # noqa: T201
    with tempfile.TemporaryDirectory(prefix="eidetic-healthcheck-") as folder:
        program = Program(app, LibraryPaths.inside(Path(folder) / "library"), None)
        ready: list[bool] = []
        program.session.engine.ready.connect(lambda: ready.append(True))
        program.start()
        deadline = time.monotonic() + PATIENCE_S
        while not ready and time.monotonic() < deadline:
            app.processEvents()
            time.sleep(0.01)
        program.close()
        if not ready:
            raise RuntimeError("the engine did not start")
