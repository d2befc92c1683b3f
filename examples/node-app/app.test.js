// The application against the real server: what the README promises.
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { test } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import twilio from 'twilio';
import { Server } from '../../tests/sdk/node/server.js';
import { createApp } from './app.js';
import { setUp } from './setup.js';

test('A task is accepted by instruction, and every event arrives signed', async t => {
  const server = await Server.start('sqlite');
  t.after(async () => assert.equal(await server.stop(), 0, 'exit code after SIGTERM'));
  const told = [];
  const { app, publicUrl } = await listen(server, told);
  t.after(() => app.close());
  const client = twilio(server.accountSid, server.authToken);
  client.taskrouter.baseUrl = server.baseUrl;

  const workspace = await setUp(client.taskrouter.v1, publicUrl, 'Example');
  const api = client.taskrouter.v1.workspaces(workspace.sid);
  const task = await api.tasks.create({ attributes: JSON.stringify({ customer: 'Zoë & Sons' }) });
  await until(async () => (await api.tasks(task.sid).fetch()).assignmentStatus === 'assigned');
  const [reservation] = await api.tasks(task.sid).reservations.list();
  assert.equal(reservation.reservationStatus, 'accepted');

  const offers = told.filter(form => form.ReservationSid && !form.EventType);
  assert.deepEqual(offers.map(form => [form.TaskSid, form.ReservationSid]), [[task.sid, reservation.sid]]);
  assert.equal(offers[0].TaskAttributes, '{"customer":"Zoë & Sons"}');

  const log = (await api.events.list({ pageSize: 1000 })).reverse();
  await until(() => told.filter(form => form.EventType).length >= log.length);
  const events = told.filter(form => form.EventType);
  assert.deepEqual(events.map(form => form.Sid), log.map(event => event.sid));
  assert.ok(events.some(form => form.EventType === 'reservation.accepted' && form.TaskSid === task.sid));
});

test('Whoever forges a signature is answered 403, and nobody hears of it', async t => {
  const told = [];
  const authToken = '0123456789abcdef0123456789abcdef';
  const { app, publicUrl } = await listen({ authToken }, told);
  t.after(() => app.close());
  const form = { EventType: 'task.created', EventDescription: 'Task created', TaskSid: 'WT0' };
  const send = (path, signature, body = form) => fetch(publicUrl + path, {
    method: 'POST',
    headers: signature ? { 'X-Twilio-Signature': signature } : {},
    body: new URLSearchParams(body),
  });
  const sign = (url, token = authToken) => twilio.getExpectedTwilioSignature(token, url, form);

  for (const path of ['/events', '/assignment']) {
    const right = sign(publicUrl + path);
    assert.equal((await send(path)).status, 403, 'no signature');
    assert.equal((await send(path, 'AAAA')).status, 403, 'not a signature');
    assert.equal((await send(path, sign(publicUrl + path, 'another token'))).status, 403, 'another account');
    assert.equal((await send(path, right, { ...form, TaskSid: 'WT1' })).status, 403, 'another form');
    assert.equal((await send(`${path}?a=b`, right)).status, 403, 'another address');
    assert.equal(told.length, 0);
    assert.equal((await send(path, right)).status, 200);
    assert.equal(told.splice(0).length, 1);
  }
  assert.equal((await send('/elsewhere', sign(`${publicUrl}/elsewhere`))).status, 404);
  assert.equal((await send('/events', 'x', { long: 'x'.repeat(300_000) })).status, 413);
});

/** The application on a free port; what it tells goes to the list. */
async function listen({ authToken }, told) {
  const app = createApp({ authToken, tell: (line, form) => told.push(form) }).listen(0, '127.0.0.1');
  await once(app, 'listening');
  return { app, publicUrl: `http://127.0.0.1:${app.address().port}` };
}

async function until(condition) {
  for (const deadline = Date.now() + 20_000; !(await condition());) {
    assert.ok(Date.now() < deadline, 'it did not happen in time');
    await delay(20);
  }
}
