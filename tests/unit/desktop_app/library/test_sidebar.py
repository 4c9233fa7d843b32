"""The sidebar: parts with their numbers, folders as a tree, and what it remembers."""

from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from core.catalog.reader import Counts, FailedFile, RootRow
from core.catalog.scopes import FolderRow, ScopeCounts
from core.values.photo import FileId, RootId
from core.values.scope import ALL, Scope, ScopeKind
from desktop_app.library.folder_tree import visible
from desktop_app.library.overview import Overview
from desktop_app.library.sidebar import Sidebar
from desktop_app.theme.theme import Theme

ONE, TWO = RootId(1), RootId(2)
ROOTS = (RootRow(ONE, "/p", None, 12), RootRow(TWO, "/old", "Not connected.", 3))
FOLDERS = (
    FolderRow(ONE, "/p", 12, 0),
    FolderRow(ONE, "/p/2021", 2, 1),
    FolderRow(ONE, "/p/2022", 8, 1),
    FolderRow(ONE, "/p/2022/a", 5, 2),
    FolderRow(ONE, "/p/2022/b", 3, 2),
    FolderRow(ONE, "/p/z", 1, 1),
    FolderRow(TWO, "/old", 3, 0),
)


def overview(roots: tuple[RootRow, ...] = ROOTS, failed: int = 0, folders: tuple[FolderRow, ...] = FOLDERS) -> Overview:
    files = tuple(FailedFile(FileId(number), f"/p/{number}.jpg", "It is empty.", None) for number in range(failed))
    scopes = ScopeCounts({ScopeKind.ALL: 15, ScopeKind.VIDEOS: 4, ScopeKind.ON_THIS_DAY: 0})
    return Overview(Counts(0, 15, failed, 0), scopes, folders, roots, files)


def shown(sidebar: Sidebar) -> list[tuple[str, str]]:
    """All rows that are seen, with their numbers."""
    return [(entry.text(), entry.note) for entry in sidebar.rows if entry.isVisible()]


def make(qtbot: QtBot, theme: Theme) -> Sidebar:
    sidebar = Sidebar(theme)
    qtbot.addWidget(sidebar)
    sidebar.resize(256, 700)
    sidebar.show()
    return sidebar


def test_a_tree_shows_what_is_open_at_every_depth() -> None:
    nodes = visible(ROOTS, FOLDERS, {"/p", "/p/2022"})
    assert [(node.name, node.photos, node.depth, node.is_open) for node in nodes] == [
        ("p", 12, 0, True),
        ("2021", 2, 1, None),
        ("2022", 8, 1, True),
        ("a", 5, 2, None),
        ("b", 3, 2, None),
        ("z", 1, 1, None),
        ("old", 3, 0, None),
    ]
    assert [node.name for node in visible(ROOTS, FOLDERS, {"/p/2022"})] == ["p", "old"]
    assert [node.name for node in visible(ROOTS, FOLDERS, {"/p"})] == ["p", "2021", "2022", "z", "old"]


def test_parts_have_their_numbers_and_what_failed_is_told_at_the_foot(qtbot: QtBot, theme: Theme) -> None:
    sidebar = make(qtbot, theme)
    sidebar.restore([])
    sidebar.show_overview(overview())
    parts = [
        ("All photos", "15"),
        ("Favourites", ""),
        ("Videos", "4"),
        ("Screenshots", ""),
        ("Recently added", ""),
        ("On this day", ""),
    ]
    assert shown(sidebar) == [*parts, ("p", "12"), ("old", "3")]
    sidebar.show_overview(overview(failed=2))
    assert shown(sidebar)[-1] == ("Could not be read", "2")
    sidebar.show_overview(overview())
    assert shown(sidebar)[-1] == ("old", "3")


def test_folders_unfold_by_mouse_and_keys_and_are_chosen(qtbot: QtBot, theme: Theme) -> None:
    sidebar = make(qtbot, theme)
    sidebar.restore([])
    sidebar.show_overview(overview())
    chosen: list[Scope] = []
    sidebar.scope_chosen.connect(chosen.append)
    root = next(entry for entry in sidebar.rows if entry.text() == "p")
    QTest.mouseClick(root, Qt.MouseButton.LeftButton, pos=QPoint(14, 14))
    assert [name for name, _ in shown(sidebar)][6:] == ["p", "2021", "2022", "z", "old"]
    assert chosen == [], "the sign unfolds, and chooses nothing"
    year = next(entry for entry in sidebar.rows if entry.text() == "2022")
    QTest.keyClick(year, Qt.Key.Key_Right)
    assert [name for name, _ in shown(sidebar)][6:] == ["p", "2021", "2022", "a", "b", "z", "old"]
    QTest.mouseClick(year, Qt.MouseButton.LeftButton, pos=QPoint(120, 14))
    assert chosen == [Scope(ScopeKind.FOLDER, ONE, "/p/2022")]
    assert sidebar.folded == ["/p", "/p/2022"]
    QTest.keyClick(year, Qt.Key.Key_Left)
    assert "a" not in dict(shown(sidebar))

    other = make(qtbot, theme)
    other.restore(["folders", "/p", "/p/2022"])
    other.show_overview(overview())
    assert "p" not in dict(shown(other))
    assert other.folded == ["folders", "/p", "/p/2022"]


def test_a_folder_that_is_added_is_seen_open_and_one_that_is_removed_is_left(qtbot: QtBot, theme: Theme) -> None:
    sidebar = make(qtbot, theme)
    sidebar.restore([])
    sidebar.show_overview(overview(ROOTS[1:], folders=FOLDERS[-1:]))
    sidebar.show_overview(overview())
    assert "2021" in dict(shown(sidebar))
    gone: list[bool] = []
    sidebar.scope_gone.connect(lambda: gone.append(True))
    sidebar.choose(Scope(ScopeKind.FOLDER, ONE, "/p/2022"))
    sidebar.show_overview(overview(ROOTS[1:], folders=FOLDERS[-1:]))
    assert gone == [True]
    sidebar.show_scope(ALL)
    assert [entry.text() for entry in sidebar.rows if entry.isChecked()] == ["All photos"]


def test_a_window_that_remembers_nothing_shows_the_folders_open(qtbot: QtBot, theme: Theme) -> None:
    sidebar = make(qtbot, theme)
    sidebar.show_overview(overview())
    assert "2021" in dict(shown(sidebar))
    assert "a" not in dict(shown(sidebar))
