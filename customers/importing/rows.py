"""A line of a list becomes a draft by the customer form itself, or it is told what is wrong with it."""

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from customers.forms import CustomerForm
from customers.importing.reading import LIMITS
from customers.names import has_hidden


class LineForm(CustomerForm):
    """The customer form without its widgets: the values are plain text already, and most of the time went into them."""

    def _clean_fields(self):
        for name, field in self.fields.items():
            try:
                self.cleaned_data[name] = field.clean(self.data[name])
                if clean := getattr(self, f"clean_{name}", None):
                    self.cleaned_data[name] = clean()
            except ValidationError as error:
                self.add_error(name, error)


class Checker:
    """The customer form, laid over the columns of one list. One form serves all its lines: making one takes longer than checking."""

    SHOWN = 60

    def __init__(self, batch):
        self.headers, self.mapping = batch.headers, batch.mapping
        self.form = LineForm({})
        self.unmapped = dict.fromkeys(self.form.fields.keys() - self.mapping.keys(), "")
        self.form.fields = {name: field for name, field in self.form.fields.items() if name in self.mapping}

    def draft(self, row):
        """What the line would become, or None when something is wrong with it."""
        cells = row.cells
        if list(self._broken(cells)) or not self._valid(cells):
            return None
        self.form.cleaned_data = self.unmapped | self.form.cleaned_data
        return self.form.draft(row.line)

    def problems(self, row) -> list[tuple[str, str]]:
        """(column, sentence) of everything that is wrong, in the reader's language."""
        cells = row.cells
        found = list(self._broken(cells))
        if len(cells) > len(self.headers):
            return found
        self._valid(cells)
        told = {name for name, _sentence in found}
        for field, errors in self.form.errors.items():
            name = self._heading(field)
            if name not in told:
                found += [(name, str(sentence)) for sentence in errors]
        return found

    def name(self, row) -> str:
        """What the line calls the company; what cannot be seen is shown as “�”, because it could turn the page around."""
        written = " ".join(self._cell(row.cells, "name").split())
        seen = "".join("�" if has_hidden(sign) else sign for sign in written[: self.SHOWN])
        return f"{seen}…" if len(written) > self.SHOWN else seen

    def _valid(self, cells):
        self.form.data = {field: self._cell(cells, field) for field in self.mapping}
        self.form.full_clean()
        return not self.form.errors

    def _cell(self, cells, field):
        place = self.mapping.get(field)
        return cells[place] if place is not None and place < len(cells) else ""

    def _heading(self, field):
        return (
            self.headers[self.mapping[field]] if field in self.mapping else str(CustomerForm.base_fields[field].label)
        )

    def _broken(self, cells):
        """What is wrong with the line before anybody asks what it says."""
        if len(cells) > len(self.headers):
            yield (
                "",
                _("This line has more cells than there are headings. A cell with a comma in it needs quotation marks."),
            )
            return
        for heading, cell in zip(self.headers, cells, strict=False):
            if len(cell) > LIMITS.characters:
                yield heading, _("This cell has more than 2,000 characters. A quotation mark may be missing.")
