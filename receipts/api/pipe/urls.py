"""`/atol/`: the commands of the old pipe service; with or without the slash, since a redirect would lose the body."""

from __future__ import annotations

from django.urls import re_path

from receipts.api.pipe.views import PipeView

app_name = "api-pipe"
urlpatterns = [re_path(r"^(?:/(?P<site>[-\w]+))?/?$", PipeView.as_view(), name="message")]
