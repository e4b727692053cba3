"""A real map of addresses in MaxMind's format, small enough to be written by hand: everything below 128.0.0.0 is Lisbon."""

import struct


def write_map(path):
    """One node: its left side leads to the record, its right side to nothing."""
    record = _map({"city": {"names": {"en": "Lisbon"}}, "location": {"latitude": 38.7, "longitude": -9.1}})
    nodes, nothing, first = 1, 1, 1 + 16
    tree = struct.pack(">I", first)[1:] + struct.pack(">I", nothing)[1:]
    told = {
        "binary_format_major_version": ("uint16", 2),
        "binary_format_minor_version": ("uint16", 0),
        "build_epoch": ("uint64", 1),
        "database_type": "Test",
        "ip_version": ("uint16", 4),
        "node_count": ("uint32", nodes),
        "record_size": ("uint16", 24),
        "languages": [],
        "description": {},
    }
    path.write_bytes(tree + bytes(16) + record + b"\xab\xcd\xefMaxMind.com" + _map(told))
    return path


def _value(value):
    if isinstance(value, dict):
        return _map(value)
    if isinstance(value, list):
        return bytes([len(value), 4])
    if isinstance(value, float):
        return bytes([3 << 5 | 8]) + struct.pack(">d", value)
    if isinstance(value, tuple):
        kind, number = value
        size = {"uint16": 2, "uint32": 4, "uint64": 8}[kind]
        head = {"uint16": bytes([5 << 5 | 2]), "uint32": bytes([6 << 5 | 4]), "uint64": bytes([8, 2])}[kind]
        return head + number.to_bytes(size, "big")
    text = value.encode()
    return (bytes([2 << 5 | len(text)]) if len(text) < 29 else bytes([2 << 5 | 29, len(text) - 29])) + text


def _map(values):
    return bytes([7 << 5 | len(values)]) + b"".join(_value(key) + _value(value) for key, value in values.items())
