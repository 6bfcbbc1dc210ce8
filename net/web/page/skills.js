/* Choosing skills: a field that completes names, and a row with a level for each one chosen. */
import { oneOf } from './choices.js';
import { make } from './dom.js';
import { either, say } from './words.js';

const LEVELS = [1, 2, 3, 4, 5];
const SUGGESTIONS_MAX = 8;

let known = []; // {"id","name":{"zh","en"}}
let nameById = new Map();

export function setSkills(entries) {
  known = entries;
  nameById = new Map(entries.map((entry) => [entry.id, entry.name]));
}

export function skillName(id) {
  return either(nameById.get(id), id);
}

/* The skill called `word` in Chinese, or else the first that has it in its name; undefined if none. */
export function skillByWord(word) {
  return (known.find((entry) => entry.name?.zh === word) ?? known.find((entry) => entry.name?.zh?.includes(word)))?.id;
}

// Names that begin with what was typed come before those that only have it somewhere.
function suggestions(typed, chosen) {
  const wanted = typed.trim().toLowerCase();
  if (wanted === '') return [];
  const first = [], later = [];
  for (const entry of known) {
    if (chosen.has(entry.id)) continue;
    const names = [entry.name?.zh, entry.name?.en, entry.id].filter(Boolean).map((name) => name.toLowerCase());
    if (names.some((name) => name.startsWith(wanted))) first.push(entry);
    else if (names.some((name) => name.includes(wanted))) later.push(entry);
    if (first.length >= SUGGESTIONS_MAX) break;
  }
  return [...first, ...later].slice(0, SUGGESTIONS_MAX);
}

/* The field with its list (the combobox pattern: arrows move, Enter takes, Escape closes). */
function completion(chosen, take) {
  const list = make('ul', { id: 'skill-list', role: 'listbox', 'aria-label': say('skills'), hidden: true });
  const input = make('input', {
    id: 'skill-input',
    type: 'text',
    role: 'combobox',
    'aria-autocomplete': 'list',
    'aria-expanded': 'false',
    'aria-controls': 'skill-list',
    'aria-describedby': 'skill-hint',
    placeholder: say('skillInput'),
    'aria-label': say('skillInput'),
  });
  let offered = [], at = -1;

  const close = () => {
    list.hidden = true;
    input.setAttribute('aria-expanded', 'false');
    input.removeAttribute('aria-activedescendant');
  };
  const point = (to) => {
    at = to;
    [...list.children].forEach((option, i) => option.setAttribute('aria-selected', String(i === at)));
    if (at >= 0) {
      input.setAttribute('aria-activedescendant', `skill-${at}`);
      list.children[at].scrollIntoView({ block: 'nearest' });
    }
  };
  const open = () => {
    offered = suggestions(input.value, chosen);
    if (input.value.trim() === '') return close();
    list.replaceChildren(
      ...offered.map((entry, i) =>
        make(
          'li',
          { role: 'option', id: `skill-${i}`, onpointerdown: (event) => event.preventDefault(), onclick: () => take(entry.id) },
          make('span', {}, either(entry.name, entry.id)),
        ),
      ),
    );
    if (offered.length === 0) list.append(make('li', { class: 'soft', 'aria-disabled': 'true' }, say('skillNone')));
    list.hidden = false;
    input.setAttribute('aria-expanded', 'true');
    point(offered.length > 0 ? 0 : -1);
  };
  input.addEventListener('input', open);
  input.addEventListener('blur', close);
  input.addEventListener('keydown', (event) => {
    if (event.isComposing) return; // an input method is still at work
    if (event.key === 'Escape') return close();
    if (event.key === 'Enter' && !list.hidden) {
      event.preventDefault();
      if (offered[at]) take(offered[at].id);
      return;
    }
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step === undefined || offered.length === 0) return;
    event.preventDefault();
    if (list.hidden) return open();
    point((at + step + offered.length) % offered.length);
  });
  return make('div', { class: 'completion' }, input, list);
}

function chip(skill, onchange, remove) {
  const name = skillName(skill.skill);
  return make(
    'li',
    { class: 'chip', 'data-skill': skill.skill },
    make('span', { class: 'chip-name' }, name),
    make('button', { type: 'button', class: 'remove', 'aria-label': say('skillRemove', name), onclick: remove }, '×'),
    oneOf({
      label: say('levelOf', name),
      options: LEVELS.map((level) => ({ value: level, words: String(level) })),
      value: skill.level,
      onchange,
    }),
  );
}

/* Draws the section. `skills` is [{skill, level}]; `onchange` gets a new list. */
export function drawSkills(section, skills, onchange) {
  const redraw = (next, focus) => {
    drawSkills(section, next, onchange);
    onchange(next);
    if (focus) section.querySelector('#skill-input').focus();
  };
  section.replaceChildren(
    make('h2', {}, say('skills')),
    make('p', { class: 'soft', id: 'skill-hint' }, say('skillsHint')),
    make(
      'ul',
      { class: 'chips' },
      skills.map((skill, i) =>
        chip(
          skill,
          (level) => {
            skills = skills.map((other, j) => (j === i ? { ...other, level } : other));
            onchange(skills);
          },
          () => redraw(skills.filter((_, j) => j !== i), true),
        ),
      ),
    ),
    completion(new Set(skills.map((skill) => skill.skill)), (id) => redraw([...skills, { skill: id, level: 3 }], true)),
  );
}
