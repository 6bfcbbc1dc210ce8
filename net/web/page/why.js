/* A pair taken apart, in words: what each part of the score comes from, or which limits fail and
 * what would lift them. */
import * as api from './api.js';
import * as choices from './choices.js';
import { make } from './dom.js';
import { currentSeeker, setSeeker, wireSeeker } from './seeker.js';
import { skillName } from './skills.js';
import { either, say } from './words.js';

export const PARTS = ['coverage', 'preferred', 'distance', 'wage'];
const PART_WORDS = { coverage: 'partCoverage', preferred: 'partPreferred', distance: 'partDistance', wage: 'partWage' };
const LIMIT_WORDS = { distance: 'nameDistance', wage: 'nameWage', education: 'nameEducation', type: 'nameType', shifts: 'nameShifts', coverage: 'nameCoverage' };
const SCORE_FULL = 1.6; // the parts at their best: 1 + 0.3 + 0.2 + 0.1

export function scoreWords(score) {
  return score.toFixed(2);
}

/* The score as a bar of its four parts, said in words for whoever does not see it. */
export function scoreBar(score, parts) {
  const whole = Math.max(SCORE_FULL, score);
  const label = say('partsLabel', scoreWords(score), ...PARTS.map((part) => scoreWords(parts[part])));
  const bar = make('svg:svg', { role: 'img', class: 'bar', viewBox: '0 0 160 10', preserveAspectRatio: 'none', 'aria-label': label });
  let from = 0;
  for (const part of PARTS) {
    const width = (parts[part] / whole) * 160;
    bar.append(make('svg:rect', { class: `part-${part}`, x: String(from), y: '0', width: String(Math.max(0, width - 0.6)), height: '10' }));
    from += width;
  }
  return bar;
}

function partReason(part, why, posting) {
  const seeker = currentSeeker();
  switch (part) {
    case 'coverage':
      return why.weight_total > 0 ? say('reasonCoverage', choices.number((100 * why.weight_met) / why.weight_total)) : say('noRequired');
    case 'preferred':
      return why.preferred.length > 0 ? say('reasonPreferred', why.preferred.length, why.preferred.filter((check) => check.met).length) : say('noPreferred');
    case 'distance':
      return say('reasonDistance', choices.kmWords(why.distance_km), choices.number(seeker.radius, 3));
    default:
      return posting.wage ? say('reasonWage', choices.yuan(posting.wage.max, posting.wage.unit), choices.yuan(seeker.amount, seeker.unit)) : say('noWage');
  }
}

function partsTable(why, posting) {
  const row = (part) => [
    make('dt', {}, make('span', { class: `dot part-${part}`, 'aria-hidden': 'true' }), say(PART_WORDS[part])),
    make('dd', { class: 'points' }, scoreWords(why.parts[part])),
    make('dd', { class: 'soft' }, partReason(part, why, posting)),
  ];
  const sum = [make('dt', { class: 'sum' }, say('sum')), make('dd', { class: 'points sum' }, scoreWords(why.score)), make('dd')];
  return make('dl', { class: 'parts' }, PARTS.map(row), sum);
}

function skillRows(why) {
  const row = (met, name, words) => make('li', { class: met ? 'met' : 'unmet' }, make('span', { class: 'mark', 'aria-hidden': 'true' }, met ? '✓' : '✗'), make('span', {}, name), make('span', { class: 'soft' }, words));
  const required = why.required.map((check) =>
    row(check.met, skillName(check.skill), check.held > 0 ? say('needsHolds', check.needed, check.held) : say('needsNone', check.needed)),
  );
  const preferred = why.preferred.map((check) => row(check.met, skillName(check.skill), say(check.met ? 'holds' : 'holdsNot')));
  return [
    make('h4', {}, say('required')),
    required.length > 0 ? make('ul', { class: 'checks' }, required) : make('p', { class: 'soft' }, say('noRequired')),
    preferred.length > 0 && [make('h4', {}, say('preferred')), make('ul', { class: 'checks' }, preferred)],
  ];
}

function limitWords(limit, why, posting) {
  const seeker = currentSeeker();
  const floor = choices.yuan(seeker.amount, seeker.unit);
  switch (limit) {
    case 'distance':
      return say('limitDistance', choices.number(why.distance_km, 1), choices.number(seeker.radius, 3));
    case 'wage':
      return posting.wage ? say('limitWage', choices.yuan(posting.wage.max, posting.wage.unit), floor) : say('limitWageNone', floor);
    case 'education':
      return say('limitEducation', either(choices.EDUCATIONS[posting.education_min ?? 0]), either(choices.EDUCATIONS[seeker.education]));
    case 'type':
      return say('limitType', either(choices.TYPES[posting.type]));
    case 'shifts':
      return say('limitShifts');
    default:
      return say('limitCoverage', choices.number((100 * why.weight_met) / why.weight_total));
  }
}

/* A move as words and as the change of the seeker that it is. */
export function readMove(move) {
  const seeker = currentSeeker();
  switch (move.limit) {
    case 'distance':
      return { words: say('moveRadius', choices.number(move.radius_km, 3)), patch: { radius: move.radius_km } };
    case 'wage':
      return { words: say('moveWage', choices.yuan(move.wage_floor.amount, move.wage_floor.unit)), patch: { amount: move.wage_floor.amount, unit: move.wage_floor.unit } };
    case 'education':
      return { words: say('moveEducation', either(choices.EDUCATIONS[move.education])), patch: { education: move.education } };
    case 'type':
      return { words: say('moveType', either(choices.TYPES[move.type])), patch: { types: [...seeker.types, move.type] } };
    case 'shifts':
      return { words: say('moveShift', choices.shiftWords(move.shift)), patch: { shifts: seeker.shifts | (2 ** move.shift) } };
    default: {
      const { skill, from, to } = move;
      const rest = seeker.skills.filter((held) => held.skill !== skill);
      const words = from > 0 ? say('moveSkillRaise', skillName(skill), from, to) : say('moveSkillAdd', skillName(skill), to);
      return { words, patch: { skills: [...rest, { skill, level: to }] } };
    }
  }
}

/* A relaxation likewise; null for one the form has no control for. */
export function readRelaxation(relaxation) {
  const seeker = currentSeeker();
  const { kind, value } = relaxation;
  switch (kind) {
    case 'radius':
      return readMove({ limit: 'distance', radius_km: value });
    case 'wage':
      return readMove({ limit: 'wage', wage_floor: { amount: value, unit: seeker.unit } });
    case 'education':
      return readMove({ limit: 'education', education: value });
    case 'type':
      return readMove({ limit: 'type', type: value });
    case 'shift':
      return readMove({ limit: 'shifts', shift: value });
    default:
      return null;
  }
}

export function changeButton(words, patch) {
  return make('button', { type: 'button', class: 'change', onclick: () => setSeeker(patch) }, words);
}

function moveRows(why) {
  const rows = why.moves.map((move) => {
    if (!move.possible) return make('li', { class: 'soft' }, say('noMove', say(LIMIT_WORDS[move.limit])));
    const { words, patch } = readMove(move);
    return make('li', {}, changeButton(words, patch));
  });
  return [make('h4', {}, say(why.single_change ? 'moves' : 'movesEach')), make('ul', { class: 'moves' }, rows)];
}

/* Asks about the pair of the form's seeker and `posting`, and draws the answer into `panel`. */
export async function explain(panel, posting) {
  const why = await api.match('why', { seeker: wireSeeker(), posting_id: posting.id });
  panel.replaceChildren(
    make('p', { class: why.fits ? 'verdict met' : 'verdict unmet' }, say(why.fits ? 'fitsNow' : 'fitsNot')),
    ...(why.fits
      ? [partsTable(why, posting)]
      : [make('ul', { class: 'limits' }, why.failed.map((limit) => make('li', {}, limitWords(limit, why, posting)))), ...moveRows(why)]),
    ...skillRows(why).flat(Infinity).filter(Boolean),
  );
  panel.hidden = false;
}
