"""What the pages of found lists and saved views need: a view, a number, a canary record that somebody wrote to."""

from customers.marking import hits, phones
from customers.models import Canary, Export, Planting
from customers.saved_views import saving

SAID = {"en": ("Germany, newest", "Better prices for pumps"), "zh-hans": ("德国，最新在前", "水泵新报价")}


def of(company) -> dict:
    name, subject = SAID[company.language]
    kept = {
        "base": "mine",
        "filters": {"country": ["DE"]},
        "columns": ["contact", "industry", "region"],
        "order": "newest",
    }
    view = saving.save(by=company.wang, name=name, sharing="private", **kept)
    phones.add(["+8651288880001", "+8651288880002"], by=company.zhao)
    _written_to(company, subject)
    return {"view": view.pk}


def _written_to(company, subject):
    export = Export.objects.filter(requested_by=company.wang, file=None).first()
    canary = Canary(person=company.wang, export=export, name_index=b"x" * 32, line_sealed=b"x")
    canary.save(force_insert=True)
    Planting.objects.create(canary=canary, export=export)
    detail = {"from": "Peter Lang <p.lang@rival.example>", "subject": subject}
    found = Canary.objects.select_related("organization", "person").get(pk=canary.pk)
    hits.keep(found, way="mail", mark="address", detail=detail, key="1")


def upload_a_list(page, _furniture):
    rows = "\n".join(f"Nordhafen Maschinenbau {number} GmbH,Bremen" for number in range(6))
    page.set_input_files("main [name=file]", {"name": "list.csv", "mimeType": "text/csv", "buffer": rows.encode()})
    page.click("main form:not([role=search]) button.primary")
