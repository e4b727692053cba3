"""Addresses of merging."""

from django.urls import path

from customers.merging import views

urlpatterns = [
    path("merge/", views.merge, name="merge"),
    path("merges/", views.merges, name="merges"),
    path("merges/<uuid:pk>/", views.merge_page, name="merge_page"),
    path("merges/<uuid:pk>/undo/", views.undo, name="undo_merge"),
    path("<uuid:pk>/merge/", views.choose, name="choose_merge"),
]
