"""The admin site: one page to begin with; signing in happens at one place for all."""

from allauth.account.decorators import secure_admin_login
from django.shortcuts import render
from unfold.sites import UnfoldAdminSite

from config.admin import asof, panels
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

    def index(self, request, extra_context=None):
        on, problem = asof.day(request)
        context = {
            "on": on,
            "on_problem": problem,
            "panels": panels.shown(panels.HOME, request),
            **(extra_context or {}),
        }
        return super().index(request, context)
