"""Every page in Chinese, as tests/browser/looking.py says."""

import pytest

from tests.browser.looking import look, sights_in


@pytest.mark.parametrize("sight", sights_in("zh-hans"))
def test_nothing_stands_in_the_way(window_of, furnished, sight):
    company, furniture = furnished("zh-hans")
    page = window_of(getattr(company, sight.who) if sight.who else None, "zh-hans")
    look(page, sight, furniture, "zh-hans")
