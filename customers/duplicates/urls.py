"""Addresses of possible duplicates."""

from django.urls import path

from customers.duplicates import views

urlpatterns = [
    path("", views.duplicates, name="duplicates"),
    path("search/", views.scan, name="scan_duplicates"),
    path("search/progress/", views.scan_progress, name="scan_progress"),
    path("<uuid:pk>/", views.duplicate, name="duplicate"),
    path("<uuid:pk>/tell-apart/", views.tell_apart, name="tell_apart"),
    path("<uuid:pk>/same/", views.confirm_same, name="confirm_same"),
    path("<uuid:pk>/reopen/", views.reopen_pair, name="reopen_pair"),
]
