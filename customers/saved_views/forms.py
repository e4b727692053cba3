"""What is asked of a saved view."""

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from customers.forms import PlainField
from customers.models import SavedView
from customers.saved_views.columns import COLUMNS, MOST
from customers.saved_views.orders import orders_of
from customers.saved_views.saving import Sharing, sharing_open_to


class SavedViewForm(forms.Form):
    name = PlainField(label=_("Name"), max_length=40)
    sharing = forms.ChoiceField(
        label=_("For whom"), widget=forms.RadioSelect,
        help_text=_("Everybody sees in it the customers he may see anyhow, and no others."),
    )  # fmt: skip
    order = forms.ChoiceField(label=_("Sort order"), widget=forms.RadioSelect)
    columns = forms.MultipleChoiceField(
        label=pgettext_lazy("of a list", "Columns"), widget=forms.CheckboxSelectMultiple, choices=list(COLUMNS.items()), required=False,
        help_text=_("At most four, beside name, state and protection period."),
    )  # fmt: skip

    def __init__(self, *args, look, user, view=None, **options):
        initial = {"sharing": Sharing.PRIVATE, "order": look.order, "columns": look.columns}
        initial |= {"name": view.name, "sharing": view.sharing} if view else {}
        super().__init__(*args, initial=initial, **options)
        self.user, self.view, self.look = user, view, look
        open_to = {*sharing_open_to(user), initial["sharing"]}
        self.fields["sharing"].choices = [(each.value, each.label) for each in Sharing if each in open_to]  # type: ignore[attr-defined]
        self.fields["order"].choices = [(name, order.label) for name, order in orders_of(look.base).items()]  # type: ignore[attr-defined]

    def clean_name(self):
        name = self.cleaned_data["name"]
        same = SavedView.objects.live().filter(owner=self.user, name=name)
        if self.view:
            same = same.exclude(pk=self.view.pk)
        if same.exists():
            raise forms.ValidationError(_("You have a view of this name already."), code="name")
        return name

    def clean_columns(self):
        columns = self.cleaned_data["columns"]
        if len(columns) > MOST:
            raise forms.ValidationError(_("At most four: more do not fit on a page."), code="columns")
        return columns

    def values(self) -> dict:
        """The view as it is to be kept: what was typed, and what the list shows."""
        return self.cleaned_data | {"base": self.look.base, "filters": self.look.filters}
