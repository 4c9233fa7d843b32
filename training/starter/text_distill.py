"""The text tower learns MiniLM's sense of what phrases mean, before it has seen any picture."""

import logging
import time
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt
import torch
from torch import Tensor, nn
from torch.nn import functional

from training.starter import checkpoint, texts, towers
from training.starter.config import Recipe
from training.starter.data import ensure_of
from training.starter.descent import Descent, weight_groups
from training.starter.minilm import MiniLM, embed
from training.starter.precision import autocast

if TYPE_CHECKING:
    import open_clip

log = logging.getLogger(__name__)

Floats = npt.NDArray[np.float32]
HELD_OUT = 2_000
REPORT_EVERY = 100
SAVE_EVERY = 300
CHUNK = 16
EMBEDDING_SPREAD = 0.05


class TextStudent(nn.Module):
    """The model's text half; its image half stays untouched and is left out of checkpoints."""

    def __init__(self, model: "open_clip.CLIP") -> None:
        super().__init__()
        self.token_embedding = model.token_embedding
        self.positional_embedding = model.positional_embedding
        self.transformer = model.transformer
        self.ln_final = model.ln_final
        self.text_projection = model.text_projection
        self.register_buffer("attn_mask", model.attn_mask, persistent=False)


def train(recipe: Recipe) -> Path:
    """Run or resume the distillation; returns the checkpoint of the finished text half."""
    finished = recipe.places.work / "text.pt"
    if finished.exists():
        return finished
    stage = recipe.text
    torch.manual_seed(recipe.seed)
    model = towers.build(recipe.places)
    all_texts = texts.corpus(recipe)
    tokens = corpus_tokens(recipe, all_texts)
    targets = text_targets(recipe, all_texts)
    with torch.no_grad():
        model.token_embedding.weight.copy_(_word_vectors(recipe))
    student = TextStudent(model)
    kept_out = np.random.default_rng(recipe.seed).permutation(len(tokens))
    held_out, rows = kept_out[:HELD_OUT], kept_out[HELD_OUT:]
    plan = _batches(tokens, rows, recipe)
    groups = weight_groups(student.parameters(), stage.rate, stage.weight_decay)
    descent = Descent(groups, len(plan), stage.warmup)
    running = recipe.places.work / "text-running.pt"
    first = checkpoint.load(running, student, descent.optimiser)
    total, since = 0.0, time.monotonic()
    for step in range(first, len(plan)):
        batch = plan[step]
        loss = text_loss(model, tokens[batch], torch.from_numpy(targets[batch]))
        descent.follow(loss, step)
        total += loss.item()
        if (step + 1) % REPORT_EVERY == 0:
            rate = REPORT_EVERY * stage.batch / (time.monotonic() - since)
            log.info(
                "text step %d/%d: 1 - cosine %.3f, %.0f texts/s",
                step + 1, len(plan), total / REPORT_EVERY, rate,
            )  # fmt: skip
            total, since = 0.0, time.monotonic()
        if (step + 1) % SAVE_EVERY == 0:
            checkpoint.save(running, student, descent.optimiser, step + 1)
    with torch.inference_mode():
        loss = text_loss(model, tokens[held_out], torch.from_numpy(targets[held_out]))
    log.info("text: 1 - cosine on %d texts held out %.3f", HELD_OUT, loss.item())
    torch.save(student.state_dict(), finished)
    return finished


def text_loss(model: "open_clip.CLIP", tokens: Tensor, targets: Tensor) -> Tensor:
    """One minus the mean cosine between the text tower's output and MiniLM's."""
    with autocast():
        _, features = towers.encode_tokens(model, tokens)
    return 1 - functional.cosine_similarity(features.float(), targets).mean()


def text_targets(recipe: Recipe, all_texts: list[str]) -> Floats:
    """MiniLM's embeddings of the corpus, computed once."""
    cache = recipe.places.work / "targets_text.npy"
    if not cache.exists():
        found = embed(MiniLM(), all_texts)
        np.save(cache, found.astype(np.float16))
    targets: Floats = np.load(cache).astype(np.float32)
    ensure_of(cache, len(targets), len(all_texts))
    return targets


def corpus_tokens(recipe: Recipe, all_texts: list[str]) -> Tensor:
    """The corpus as tokens, computed once."""
    cache = recipe.places.work / "tokens.npy"
    if not cache.exists():
        np.save(cache, towers.tokenizer(recipe.places)(all_texts).numpy().astype(np.uint16))
    tokens = torch.from_numpy(np.load(cache).astype(np.int64))
    ensure_of(cache, len(tokens), len(all_texts))
    return tokens


def _word_vectors(recipe: Recipe) -> Tensor:
    """Start for the token embeddings: MiniLM's vectors of each token's letters, fewer numbers."""
    teacher = MiniLM()
    teacher.tokenizer.no_padding()
    ours = towers.tokenizer(recipe.places)
    pieces = [ours.decode([token]).strip() for token in range(towers.END_OF_TEXT + 1)]
    encoded = teacher.tokenizer.encode_batch(pieces, add_special_tokens=False)
    vectors = torch.stack(
        [teacher.words[torch.tensor(piece.ids)].mean(0) if piece.ids else teacher.words.mean(0) for piece in encoded]
    )
    vectors = vectors - vectors.mean(0)
    width = towers.architecture(recipe.places)["text_cfg"]["width"]
    _, _, directions = torch.linalg.svd(vectors[::4], full_matrices=False)
    small = vectors @ directions[:width].T
    scaled: Tensor = small * (EMBEDDING_SPREAD / small.std())
    return scaled


def _batches(tokens: Tensor, rows: npt.NDArray[np.int64], recipe: Recipe) -> list[npt.NDArray[np.int64]]:
    """Every epoch's batches: shuffled, with texts of like length together (less padding)."""
    stage = recipe.text
    ends = tokens.argmax(1).numpy()
    plan: list[npt.NDArray[np.int64]] = []
    for epoch in range(stage.epochs):
        dice = np.random.default_rng([recipe.seed, epoch])
        order = dice.permutation(rows)
        span = stage.batch * CHUNK
        batches = []
        for start in range(0, len(order) - span + 1, span):
            part = order[start : start + span]
            part = part[np.argsort(ends[part], kind="stable")]
            batches += [part[at : at + stage.batch] for at in range(0, span, stage.batch)]
        plan += [batches[index] for index in dice.permutation(len(batches))]
    return plan
