"""Which dates are taken from names of folders, and which numbers are not."""

from datetime import datetime

import pytest

from core.media.metadata.folder_dates import date_in_folders
from core.values.photo import DatePrecision, TakenAt

NOW = datetime(2026, 6, 1)
YEAR, MONTH, DAY = DatePrecision.YEAR, DatePrecision.MONTH, DatePrecision.DAY


@pytest.mark.parametrize(
    ("path", "day", "precision"),
    [
        ("1998-07 Summer at the lake", "1998-07-01", MONTH),
        ("1987/12", "1987-12-01", MONTH),
        ("1987/12 Christmas", "1987-12-01", MONTH),
        ("1987/12/24", "1987-12-24", DAY),
        ("1987/12/24 Christmas Eve", "1987-12-24", DAY),
        ("1987/12 - December/24", "1987-12-24", DAY),
        ("2004_05_06 Birthday", "2004-05-06", DAY),
        ("2004-05-06", "2004-05-06", DAY),
        ("2004.05.06 Birthday", "2004-05-06", DAY),
        ("20040506 Birthday", "2004-05-06", DAY),
        ("06.05.2004 Geburtstag", "2004-05-06", DAY),
        ("Scans 1965", "1965-01-01", YEAR),
        ("1965", "1965-01-01", YEAR),
        ("1965 - Rome", "1965-01-01", YEAR),
        ("Rome, 1965", "1965-01-01", YEAR),
        ("Rome (1965)", "1965-01-01", YEAR),
        ("Photos from 2016", "2016-01-01", YEAR),
        ("2016/2016-03", "2016-03-01", MONTH),
        ("2016/2016-03-05 Skiing", "2016-03-05", DAY),
        ("2016/March", "2016-03-01", MONTH),
        ("2016/03_March", "2016-03-01", MONTH),
        ("July 2019", "2019-07-01", MONTH),
        ("2019 Juli", "2019-07-01", MONTH),
        ("Août 2019", "2019-08-01", MONTH),
        ("2019-07", "2019-07-01", MONTH),
        ("201907", "2019-07-01", MONTH),
        ("07-2019 Norway", "2019-07-01", MONTH),
        ("1998-07 Summer at the lake/Anna/best", "1998-07-01", MONTH),
        ("2010 Norway/1999-08 old", "1999-08-01", MONTH),
        ("2016/Marrakesh", "2016-01-01", YEAR),
    ],
)
def test_a_folder_gives_a_date(path: str, day: str, precision: DatePrecision) -> None:
    assert date_in_folders(path.split("/"), NOW) == TakenAt(datetime.fromisoformat(day), precision=precision)


@pytest.mark.parametrize(
    "path",
    [
        "",
        "Pictures/DCIM/100APPLE",
        "DCIM/101_2005",
        "1990-1995",
        "1990 - 1995 Berlin",
        "2010 to 2015",
        "1980s",
        "4000 photos",
        "2000 photos",
        "1920x1080",
        "1920 x 1080",
        "Canon 2000D",
        "#2010",
        "v1.2010",
        "12",
        "12/24",
        "Room 101/12",
        "2010 and 2011",
        "2035 plans",
        "2004-13",
    ],
)
def test_other_numbers_are_no_date(path: str) -> None:
    assert date_in_folders(path.split("/"), NOW) is None
