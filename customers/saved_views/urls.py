"""Addresses of saved views."""

from django.urls import path

from customers.saved_views import views

urlpatterns = [
    path("new/", views.new, name="view_new"),
    path("<uuid:pk>/", views.edit, name="view_edit"),
    path("<uuid:pk>/remove/", views.remove, name="view_remove"),
]
