/* The page as a person uses it: mouse, keyboard, narrow screen, two languages. Each test has a fresh
 * browser profile; at the end of each, nothing was complained about and nothing left the origin. */
import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { stopBrowser, withPage } from './chromium.mjs';
import { LOWEST_CONTRAST, lowestContrast } from './contrast.mjs';

const URL_HOME = process.env.YIZHAN_URL ?? 'http://127.0.0.1:7780/';
const ORIGIN = new URL(URL_HOME).origin;
const XSS_ID = 'page-test-xss';
const XSS_TITLE = '<img src=x onerror="window.wounded=1"><b>电工</b>';

async function call(method, path, body) {
  const answer = await fetch(ORIGIN + path, { method, headers: { 'Content-Type': 'application/json' }, body: body && JSON.stringify(body) });
  const text = await answer.text();
  assert.ok(answer.ok, `${method} ${path}: ${answer.status} ${text}`);
  return text && JSON.parse(text);
}

function visit(name, options, use) {
  test(name, async () => {
    await withPage(options, async (page, seen) => {
      await page.goto(URL_HOME + (options.path ?? ''));
      await page.waitForSelector('.job');
      await use(page, seen);
      assert.deepEqual(seen.complaints, []);
      assert.deepEqual(seen.requests.filter((url) => !url.startsWith(ORIGIN + '/')), []);
    });
  });
}

const idle = (page) => page.waitForFunction(() => !document.querySelector('[aria-busy]'));
async function tryPerson(page, number) {
  const asked = page.waitForResponse((answer) => answer.url().endsWith('/v1/match/jobs'));
  await page.click(`#persons .person >> nth=${number}`);
  await asked;
  await idle(page);
}
const jobIds = (page) => page.$$eval('#list .job', (jobs) => jobs.map((job) => job.dataset.id));

visit('a person to try fills the form, and jobs appear with wage, distance and score', {}, async (page) => {
  await tryPerson(page, 0);
  assert.ok((await page.$$('.chip')).length > 0, 'skills are chosen');
  const first = await page.innerText('#list .job >> nth=0');
  assert.match(first, /元\/|面议/);
  assert.match(first, /离我 [\d.,]+ 公里/);
  assert.match(first, /得分 \d\.\d\d/);
  assert.match(await page.innerText('#count'), /共 [\d,]+ 个/);
});

visit('a skill is found by typing a part of its name, and its level counts', {}, async (page) => {
  const { items } = await call('GET', '/v1/skills?limit=50');
  const skill = items.find((entry) => entry.name.zh.length >= 2);
  await page.fill('#skill-input', skill.name.zh.slice(0, 2));
  await page.click(`#skill-list li:has-text("${skill.name.zh}") >> nth=0`);
  const asked = page.waitForRequest((request) => request.url().endsWith('/v1/match/jobs') && request.postDataJSON().seeker.skills[0]?.level === 5);
  await page.click(`[data-skill="${skill.id}"] [data-value="5"]`);
  const { seeker } = (await asked).postDataJSON();
  assert.deepEqual(seeker.skills, [{ skill: skill.id, level: 5 }]);
  await idle(page);
});

visit('the answers are those of the interface, in its order, and the next page joins on', {}, async (page) => {
  await tryPerson(page, 0);
  const [request] = await Promise.all([
    page.waitForRequest((one) => one.url().endsWith('/v1/match/jobs')),
    page.click('#radius [data-value="100"]'),
  ]);
  await idle(page);
  await page.click('#more');
  await page.waitForFunction(() => document.querySelectorAll('#list .job').length > 10);
  const whole = await call('POST', '/v1/match/jobs', { ...request.postDataJSON(), k: 20 });
  assert.deepEqual(await jobIds(page), whole.hits.map((hit) => hit.id));
});

visit('why takes the score apart, and the parts add up', {}, async (page) => {
  await tryPerson(page, 0);
  await page.click('#list .why >> nth=0');
  await page.waitForSelector('#list .panel:not([hidden])');
  const points = (await page.$$eval('#list .panel .points', (all) => all.map((one) => one.textContent))).map(Number);
  assert.equal(points.length, 5);
  const sum = points.slice(0, 4).reduce((a, b) => a + b, 0);
  assert.ok(Math.abs(sum - points[4]) < 0.021, `${points}`); // each is rounded to two places
  const shown = await page.innerText('#list .job >> nth=0 >> .score');
  assert.ok(shown.endsWith(points[4].toFixed(2)), shown);
  await page.click('#list .why >> nth=0');
  assert.ok(await page.isHidden('#list .panel >> nth=0'));
});

visit('why not names what fails, and the move makes it fit', {}, async (page) => {
  await tryPerson(page, 0);
  await page.click('#radius [data-value="5"]');
  await page.waitForTimeout(300);
  await idle(page);
  await page.click('#near-find');
  await page.waitForSelector('#near-list .job');
  const jobs = await page.$$('#near-list .job');
  for (const job of jobs) {
    await (await job.$('.why')).click();
    await page.waitForFunction((one) => !one.querySelector('.panel').hidden, job);
    const id = await job.getAttribute('data-id');
    if ((await job.$$('.change')).length === 0) continue; // no single step of that kind is enough
    for (let moves = 0; moves < 6 && (await job.$('.verdict.unmet')); moves++) {
      const asked = page.waitForResponse((answer) => answer.url().endsWith('/v1/match/jobs'));
      const change = await job.$('.change');
      if (!change) break;
      await change.click();
      const body = (await asked).request().postDataJSON();
      await idle(page);
      await page.waitForTimeout(100);
      if (await job.$('.verdict.unmet')) continue;
      const { hits } = await call('POST', '/v1/match/jobs', { ...body, k: 1000 });
      assert.ok(hits.some((hit) => hit.id === id), `${id} is among the answers`);
      return;
    }
  }
  assert.fail('no near miss could be made to fit');
});

visit('a posting is asked for by its id; an unknown one is said to be so', {}, async (page, seen) => {
  const [id] = await jobIds(page);
  await page.fill('#posting-id', id);
  await page.press('#posting-id', 'Enter');
  await page.waitForSelector('#near-list .verdict');
  assert.equal(await page.innerText('#near-list .verdict'), '合适');
  await page.fill('#posting-id', 'no-such-posting');
  await page.press('#posting-id', 'Enter');
  await page.waitForFunction(() => document.querySelector('#problem').textContent.includes('no-such-posting'));
  // The browser notes the 404 by itself.
  seen.complaints = seen.complaints.filter((words) => !words.includes('404'));
});

visit('few jobs: a relaxation says how many more, and choosing it brings them', {}, async (page) => {
  await tryPerson(page, 0);
  const counted = async () => Number((await page.innerText('#count')).match(/[\d,]+/)[0].replaceAll(',', ''));
  let before;
  for (let amount = 4500; (before = await counted()) >= 10; amount += 500) {
    const asked = page.waitForResponse((answer) => answer.url().endsWith('/v1/match/jobs'));
    await page.fill('#amount', String(amount));
    await asked;
    await idle(page);
  }
  await page.waitForSelector('#relax .change');
  const words = await page.innerText('#relax .change >> nth=0');
  const more = Number(words.match(/多 ([\d,]+) 个/)[1].replaceAll(',', ''));
  assert.ok(more > 0);
  const asked = page.waitForResponse((answer) => answer.url().endsWith('/v1/match/jobs'));
  await page.click('#relax .change >> nth=0');
  await asked;
  await idle(page);
  assert.equal(await counted(), before + more, words);
});

visit('the filter narrows by words of the title, kind and county', {}, async (page) => {
  await tryPerson(page, 0);
  const [request] = await Promise.all([
    page.waitForRequest((one) => one.url().endsWith('/v1/match/jobs') && one.postDataJSON().filter?.types),
    page.selectOption('#filter-type', 'gig'),
  ]);
  assert.deepEqual(request.postDataJSON().filter, { types: ['gig'] });
  await idle(page);
  const kinds = await page.$$eval('#list .tag', (tags) => tags.map((tag) => tag.textContent));
  assert.ok(kinds.every((kind) => kind === '零工'), kinds.join());
  await page.fill('#title-words', '电');
  await page.waitForTimeout(500);
  await idle(page);
  const titles = await page.$$eval('#list h3', (all) => all.map((one) => one.textContent));
  assert.ok(titles.every((title) => title.includes('电')), titles.join());
});

visit('the switch turns every word into English and back', {}, async (page) => {
  const before = await page.innerText('body');
  await page.click('#language');
  await idle(page);
  assert.equal(await page.getAttribute('html', 'lang'), 'en');
  const words = await page.$$eval('#seeker, .jobs-head, #near, .foot, .top', (parts) => parts.map((part) => part.innerText).join(' '));
  assert.deepEqual(words.replace('中文', '').match(/\p{Script=Han}+/gu), null, 'no Chinese is left outside the records');
  assert.match(page.url(), /lang=en/);
  await page.reload();
  await page.waitForSelector('.job');
  assert.equal(await page.innerText('#seeker-title'), 'What I can do and what I want');
  await page.click('#language');
  await idle(page);
  assert.equal((await page.innerText('#seeker')).split('\n')[0], before.split('\n').find((line) => line.includes('我会什么')));
});

visit('a title that is markup stays text', {}, async (page) => {
  const { seeker } = await (async () => {
    const asked = page.waitForRequest((one) => one.url().endsWith('/v1/match/jobs'));
    await page.click('#radius [data-value="10"]');
    return (await asked).postDataJSON();
  })();
  await call('PUT', `/v1/postings/${XSS_ID}`, {
    id: XSS_ID, title: XSS_TITLE, place: seeker.place, required: [], preferred: [], wage: { min: 90000, max: 90000, unit: 'month' },
    education_min: 0, type: 'gig', openings: 1, shifts: 2097151,
  });
  try {
    await page.fill('#posting-id', XSS_ID);
    await page.press('#posting-id', 'Enter');
    await page.waitForSelector(`#near-list [data-id="${XSS_ID}"]`);
    await page.click('#radius [data-value="25"]');
    await page.waitForSelector(`#list [data-id="${XSS_ID}"]`);
    for (const list of ['#near-list', '#list']) assert.equal(await page.textContent(`${list} [data-id="${XSS_ID}"] h3`), XSS_TITLE);
    assert.equal(await page.evaluate(() => window.wounded), undefined);
    assert.equal((await page.$$('.job img, .job b')).length, 0);
  } finally {
    await call('DELETE', `/v1/postings/${XSS_ID}`);
  }
});

visit('the keyboard alone does it: skill, level, radius, shift, jobs, why', {}, async (page) => {
  const { items } = await call('GET', '/v1/skills?limit=50');
  const word = items.find((entry) => entry.name.zh.length >= 2).name.zh;
  const at = () => page.evaluate(() => document.activeElement.id || document.activeElement.className || document.activeElement.dataset.value);
  const tabTo = async (matches) => {
    for (let steps = 0; steps < 60; steps++) {
      await page.keyboard.press('Tab');
      if (await page.evaluate((selector) => document.activeElement.matches(selector), matches)) return;
    }
    assert.fail(`Tab never came to ${matches}; it stands at ${await at()}`);
  };
  await tabTo('#skill-input');
  await page.keyboard.type(word.slice(0, 2));
  await page.keyboard.press('Enter');
  assert.equal((await page.$$('.chip')).length, 1);
  await page.keyboard.press('Shift+Tab'); // back to the level
  await page.keyboard.press('ArrowRight');
  await page.keyboard.press('Space');
  assert.equal(await page.getAttribute('.chip [data-value="4"]', 'aria-checked'), 'true');
  await tabTo('#radius button');
  await page.keyboard.press('ArrowRight');
  await page.keyboard.press('Enter');
  assert.equal(await page.getAttribute('#radius [data-value="50"]', 'aria-checked'), 'true');
  await tabTo('[data-shift]');
  await page.keyboard.press('ArrowDown');
  await page.keyboard.press('ArrowRight');
  assert.equal(await page.evaluate(() => document.activeElement.dataset.shift), '4'); // Tuesday afternoon
  await page.keyboard.press('Space');
  assert.equal(await page.getAttribute('[data-shift="4"]', 'aria-pressed'), 'false');
  await tabTo('[type=submit]');
  await page.keyboard.press('Enter');
  await page.waitForFunction(() => document.activeElement.id === 'jobs');
  await tabTo('.why');
  await page.keyboard.press('Enter');
  await page.waitForSelector('#list .panel:not([hidden])');
});

visit('an impossible wish is refused in words before it is sent', {}, async (page) => {
  await page.fill('#amount', '-5');
  await page.waitForSelector('#problem .notice');
  assert.match(await page.innerText('#problem'), /工资/);
  await page.fill('#amount', '3000');
  await page.waitForFunction(() => document.querySelector('#problem').textContent === '');
});

visit('a server that has gone is said to have gone, and the page goes on when it is back', {}, async (page, seen) => {
  await page.route('**/v1/**', (route) => route.abort());
  await page.click('#radius [data-value="50"]');
  await page.waitForFunction(() => document.querySelector('#problem').textContent.includes('连不上服务器'));
  await page.unroute('**/v1/**');
  await page.click('#seeker [type=submit]');
  await page.waitForFunction(() => document.querySelector('#problem').textContent === '');
  seen.complaints = seen.complaints.filter((words) => !words.includes('ERR_FAILED'));
});

for (const width of [360, 768, 1280, 1920]) {
  visit(`at ${width} px nothing sticks out and what one touches is big enough`, { width, height: 800 }, async (page) => {
    await tryPerson(page, 0);
    await page.click('#list .why >> nth=0');
    await page.waitForSelector('#list .panel:not([hidden])');
    for (const path of ['', 'en']) {
      if (path === 'en') {
        await page.click('#language');
        await idle(page);
      }
      assert.ok(await page.evaluate(() => document.documentElement.scrollWidth <= window.innerWidth), 'no sideways scrolling');
      const small = await page.$$eval('button, input, select, .foot a', (all) =>
        all
          .map((one) => [one, one.getBoundingClientRect()])
          .filter(([, box]) => box.width > 0 && (box.height < 43.5 || box.width < 39))
          .map(([one, box]) => `${one.outerHTML.slice(0, 80)} ${box.width}x${box.height}`),
      );
      assert.deepEqual(small, []);
    }
  });
}

for (const colorScheme of ['light', 'dark']) {
  visit(`every text is readable in the ${colorScheme} scheme`, { colorScheme }, async (page) => {
    await tryPerson(page, 0);
    await page.click('#list .why >> nth=0');
    await page.click('#near-find');
    await page.waitForSelector('#near-list .job');
    await page.click('#near-list .why >> nth=0');
    await page.waitForSelector('#near-list .panel:not([hidden])');
    const worst = await lowestContrast(page);
    assert.ok(worst.contrast >= LOWEST_CONTRAST, `${worst.contrast.toFixed(2)}: ${worst.words}`);
  });
}

after(async () => {
  if (process.env.YIZHAN_SCREENSHOT) await takeScreenshot();
  await stopBrowser();
});

function takeScreenshot() {
  return withPage({ width: 1280, height: 1000 }, async (page) => {
    await page.goto(URL_HOME);
    await page.waitForSelector('.job');
    await tryPerson(page, 0);
    await page.click('#list .why >> nth=0');
    await page.waitForSelector('#list .panel:not([hidden])');
    await page.mouse.move(0, 0);
    await page.screenshot({ path: process.env.YIZHAN_SCREENSHOT });
  });
}
