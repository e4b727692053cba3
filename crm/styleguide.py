"""The styleguide: every component with invented data, in the language and theme asked for. It reads no data."""

from datetime import timedelta
from types import SimpleNamespace

from django import forms
from django.contrib.auth.decorators import login_not_required
from django.shortcuts import render
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from crm.figures import Figures

THEMES = ("light", "dark")
STATES = ["free", "taken", "pool", "dispute", "review", "wait", "hold", "yes", "no", "invalid", "idle", "verified"]


@login_not_required
def styleguide(request):
    """All components on one page; `?language=zh-hans&theme=dark` shows the other faces."""
    language = request.GET.get("language") or translation.get_language()
    theme = request.GET.get("theme", "")
    with translation.override(language if translation.check_for_language(language) else "en"):
        return render(request, "styleguide/styleguide.html", _samples() | {"theme": theme if theme in THEMES else ""})


class Sample(forms.Form):
    """One field of every kind; two of them wrong."""

    name = forms.CharField(label=gettext_lazy("Registered name"), help_text=gettext_lazy("As on the business licence."))
    uscc = forms.CharField(
        label=gettext_lazy("Unified social credit code"), required=False, max_length=18, min_length=18
    )
    phone = forms.CharField(label=gettext_lazy("Phone"), widget=forms.TextInput(attrs={"inputmode": "tel"}))
    source = forms.ChoiceField(
        label=gettext_lazy("Source"),
        choices=[("fair", gettext_lazy("Trade fair")), ("mail", gettext_lazy("Wrote to us"))],
    )
    reason = forms.ChoiceField(
        label=gettext_lazy("Reason"),
        widget=forms.RadioSelect,
        choices=[("moved", gettext_lazy("Moved away")), ("closed", gettext_lazy("Closed down"))],
    )
    kind = forms.ChoiceField(
        label=gettext_lazy("Kind"),
        widget=forms.RadioSelect,
        choices=[
            ("call", gettext_lazy("Call")),
            ("visit", gettext_lazy("Visit")),
            ("email", pgettext_lazy("follow-up", "E-mail")),
        ],
    )
    text = forms.CharField(
        label=gettext_lazy("What happened?"),
        widget=forms.Textarea(attrs={"rows": 1, "placeholder": gettext_lazy("What happened? One sentence is enough.")}),
    )
    evidence = forms.FileField(label=gettext_lazy("Evidence"), required=False)
    agree = forms.BooleanField(label=gettext_lazy("I have read the rules of the pool"), required=False)


def _samples():
    now = timezone.now()
    person = _person()
    return {
        "user": person,
        "others": [SimpleNamespace(name=_("Wang Fang")), SimpleNamespace(name=_("Zhao Min"))],
        "navigation": _navigation(),
        "figures": Figures(unread=3, waiting=12, entry=231_846, entry_at=now),
        "form": Sample(
            {
                "name": "",
                "uscc": "91320505MA1X7K2T4",
                "phone": "138 0512 2297",
                "kind": "call",
                "reason": "moved",
                "source": "fair",
            }
        ),
        "fresh": Sample(initial={"kind": "call"}, prefix="new"),
        "states": STATES,
        "now": now,
        "claimed": now - timedelta(days=80),
        "ends": now + timedelta(days=10, hours=2),
        "rows": _rows(now),
        "follow_ups": [(now - timedelta(days=days), days % 3 > 0) for days in (80, 71, 58, 50, 42, 33, 20, 12, 6)],
        "changes": [
            {"label": _("Registered name"), "before": "苏州恒川医疗设备有限公司", "after": "苏州恒川医疗器械有限公司"},
            {"label": _("Owner"), "before": None, "after": person.name},
            {"label": _("Address"), "before": "星湖街 218", "after": None},
        ],
    }


def _person():
    return SimpleNamespace(
        name=_("Li Wei"),
        get_role_display=_("Rep"),
        is_authenticated=True,
        is_auditor=True,
        shortcuts=True,
        organization=SimpleNamespace(name=_("Huaxin Tech")),
    )


def _navigation():
    return [
        [
            {
                "url": "#lists",
                "icon": "building-2",
                "label": _("Customers"),
                "key": "g c",
                "counts": "waiting",
                "current": True,
                "is_tab": True,
            },
            {"url": "#marks", "icon": "waves", "label": _("Public pool"), "key": "g p", "is_tab": True},
            {"url": "#import", "icon": "upload", "label": _("Imports"), "key": "g i", "is_tab": True},
        ],
        [{"url": "#history", "icon": "scroll-text", "label": _("Ledger"), "key": "g l"}],
        [{"url": "#speech", "icon": "bell", "label": _("Notices"), "key": "g n", "counts": "unread"}],
    ]


def _rows(now):
    def row(name, note, state, days, value, kind=""):
        return {
            "name": name,
            "note": note,
            "state": state,
            "since": now - timedelta(days=90 - days),
            "until": now + timedelta(days=days, minutes=5),
            "value": value,
            "kind": kind,
        }

    return [
        row("Kunshan Jingcheng Mould", "昆山精诚模具 · Kunshan", "taken", 0.3, 128_000),
        row("Hangzhou Yu’an Biotech", "杭州予安生物 · Hangzhou", "hold", 0.8, None, "hold"),
        row("Shanghai Zhuoran Logistics", "上海卓然物流 · Shanghai", "dispute", 34, 340_000, "stopped"),
        row("苏州恒川医疗器械有限公司", "Suzhou Hengchuan Medical · Suzhou", "taken", 10, 544_000),
        row("Nanjing Ruitong Software", "南京睿通软件 · Nanjing", "taken", 77, 75_800),
    ]
