/* The fixed choices of a record and their words: units, kinds of work, education, shifts; numbers as
 * people write them; and the two small controls the form is made of. */
import { arrows, make, stopAt } from './dom.js';
import { either, language, say } from './words.js';

export const UNITS = {
  hour: ['小时', 'hour'],
  day: ['天', 'day'],
  week: ['周', 'week'],
  biweek: ['两周', 'two weeks'],
  month: ['月', 'month'],
  year: ['年', 'year'],
};
export const TYPES = {
  full: ['全职', 'full time'],
  part: ['兼职', 'part time'],
  gig: ['零工', 'gig'],
  intern: ['实习', 'internship'],
};
export const EDUCATIONS = [
  ['不限', 'none'],
  ['小学', 'primary'],
  ['初中', 'lower secondary'],
  ['高中或中专', 'upper secondary'],
  ['大专', 'college'],
  ['本科', 'bachelor'],
  ['研究生', 'postgraduate'],
];
export const DAYS = [
  ['周一', 'Mon'],
  ['周二', 'Tue'],
  ['周三', 'Wed'],
  ['周四', 'Thu'],
  ['周五', 'Fri'],
  ['周六', 'Sat'],
  ['周日', 'Sun'],
];
export const PARTS = [
  ['上午', 'morning'],
  ['下午', 'afternoon'],
  ['晚上', 'evening'],
];
export const PARTS_SHORT = [
  ['上午', 'am'],
  ['下午', 'pm'],
  ['晚上', 'eve'],
];
export const RADII = [2, 5, 10, 25, 50, 100];

export const SHIFTS_ALL = 0x1fffff;
export const SHIFTS_DAY = 0x0db6db; // mornings and afternoons of the week
export const SHIFTS_WEEKEND = 0x1f8000;

export function number(value, decimals = 0) {
  return value.toLocaleString(language() === 'zh' ? 'zh-CN' : 'en', { maximumFractionDigits: decimals });
}

export function yuan(amount, unit) {
  return language() === 'zh' ? `${number(amount, 2)} 元/${either(UNITS[unit])}` : `¥${number(amount, 2)} per ${either(UNITS[unit])}`;
}

export function wageWords(wage) {
  if (!wage) return say('noWage');
  if (wage.min === wage.max) return yuan(wage.max, wage.unit);
  const low = number(wage.min, 2);
  return language() === 'zh' ? `${low}–${yuan(wage.max, wage.unit)}` : `¥${low}–${yuan(wage.max, wage.unit).slice(1)}`;
}

export function kmWords(km) {
  return number(km, km < 10 ? 1 : 0);
}

export function shiftWords(bit) {
  const day = either(DAYS[Math.floor(bit / 3)]);
  return language() === 'zh' ? day + either(PARTS[bit % 3]) : `${day} ${either(PARTS[bit % 3])}`;
}

/* One of several, as a row of buttons: one stop of the Tab key, arrows choose. */
export function oneOf({ label, options, value, onchange, name }) {
  const buttons = options.map((option) =>
    make(
      'button',
      {
        type: 'button',
        role: 'radio',
        'aria-checked': String(option.value === value),
        tabindex: option.value === value ? 0 : -1,
        'data-value': option.value,
        onclick: (event) => choose(event.currentTarget, option.value),
      },
      option.words,
    ),
  );
  if (!buttons.some((button) => button.tabIndex === 0)) buttons[0].tabIndex = 0;
  const group = make('div', { class: 'one-of', role: 'radiogroup', 'aria-label': label, id: name }, buttons);
  const choose = (button, chosen) => {
    for (const other of buttons) other.setAttribute('aria-checked', String(other === button));
    stopAt(buttons, button);
    onchange(chosen);
  };
  arrows(group, '[role=radio]', () => ({ right: 1, down: 1 }));
  return group;
}

/* On or off, one of several of its kind. */
export function toggle({ words, on, onchange, traits = {} }) {
  return make(
    'button',
    {
      type: 'button',
      class: 'toggle',
      'aria-pressed': String(on),
      ...traits,
      onclick: (event) => {
        const now = event.currentTarget.getAttribute('aria-pressed') !== 'true';
        event.currentTarget.setAttribute('aria-pressed', String(now));
        onchange(now);
      },
    },
    words,
  );
}

/* With `bare` the label is said, not shown: something above says it already. */
export function select({ label, bare, options, value, onchange, id }) {
  return make(
    'label',
    { class: 'field' },
    !bare && make('span', {}, label),
    make(
      'select',
      { id, 'aria-label': bare && label, onchange: (event) => onchange(event.target.value) },
      options.map((option) => make('option', { value: option.value, selected: option.value === value }, option.words)),
    ),
  );
}
