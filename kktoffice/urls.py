"""Where the parts are mounted."""

from __future__ import annotations

from django.contrib import admin
from django.contrib.auth.views import LogoutView
from django.templatetags.static import static
from django.urls import URLPattern, URLResolver, include, path
from django.utils.translation import gettext_lazy as _
from django.views.generic.base import RedirectView

from kktoffice import views
from receipts.api.driver10 import urls as driver10

admin.site.site_header = admin.site.site_title = "kktoffice"
admin.site.index_title = _("Settings")

handler400 = views.bad_request

urlpatterns: list[URLPattern | URLResolver] = [
    path("", views.today, name="today"),
    path("live/", views.today_live, name="today-live"),
    path("login/", views.SignIn.as_view(), name="login"),
    path("logout/", LogoutView.as_view(), name="logout"),
    path("look/", views.look, name="look"),
    path("devices/", include("devices.urls")),
    path("receipts/", include("receipts.urls")),
    path("favicon.ico", RedirectView.as_view(url=static("kktoffice/favicon.svg"))),
    path("admin/", admin.site.urls),
    path("i18n/", include("django.conf.urls.i18n")),
    path("api/", include("receipts.api.urls")),
    path("", include(driver10.root_patterns)),
    path("atol", include("receipts.api.pipe.urls")),
]
