"""`make train-starter`: all steps in turn; finished ones are skipped, broken-off ones resumed."""

import argparse
import logging

import torch

from training.starter import align, export, refit, stage1, stage2, stage3, text_distill
from training.starter.config import Recipe


def main() -> None:
    """Train and export the model."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument(
        "--go-on", action="store_true", help="go on with the towers that ship, instead of beginning new ones"
    )
    recipe = Recipe(go_on=parser.parse_args().go_on)
    recipe.places.work.mkdir(parents=True, exist_ok=True)
    logging.basicConfig(
        level=logging.INFO,
        format="%(asctime)s %(message)s",
        handlers=[logging.StreamHandler(), logging.FileHandler(recipe.places.work / "log.txt")],
    )
    torch.set_num_threads(recipe.threads)
    image_tower = None if recipe.go_on else stage1.train(recipe)
    aligned = refit.train(recipe) if recipe.go_on else align.train(recipe, text_distill.train(recipe))
    placed = stage2.train(recipe, image_tower, aligned)
    finished = stage3.train(recipe, placed, aligned)
    logging.getLogger(__name__).info("exported %s", export.export(recipe, finished))


if __name__ == "__main__":
    main()
