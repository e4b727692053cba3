from django.apps import AppConfig


class AuditConfig(AppConfig):
    name = "audit"

    def ready(self):
        from audit import closing, permissions, review_kinds, sign_ins  # noqa: F401
        from audit.break_glass import reminding  # noqa: F401
