// Two agents in two windows of a real browser, from the offer to the end of the task.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdir } from 'node:fs/promises';
import { test } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { chromium } from 'playwright-core';
import twilio from 'twilio';
import { Server } from '../../tests/sdk/node/server.js';
import { createApp } from './app.js';
import { setUp } from './setup.js';

const PATIENCE = 60_000;
const pictures = fileURLToPath(new URL('../../artifacts/screenshots/', import.meta.url));
const executablePath = execFileSync(
  fileURLToPath(new URL('../../tests/chromium.sh', import.meta.url)), { encoding: 'utf8' }).trim();

test('A task is rejected by one agent, accepted by the other, handed back and completed', async t => {
  const { api, url } = await start(t);
  await mkdir(pictures, { recursive: true });
  const browser = await chromium.launch({ executablePath, args: ['--no-sandbox'], timeout: PATIENCE });
  t.after(() => browser.close());
  const [alice, bob] = [await Agent.open(browser, url), await Agent.open(browser, url)];
  const statusOf = async sid => (await api.tasks(sid).fetch()).assignmentStatus;

  await t.test('Both log in', async () => {
    await alice.picture('login');
    await alice.logIn('Alice');
    await bob.logIn('Bob');
    assert.equal(await alice.activity(), 'Offline');
    await alice.choose('Available');
    assert.equal((await worker(api, 'Alice')).activityName, 'Available');
    await alice.page.getByText('Nothing to do').waitFor();
  });

  const question = 'Where is my <b>parcel</b>?';
  let taskSid;
  await t.test('Alice is offered what a customer asks, and rejects it', async () => {
    await alice.page.getByLabel('Question').fill(question);
    await alice.page.getByRole('button', { name: 'Send' }).click();
    await alice.shows('pending', question);
    [{ sid: taskSid }] = await api.tasks.list();
    assert.equal(await statusOf(taskSid), 'reserved');
    await alice.picture('offer');
    await bob.choose('Available');
    await alice.press('Reject');
    await alice.reads(`Rejected: ${question}`);
    await until(async () => await alice.activity() === 'Unavailable', 'Alice is unavailable');
    assert.equal((await worker(api, 'Alice')).activityName, 'Unavailable');
  });

  await t.test('Bob is offered it next, and accepts', async () => {
    await bob.shows('pending', question);
    await bob.press('Accept');
    await bob.shows('accepted', question);
    await until(async () => await statusOf(taskSid) === 'assigned', 'assigned');
    await bob.picture('accepted');
  });

  await t.test('Bob hands it over to Alice, who accepts', async () => {
    await alice.choose('Available');
    await bob.page.getByLabel('Hand over to').selectOption('Alice');
    await bob.press('Hand over');
    await bob.page.getByText('Waiting for an answer').waitFor();
    await alice.shows('pending', 'handed over by a colleague');
    await bob.picture('handing-over');
    await alice.press('Accept');
    await alice.shows('accepted', question);
    await bob.shows('accepted', 'Handed over');
    await bob.press('Complete');
    await bob.reads(`Completed: ${question}`);
    const reservations = await api.tasks(taskSid).reservations.list();
    assert.deepEqual(reservations.map(each => [each.workerName, each.reservationStatus]).sort(),
      [['Alice', 'accepted'], ['Alice', 'rejected'], ['Bob', 'completed']]);
  });

  await t.test('Alice is there again after a reload, wraps up and completes', async () => {
    await alice.page.reload();
    await alice.logIn('Alice');
    await alice.shows('accepted', question);
    await alice.press('Wrap up');
    await alice.shows('wrapping', question);
    await until(async () => await statusOf(taskSid) === 'wrapping', 'wrapping');
    await alice.picture('wrapping');
    await alice.press('Complete');
    await alice.reads(`Completed: ${question}`);
    await until(async () => await statusOf(taskSid) === 'completed', 'completed');
  });

  await t.test('Nothing went wrong in either window', () => assert.deepEqual([...alice.wrong, ...bob.wrong], []));

  await t.test('What is refused is said on the page', async () => {
    await api.tasks.create({ attributes: JSON.stringify({ question: 'A second one' }) });
    const taker = await Promise.any([alice, bob].map(async agent => (await agent.shows('pending', 'second'), agent)));
    const other = taker === alice ? bob : alice;
    await taker.press('Accept');
    await taker.shows('accepted', 'second');
    await other.choose('Offline');
    await taker.page.getByLabel('Hand over to').selectOption(other.name);
    await taker.press('Hand over');
    await taker.page.getByRole('alert').getByText('not available').waitFor();
    await taker.picture('refused');
    await taker.press('Complete');
    await taker.reads('Completed: A second one');
  });
});

/** One agent's window, with cookies and storage of its own. */
class Agent {
  static async open(browser, url) {
    const agent = new Agent();
    const context = await browser.newContext({ viewport: { width: 1100, height: 640 } });
    context.setDefaultTimeout(PATIENCE);
    agent.page = await context.newPage();
    agent.wrong = [];
    agent.page.on('pageerror', error => agent.wrong.push(error.message));
    agent.page.on('console', message => message.type() === 'error' && agent.wrong.push(message.text()));
    await agent.page.goto(url);
    return agent;
  }

  async logIn(name) {
    this.name = name;
    await this.page.getByLabel('Agent').selectOption(name);
    await this.page.getByRole('button', { name: 'Log in' }).click();
    await this.page.getByText('Connected').waitFor();
  }

  activity() {
    return this.page.getByLabel('Activity').evaluate(list => list.selectedOptions[0].text);
  }

  async choose(activity) {
    await this.page.getByLabel('Activity').selectOption(activity);
    await this.reads(`You are ${activity}`);
  }

  /** A card in this state with this text in it. */
  shows(status, text) {
    return this.page.locator(`article.${status}`).filter({ hasText: text }).first().waitFor();
  }

  /** A line of what has happened: an ended card is gone after a moment. */
  reads(text) {
    return this.page.locator('#log li').filter({ hasText: text }).first().waitFor();
  }

  press(name) {
    return this.page.getByRole('button', { name, exact: true }).first().click();
  }

  picture(name) {
    return this.page.screenshot({ path: `${pictures}agent-${name}.png` });
  }
}

/** The server, a workspace in it, and the application in front. */
async function start(t) {
  const server = await Server.start('sqlite');
  t.after(async () => assert.equal(await server.stop(), 0, 'exit code after SIGTERM'));
  const { accountSid, authToken, baseUrl } = server;
  const client = twilio(accountSid, authToken);
  client.api.baseUrl = client.taskrouter.baseUrl = baseUrl;
  const { sid: workspaceSid } = await setUp(client.taskrouter.v1, 'Agent example');
  const api = client.taskrouter.v1.workspaces(workspaceSid);
  const key = await client.newKeys.create();
  const app = createApp({ accountSid, key, serverUrl: baseUrl, workspaceSid, api }).listen(0, '127.0.0.1');
  await once(app, 'listening');
  t.after(() => {
    app.close();
    app.closeAllConnections();
  });
  return { api, url: `http://127.0.0.1:${app.address().port}` };
}

async function worker(api, friendlyName) {
  return (await api.workers.list({ friendlyName }))[0];
}

async function until(holds, what) {
  for (const deadline = Date.now() + PATIENCE; !(await holds());) {
    assert.ok(Date.now() < deadline, `not ${what} in time`);
    await delay(50);
  }
}
