"""Pages of imports: where it stands, what would happen, the one next step; in both languages, with and without script."""

import csv
import io

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils import translation

from accounts import tenancy
from accounts.models import Progress
from audit.models import Entry
from customers.forms import CustomerForm
from customers.importing.mapping import guess
from customers.models import Customer, Import
from tests.factories import customer_of
from tests.transfers import brought, outcomes, tried, work_off, written

NEW = "/customers/imports/new/"
PHONE = "+8613805122297"


def upload(client, content, name="list.csv"):
    return client.post(NEW, {"file": SimpleUploadedFile(name, content)})


def page(client, name, batch, **options):
    return client.get(reverse(f"customers:{name}", args=[batch.pk]), **options)


def shown(client, batch, query=""):
    return client.get(f"{batch.get_absolute_url()}{query}").text


# From the file to the pool


def test_the_whole_way_from_file_to_pool(wang, sign_in):
    client = sign_in(wang)
    assert "required." not in client.get(NEW).text, "nobody is blamed before he has done anything"
    address = upload(client, "公司名称,网站\n恒川医疗器械,hengchuan.example\n,x.example\n".encode("gb18030"))[
        "Location"
    ]
    assert "Waiting for its turn" in client.get(address).text

    work_off(wang.organization)
    columns = client.get(address, follow=True)
    assert "read as GB18030" in columns.text
    assert "hengchuan.example" in columns.text
    form = columns.context["form"]
    assert [form[name].initial for name in form.fields] == ["name", "website"]

    client.post(columns.request["PATH_INFO"], {"column_0": "name", "column_1": "website"})
    work_off(wang.organization)
    result = client.get(address).text
    assert "nothing is written yet" in result
    assert "Write 1 row" in result
    assert not Customer.objects.exists()

    client.post(f"{address}confirm/")
    work_off(wang.organization)
    assert "Undo this import" in client.get(address).text
    assert Customer.objects.get().name == "恒川医疗器械"


def test_a_file_that_is_no_list_is_told_on_the_page(wang, sign_in):
    client = sign_in(wang)
    address = upload(client, b"%PDF-1.7 nothing of a list")["Location"]
    work_off(wang.organization)

    text = client.get(address).text

    assert "This file could not be read." in text
    assert "Nothing was written." in text
    assert "This is not a list." in client.get(reverse("customers:imports")).text


@pytest.mark.parametrize("content", [b"", None])
def test_no_file_is_told_at_once(content, wang, sign_in):
    answer = sign_in(wang).post(NEW, {"file": SimpleUploadedFile("list.csv", content)} if content is not None else {})

    assert answer.status_code == 422
    assert not Import.objects.exists()


def test_a_file_over_twenty_megabytes_is_refused(wang, sign_in, settings):
    settings.LARGEST_UPLOAD = 10

    answer = upload(sign_in(wang), b"name\nHengchuan Medical\n")

    assert answer.status_code == 422
    assert "larger than 20 MB" in answer.text


def test_two_gigabytes_are_refused_before_they_are_read(wang, sign_in):
    class Endless(io.RawIOBase):
        def read(self, *_):
            pytest.fail("the body was read")

    answer = sign_in(wang).generic("POST", NEW, CONTENT_LENGTH=str(2 * 1024**3), **{"wsgi.input": Endless()})

    assert answer.status_code == 413


def test_a_double_click_uploads_once(wang, sign_in):
    client = sign_in(wang)
    for _time in range(2):
        form = {"file": SimpleUploadedFile("list.csv", b"name\nHengchuan\n"), "once": "one-time-key"}
        assert client.post(NEW, form).status_code == 302

    assert Import.objects.count() == 1


# Columns


@pytest.mark.parametrize(
    ("chosen", "sentence"),
    [
        ({"column_1": "website"}, "Say which column holds the registered name"),
        ({"column_0": "name", "column_1": "name"}, "is matched with another column already"),
        ({"column_0": "owner"}, "Select a valid choice"),
    ],
)
def test_columns_that_do_not_fit_are_told(chosen, sentence, wang, sign_in):
    batch = brought(wang, ["Hengchuan"])

    answer = sign_in(wang).post(reverse("customers:import_map", args=[batch.pk]), chosen)

    assert answer.status_code == 422
    assert sentence in answer.text.replace("&#x27;", "'")
    assert Import.objects.get().state == Import.State.MAPPING


@pytest.mark.parametrize(
    ("headings", "fields"),
    [
        (["公司名称", "简称", "英文名称", "网站", "国家/地区", "来源编号"],
         ["name", "short_name", "other_name", "website", "country", "source_number"]),
        (["Company Name *", "Web-Site", "Contact person", "E-Mail", "Mobile no.", "Tax ID"],
         ["name", "website", "contact_name", "email", None, "credit_code"]),
        (["客户全称（必填）", "统一社会信用代码", "所属行业", "联系人", "联系人职务", "联系电话1", "备注"],
         ["name", "credit_code", "industry", "contact_name", "contact_title", "phone", None]),
        (["Name", "Hotel", "Product name", "Main office phone", "Primary e-mail"], ["name", None, None, "phone", "email"]),
        (["名称", "公司", "产品名称"], ["name", None, None]),
    ],
)  # fmt: skip
def test_headings_are_recognised_in_both_languages(headings, fields):
    found = guess(headings)

    assert [next((field for field, place in found.items() if place == n), None) for n in range(len(headings))] == fields


def test_our_own_labels_are_recognised():
    for language in ("en", "zh-hans"):
        with translation.override(language):
            labels = {name: str(field.label) for name, field in CustomerForm.base_fields.items()}
        assert guess(list(labels.values())) == {name: place for place, name in enumerate(labels)}, language


# The result


def test_lines_of_an_answer_are_paged_by_key(wang, sign_in):
    batch = tried(wang, *([f"Company number {n}"] for n in range(120)))
    client = sign_in(wang)

    first = client.get(f"{batch.get_absolute_url()}?outcome=new")
    second = client.get(f"{batch.get_absolute_url()}{first.context['page'].later}")

    assert [line.line for line in second.context["lines"]] == list(range(52, 102))


def test_pages_of_one_and_of_hundred_lines_ask_the_same_number_of_questions(
    wang, sign_in, django_assert_max_num_queries, django_assert_num_queries
):
    client, small = sign_in(wang), tried(wang, ["Hengchuan"])
    large = tried(wang, *([f"Company number {n}"] for n in range(100)))
    with django_assert_max_num_queries(30) as queries:
        shown(client, small)

    with django_assert_num_queries(len(queries)):
        shown(client, large)


def test_sentences_come_in_the_readers_language(wang, shen, sign_in):
    batch = tried(wang, ["恒川", "no address"], ["恒川"])
    shen.language = "zh-hans"
    shen.save(update_fields=["language"])

    assert "This is not a web address" in shown(sign_in(wang), batch, "?outcome=invalid")
    assert "网" in shown(sign_in(shen), batch, "?outcome=invalid")


def test_hidden_signs_cannot_turn_the_page_around(wang, sign_in):
    batch = tried(wang, ["\u202ecod.exe"], ["<script>alert(1)</script>\u202e"])

    text = shown(sign_in(wang), batch)

    assert "\u202e" not in text
    assert "<script>alert" not in text


def test_confirming_twice_says_so_and_writes_once(wang, sign_in):
    batch, client = tried(wang, ["Hengchuan"]), sign_in(wang)
    address = reverse("customers:import_confirm", args=[batch.pk])
    client.post(address)

    assert "has moved on meanwhile" in client.post(address, follow=True).text
    work_off(wang.organization)
    assert Customer.objects.count() == 1


def test_undo_asks_for_a_reason(wang, sign_in):
    batch, client = written(wang, ["Hengchuan"]), sign_in(wang)
    address = reverse("customers:import_undo", args=[batch.pk])

    assert "Say in a few words why" in client.post(address, {"reason": " "}, follow=True).text
    assert Import.objects.get().state == Import.State.WRITTEN
    client.post(address, {"reason": "wrong list"})
    assert Import.objects.get().state == Import.State.UNDOING


# Lines to be corrected


def test_lines_come_back_with_their_reasons_and_go_in_again(wang, sign_in):
    """What was right stays right on the way out and in: a phone with its plus, a name with its umlaut."""
    batch = tried(wang, ["Hengchuan Bäder", "no address", PHONE], ["=1+1", "", ""], ["Ruitong"])
    answer = page(sign_in(wang), "import_errors", batch)

    assert answer["Content-Type"].startswith("text/csv")
    assert answer.content.startswith(b"\xef\xbb\xbf")
    table = list(csv.reader(io.StringIO(answer.content.decode("utf-8-sig"), newline="")))
    assert table[0] == ["Registered name", "Web site", "Phone", "Line", "Reason"]
    assert table[1][:4] == ["Hengchuan Bäder", "no address", f"'{PHONE}", "2"]
    assert "web address" in table[1][4]
    assert table[2][0] == "'=1+1"
    assert len(table) == 3

    table[1][1], table[2][0] = "hengchuan.example", "Yuan"
    second = tried(wang, *table[1:], headings=table[0])
    assert set(outcomes(second).values()) == {"new"}
    assert second.mapping == {"name": 0, "website": 1, "phone": 2}


def test_taking_the_lines_is_an_entry(wang, sign_in):
    """R7."""
    batch = tried(wang, ["=1+1"])

    page(sign_in(wang), "import_errors", batch)

    entry = Entry.objects.get(action="customers.import_errors")
    assert (entry.actor, entry.about_id, entry.after["lines"]) == (wang, str(batch.pk), 1)


# Who sees what


@pytest.mark.parametrize(("person", "status"), [("wang", 200), ("mei", 200), ("shen", 200), ("li", 404), ("zhao", 404)])
def test_who_reads_an_import(person, status, wang, request, sign_in):
    """R5, R6, R30."""
    batch = tried(wang, ["Hengchuan"])

    assert page(sign_in(request.getfixturevalue(person)), "import_detail", batch).status_code == status


def test_reading_somebody_elses_import_is_an_entry(wang, mei, sign_in):
    """R7."""
    batch = tried(wang, ["Hengchuan"])
    shown(sign_in(wang), batch)
    assert not Entry.objects.filter(action="customers.view_import").exists()

    shown(sign_in(mei), batch)

    assert Entry.objects.get(action="customers.view_import").actor == mei


@pytest.mark.parametrize("person", ["mei", "shen"])
def test_a_reader_has_no_buttons_and_no_lines_to_take(person, wang, request, sign_in):
    """R6. Cells may hold phones: only the one who brought them gets them back."""
    batch, client = tried(wang, ["Hengchuan", "", PHONE], ["=1+1", "", PHONE]), sign_in(request.getfixturevalue(person))

    text = shown(client, batch)

    assert "Write 1 row" not in text
    assert PHONE not in text
    assert page(client, "import_errors", batch).status_code == 403
    assert page(client, "import_map", batch).status_code == 403
    assert client.post(reverse("customers:import_confirm", args=[batch.pk])).status_code == 403


def test_nothing_tells_whose_a_taken_company_is(wang, li, sign_in):
    """R30."""
    customer_of(li, "Hengchuan Medical")
    li.name = "Distinctive Person"
    li.save(update_fields=["name"])

    assert "Distinctive" not in shown(sign_in(wang), tried(wang, ["Hengchuan Medical"]))


# Progress


def test_progress_is_polled_and_ends_at_the_result(wang, sign_in):
    batch = brought(wang, *([f"Company number {n}"] for n in range(600)))
    batch.try_out(by=wang, mapping={"name": 0})
    client = sign_in(wang)
    with tenancy.scope(wang.organization):
        poll = reverse("accounts:progress", args=[Import.objects.get().progress_id])
    assert poll in shown(client, batch)

    polled = client.get(poll, headers={"HX-Request": "true"})
    assert "0 of 600" in polled.text
    assert client.get(poll, headers={"HX-Request": "true", "If-None-Match": polled["ETag"]}).status_code == 304

    work_off(wang.organization)
    assert client.get(poll, headers={"HX-Request": "true"})["HX-Redirect"] == batch.get_absolute_url()


def test_without_script_a_link_shows_the_current_state(wang, sign_in):
    batch = brought(wang, ["Hengchuan"])
    batch.try_out(by=wang, mapping={"name": 0})

    assert f'href="{batch.get_absolute_url()}">Show the current state' in shown(sign_in(wang), batch)
    assert Progress.objects.get(pk=batch.progress_id).total == 1
