"""Joins tags that several programs, or one program in several places, wrote: words, paths of a hierarchy, people.

A tag of a hierarchy is its path, `Places/Italy/Rome`. Programs write next to it the last part alone, and often every
part: those are left out, for the path is found by each of its parts.
"""

from collections.abc import Iterable

from core.media.metadata import values
from core.values.photo import ColourLabel

SEPARATOR = "/"

# What Lightroom writes depends on its language; Bridge has words of its own for the same five colours.
_LABEL_WORDS = {
    ColourLabel.RED: (
        "red rot rouge rojo rosso vermelho rood röd rød punainen czerwony červená красный kırmızı select 赤 "
        "レッド 红色 紅色 빨강"
    ),
    ColourLabel.ORANGE: "orange naranja arancione laranja oranje",
    ColourLabel.YELLOW: (
        "yellow gelb jaune amarillo giallo amarelo geel gul keltainen żółty žlutá желтый жёлтый sarı second 黄 "
        "イエロー 黄色 노랑"
    ),
    ColourLabel.GREEN: (
        "green grün vert verde groen grön grønn grøn vihreä zielony zelená зеленый зелёный yeşil approved 緑 "
        "グリーン 绿色 綠色 초록"
    ),
    ColourLabel.BLUE: (
        "blue blau bleu azul blu blauw blå sininen niebieski modrá синий mavi review 青 ブルー 蓝色 藍色 파랑"
    ),
    ColourLabel.PURPLE: (
        "purple magenta violet lila violett viola púrpura morado roxo paars purppura fioletowy fialová "
        "фиолетовый пурпурный mor todo 紫 パープル 紫色 보라"
    ),
    ColourLabel.GREY: "grey gray grau gris grigio cinza grijs grå",
    ColourLabel.BLACK: "black schwarz noir negro nero preto zwart svart sort",
    ColourLabel.WHITE: "white weiß weiss blanc blanco bianco branco wit vit hvid hvit",
}
_LABELS = {word: label for label, words in _LABEL_WORDS.items() for word in words.split()}
_DIGIKAM_COLOURS = tuple(ColourLabel)
"""In digiKam's order: 1 is red, 9 is white; 0 is none."""


def path(text: str, separator: str) -> str | None:
    """Return one tag of a hierarchy, written with `separator`, as its path."""
    parts = [values.name(part) for part in text.split(separator)]
    return SEPARATOR.join(part for part in parts if part) or None


def joined(*groups: Iterable[str]) -> tuple[str, ...]:
    """Return all tags once, without those that are part of another one's path."""
    tags = united(*groups)
    paths = [tag.casefold().split(SEPARATOR) for tag in tags if SEPARATOR in tag]
    if not paths:
        return tags
    covered = {part for parts in paths for part in parts}
    covered |= {SEPARATOR.join(parts[:length]) for parts in paths for length in range(1, len(parts))}
    return tuple(tag for tag in tags if tag.casefold() not in covered)


def united(*groups: Iterable[str]) -> tuple[str, ...]:
    """Return all words once, whatever their case, in the order and with the case of the first."""
    found: dict[str, str] = {}
    for group in groups:
        for word in group:
            found.setdefault(word.casefold(), word)
    return tuple(found.values())


def label_of_word(value: object) -> ColourLabel | None:
    """Return the colour that a label's word means; None for a word of the user's own."""
    word = (values.name(value) or "").casefold()
    return _LABELS.get(word.replace(" ", "")) or _LABELS.get(word)


def label_of_digikam(value: object) -> ColourLabel | None:
    """Return the colour of digiKam's number."""
    number = values.number(value)
    return _DIGIKAM_COLOURS[int(number) - 1] if number in range(1, len(_DIGIKAM_COLOURS) + 1) else None
