// Tokens that end, connections that break, servers that start again, and two windows of one agent.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import TaskRouter from 'twilio-taskrouter';
import { Scene, serve, told, until, untold } from './scene.js';

const { Worker } = TaskRouter;

const server = await serve();

test('Connections', { concurrency: true }, async t => {
  const scene = await Scene.start(t, server);

  // With a good token the client is ready at once. Disconnected before, it would go on trying for ever.
  const recover = async (agent, name) => {
    const ready = told(agent, 'ready');
    agent.updateToken(scene.token(name));
    await ready;
    agent.disconnect();
  };

  // What takes its time takes it together.
  await Promise.all([
    t.test('A token that ends is told of, and a new one goes on without a break', async () => {
      const lifetime = 7;
      const agent = scene.open(Worker, scene.token('alice', { ttl: lifetime }));
      const [ready, expired] = [told(agent, 'ready'), told(agent, 'tokenExpired')];
      await expired;
      await ready;
      const updated = told(agent, 'tokenUpdated');
      agent.updateToken(scene.token('alice'));
      await updated;
      const silence = untold(agent, 'disconnected', (lifetime + 3) * 1000);
      await agent.setAttributes({ name: 'alice', renewed: true });
      await silence;
      const event = told(agent, 'attributesUpdated');
      await scene.api.workers(agent.sid).update({ attributes: '{"name":"alice"}' });
      await event;
      agent.disconnect();
    }),

    t.test('A token that is not renewed ends the connection with the reason', async () => {
      const agent = scene.open(Worker, scene.token('bob', { ttl: 2 }));
      assert.equal((await told(agent, 'disconnected')).message, 'The access token has expired');
      await untold(agent, 'ready', 2_000);
      await recover(agent, 'bob');
    }),

    t.test('setWorkerOfflineIfDisconnected sets the worker offline after a moment', async () => {
      const agent = await scene.available('carol', { setWorkerOfflineIfDisconnected: true });
      agent.disconnect();
      await until(async () => (await scene.api.workers(agent.sid).fetch()).activityName === 'Offline', 'offline');
    }),
  ]);

  await t.test('An expired token never becomes ready, and says why', async () => {
    const token = scene.token('bob', { ttl: -60 });
    const agent = scene.open(Worker, token);
    assert.match((await told(agent, 'disconnected')).message, /expired/);
    const answer = await scene.post({ url: `Workspaces/${scene.workspaceSid}/Activities`, method: 'GET', token });
    assert.equal(answer.status, 401);
    assert.match((await answer.json()).message, /expired/);
    await recover(agent, 'bob');
  });

  await t.test('A forged token is refused', async () => {
    const forged = scene.token('bob', { key: { sid: scene.key.sid, secret: 'x'.repeat(32) } });
    const agent = scene.open(Worker, forged);
    await told(agent, 'error');
    await recover(agent, 'bob');
  });

  await t.test('Two windows of one agent see the same', async () => {
    const [first, second] = [await scene.available('alice'), await scene.agent('alice')];
    const offers = [first, second].map(agent => told(agent, 'reservationCreated'));
    await scene.api.tasks.create({ workflowSid: scene.workflowSid, attributes: '{"to":"alice"}' });
    const [here, there] = await Promise.all(offers);
    assert.equal(here.sid, there.sid);
    const events = [here, there].map(reservation => told(reservation, 'accepted'));
    await here.accept();
    await Promise.all(events);
    assert.equal(there.status, 'accepted');
    const ends = [here, there].map(reservation => told(reservation, 'completed'));
    await there.complete();
    await Promise.all(ends);
    assert.deepEqual([...first.errors, ...second.errors], []);
    first.disconnect();
    second.disconnect();
  });

  await t.test('closeExistingSessions leaves one window that hears, and no war', async () => {
    const first = await scene.agent('alice');
    const second = await scene.agent('alice', { closeExistingSessions: true });
    const silence = [untold(first, 'disconnected', 1_500), untold(first, 'attributesUpdated', 1_500)];
    const event = told(second, 'attributesUpdated');
    await scene.api.workers(second.sid).update({ attributes: '{"name":"alice","sessions":1}' });
    await event;
    await Promise.all(silence);
    first.disconnect();
    second.disconnect();
    await scene.api.workers(second.sid).update({ attributes: '{"name":"alice"}' });
  });

  await t.test('After the server was killed the client is ready again, with its reservations', async () => {
    const agent = await scene.available('alice');
    const reservation = await scene.accepted(agent, 'alice');
    const gone = told(agent, 'disconnected');
    const again = told(agent, 'ready', 90_000);
    await scene.server.kill();
    await gone;
    await scene.server.launch();
    await again;
    const kept = agent.reservations.get(reservation.sid);
    assert.equal(kept.status, 'accepted');
    const ends = told(kept, 'completed');
    await kept.complete();
    await ends;
    agent.disconnect();
  });
});
