"""Addresses of evidence: brought by hand, by mail, by call logs; and of the holds that want it."""

from django.urls import path

from customers.evidence import call_views, mail_views, views

urlpatterns = [
    path("holds/", views.holds, name="holds"),
    path("mail/", mail_views.mail, name="mail"),
    path("mail/address/", mail_views.renew, name="mail_address"),
    path("mail/<uuid:pk>/", mail_views.sort, name="mail_sort"),
    path("mail/<uuid:pk>/discard/", mail_views.discard, name="mail_discard"),
    path("calls/", call_views.calls, name="calls"),
    path("calls/new/", call_views.new, name="calls_new"),
    path("calls/extensions/", call_views.extensions, name="extensions"),
    path("calls/<uuid:pk>/", call_views.detail, name="call_log"),
    path("<uuid:pk>/claim-after-lapses/", views.claim_after_lapses, name="claim_after_lapses"),
    path("<uuid:pk>/follow-up/<uuid:follow_up>/evidence/", views.bring_evidence, name="bring_evidence"),
]
