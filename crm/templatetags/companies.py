"""What a list says about a company under its name, and look-ups in what a view prepared."""

from django import template

from customers import countries

register = template.Library()


@register.filter
def second_line(customer) -> str:
    """Other name · industry · place, as far as they are known."""
    place = customer.region or countries.name_of(customer.country)
    return " · ".join(filter(None, (customer.other_name or customer.short_name, customer.industry, place)))


@register.filter
def place(address) -> str:
    """Postcode, city, province and country of an address, in a line."""
    parts = (address.postcode, address.city, address.region, countries.name_of(address.country))
    return " · ".join(filter(None, parts))


@register.filter
def of(mapping, key):
    """The value under a key, or None."""
    return mapping.get(key)


@register.filter
def dots(happenings, claim):
    """(time, qualifies) of each follow-up recorded under the claim, as `customers_earned` counts them: for the line of its
    protection period."""
    logged = [each for each in happenings if each.follow_up and each.follow_up.recorded_at >= claim.chain_began_at]
    return [(each.at, each.follow_up.qualifies) for each in logged]
