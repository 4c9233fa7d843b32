"""What training makes small, on unit-length features."""

import torch
from torch import Tensor
from torch.nn import functional


def matching_loss(photos: Tensor, captions: Tensor, likeness: Tensor, scale: Tensor, softness: float) -> Tensor:
    """Contrastive loss between photos `[n, d]` and captions `[n * k, d]`, k for each photo in turn.

    `likeness` `[n * k, n]` says how near in meaning each caption is to what each photo shows. A
    share `softness` of every target follows it, so that a caption that would also fit another
    photo of the batch is not pushed away from it.
    """
    each = len(captions) // len(photos)
    own = torch.eye(len(photos)).repeat_interleave(each, dim=0)
    scores = scale * captions @ photos.T
    by_caption = (1 - softness) * own + softness * likeness.softmax(1)
    by_photo = (1 - softness) * own.T / each + softness * likeness.T.softmax(1)
    return (functional.cross_entropy(scores, by_caption) + functional.cross_entropy(scores.T, by_photo)) / 2


def word_loss(photos: Tensor, words: Tensor, present: Tensor, scale: Tensor) -> Tensor:
    """Each word `[w, d]` should be nearest to the photos `[n, d]` whose captions have it.

    `present` `[w, n]` says which these are; every row needs at least one.
    """
    wanted = present.float()
    return functional.cross_entropy(scale * words @ photos.T, wanted / wanted.sum(1, keepdim=True))


def naming_loss(pictures: Tensor, names: Tensor, labels: Tensor, scale: Tensor) -> Tensor:
    """Classification of pictures `[n, d]` by the nearest of one name a class `[classes, d]`."""
    return functional.cross_entropy(scale * pictures @ names.T, labels, label_smoothing=0.1)


def cosine_loss(found: Tensor, wanted: Tensor) -> Tensor:
    """One minus the mean cosine; what every teacher asks for."""
    return 1 - functional.cosine_similarity(found, wanted).mean()
