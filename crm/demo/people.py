"""Who works at Huaxin Tech, and one who does not. Everybody is invented."""

from dataclasses import dataclass

from accounts.models import User

Role = User.Role
HOST = "huaxin.example"


@dataclass(frozen=True)
class Person:
    """Somebody of the demo; `team` is the one he is in, not the one he leads."""

    name: str
    email: str
    role: str
    team: str = ""
    story: str = ""


FOUNDER = Person(
    "Zhou Ting 周婷", f"zhou.ting@{HOST}", Role.ADMINISTRATOR, story="owner, decides when nobody else can 企业所有者"
)
ADMINISTRATOR = Person(
    "Sun Yue 孙悦", f"sun.yue@{HOST}", Role.ADMINISTRATOR, story="people, no customers 管人员，看不到客户"
)
SECOND = Person("Ma Li 马丽", f"ma.li@{HOST}", Role.SECURITY, story="decides on rights 复核权限变更")
PEOPLE = [
    Person("He Lin 何琳", f"he.lin@{HOST}", Role.MANAGER, "Sales 销售部", "head of all sales 销售负责人"),
    Person("Wang Fang 王芳", f"wang.fang@{HOST}", Role.MANAGER, "East 华东", "leads the East 华东经理"),
    Person("Li Wei 李伟", f"li.wei@{HOST}", Role.REP, "East 1 华东一组", "start here 从这里开始"),
    Person("Chen Chen 陈晨", f"chen.chen@{HOST}", Role.REP, "East 1 华东一组", "same team as Li Wei 与李伟同组"),
    Person("Zhao Min 赵敏", f"zhao.min@{HOST}", Role.REP, "West 华西", "another team 另一个团队"),
    Person(
        "Qian Yu 钱宇", f"qian.yu@{HOST}", Role.ASSISTANT, "East 1 华东一组", "keeps that team's records 维护该组资料"
    ),
    Person("Fu Ning 付宁", f"fu.ning@{HOST}", Role.SERVICE, story="service desk, reads all 客服，只读"),
    Person("Shen Lan 沈岚", f"shen.lan@{HOST}", Role.AUDITOR, story="reads who did what 查看谁做了什么"),
    SECOND,
]
# name: (the team it is part of, the address of its manager)
TEAMS = {
    "Sales 销售部": ("", f"he.lin@{HOST}"),
    "East 华东": ("Sales 销售部", f"wang.fang@{HOST}"),
    "East 1 华东一组": ("East 华东", ""),
    "West 华西": ("Sales 销售部", ""),
}
STRANGER = Person(
    "Tao Yuan 陶远",
    "tao.yuan@tashan.example",
    Role.MANAGER,
    story="another organisation, sees nothing 另一家企业，看不到任何内容",
)
SIGN_INS = [*PEOPLE[2:-1], *PEOPLE[:2], ADMINISTRATOR, SECOND, FOUNDER, STRANGER]
