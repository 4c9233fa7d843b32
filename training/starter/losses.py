"""The losses of the later stages, on unit-length features."""

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


def contrast_loss(pictures: Tensor, texts: Tensor, belong: Tensor, scale: Tensor) -> Tensor:
    """Texts `[t, d]` and pictures `[n, d]` should each be nearest to the others that `belong` `[t, n]` to them.

    Every row and every column needs at least one.
    """
    return (word_loss(pictures, texts, belong, scale) + word_loss(texts, pictures, belong.T, scale)) / 2


def naming_loss(pictures: Tensor, names: Tensor, labels: Tensor, scale: Tensor) -> Tensor:
    """Classification of pictures `[n, d]` by the nearest of one name a class `[classes, d]`."""
    return functional.cross_entropy(scale * pictures @ names.T, labels, label_smoothing=0.1)


def mimicry_loss(found: Tensor, wanted: Tensor, texts: Tensor, scale: Tensor) -> Tensor:
    """How far the likeness of pictures `[n, d]` to texts `[t, d]` is from that of their teacher's vectors `[n, d]`.

    The Kullback-Leibler divergence of the two distributions over the texts, in nats: unlike a cosine it minds only what
    texts can tell apart, and it needs no caption of the pictures.
    """
    mine = (scale * found @ texts.T).log_softmax(1)
    teachers = (scale * wanted @ texts.T).log_softmax(1)
    return functional.kl_div(mine, teachers, reduction="batchmean", log_target=True)


def cosine_loss(found: Tensor, wanted: Tensor) -> Tensor:
    """One minus the mean cosine; what every teacher asks for."""
    return 1 - functional.cosine_similarity(found, wanted).mean()
