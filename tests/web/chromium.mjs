/* Debian's Chromium with nothing of its own going on: an empty profile, no update, no sync. One
 * browser for all tests of a file, a fresh context for each. Every request is noted, so that a test
 * can say that none left the origin. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { chromium } from 'playwright-core';

const FLAGS = [
  '--headless', '--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking',
  '--disable-component-update', '--disable-sync',
];

let started = null; // Promise of {browser, profile}

async function start() {
  const profile = await mkdtemp(join(tmpdir(), 'yizhan-page-'));
  const context = await chromium.launchPersistentContext(profile, {
    executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium',
    args: FLAGS,
  });
  return { profile, persistent: context, browser: context.browser() };
}

export async function stopBrowser() {
  if (!started) return;
  const { persistent, profile } = await started;
  await persistent.close();
  await rm(profile, { recursive: true, force: true });
}

/* Calls `use(page, seen)` with a fresh page; seen.requests and seen.complaints fill up meanwhile. */
export async function withPage({ width = 1280, height = 900, colorScheme = 'light' }, use) {
  started ??= start();
  const { browser } = await started;
  const context = await browser.newContext({ viewport: { width, height }, locale: 'zh-CN', colorScheme });
  const seen = { requests: [], complaints: [] };
  try {
    const page = await context.newPage();
    page.setDefaultTimeout(15000);
    context.on('request', (request) => seen.requests.push(request.url()));
    page.on('console', (message) => {
      if (['error', 'warning'].includes(message.type())) seen.complaints.push(message.text());
    });
    page.on('pageerror', (error) => seen.complaints.push(String(error)));
    await use(page, seen);
  } finally {
    await context.close();
  }
}
