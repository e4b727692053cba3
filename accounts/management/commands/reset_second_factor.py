"""Where nobody is left who could decide: the operator takes off somebody's second factors, from the shell and in the ledger."""

from django.core.management.base import BaseCommand, CommandError

from accounts import second_factors, sessions, tenancy
from accounts.models import User


class Command(BaseCommand):
    help = "Take off a person's second factors and end his sessions. Two administrators can do this without you."

    def add_arguments(self, parser):
        parser.add_argument("email", help="the address the person signs in with")
        parser.add_argument("--reason", required=True, help="how you know that it is he who asks; kept in the ledger")

    def handle(self, *, email, reason, **options):
        with tenancy.anonymous(source="shell", signing_in=True):
            person = User.objects.filter(email=email.strip().lower()).first()
            if person is None:
                raise CommandError("Nobody signs in with this address.")
            with tenancy.inside(person.organization_id, user=person):
                second_factors.take_off(person, reason=reason)
                sessions.end_all(person, by=person)
        self.stdout.write(f"{person.name} signs in by password alone, and is led to setting up a second factor.")
