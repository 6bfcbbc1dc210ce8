/* A page that listens: Chromium's EventSource, as it is, on the server's own origin. For
 * tests/rigs/live:
 *
 *     node live_page.mjs ORIGIN TOPICS END LOG
 *
 * When the file END is there, with a sequence in it, and that event has been heard, what was heard
 * is written to LOG in the form of tests/rigs/streams.c. */
import { readFile, writeFile } from 'node:fs/promises';
import { stopBrowser, withPage } from './chromium.mjs';

const [origin, topics, endName, logName] = process.argv.slice(2);
const KINDS = ['told', 'gone', 'step', 'posting', 'venue', 'queue', 'slot', 'visit'];

async function endSequence() {
  try {
    return Number(await readFile(endName, 'utf8')) || 0;
  } catch {
    return 0;
  }
}

function listen({ topics, kinds }) {
  const heard = (window.heard = { ids: [], first: null, resets: 0, errors: 0, closed: false });
  const source = new EventSource(`/v1/live?topic=${encodeURIComponent(topics)}`);
  for (const kind of kinds) source.addEventListener(kind, (event) => heard.ids.push(event.lastEventId));
  source.addEventListener('start', (event) => (heard.first ??= JSON.parse(event.data).seq));
  source.addEventListener('reset', () => (heard.resets += 1));
  source.addEventListener('error', () => {
    heard.errors += 1;
    heard.closed = source.readyState === EventSource.CLOSED;
  });
}

await withPage({}, async (page) => {
  await page.goto(`${origin}/`);
  await page.evaluate(listen, { topics, kinds: KINDS });
  await page.waitForFunction(() => window.heard.first !== null);
  console.log('listening');
  for (;;) {
    const end = await endSequence();
    const state = await page.evaluate(() => ({ last: Number.parseInt(window.heard.ids.at(-1) ?? '0', 10), closed: window.heard.closed }));
    if (state.closed) throw new Error('the EventSource has given up');
    if (end > 0 && state.last >= end) break;
    await new Promise((resolve) => setTimeout(resolve, 200));
  }
  const heard = await page.evaluate(() => window.heard);
  await writeFile(logName, `${topics}\t${heard.first}\t${heard.resets}\t${heard.ids.join(' ')} \n`);
  console.log(`page: ${heard.ids.length} events heard, connection lost ${heard.errors} times, ${heard.resets} resets`);
});
await stopBrowser();
