"""`make train-starter`: all steps in turn; finished ones are skipped, broken-off ones resumed."""

import argparse
import logging

import torch

from training.starter import align, export, head, image_distill, text_distill
from training.starter.config import Recipe


def main() -> None:
    """Train and export the model."""
    parser = argparse.ArgumentParser(description=__doc__)
    kept = parser.add_mutually_exclusive_group()
    kept.add_argument("--keep-text", action="store_true", help="keep the text tower that ships, and train the other")
    kept.add_argument("--go-on", action="store_true", help="the last part of the image tower's course, from what ships")
    kept.add_argument("--only-head", action="store_true", help="keep both towers, fit the head alone: minutes")
    arguments = parser.parse_args()
    recipe = Recipe()
    recipe.places.work.mkdir(parents=True, exist_ok=True)
    logging.basicConfig(
        level=logging.INFO,
        format="%(asctime)s %(message)s",
        handlers=[logging.StreamHandler(), logging.FileHandler(recipe.places.work / "log.txt")],
    )
    torch.set_num_threads(recipe.threads)
    text_stays = arguments.keep_text or arguments.go_on or arguments.only_head
    aligned = None if text_stays else align.train(recipe, text_distill.train(recipe))
    image_tower = None if arguments.only_head else image_distill.train(recipe, go_on=arguments.go_on)
    finished = head.train(recipe, image_tower, aligned)
    logging.getLogger(__name__).info("exported %s", export.export(recipe, finished))


if __name__ == "__main__":
    main()
