"""Sixty invented companies. One a line: owner, registered name, name in the other language, country, place, industry, site.

The owner is the part of the address before the host; without one the company waits in the public pool.
"""

LINES = """
li.wei | 苏州恒川医疗器械有限公司 | Suzhou Hengchuan Medical Devices | CN | 江苏苏州 | 医疗器械 | hengchuan-med.example
li.wei | 昆山精诚模具有限公司 | Kunshan Jingcheng Mould | CN | 江苏昆山 | 模具 | jingcheng-mould.example
li.wei | 上海卓然物流有限公司 | Shanghai Zhuoran Logistics | CN | 上海 | 物流 | zhuoran.example
li.wei | 南京睿通软件有限公司 | Nanjing Ruitong Software | CN | 江苏南京 | 软件 | ruitong.example
li.wei | 无锡澜庭传感技术有限公司 | Wuxi Lanting Sensors | CN | 江苏无锡 | 传感器 | lanting.example
li.wei | 常州铭岳精密机械有限公司 | Changzhou Mingyue Precision | CN | 江苏常州 | 机床 | mingyue.example
li.wei | 宁波海拓密封件有限公司 | Ningbo Haituo Seals | CN | 浙江宁波 | 密封件 | haituo-seals.example
li.wei | 嘉兴云桥纺织有限公司 | Jiaxing Yunqiao Textile | CN | 浙江嘉兴 | 纺织 | yunqiao.example
li.wei | Nordhafen Maschinenbau GmbH | 北港机械 | DE | Bremen | Machine tools | nordhafen.example
li.wei | Brightwater Instruments Ltd | 清水仪器 | GB | Leeds | Instruments | brightwater.example
li.wei | Fjordlys Energi AS | 峡光能源 | NO | Bergen | Energy | fjordlys.example
li.wei | Atelier Vauclair SAS | 沃克莱尔工坊 | FR | Lyon | Packaging | vauclair.example
li.wei | 绍兴稻香食品股份有限公司 | Shaoxing Daoxiang Foods | CN | 浙江绍兴 | 食品 | daoxiang.example
li.wei | 扬州青禾包装有限公司 | Yangzhou Qinghe Packaging | CN | 江苏扬州 | 包装 | qinghe.example
chen.chen | 杭州予安生物科技有限公司 | Hangzhou Yuan Biotech | CN | 浙江杭州 | 生物科技 | yuan-bio.example
chen.chen | 温州虹锐阀门有限公司 | Wenzhou Hongrui Valves | CN | 浙江温州 | 阀门 | hongrui.example
chen.chen | 台州启帆水泵有限公司 | Taizhou Qifan Pumps | CN | 浙江台州 | 水泵 | qifan-pumps.example
chen.chen | 金华木叶家具有限公司 | Jinhua Muye Furniture | CN | 浙江金华 | 家具 | muye.example
chen.chen | 湖州竹里新材料有限公司 | Huzhou Zhuli New Materials | CN | 浙江湖州 | 新材料 | zhuli.example
chen.chen | 合肥星砚电子有限公司 | Hefei Xingyan Electronics | CN | 安徽合肥 | 电子 | xingyan.example
chen.chen | Castell & Roure S.L. | 卡罗贸易 | ES | Girona | Food machinery | castellroure.example
chen.chen | Van der Linde Koeltechniek B.V. | 林德制冷 | NL | Utrecht | Refrigeration | linde-koel.example
chen.chen | Kestrel Avionics Inc. | 红隼航电 | US | Wichita | Avionics | kestrel-avionics.example
chen.chen | 芜湖江湾汽车零部件有限公司 | Wuhu Jiangwan Auto Parts | CN | 安徽芜湖 | 汽车零部件 | jiangwan.example
zhao.min | 成都蓉谷光电有限公司 | Chengdu Ronggu Optoelectronics | CN | 四川成都 | 光电 | ronggu.example
zhao.min | 重庆山城重工有限公司 | Chongqing Shancheng Heavy Industry | CN | 重庆 | 重工 | shancheng.example
zhao.min | 西安秦麦食品机械有限公司 | Xi'an Qinmai Food Machinery | CN | 陕西西安 | 食品机械 | qinmai.example
zhao.min | 昆明滇叶茶业有限公司 | Kunming Dianye Tea | CN | 云南昆明 | 茶叶 | dianye.example
zhao.min | 贵阳云岩数据服务有限公司 | Guiyang Yunyan Data Services | CN | 贵州贵阳 | 数据服务 | yunyan-data.example
zhao.min | 绵阳青谷雷达技术有限公司 | Mianyang Green Valley Radar | CN | 四川绵阳 | 雷达 | green-valley.example
zhao.min | 兰州河西制药有限公司 | Lanzhou Hexi Pharma | CN | 甘肃兰州 | 制药 | hexi-pharma.example
zhao.min | Alpstein Präzision AG | 阿尔卑斯精密 | CH | St. Gallen | Precision parts | alpstein.example
zhao.min | Tramontana Ceramiche S.p.A. | 北风陶瓷 | IT | Modena | Ceramics | tramontana.example
zhao.min | Sakuragi Denki K.K. | 樱木电机 | JP | 大阪 | Motors | sakuragi.example
zhao.min | 宜宾竹海酒业有限公司 | Yibin Zhuhai Spirits | CN | 四川宜宾 | 酒类 | zhuhai-spirits.example
zhao.min | 桂林漓照灯饰有限公司 | Guilin Lizhao Lighting | CN | 广西桂林 | 照明 | lizhao-light.example
wang.fang | 上海明廊建筑设计有限公司 | Shanghai Minglang Architects | CN | 上海 | 建筑设计 | minglang.example
wang.fang | 苏州运河文化传播有限公司 | Suzhou Canal Culture | CN | 江苏苏州 | 文化 | canal-culture.example
wang.fang | Hollis & Grange LLP | 霍利斯事务所 | GB | London | Engineering office | hollisgrange.example
wang.fang | 宁波东港冷链有限公司 | Ningbo Donggang Cold Chain | CN | 浙江宁波 | 冷链 | donggang.example
 | 镇江金山涂料有限公司 | Zhenjiang Jinshan Coatings | CN | 江苏镇江 | 涂料 | jinshan-coatings.example
 | 南通滨海船舶配套有限公司 | Nantong Binhai Marine Supply | CN | 江苏南通 | 船舶 | binhai-marine.example
 | 徐州云龙矿山设备有限公司 | Xuzhou Yunlong Mining Equipment | CN | 江苏徐州 | 矿山设备 | yunlong.example
 | 舟山渔歌水产有限公司 | Zhoushan Yuge Seafood | CN | 浙江舟山 | 水产 | yuge.example
 | 衢州柚园农业有限公司 | Quzhou Youyuan Farming | CN | 浙江衢州 | 农业 | youyuan.example
 | 丽水青瓷工艺有限公司 | Lishui Celadon Crafts | CN | 浙江丽水 | 工艺品 | celadon.example
 | 青岛栈桥海工有限公司 | Qingdao Zhanqiao Offshore | CN | 山东青岛 | 海工 | zhanqiao.example
 | 济南泉涌水处理有限公司 | Jinan Quanyong Water Treatment | CN | 山东济南 | 水处理 | quanyong.example
 | 武汉江汉桥梁检测有限公司 | Wuhan Jianghan Bridge Inspection | CN | 湖北武汉 | 检测 | jianghan.example
 | 长沙橘洲印刷有限公司 | Changsha Juzhou Printing | CN | 湖南长沙 | 印刷 | juzhou.example
 | 厦门鹭江乐器有限公司 | Xiamen Lujiang Instruments | CN | 福建厦门 | 乐器 | lujiang.example
 | 福州榕荫软件有限公司 | Fuzhou Rongyin Software | CN | 福建福州 | 软件 | rongyin.example
 | 大连北滩轴承有限公司 | Dalian Beitan Bearings | CN | 辽宁大连 | 轴承 | beitan.example
 | 哈尔滨松原乳业有限公司 | Harbin Songyuan Dairy | CN | 黑龙江哈尔滨 | 乳业 | songyuan.example
 | Copper Lantern Brewing Co. | 铜灯酿造 | US | Portland | Brewing | copperlantern.example
 | Maple Ridge Hydro Ltd. | 枫岭水电 | CA | Kamloops | Hydropower | mapleridge.example
 | Südwind Textil GmbH & Co. KG | 南风纺织 | DE | Reutlingen | Textile | suedwind.example
 | Ostrava Ložiska s.r.o. | 俄斯特拉发轴承 | CZ | Ostrava | Bearings | ostrava-loziska.example
 | Harbour Street Robotics Pty Ltd | 港街机器人 | AU | Newcastle | Robotics | harbourstreet.example
 | Lagoa Azul Embalagens Ltda. | 蓝湖包装 | BR | Florianópolis | Packaging | lagoaazul.example
"""

CONTACTS = [
    ("周衡", "采购经理"), ("林芷", "总经理助理"), ("Anna Berger", "Purchasing"), ("顾一鸣", "厂长"), ("郑可", "设备主管"),
    ("Tom Hargreaves", "Plant manager"), ("宋之遥", "研发主管"), ("Ingrid Dahl", "Operations"), ("杜若", "财务"), ("罗亦凡", "销售总监"),
]  # fmt: skip


def companies():
    """(owner's name before the host or '', registered name, fields) of each."""
    for line in LINES.strip("\n").splitlines():
        owner, name, other, country, region, industry, site = (part.strip() for part in line.split("|"))
        fields = {"other_name": other, "country": country, "region": region, "industry": industry, "website": site}
        yield owner, name, fields


def contact(number) -> dict:
    """The main contact of every company but each third, with a number nobody has."""
    if number % 3 == 2:
        return {}
    name, title = CONTACTS[number % len(CONTACTS)]
    return {
        "name": name,
        "title": title,
        "phone": f"+8613800{number:06d}",
        "email": f"contact{number}@mail{number}.example",
    }
