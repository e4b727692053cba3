"""What invented companies are made of. Nothing here is taken from a list of companies."""

CITIES = [line.split() for line in """
江苏 南京 鼓楼区 玄武区 江宁区 溧水区|江苏 苏州 吴中区 姑苏区 昆山市 常熟市|江苏 无锡 滨湖区 惠山区 江阴市 宜兴市|江苏 常州 武进区 新北区 溧阳市
浙江 杭州 西湖区 余杭区 萧山区 桐庐县|浙江 宁波 鄞州区 海曙区 慈溪市 宁海县|浙江 温州 瓯海区 龙湾区 乐清市 平阳县|浙江 嘉兴 南湖区 秀洲区 海宁市 桐乡市
广东 广州 天河区 番禺区 白云区 花都区|广东 深圳 南山区 宝安区 龙岗区 福田区|广东 佛山 禅城区 南海区 顺德区 三水区|广东 东莞|广东 中山|广东 惠州 惠城区 惠阳区 博罗县 惠东县
山东 青岛 市南区 李沧区 胶州市 莱西市|山东 济南 历下区 市中区 章丘区 平阴县|山东 烟台 芝罘区 福山区 龙口市 招远市|山东 潍坊 奎文区 诸城市 寿光市 临朐县
四川 成都 武侯区 锦江区 郫都区 都江堰市|四川 绵阳 涪城区 江油市 三台县 盐亭县|四川 宜宾 翠屏区 叙州区 江安县 长宁县|湖北 武汉 武昌区 江岸区 洪山区 新洲区
湖北 宜昌 西陵区 宜都市 枝江市 远安县|湖北 襄阳 襄城区 枣阳市 宜城市 南漳县|湖南 长沙 岳麓区 望城区 浏阳市 宁乡市|湖南 株洲 天元区 醴陵市 攸县 茶陵县|湖南 衡阳 雁峰区 耒阳市 常宁市 衡山县
河南 郑州 金水区 管城回族区 新密市 中牟县|河南 洛阳 涧西区 偃师区 栾川县 伊川县|河南 新乡 红旗区 卫辉市 辉县市 延津县|河北 石家庄 桥西区 裕华区 正定县 赵县|河北 唐山 路南区 丰润区 迁安市 滦南县
河北 保定 竞秀区 莲池区 涿州市 高阳县|安徽 合肥 蜀山区 庐阳区 巢湖市 肥西县|安徽 芜湖 镜湖区 鸠江区 无为市 南陵县|福建 厦门 思明区 湖里区 集美区 同安区|福建 福州 台江区 仓山区 福清市 闽侯县
福建 泉州 丰泽区 晋江市 石狮市 安溪县|江西 南昌 东湖区 青山湖区 南昌县 进贤县|江西 赣州 章贡区 瑞金市 信丰县 兴国县|陕西 西安 雁塔区 碑林区 蓝田县 周至县|陕西 咸阳 秦都区 兴平市 三原县 长武县
辽宁 沈阳 和平区 铁西区 新民市 法库县|辽宁 大连 甘井子区 瓦房店市 庄河市 长海县|吉林 长春 朝阳区 南关区 榆树市 农安县|黑龙江 哈尔滨 南岗区 道里区 尚志市 宾县|山西 太原 小店区 迎泽区 古交市 清徐县
云南 昆明 五华区 盘龙区 安宁市 富民县|云南 曲靖 麒麟区 宣威市 罗平县 师宗县|贵州 贵阳 云岩区 花溪区 清镇市 开阳县|贵州 遵义 红花岗区 赤水市 仁怀市 桐梓县|广西 南宁 青秀区 西乡塘区 横州市 宾阳县
广西 柳州 城中区 柳北区 鹿寨县 融安县|海南 海口 龙华区 美兰区|甘肃 兰州 城关区 七里河区 榆中县 永登县|新疆 乌鲁木齐 天山区 沙依巴克区|宁夏 银川 兴庆区 金凤区 灵武市 永宁县|青海 西宁 城东区 湟中区
内蒙古 包头 昆都仑区 青山区|内蒙古 赤峰 红山区 松山区 敖汉旗|云南 大理白族自治州 大理市 祥云县|吉林 延边朝鲜族自治州 延吉市 珲春市|新疆 伊犁哈萨克自治州 伊宁市 奎屯市|湖北 恩施土家族苗族自治州 恩施市 利川市|西藏 拉萨 城关区
""".strip().replace("\n", "|").split("|")]  # fmt: skip
CITIES += [["", "上海", "浦东新区", "嘉定区", "松江区", "青浦区"], ["", "北京", "海淀区", "朝阳区", "丰台区", "昌平区"],
           ["", "天津", "南开区", "武清区", "西青区"], ["", "重庆", "渝北区", "江津区", "巴南区", "涪陵区"]]  # fmt: skip

SIGNS = (
    "安邦宝博昌辰诚驰川春纯达德登帝鼎东都恩帆方飞丰峰锋福富冠光广国海涵航豪浩禾和恒弘宏鸿华桦辉汇惠慧吉佳嘉建江杰捷金锦晶景敬君俊峻凯康科可坤蓝朗乐雷磊力立丽利联林灵龙隆鲁陆绿"
    "伦洛马茂美梦明铭牧南宁诺欧鹏平普启奇齐千乾强乔青清庆泉群荣融瑞润若赛三森山尚绍申深升盛圣石时世适首舒双顺思松苏泰涛腾天田通同万旺威维伟文沃五武西希先显祥翔向晓新鑫信兴星雄秀旭轩"
    "雅亚炎彦阳耀叶一依怡亿义艺益溢逸毅银英盈颖永咏勇优友宇雨玉裕誉元园远悦跃越云运泽展长兆哲真振正之志致智中众州洲卓紫宗梓祖樱竹梅荷菊桃枫鹿鹤雁燕鲸狐熊虎豹象鱼鸟茶米麦豆椒糖盐火水木土风雪霜月"
)
WORDS = [
    "小橙", "大树", "老街", "一米", "七彩", "阳光", "彩虹", "未来", "时代", "世纪", "远航", "启明", "北斗", "蜂巢", "蚂蚁", "果园", "山水", "江南",
    "塞外", "长河", "梦想", "创想", "天地", "人家", "故事", "印象", "传奇", "王子", "公主", "掌门", "状元", "将军", "农夫", "渔家", "牧场", "星河",
    "银杏", "白桦", "青松", "红豆", "绿洲", "蓝海", "金桥", "玉泉", "石林", "云海", "风帆", "雨花", "雪域", "百家", "千里", "万象", "四方", "五谷",
    "三友", "双喜", "九州", "八方", "东升", "西岭", "南湖", "北辰", "中原", "天山",
]  # fmt: skip
TRADES = [
    "科技", "信息", "网络", "电子", "电器", "机械", "设备", "贸易", "商贸", "实业", "工程", "建设", "建材", "装饰", "设计", "广告", "传媒", "文化",
    "教育", "咨询", "管理", "服务", "物流", "运输", "仓储", "食品", "餐饮", "农业", "种植", "养殖", "生物", "医药", "医疗器械", "化工", "新材料", "塑料",
    "橡胶", "五金", "模具", "阀门", "轴承", "电缆", "照明", "光电", "通信", "软件", "智能", "环保", "能源", "电力", "石油", "煤炭", "钢铁", "金属",
    "铝业", "玻璃", "陶瓷", "家具", "家居", "服装", "纺织", "鞋业", "皮革", "包装", "印刷", "纸业", "玩具", "体育", "旅游", "酒店", "房地产", "物业",
    "园林", "汽车", "配件", "摩托车", "船舶", "航空", "仪器", "检测", "消防", "安防", "监控", "太阳能", "电池", "空调", "制冷", "水务", "净化", "酒业",
    "茶叶", "饮料", "乳业", "水产", "粮油", "饲料", "种子", "化妆品", "美容", "母婴用品", "宠物", "珠宝", "礼品", "工艺品", "办公用品", "图书", "影视",
    "游戏", "会展", "婚庆", "保洁", "家政", "人力资源", "财务", "税务", "知识产权", "进出口", "电子商务", "供应链", "租赁", "拍卖", "典当", "投资", "资产",
    "数控机床", "精密机械", "自动化", "机器人", "激光", "传感器", "半导体", "集成电路", "石材", "门窗", "幕墙", "防水", "涂料", "管道", "泵业", "锅炉", "电梯",
    "起重", "矿业", "冶金", "水泥", "混凝土", "钢结构", "防腐", "焊接", "铸造", "热处理", "喷涂", "线缆", "电气", "变压器", "开关", "仪表", "衡器",
    "健身器材", "乐器", "眼镜", "钟表",
]  # fmt: skip
SURNAMES = "赵钱孙李周吴郑王冯陈卫蒋沈韩杨朱秦许何吕张孔曹严华金魏陶姜谢邹喻苏潘葛范彭鲁韦马方任袁柳唐薛雷贺汤罗毕郝安常于傅齐康伍余顾孟黄穆萧尹"
GIVEN = "伟芳娜秀敏静丽强磊军洋勇艳杰娟涛明超霞平刚桂英华玉萍红玲飞凤洁梅琳云莉兰宇欣怡佳琪雪婷浩宁博文轩睿子涵晨阳"
ROADS = [
    "人民", "解放", "中山", "建设", "和平", "胜利", "文化", "新华", "迎宾", "工业", "创业", "科技", "学府", "滨江", "长江", "黄河", "朝阳", "东风",
    "金融", "软件园", "振兴", "青年", "光明", "友谊", "花园", "站前", "环城", "湖滨",
]  # fmt: skip
TOWERS = [
    "万达", "国贸", "环球", "世贸", "金茂", "财富", "时代", "天安", "创新", "银河", "中兴", "嘉里", "富力", "恒隆", "新世界",
]  # fmt: skip
FORMS = ["有限公司"] * 14 + ["有限责任公司"] * 4 + ["股份有限公司"] * 3 + ["集团有限公司", "厂", "厂", "商行", "经营部", "合作社", "中心", "合伙企业(有限合伙)"]  # fmt: skip

WESTERN_CITIES = [line.split("|") for line in (
    "New York|USA|+1 212|Inc.,Inc,LLC,Corporation,Company", "Chicago|USA|+1 312|Inc.,LLC,Corporation,Company", "Boston|USA|+1 617|Inc.,LLC,Corp.",
    "San Francisco|USA|+1 415|Inc,LLC,Corporation", "Toronto|Canada|+1 416|Ltd.,Inc.,Corporation", "Vancouver|Canada|+1 604|Ltd.,Inc.", "London|UK|+44 20|Limited,Ltd,PLC,LLP",
    "Manchester|UK|+44 161|Limited,Ltd,PLC,LLP", "Dublin|Ireland|+353 1|Limited,Ltd", "Berlin|Germany|+49 30|GmbH,AG,GmbH & Co. KG", "Munich|Germany|+49 89|GmbH,AG,GmbH & Co. KG",
    "Paris|France|+33 1|SARL,SAS,S.A.", "Lyon|France|+33 4|SARL,SAS,S.A.", "Milan|Italy|+39 02|S.p.A.,S.r.l.", "Sydney|Australia|+61 2|Pty Ltd,Limited", "Melbourne|Australia|+61 3|Pty Ltd,Limited",
    "Singapore|Singapore|+65|Pte. Ltd.,Pte Ltd", "Hong Kong|Hong Kong|+852|Limited,Ltd.", "Tokyo|Japan|+81 3|K.K.,Co., Ltd.", "Amsterdam|Netherlands|+31 20|B.V.,N.V.")]  # fmt: skip
HEADS = [
    "al", "am", "ar", "as", "au", "bel", "ber", "bor", "bri", "cal", "can", "car", "cel", "cor", "cre", "dal",
    "dan", "del", "dor", "dra", "el", "em", "en", "fal", "fer", "flo", "gal", "gen", "gra", "hal", "har", "hel",
    "hol", "in", "jas", "jor", "kal", "kel", "kor", "lan", "lar", "lex", "lin", "lor", "lum", "mal", "mar", "mel",
    "mon", "mor", "nav", "ner", "nor", "nov", "ol", "or", "pal", "par", "pel", "pri", "qua", "ral", "ren", "ros",
    "sal", "san", "sel", "sol", "stel", "tal", "tan", "ter", "tor", "tri", "ul", "val", "van", "vel", "ver", "vis",
    "vol", "wes", "xan", "yor", "zan", "zel",
]  # fmt: skip
TAILS = [
    "a", "and", "ara", "aris", "art", "ax", "bay", "bridge", "by", "co", "core", "da", "dale", "dex", "don", "dor",
    "dora", "edge", "el", "ell", "en", "era", "eris", "field", "fin", "ford", "gate", "gen", "gon", "ia", "ica",
    "ics", "ida", "ient", "ify", "in", "ion", "ir", "is", "ita", "ium", "ix", "land", "lex", "ley", "lia", "lin",
    "lis", "lo", "lock", "lon", "loom", "lux", "ma", "man", "mark", "mont", "mor", "na", "net", "nia", "nix",
    "nova", "on", "ora", "ord", "os", "ova", "pa", "park", "pex", "pine", "point", "port", "rex", "ria", "ric",
    "ridge", "rix", "ron", "ros", "sa", "sen", "sey", "son", "star", "stone", "ta", "tec", "ter", "tex", "thorn",
    "tis", "ton", "tor", "tra", "tron", "tus", "us", "va", "vance", "vel", "ver", "via", "view", "vis", "vo",
    "wave", "way", "well", "wick", "win", "wood", "x", "yx", "zen",
]  # fmt: skip
PLAIN = [
    "Summit", "Harbor", "Granite", "Cedar", "Maple", "Falcon", "Orchid", "Beacon", "Pioneer", "Liberty", "Sterling",
    "Crown", "Crystal", "Eagle", "Phoenix", "Atlas", "Apollo", "Delta", "Omega", "Sigma", "Vertex", "Zenith",
    "Horizon", "Meridian", "Polar", "Arctic", "Coral", "Amber", "Ivory", "Cobalt", "Crimson", "Silver", "Golden",
    "Northern", "Southern", "Eastern", "Western", "Central", "Continental", "Trans", "First", "Premier", "Prime",
    "Royal", "Grand", "United", "Allied", "General", "National", "Universal", "Global",
]  # fmt: skip
FAMILIES = [
    "Smith", "Jones", "Brown", "Taylor", "Wilson", "Evans", "Walker", "Roberts", "Johnson", "Wright", "Thompson",
    "Wood", "Hall", "Green", "Clarke", "Jackson", "Turner", "Hill", "Moore", "Cooper", "Ward", "Morris", "King",
    "Baker", "Harris", "Lewis", "Young", "Allen", "Weber", "Fischer", "Schneider", "Meyer", "Wagner", "Becker",
    "Schulz", "Hoffmann", "Koch", "Bauer", "Müller", "Dubois", "Laurent", "Lefebvre", "Moreau", "Girard", "Rossi",
    "Ferrari", "Bianchi", "Romano", "Ricci", "Suzuki", "Tanaka", "Sato", "Kim", "Park", "Chen", "Lee", "Wong",
]  # fmt: skip
FIRST_NAMES = [
    "James", "Mary", "John", "Linda", "David", "Susan", "Peter", "Laura", "Brian", "Helen", "Kevin", "Nancy",
    "Steven", "Diana", "Mark", "Emma", "Alice", "George", "Grace", "Henry", "Olivia", "Oscar", "Paul", "Robert",
    "Thomas", "Julia", "Simon", "Clara",
]  # fmt: skip
ENGLISH_TRADES = [
    "Energy", "Resources", "Holdings", "Technologies", "Systems", "Solutions", "Software", "Networks", "Media",
    "Logistics", "Foods", "Beverages", "Pharma", "Therapeutics", "Diagnostics", "Medical", "Health", "Biotech",
    "Chemicals", "Materials", "Metals", "Mining", "Gold", "Copper", "Steel", "Paints", "Plastics", "Packaging",
    "Paper", "Textiles", "Apparel", "Furniture", "Motors", "Automotive", "Aerospace", "Aviation", "Shipping",
    "Marine", "Engineering", "Construction", "Properties", "Realty", "Hotels", "Travel", "Leisure", "Gaming",
    "Sports", "Education", "Consulting", "Advisory", "Capital", "Finance", "Insurance", "Securities", "Leasing",
    "Trading", "Imports", "Retail", "Stores", "Electronics", "Semiconductors", "Optics", "Lighting", "Instruments",
    "Controls", "Robotics", "Machinery", "Tools", "Pumps", "Valves", "Cables", "Solar", "Wind", "Power", "Water",
    "Environmental", "Agro", "Farms", "Seeds", "Dairy", "Bakery", "Brewing", "Wines", "Coffee",
]  # fmt: skip
STREETS = [
    "High Street", "Church Lane", "Station Road", "Park Avenue", "Main Street", "Mill Lane", "King Street",
    "Victoria Road", "Queensway", "Market Street", "Bridge Road", "River Drive", "Oak Avenue", "Elm Street",
]  # fmt: skip
FREE_MAIL = [
    "qq.com",
    "163.com",
    "126.com",
    "foxmail.com",
    "gmail.com",
    "outlook.com",
    "hotmail.com",
    "sina.com",
    "yeah.net",
    "139.com",
]
