"""Addresses of the blind conflict check."""

from django.urls import path

from customers.probing import views

urlpatterns = [
    path("check/", views.check, name="probe"),
    path("check/typed/", views.typed, name="probe_typed"),
    path("check/terms/", views.terms, name="probe_terms"),
]
