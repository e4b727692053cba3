"""`migrate` runs as the owner of the tables, then raises the walls and puts the triggers on."""

from django.core.management.commands import migrate
from django.db import connections, transaction

from accounts import roles, schedules, walls
from approvals import guards
from audit import capture
from customers.merging import fates


class Command(migrate.Command):
    def add_arguments(self, parser):
        super().add_arguments(parser)
        parser.set_defaults(database="owner")

    def handle(self, *args, **options):
        connection = connections[options["database"]]
        walls.lower_for_the_owner(connection)
        with connection.cursor() as cursor:
            cursor.execute("SELECT set_config('app.organization_id', '0', false)")
        super().handle(*args, **options)
        with transaction.atomic(using=connection.alias):
            walls.raise_walls(connection)
            roles.install(connection)
            capture.install(connection)
            guards.install(connection)
            fates.install(connection)
            schedules.begin_everywhere(connection)
        with connection.cursor() as cursor:
            cursor.execute("RESET app.organization_id")
