"""Lists that leave are marked: by their order, by canary records, by what they say of themselves (second list, 18)."""

import csv
import io
from random import Random

import pytest
from django.conf import settings
from django.db import IntegrityError, ProgrammingError, transaction

from audit.models import Entry
from customers import exporting
from customers.importing.reading import read
from customers.marking import phones
from customers.marking.canaries import LEAST
from customers.marking.lines import headings
from customers.marking.tracing import FoundList, Verdict, whose
from customers.models import Canary, Customer, Export, ExportedRow, Planting
from customers.registration import Draft, register
from tests.databases import sql
from tests.transfers import work_off

PLACES = ("苏州", "无锡", "常州", "南京", "宁波", "杭州")
BRANDS = ("恒川", "精诚", "卓然", "睿通", "澜庭", "铭岳", "海拓", "云桥", "稻香", "青禾", "予安", "虹锐")
TRADES = ("医疗器械", "模具", "物流", "软件", "精密机械", "密封件")


@pytest.fixture(autouse=True)
def domain(monkeypatch):
    monkeypatch.setattr(settings, "CANARY_DOMAINS", ["parkweb.example", "hostbay.example"])


def companies(owner, count, begin=0):
    """So many different companies of one person, with contacts."""
    drafts = []
    for number in range(begin, begin + count):
        place, brand, trade = PLACES[number % 6], BRANDS[number // 6 % 12], TRADES[(number // 6 + number // 72) % 6]
        fields = {"region": f"江苏{place}", "country": "CN", "industry": trade, "source": "Fair", "source_number": f"F-{number:05}",
                  "website": f"www.c{number}.example"}  # fmt: skip
        contact = {
            "name": f"王{brand[0]}",
            "title": "采购",
            "phone": f"+86138001{number:05}",
            "email": f"w{number}@c{number}.example",
        }
        drafts.append(Draft(f"{place}{brand}{trade}有限公司", fields, contact))
    return register(drafts, by=owner, way="form", claimed=True)


def exported(by, form="csv", purpose="year-end call", **filters):
    export = exporting.ask(by=by, purpose=purpose, format=form, filters=filters)
    work_off(by.organization)
    return Export.objects.select_related("requested_by", "organization").get(pk=export.pk)


def rows_of(export):
    rows = list(csv.reader(io.StringIO(export.file.opened().decode("utf-8-sig"), newline="")))
    return rows[1:-1]


def found(rows, by):
    out = io.StringIO(newline="")
    csv.writer(out).writerows(rows)
    return whose(FoundList.read(out.getvalue().encode(), by.organization), by=by)


def test_a_list_that_was_found_is_told_from_the_same_list_taken_again(wang, shen):
    companies(wang, 60)
    lists = [exported(wang, purpose=f"call {number}") for number in range(4)]

    for export in lists:
        first = found(rows_of(export), shen)[0]
        assert (first.export, first.verdict) == (export, Verdict.LIST)
        assert first.ordered == (len(rows_of(export)), len(rows_of(export)))


def test_thirteen_rows_without_headings_are_enough(wang, shen):
    companies(wang, 60)
    lists = [exported(wang, purpose=f"call {number}") for number in range(3)]
    real = set(Customer.objects.values_list("name", flat=True))
    some = [row for row in rows_of(lists[1]) if row[0] in real][10:25]

    first, *others = found([row[:1] for row in some], shen)

    assert (first.export, first.verdict) == (lists[1], Verdict.LIST)
    assert {other.verdict for other in others} == {Verdict.OPEN}


def test_a_shuffled_list_is_known_by_its_canaries(wang, li, shen):
    companies(wang, 60)
    export = exported(wang)
    companies(li, 60, begin=100)
    exported(li)
    rows = rows_of(export)
    Random(7).shuffle(rows)

    first = found(rows, shen)[0]

    assert (first.export, first.verdict) == (export, Verdict.LIST)
    assert len(first.canaries) == export.plantings.count() >= 2


def test_a_list_sorted_by_a_column_is_still_known(wang, shen):
    """A spreadsheet keeps the order of what is equal."""
    companies(wang, 60)
    lists = [exported(wang) for _number in range(3)]
    real = set(Customer.objects.values_list("name", flat=True))

    rows = sorted((row for row in rows_of(lists[2]) if row[0] in real), key=lambda row: row[6])

    assert found(rows, shen)[0].export == lists[2]


def test_few_rows_have_no_canaries(wang):
    companies(wang, LEAST - 1)
    export = exported(wang)
    assert export.plantings.count() == 0
    assert ExportedRow.objects.count() == LEAST - 1


def test_the_list_reads_as_a_table_and_its_last_line_is_no_company(wang):
    companies(wang, 3)
    export = exported(wang)
    table = read(export.file.opened())
    assert len(table.rows) == 3
    assert export.number in export.file.name
    assert export.number in export.file.opened().decode()


def test_the_same_list_again_has_the_same_canaries(wang):
    """Two lists of one person do not give them away."""
    companies(wang, 60)
    one, two = (sorted(rows_of(exported(wang))) for _time in range(2))
    assert [row[0] for row in one] == [row[0] for row in two]
    assert Canary.objects.count() == 5


# Canaries: believable, sealed, nobody's to see


def test_a_canary_is_filled_as_the_rows_around_it(wang):
    """Credit codes with both check characters, region and industry of the list, a web site where others have one."""
    companies(wang, 60)
    rows, real = rows_of(exported(wang)), set(Customer.objects.values_list("name", flat=True))
    planted, others = [[row for row in rows if (row[0] in real) is known] for known in (False, True)]

    assert len(planted) == 5
    for column in range(len(headings())):
        values = {row[column] for row in others}
        assert all(bool(row[column]) in {bool(value) for value in values} or column == 4 for row in planted), column
        if column in (5, 6, 7, 8, 9, 10, 12, 13, 15):  # of few values, which are all there already
            assert {row[column] for row in planted} <= values, column
    assert sum(bool(row[4]) for row in planted) == len(settings.CANARY_DOMAINS)


def test_where_no_row_has_a_website_no_canary_has_one(wang):
    register(
        [Draft(f"{BRANDS[n]}{TRADES[n % 6]}有限公司", {"credit_code": ""}) for n in range(12)],
        by=wang,
        way="form",
        claimed=True,
    )
    rows = rows_of(exported(wang))
    assert len(rows) == 14
    assert {row[4] for row in rows} == {row[3] for row in rows} == {row[15] for row in rows} == {""}


def test_two_canaries_of_a_list_never_share_a_mail_house(wang):
    companies(wang, 60)
    hosts = [row[4].split(".", 1)[1] for row in rows_of(exported(wang)) if "parkweb" in row[4] or "hostbay" in row[4]]
    assert sorted(host.split(".", 1)[-1] for host in hosts) == ["hostbay.example", "parkweb.example"]


def test_canaries_stand_anywhere_in_the_list(wang):
    """Not first, not last, not together: over many lists their mean place is the middle, within four standard errors."""
    companies(wang, 40)
    real, places = set(Customer.objects.values_list("name", flat=True)), []
    for _number in range(12):
        rows = rows_of(exported(wang))
        places += [at / (len(rows) - 1) for at, row in enumerate(rows) if row[0] not in real]
    assert len(places) >= 24
    assert abs(sum(places) / len(places) - 0.5) < 4 * (1 / 12 / len(places)) ** 0.5


def test_filters_hold_for_canaries(wang):
    companies(wang, 72)
    for filters in ({"industry": "物流"}, {"region": "江苏无锡"}, {"q": "无锡"}, {"country": "CN"}):
        export = exported(wang, **filters)
        assert len(rows_of(export)) == export.rows + export.plantings.count() > export.rows
        for row in rows_of(export):
            assert row[7] == filters.get("industry", row[7])
            assert row[6] == filters.get("region", row[6])
            assert filters.get("q", "") in row[0]


def test_another_persons_list_has_other_canaries(wang, mei):
    companies(wang, 60)
    exported(wang)
    exported(mei, view="team")
    assert not set(canaries_of(wang)) & set(canaries_of(mei))


def canaries_of(person):
    return [canary.line["name"] for canary in Canary.objects.filter(person=person)]


def test_no_page_shows_a_canary_to_whoever_took_the_list(wang, mei, sign_in):
    companies(wang, 60)
    exported(wang)
    name = canaries_of(wang)[0]
    for person in (wang, mei):
        client = sign_in(person)
        pages = [
            "/customers/",
            f"/customers/?q={name[:4]}",
            "/customers/pool/",
            "/customers/exports/",
            f"/search/?q={name}",
        ]
        found_in = [page for page in pages if name in client.get(page).text.replace(f'value="{name}"', "")]
        assert found_in == []
        assert client.get("/customers/exports/found/").status_code == 403
    assert not Customer.objects.filter(name=name).exists()


def test_what_stands_in_the_tables_and_the_ledger_names_no_canary(wang):
    companies(wang, 60)
    exported(wang)
    name = canaries_of(wang)[0]
    assert not Entry.objects.filter(after__icontains=name).exists()
    assert not any(name.encode() in bytes(sealed) for sealed in Canary.objects.values_list("line_sealed", flat=True))


def test_a_number_of_the_organisations_own_is_used_masked(wang, zhao):
    companies(wang, 60)
    phones.add(["+8651288880001", "+8651288880002"], by=zhao)
    rows = rows_of(exported(wang))
    assert sum(row[16].strip("'") in ("+86 512 •••• 0001", "+86 512 •••• 0002") for row in rows) == 2
    assert Canary.objects.exclude(phone_index=None).count() == 2


# Guards in the database


def test_nobody_lays_a_mark_under_a_list_that_has_left(wang):
    companies(wang, 60)
    export, other = exported(wang), exported(wang, industry="物流")
    canary = Canary.objects.exclude(plantings__export=other).first()
    for row in (
        Planting(canary=canary, export=other),
        ExportedRow(export=export, digest=b"x" * 16, text_digest=b"y" * 16),
    ):
        with pytest.raises(IntegrityError) as refusal, transaction.atomic():
            row.save(force_insert=True)
        assert refusal.value.__cause__.diag.constraint_name == "marked_before_it_leaves"


def test_a_canary_of_one_person_is_in_no_list_of_another(wang, li):
    companies(wang, 60)
    exported(wang)
    export = Export.objects.create(purpose="x", requested_by=li)
    with pytest.raises(IntegrityError) as refusal, transaction.atomic():
        Planting.objects.create(canary=Canary.objects.first(), export=export)
    assert refusal.value.__cause__.diag.constraint_name == "canary_of_its_person"


@pytest.mark.parametrize("table", ["canary", "planting", "exportedrow", "canaryhit"])
@pytest.mark.parametrize(
    "statement", ["DELETE FROM customers_{}", "UPDATE customers_{} SET organization_id = organization_id"]
)
def test_marks_stay_as_they_were_written(statement, table, acme):
    with pytest.raises(ProgrammingError), transaction.atomic():
        sql(statement.format(table))
