# ruff: noqa: E501 -- tables: one case per line
"""The 34 enterprises served and their 44 cases. All invented.

`acts` of a case say what is going on at single steps, in working days before today: «S2-04: submit 5, accept 4»; see
`proxy_service.demo.acts`. Everything else of its history is made up by `proxy_service.demo.history`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

CITY, TIEDONG, TIEXI, LISHAN, QIANSHAN = "210300", "210302", "210303", "210304", "210311"
TAIAN, XIUYAN, HAICHENG = "210321", "210323", "210381"

STEEL, MINE, STONE, METAL = "C31 黑色金属冶炼压延", "B08 黑色金属矿采选", "C30 非金属矿物制品", "C33 金属制品"
MACHINE, SPECIAL, POWER, CHEM = "C34 通用设备", "C35 专用设备", "D44 电力热力", "C26 化学原料"
FOOD, CLOTH, STORE, HOUSE = "C13 农副食品加工", "C17 纺织", "G59 仓储", "K70 房地产"
TECH, ROAD, SCHOOL, HEALTH, WATER, ECO = "I65 软件", "E48 土木工程", "P83 教育", "Q84 卫生", "D46 水", "N77 生态环境"


@dataclass(frozen=True, slots=True)
class Part:
    """One case of an enterprise. `state`: RUNNING, or how and how many working days ago the service ended or paused."""

    category: str
    name: str
    short_name: str
    wan: int  # investment in 万元
    state: str = "COMPLETED"
    acts: tuple[str, ...] = ()
    ended: int = 0
    why: str = ""
    answers: Mapping[str, str] = field(default_factory=dict)
    net: int = 0  # working days the approvals took, where that matters
    level: str = "CITY"
    role: str = ""  # "book": the case of 19 major items; "tour": the one that the README walks through


@dataclass(frozen=True, slots=True)
class Client:
    name: str
    short_name: str
    ownership: str
    district: str
    industry: str
    parts: tuple[Part, ...]
    zone: str = ""
    liaison: bool = False
    assist: bool = False  # 帮办 only: the enterprise files itself, there is no mandate


def going(category: str, name: str, short: str, wan: int, *acts: str, role: str = "", **answers: str) -> Part:
    return Part(category, name, short, wan, "RUNNING", acts, answers=_usual(category, name, answers), role=role)


def done(category: str, name: str, short: str, wan: int, *, net: int = 0, **answers: str) -> Part:
    return Part(category, name, short, wan, net=net, answers=_usual(category, name, answers))


def stopped(state: str, category: str, name: str, short: str, wan: int, *acts: str, ended: int, why: str) -> Part:
    return Part(category, name, short, wan, state, acts, ended=ended, why=why, answers=_usual(category, name, {}))


def _usual(category: str, name: str, answers: Mapping[str, str]) -> dict[str, str]:
    """Small projects only register their effect on the environment; works and plants need no civil defence basement."""
    if category == "SOC_SMALL":
        return {"eia_form": "REGISTER", **answers}
    civil = any(word in name for word in ("住宅", "广场", "社区", "实训", "孵化"))
    if category.startswith("SOC") and not civil:
        return {"civil_defense": "NO", **answers}
    return dict(answers)


_HOUSE, _LINEAR, _GENERAL, _SMALL, _LAND = "GOV_HOUSE", "GOV_LINEAR", "SOC_GENERAL", "SOC_SMALL", "SOC_LANDPLAN"

CLIENTS: tuple[Client, ...] = (
    Client("辽中昀铁矿业集团鞍山有限公司", "昀铁矿业", "CENTRAL", QIANSHAN, MINE, (
        Part(_GENERAL, "千山南麓铁矿采选联合工程", "南麓铁矿工程", 2286000, "RUNNING", level="NATIONAL", role="book"),
        done(_GENERAL, "选矿厂干堆尾矿输送改造项目", "尾矿输送改造", 41800, energy_over_threshold="YES"),
    ), liaison=True),
    Client("鞍山岱昀智能装备有限公司", "岱昀装备", "PRIVATE", TIEXI, SPECIAL, (
        going(_SMALL, "岱昀智能装备产业园一期项目", "岱昀智能装备", 8600, "S2-04: submit 1", role="tour"),
    ), zone="鞍山经济开发区", liaison=True),
    Client("鞍山砺川特种钢有限公司", "砺川特钢", "PRIVATE", TIEXI, STEEL, (
        going(_GENERAL, "高强度汽车板热处理生产线项目", "汽车板热处理线", 63000, "S3-05: submit 10, accept 9", energy_over_threshold="YES"),
        done(_SMALL, "特钢成品库扩建项目", "特钢成品库", 5200),
    ), zone="达道湾工业园", liaison=True),
    Client("鞍山市昀城公共建设有限公司", "昀城公建", "CITY", CITY, HOUSE, (
        going(_HOUSE, "市第九中学新校区建设项目", "九中新校区", 31200, "S2-02: submit 10, accept 9"),
        done(_HOUSE, "市妇幼健康服务中心建设项目", "妇幼健康中心", 28600, net=66, forest="YES", overlimit="YES"),
    ), liaison=True),
    Client("鞍山澄垚新材料科技有限公司", "澄垚新材", "PRIVATE", LISHAN, STONE, (
        going(_LAND, "高纯镁质耐火材料基地项目", "镁质耐材基地", 47500, "S3-01: submit 11, accept 10"),
    ), zone="鞍山高新区", liaison=True),
    Client("鞍山市衍路市政工程建设中心", "衍路市政", "AUTHORITY", CITY, ROAD, (
        going(_LINEAR, "鞍山路东延道路新建工程", "东延道路工程", 19800, "S2-01: submit 7, accept 6"),
        done(_LINEAR, "民生街排水管网改造工程", "民生街管网", 7600),
    )),
    Client("鞍山槐序生物科技有限公司", "槐序生物", "PRIVATE", TIEDONG, CHEM, (
        going(_GENERAL, "生物基材料中试基地项目", "生物材料中试", 16500, "S2-01: submit 12, accept 11, special 9 EXPERT/5"),
    ), liaison=True),
    Client("海城市朔穹镁业有限公司", "朔穹镁业", "PRIVATE", HAICHENG, STONE, (
        going(_LAND, "菱镁矿固废综合利用项目", "菱镁固废利用", 22400, "S1-09: submit 6, accept 5 late4"),
        done(_SMALL, "镁制品包装车间项目", "镁制品车间", 3900),
    ), zone="海城经济开发区", liaison=True),
    Client("鞍山璟沅房地产开发有限公司", "璟沅地产", "PRIVATE", TIEDONG, HOUSE, (
        going(_GENERAL, "璟沅云府住宅小区项目", "璟沅云府", 88000, "S3-01: submit 8, accept 7"),
    )),
    Client("台安县垣泰食品有限公司", "垣泰食品", "PRIVATE", TAIAN, FOOD, (
        going(_SMALL, "肉禽精深加工冷链项目", "肉禽冷链", 9800, "S2-04: submit 5, accept 4"),
        done(_SMALL, "饲料仓储中心项目", "饲料仓储", 2600, eia_form="REGISTER"),
    ), zone="台安经济开发区", liaison=True),
    Client("鞍山市沄晟城市发展有限公司", "沄晟城发", "CITY", CITY, HOUSE, (
        going(_HOUSE, "市会展文化中心建设项目", "会展文化中心", 125000, "S2-05: submit 15, accept 14", overlimit="YES"),
        done(_HOUSE, "市养老服务综合体建设项目", "养老综合体", 36900, net=74, overlimit="YES"),
    ), liaison=True),
    Client("鞍山珩岳精细化工有限公司", "珩岳化工", "PRIVATE", LISHAN, CHEM, (
        going(_GENERAL, "电子级溶剂生产装置项目", "电子级溶剂", 54000, "S1-09: submit 12, accept 11", eia_form="REPORT"),
    ), zone="腾鳌经济开发区"),
    Client("鞍山堃澜商业运营有限公司", "堃澜商业", "PRIVATE", TIEDONG, HOUSE, (
        going(_GENERAL, "堃澜广场商业综合体项目", "堃澜广场", 96000, "S3-02: submit 7, accept 6, special 4 EXPERT/15", special_fire="YES"),
    )),
    Client("岫岩满族自治县翊铖玉石文创有限公司", "翊铖文创", "PRIVATE", XIUYAN, TECH, (
        going(_SMALL, "玉石文化创意产业园项目", "玉石文创园", 6800, "S2-04: submit 4, correct 3"),
    ), liaison=True),
    Client("鞍山洺硕新能源有限公司", "洺硕新能源", "PRIVATE", QIANSHAN, POWER, (
        going(_GENERAL, "工业园区储能电站项目", "园区储能电站", 32000, "S3-01: submit 2, window 1"),
        done(_SMALL, "光伏组件装配车间项目", "光伏组件车间", 7200),
    )),
    Client("鞍山峤远物流有限公司", "峤远物流", "PRIVATE", QIANSHAN, STORE, (
        going(_GENERAL, "钢铁物流多式联运基地项目", "多式联运基地", 58000, "S2-01: submit 9, accept 8, special 6 PUBLIC/5, end 1"),
    ), liaison=True),
    Client("鞍山瀚垚重型机械有限公司", "瀚垚重机", "PRIVATE", TIEXI, MACHINE, (
        going(_LAND, "大型铸锻件智能化改造项目", "铸锻件改造", 27000, "S2-04: submit 6, correct 5, finish 1"),
        done(_LAND, "重型装备总装厂房项目", "总装厂房", 18800),
    ), zone="鞍山经济开发区"),
    Client("海城市稷丰纺织有限公司", "稷丰纺织", "PRIVATE", HAICHENG, CLOTH, (
        going(_SMALL, "智能化织造车间项目", "织造车间", 5400, "S2-04: submit 3, accept 2, withdraw 1"),
    ), assist=True),
    Client("鞍山钧砺轧辊有限公司", "钧砺轧辊", "PRIVATE", LISHAN, METAL, (
        stopped("PAUSED", _GENERAL, "高速钢轧辊扩能项目", "轧辊扩能", 21000, "S1-07: submit 48, accept 47, approve 44, recall 20",
                ended=18, why="片区控制性详细规划调整，原用地规划许可撤回，待规划批复后续办"),
    )),
    Client("鞍山榕岱康养产业有限公司", "榕岱康养", "PRIVATE", QIANSHAN, HEALTH, (
        stopped("PAUSED", _LAND, "汤岗子康养社区项目", "康养社区", 67000, "S2-04: submit 32, decline 30",
                ended=28, why="出让合同约定的配建指标未落实，企业申请中止服务"),
    )),
    Client("鞍山煜垣教育投资有限公司", "煜垣教育", "PRIVATE", TIEDONG, SCHOOL, (
        stopped("PAUSED", _GENERAL, "职业技能实训基地项目", "技能实训基地", 13600, "S2-01: submit 46, correct 45",
                ended=40, why="企业融资方案调整，暂缓补正设计方案"),
    ), assist=True),
    Client("鞍山邺川再生资源有限公司", "邺川再生", "PRIVATE", TIEXI, ECO, (
        stopped("TERMINATED", _GENERAL, "废钢加工配送中心项目", "废钢配送中心", 9900, "S1-09: submit 82, accept 81, approve 76, revoke 60",
                ended=55, why="提供虚假监测报告，环评批复依法撤销，按委托协议终止服务"),
    )),
    Client("台安县岑岳生态农业有限公司", "岑岳农业", "PRIVATE", TAIAN, FOOD, (
        stopped("TERMINATED", _SMALL, "设施农业育苗中心项目", "育苗中心", 2800, "S1-07: submit 94, accept 93, withdraw 92, confirm 90",
                ended=85, why="企业调整投资计划，申请终止服务"),
    )),
    Client("岫岩满族自治县湛垚矿泉饮品有限公司", "湛垚饮品", "PRIVATE", XIUYAN, FOOD, (
        stopped("TERMINATED", _GENERAL, "天然矿泉水灌装项目", "矿泉水灌装", 6100, "S1-10: submit 76, accept 75, reject 71",
                ended=64, why="选址位于水源涵养区，项目不能满足条件"),
    )),
    Client("辽中南昀电输变电鞍山有限公司", "昀电输变电", "CENTRAL", CITY, POWER, (
        done(_GENERAL, "城南二百二十千伏变电站项目", "城南变电站", 24500, land_acquisition="ALLOCATION"),
    ), liaison=True),
    Client("鞍山市泓铖水务工程有限公司", "泓铖水务", "CITY", CITY, WATER, (
        done(_LINEAR, "第二净水厂输水管线工程", "净水厂管线", 15700, flood="YES"),
        done(_LINEAR, "南沙河再生水回用管道工程", "再生水管道", 8400),
    ), liaison=True),
    Client("鞍山市屹沄热力有限公司", "屹沄热力", "CITY", TIEDONG, POWER, (
        done(_LINEAR, "铁东片区供热管网联通工程", "供热联通工程", 11200, road_occupation="YES"),
    ), liaison=True),
    Client("鞍山昶砺精密铸造有限公司", "昶砺铸造", "PRIVATE", LISHAN, METAL, (
        done(_SMALL, "精密铸件数字化车间项目", "精铸数字车间", 4300),
    ), liaison=True),
    Client("海城市浔峤滑石科技有限公司", "浔峤滑石", "FOREIGN", HAICHENG, STONE, (
        done(_GENERAL, "超细滑石粉深加工项目", "滑石深加工", 12800),
    )),
    Client("鞍山铎远软件园开发有限公司", "铎远软件园", "PRIVATE", LISHAN, TECH, (
        done(_LAND, "数字经济孵化园二期项目", "数字孵化园", 20500),
    ), zone="鞍山高新区"),
    Client("海城市棠垣医疗器械有限公司", "棠垣医疗", "PRIVATE", HAICHENG, SPECIAL, (
        done(_SMALL, "医用敷料生产车间项目", "医用敷料车间", 3600),
    ), assist=True),
    Client("鞍山市教育基建服务中心", "教育基建", "AUTHORITY", CITY, SCHOOL, (
        done(_HOUSE, "市特殊教育学校迁建项目", "特教学校迁建", 14900),
    )),
    Client("台安县霁川装备制造有限公司", "霁川装备", "PRIVATE", TAIAN, MACHINE, (
        done(_LAND, "农机装备制造基地项目", "农机装备基地", 9300),
    )),
    Client("岫岩满族自治县彦垚食用菌有限公司", "彦垚菌业", "PRIVATE", XIUYAN, FOOD, (
        done(_SMALL, "食用菌工厂化栽培项目", "食用菌工厂", 3100),
    )),
)  # fmt: skip
