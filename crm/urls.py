"""All addresses of the product."""

from django.urls import include, path

from crm import errors, pages, styleguide

urlpatterns = [
    path("", pages.home, name="home"),
    path("search/", pages.search, name="search"),
    path("styleguide/", styleguide.styleguide, name="styleguide"),
    path("healthz", pages.healthz, name="healthz"),
    path("account/", include("accounts.sign_in_urls")),
    path("", include("accounts.urls")),
    path("", include("approvals.urls")),
    path("break-glass/", include("audit.break_glass.urls")),
    path("", include("audit.urls")),
    path("", include("customers.urls")),
]

handler400 = errors.bad_request
handler403 = errors.forbidden
handler404 = errors.not_found
handler500 = errors.broken
