"""Addresses of confirmations; all stand below /customers/."""

from django.urls import path

from customers.confirmation import views

urlpatterns = [
    path("confirm/<int:organization_id>/<str:token>/", views.confirm, name="confirm"),
    path("confirmations/", views.answers, name="confirmation_answers"),
    path("confirmations/to-deliver/", views.to_deliver, name="confirmations_to_deliver"),
    path("confirmations/to-deliver/<uuid:pk>/", views.show, name="show_confirmation"),
    path("<uuid:pk>/follow-ups/<uuid:follow_up>/ask/", views.ask, name="ask_customer"),
]
