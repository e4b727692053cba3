"""Organisations for the browser: everything committed, because the server is another thread."""

from dataclasses import dataclass

from django.utils.translation import gettext, override

from accounts import tenancy
from accounts.models import Organization, User
from tests.browser import pools
from tests.factories import TeamFactory, UserFactory, customer_of, founding, pool_customer

NAMES = {
    "en": {"he": "He Lin", "wang": "Wang Wei", "li": "Li Na", "mei": "Mei Lin", "shen": "Shen Lan", "zhao": "Zhao Min", "qian": "Qian Yu", "ann": "Ann Lee", "rested": "Ma Li", "zhou": "Zhou Tao", "lapsed": "Gu Wen", "fu": "Fu Ning"},
    "zh-hans": {"he": "何琳", "wang": "王伟", "li": "李娜", "mei": "梅琳", "shen": "沈岚", "zhao": "赵敏", "qian": "钱雨", "ann": "安雅", "rested": "马丽", "zhou": "周涛", "lapsed": "顾文", "fu": "傅宁"},
}  # fmt: skip


@dataclass
class Company:
    """Two reps in two teams, one who leaves and one whose hold lapsed, the manager of the first, the head of all sales, the service desk, an
    auditor and four administrators: of the last two, one looks by break-glass on the pages of this, and the right of the other rests."""

    organization: Organization
    language: str
    wang: User
    li: User
    mei: User
    shen: User
    zhao: User
    qian: User
    he: User
    ann: User
    rested: User
    zhou: User
    lapsed: User
    fu: User

    def say(self, words, **values):
        """The product's words in the language of this organisation."""
        with override(self.language):
            return gettext(words) % values if values else gettext(words)

    def inside(self):
        return tenancy.scope(self.organization, source="test")

    def customer(self, owner, name="", **details):
        with self.inside():
            return customer_of(owner, name, **details)

    def in_pool(self, name="", **details):
        with self.inside():
            return pool_customer(self.wang, name, **details)


def settle(language) -> Company:
    name = {"en": "Acme Instruments", "zh-hans": "明远仪器"}[language]
    with founding(name=name, language=language) as organization:
        names = NAMES[language]

        def person(key, **fields):
            email = f"{key}@o{organization.pk}.example"
            return UserFactory(organization=organization, name=names[key], email=email, language=language, **fields)

        mei, he = person("mei", role=User.Role.MANAGER), person("he", role=User.Role.MANAGER)
        sales = TeamFactory(name="Sales" if language == "en" else "销售部", manager=he)
        east = TeamFactory(name="East" if language == "en" else "华东", manager=mei, parent=sales)
        west = TeamFactory(name="West" if language == "en" else "华西", parent=sales)
        wang, li = person("wang", team=east), person("li", team=west)
        pools.are_cut("West" if language == "en" else "华西", members=[li, he], by=wang)
        return Company(
            organization, language, wang=wang, li=li, mei=mei,
            shen=person("shen", role=User.Role.AUDITOR), zhao=person("zhao", role=User.Role.ADMINISTRATOR), he=he,
            ann=person("ann", role=User.Role.ADMINISTRATOR), rested=person("rested", role=User.Role.ADMINISTRATOR),
            qian=person("qian", role=User.Role.ADMINISTRATOR, is_owner=True), zhou=person("zhou", team=east),
            lapsed=person("lapsed", team=east), fu=person("fu", role=User.Role.SERVICE),
        )  # fmt: skip
