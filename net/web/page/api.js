/* The server, as functions. A failure becomes a Failure whose message is fit to show: the words of
 * the server's problem+json in the language of the page. */
import { either, language, say } from './words.js';

export class Failure extends Error {
  constructor(message, status = 0, problem = null) {
    super(message);
    this.status = status;
    this.problem = problem;
  }
}

function wordsOf(problem, status) {
  const errors = (problem?.errors ?? []).map((error) => either(error.message, error.message));
  return errors.join(' ') || problem?.detail || say('oops', status, problem?.title ?? '');
}

async function ask(method, path, body, signal) {
  let answer;
  try {
    answer = await fetch(path, {
      method,
      signal,
      headers: {
        Accept: 'application/json',
        'Accept-Language': language() === 'zh' ? 'zh-CN' : 'en',
        ...(body && { 'Content-Type': 'application/json' }),
      },
      body: body && JSON.stringify(body),
    });
  } catch (error) {
    if (error.name === 'AbortError') throw error;
    throw new Failure(say('unreachable'));
  }
  const value = await answer.json().catch(() => null);
  if (!answer.ok) throw new Failure(wordsOf(value, answer.status), answer.status, value);
  return value;
}

export function match(question, body, signal) {
  return ask('POST', `/v1/match/${question}`, body, signal);
}

export function posting(id, signal) {
  return ask('GET', `/v1/postings/${encodeURIComponent(id)}`, null, signal);
}

/* Every entry of a dictionary, page by page; at most `most`. */
export async function entries(kind, most) {
  const all = [];
  let cursor;
  do {
    const query = new URLSearchParams({ limit: '1000', ...(cursor && { cursor }) });
    const page = await ask('GET', `/v1/${kind}?${query}`);
    all.push(...page.items);
    cursor = page.next_cursor;
  } while (cursor && all.length < most);
  return all;
}

/* Names of dictionary entries by id, each asked for once: Promise of {"zh","en"} or null. */
const names = new Map();
export function nameOf(kind, id) {
  const key = `${kind}/${id}`;
  if (!names.has(key)) {
    names.set(
      key,
      ask('GET', `/v1/${kind}/${encodeURIComponent(id)}`).then(
        (entry) => entry.name ?? null,
        () => {
          names.delete(key);
          return null;
        },
      ),
    );
  }
  return names.get(key);
}

export function rememberNames(kind, list) {
  for (const entry of list) names.set(`${kind}/${entry.id}`, Promise.resolve(entry.name ?? null));
}
