"""Networks a role may come from: written one a line, kept as CIDR."""

import ipaddress


def is_within(address, networks) -> bool:
    """Is this address in one of these networks? Where none are named, everywhere is."""
    if not networks:
        return True
    try:
        place = ipaddress.ip_address(address)
    except ValueError:
        return False
    place = getattr(place, "ipv4_mapped", None) or place
    return any(place in ipaddress.ip_network(network) for network in networks)


def read(text) -> list[str]:
    """Networks from what somebody typed, each in its one writing; raises ValueError for what is none."""
    return [str(ipaddress.ip_network(part, strict=False)) for part in text.replace(",", " ").split()]
