"""Pages of devices."""

from __future__ import annotations

from django.urls import path

from devices import views
from devices.deciding import decision
from devices.noting import alarm, replacement
from devices.overdue import overdue

app_name = "devices"
urlpatterns = [
    path("jobs/<int:job>/<slug:outcome>/", decision, name="decide"),
    path("<int:pk>/", views.device, name="device"),
    path("alarms/<int:pk>/", alarm, name="alarm"),
    path("<int:pk>/replacement/", replacement, name="replacement"),
    path("<int:pk>/overdue/", overdue, name="overdue"),
    path("<int:pk>/live/", views.device_live, name="device-live"),
    path("<int:pk>/close-shift/", views.close_shift, name="close-shift"),
    path("<int:pk>/cash-in/", views.cash, {"out": False}, name="cash-in"),
    path("<int:pk>/cash-out/", views.cash, {"out": True}, name="cash-out"),
    path("<int:pk>/print/", views.print_text, name="print-text"),
    path("<int:pk>/<slug:kind>/", views.at_once, name="at-once"),
]
