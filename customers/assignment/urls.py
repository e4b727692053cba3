"""Addresses of assignment; all stand below /customers/."""

from django.urls import path

from customers.assignment import views

urlpatterns = [
    path("select/", views.select, name="select"),
    path("assignment-rules/", views.rules, name="assignment_rules"),
    path("assignment-rules/change/", views.change_rules, name="change_assignment_rules"),
    path("<uuid:pk>/assign/", views.assign, name="assign"),
    path("<uuid:pk>/recall/", views.recall, name="recall"),
]
