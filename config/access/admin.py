"""People and their programs' keys in the admin."""

from allauth.mfa.models import Authenticator
from django import forms
from django.contrib import admin, messages
from django.contrib.auth.admin import UserAdmin as DjangoUserAdmin
from django.contrib.auth.models import Group
from django.db.models import Exists, OuterRef
from django.template.response import TemplateResponse
from django.utils import timezone
from unfold.contrib.filters.admin import BooleanRadioFilter, RelatedDropdownFilter
from unfold.decorators import action, display
from unfold.forms import AdminPasswordChangeForm
from unfold.forms import UserChangeForm as ThemedUserChangeForm
from unfold.forms import UserCreationForm as ThemedUserCreationForm
from unfold.widgets import UnfoldAdminCheckboxSelectMultipleWidget

from config.access import factors
from config.access.erase_page import erase_page
from config.access.keys import issue
from config.access.models import ApiKey, User
from config.access.scopes import scope_choices
from config.access.separation import FINANCE, GUARDED, NEVER_BOTH, is_both, is_guarded, unguarded
from config.admin.forms import ModelForm
from config.admin.navigation import Section
from config.admin.options import ModelAdmin

admin.site.unregister(Group)  # roles are the table in config.access.roles, not rows to edit
# Secrets of second factors, and tables that nothing here writes.
admin.site.unregister(
    [model for model in admin.site._registry if model.__module__.startswith("allauth.")]
)


class UserChangeForm(ModelForm, ThemedUserChangeForm):
    class Meta(ThemedUserChangeForm.Meta):
        model = User
        field_classes = {}

    def clean_groups(self):
        groups = self.cleaned_data["groups"]
        if is_both(group.name for group in groups):
            raise forms.ValidationError(NEVER_BOTH, code="never_both")
        return groups


class UserCreationForm(ModelForm, ThemedUserCreationForm):
    class Meta:
        model = User
        fields = ["email", "name"]


@admin.register(User)
class UserAdmin(ModelAdmin, DjangoUserAdmin):
    section = Section.PEOPLE
    icon = "person"
    form = UserChangeForm
    add_form = UserCreationForm
    change_password_form = AdminPasswordChangeForm
    list_display = ["email", "name", "roles", "is_active", "is_staff", "has_factor"]
    actions = ["reset_factor"]
    actions_detail = ["erase"]
    list_filter = [
        ("groups", RelatedDropdownFilter),
        ("is_active", BooleanRadioFilter),
        ("is_staff", BooleanRadioFilter),
    ]
    search_fields = ["email", "name"]
    ordering = ["email"]
    filter_horizontal = []
    deletable = False  # switched off instead: history keeps its author
    readonly_fields = ["last_login", "created_at"]
    fieldsets = [
        (None, {"fields": [("email", "name"), "password"]}),
        ("What they may do", {"fields": [("is_active", "is_staff"), "is_superuser", "groups"]}),
        ("History", {"fields": [("last_login", "created_at")]}),
    ]
    add_fieldsets = [(None, {"fields": ["email", "name", ("password1", "password2")]})]

    def get_queryset(self, request):
        factor = Authenticator.objects.filter(user=OuterRef("pk"), type=Authenticator.Type.TOTP)
        rows = super().get_queryset(request).prefetch_related("groups")
        return rows.annotate(has_factor=Exists(factor))

    def get_readonly_fields(self, request, obj=None):
        # Nobody raises themselves, and only a superuser makes another.
        fixed = [] if request.user.is_superuser else ["is_superuser"]
        if obj and obj.pk == request.user.pk:
            fixed += ["groups", "is_superuser", "is_active", "is_staff"]
        return [*super().get_readonly_fields(request, obj), *fixed]

    def has_change_permission(self, request, obj=None) -> bool:
        guarded = obj is not None and not request.user.is_superuser and is_guarded(obj)
        return not guarded and super().has_change_permission(request, obj)

    def get_fieldsets(self, request, obj=None):
        first, *others = super().get_fieldsets(request, obj)
        if obj and is_guarded(obj) and not request.user.is_superuser:
            first = first[0], {**first[1], "description": GUARDED}
        return [first, *others]

    def formfield_for_manytomany(self, db_field, request, **kwargs):
        kwargs["widget"] = UnfoldAdminCheckboxSelectMultipleWidget
        field = super().formfield_for_manytomany(db_field, request, **kwargs)
        if db_field.name == "groups":
            field.help_text = "Roles; they add up."
            # Nobody but a superuser makes somebody who prepares or approves prices.
            if not request.user.is_superuser:
                field.queryset = field.queryset.exclude(name__in=FINANCE)
                field.help_text += " Finance roles are given by a superuser."
        return field

    @display(description="roles")
    def roles(self, user: User) -> str:
        return ", ".join(group.name for group in user.groups.all()) or "none"

    @display(description="second factor", boolean=True)
    def has_factor(self, user: User) -> bool:
        return user.has_factor

    @action(description="Reset the second factor of the chosen people", permissions=["change"])
    def reset_factor(self, request, queryset):
        # One's own is changed where one proves to have it.
        others = queryset.exclude(pk=request.user.pk)
        mine = [user for user in others if self.has_change_permission(request, user)]
        done = [user for user in mine if factors.reset(user)]
        for user in done:
            self.log_change(request, user, "Second factor reset.")
        messages.success(
            request, f"{len(done)} second factors are reset; new ones are set up next."
        )

    def has_erase_permission(self, request, object_id=None) -> bool:
        # Of a row that is absent, its page says so.
        user = self.get_object(request, object_id) if object_id else None
        mine = user is not None and user.pk == request.user.pk
        return not mine and self.has_change_permission(request, user)

    @action(description="Erase", permissions=["erase"], icon="person_remove")
    def erase(self, request, object_id):
        return erase_page(self, request, self.get_object_or_404(request, object_id))


class ApiKeyForm(ModelForm):
    scopes = forms.MultipleChoiceField(
        choices=scope_choices,
        widget=UnfoldAdminCheckboxSelectMultipleWidget,
        help_text="A key also needs the permissions of its owner for what it does.",
    )


@admin.register(ApiKey)
class ApiKeyAdmin(ModelAdmin):
    section = Section.PEOPLE
    menu_place = 1
    icon = "key"
    form = ApiKeyForm
    list_display = ["name", "prefix", "owner", "state", "expires_at", "last_used_at"]
    list_select_related = ["owner"]
    sortable_by = ["name", "expires_at", "last_used_at"]
    search_fields = ["name", "prefix"]
    autocomplete_fields = ["owner"]
    fixed_fields = ("owner", "scopes", "expires_at")
    actions = ["revoke"]
    deletable = False  # revoked instead: what it did keeps its name
    fieldsets = [
        (None, {"fields": ["name", "owner"]}),
        ("What it may do", {"fields": ["scopes", "expires_at"]}),
    ]
    empty_hint = "A key lets a program in. Its text is shown once, when it is made."

    def formfield_for_foreignkey(self, db_field, request, **kwargs):
        # A key does what its owner may do: only a superuser makes one for those who are guarded.
        if db_field.name == "owner" and not request.user.is_superuser:
            kwargs["queryset"] = unguarded(User.objects.all())
        return super().formfield_for_foreignkey(db_field, request, **kwargs)

    def save_model(self, request, obj, form, change):
        if change:
            super().save_model(request, obj, form, change)
            return
        key, request.issued = issue(**form.cleaned_data)
        obj.pk = key.pk
        obj.refresh_from_db()

    def response_add(self, request, obj, post_url_continue=None):
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "title": "The new key",
            "key": obj,
            "text": request.issued,
        }
        return TemplateResponse(
            request, "access/issued.html", context, headers={"Cache-Control": "no-store"}
        )

    @display(description="state", label={"live": "success", "expired": "warning"})
    def state(self, key: ApiKey) -> str:
        if key.revoked_at:
            return "revoked"
        return "expired" if key.expires_at and key.expires_at <= timezone.now() else "live"

    @action(description="Revoke the chosen keys", permissions=["change"])
    def revoke(self, request, queryset):
        revoked = queryset.filter(revoked_at=None).update(revoked_at=timezone.now())
        messages.success(request, f"{revoked} keys are revoked; they stop working at once.")
