"""Addresses of reconciliation."""

from django.urls import path

from customers.reconciliation import views

urlpatterns = [
    path("reconciliations/", views.reconciliations, name="reconciliations"),
    path("reconciliations/new/", views.new, name="reconciliation_new"),
    path("reconciliations/<uuid:pk>/", views.reconciliation, name="reconciliation"),
    path("reconciliations/<uuid:pk>/columns/", views.columns, name="reconciliation_map"),
    path("reconciliations/<uuid:pk>/report/", views.take_out, name="reconciliation_report"),
    path("reconciliations/<uuid:pk>/<uuid:row>/verify/", views.verify, name="reconciliation_verify"),
    path("reconciliations/<uuid:pk>/<uuid:row>/propose/", views.propose, name="reconciliation_propose"),
]
