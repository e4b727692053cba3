"""What somebody says who merges two records: which stays, each field's value, whose it is, and why."""

from django import forms
from django.utils.translation import gettext_lazy as _

from customers.forms import ReasonForm
from customers.merging.comparing import FIELDS, in_words, label_of

FIRST, SECOND = "first", "second"


class MergeForm(ReasonForm):
    """A choice for each field that differs. Records are named by their place on the page, whichever stays."""

    def __init__(self, *args, pair, owners, **options):
        super().__init__(*args, **options)
        self.pair = dict(zip((FIRST, SECOND), pair, strict=True))
        self.fields["stays"] = forms.ChoiceField(
            label=_("Which record stays"), widget=forms.RadioSelect, initial=FIRST,
            choices=[(place, customer.name) for place, customer in self.pair.items()],
        )  # fmt: skip
        self.differing = [name for name in FIELDS if getattr(pair[0], name) != getattr(pair[1], name)]
        for name in self.differing:
            self.fields[f"of_{name}"] = self._choice_of(name)
        self.owners = {str(owner.pk): owner for owner in owners}
        if len(self.owners) > 1:
            self.fields["owner"] = forms.ChoiceField(
                label=_("Who owns it afterwards"), widget=forms.RadioSelect,
                choices=[(pk, owner.name) for pk, owner in self.owners.items()], initial=str(owners[0].pk),
            )  # fmt: skip
        self.order_fields(["stays", *(f"of_{name}" for name in self.differing), "owner", "reason"])

    def _choice_of(self, name):
        """The first of them that says something is chosen beforehand."""
        values = {place: in_words(name, getattr(customer, name)) for place, customer in self.pair.items()}
        return forms.ChoiceField(
            label=label_of(name), widget=forms.RadioSelect,
            choices=[(place, value or _("empty")) for place, value in values.items()],
            initial=next((place for place, value in values.items() if value), FIRST),
        )  # fmt: skip

    @property
    def choices(self):
        return [self[f"of_{name}"] for name in self.differing]

    def said(self) -> dict:
        """What `merge` takes."""
        stays = self.cleaned_data["stays"]
        goes = SECOND if stays == FIRST else FIRST
        owner = self.owners.get(self.cleaned_data.get("owner") or next(iter(self.owners), ""))
        chosen = [name for name in self.differing if self.cleaned_data[f"of_{name}"] == goes]
        return {
            "winner": self.pair[stays],
            "loser": self.pair[goes],
            "owner": owner,
            "chosen": chosen,
            "reason": self.cleaned_data["reason"],
        }


def same_in_both(first, second) -> list[tuple]:
    """(label, value) of what both say."""
    return [
        (label_of(name), in_words(name, getattr(first, name)))
        for name in FIELDS
        if getattr(first, name) and getattr(first, name) == getattr(second, name)
    ]
