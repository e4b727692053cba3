"""Addresses of break-glass access."""

from django.urls import path

from audit.break_glass import views

app_name = "break_glass"
urlpatterns = [
    path("", views.list_, name="list"),
    path("open/", views.open_, name="open"),
    path("<uuid:pk>/", views.detail, name="detail"),
    path("<uuid:pk>/end/", views.end, name="end"),
    path("<uuid:pk>/review/", views.review, name="review"),
]
