#include "net/api/csv.h"

#define P (1u << CSV_POSTINGS)
#define S (1u << CSV_SEEKERS)
#define K (1u << CSV_SKILLS)
#define E (1u << CSV_ENTRIES)
#define N (1u << CSV_PERSONS)
#define B (1u << CSV_SKELETONS) // the bones

const csv_column CSV_COLUMNS[CSV_FIELD_COUNT] = {
    [CSV_ID] = {"id", "编号", "岗位编号|求职者编号|代码|序号|code", "/id", P | S | K | E | N | B,
                true},
    [CSV_TITLE] = {"title", "岗位名称", "职位|职位名称|岗位|招聘岗位", "/title", P, true},
    [CSV_EMPLOYER] = {"employer", "用人单位", "单位|企业|公司|单位编号|企业名称|单位名称",
                      "/employer", P, false},
    [CSV_OCCUPATION] = {"occupation", "职业", "职业代码|工种", "/occupation", P, false},
    [CSV_PERSON] = {"person", "劳动者", "人员编号|个人编号", "/person", S, false},
    [CSV_LAT] = {"lat", "纬度", "latitude", "/place/lat", P | S, true},
    [CSV_LON] = {"lon", "经度", "longitude|lng", "/place/lon", P | S, true},
    [CSV_DIVISION] = {"division", "行政区划", "区划|区划代码|行政区划代码|地区|户籍地|户籍区划",
                      "/place/division", P | S | N | B, false},
    [CSV_REQUIRED] = {"required", "必备技能", "技能要求|所需技能|required_skills", "/required", P,
                      false},
    [CSV_PREFERRED] = {"preferred", "优先技能", "加分技能|preferred_skills", "/preferred", P,
                       false},
    [CSV_SKILL_LEVELS] = {"skills", "技能", "技能特长|掌握技能", "/skills", S, false},
    [CSV_WAGE_MIN] = {"wage_min", "最低工资", "工资下限|薪资下限|月薪下限", "/wage/min", P, false},
    [CSV_WAGE_MAX] = {"wage_max", "最高工资", "工资上限|薪资上限|月薪上限", "/wage/max", P, false},
    [CSV_WAGE_FLOOR] = {"wage_floor", "工资底线", "期望工资|期望薪资|最低期望",
                        "/wage_floor/amount", S, false},
    [CSV_WAGE_UNIT] = {"wage_unit", "工资单位", "计薪方式|薪资单位", "/wage/unit", P | S, false},
    [CSV_RADIUS_KM] = {"radius_km", "半径公里", "半径|出行半径|求职半径", "/radius_km", S, true},
    [CSV_EDUCATION_MIN] = {"education_min", "最低学历", "学历要求|学历", "/education_min", P,
                           false},
    [CSV_EDUCATION] = {"education", "学历", "文化程度", "/education", S, false},
    [CSV_TYPE] = {"type", "用工类型", "用工形式|类型|工作性质", "/type", P, true},
    [CSV_TYPES] = {"types", "接受类型", "用工类型|求职类型", "/types", S, true},
    [CSV_OPENINGS] = {"openings", "招聘人数", "人数|需求人数|招聘数量", "/openings", P, false},
    [CSV_SHIFTS] = {"shifts", "班次", "", "/shifts", P | S, false},
    [CSV_GROUPS] = {"groups", "人群", "人群类别|群体", "/groups", S, false},
    [CSV_WANTS_PUSH] = {"wants_push", "接收推送", "推送", "/wants_push", S, false},
    [CSV_VALID_FROM] = {"valid_from", "开始日期", "生效日期|发布日期", "/valid_from", P, false},
    [CSV_VALID_TO] = {"valid_to", "截止日期", "失效日期|有效期至", "/valid_to", P, false},
    [CSV_PUSH_K] = {"push_k", "推送倍数", "", "/push/k", P, false},
    [CSV_PUSH_LAG] = {"push_lag_minutes", "推送间隔分钟", "推送间隔", "/push/lag_minutes", P,
                      false},
    [CSV_STATION] = {"station", "驿站", "站点|零工驿站|招聘会", "/gig/station", P, false},
    [CSV_GIG_FROM] = {"gig_from", "上工时间", "开工时间", "/gig/from", P, false},
    [CSV_GIG_TO] = {"gig_to", "下工时间", "收工时间", "/gig/to", P, false},
    [CSV_PUSH_PER_DAY] = {"push_per_day", "每日推送上限", "", "/push/per_day", S, false},
    [CSV_QUIET_FROM] = {"quiet_from", "免打扰开始", "", "/push/quiet/from", S, false},
    [CSV_QUIET_TO] = {"quiet_to", "免打扰结束", "", "/push/quiet/to", S, false},
    [CSV_OCCUPATION_WANTED] = {"occupation", "期望职业",
                               "职业|职业代码|工种|期望职业代码|期望工种|意向职业", "/occupation",
                               S, false},
    [CSV_NAME_ZH] = {"name_zh", "中文名", "名称|名字", "/name/zh", K | E, false},
    [CSV_NAME_EN] = {"name_en", "英文名", "name", "/name/en", K | E, false},
    [CSV_WEIGHT] = {"weight", "权重", "", "/weight", K, false},
    [CSV_PERSON_NAME] = {"name", "姓名", "名字|full_name", "/name", N, false},
    [CSV_ID_NUMBER] = {"id_number", "身份证号",
                       "身份证号码|公民身份号码|身份证|证件号码|社会保障号码", "/id_number", N,
                       false},
    [CSV_PHONE] = {"phone", "手机号", "手机|手机号码|联系电话|电话|mobile", "/phone", N, false},
    [CSV_ACCOUNT] = {"account", "账号", "帐号|银行账号|银行卡号|社保卡号|bank_account", "/account",
                     N, false},
    [CSV_BIRTH_DATE] = {"birth_date", "出生日期", "出生年月日|生日|birthday", "/birth_date", N | B,
                        false},
    [CSV_SEX] = {"sex", "性别", "gender", "/sex", N | B, false},
    [CSV_GROUP] = {"group", "人员类别", "人群|人群类别|群体", "/group", N | B, false},
    [CSV_TAGS] = {"tags", "困难类型", "困难类别|帮扶类型|人员标签|标签", "/tags", N | B, false},
};

const char *csv_tag_zh(uint32_t tag) {
    static const char *const WORDS[] = {"零就业家庭成员",
                                        "低保家庭成员",
                                        "脱贫户",
                                        "残疾",
                                        "贫困残疾人家庭",
                                        "特困人员",
                                        "获得国家助学贷款",
                                        "退役军人",
                                        "农民工",
                                        "参加失业保险的农民合同制工人",
                                        "低收入人口动态监测对象"};
    for (size_t i = 0; i < sizeof WORDS / sizeof WORDS[0]; i++) {
        if (tag == 1u << i) return WORDS[i];
    }
    return "";
}
