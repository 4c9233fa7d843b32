"""Tells screenshots from photos, by what programs write into the file or its name."""

import re

from core.media.metadata.values import LONGEST_NAME
from core.values.photo import Metadata

_NAMES = re.compile(
    r"screen[ _-]?(shot|cap|recording)|screencast|scrnshot|^snip(ping)?[ _-]|bildschirm(foto|aufnahme)"
    r"|capture[ _]d.[eé]cran|captura[ _]de[ _](pantalla|tela|ecr)|schermafbeelding|schermata|istantanea schermo"
    r"|zrzut[ _]ekranu|skärmavbild"
    r"|skærmbillede|skjermbilde|näyttökuva|снимок[ _]экрана|скриншот|ekran[ _](görüntüsü|resmi)"
    r"|スクリーンショット|스크린샷|屏幕(截图|快照)|截屏|螢幕(截圖|擷取|快照)|صورة الشاشة",
    re.IGNORECASE,
)


def is_screenshot(name: str, comment: str, metadata: Metadata) -> bool:
    """Tell whether the file `name` shows a screen. A camera's photo never does, whatever it is called."""
    if "screenshot" in comment.lower():
        return True
    if metadata.exposure_s is not None or metadata.f_number is not None:
        return False
    return _NAMES.search(name[:LONGEST_NAME]) is not None
