"""Models that turn pictures and words into vectors of one space: registry, download, encoders, device and precision.

The only room that imports torch, and only when an encoder is built. See `protocol` for what others rely on,
`load` for getting an encoder, `locate.installed`, `install` and `download` for the models on this machine.
"""

from core.embedding.runtime.load import load as load
