"""Entrance of the local stack: python -m crm.stack up | manage <command> | test [pytest arguments] | bench | bench-duplicates | reset."""

import os
import shutil
import signal
import subprocess
import sys

from crm.stack import holders, local, messages, place
from crm.stack.bench import bench, bench_duplicates
from crm.stack.checks import BESIDE, test
from crm.stack.speech import GiveUp, complain, say
from crm.stack.up import up


def manage(arguments: list[str]) -> int:
    """Run one management command against the local stack."""
    if not arguments:
        raise GiveUp('Say which command: make manage CMD="help"')
    with local.running(place.here()) as environment:
        messages.compile_all()
        child = subprocess.Popen([sys.executable, "manage.py", *arguments], env=environment, cwd=place.ROOT)
        signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for the command; we end when it ends
        signal.signal(signal.SIGTERM, lambda *_: child.terminate())
        return child.wait()


def reset() -> int:
    """Stop what runs here and remove all its data."""
    if local.given("DATABASE_URL"):
        raise GiveUp("DATABASE_URL is given: that database is not ours to remove. Unset it to reset the local stack.")
    tests = place.for_tests()
    beside = [tests.beside(name) for name in BESIDE]
    for where in (tests, *beside, place.for_bench(), place.here()):
        if where.run.exists():
            if asked := holders.dismiss(where):
                say(f"Stopped what ran on {where.data} ({', '.join(map(str, asked))}).")
            local.stop(where)
    data = place.here().data
    if not data.exists():
        say(f"Nothing to remove: {data} does not exist.")
        return 0
    shutil.rmtree(data)
    say(f"Removed {data}: database, keys, mail and files. make run starts anew.")
    return 0


def main(arguments: list[str]) -> int:
    """Do one thing; a failure is a sentence, not a traceback."""
    try:
        return _do(arguments)
    except GiveUp as sentence:
        complain(str(sentence))
        return 1
    except KeyboardInterrupt:
        complain("Stopped.")
        return 130


def _do(arguments: list[str]) -> int:
    os.chdir(place.ROOT)
    for number in (signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, signal.default_int_handler)
    match arguments:
        case ["up"]:
            return up(place.here())
        case ["manage", *rest]:
            return manage(rest)
        case ["test", *rest]:
            return test(place.for_tests(), rest)
        case ["bench"]:
            return bench(place.for_bench())
        case ["bench-duplicates", *rest]:
            return bench_duplicates(place.for_bench(), rest)
        case ["reset"]:
            return reset()
    raise GiveUp(__doc__ or "")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
