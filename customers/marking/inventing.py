"""Companies that do not exist, made of the list they are to stand in: place and trade of two rows that are there, a brand put
together from others, and every field filled or empty as in a row that is there. So filters fit, and nothing stands out.
"""

import re
import string
from secrets import SystemRandom

from stdnum.cn import uscc

from customers.marking.lines import Line
from customers.marking.naming import Parts, in_pinyin, is_chinese, label, parts_of
from customers.names import FREE_MAIL
from customers.search import terms_asked, terms_of

TRIES = 60
OTHERWISE = {  # where the list itself is too short to take from
    True: ("恒瑞", "鑫盛", "嘉禾", "明远", "德信", "远诚", "泰和", "华辰"),
    False: ("Aldermark", "Nordfield", "Westhaven", "Kestbridge", "Steinwick", "Brightwell", "Lindholm", "Castfield"),
}
PEOPLE = {
    True: ("王敏", "李建国", "张丽", "刘洋", "陈晓明", "杨帆", "赵静", "周杰"),
    False: ("Anna Weber", "James Holt", "Marie Dupont", "Lars Nilsson", "Laura Conti", "Peter Novak"),
}
_USUAL_MAIL = {True: "163.com", False: "gmail.com"}
_VOWELS = "aeiouyäöüåéèóøæ"
_FIRST_SYLLABLE = re.compile(rf"[^{_VOWELS}\W]*[{_VOWELS}]+[^{_VOWELS}\W]?", re.IGNORECASE)
_LAST_SYLLABLE = re.compile(rf"[^{_VOWELS}\W][{_VOWELS}]+[^{_VOWELS}\W]*$")
_CODE = "0123456789ABCDEFGHJKLMNPQRTUWXY"


class Inventor:
    """Makes companies for one list; `asked` is the name by which the list was looked for."""

    def __init__(self, lines, asked="", lot=None):
        self.lines, self.asked, self.lot = lines, asked, lot or SystemRandom()
        self.names = {line.name for line in lines}
        self.brands: dict[bool, list[str]] = {True: [], False: []}
        for line in lines:
            parts = parts_of(line.name, line.region)
            if len(parts.brand) > 1:
                self.brands[parts.is_chinese].append(parts.brand)

    def company(self, *, reachable) -> tuple[Line, Line] | None:
        """A line but for its web site, and the one it is like; None when no name fits what was asked for."""
        like = self._row(reachable)
        for attempt in range(TRIES):
            trade = self._trade(like)
            parts = self._parts(like, trade, own_brand=attempt > TRIES // 2)
            if str(parts) not in self.names and self._fits(str(parts)):
                self.names.add(str(parts))
                return self._line(like, trade, parts), like
        return None

    def _row(self, reachable):
        """A row to be like. One that is to be reached is like a row that has a web or mail address, if there is any."""
        fitting = [line for line in self.lines if bool(line.website or _own_mail(line)) == reachable]
        return self.lot.choice(fitting or self.lines)

    def _trade(self, like):
        """The row whose trade it has. In Chinese any of the same country; elsewhere trade and legal form belong together."""
        if not is_chinese(like.name):
            return like
        alike = [line for line in self.lines if is_chinese(line.name) and line.country == like.country]
        return self.lot.choice(alike)

    def _parts(self, like, trade, *, own_brand) -> Parts:
        """The place of one row, the trade of another; in the end with a brand that is there, if none else fits."""
        parts, other = parts_of(like.name, like.region), parts_of(trade.name, trade.region)
        brand = parts.brand if own_brand else self._brand(parts.is_chinese)
        return Parts(parts.place, brand, self._other_digits(other.trade), other.form, parts.is_chinese)

    def _brand(self, chinese):
        """The beginning of one brand and the end of another."""
        pool = [*self.brands[chinese], *OTHERWISE[chinese]] if len(self.brands[chinese]) < 8 else self.brands[chinese]
        first, last = self.lot.choice(pool), self.lot.choice(pool)
        return first[:1] + last[1:] if chinese else joined(first, last)

    def _fits(self, name):
        return set(terms_asked(self.asked)) <= terms_of(name)

    def _line(self, like, trade, parts):
        return like._replace(
            name=str(parts),
            other_name=self._other_name(like, trade, parts) if like.other_name else "",
            short_name=self._short_name(like, parts) if like.short_name else "",
            credit_code=self._credit_code(like.credit_code) if like.credit_code else "",
            website="",
            industry=trade.industry,
            source_number=self._number(like.source_number),
            protected_until=self.lot.choice(self.lines).protected_until,
            contact=self._person(like.contact) if like.contact else "",
            phone=self._phone(like.phone),
            email=self._free_mail(like) if like.email else "",
        )

    def _other_name(self, like, trade, parts):
        """In the other language: the brand again, with the words that the row of the trade has for it."""
        if not parts.is_chinese:
            return self._brand(True) + like.other_name[2:]
        place = like.other_name.split()[: _words_before_trade(like) - 1]
        words = trade.other_name.split()[_words_before_trade(trade) :] if trade.other_name else []
        return " ".join([*place, in_pinyin(parts.brand), *words])

    def _short_name(self, like, parts):
        if parts.is_chinese and len(like.short_name) > 2:
            return parts.brand + parts.trade[: len(like.short_name) - 2]
        return parts.brand

    def _credit_code(self, like):
        """Of the same office and place; both check characters fit, that of the organisation's code and the last one."""
        start = 10 if like[8:10] == "MA" else 8
        body = like[8:start] + "".join(self._sign(sign) for sign in like[start:16])
        without = like[:8] + body + _organization_check(body)
        return without + uscc.calc_check_digit(without)

    def _sign(self, like):
        return self.lot.choice(string.digits if like.isdigit() else _CODE[10:])

    def _number(self, like):
        """A number near one that is there, and nobody's in the list."""
        numbers = {line.source_number for line in self.lines}
        for attempt in range(TRIES):
            kept = max(0, len(like) - 2 - attempt // 20)
            if (made := like[:kept] + self._other_digits(like[kept:])) not in numbers:
                return made
        return ""

    def _other_digits(self, text):
        return re.sub(r"[0-9]", lambda digit: self.lot.choice(string.digits), text)

    def _person(self, like):
        """The family name of one, the given name of another."""
        chinese = is_chinese(like)
        people = [line.contact for line in self.lines if line.contact and is_chinese(line.contact) == chinese]
        people = [*people, *PEOPLE[chinese]] if len(people) < 8 else people
        first, last = self.lot.choice(people), self.lot.choice(people)
        if chinese:
            return first[:1] + last[1:]
        return " ".join([*first.split()[:1], *last.split()[1:]])

    def _phone(self, like):
        """Masked as the others are; nobody's number stands behind it."""
        return like[:-4] + self._other_digits(like[-4:])

    def _free_mail(self, like):
        """Masked at a free mail house, which tells nothing and reaches nobody."""
        host = like.email.rpartition("@")[2]
        host = host if host in FREE_MAIL else _USUAL_MAIL[is_chinese(like.name)]
        return f"{self.lot.choice(string.ascii_lowercase)}•••@{host}"


def _words_before_trade(line):
    """How many words of its name in the other language are place and brand."""
    parts = parts_of(line.name, line.region)
    return 2 if line.other_name.split()[1:2] == [in_pinyin(parts.brand)] else 1


def joined(first, last) -> str:
    """The first syllable of one word and the last of another."""
    head, tail = _FIRST_SYLLABLE.match(first), _LAST_SYLLABLE.search(last.lower())
    if not head or not tail:
        return first
    return head[0] + tail[0].lstrip(head[0][-1])


def _own_mail(line):
    return bool(line.email) and line.email.rpartition("@")[2] not in FREE_MAIL


def _organization_check(body):
    """Of the eight characters of an organisation's code (GB 11714)."""
    weighted = sum(
        w * "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ".index(s)
        for w, s in zip((3, 7, 9, 10, 5, 8, 4, 2), body, strict=True)
    )
    return "0123456789X0"[11 - weighted % 11]


def host_label(line: Line) -> str:
    """What its web and mail domain would begin with."""
    parts = parts_of(line.name, line.region)
    return label(parts.brand, parts.trade if parts.is_chinese and len(parts.trade) < 3 else "")


def reached_at(line: Line, like: Line, host: str) -> tuple[Line, str]:
    """The line with web site and mail address at this host, where the row it is like has them; the address in the clear."""
    local = label(line.contact).replace("-", ".") or "info"
    begun = re.match(r"(https?://)?(www\.)?", like.website)
    website = f"{begun[0] if begun else ''}{host}" if like.website else ""
    email = f"{local[:1]}•••@{host}" if _own_mail(like) else line.email
    return line._replace(website=website, email=email), f"{local}@{host}"
