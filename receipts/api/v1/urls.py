"""Where the endpoints of API v1 are."""

from __future__ import annotations

from django.urls import path

from receipts.api.v1 import views

app_name = "api-v1"
urlpatterns = [
    path("receipts/", views.ReceiptsView.as_view(), name="receipts"),
    path("receipts/<str:public_id>/", views.ReceiptView.as_view(), name="receipt"),
    path("receipts/<str:public_id>/decision/", views.DecisionView.as_view(), name="decision"),
    path("devices/", views.DevicesView.as_view(), name="devices"),
    path("devices/<int:pk>/", views.DeviceView.as_view(), name="device"),
    path("devices/<int:pk>/commands/", views.DeviceCommandsView.as_view(), name="device-commands"),
    path("commands/<str:public_id>/", views.CommandView.as_view(), name="command"),
    path("shifts/", views.ShiftsView.as_view(), name="shifts"),
    path("shifts/<int:pk>/", views.ShiftView.as_view(), name="shift"),
]
