"""Addresses of customers."""

from django.urls import include, path

from customers import access_views, handover_views, request_views, views

app_name = "customers"
urlpatterns = [
    path("", views.list_, name="list"),
    path("pool/", views.pool, name="pool"),
    path("new/", views.new, name="new"),
    path("", include("customers.import_urls")),
    path("", include("customers.verification.urls")),
    path("", include("customers.reconciliation.urls")),
    path("handed-over/", handover_views.handed_over, name="handed_over"),
    path("handed-over/decide/", handover_views.decide, name="decide_handover"),
    path("handover/<uuid:pk>/", handover_views.handover, name="handover"),
    path("<uuid:pk>/", views.detail, name="detail"),
    path("<uuid:pk>/edit/", views.edit, name="edit"),
    path("<uuid:pk>/history/", views.history, name="history"),
    path("<uuid:pk>/claim/", views.claim, name="claim"),
    path("<uuid:pk>/release/", views.release, name="release"),
    path("<uuid:pk>/transfer/", request_views.transfer, name="transfer"),
    path("<uuid:pk>/identity/", request_views.identity, name="identity"),
    path("<uuid:pk>/share/", access_views.share, name="share"),
    path("<uuid:pk>/share/<uuid:collaborator>/take-back/", access_views.take_back, name="take_back"),
    path("<uuid:pk>/deny/", access_views.deny, name="deny"),
    path("<uuid:pk>/deny/<uuid:denial>/lift/", access_views.lift, name="lift"),
    path("<uuid:pk>/follow-up/", views.follow_up, name="follow_up"),
    path("<uuid:pk>/contacts/new/", views.add_contact, name="add_contact"),
    path("<uuid:pk>/contacts/<uuid:contact>/reveal/", views.reveal, name="reveal"),
]
