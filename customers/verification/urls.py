"""Addresses of verification."""

from django.urls import path

from customers.verification import correction_views, views

urlpatterns = [
    path("verification/", views.verification, name="verification"),
    path("verification/new/", views.new, name="verification_new"),
    path("verification/terms/", views.terms, name="verification_terms"),
    path("verification/samples/<uuid:pk>/", views.sample, name="sample"),
    path("verification/<uuid:pk>/", views.round_, name="verification_round"),
    path("verification/<uuid:of>/<uuid:pk>/", views.item, name="verification_item"),
    path("verification/<uuid:of>/<uuid:pk>/reveal/", views.reveal, name="verification_reveal"),
    path("<uuid:pk>/corrections/", correction_views.corrections, name="corrections"),
    path("<uuid:pk>/corrections/<uuid:correction>/accept/", correction_views.accept, name="accept_correction"),
    path("<uuid:pk>/corrections/<uuid:correction>/decline/", correction_views.decline, name="decline_correction"),
]
