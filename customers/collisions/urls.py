"""Addresses of collision cases; all stand below /customers/."""

from django.urls import path

from customers.collisions import views

urlpatterns = [
    path("cases/", views.cases, name="cases"),
    path("cases/contest/", views.contest, name="contest"),
    path("cases/statistics/", views.statistics, name="case_statistics"),
    path("cases/<uuid:pk>/", views.case, name="case"),
    path("cases/<uuid:pk>/statement/", views.file_statement, name="case_statement"),
    path("cases/<uuid:pk>/verdict/", views.decide, name="case_verdict"),
    path("cases/<uuid:pk>/recuse/", views.recuse, name="case_recuse"),
    path("cases/<uuid:pk>/appeal/", views.appeal, name="case_appeal"),
    path("cases/<uuid:pk>/withdraw/", views.withdraw, name="case_withdraw"),
    path("cases/<uuid:pk>/log/", views.log, name="case_log"),
    path("<uuid:pk>/dispute/", views.open_by_hand, name="open_case"),
]
