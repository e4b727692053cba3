"""Addresses of requests, policies, delegations, and of what needs four eyes in the administration."""

from django.urls import include, path

from approvals.views import (
    absences,
    administration,
    by_mail,
    deciding,
    letting_in,
    policies,
    requests,
    rights,
    role_changes,
    settings,
    sign_in,
)

app_name = "approvals"
of_requests = [
    path("", requests.inbox, name="inbox"),
    path("asked/", requests.asked, name="asked"),
    path("decided/", requests.decided, name="decided"),
    path("all/", requests.all_, name="all"),
    path("approve/", deciding.approve_many, name="approve_many"),
    path("absence/", absences.absences, name="absences"),
    path("absence/<uuid:pk>/end/", absences.end, name="end_absence"),
    path("by-mail/<str:word>/", by_mail.by_mail, name="by_mail"),
    path("<uuid:pk>/", requests.detail, name="detail"),
    path("<uuid:pk>/approve/", deciding.approve, name="approve"),
    path("<uuid:pk>/reject/", deciding.reject, name="reject"),
    path("<uuid:pk>/return/", deciding.send_back, name="send_back"),
    path("<uuid:pk>/withdraw/", deciding.withdraw, name="withdraw"),
    path("<uuid:pk>/recuse/", deciding.recuse, name="recuse"),
    path("<uuid:pk>/steps/new/", deciding.add_step, name="add_step"),
    path("<uuid:pk>/comments/new/", deciding.comment, name="comment"),
    path("<uuid:pk>/files/<uuid:number>/", deciding.attachment, name="attachment"),
]
of_policies = [
    path("", policies.policies, name="policies"),
    path("<str:kind>/", policies.policy, name="policy"),
    path("<str:kind>/draft/", policies.draft, name="policy_draft"),
    path("<str:kind>/rehearsal/", policies.rehearsal, name="rehearsal"),
    path("<str:kind>/propose/", policies.policy_propose, name="policy_propose"),
]
urlpatterns = [
    path("approvals/policies/", include(of_policies)),
    path("approvals/", include(of_requests)),
    path("people/invite/", letting_in.invite, name="invite"),
    path("people/changes/", rights.rights, name="rights"),
    path("people/settings/", settings.settings, name="settings"),
    path("people/settings/rules/", settings.rules, name="rules"),
    path("people/<uuid:pk>/reactivate/", letting_in.reactivate, name="reactivate"),
    path("people/<uuid:pk>/position/", administration.position, name="position"),
    path("people/roles/<slug:code>/change/", role_changes.change, name="change_role"),
    path("people/<uuid:pk>/second-factor/", sign_in.reset_second_factor, name="reset_second_factor"),
    path("sign-in-rules/", sign_in.sign_in_policy, name="sign_in_policy"),
    path("sign-in-rules/change/", sign_in.change_sign_in_policy, name="change_sign_in_policy"),
    path("people/teams/<uuid:pk>/", administration.change_team, name="change_team"),
]
