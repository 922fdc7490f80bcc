"""Pages of receipts."""

from __future__ import annotations

from django.urls import path

from receipts import views

app_name = "receipts"
urlpatterns = [
    path("", views.receipt_list, name="list"),
    path("live/", views.receipt_list_live, name="list-live"),
    path("of-job/<int:job>/", views.of_job, name="of-job"),
    path("<int:pk>/", views.receipt, name="receipt"),
    path("<int:pk>/live/", views.receipt_live, name="receipt-live"),
    path("<int:pk>/cancel/", views.cancel, name="cancel"),
]
