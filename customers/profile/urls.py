"""Addresses of a customer's record, and of what holds for all records. They stand in the namespace of customers."""

from django.urls import path

from customers.profile import change_views, settings_views, views

urlpatterns = [
    path("tags/", settings_views.all_tags, name="tags"),
    path("tags/<uuid:tag>/archive/", settings_views.archive_tag, name="archive_tag"),
    path("tags/<uuid:tag>/restore/", settings_views.restore_tag, name="restore_tag"),
    path("standard/", settings_views.standard, name="standard"),
    path("<uuid:pk>/terms/", change_views.terms, name="terms"),
    path("<uuid:pk>/group/", change_views.group, name="group"),
    path("<uuid:pk>/source/", change_views.source, name="source"),
    path("<uuid:pk>/key-account/", views.key_account, name="key_account"),
    path("<uuid:pk>/addresses/new/", views.add_address, name="add_address"),
    path("<uuid:pk>/addresses/<uuid:address>/", views.edit_address, name="edit_address"),
    path("<uuid:pk>/addresses/<uuid:address>/end/", views.end_address, name="end_address"),
    path("<uuid:pk>/contacts/<uuid:contact>/", views.edit_contact, name="edit_contact"),
    path("<uuid:pk>/contacts/<uuid:contact>/left/", views.contact_left, name="contact_left"),
    path("<uuid:pk>/contacts/<uuid:contact>/back/", views.contact_back, name="contact_back"),
    path("<uuid:pk>/contacts/<uuid:contact>/points/new/", views.add_point, name="add_contact_point"),
    path("<uuid:pk>/points/new/", views.add_point, name="add_point"),
    path("<uuid:pk>/points/<uuid:point>/end/", views.end_point, name="end_point"),
    path("<uuid:pk>/tags/", views.tag, name="tag"),
    path("<uuid:pk>/tags/<uuid:tag>/off/", views.untag, name="untag"),
]
