"""`migrate` runs as the owner of the tables, then raises the walls and puts the triggers on."""

from django.core.management.commands import migrate
from django.db import connections, transaction

from accounts import roles, schedules, walls
from approvals import guards
from audit import capture


class Command(migrate.Command):
    def add_arguments(self, parser):
        super().add_arguments(parser)
        parser.set_defaults(database="owner")

    def handle(self, *args, **options):
        super().handle(*args, **options)
        connection = connections[options["database"]]
        with transaction.atomic(using=connection.alias):
            walls.raise_walls(connection)
            roles.install(connection)
            capture.install(connection)
            guards.install(connection)
            schedules.begin_everywhere(connection)
