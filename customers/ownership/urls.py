"""Addresses of the ownership rules, within those of customers."""

from django.urls import path

from customers.ownership import views

urlpatterns = [
    path("", views.ownership_rules, name="ownership_rules"),
    path("new/", views.propose_rules, name="propose_rules"),
    path("replays/<uuid:pk>/", views.replay, name="replay"),
]
