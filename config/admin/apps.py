"""Django's admin with the site of this house."""

from django.contrib.admin.apps import AdminConfig


class PorticoAdminConfig(AdminConfig):
    default_site = "config.admin.site.Site"
