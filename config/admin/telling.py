"""Pages whose writes other systems are told of, as they are of the API's."""

from config.outbox.events import Change, tell


class Telling:
    """Emits an event for every row that a form adds, changes or deletes, in its transaction."""

    def save_model(self, request, obj, form, change):
        super().save_model(request, obj, form, change)
        if not change or form.has_changed():
            tell(obj, Change.CHANGED if change else Change.ADDED)

    def save_formset(self, request, form, formset, change):
        for deleted in formset.deleted_forms if formset.can_delete else ():
            if deleted.instance.pk:
                tell(deleted.instance, Change.DELETED)
        super().save_formset(request, form, formset, change)
        for row in formset.new_objects:
            tell(row, Change.ADDED)
        for row, _fields in formset.changed_objects:
            tell(row, Change.CHANGED)

    def delete_model(self, request, obj):
        tell(obj, Change.DELETED)
        super().delete_model(request, obj)
