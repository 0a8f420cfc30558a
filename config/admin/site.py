"""The admin site: one page to begin with, and a form for signing in."""

from unfold.sites import UnfoldAdminSite

from config.admin import asof, panels


class Site(UnfoldAdminSite):
    index_title = "Home"
    index_template = "admin/home.html"
    enable_nav_sidebar = True

    def index(self, request, extra_context=None):
        on, problem = asof.day(request)
        context = {
            "on": on,
            "on_problem": problem,
            "panels": panels.shown(panels.HOME, request),
            **(extra_context or {}),
        }
        return super().index(request, context)
