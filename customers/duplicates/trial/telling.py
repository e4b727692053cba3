"""The figures of a trial as lines to read."""


def tell(write, summary: dict) -> None:
    pairs = ", ".join(f"{count} pairs {verdict}" for verdict, count in sorted(summary["pairs"].items())) or "no pairs"
    memory = summary["memory_mb"]
    write(
        f"{summary['customers']} customers read and kept in {summary['load_seconds']} s, {summary['bytes_a_customer']} bytes each."
    )
    if summary["ids_twice"]:
        write(f"{summary['ids_twice']} rows have the id of another row; they count as rows of that id.")
    write(f"{summary['questions']} questions answered in {summary['answer_seconds']} s.")
    write(_latency("An answer", summary["latency_ms"]))
    write(_latency("  of which in the database", summary["latency_in_database_ms"]))
    write(f"All customers compared in {summary['scan_seconds']} s by {summary['processes']} processes: {pairs}.")
    write(
        f"Memory at most {memory['this_process']} MB in this process, {memory['largest_helper']} MB in the largest of its helpers."
    )


def _latency(what, figures):
    return f"{what}: p50 {figures['p50']} ms, p95 {figures['p95']} ms, p99 {figures['p99']} ms."
