"""Several customers that fit one question take from each other, unless they are one company themselves."""

import pytest

from customers.duplicates.record import keyed, read
from customers.duplicates.rivals import settled
from customers.duplicates.scoring import Judgement, judge

KEY = keyed(b"of these tests")


def record(name, **fields):
    return read({"name": name, **fields}, KEY)


def judged(typed, *customers):
    return settled([(each, judge(typed, each)) for each in customers])


def test_one_that_fits_alone_keeps_its_score():
    """R31."""
    typed, only, other = (record(name) for name in ("恒川医疗器械", "恒川医疗器械有限公司", "博远物流有限公司"))
    assert judged(typed, only, other) == [judge(typed, only), judge(typed, other)]


def test_a_name_that_two_companies_have_is_for_review():
    """R31, R34: of two that fit alike neither is called the same, and the reasons say why."""
    typed = record("恒川医疗器械")
    ones = record("南京恒川医疗器械有限公司"), record("沈阳恒川医疗器械有限公司")
    alone, together = judge(typed, ones[0]), judged(typed, *ones)
    assert sum(each.score for each in together) < 1
    assert together[0].score < alone.score
    assert {each.verdict for each in together} == {"review"}
    assert [each.reasons[-1].code for each in together] == ["several_fit", "several_fit"]
    assert all(each.reasons[-1].weight < 0 for each in together)


def test_two_rows_of_one_company_take_little_from_each_other():
    typed = record("恒川医疗器械有限公司", phone="13812345678", city="南京")
    twice = [
        record("南京恒川医疗器械有限公司", phone="13812345678", city="南京", contact=contact)
        for contact in ("王芳", "")
    ]
    assert [each.verdict for each in judged(typed, *twice)] == ["same", "same"]


@pytest.mark.parametrize("scores", [(1.0, 1.0), (0.0, 1.0), (0.5, 0.0)])
def test_certainties_are_numbers_still(scores):
    ones = record("南京恒川医疗器械有限公司"), record("沈阳恒川医疗器械有限公司")
    found = settled([(each, Judgement(score, "same", ())) for each, score in zip(ones, scores, strict=True)])
    assert all(0 <= each.score <= 1 for each in found)
    assert sum(each.score for each in found) < 1.1
