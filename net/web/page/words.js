/* Every word of the page, Chinese beside English. {0}, {1} are filled in by say(). */
const WORDS = {
  brand: ['驿站', 'Yizhan'],
  motto: ['谁合适，为什么，差什么', 'Who fits, why, and what is missing'],
  pageTitle: ['驿站 · 找工作', 'Yizhan · find work'],
  skip: ['跳到岗位', 'Skip to the jobs'],
  foot: ['全部在内存里比对，逐对精确；分数与理由由同一条规则得出。', 'Every pair is compared exactly, in memory; score and reasons come from one rule.'],
  apiLink: ['接口说明 openapi.json', 'API: openapi.json'],

  seekerTitle: ['我会什么，想要什么', 'What I can do and what I want'],
  tryOne: ['先试一个：', 'Try one:'],
  go: ['看岗位', 'Show jobs'],
  skills: ['会的技能', 'Skills'],
  skillsHint: ['输入名称挑选；没有证书也可以不填', 'Type a name and choose; may stay empty'],
  skillInput: ['技能名称', 'Name of a skill'],
  skillNone: ['没有叫这个的技能', 'No skill of that name'],
  skillTwice: ['已经选了', 'already chosen'],
  skillRemove: ['去掉 {0}', 'Remove {0}'],
  levelOf: ['{0} 的等级', 'Level of {0}'],
  level: ['{0} 级', 'level {0}'],
  place: ['在哪里', 'Where'],
  county: ['区县', 'County'],
  countyOther: ['别处（填坐标）', 'Elsewhere (coordinates)'],
  lat: ['纬度', 'Latitude'],
  lon: ['经度', 'Longitude'],
  radius: ['最远多少公里', 'How far, in km'],
  km: ['{0} 公里', '{0} km'],
  wage: ['工资至少', 'Wage, at least'],
  amount: ['金额', 'Amount'],
  unit: ['按', 'Per'],
  education: ['学历', 'Education'],
  types: ['做哪种工作', 'Kinds of work'],
  shifts: ['什么时候有空', 'When I am free'],
  shiftsAll: ['都有空', 'Always'],
  shiftsDay: ['白天', 'Daytime'],
  shiftsWeekend: ['周末', 'Weekend'],

  jobsTitle: ['合适的岗位', 'Jobs that fit'],
  counting: ['正在比对…', 'Comparing …'],
  count: ['共 {0} 个，用时 {1} 毫秒', '{0} in all, in {1} ms'],
  countChanged: ['共 {0} 个；翻页之间有变动', '{0} in all; some changed between the pages'],
  none: ['没有完全合适的岗位。可以试试下面的放宽办法。', 'Nothing fits in full. The changes below would help.'],
  noneFiltered: ['筛选以后没有了。', 'Nothing is left after the filter.'],
  more: ['再看一些', 'Show more'],
  filter: ['筛选', 'Filter'],
  titleWords: ['岗位名称里有', 'Title has'],
  anyType: ['任何类型', 'Any kind'],
  anyCounty: ['任何区县', 'Any county'],
  wantedCounty: ['在', 'In'],
  type: ['类型', 'Kind'],

  noWage: ['工资面议', 'Wage not said'],
  openings: ['招 {0} 人', '{0} wanted'],
  away: ['离我 {0} 公里', '{0} km away'],
  score: ['得分 {0}', 'Score {0}'],
  why: ['为什么', 'Why'],
  whyNot: ['为什么不', 'Why not'],
  hide: ['收起', 'Hide'],
  employerUnknown: ['未写明单位', 'Employer not said'],
  untitled: ['（没有名称）', '(no title)'],

  partCoverage: ['技能', 'Skills'],
  partPreferred: ['加分技能', 'Bonus skills'],
  partDistance: ['距离', 'Distance'],
  partWage: ['工资', 'Wage'],
  partsLabel: ['得分 {0}：技能 {1}，加分技能 {2}，距离 {3}，工资 {4}', 'Score {0}: skills {1}, bonus skills {2}, distance {3}, wage {4}'],
  sum: ['合计', 'Sum'],
  reasonCoverage: ['要求的技能按分量会 {0}%', '{0}% of the required skills, by weight'],
  reasonPreferred: ['{0} 项里有 {1} 项', '{1} of {0}'],
  reasonDistance: ['离我 {0} 公里，最远 {1} 公里', '{0} km away, at most {1} km'],
  reasonWage: ['最高 {0}，至少要 {1}', 'at most {0}, wanted {1}'],
  noPreferred: ['没有加分技能', 'no bonus skills'],
  required: ['要求的技能', 'Required skills'],
  preferred: ['有则加分', 'Bonus skills'],
  needsHolds: ['要 {0} 级，有 {1} 级', 'needs level {0}, has {1}'],
  needsNone: ['要 {0} 级，没有', 'needs level {0}, has none'],
  holds: ['有', 'has it'],
  holdsNot: ['没有', 'does not have it'],
  noRequired: ['不要求技能', 'No skill is required'],
  fitsNow: ['合适', 'Fits'],
  fitsNot: ['不合适', 'Does not fit'],

  nearTitle: ['为什么没有那个岗位？', 'Why is that job not there?'],
  nearHint: ['挑一个差一点的岗位，或贴上岗位编号，看差在哪里、怎么改就合适。', 'Choose a job that nearly fits, or paste a job’s id: see what is missing and which change would make it fit.'],
  postingId: ['岗位编号', 'Job id'],
  nearly: ['差一点的岗位', 'Jobs that nearly fit'],
  nearlyNone: ['放宽以后也没有别的岗位。', 'There are no others, even with wider wishes.'],
  nearlyFind: ['找差一点的', 'Find near misses'],
  moves: ['这样改就合适：', 'This change makes it fit:'],
  movesEach: ['每一条都要改：', 'Each of these has to change:'],
  noMove: ['{0}：改一步还不够', '{0}: one step is not enough'],
  applied: ['已改：{0}', 'Changed: {0}'],

  limitDistance: ['太远：{0} 公里，最远 {1} 公里', 'Too far: {0} km, at most {1} km'],
  limitWage: ['工资不够：最高 {0}，至少要 {1}', 'Wage too low: at most {0}, wanted {1}'],
  limitWageNone: ['没有写工资，但要求至少 {0}', 'No wage is given, but at least {0} is wanted'],
  limitEducation: ['学历不够：要{0}，是{1}', 'Education: needs {0}, has {1}'],
  limitType: ['不做这种：{0}', 'Kind not wanted: {0}'],
  limitShifts: ['时间对不上', 'No common time'],
  limitCoverage: ['技能不够：按分量只有 {0}%', 'Skills: only {0}% by weight'],
  nameDistance: ['距离', 'Distance'],
  nameWage: ['工资', 'Wage'],
  nameEducation: ['学历', 'Education'],
  nameType: ['类型', 'Kind'],
  nameShifts: ['时间', 'Time'],
  nameCoverage: ['技能', 'Skills'],

  moveRadius: ['把最远距离改为 {0} 公里', 'go as far as {0} km'],
  moveWage: ['把最低工资改为 {0}', 'take a wage from {0}'],
  moveEducation: ['学历提高一级，到{0}', 'one step more education: {0}'],
  moveType: ['也做{0}', 'also take {0}'],
  moveShift: ['{0}也有空', 'also be free on {0}'],
  moveSkillAdd: ['学会 {0}（{1} 级）', 'learn {0} (level {1})'],
  moveSkillRaise: ['把 {0} 从 {1} 级提高到 {2} 级', 'raise {0} from level {1} to {2}'],
  relaxTitle: ['放宽一点会怎样', 'What a little more room would bring'],
  relaxMore: ['{0}，会多 {1} 个', '{0}: {1} more'],

  unreachable: ['连不上服务器。数据没有丢，请稍后再点一次。', 'The server cannot be reached. Nothing is lost; try again in a moment.'],
  oops: ['服务器回答了 {0}：{1}', 'The server answered {0}: {1}'],
  unknownPosting: ['没有这个岗位：{0}', 'There is no job {0}'],
  needAmount: ['工资要填 0 或更大的数，最多两位小数', 'The wage must be 0 or more, with at most two decimals'],
  needPlace: ['纬度要在 -90 到 90 之间，经度要在 -180 到 180 之间', 'Latitude must be within ±90, longitude within ±180'],
  needType: ['至少选一种工作', 'Choose at least one kind of work'],
  needShift: ['至少选一个有空的时间', 'Choose at least one free time'],
};

let column = 0; // 0 zh, 1 en

export function language() {
  return column === 0 ? 'zh' : 'en';
}

export function setLanguage(code) {
  column = code === 'en' ? 1 : 0;
  document.documentElement.lang = column === 0 ? 'zh-CN' : 'en';
}

export function say(key, ...values) {
  return WORDS[key][column].replace(/\{(\d)\}/g, (_, at) => values[at]);
}

/* Of a pair [zh, en], or of a record's name {"zh","en"}; `otherwise` if it has none. */
export function either(pair, otherwise = '') {
  if (!pair) return otherwise;
  const list = Array.isArray(pair) ? pair : [pair.zh, pair.en];
  return list[column] || list[1 - column] || otherwise;
}

/* The words that stand in index.html itself. */
export function sayStatic(root) {
  for (const element of root.querySelectorAll('[data-say]')) element.textContent = say(element.dataset.say);
  document.title = say('pageTitle');
}
