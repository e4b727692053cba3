"""Addresses of requests, policies, delegations, and of what needs four eyes in the administration."""

from django.urls import include, path

from approvals.views import policies, requests

app_name = "approvals"
requests_urls = [
    path("", requests.inbox, name="inbox"),
    path("asked/", requests.asked, name="asked"),
    path("decided/", requests.decided, name="decided"),
    path("all/", requests.all_, name="all"),
    path("<uuid:pk>/", requests.detail, name="detail"),
    path("by-mail/<str:word>/", requests.detail, name="by_mail"),
]
policies_urls = [
    path("", policies.policies, name="policies"),
    path("<str:kind>/", policies.policy, name="policy"),
    path("<str:kind>/draft/", policies.draft, name="policy_draft"),
    path("<str:kind>/rehearsal/", policies.rehearsal, name="rehearsal"),
    path("<str:kind>/propose/", policies.policy_propose, name="policy_propose"),
]
urlpatterns = [path("approvals/policies/", include(policies_urls)), path("approvals/", include(requests_urls))]
