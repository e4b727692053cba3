"""Numbers and dates in Chinese; Django itself gives them no thousands separator."""

THOUSAND_SEPARATOR = ","
NUMBER_GROUPING = 3
DATE_FORMAT = "Y 年 n 月 j 日"
DATETIME_FORMAT = "Y 年 n 月 j 日 H:i"
SHORT_DATE_FORMAT = "n 月 j 日"
SHORT_DATETIME_FORMAT = "n 月 j 日 H:i"
TIME_FORMAT = "H:i"
