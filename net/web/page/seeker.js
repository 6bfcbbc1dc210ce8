/* The form: one seeker as a value, drawn section by section. Whoever changes the value from outside
 * (a move, a person to try) calls setSeeker, and the form follows. */
import * as choices from './choices.js';
import { arrows, byId, fill, keepingFocus, make, stopAt } from './dom.js';
import { COUNTIES } from './places.js';
import { drawSkills, skillByWord } from './skills.js';
import { either, say } from './words.js';

const { DAYS, EDUCATIONS, PARTS, PARTS_SHORT, RADII, SHIFTS_ALL, SHIFTS_DAY, SHIFTS_WEEKEND, TYPES, UNITS } = choices;
const COUNTY_ELSEWHERE = '';

const blank = {
  skills: [],
  county: COUNTIES[0].division,
  lat: COUNTIES[0].lat,
  lon: COUNTIES[0].lon,
  radius: 25,
  amount: 3000,
  unit: 'month',
  education: 3,
  types: ['full', 'part', 'gig'],
  shifts: SHIFTS_ALL,
};

/* People to try: names of skills as words, so that any dictionary that has them will do. */
const PERSONS = [
  { name: ['电工，秦州区', 'Electrician, Qinzhou'], words: [['电工', 4], ['低压电工证', 3], ['焊', 2]], county: 0, with: { amount: 4000, radius: 25 } },
  { name: ['餐厅，周末，麦积区', 'Restaurant, weekends, Maiji'], words: [['餐饮服务', 3], ['收银', 2], ['健康证', 3]], county: 1, with: { amount: 15, unit: 'hour', radius: 10, shifts: SHIFTS_WEEKEND, types: ['part', 'gig'] } },
  { name: ['装卸日结，没有证书', 'Loading by the day, no certificate'], words: [], county: 0, with: { amount: 120, unit: 'day', radius: 10, education: 1, types: ['gig'] } },
];

let seeker = { ...blank };
let changed = () => {};

export function currentSeeker() {
  return seeker;
}

/* In the wire form. */
export function wireSeeker(from = seeker) {
  return {
    skills: from.skills,
    place: { lat: from.lat, lon: from.lon },
    radius_km: from.radius,
    wage_floor: { amount: from.amount, unit: from.unit },
    education: from.education,
    types: from.types,
    shifts: from.shifts,
  };
}

/* What is wrong with the form, in words; '' if nothing is. */
export function seekerProblem() {
  if (!(seeker.amount >= 0) || Math.abs(seeker.amount * 100 - Math.round(seeker.amount * 100)) > 1e-6) return say('needAmount');
  if (!(Math.abs(seeker.lat) <= 90) || !(Math.abs(seeker.lon) <= 180)) return say('needPlace');
  if (seeker.types.length === 0) return say('needType');
  if (seeker.shifts === 0) return say('needShift');
  return '';
}

export function setSeeker(patch) {
  seeker = { ...seeker, ...patch };
  keepingFocus(drawForm);
  changed();
}

// A change that came from the form itself: it shows it already.
function change(patch) {
  seeker = { ...seeker, ...patch };
  changed();
}

function drawPersons() {
  const buttons = PERSONS.map((person) => {
    const skills = person.words.map(([word, level]) => ({ skill: skillByWord(word), level }));
    if (skills.some((skill) => !skill.skill)) return null;
    const { division, lat, lon } = COUNTIES[person.county];
    return make(
      'button',
      { type: 'button', class: 'person', onclick: () => setSeeker({ ...blank, skills, county: division, lat, lon, ...person.with }) },
      either(person.name),
    );
  }).filter(Boolean);
  fill(byId('persons'), make('span', { class: 'soft' }, say('tryOne')), buttons);
}

function coordinate(key, words) {
  return make(
    'label',
    { class: 'field' },
    make('span', {}, words),
    make('input', {
      id: key,
      type: 'number',
      step: 'any',
      inputmode: 'decimal',
      value: seeker[key],
      oninput: (event) => change({ [key]: event.target.valueAsNumber }),
    }),
  );
}

function drawPlace() {
  const elsewhere = seeker.county === COUNTY_ELSEWHERE;
  const options = [...COUNTIES.map((county) => ({ value: county.division, words: either(county.name) })), { value: COUNTY_ELSEWHERE, words: say('countyOther') }];
  const radii = RADII.includes(seeker.radius) ? RADII : [...RADII, seeker.radius].sort((a, b) => a - b);
  fill(
    byId('place'),
    make('h2', {}, say('place')),
    choices.select({
      id: 'county',
      label: say('county'),
      options,
      value: seeker.county,
      onchange: (division) => {
        const county = COUNTIES.find((one) => one.division === division);
        change({ county: division, ...(county && { lat: county.lat, lon: county.lon }) });
        drawPlace();
        byId('county').focus();
      },
    }),
    elsewhere && make('div', { class: 'pair' }, coordinate('lat', say('lat')), coordinate('lon', say('lon'))),
    make('p', { class: 'label' }, say('radius')),
    choices.oneOf({
      name: 'radius',
      label: say('radius'),
      options: radii.map((km) => ({ value: km, words: choices.number(km, 3) })),
      value: seeker.radius,
      onchange: (radius) => change({ radius }),
    }),
  );
}

function drawWage() {
  fill(
    byId('wage'),
    make('h2', {}, say('wage')),
    make(
      'div',
      { class: 'pair' },
      make(
        'label',
        { class: 'field' },
        make('span', {}, say('amount')),
        make('input', { id: 'amount', type: 'number', min: 0, step: 'any', inputmode: 'decimal', value: seeker.amount, oninput: (event) => change({ amount: event.target.valueAsNumber }) }),
      ),
      choices.select({
        id: 'unit',
        label: say('unit'),
        options: Object.entries(UNITS).map(([value, words]) => ({ value, words: either(words) })),
        value: seeker.unit,
        onchange: (unit) => change({ unit }),
      }),
    ),
  );
}

function drawEducation() {
  fill(
    byId('education'),
    make('h2', {}, say('education')),
    choices.select({
      id: 'education-level',
      bare: true,
      label: say('education'),
      options: EDUCATIONS.map((words, level) => ({ value: String(level), words: either(words) })),
      value: String(seeker.education),
      onchange: (level) => change({ education: Number(level) }),
    }),
  );
}

function drawTypes() {
  fill(
    byId('types'),
    make('h2', {}, say('types')),
    make(
      'div',
      { class: 'toggles', role: 'group', 'aria-label': say('types') },
      Object.entries(TYPES).map(([type, words]) =>
        choices.toggle({
          words: either(words),
          on: seeker.types.includes(type),
          traits: { 'data-type': type },
          onchange: (on) => change({ types: Object.keys(TYPES).filter((one) => (one === type ? on : seeker.types.includes(one))) }),
        }),
      ),
    ),
  );
}

/* Seven days by three parts. Days stand side by side where there is room, below each other where
 * there is not; the order in the document is the same, so the arrows ask the layout. */
function drawShifts() {
  const days = DAYS.map((day, d) => [
    make('span', { class: 'day', 'aria-hidden': 'true' }, either(day)),
    PARTS.map((_, p) => {
      const bit = 2 ** (d * 3 + p);
      return choices.toggle({
        words: make('span', { class: 'tick', 'aria-hidden': 'true' }),
        on: (seeker.shifts & bit) !== 0,
        traits: { 'data-shift': d * 3 + p, 'aria-label': choices.shiftWords(d * 3 + p), tabindex: d + p === 0 ? 0 : -1 },
        onchange: (on) => change({ shifts: on ? seeker.shifts | bit : seeker.shifts & ~bit }),
      });
    }),
  ]);
  const parts = PARTS_SHORT.map((part) => make('span', { class: 'part', 'aria-hidden': 'true' }, either(part)));
  const grid = make('div', { class: 'shifts', role: 'group', 'aria-label': say('shifts') }, make('span'), parts, days);
  const cells = [...grid.querySelectorAll('.toggle')];
  grid.addEventListener('focusin', (event) => stopAt(cells, event.target));
  arrows(grid, '.toggle', () => (cells[0].offsetTop === cells[1].offsetTop ? { right: 1, down: 3 } : { right: 3, down: 1 }));
  const preset = (words, shifts) => make('button', { type: 'button', class: 'person', onclick: () => setSeeker({ shifts }) }, words);
  fill(
    byId('shifts'),
    make('h2', {}, say('shifts')),
    make('div', { class: 'persons' }, preset(say('shiftsAll'), SHIFTS_ALL), preset(say('shiftsDay'), SHIFTS_DAY), preset(say('shiftsWeekend'), SHIFTS_WEEKEND)),
    grid,
  );
}

export function drawForm() {
  drawPersons();
  drawSkills(byId('skills'), seeker.skills, (skills) => change({ skills }));
  drawPlace();
  drawWage();
  drawEducation();
  drawTypes();
  drawShifts();
}

export function onSeekerChange(listener) {
  changed = listener;
}
