"""The task book (任务书) of the very large case: 19 major items with 128 sub-items. Invented, in a real order.

A line: name|department|committed working days|item of the catalogue, if there is one. A leading + means: at the same
time as the line above. A heading names the stage and the majors that come first.
"""

TASK_BOOK = """
# 01 项目立项|1|
列入重点项目规划意见|fgw|5
+矿区总体规划符合性意见|zrzy|5
+产业政策符合性意见|gxj|3
项目申请报告技术评估|fgw|10
企业投资项目核准|fgw|7|S1-04
+社会稳定风险评估备案|fgw|3
+资金筹措方案确认|czj|3
# 02 矿业权|1|01
划定矿区范围批复|zrzy|10
+矿产资源储量评审备案|zrzy|8
+矿山地质环境保护方案审查|zrzy|8
矿产资源开发利用方案审查|zrzy|8
+绿色矿山建设方案备案|zrzy|3
采矿权出让合同备案|zrzy|3
采矿许可证|zrzy|10
# 03 规划选址|1|01
用地预审与选址意见书|zrzy|5|S1-02
+压覆重要矿产资源审批|zrzy|10
+地质灾害危险性评估备案|zrzy|5
+国土空间规划符合性意见|zrzy|8
规划条件核定|zrzy|3
建设用地规划许可证|zrzy|5|S1-07
# 04 土地征收|1|03
土地现状调查确认|zrzy|5
+征地社会稳定风险评估|fgw|5
征地补偿安置方案公告|zrzy|5
被征地农民社会保障审核|spj|5
+补偿资金到位确认|czj|3
农用地转用和土地征收报批|zrzy|10
征收土地公告|zrzy|3
# 05 土地供应|1|04
土地勘测定界成果确认|zrzy|3
供地方案审核|zrzy|5
+出让底价集体决策|zrzy|3
国有建设用地使用权出让|zrzy|0|S1-08
建设用地交付确认|zrzy|3
+土地不动产登记|bdc|3
# 06 林地草地|1|03
使用林地可行性报告审查|lcj|8
+草原征占用审核|lcj|8
+野生动植物影响意见|lcj|5
使用林地审核同意|lcj|10|S1-13
+临时使用林地审批|lcj|5
+林木采伐许可|lcj|5
森林植被恢复方案备案|lcj|2
# 07 生态环境|1|01
环评编制大纲咨询|sthj|3
+排污总量指标确认|sthj|5
+地下水影响专题审查|sthj|8
+尾矿库环境风险专题审查|sthj|8
环境影响评价文件审批|sthj|15|S1-09
+入河排污口设置审批|sthj|8
辐射类项目环评备案|sthj|2
# 08 水务水保|1|01
水资源论证报告审查|slj|8
+水土保持方案审批|slj|5|S1-10
+洪水影响评价审批|slj|5|S1-11
+河道范围内建设方案审批|slj|8
取水许可申请审批|slj|8
+矿坑排水利用方案备案|slj|3
用水计划核定|slj|3
# 09 节能降碳|1|01
能源消费情况核对|fgw|3
固定资产投资项目节能审查|fgw|5|S1-06
+煤炭消费替代方案确认|fgw|5
+碳排放评价意见|sthj|5
清洁生产方案备案|sthj|3
+重点用能单位接入备案|fgw|2
# 10 安全与职业健康|1|02
安全预评价报告备案|yjj|5
+职业病危害预评价审核|yjj|5
+地下开采安全专篇审查|yjj|10
安全设施设计审查|yjj|10
+尾矿库安全设施设计审查|yjj|10
+爆破作业方案审查|gaj|5
重大危险源备案|yjj|3
# 11 文物与专项意见|1|03
考古调查勘探确认|wlgd|8
文物保护和考古许可|wlgd|5|S1-12
+军事设施影响意见|gfdy|5
+净空环境意见|jtj|5
+气象探测环境意见|qxj|3
地震安全性评价确认|yjj|5
# 12 设计方案|2|03 05
总平面布置方案审查|zrzy|7|S2-01
+工业广场间距核定|zrzy|3
+竖向与管线综合审查|zrzy|5
矿山初步设计审查|zjj|7
+初步设计安全专篇审查|yjj|7
+绿色建筑设计意见|zjj|3
概算备案|fgw|3
# 13 工程规划许可|2|12
主厂房工程规划许可证|zrzy|5|S2-04
+竖井工程规划许可证|zrzy|5|S2-04
+生活区工程规划许可证|zrzy|5|S2-04
+防空地下室报建审批|gfdy|3|S2-03
放线测量确认|zrzy|3
+规划许可批后公布|zrzy|2
临时建设工程规划许可|zrzy|5
# 14 施工图审查|3|12
选矿主厂房施工图审查|zjj|8|S3-01
+竖井井塔施工图审查|zjj|8|S3-01
+充填站施工图审查|zjj|8|S3-01
+勘察文件审查|zjj|7
主厂房消防设计审查|zjj|5|S3-02
+雷电防护装置设计审核|qxj|3|S3-03
+防雷接地专项核定|qxj|3
# 15 招标与合同|3|12
招标方案核准|fgw|3
施工总承包招标|zjj|0|S3-04
监理招标备案|zjj|2
+设备采购招标备案|gxj|2
施工合同备案|zjj|2
+农民工工资专户登记|zjj|2
# 16 施工许可|3|13 14 15
主厂房施工许可证|zjj|3|S3-05
+竖井工程施工许可证|zjj|3|S3-05
+生活区施工许可证|zjj|3|S3-05
+质量安全监督手续|zjj|2
占用挖掘道路许可|cgj|3|S3-06
+建筑垃圾处置核准|cgj|3
爆破器材库启用许可|gaj|8
# 17 公用配套|3|13
高压供电接入方案|gdgs|8
+生产生活供水接入|swjt|8|S3-08
+通信专网接入|txqy|5
+燃气接入|rqgs|5
+供热接入|grgs|5
铁路专用线接轨意见|jtj|10
+公路平交道口许可|jtj|5
# 18 竣工验收|4|16 17
竣工联合验收|zjj|10|S4-01
+安全设施竣工验收核查|yjj|8
+水土保持设施验收报备|slj|3
+环保设施验收备案|sthj|3
雷电防护装置竣工验收|qxj|3|S4-03
+档案专项验收|spj|3
竣工验收备案|zjj|1|S4-02
# 19 投产登记|4|18
安全生产许可证|yjj|10
+排污许可证|sthj|10
+取水许可证换发|slj|3
不动产首次登记|bdc|3|S4-04
+特种设备使用登记|spj|5
+爆破作业单位许可|gaj|8
矿山投产备案|zrzy|3
"""

# What is going on there now (see `acts.read`): two items late, one refused, one waiting for the enterprise.
BOOK_ACTS = (
    "13-01: submit 8, accept 7",
    "13-02: submit 1",
    "13-03: submit 3, window 2",
    "13-04: submit 6, refuse 4",
    "14-01: submit 11, accept 10",
    "14-02: submit 4, accept 3",
    "14-03: submit 2, accept 1",
    "14-04: submit 5, correct 4",
    "08-03: submit 9, accept 8, special 7 EXPERT/20",
)
