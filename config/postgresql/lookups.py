"""Asking for very many rows by one list, without a placeholder for each of its members."""

from django.db.models import Field, ForeignObject, Lookup


@ForeignObject.register_lookup
@Field.register_lookup
class AnyOf(Lookup):
    """`account__any_of=[1, 2]`: what `__in` answers, at a fraction of the cost for a thousand."""

    lookup_name = "any_of"
    prepare_rhs = False

    def as_sql(self, compiler, connection) -> tuple[str, list]:
        column, values = self.process_lhs(compiler, connection)
        return f"{column} = ANY (%s)", [*values, list(self.rhs)]
