"""Where scripts, styles and pictures of a page may come from: this site alone."""

from csp.constants import UNSAFE_EVAL
from csp.middleware import CSPMiddleware, PolicyParts


class ContentSecurityPolicy(CSPMiddleware):
    """The policy of the settings; the admin theme's Alpine also evaluates its attributes."""

    def get_policy_parts(self, request, response, report_only=False) -> PolicyParts:
        parts = super().get_policy_parts(request, response, report_only)
        if request.path.startswith("/admin/") and not report_only:
            parts.update = {"script-src": [UNSAFE_EVAL], **(parts.update or {})}
        return parts
