/* The answers: the list with its filter and pages, what a little more room would bring, and the jobs
 * that nearly fit. */
import * as api from './api.js';
import * as choices from './choices.js';
import { byId, fill, make } from './dom.js';
import { COUNTIES } from './places.js';
import { currentSeeker, seekerProblem, wireSeeker } from './seeker.js';
import { changeButton, explain, readRelaxation, scoreBar, scoreWords } from './why.js';
import { either, say } from './words.js';

const PAGE = 10;
const FEW = 10;
const RELAXATIONS_SHOWN = 5;
const NEAR_SHOWN = 6;
const NEAR_K = 200;

const filter = { words: '', type: '', division: '' };
const asked = { count: 0, cursor: null, ids: new Set(), controller: null };

function wireFilter() {
  const wire = {};
  if (filter.words.trim()) wire.words = filter.words.trim();
  if (filter.type) wire.types = [filter.type];
  if (filter.division) wire.division = filter.division;
  return wire;
}

export function showProblem(error) {
  if (error?.name === 'AbortError') return;
  if (error && !(error instanceof api.Failure)) throw error;
  fill(byId('problem'), error && make('p', { class: 'notice' }, error.message));
}

// ---- one job ----

const postingOf = new WeakMap(); // of a panel

// County and what lies in it; a division's first six digits are its county (GB/T 2260).
async function placeWords(division) {
  if (!division) return '';
  const inside = division.length > 6 ? [division.slice(0, 6), division] : [division];
  const names = await Promise.all(inside.map((id) => api.nameOf('divisions', id)));
  return names.map((name) => either(name)).filter(Boolean).join(' ');
}

async function job(hit, posting, buttonWords) {
  const [employer, place] = await Promise.all([posting.employer ? api.nameOf('employers', posting.employer) : null, placeWords(posting.place?.division)]);
  const panel = make('div', { class: 'panel', id: `why-${posting.id}`, hidden: true });
  postingOf.set(panel, posting);
  const button = make(
    'button',
    {
      type: 'button',
      class: 'why',
      'aria-expanded': 'false',
      'aria-controls': `why-${posting.id}`,
      onclick: async () => {
        if (!panel.hidden) {
          panel.hidden = true;
        } else {
          await explain(panel, posting).catch(showProblem);
        }
        button.setAttribute('aria-expanded', String(!panel.hidden));
        button.textContent = panel.hidden ? buttonWords : say('hide');
      },
    },
    buttonWords,
  );
  return make(
    'li',
    { class: 'job', 'data-id': posting.id },
    make('h3', {}, posting.title || say('untitled')),
    make('p', { class: 'wage' }, choices.wageWords(posting.wage)),
    make('p', { class: 'employer' }, posting.employer ? either(employer, posting.employer) : say('employerUnknown')),
    make(
      'p',
      { class: 'facts' },
      make('span', { class: 'tag' }, either(choices.TYPES[posting.type])),
      make('span', {}, say('openings', choices.number(posting.openings ?? 1))),
      place && make('span', {}, place),
      hit && make('span', {}, say('away', choices.kmWords(hit.distance_km))),
    ),
    make('div', { class: 'job-foot' }, hit && [make('span', { class: 'score' }, say('score', scoreWords(hit.score))), scoreBar(hit.score, hit.parts)], button),
    panel,
  );
}

function jobsOf(hits, buttonWords, withScore) {
  return Promise.all(hits.map((hit) => job(withScore ? hit : null, hit.posting, buttonWords)));
}

// ---- the list ----

export async function showJobs() {
  asked.controller?.abort();
  const controller = new AbortController();
  asked.controller = controller;
  const { signal } = controller;
  const wrong = seekerProblem();
  showProblem(wrong ? new api.Failure(wrong) : null);
  if (wrong) return;

  byId('jobs').setAttribute('aria-busy', 'true');
  try {
    const began = performance.now();
    const answer = await api.match('jobs', { seeker: wireSeeker(), k: PAGE, filter: wireFilter(), detail: true }, signal);
    const ms = performance.now() - began;
    const items = await jobsOf(answer.hits, say('why'), true);
    if (signal.aborted) return;
    asked.count = answer.count;
    asked.ids = new Set(answer.hits.map((hit) => hit.id));
    byId('count').textContent = say('count', choices.number(answer.count), choices.number(ms, 1));
    fill(byId('list'), items);
    showMore(answer);
    await Promise.all([showRelaxations(answer, signal), explainAgain()]);
  } catch (error) {
    if (!signal.aborted) showProblem(error);
  } finally {
    if (asked.controller === controller) byId('jobs').removeAttribute('aria-busy');
  }
}

function showMore(answer) {
  // A full last page has a cursor too; the count tells.
  asked.cursor = asked.ids.size < answer.count ? answer.next_cursor : null;
  byId('more').hidden = !asked.cursor;
  if (answer.changed) byId('count').textContent = say('countChanged', choices.number(answer.count));
}

async function nextPage() {
  const { signal } = asked.controller;
  try {
    const answer = await api.match('jobs', { seeker: wireSeeker(), k: PAGE, filter: wireFilter(), detail: true, cursor: asked.cursor }, signal);
    const items = await jobsOf(answer.hits, say('why'), true);
    if (signal.aborted) return;
    for (const hit of answer.hits) asked.ids.add(hit.id);
    byId('list').append(...items);
    showMore(answer);
    items[0]?.querySelector('button')?.focus({ preventScroll: true });
  } catch (error) {
    showProblem(error);
  }
}

// ---- relax ----

async function showRelaxations(answer, signal) {
  if (answer.count >= FEW) return fill(byId('relax'));
  const { relaxations } = await api.match('relax', { seeker: wireSeeker(), filter: wireFilter() }, signal);
  if (signal.aborted) return;
  const useful = relaxations
    .filter((one) => one.more > 0)
    .sort((a, b) => b.more - a.more)
    .map((one) => ({ ...one, read: readRelaxation(one) }))
    .filter((one) => one.read)
    .slice(0, RELAXATIONS_SHOWN);
  const empty = answer.count === 0 && make('p', {}, say(Object.keys(wireFilter()).length > 0 && useful.length === 0 ? 'noneFiltered' : 'none'));
  if (useful.length === 0) return fill(byId('relax'), empty);
  fill(
    byId('relax'),
    empty,
    make('h3', {}, say('relaxTitle')),
    make('ul', { class: 'moves' }, useful.map((one) => make('li', {}, changeButton(say('relaxMore', one.read.words, choices.number(one.more)), one.read.patch)))),
  );
}

// ---- the filter ----

let typing = 0;

export function drawFilter() {
  const set = (patch) => {
    Object.assign(filter, patch);
    showJobs();
  };
  fill(
    byId('filter'),
    make(
      'label',
      { class: 'field' },
      make('span', {}, say('titleWords')),
      make('input', {
        id: 'title-words',
        type: 'search',
        value: filter.words,
        oninput: (event) => {
          filter.words = event.target.value;
          clearTimeout(typing);
          typing = setTimeout(showJobs, 250);
        },
      }),
    ),
    choices.select({
      id: 'filter-type',
      label: say('type'),
      options: [{ value: '', words: say('anyType') }, ...Object.entries(choices.TYPES).map(([value, words]) => ({ value, words: either(words) }))],
      value: filter.type,
      onchange: (type) => set({ type }),
    }),
    choices.select({
      id: 'filter-county',
      label: say('wantedCounty'),
      options: [{ value: '', words: say('anyCounty') }, ...COUNTIES.map((county) => ({ value: county.division, words: either(county.name) }))],
      value: filter.division,
      onchange: (division) => set({ division }),
    }),
  );
}

// ---- jobs that do not fit ----

/* Near misses: what would fit with every wish as wide as the form goes, less what fits already. */
async function findNear(list) {
  const wide = { ...currentSeeker(), radius: 100, amount: 0, education: choices.EDUCATIONS.length - 1, types: Object.keys(choices.TYPES), shifts: choices.SHIFTS_ALL };
  const answer = await api.match('jobs', { seeker: wireSeeker(wide), k: NEAR_K, filter: wireFilter(), detail: true });
  const others = [];
  for (const hit of answer.hits) {
    if (others.length === NEAR_SHOWN) break;
    if (asked.ids.has(hit.id)) continue;
    const why = await api.match('why', { seeker: wireSeeker(), posting_id: hit.id });
    if (!why.fits) others.push(hit);
  }
  const items = await jobsOf(others, say('whyNot'), false);
  fill(list, items.length > 0 ? items : make('li', { class: 'soft' }, say('nearlyNone')));
}

async function askById(list, id) {
  try {
    const posting = await api.posting(id);
    const item = await job(null, posting, say('whyNot'));
    fill(list, item);
    item.querySelector('.why').click();
  } catch (error) {
    showProblem(error.status === 404 ? new api.Failure(say('unknownPosting', id)) : error);
  }
}

// The wishes have changed: what stands open among the near misses is asked again.
function explainAgain() {
  const open = [...document.querySelectorAll('#near-list .panel:not([hidden])')];
  return Promise.all(open.map((panel) => explain(panel, postingOf.get(panel))));
}

function drawNear() {
  const list = make('ol', { class: 'list', id: 'near-list' });
  const input = make('input', { id: 'posting-id', type: 'text', maxlength: 64, spellcheck: 'false' });
  fill(
    byId('near'),
    make('h2', { id: 'near-title' }, say('nearTitle')),
    make('p', { class: 'soft' }, say('nearHint')),
    make(
      'form',
      {
        class: 'near-form',
        onsubmit: (event) => {
          event.preventDefault();
          showProblem(null);
          if (input.value.trim()) askById(list, input.value.trim());
        },
      },
      make('label', { class: 'field' }, make('span', {}, say('postingId')), input),
      make('button', { type: 'submit' }, say('whyNot')),
      make(
        'button',
        {
          type: 'button',
          id: 'near-find',
          onclick: () => {
            showProblem(null);
            findNear(list).catch(showProblem);
          },
        },
        say('nearlyFind'),
      ),
    ),
    list,
  );
}

export function drawJobs() {
  drawFilter();
  drawNear();
}

byId('more').addEventListener('click', nextPage);
