"""What the page of every model does, so that an app's admin class only declares."""

from functools import cached_property

from django.contrib.admin import ShowFacets
from django.db import connection
from django.utils.text import capfirst
from unfold import admin as unfold

from config.access.scoping import visible
from config.admin.allowlist import allowed_lookups
from config.admin.forms import ModelForm
from config.admin.history import Historical
from config.admin.lists import ChangeList, OnADay
from config.admin.locking import Locking
from config.admin.navigation import Section
from config.admin.pages import Page
from config.admin.paging import BoundedPaginator
from config.admin.refusals import Refusable
from config.admin.telling import Telling
from config.versions import Versioned


class Scoped:
    """Shows only the rows that the actor may see, and offers no others in its fields."""

    def get_queryset(self, request):
        return visible(super().get_queryset(request), request.user)

    def formfield_for_foreignkey(self, db_field, request, **kwargs):
        rows = kwargs.get("queryset")
        if rows is None:
            rows = db_field.remote_field.model._default_manager.all()
        kwargs["queryset"] = visible(rows, request.user)
        return super().formfield_for_foreignkey(db_field, request, **kwargs)

    def get_readonly_fields(self, request, obj=None):
        # A choice among rows one may not see would be empty, and saving would lose the value.
        return [
            *super().get_readonly_fields(request, obj),
            *(name for name, app, model in self._relations if not _may_see(request, app, model)),
        ]

    @cached_property
    def _relations(self) -> list[tuple[str, str, str]]:
        fields = (f for f in self.model._meta.concrete_fields if f.many_to_one)
        return [
            (f.name, f.related_model._meta.app_label, f.related_model._meta.model_name)
            for f in fields
        ]


class WithoutDatabase(unfold.ModelAdmin.checks_class):
    """The theme's own check of actions asks the database, which has no tables before `migrate`."""

    def _check_unfold_action_permission_methods(self, obj) -> list:
        return []


class ModelAdmin(Scoped, Page, OnADay, Locking, Telling, Refusable, Historical, unfold.ModelAdmin):
    """A model's list and form: declare columns, filters, search and fieldsets.

    `section` and `menu_place` put it into the menu. `fixed_fields` are written once, when the row
    is made. `empty_hint` says what to do while there are no rows. Rows that are not `deletable`
    are ended or switched off instead. `locks_first` and `asks_why` are as in the API.
    """

    checks_class = WithoutDatabase
    section: Section | None = None
    menu_place = 0
    menu_title = ""
    icon = "table_rows"
    fixed_fields: tuple[str, ...] = ()
    empty_hint = ""
    asks_why: tuple[str, ...] = ()

    form = ModelForm
    paginator = BoundedPaginator
    show_full_result_count = False
    list_per_page = 50
    list_max_show_all = 50
    list_filter_submit = True
    warn_unsaved_form = True
    show_facets = ShowFacets.NEVER  # a count for each choice, of a million rows
    change_form_before_template = "admin/opened.html"
    change_form_after_template = "admin/reason.html"

    def lookup_allowed(self, lookup, value, request=None) -> bool:
        return lookup in allowed_lookups(
            self.model,
            list_filter=self.get_list_filter(request),
            date_hierarchy=self.date_hierarchy,
        )

    def get_readonly_fields(self, request, obj=None):
        fixed = self.fixed_fields if obj else ()
        return list(dict.fromkeys([*super().get_readonly_fields(request, obj), *fixed]))

    def get_form(self, request, obj=None, change=False, **kwargs):
        form = super().get_form(request, obj, change=change, **kwargs)
        form.asks_why = self.asks_why
        return form

    def get_changelist(self, request, **kwargs):
        return ChangeList

    def get_actions(self, request):
        # Rows go one by one, each after its own check of what still needs it.
        actions = super().get_actions(request)
        actions.pop("delete_selected", None)
        return actions


class ReadOnly:
    """Rows that decisions write; here they are looked at."""

    def has_add_permission(self, request, obj=None) -> bool:
        return False

    def has_change_permission(self, request, obj=None) -> bool:
        return False

    def has_delete_permission(self, request, obj=None) -> bool:
        return False


class Guarded:
    """Inline rows that have versions are saved only over the version that was opened."""

    def get_fields(self, request, obj=None):
        fields = super().get_fields(request, obj)
        guarded = issubclass(self.model, Versioned) and self.has_change_permission(request, obj)
        return [*fields, "opened"] if guarded and "opened" not in fields else fields

    def get_queryset(self, request):
        rows = super().get_queryset(request)
        if request.method == "POST" and connection.in_atomic_block:
            return rows.select_for_update(of=("self",), no_key=True)
        return rows


class StackedInline(Scoped, Guarded, unfold.StackedInline):
    """Rows of the page's object, each a form of its own."""

    extra = 0
    form = ModelForm


class TabularInline(Scoped, Guarded, unfold.TabularInline):
    """Rows of the page's object, as a table."""

    extra = 0
    per_page = 25
    show_change_link = True
    form = ModelForm

    def formfield_for_dbfield(self, db_field, request, **kwargs):
        field = super().formfield_for_dbfield(db_field, request, **kwargs)
        if field:  # the heading of a column is no label for the input below it
            widget = getattr(field.widget, "widget", field.widget)
            widget.attrs.setdefault("aria-label", capfirst(field.label or db_field.verbose_name))
        return field


class ReadOnlyInline(ReadOnly, TabularInline):
    """The same, to look at."""

    hide_title = True


def _may_see(request, app: str, model: str) -> bool:
    return request.user.has_perm(f"{app}.view_{model}")
