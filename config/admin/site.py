"""The admin site: one page to begin with; signing in happens at one place for all."""

from functools import wraps

from allauth.account.decorators import secure_admin_login
from django.core.exceptions import PermissionDenied
from django.shortcuts import render
from django.urls import path
from django.views.decorators.http import require_POST
from unfold.sites import UnfoldAdminSite

from config.admin import asof, panels, standalone
from config.admin.stating import stated


class Site(UnfoldAdminSite):
    index_title = "Home"
    index_template = "admin/home.html"
    enable_nav_sidebar = True

    def admin_view(self, view, cacheable=False):
        return super().admin_view(stated(view), cacheable)

    def login(self, request, extra_context=None):
        if request.user.is_authenticated and not self.has_permission(request):
            return render(request, "access/no_admin.html", status=403)
        return secure_admin_login(super().login)(request, extra_context)

    def get_urls(self) -> list:
        """Those of the models, and before them those of pages that belong to none."""
        found = [
            path(page.route, self.admin_view(_permitted(page)), name=page.name)
            for page in standalone.pages()
        ]
        return [*found, *super().get_urls()]

    def index(self, request, extra_context=None):
        on, problem = asof.day(request)
        context = {
            "on": on,
            "on_problem": problem,
            "panels": panels.shown(panels.HOME, request),
            **(extra_context or {}),
        }
        return super().index(request, context)


def _permitted(page: standalone.Standalone) -> standalone.View:
    """The page's view, for who has the page's permission, by the methods that it answers."""
    answer = require_POST(page.view) if page.posted else page.view

    @wraps(page.view)
    def view(request, **where):
        if not request.user.has_perm(page.permission):
            raise PermissionDenied
        return answer(request, **where)

    return view
