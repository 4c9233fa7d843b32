"""`make train-starter`: all steps in turn; finished ones are skipped, broken-off ones resumed."""

import argparse
import logging
from pathlib import Path

import torch

from training.starter import align, export, head, refit, stage1, stage2, stage3, text_distill
from training.starter.config import Recipe


def main() -> None:
    """Train and export the model."""
    parser = argparse.ArgumentParser(description=__doc__)
    which = parser.add_mutually_exclusive_group()
    which.add_argument(
        "--go-on", action="store_true", help="go on with the towers that ship, instead of beginning new ones"
    )
    which.add_argument(
        "--only-head", action="store_true", help="only fit the last stage, to the towers that ship; takes minutes"
    )
    arguments = parser.parse_args()
    recipe = Recipe(go_on=arguments.go_on)
    recipe.places.work.mkdir(parents=True, exist_ok=True)
    logging.basicConfig(
        level=logging.INFO,
        format="%(asctime)s %(message)s",
        handlers=[logging.StreamHandler(), logging.FileHandler(recipe.places.work / "log.txt")],
    )
    torch.set_num_threads(recipe.threads)
    towers_before = None if arguments.only_head else _towers(recipe)
    finished = head.train(recipe, towers_before)
    logging.getLogger(__name__).info("exported %s", export.export(recipe, finished))


def _towers(recipe: Recipe) -> Path:
    """The checkpoint of a learner whose trunk and text tower are finished."""
    image_tower = None if recipe.go_on else stage1.train(recipe)
    aligned = refit.train(recipe) if recipe.go_on else align.train(recipe, text_distill.train(recipe))
    placed = stage2.train(recipe, image_tower, aligned)
    return stage3.train(recipe, placed, aligned)


if __name__ == "__main__":
    main()
