"""What the page of a row has beyond its form: panels of all apps, and what keeps the row."""

from django.http import Http404

from config.admin import asof, panels
from config.admin.usage import kept_by


class Page:
    """Shows the panels of a row, and lets it be deleted only when nothing refers to it."""

    deletable = True
    change_form_outer_before_template = "admin/panels_above.html"
    change_form_outer_after_template = "admin/panels_below.html"

    def has_delete_permission(self, request, obj=None) -> bool:
        return self._may_delete(request, obj) and not (obj and self._kept_by(obj))

    def _may_delete(self, request, obj=None) -> bool:
        return self.deletable and super().has_delete_permission(request, obj)

    def changeform_view(self, request, object_id=None, form_url="", extra_context=None):
        return super().changeform_view(
            request,
            object_id,
            form_url,
            {**self._page(request, object_id), **(extra_context or {})},
        )

    def _page(self, request, object_id) -> dict:
        """What the page says beyond the form: the panels of all apps, and what keeps the row."""
        obj = self.get_object(request, object_id) if object_id else None
        if obj is None or request.method != "GET" or not self.has_view_permission(request, obj):
            return {}
        on, problem = asof.day(request)
        return {
            "on": on,
            "on_problem": problem,
            "on_asked": asof.is_asked(request),
            "panels": panels.shown(self.model._meta.label_lower, request, obj),
            "kept_by": self._kept_by(obj) if self._may_delete(request, obj) else [],
        }

    def get_object_or_404(self, request, object_id):
        """The row, if the actor may see it; one it may not see is as absent as none."""
        obj = self.get_object(request, object_id)
        if obj is None:
            raise Http404
        return obj

    def _kept_by(self, obj) -> list[str]:
        if not hasattr(obj, "_kept_by"):
            obj._kept_by = kept_by(obj)
        return obj._kept_by
