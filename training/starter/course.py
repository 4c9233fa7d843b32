"""How stage 2 goes through its steps: learning rates, the averaged learner, reports, checkpoints."""

import logging
import time
from collections.abc import Callable, Iterable
from copy import deepcopy
from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor, nn

from training.starter import checkpoint
from training.starter.config import Places
from training.starter.measure import measure
from training.starter.pairs import HeldOut
from training.starter.schedule import rate_at

log = logging.getLogger(__name__)

REPORT_EVERY = 50
SAVE_EVERY = 100


@dataclass(frozen=True, slots=True)
class Course:
    """What a run looks like.

    Attributes:
        name: as files and the log call it.
        sizes: the pictures' size (pixels) of each step.
        warmup: share of the steps in which the rates rise.
        averaging: how much of the averaged weights a step keeps.
        longest_gradient: gradients longer than this are cut to it.
        measure_every: steps between two measurements on the photos held out.
    """

    name: str
    sizes: tuple[int, ...]
    warmup: float
    averaging: float
    longest_gradient: float
    measure_every: int


def follow(
    course: Course,
    places: Places,
    learner: nn.Module,
    *,
    groups: Iterable[dict[str, Any]],
    held_out: HeldOut,
    loss_at: Callable[[int, int], tuple[Tensor, object]],
) -> dict[str, Tensor]:
    """Run or resume a course; returns the averaged weights of `learner`.

    Args:
        course: the numbers.
        places: where checkpoints go and what is measured on lies.
        learner: what learns; its `model` is measured.
        groups: parameters with their `peak` rates.
        held_out: what is measured on.
        loss_at: the loss of a step at a picture size, and what the log says of it.
    """
    averaged = deepcopy(learner).requires_grad_(False)
    optimiser = torch.optim.AdamW(groups, fused=True)
    running = places.work / f"{course.name}-running.pt"
    together = nn.ModuleList([learner, averaged])
    steps, since = len(course.sizes), time.monotonic()
    for step in range(checkpoint.load(running, together, optimiser), steps):
        learner.train()
        for group in optimiser.param_groups:
            group["lr"] = group["peak"] * rate_at(step / steps, course.warmup)
        loss, said = loss_at(step, course.sizes[step])
        torch.autograd.backward(loss)
        nn.utils.clip_grad_norm_(learner.parameters(), course.longest_gradient)
        optimiser.step()
        optimiser.zero_grad()
        _move_towards(averaged, learner, 1 - course.averaging)
        done = step + 1
        if done % REPORT_EVERY == 0:
            pace = (time.monotonic() - since) / REPORT_EVERY
            log.info(
                "%s step %d/%d size %d: %s, %.2f s a step", course.name, done, steps, course.sizes[step], said, pace
            )
            since = time.monotonic()
        if done % SAVE_EVERY == 0:
            checkpoint.save(running, together, optimiser, done)
        if done % course.measure_every == 0 or done == steps:
            log.info("%s step %d: %s", course.name, done, measure(places, averaged.model, held_out))
    return averaged.state_dict()


def _move_towards(averaged: nn.Module, learner: nn.Module, share: float) -> None:
    """Move every weight and statistic of `averaged` a `share` of the way to those of `learner`."""
    with torch.no_grad():
        for slow, fast in zip(averaged.state_dict().values(), learner.state_dict().values(), strict=True):
            if slow.is_floating_point():
                slow.lerp_(fast, share)
            else:
                slow.copy_(fast)
