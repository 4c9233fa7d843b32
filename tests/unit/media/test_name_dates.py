"""Which dates are taken from names of files, and which digits are not."""

from datetime import datetime

import pytest

from core.media.metadata.name_dates import date_in_name
from core.values.photo import DatePrecision, TakenAt

NOW = datetime(2026, 6, 1)
DAY, MONTH = DatePrecision.DAY, DatePrecision.MONTH

SECONDS = [
    # Android's camera and its relatives
    ("IMG_20190704_123456.jpg", "2019-07-04 12:34:56"),
    ("IMG_20190704_123456~2.jpg", "2019-07-04 12:34:56"),
    ("IMG_20190704_123456_HDR.jpg", "2019-07-04 12:34:56"),
    ("IMG_20190704_123456_1.jpg", "2019-07-04 12:34:56"),
    ("IMG_20190704_123456789.jpg", "2019-07-04 12:34:56"),
    ("IMG_20190704_123456_BURST001_COVER.jpg", "2019-07-04 12:34:56"),
    ("IMG20190704123456.jpg", "2019-07-04 12:34:56"),
    ("VID_20190704_233100.mp4", "2019-07-04 23:31:00"),
    ("VID20190704233100.mp4", "2019-07-04 23:31:00"),
    ("PANO_20140101_000102.jpg", "2014-01-01 00:01:02"),
    ("MVIMG_20180102_030405.jpg", "2018-01-02 03:04:05"),
    ("BURST20180102030405.jpg", "2018-01-02 03:04:05"),
    ("00000IMG_00000_BURST20180102030405678_COVER.jpg", "2018-01-02 03:04:05"),
    ("00100lrPORTRAIT_00100_BURST20180102030405678_COVER.jpg", "2018-01-02 03:04:05"),
    ("20160209_105114.jpg", "2016-02-09 10:51:14"),
    ("20160209_105114(0).jpg", "2016-02-09 10:51:14"),
    ("20160209_105114_HDR.heic", "2016-02-09 10:51:14"),
    ("20160209105114.jpg", "2016-02-09 10:51:14"),
    ("P_20180102_030405_vHDR_Auto.jpg", "2018-01-02 03:04:05"),
    ("C360_2013-01-02-03-04-05-678.jpg", "2013-01-02 03:04:05"),
    ("CameraZOOM-20130102030405678.jpg", "2013-01-02 03:04:05"),
    ("B612_20180102_030405_678.jpg", "2018-01-02 03:04:05"),
    ("BeautyPlus_20180102030405678_save.jpg", "2018-01-02 03:04:05"),
    ("DJI_20230102030405_0001_D.JPG", "2023-01-02 03:04:05"),
    # Windows
    ("WP_20141231_23_59_58_Pro.jpg", "2014-12-31 23:59:58"),
    ("WIN_20230102_03_04_05_Pro.jpg", "2023-01-02 03:04:05"),
    ("WIN_20130102_030405.JPG", "2013-01-02 03:04:05"),
    ("Screenshot 2023-05-06 112233.png", "2023-05-06 11:22:33"),
    # macOS
    ("Screen Shot 2019-01-02 at 3.04.05 PM.png", "2019-01-02 15:04:05"),
    ("Screen Shot 2019-01-02 at 12.04.05 AM.png", "2019-01-02 00:04:05"),
    ("Screenshot 2023-01-05 at 10.11.12\u202fAM.png", "2023-01-05 10:11:12"),
    ("Screenshot 2023-01-05 at 10.11.12.png", "2023-01-05 10:11:12"),
    ("Bildschirmfoto 2019-01-02 um 15.04.05.png", "2019-01-02 15:04:05"),
    ("Capture d’écran 2019-01-02 à 15.04.05.png", "2019-01-02 15:04:05"),
    ("Screen Recording 2021-03-02 at 10.11.12.mov", "2021-03-02 10:11:12"),
    # Linux
    ("Screenshot from 2020-01-02 03-04-05.png", "2020-01-02 03:04:05"),
    ("Bildschirmfoto vom 2020-01-02 03-04-05.png", "2020-01-02 03:04:05"),
    ("Screenshot_20200102_030405.png", "2020-01-02 03:04:05"),
    # screenshots of phones
    ("Screenshot_2021-03-02-10-11-12.png", "2021-03-02 10:11:12"),
    ("Screenshot_2021-03-02-10-11-12-123_com.android.chrome.jpg", "2021-03-02 10:11:12"),
    ("Screenshot_20190201-212530_Browser.png", "2019-02-01 21:25:30"),
    ("Screenshot_20190201-212530.png", "2019-02-01 21:25:30"),
    ("screen-20210302-101112.mp4", "2021-03-02 10:11:12"),
    # messengers
    ("signal-2018-08-21-100217.jpg", "2018-08-21 10:02:17"),
    ("signal-2018-08-21-100217-1.jpg", "2018-08-21 10:02:17"),
    ("signal-2023-08-21-10-02-17-123.jpg", "2023-08-21 10:02:17"),
    ("signal-attachment-2018-08-21-100217.jpeg", "2018-08-21 10:02:17"),
    ("WhatsApp Image 2017-05-06 at 07.08.09.jpeg", "2017-05-06 07:08:09"),
    ("WhatsApp Image 2017-05-06 at 07.08.09(1).jpeg", "2017-05-06 07:08:09"),
    ("WhatsApp Image 2017-05-06 at 7.08.09 PM.jpeg", "2017-05-06 19:08:09"),
    ("WhatsApp Video 2017-05-06 at 07.08.09.mp4", "2017-05-06 07:08:09"),
    ("photo_2023-01-05_10-11-12.jpg", "2023-01-05 10:11:12"),
    ("photo_2023-01-05_10-11-12 (2).jpg", "2023-01-05 10:11:12"),
    ("photo_5@01-02-2023_10-11-12.jpg", "2023-02-01 10:11:12"),
    ("video_17@28-02-2023_10-11-12.mp4", "2023-02-28 10:11:12"),
    ("KakaoTalk_20190704_123456789.jpg", "2019-07-04 12:34:56"),
    ("KakaoTalk_Photo_2019-07-04-12-34-56.jpeg", "2019-07-04 12:34:56"),
    # clouds, scanners, people
    ("2011-07-19 11.36.39.jpg", "2011-07-19 11:36:39"),
    ("2011-07-19 11.36.39-1.jpg", "2011-07-19 11:36:39"),
    ("2019-07-04T12-34-56.jpg", "2019-07-04 12:34:56"),
    ("2019_07_04_12_34_56.jpg", "2019-07-04 12:34:56"),
    ("2019.07.04 12.34.56.jpg", "2019-07-04 12:34:56"),
    ("Photo 2019-07-04 12 34 56.jpg", "2019-07-04 12:34:56"),
    ("Scan 04.07.2019 12.34.56.png", "2019-07-04 12:34:56"),
    ("20190704T123456.jpg", "2019-07-04 12:34:56"),
]

DAYS = [
    ("IMG-20200101-WA0001.jpg", "2020-01-01"),
    ("IMG-20200101-WA0001(1).jpg", "2020-01-01"),
    ("VID-20150607-WA0002.mp4", "2015-06-07"),
    ("STK-20210102-WA0003.webp", "2021-01-02"),
    ("20190704.jpg", "2019-07-04"),
    ("2019-07-04.jpg", "2019-07-04"),
    ("2019-07-04 Anna's birthday 3.jpg", "2019-07-04"),
    ("2019-7-4 picnic.jpg", "2019-07-04"),
    ("2014-01-02-0001.jpg", "2014-01-02"),
    ("20140102-0001.jpg", "2014-01-02"),
    ("DSC_20190704_0042.jpg", "2019-07-04"),
    ("Scan_20190704 (2).jpg", "2019-07-04"),
    ("04.07.2019 Strand.jpg", "2019-07-04"),
    ("31-12-2019.jpg", "2019-12-31"),
    ("2019年07月04日.jpg", "2019-07-04"),
    ("4 July 2019.jpg", "2019-07-04"),
    ("Jul 4, 2019.jpg", "2019-07-04"),
    ("1965-08-09 wedding.tif", "1965-08-09"),
    ("19650809 wedding.tif", "1965-08-09"),
    ("WhatsApp Image 2017-05-06.jpeg", "2017-05-06"),
]

MONTHS = [("1998-07 scan 3.jpg", "1998-07-01"), ("2015_08_Lake.jpg", "2015-08-01"), ("2015-08.jpg", "2015-08-01")]

INSTANTS = [
    ("PXL_20220831_003137144.jpg", "2022-08-31 00:31:37"),
    ("PXL_20220831_003137144.PORTRAIT-01.COVER.jpg", "2022-08-31 00:31:37"),
    ("PXL_20220831_003137144~2.mp4", "2022-08-31 00:31:37"),
    ("FB_IMG_1500000000000.jpg", "2017-07-14 02:40:00"),
    ("mmexport1500000000000.jpg", "2017-07-14 02:40:00"),
    ("1500000000000.jpg", "2017-07-14 02:40:00"),
    ("IMG_1500000000000.jpg", "2017-07-14 02:40:00"),
    ("wx_camera_1500000000000.jpg", "2017-07-14 02:40:00"),
    ("Screenshot_1500000000000.png", "2017-07-14 02:40:00"),
    ("1500000000000-0.jpg", "2017-07-14 02:40:00"),
]

NONE = [
    "IMG_20001234.jpg",  # no month 12 with a day 34
    "IMG_0001.jpg",
    "IMG_2019.jpg",
    "DSC02019.JPG",
    "DSC_1987.jpg",
    "P1012019.JPG",
    "20191332.jpg",
    "20190231.jpg",
    "IMG_20190231_101010.jpg",
    "12345678.jpg",
    "99999999_999999.jpg",
    "+4915201234567.jpg",
    "491520123456789.jpg",
    "0049 1520 1234567.jpg",
    "555-2019-0704.jpg",
    "8613812345678.jpg",
    "ISBN 9781234567897.jpg",
    "9780201633610.jpg",
    "978-0-201-63361-0.jpg",
    "received_10201902041234567.jpeg",
    "10207219900131234_n.jpg",
    "1920x1080.png",
    "wallpaper-2560x1440.jpg",
    "12-11-2010.jpg",  # 12 November or 11 December
    "Snapchat-1234567890.jpg",
    "Screenshot (12).png",
    "20190704123456789012.jpg",  # longer than any date
    "320190704.jpg",
    "201907041.jpg",
    "20501231.jpg",  # not yet
    "IMG_20991231_235959.jpg",
    "192.168.2019.07.04.jpg",
    "v2.2019.01.02.3",
    "10.1.2019.07.04.jpg",
    "a8f3201907049bc2d4.png",
    "",
    "jan.jpg",
    "May 12 was fun.jpg",
]


@pytest.mark.parametrize(("name", "wall"), SECONDS)
def test_a_name_gives_day_and_time(name: str, wall: str) -> None:
    found = date_in_name(name, NOW)
    assert found is not None
    assert (found.taken_at, found.is_instant) == (TakenAt(datetime.fromisoformat(wall)), False)


@pytest.mark.parametrize(("name", "day"), DAYS)
def test_a_name_gives_the_day_alone(name: str, day: str) -> None:
    found = date_in_name(name, NOW)
    assert found is not None
    assert found.taken_at == TakenAt(datetime.fromisoformat(day), precision=DAY)


@pytest.mark.parametrize(("name", "month"), MONTHS)
def test_a_name_gives_the_month_alone(name: str, month: str) -> None:
    found = date_in_name(name, NOW)
    assert found is not None
    assert found.taken_at == TakenAt(datetime.fromisoformat(month), precision=MONTH)


@pytest.mark.parametrize(("name", "utc"), INSTANTS)
def test_a_pixels_name_and_milliseconds_are_utc(name: str, utc: str) -> None:
    found = date_in_name(name, NOW)
    assert found is not None
    assert (found.taken_at, found.is_instant) == (TakenAt(datetime.fromisoformat(utc), 0), True)


@pytest.mark.parametrize("name", NONE)
def test_other_digits_are_no_date(name: str) -> None:
    assert date_in_name(name, NOW) is None


def test_a_zone_in_a_name_counts() -> None:
    found = date_in_name("2019-07-04T12:34:56+02:00.jpg", NOW)
    assert found is not None
    assert found.taken_at == TakenAt(datetime(2019, 7, 4, 12, 34, 56), 120)


def test_the_table_is_as_long_as_promised() -> None:
    assert len(SECONDS) + len(DAYS) + len(MONTHS) + len(INSTANTS) >= 60
