"""Where a picture lies in the viewer: fitted, zoomed to a point, panned, turned. Pure geometry, no widgets."""

from dataclasses import dataclass, replace

from PySide6.QtCore import QPointF, QRectF, QSizeF

LARGEST_SCALE = 16.0
"""Screen pixels a pixel of the picture, at most."""
FIT_LIMIT = 2.0
"""A picture smaller than the viewport is enlarged no further than this when fitted: it would only look soft."""


@dataclass(frozen=True, slots=True)
class ViewTransform:
    """How a picture is mapped to the viewport. Lengths are in device pixels, so that a scale of 1 is one to one.

    Attributes:
        picture: size of the whole picture as it is seen, that is after turning; in pixels of the full file.
        viewport: size of what it is seen through.
        scale: device pixels a pixel of the picture; None while it follows the viewport ("fit").
        centre: the point of the picture in the middle of the viewport.
    """

    picture: QSizeF
    viewport: QSizeF
    scale: float | None = None
    centre: QPointF | None = None

    @property
    def fit_scale(self) -> float:
        """The scale at which the whole picture is seen."""
        if self.picture.isEmpty() or self.viewport.isEmpty():
            return FIT_LIMIT
        wide = self.viewport.width() / self.picture.width()
        high = self.viewport.height() / self.picture.height()
        return min(wide, high, FIT_LIMIT)

    @property
    def effective_scale(self) -> float:
        """The scale in force."""
        return self.fit_scale if self.scale is None else self.scale

    @property
    def is_fitted(self) -> bool:
        """Whether the whole picture is seen, however the viewport changes."""
        return self.scale is None

    @property
    def target(self) -> QRectF:
        """Where the picture lies in the viewport."""
        size = self.picture * self.effective_scale
        centre = self._centre()
        left = self.viewport.width() / 2 - centre.x() * self.effective_scale
        top = self.viewport.height() / 2 - centre.y() * self.effective_scale
        return QRectF(QPointF(left, top), size)

    def resized(self, viewport: QSizeF) -> "ViewTransform":
        """Return the same view through another viewport."""
        return replace(self, viewport=viewport)._clamped()

    def zoomed(self, factor: float, at: QPointF) -> "ViewTransform":
        """Return it larger or smaller, with what lies under `at` (in the viewport) kept there.

        No smaller than fitted, where it becomes "fit" again; no larger than `LARGEST_SCALE`.
        """
        return self.scaled_to(self.effective_scale * factor, at)

    def scaled_to(self, scale: float, at: QPointF) -> "ViewTransform":
        """Return it at a scale, with what lies under `at` kept there."""
        wanted = min(LARGEST_SCALE, scale)
        if wanted <= self.fit_scale:
            return self.fitted()
        target, before = self.target, self.effective_scale
        under = QPointF((at.x() - target.left()) / before, (at.y() - target.top()) / before)
        middle = QPointF(self.viewport.width() / 2, self.viewport.height() / 2)
        return replace(self, scale=wanted, centre=under + (middle - at) / wanted)._clamped()

    def panned(self, by: QPointF) -> "ViewTransform":
        """Return it moved by so many device pixels, as far as there is picture."""
        return replace(self, centre=self._centre() - by / self.effective_scale)._clamped()

    def fitted(self) -> "ViewTransform":
        """Return the whole picture."""
        return replace(self, scale=None, centre=None)

    def _centre(self) -> QPointF:
        middle = QPointF(self.picture.width() / 2, self.picture.height() / 2)
        return middle if self.scale is None or self.centre is None else self.centre

    def _clamped(self) -> "ViewTransform":
        """Keep the picture over the viewport, or in its middle where it is smaller."""
        if self.scale is None:
            return self
        if self.scale <= self.fit_scale:
            return self.fitted()
        centre = self._centre()
        seen = self.viewport / self.scale
        return replace(
            self,
            centre=QPointF(
                _within(centre.x(), seen.width(), self.picture.width()),
                _within(centre.y(), seen.height(), self.picture.height()),
            ),
        )


def _within(centre: float, seen: float, whole: float) -> float:
    if seen >= whole:
        return whole / 2
    return min(max(centre, seen / 2), whole - seen / 2)
