"""Addresses of lists that come in and go out."""

from django.urls import path

from customers import export_views, import_views
from customers.marking import views as marking_views

urlpatterns = [
    path("imports/", import_views.imports, name="imports"),
    path("imports/new/", import_views.new, name="import_new"),
    path("imports/<uuid:pk>/", import_views.detail, name="import_detail"),
    path("imports/<uuid:pk>/columns/", import_views.columns, name="import_map"),
    path("imports/<uuid:pk>/confirm/", import_views.confirm, name="import_confirm"),
    path("imports/<uuid:pk>/errors/", import_views.errors, name="import_errors"),
    path("imports/<uuid:pk>/undo/", import_views.undo, name="import_undo"),
    path("exports/", export_views.exports, name="exports"),
    path("exports/new/", export_views.new, name="export_new"),
    path("exports/found/", marking_views.trace, name="trace"),
    path("exports/found/numbers/", marking_views.add_phones, name="canary_phones"),
    path("exports/found/numbers/<uuid:pk>/remove/", marking_views.remove_phone, name="canary_phone_remove"),
    path("exports/<uuid:pk>/download/", export_views.download, name="export_download"),
]
