"""What the user did that Ctrl+Z takes back, the last first, and what redo does again."""

from collections import deque
from collections.abc import Callable
from dataclasses import dataclass

MOST = 100


@dataclass(frozen=True, slots=True)
class _Step:
    kind: str
    take_back: Callable[[], None]
    again: Callable[[], None]


class Undo:
    """One list for the whole window, so that one key takes back whatever was done last."""

    def __init__(self) -> None:
        self._done: deque[_Step] = deque(maxlen=MOST)
        self._taken_back: deque[_Step] = deque(maxlen=MOST)

    def add(self, kind: str, take_back: Callable[[], None], again: Callable[[], None]) -> None:
        """Something of this kind was done; `take_back` undoes it, `again` redoes it after that."""
        self._done.append(_Step(kind, take_back, again))
        self._taken_back.clear()

    def forget(self, kind: str) -> None:
        """What was done of this kind can no longer be taken back, nor done again."""
        for steps in (self._done, self._taken_back):
            kept = [step for step in steps if step.kind != kind]
            steps.clear()
            steps.extend(kept)

    def take_back(self) -> None:
        """Undo the last; nothing if there is none."""
        if self._done:
            step = self._done.pop()
            self._taken_back.append(step)
            step.take_back()

    def do_again(self) -> None:
        """Redo what was taken back last; nothing if that is nothing, or something else was done since."""
        if self._taken_back:
            step = self._taken_back.pop()
            self._done.append(step)
            step.again()
