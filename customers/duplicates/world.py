"""Countries and large cities outside mainland China as they stand in names of companies, with a code each."""

from typing import NamedTuple


class World(NamedTuple):
    latin: dict[str, str]
    chinese: dict[str, str]
    spelled_otherwise: dict[str, str]


# One line a country: its code, its names, then its large cities; Chinese names after the bar.
_LINES = """
us: usa, us, unitedstates, america, northamerica; new york, nyc, chicago, san francisco, los angeles, boston, houston, dallas, seattle, atlanta, miami, denver, philadelphia, phoenix, austin, detroit, san diego, las vegas, san jose, minneapolis, portland, texas, california, florida | 美国; 纽约=new york, 芝加哥=chicago, 旧金山=san francisco, 洛杉矶=los angeles, 波士顿=boston
ca: canada; toronto, vancouver, montreal, calgary, ottawa, edmonton | 加拿大; 多伦多=toronto, 温哥华=vancouver
gb: uk, unitedkingdom, greatbritain, britain, england, scotland; london, manchester, birmingham, edinburgh, glasgow, liverpool, leeds, bristol, cambridge, oxford | 英国; 伦敦=london, 曼彻斯特=manchester
ie: ireland; dublin | 爱尔兰
de: germany, deutschland; berlin, munich, munchen, hamburg, frankfurt, cologne, koln, stuttgart, dusseldorf, dresden, leipzig, hannover, nuremberg | 德国; 柏林=berlin, 慕尼黑=munich, 汉堡=hamburg, 法兰克福=frankfurt
fr: france; paris, lyon, marseille, toulouse, nice, bordeaux, lille, nantes, strasbourg | 法国; 巴黎=paris
it: italy, italia; milan, milano, rome, roma, turin, torino, naples, bologna | 意大利; 米兰=milan
es: spain, espana, iberia; madrid, barcelona, valencia, seville | 西班牙; 马德里=madrid
pt: portugal; lisbon, porto | 葡萄牙
nl: netherlands, holland, nederland, benelux; amsterdam, rotterdam, eindhoven, utrecht | 荷兰; 阿姆斯特丹=amsterdam
be: belgium; brussels, antwerp | 比利时
ch: switzerland, schweiz, suisse; zurich, geneva, basel, bern, lausanne | 瑞士; 苏黎世=zurich
at: austria; vienna, wien, graz | 奥地利; 维也纳=vienna
pl: poland, polska; warsaw, krakow | 波兰
cz: czech, czechrepublic; prague | 捷克
hu: hungary; budapest | 匈牙利
se: sweden, sverige; stockholm, gothenburg, malmo | 瑞典; 斯德哥尔摩=stockholm
no: norway, norge; oslo, bergen | 挪威
dk: denmark, danmark; copenhagen | 丹麦
fi: finland, suomi; helsinki | 芬兰
ru: russia; moscow, saintpetersburg | 俄罗斯; 莫斯科=moscow
tr: turkey, turkiye; istanbul, ankara | 土耳其
ae: uae, emirates; dubai, abu dhabi | 阿联酋; 迪拜=dubai
sa: saudiarabia; riyadh, jeddah | 沙特
il: israel; tel aviv | 以色列
in: india; mumbai, delhi, new delhi, bangalore, chennai, hyderabad, pune, kolkata | 印度; 孟买=mumbai
jp: japan; tokyo, osaka, yokohama, nagoya, kyoto | 日本; 东京=tokyo, 大阪=osaka
kr: korea, southkorea; seoul, busan | 韩国; 首尔=seoul
sg: singapore | 新加坡
my: malaysia; kuala lumpur, penang | 马来西亚; 吉隆坡=kuala lumpur
th: thailand; bangkok | 泰国; 曼谷=bangkok
vn: vietnam; hanoi, ho chi minh, saigon | 越南; 河内=hanoi, 胡志明=ho chi minh
id: indonesia; jakarta | 印尼, 印度尼西亚; 雅加达=jakarta
ph: philippines; manila | 菲律宾
au: australia; sydney, melbourne, brisbane, perth, adelaide, canberra | 澳大利亚, 澳洲; 悉尼=sydney, 墨尔本=melbourne
nz: newzealand; auckland, wellington | 新西兰; 奥克兰=auckland
br: brazil, brasil; sao paulo, rio de janeiro | 巴西
mx: mexico; monterrey, guadalajara | 墨西哥
ar: argentina; buenos aires | 阿根廷
za: southafrica; johannesburg, cape town, durban | 南非
eg: egypt; cairo | 埃及
71: taiwan; taipei, kaohsiung, taichung | 台湾; 台北=taipei, 高雄=kaohsiung, 台中=taichung
81: hongkong, hk; kowloon | 香港; 九龙=kowloon
82: macau, macao | 澳门
cn: china, prc
"""


def _names(text):
    return [name.strip() for name in text.split(",") if name.strip()]


def _read() -> tuple[dict[str, str], dict[str, str]]:
    latin: dict[str, str] = {}
    chinese: dict[str, str] = {}
    for line in _LINES.strip().splitlines():
        code, _, rest = line.partition(":")
        western, _, eastern = rest.partition("|")
        countries, _, cities = western.partition(";")
        latin |= dict.fromkeys(_names(countries), code)
        latin |= {name.replace(" ", ""): f"{code}:{name.replace(' ', '')}" for name in _names(cities)}
        countries, _, cities = eastern.partition(";")
        chinese |= dict.fromkeys(_names(countries), code)
        chinese |= {
            han: latin[name.replace(" ", "")] for han, _, name in (pair.partition("=") for pair in _names(cities))
        }
    latin |= {
        other: latin[usual] for other, usual in {"munchen": "munich", "milano": "milan", "nyc": "newyork"}.items()
    }
    return latin, chinese


# Places whose usual Latin writing is not the pinyin of their characters.
_OTHERWISE = {
    "陕西": "shaanxi", "内蒙古": "innermongolia", "西藏": "tibet", "新疆": "xinjiang", "香港": "xianggang", "澳门": "aomen",
    "哈尔滨": "harbin", "呼和浩特": "hohhot", "乌鲁木齐": "urumqi", "拉萨": "lhasa", "重庆": "chongqing", "长沙": "changsha",
    "长春": "changchun", "厦门": "xiamen", "成都": "chengdu", "广州": "canton", "北京": "peking",
}  # fmt: skip

_LATIN, _CHINESE = _read()
WORLD = World(_LATIN, _CHINESE, _OTHERWISE)
