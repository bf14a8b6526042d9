"""Tables that invented people, addresses and remarks are drawn from."""

from __future__ import annotations

from random import Random

#: Common surnames, the most frequent first; drawn with falling weight.
SURNAMES = (
    "王李张刘陈杨黄赵吴周徐孙马朱胡郭何林高罗郑梁谢宋唐许邓冯韩曹曾彭萧蔡潘田董袁于余叶蒋杜苏魏程吕丁沈任"
    "姚卢傅钟姜崔谭廖范汪陆金石戴贾韦夏邱方侯邹熊孟秦白江阎薛尹段雷黎史龙陶贺顾毛郝龚邵万钱严覃武莫孔汤"
)
DOUBLE_SURNAMES = ("欧阳", "上官", "司马", "诸葛", "东方", "慕容")
_WEIGHTS = tuple(100 / (n + 4) for n in range(len(SURNAMES)))

_BOY_FIRST = "浩子宇俊文博天明泽晨嘉睿志思梓皓逸承家一景书铭昊奕瑞启弘亦星"
_BOY_LAST = "然轩航杰豪宇涵辰博哲远恒阳铭泽诚凯睿霖毅安翔彬尧琪楠帆铠晟川"
_GIRL_FIRST = "欣雨梓诗语思佳子可若梦婉静晓雅紫依沐一安书清芷乐妍悦心宛昕亦"
_GIRL_LAST = "怡桐涵嫣琪萱宁悦瑶雯妍彤菲欣钰琳晴月溪然婷莹遥颖辰伊岚蕾馨筠"
_SINGLE = {"1": "昊轩睿博哲翔凯磊涛鹏超旭", "2": "悦颖琳瑶萱静婷雪妍蕊宁晴"}
_MEN = (
    "建国 志强 建华 国强 伟 勇 军 磊 强 涛 斌 鹏 超 杰 峰 刚 明 辉 平 浩 永强 海涛 文斌 志刚 建平 晓东 国栋 "
    "立新 俊峰 振华 家明 学军 卫东 少华 宏伟 春生 金龙 德华 松 毅 健 林 波 宁 旭东 长江 新民 正华 启明 景明"
)
_WOMEN = (
    "丽 敏 静 燕 娟 艳 芳 霞 玲 红 梅 娜 莉 萍 英 秀英 桂英 秀兰 丽娟 晓燕 海燕 红梅 雪梅 春梅 丽华 玉兰 慧 "
    "婷 洁 琳 莹 颖 倩 薇 蓉 晓红 文静 淑芬 惠敏 雅琴 佳 瑾 岚 虹 瑜 晓莉 美玲 小丽 月华 素芳"
)

STREETS = ("桂香路", "学府街", "临湖大道", "文昌路", "青枫街", "望江路", "松涛巷", "云栖路", "和平里", "杏坛路")
DISTRICTS = ("东岸区", "西岭区", "南浦区", "北塘区")
CITY = "云泽市"

#: Where families of the demo school come from; every code is in the code list `area`.
NATIVE_PLACES = ("320100", "320500", "330100", "340100", "360100", "370100", "410100", "420100", "430100", "510100")
ETHNIC_GROUPS = (
    ("01", 920),
    ("11", 20),
    ("03", 18),
    ("08", 12),
    ("06", 10),
    ("15", 8),
    ("02", 6),
    ("05", 4),
    ("10", 2),
)

HEALTH_NOTES = (
    "对青霉素过敏。",
    "花生过敏，食堂就餐需提醒。",
    "轻度哮喘，随身带喷雾，长跑可免修。",
    "近期骨折恢复中，暂不上体育课。",
    "癫痫病史，发作时侧卧并通知校医和家长。",
    "色弱，实验课颜色判断需同学协助。",
    "佩戴助听器，安排前排座位。",
    "低血糖，课间可进食。",
)
SICK_REASONS = (
    "发烧 38.6℃，在家休息。",
    "感冒咳嗽，去医院就诊。",
    "肠胃炎，医生建议休息。",
    "牙痛，预约口腔科。",
    "扭伤脚踝，需要复查。",
)
PERSONAL_REASONS = ("家中老人住院，需要回家探望。", "回户籍地办理身份证。", "参加亲属婚礼。", "家中有急事，家长来接。")
OFFICIAL_REASONS = (
    "参加市中学生数学竞赛。",
    "代表学校参加田径运动会。",
    "参加省信息学集训。",
    "参加市艺术节合唱比赛。",
)
PRIMARY_SCHOOLS = ("云泽市第一初级中学", "云泽市实验初中", "东岸区育英中学", "西岭区文昌中学", "南浦区临湖中学")
EMPLOYERS = ("云泽机械厂", "云泽市人民医院", "个体经营", "临湖食品公司", "云泽公交集团", "自由职业", "文昌书店")


def lots(seed: int, *what: object) -> Random:
    """Chances of its own for each person and purpose: the same for the same seed, whatever else is asked for."""
    return Random("/".join(map(str, (seed, *what))))  # noqa: S311 - invented people, nothing secret


def surname(rng: Random) -> str:
    """A surname, common ones more often."""
    return rng.choice(DOUBLE_SURNAMES) if rng.random() < 0.006 else rng.choices(SURNAMES, _WEIGHTS)[0]


def child_name(rng: Random, family: str, sex: str) -> str:
    """A name as given around 2010. sex: "1" male, "2" female."""
    if rng.random() < 0.12:
        return family + rng.choice(_SINGLE[sex])
    first, last = (_BOY_FIRST, _BOY_LAST) if sex == "1" else (_GIRL_FIRST, _GIRL_LAST)
    return family + rng.choice(first) + rng.choice(last)


def adult_name(rng: Random, family: str, sex: str) -> str:
    """A name as given between 1965 and 1998."""
    return family + rng.choice((_MEN if sex == "1" else _WOMEN).split())


def address(rng: Random) -> str:
    """A flat in a city that does not exist."""
    street = f"{CITY}{rng.choice(DISTRICTS)}{rng.choice(STREETS)}{rng.randint(1, 299)}号"
    return f"{street}{rng.randint(1, 24)}幢{rng.randint(1, 4)}单元{rng.randint(1, 18)}0{rng.randint(1, 4)}室"
