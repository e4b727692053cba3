"""Addresses of the public pools."""

from django.urls import path

from customers.pools import views

urlpatterns = [
    path("pool/", views.pool, name="pool"),
    path("pools/", views.pools, name="pools"),
    path("pools/new/", views.new, name="pool_new"),
    path("pools/<uuid:pk>/change/", views.change, name="pool_change"),
    path("<uuid:pk>/want/", views.want, name="want"),
    path("<uuid:pk>/want/withdraw/", views.withdraw, name="withdraw_want"),
    path("<uuid:pk>/draws/<uuid:draw>/", views.draw, name="draw"),
]
