"""What is trained: the maps from finished features of pictures and of texts into one space of unit vectors."""

import torch
from torch import Tensor, nn
from torch.nn import functional


class Map(nn.Module):
    """A linear map plus a hidden layer, over features brought to mean 0 and spread 1.

    Args:
        mean, spread: of the features, `[features]`.
        hidden, width: of the hidden layer and of what comes out.
    """

    mean: Tensor
    spread: Tensor

    def __init__(self, mean: Tensor, spread: Tensor, hidden: int, width: int) -> None:
        super().__init__()
        self.register_buffer("mean", mean)
        self.register_buffer("spread", spread)
        self.straight = nn.Linear(len(mean), width)
        self.into = nn.Linear(len(mean), hidden)
        self.out = nn.Linear(hidden, width, bias=False)

    def standardised(self, features: Tensor) -> Tensor:
        """Features as the layers take them."""
        return (features - self.mean) / self.spread

    def forward(self, standardised: Tensor) -> Tensor:
        """Map `[n, features]` to `[n, width]`, not normalised."""
        found: Tensor = self.straight(standardised) + self.out(functional.gelu(self.into(standardised)))
        return found


class PictureHead(nn.Module):
    """Pictures: what a `Map` says, and the texts of ImageNet's classes by how probable each is (`share` of it).

    The class texts go in as they come out of the text head: what is known of a word serves pictures that show it.
    """

    def __init__(self, features: Map, share: float) -> None:
        super().__init__()
        self.map = features
        self.share = nn.Parameter(torch.tensor(share))

    def forward(self, standardised: Tensor, probabilities: Tensor, class_texts: Tensor) -> Tensor:
        """Unit vectors of pictures `[n, features]`, by class probabilities `[n, 1000]` and texts `[1000, width]`."""
        seen = functional.normalize(self.map(standardised), dim=1)
        return functional.normalize(seen + self.share * probabilities @ class_texts, dim=1)


class TextHead(nn.Module):
    """Texts: the sentence encoder of sixteen languages, and the English one beside it where the text is English."""

    def __init__(self, languages: Map, english: Map) -> None:
        super().__init__()
        self.languages = languages
        self.english = english

    def forward(self, standardised: Tensor, english: Tensor | None) -> Tensor:
        """Unit vectors of texts `[n, 512]`, and `[n, 384]` where the English encoder was asked too."""
        found: Tensor = self.languages(standardised)
        if english is not None:
            found = found + self.english(english)
        return functional.normalize(found, dim=1)
