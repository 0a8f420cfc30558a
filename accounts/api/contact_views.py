"""People at customers, over REST."""

from drf_spectacular.utils import extend_schema
from rest_framework.decorators import action
from rest_framework.exceptions import ValidationError
from rest_framework.response import Response

from accounts.api.views import CustomersFrame
from accounts.contacts import erase_contact
from accounts.models import Account, Contact
from config.api.batches import Batched
from config.api.filters import DateFilter, FilterSet
from config.api.serializers import ModelSerializer
from config.api.views import ID_IN_ADDRESS, ModelViewSet
from config.api.writing import write


class ContactSerializer(ModelSerializer):
    class Meta:
        model = Contact
        fields = [
            "id",
            "account",
            "name",
            "email",
            "phone",
            "role",
            "has_budget_authority",
            "left_on",
        ]

    def validate_account(self, account: Account) -> Account:
        if self.instance and account != self.instance.account:
            raise ValidationError("A contact stays with its customer: add another one there.")
        return account


class ContactFilter(FilterSet):
    on = DateFilter(method="there", help_text="Those who had not left by the day.")

    class Meta:
        model = Contact
        fields = ["account", "role", "has_budget_authority", "email"]

    def there(self, contacts, _name: str, day):
        return contacts.there(on=day)


class ContactViewSet(CustomersFrame, Batched, ModelViewSet):
    queryset = Contact.objects.select_related("account")
    serializer_class = ContactSerializer
    filterset_class = ContactFilter
    lookup_field = "pk"
    lookup_value_regex = ID_IN_ADDRESS
    ordering = ("id",)

    @extend_schema(request=None, responses=ContactSerializer)
    @action(detail=True, methods=["post"], needs=("accounts.delete_contact",), requires_reason=True)
    def erase(self, request, pk: str) -> Response:
        """Erases a person for good: name, e-mail, telephone and every copy of them."""
        return write(self, self._erase)

    def _erase(self) -> Response:
        contact = self.get_object()
        erase_contact(contact=contact)
        contact.refresh_from_db()
        return self.respond(contact)
