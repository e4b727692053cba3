"""Addresses of the ledger and of access reviews."""

from django.urls import path

from audit import review_views, views

app_name = "audit"
urlpatterns = [
    path("ledger/", views.ledger, name="ledger"),
    path("access-reviews/", review_views.reviews, name="reviews"),
    path("access-reviews/open/", review_views.open_, name="open_review"),
    path("access-reviews/terms/", review_views.terms, name="review_terms"),
    path("access-reviews/<uuid:pk>/", review_views.review, name="review"),
    path("access-reviews/<uuid:pk>/answer/", review_views.answer, name="answer_review"),
    path("access-reviews/<uuid:pk>/evidence/", review_views.evidence, name="review_evidence"),
]
