"""`make train-builtin`: from the packages and the training photos to the files that ship, resumable by stages."""

import logging

import torch

from training.builtin.config import Recipe
from training.builtin.course import Trainer
from training.builtin.data import Data
from training.builtin.export import export
from training.builtin.measure import figures
from training.builtin.texts import TEMPLATES


def main() -> None:
    """Look at all pictures and texts once, train the heads, write the model."""
    recipe = Recipe()
    recipe.places.work.mkdir(parents=True, exist_ok=True)
    logging.basicConfig(
        level=logging.INFO,
        format="%(asctime)s %(message)s",
        handlers=[logging.StreamHandler(), logging.FileHandler(recipe.places.work / "log.txt")],
    )
    torch.set_num_threads(1)  # the heads are small: two threads take longer
    data = Data(recipe)
    trainer = Trainer(recipe, data)
    trainer.train()
    for line in figures(recipe, data, trainer):
        logging.getLogger(__name__).info("%s", line)
    export(recipe, data.parts, trainer.pictures, trainer.texts, trainer.class_texts(len(TEMPLATES)).numpy())


if __name__ == "__main__":
    main()
