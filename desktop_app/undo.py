"""What the user did that Ctrl+Z takes back, the last first."""

from collections import deque
from collections.abc import Callable
from dataclasses import dataclass

MOST = 100


@dataclass(frozen=True, slots=True)
class _Step:
    kind: str
    take_back: Callable[[], None]


class Undo:
    """One list for the whole window, so that one key takes back whatever was done last."""

    def __init__(self) -> None:
        self._steps: deque[_Step] = deque(maxlen=MOST)

    def add(self, kind: str, take_back: Callable[[], None]) -> None:
        """Something of this kind was done; `take_back` undoes it."""
        self._steps.append(_Step(kind, take_back))

    def forget(self, kind: str) -> None:
        """What was done of this kind can no longer be taken back."""
        kept = [step for step in self._steps if step.kind != kind]
        self._steps.clear()
        self._steps.extend(kept)

    def take_back(self) -> None:
        """Undo the last; nothing if there is none."""
        if self._steps:
            self._steps.pop().take_back()
