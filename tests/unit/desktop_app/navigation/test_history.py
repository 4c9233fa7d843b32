"""Back and forward: places and not keystrokes, with what lay ahead forgotten on another way; and what is remembered."""

from dataclasses import replace
from pathlib import Path

from core.values.photo import PhotoId, RootId
from core.values.query import ExampleFile, ExamplePhoto, Order
from core.values.scope import ALL, Scope, ScopeKind
from desktop_app.navigation import window_state
from desktop_app.navigation.history import MOST, History
from desktop_app.navigation.view import Page, View
from desktop_app.navigation.window_state import WindowState
from desktop_app.search.state import SearchState, ViewOptions


def at(text: str = "", *, page: Page = Page.GRID, scope: Scope = ALL) -> View:
    return View(page, SearchState(text, scope=scope))


FOLDER = Scope(ScopeKind.FOLDER, RootId(3), "/p/caf\udce9")


def test_one_goes_back_over_places_and_forward_again() -> None:
    history = History()
    for view in (at(), at(scope=FOLDER), at(page=Page.SETTINGS, scope=FOLDER)):
        history.visit(view)
    assert history.step(1) is None
    assert history.step(-1) == at(scope=FOLDER)
    assert history.step(-1) == at()
    assert (history.can_go_back, history.can_go_forward) == (False, True)
    assert history.step(1) == at(scope=FOLDER)
    history.visit(at("dog", scope=FOLDER))
    assert not history.can_go_forward


def test_what_is_typed_is_one_place_until_return_is_pressed() -> None:
    history = History()
    history.visit(at())
    for text in ("d", "do", "dog"):
        history.visit(at(text))
    history.settle()
    history.visit(at("dog beach"))
    assert history.step(-1) == at("dog")
    assert history.step(-1) == at()


def test_the_same_place_again_is_no_step_and_keeps_its_scroll() -> None:
    history = History()
    history.visit(at())
    history.update(at().scrolled_to(PhotoId(7), PhotoId(9)))
    strict = replace(at(), question=SearchState(taste=ViewOptions(strictness=0.9)))
    history.visit(strict)
    history.visit(replace(strict, page=Page.EMPTY))
    assert not history.can_go_back
    assert history.current == replace(strict, page=Page.EMPTY, photo=PhotoId(7), selected=PhotoId(9))


def test_the_way_back_has_an_end() -> None:
    history = History()
    for number in range(MOST + 20):
        history.visit(at(scope=Scope(ScopeKind.FOLDER, RootId(number), str(number))))
    steps = 0
    while history.step(-1) is not None:
        steps += 1
    assert steps == MOST - 1


def test_the_window_is_remembered_with_names_that_are_no_text(tmp_path: Path) -> None:
    examples = (ExamplePhoto(PhotoId(4)), ExamplePhoto(PhotoId(5), 0.5, feedback=True), ExampleFile("/tmp/pasted.png"))
    view = View(Page.GRID, SearchState("dog", examples, FOLDER, ViewOptions(Order.OLDEST)), PhotoId(1), PhotoId(2))
    state = WindowState(geometry="abc", sidebar=False, folded=("/p",)).showing(view)
    window_state.save(tmp_path, state)
    assert window_state.load(tmp_path) == state
    assert window_state.load(tmp_path).view == View(
        Page.GRID, SearchState("dog", examples[:1], FOLDER, ViewOptions(Order.OLDEST)), PhotoId(1), PhotoId(2)
    )


def test_a_state_that_cannot_be_used_is_that_of_a_first_start(tmp_path: Path) -> None:
    assert window_state.load(tmp_path) == WindowState()
    for content in (b"", b"[1]", b'{"page": "nowhere"}', b"\xff"):
        (tmp_path / window_state.NAME).write_bytes(content)
        assert window_state.load(tmp_path) == WindowState()
    window_state.save(tmp_path / "not there", WindowState(text="dog"))
