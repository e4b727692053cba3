"""Addresses of requests, policies, delegations, and of what needs four eyes in the administration."""

from django.urls import include, path

from approvals.views import requests

app_name = "approvals"
requests_urls = [
    path("", requests.inbox, name="inbox"),
    path("asked/", requests.asked, name="asked"),
    path("decided/", requests.decided, name="decided"),
    path("all/", requests.all_, name="all"),
    path("<uuid:pk>/", requests.detail, name="detail"),
    path("by-mail/<str:word>/", requests.detail, name="by_mail"),
]
urlpatterns = [path("approvals/", include(requests_urls))]
