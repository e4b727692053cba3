"""Canary records: some companies in every longer list that do not exist. Whoever writes to one, or brings it in, has it from
that list. The one who takes the list is not told which they are; what he takes again has the same ones."""

from datetime import date, timedelta

from django.conf import settings
from django.db import connection

from accounts import keys, tenancy
from customers import countries
from customers.marking.inventing import Inventor, host_label, reached_at
from customers.marking.lines import Line
from customers.models import Canary, CanaryPhone, ExportedRow, IdentityKey, OwnershipRules, Planting
from customers.models.contact import masked
from customers.names import normalised
from customers.search import terms_asked, terms_of

LEAST = 10  # rows a person took within thirty days; among fewer he knows each
FEWEST, MOST, ONE_IN = 2, 5, 10
REMEMBERED = timedelta(days=30)


def plant(export, lines) -> list[Line]:
    """The canaries of this list, kept for the day it is found: those that its person's lists have had lately and that fit
    here too, so that two of his lists do not give them away, and new ones."""
    if not lines or int(export.approval.measures["rows_30_days"]) < LEAST:
        return []
    planted = [canary for canary in _known(export) if fits(canary.line, export)][:MOST]
    wanted = min(MOST, max(FEWEST, len(lines) // ONE_IN))
    planted += _new(export, lines, planted, max(0, wanted - len(planted)))
    Planting.objects.bulk_create(Planting(canary=canary, export=export) for canary in planted)
    return [_still_protected(Line(**canary.line)) for canary in planted]


def keep_rows(export, lines):
    """Digests of what leaves, canaries among it."""
    digest = export.organization.digest
    rows = {company_of(line.name, digest): text_of(line.cells(), digest) for line in lines}
    ExportedRow.objects.bulk_create(
        (ExportedRow(export=export, digest=company, text_digest=text) for company, text in rows.items()),
        batch_size=2000,
    )


def company_of(name, digest) -> bytes:
    return digest("exported", normalised(name))[:16]


def text_of(cells, digest) -> bytes:
    """Of the whole row as a spreadsheet gives it back: without what is empty at its end."""
    return digest("exported-text", "\0".join(cell.strip() for cell in cells).rstrip("\0"))[:16]


def _known(export):
    """What this person's lists have had of late, the newest first."""
    since = tenancy.Clock() - REMEMBERED
    own = Canary.objects.filter(person=export.requested_by, plantings__planted_at__gte=since)
    return own.distinct().select_related("organization").order_by("-made_at")


def fits(line: dict, export) -> bool:
    """Would it stand in a list with these filters, if it existed? What its line does not say it does not fit."""
    filters = {name: value for name, value in export.filters.items() if value}
    if filters.pop("view", "") == "mine" and line["owner"] != export.requested_by.name:
        return False
    return all(_agrees(line, name, value) for name, value in filters.items())


def _agrees(line, name, value):
    match name:
        case "q":
            return set(terms_asked(value)) <= terms_of(line["name"])
        case "country":
            return line["country"] == countries.code_of(value)
    return line.get(name) == value


def _new(export, lines, planted, count):
    """So many new ones. Each mail domain is in a list once: two companies at one house would give each other away."""
    inventor = Inventor(lines, export.filters.get("q", ""))
    used = {domain for canary in planted for domain in settings.CANARY_DOMAINS if domain in str(canary.line)}
    domains = [domain for domain in settings.CANARY_DOMAINS if domain not in used]
    numbers = list(CanaryPhone.objects.live().order_by("?")[:count])
    inventor.lot.shuffle(domains)
    made = []
    for _number in range(count):
        domain = domains.pop() if domains else ""
        if invented := _invented(inventor, export, domain):
            line, like, host = invented
            phone = numbers.pop().number if numbers and line.phone else ""
            made.append(_kept(export, line, like, host, phone))
    return made


def _invented(inventor, export, domain):
    """A company that nobody has entered, with a host that nobody has; None when the list gives none."""
    for _attempt in range(10):
        found = inventor.company(reachable=bool(domain))
        if found and _is_free(found[0], export.organization):
            if not domain:
                return *found, ""
            if host := _free_host(found[0], domain):
                return *found, host
    return None


def _is_free(line, organization):
    kind = IdentityKey.Kind.NAME
    held = IdentityKey.objects.filter(kind=kind, digest=organization.digest(kind, normalised(line.name)))
    return not held.exists() and not Canary.objects.filter(name_index=name_index(line.name, organization)).exists()


def _free_host(line, domain):
    begun = host_label(line)
    tried = [begun, f"{begun}-{line.country.lower()}", f"{begun}-group"] if begun else []
    return next((host for host in (f"{each}.{domain}" for each in tried) if not canaries_at(host)), "")


def _kept(export, line, like, host, phone):
    organization, address = export.organization, ""
    if host:
        line, address = reached_at(line, like, host)
    if phone:
        line = line._replace(phone=masked("phone", phone))
    canary = Canary(
        pk=tenancy.fresh_ids(1)[0],
        person=export.requested_by,
        export=export,
        name_index=name_index(line.name, organization),
        code_index=organization.digest("canary-code", line.credit_code) if line.credit_code else None,
        email_index=organization.digest("canary-mail", address) if address else None,
        host_index=host_index(host) if host else None,
        phone_index=organization.digest("canary-phone", phone) if phone else None,
    )
    canary.seal(line._asdict())
    canary.save(force_insert=True)
    return canary


def name_index(name, organization):
    return organization.digest("canary-name", normalised(name))


def host_index(host) -> bytes:
    """The same in every organisation: who gets a letter does not know yet whose it is."""
    return keys.digest(settings.MASTER_KEY, "canary-host", host.lower())


def canaries_at(host) -> list[tuple]:
    """(organisation, canary) whose web and mail domain this is, in whatever organisation."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT organization, canary FROM customers_canaries_at(%s)", [host_index(host)])
        return cursor.fetchall()


def _still_protected(line):
    """A date that has passed since it was made gives way to a later one, as it would by a follow-up."""
    until = line.protected_until and date.fromisoformat(line.protected_until)
    while until and until < tenancy.now().date():
        until += timedelta(days=OwnershipRules.objects.in_force().protection_days)
    return line._replace(protected_until=f"{until:%Y-%m-%d}" if until else "")
