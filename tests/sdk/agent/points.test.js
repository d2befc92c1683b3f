// What breaks this SDK when a server gets it wrong, point by point, seen from the wire: release 2.1.1 sends its JSON as
// a form and release 3 as plain text, and both believe what they are answered. Point 13 needs another clock than the
// real one: see AgentSocketTests.cs.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Ear, postAs } from './ear.js';
import { Scene, serve, told, until, untold } from './scene.js';

const server = await serve();
const never = `WK${'0'.repeat(32)}`;

test('What a naive server gets wrong', async t => {
  const scene = await Scene.start(t, server);
  await scene.api.workers(scene.worker.alice).update({ activitySid: scene.activity.Available });
  await scene.api.workers(scene.worker.bob).update({ activitySid: scene.activity.Available });
  const own = `Workers/${scene.worker.alice}`;
  const ears = [];
  const listen = async (name = 'alice', options) => {
    const ear = await Ear.open(scene, name, options);
    ears.push(ear);
    return ear;
  };

  /** Status, body and time of an answer. */
  const ask = async (method, path, params = {}, { name = 'alice', role = 'worker', token = scene.token(name, { role }),
    ...headers } = {}) => {
    const url = `Workspaces/${scene.workspaceSid}/${path}`;
    const response = await scene.post({ url, method, params, token }, headers);
    const text = await response.text();
    return { status: response.status, type: response.headers.get('content-type'), text, at: performance.now(),
      json: JSON.parse(text) };
  };
  const good = async (...given) => {
    const answer = await ask(...given);
    assert.equal(answer.status, 200, answer.text);
    return answer.json.payload;
  };
  const second = { apiVersion: 'v2' };
  const list = name => good('GET', `Workers/${scene.worker[name]}/Reservations`, { Active: 'true' },
    { name, ...second });

  /** A task offered to whom it is for; answers the payload of the event. */
  const offer = async (ear, name = 'alice') => {
    const task = await scene.api.tasks.create({ workflowSid: scene.workflowSid,
      attributes: JSON.stringify({ to: name }) });
    return ear.next('reservation.created', payload => payload.task.sid === task.sid);
  };
  const over = reservation => scene.api.tasks(reservation.task?.sid ?? reservation.task_sid).remove();
  const set = (reservation, status, options = {}) => good('POST',
    `Workers/${reservation.worker_sid}/Reservations/${reservation.sid}`, { ReservationStatus: status }, options);

  await t.test('Point 1: the body is JSON whatever its type says', async () => {
    for (const type of ['application/x-www-form-urlencoded', 'text/plain;charset=UTF-8', 'application/json',
      'application/octet-stream']) {
      const answer = await ask('GET', own, {}, { 'content-type': type });
      assert.equal(answer.status, 200, type);
      assert.equal(answer.json.payload.sid, scene.worker.alice);
    }
  });

  await t.test('Point 2: success is 200 with a payload, for whatever was asked', async () => {
    const ear = await listen();
    const reservation = await offer(ear);
    await over(reservation);
    for (const [method, path, params, headers] of [
      ['GET', own], ['GET', 'Activities'], ['GET', `${own}/WorkerChannels`],
      ['GET', `${own}/Reservations`, { Active: 'true' }, second], ['POST', own, { Attributes: { name: 'alice' } }],
      ['POST', 'Tasks', { WorkflowSid: scene.workflowSid, RoutingTarget: scene.worker.alice }]]) {
      const answer = await ask(method, path, params, headers);
      assert.equal(answer.status, 200, `${method} ${path}: ${answer.text}`);
      assert.match(answer.type, /^application\/json/);
      assert.equal(typeof answer.json.payload, 'object');
      assert.notEqual(answer.json.payload, null);
      if (path === 'Tasks') {
        await over({ task: answer.json.payload });
      }
    }
    ear.close();
  });

  await t.test('Point 3: every refusal is JSON with a message', async () => {
    const asked = { url: `Workspaces/${scene.workspaceSid}/${own}`, method: 'GET', token: scene.token('alice') };
    const address = `http://${scene.address}`;
    for (const [status, response] of [
      [400, scene.post('{')],
      [400, scene.post({ ...asked, method: 'POST', params: { ActivitySid: 'WA1' } })],
      [401, scene.post({ ...asked, token: 'none' })],
      [403, scene.post({ ...asked, url: `Workspaces/${scene.workspaceSid}/Workers/${scene.worker.bob}` })],
      [404, scene.post({ ...asked, url: `Workspaces/${scene.workspaceSid}/Workers/${scene.worker.alice}/Nothing` })],
      [401, fetch(address, { method: 'PUT' })],
      [412, scene.post({ ...asked, method: 'POST', params: { Attributes: {} } }, { 'if-match': '999' })],
      [413, scene.post(`{"url":"${'x'.repeat(400_000)}"}`)],
      [400, fetch(address)],
    ]) {
      const { status: given, headers, body } = await read(await response);
      assert.equal(given, status, body);
      assert.equal(typeof JSON.parse(body).message, 'string');
      assert.equal(headers.get('access-control-allow-origin'), '*', 'a browser could not read it');
    }
  });

  await t.test('Point 4: instants are seconds, and the last reservation of a channel milliseconds', async () => {
    const ear = await listen();
    const reservation = await offer(ear);
    const supervisor = { name: 'carol', role: 'supervisor' };
    const payloads = [await good('GET', own), await good('GET', 'Activities'),
      await good('GET', `${own}/WorkerChannels`), await list('alice'), reservation,
      await good('GET', `Tasks/${reservation.task.sid}`), await good('GET', 'TaskQueues', {}, supervisor),
      await set(reservation, 'accepted')];
    const seen = new Set();
    for (const [key, value] of payloads.flatMap(entries)) {
      if (/^date_|_time$/.test(key) && key !== 'last_reserved_time') {
        seen.add(key);
        assert.ok(Number.isInteger(value) && Math.abs(Date.now() / 1000 - value) < 600, `${key}: ${value}`);
      } else if (key === 'last_reserved_time') {
        seen.add(key);
        assert.ok(Number.isInteger(value) && Math.abs(Date.now() - value) < 600_000, `${key}: ${value}`);
      }
    }
    assert.deepEqual([...seen].sort(), ['date_created', 'date_status_changed', 'date_updated', 'last_reserved_time',
      'virtual_start_time']);
    await over(reservation);
    ear.close();
  });

  await t.test('Point 5: attributes go in as an object and come out as text, as add-ons do', async () => {
    const ear = await listen();
    const attributes = { name: 'alice', deep: { list: [1, 'ä', null] } };
    const worker = await good('POST', own, { Attributes: attributes });
    const reservation = await offer(ear);
    const task = await good('POST', `Tasks/${reservation.task.sid}`, { Attributes: attributes });
    for (const payload of [worker, task, await ear.next('worker.attributes.update')]) {
      assert.deepEqual(JSON.parse(payload.attributes), attributes);
    }
    for (const each of [reservation.task, task, (await ear.next('task.updated'))]) {
      assert.equal(typeof each.attributes, 'string');
      assert.deepEqual(JSON.parse(each.addons), {});
    }
    await over(reservation);
    await good('POST', own, { Attributes: { name: 'alice' } });
    ear.close();
  });

  await t.test('Point 6: workers, tasks and reservations carry their version wherever they are', async () => {
    const ear = await listen();
    const reservation = await offer(ear);
    const path = `${own}/Reservations/${reservation.sid}`;
    const listed = (await list('alice')).contents[0];
    const fetched = await good('GET', path);
    const accepted = await set(reservation, 'accepted');
    const told = await ear.next('reservation.accepted');
    const payloads = [await good('GET', own), await good('GET', `Tasks/${reservation.task.sid}`), reservation,
      reservation.task, listed, listed.task, fetched, fetched.task, accepted, told, told.task,
      await ear.next('task.updated')];
    for (const payload of payloads) {
      assert.ok(Number.isInteger(payload.version), JSON.stringify(payload));
    }
    assert.equal(accepted.version, reservation.version + 1);
    await over(reservation);
    ear.close();
  });

  await t.test('Point 7: a reservation without a transfer does not mention any', async () => {
    const ear = await listen();
    const reservation = await offer(ear);
    const [listed] = (await list('alice')).contents;
    const fetched = await good('GET', `${own}/Reservations/${reservation.sid}`);
    const accepted = await set(reservation, 'accepted');
    for (const payload of [reservation, listed, fetched, accepted, await ear.next('reservation.accepted')]) {
      assert.equal('task_transfer' in payload, false);
      assert.equal('active_outgoing_task_transfer' in payload, false);
      assert.equal('canceled_reason_code' in payload, false);
    }
    await over(reservation);
    ear.close();
  });

  await t.test('Points 8 and 9: a transfer is shown from the first word on or never, and in no answer', async () => {
    const [alice, bob] = [await listen(), await listen('bob')];
    const reservation = await offer(alice);
    await set(reservation, 'accepted');
    await alice.next('task.updated');
    await good('POST', `${own}/Transfers`,
      { ReservationSid: reservation.sid, TaskSid: reservation.task.sid, To: scene.worker.bob }, second);
    const incoming = await bob.next('reservation.created');
    assert.equal(incoming.task_transfer.transfer_status, 'initiated');
    const [listed] = (await list('bob')).contents;
    assert.equal(listed.task_transfer.sid, incoming.task_transfer.sid);
    const accepted = await set(incoming, 'accepted', { name: 'bob' });
    assert.equal('task_transfer' in accepted, false);
    assert.equal('active_outgoing_task_transfer' in accepted, false);
    assert.equal((await bob.next('reservation.accepted')).task_transfer.transfer_status, 'complete');
    await set(reservation, 'completed');
    const ended = await alice.next('reservation.completed');
    assert.equal('task_transfer' in ended, false);
    await over(reservation);
    [alice, bob].forEach(ear => ear.close());
  });

  await t.test('Point 10: what a request has caused is told after its answer', async () => {
    const ear = await listen();
    for (let round = 0; round < 10; round++) {
      const answer = await ask('POST', own, { Attributes: { name: 'alice', round } });
      const isMeant = ({ attributes }) => JSON.parse(attributes).round === round;
      const event = await ear.next('worker.attributes.update', isMeant);
      assert.ok(ear.timeOf(event) > answer.at, `round ${round}`);
    }
    ear.close();
  });

  await t.test('Point 11: nobody is told of what happened before they were there', async () => {
    for (let round = 0; round < 5; round++) {
      await scene.api.workers(scene.worker.alice).update({ attributes: `{"name":"alice","before":${round}}` });
      const ear = await listen();
      await scene.api.workers(scene.worker.alice).update({ attributes: `{"name":"alice","after":${round}}` });
      assert.equal((await ear.next('worker.attributes.update')).attributes, `{"name":"alice","after":${round}}`);
      ear.close();
    }
  });

  await t.test('Point 12: no acceptance and no wrap-up of what a socket was not told of', async () => {
    const teller = await listen();
    const reservation = await offer(teller);
    const ear = await listen('alice', { list: false });
    await set(reservation, 'accepted');
    await teller.next('reservation.accepted');
    await teller.next('task.updated');
    assert.deepEqual(ear.types, ['init']);
    assert.equal((await list('alice')).contents[0].reservation_status, 'accepted');
    await set(reservation, 'wrapping');
    await ear.next('reservation.wrapup');
    assert.deepEqual(ear.types.filter(type => type !== 'task.wrapup'), ['init', 'reservation.wrapup']);
    await over(reservation);
    [teller, ear].forEach(each => each.close());
  });

  await t.test('Point 16: the lifetime of a token is in milliseconds, and a timer can wait for it', async () => {
    for (const ttl of [60, 86_400]) {
      const ear = await listen('alice', { token: scene.token('alice', { ttl }) });
      const left = ear.first.token_lifetime;
      assert.ok(left > (ttl - 30) * 1000 && left <= ttl * 1000 && left < 2 ** 31, `${left}`);
      ear.close();
    }
  });

  await t.test('Point 17: a client that comes back after any close is ready again', async () => {
    const agent = await scene.agent('carol');
    const [gone, again] = [told(agent, 'disconnected'), told(agent, 'ready', 20_000)];
    agent._signaling.webSocket.send(Buffer.from('no client sends this'));
    assert.match((await gone).message, /Nothing is to be sent/);
    await again;
    assert.deepEqual(agent.errors, []);
    agent.disconnect();
  });

  await t.test('Point 18: two sessions that want to be the only one do not throw each other out', async () => {
    const first = await scene.agent('carol', { closeExistingSessions: true });
    const next = await scene.agent('carol', { closeExistingSessions: true });
    const silence = [untold(first, 'disconnected', 2_500), untold(next, 'disconnected', 2_500)];
    const [event, muted] = [told(next, 'attributesUpdated'), untold(first, 'attributesUpdated', 1_000)];
    await scene.api.workers(next.sid).update({ attributes: '{"name":"carol","only":true}' });
    await event;
    await Promise.all([muted, ...silence]);
    [first, next].forEach(agent => agent.disconnect());
  });

  await t.test('Point 19: a version that is not the present one is answered with 412', async () => {
    const ear = await listen();
    const reservation = await offer(ear);
    const stale = async (path, params, version, expected) => {
      for (const tag of [`${version}`, `"${version}"`]) {
        const { status, text } = await ask('POST', path, params, { 'if-match': tag });
        assert.equal(status, expected, `${path} ${tag}: ${text}`);
      }
    };
    const path = `${own}/Reservations/${reservation.sid}`;
    await stale(path, { ReservationStatus: 'accepted' }, reservation.version + 1, 412);
    await stale(`Tasks/${reservation.task.sid}`, { Attributes: { a: 1 } }, reservation.task.version + 1, 412);
    const worker = await good('GET', own);
    await stale(own, { Attributes: { a: 1 } }, worker.version - 1, 412);
    await stale(own, { Attributes: JSON.parse(worker.attributes) }, worker.version, 200);
    await over(reservation);
    ear.close();
  });

  await t.test('Point 20: a client that was told no address is served under the name it dials', async () => {
    const host = 'event-bridge.twilio.com';
    const ear = await listen('alice', { headers: { host } });
    assert.equal(ear.first.channel_id, scene.worker.alice);
    const body = JSON.stringify({ url: `Workspaces/${scene.workspaceSid}/${own}`, method: 'GET',
      token: scene.token('alice') });
    assert.equal(await postAs(host, scene, body), 200);
    assert.equal((await ask('GET', `Workers/${never}`)).status, 403);
    ear.close();
  });

  await t.test('Points 14 and 15: all that was sent was text, of types that the client expects', async () => {
    const known = /^(init|worker\.(activity|attributes|capacity|channel\.availability)\.update|reservation\.[a-z]+)$/;
    const frames = ears.flatMap(ear => ear.frames);
    assert.ok(frames.length > 50, `${frames.length} frames`);
    for (const { isBinary, text } of frames) {
      assert.equal(isBinary, false);
      if (text.trim() !== '') {
        const { event_type: type, payload } = JSON.parse(text);
        assert.match(type, /^task\.[a-z-]+$/.test(type) ? /./ : known);
        assert.equal(typeof payload, 'object');
        assert.notEqual(payload, null);
      }
    }
    await until(() => ears.every(ear => ear.isClosed), 'closed');
  });
});

/** Every name and value in a payload, however deep. */
function entries(json) {
  return Object.entries(json ?? {}).flatMap(([key, value]) =>
    value !== null && typeof value === 'object' ? entries(value) : [[key, value]]);
}

async function read(response) {
  return { status: response.status, headers: response.headers, body: await response.text() };
}
