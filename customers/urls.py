"""Addresses of customers."""

from django.urls import include, path

from customers import (
    access_views,
    calendar_views,
    day_views,
    follow_up_views,
    following,
    handover_views,
    request_views,
    views,
)

app_name = "customers"
of_customers: list = [
    path("", views.list_, name="list"),
    path("new/", views.new, name="new"),
    path("", include("customers.import_urls")),
    path("", include("customers.assignment.urls")),
    path("", include("customers.confirmation.urls")),
    path("ownership-rules/", include("customers.ownership.urls")),
    path("", include("customers.pools.urls")),
    path("", include("customers.evidence.urls")),
    path("", include("customers.profile.urls")),
    path("views/", include("customers.saved_views.urls")),
    path("", include("customers.verification.urls")),
    path("", include("customers.reconciliation.urls")),
    path("followed/", following.followed, name="followed"),
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
    path("log/", follow_up_views.log, name="log"),
    path("<uuid:pk>/follow-up/", views.follow_up, name="follow_up"),
    path("<uuid:pk>/follow-ups/<uuid:follow_up>/correct/", follow_up_views.correct, name="correct"),
    path("<uuid:pk>/files/<uuid:number>/", follow_up_views.file, name="file"),
    path("<uuid:pk>/steps/new/", follow_up_views.plan, name="plan_step"),
    path("<uuid:pk>/steps/<uuid:step>/finish/", follow_up_views.finish, name="finish_step"),
    path("<uuid:pk>/steps/<uuid:step>/move/", follow_up_views.move, name="move_step"),
    path("<uuid:pk>/steps/<uuid:step>/drop/", follow_up_views.drop, name="drop_step"),
    path("<uuid:pk>/contacts/new/", views.add_contact, name="add_contact"),
    path("<uuid:pk>/contacts/<uuid:contact>/reveal/", views.reveal, name="reveal"),
    path("<uuid:pk>/points/<uuid:point>/reveal/", views.reveal_point, name="reveal_point"),
]
urlpatterns = [
    path("customers/", include(of_customers)),
    path("day/", day_views.day, name="day"),
    path("calendar/", calendar_views.calendar, name="calendar"),
    path("calendar/renew/", calendar_views.renew, name="renew_calendar"),
    path("calendar/off/", calendar_views.switch_off, name="close_calendar"),
    path("calendar/<number:organization_id>-<token:token>.ics", calendar_views.feed, name="calendar_feed"),
]
