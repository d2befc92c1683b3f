// Offers and tasks, from being offered to being done, in every way they can go.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { databases } from '../node/server.js';
import { Scene, refused, serve, told, toldOf, until, untold } from './scene.js';

const everyKey = ['accountSid', 'workspaceSid', 'sid', 'workerSid', 'status', 'timeout', 'dateCreated', 'dateUpdated',
  'version'];

const servers = await Promise.all(databases.map(database => serve(database)));

// The only story of agents that depends on what is stored: told on both databases, at the same time.
test('On every database', { concurrency: true }, t => Promise.all(databases.flatMap((database, index) => [
  t.test(`Reservations and tasks on ${database}`, each => tellTasks(each, servers[index])),
  t.test(`An offer that nobody answers times out on ${database}`, each => tellTimeout(each, servers[index])),
])));

async function tellTasks(t, server) {
  const scene = await Scene.start(t, server);
  const alice = await scene.available('alice');

  const done = async reservation => {
    await scene.api.tasks(reservation.task.sid).remove();
    await until(() => alice.reservations.size === 0, 'free');
  };

  await t.test('An offer shows its task', async () => {
    const version = Number(alice.version);
    const reservation = await scene.offer(alice, 'alice', { customer: 'c-1' });
    for (const key of everyKey) {
      assert.notEqual(reservation[key], undefined, key);
    }
    assert.equal(reservation.status, 'pending');
    assert.equal(reservation.timeout, 120);
    assert.equal(reservation.canceledReasonCode, undefined);
    const { task } = reservation;
    assert.equal(task.status, 'reserved');
    assert.deepEqual(task.attributes, { to: 'alice', customer: 'c-1' });
    assert.deepEqual(task.addOns, {});
    assert.equal(task.queueName, 'alice');
    assert.equal(task.queueSid, scene.queue.alice);
    assert.equal(task.workflowName, 'By name');
    assert.equal(task.workflowSid, scene.workflowSid);
    assert.equal(task.taskChannelUniqueName, 'default');
    assert.equal(task.routingTarget, null);
    assert.equal(task.reason, null);
    assert.equal(task.priority, 0);
    assert.equal(task.timeout, 86_400);
    assert.ok(Math.abs(Date.now() - task.virtualStartTime) < 60_000);
    assert.equal(task.transfers.incoming, null);
    assert.equal(task.transfers.outgoing, null);
    assert.equal(alice.reservations.size, 1);
    assert.equal(Number(alice.version), version + 1);
    await done(reservation);
  });

  await t.test('accept, wrap and complete, each with its events after the answer', async () => {
    const reservation = await scene.offer(alice, 'alice');
    const version = Number(reservation.version);
    const updated = told(reservation.task, 'updated');
    await toldOf(reservation, 'accepted', async () => {
      await reservation.accept();
      assert.equal(reservation.status, 'accepted');
      assert.equal(Number(reservation.version), version + 1);
    });
    assert.equal(reservation.task.status, 'assigned');
    await updated;
    const taskWraps = told(reservation.task, 'wrapup');
    await toldOf(reservation, 'wrapup', async () => {
      await reservation.wrap();
      assert.equal(reservation.status, 'wrapping');
    });
    assert.equal((await taskWraps).status, 'wrapping');
    const taskEnds = told(reservation.task, 'completed');
    await toldOf(reservation, 'completed', async () => {
      await reservation.complete();
      assert.equal(reservation.status, 'completed');
    });
    assert.equal((await taskEnds).status, 'completed');
    assert.equal(alice.reservations.size, 0);
  });

  await t.test('reject gives the task back', async () => {
    const reservation = await scene.offer(alice, 'alice');
    const rejected = told(reservation, 'rejected');
    await reservation.reject({ activitySid: scene.activity.Unavailable });
    assert.equal((await rejected).status, 'rejected');
    assert.equal(reservation.task.status, 'pending');
    await until(() => alice.activity.name === 'Unavailable', 'unavailable');
    await scene.api.tasks(reservation.task.sid).remove();
    await alice.activities.get(scene.activity.Available).setAsCurrent();
  });

  await t.test('rejectPendingReservations rejects with the change of activity', async () => {
    const reservation = await scene.offer(alice, 'alice');
    const rejected = told(reservation, 'rejected');
    await alice.activities.get(scene.activity.Offline).setAsCurrent({ rejectPendingReservations: true });
    await rejected;
    await scene.api.tasks(reservation.task.sid).remove();
    await alice.activities.get(scene.activity.Available).setAsCurrent();
  });

  await t.test('A task is changed, wrapped and completed by itself', async () => {
    const reservation = await scene.accepted(alice, 'alice');
    const { task } = reservation;
    const version = Number(task.version);
    const updated = told(task, 'updated');
    await task.setAttributes({ to: 'alice', note: 'ä' });
    assert.deepEqual(task.attributes, { to: 'alice', note: 'ä' });
    assert.equal(Number(task.version), version + 1);
    await updated;
    const start = new Date(Date.now() - 60_000);
    await task.setVirtualStartTime(start);
    assert.equal(Math.floor(task.virtualStartTime / 1000), Math.floor(start / 1000));
    await refused(task.setVirtualStartTime(new Date(Date.now() + 60_000)), 400, /future/);
    await task.fetchLatestVersion();
    await reservation.fetchLatestVersion();
    assert.equal(reservation.timeout, 120);
    const wraps = told(reservation, 'wrapup');
    await task.wrapUp({ reason: 'nearly' });
    assert.equal(task.status, 'wrapping');
    await wraps;
    const ends = told(reservation, 'completed');
    const completed = told(task, 'completed');
    await task.complete('solved');
    assert.equal(task.status, 'completed');
    assert.equal(task.reason, 'solved');
    await ends;
    await completed;
  });

  await t.test('A canceled task takes its offer along', async () => {
    const reservation = await scene.offer(alice, 'alice');
    const canceled = told(reservation, 'canceled');
    const task = told(reservation.task, 'canceled');
    await scene.api.tasks(reservation.task.sid).update({ assignmentStatus: 'canceled', reason: 'hung up' });
    assert.equal((await canceled).status, 'canceled');
    assert.equal(reservation.canceledReasonCode, undefined);
    assert.equal((await task).reason, 'hung up');
    assert.equal(alice.reservations.size, 0);
  });

  await t.test('A deleted task cancels what was offered and completes what was taken', async () => {
    const offered = await scene.offer(alice, 'alice');
    const canceled = told(offered, 'canceled');
    await scene.api.tasks(offered.task.sid).remove();
    await canceled;
    const taken = await scene.accepted(alice, 'alice');
    const completed = told(taken, 'completed');
    await scene.api.tasks(taken.task.sid).remove();
    await completed;
  });

  await t.test('Stale versions of tasks and reservations are refused', async () => {
    const bob = await scene.available('bob', { enableVersionCheck: true });
    const reservation = await scene.offer(bob, 'bob');
    const { version } = reservation;
    reservation.version = `${Number(version) + 7}`;
    await refused(reservation.accept(), 412);
    reservation.version = version;
    await toldOf(reservation.task, 'updated', () => reservation.accept());
    const { task } = reservation;
    await task.setAttributes({ to: 'bob', a: 1 });
    const current = task.version;
    task.version = `${Number(current) - 1}`;
    await refused(task.setAttributes({ to: 'bob', a: 2 }), 412);
    task.version = current;
    await task.complete('done');
    bob.disconnect();
    await scene.api.workers(bob.sid).update({ activitySid: scene.activity.Offline });
  });

  await t.test('The loser of an offer to several hears that it was rescinded', async () => {
    const bob = await scene.available('bob');
    const offers = [alice, bob].map(agent => told(agent, 'reservationCreated'));
    await scene.api.tasks.create({ workflowSid: scene.workflowSid, attributes: '{"to":"everybody"}' });
    const [first, second] = await Promise.all(offers);
    const rescinded = told(second, 'rescinded');
    await first.accept();
    assert.equal((await rescinded).status, 'rescinded');
    assert.equal(bob.reservations.size, 0);
    await scene.api.tasks(first.task.sid).remove();
    await until(() => alice.reservations.size === 0, 'free');
    bob.disconnect();
    await scene.api.workers(bob.sid).update({ activitySid: scene.activity.Offline });
  });

  await t.test('Instructions that connect calls are taken, and the acceptance is an event', async () => {
    const calls = {
      call: reservation => reservation.call('+15550100', 'http://127.0.0.1:1/', { accept: true }),
      dequeue: reservation => reservation.dequeue({ from: '+15550100', statusCallbackEvents: 'initiated,ringing' }),
      redirect: reservation => reservation.redirect(`CA${'0'.repeat(32)}`, 'http://127.0.0.1:1/', { accept: true }),
      conference: reservation => reservation.conference({ from: '+15550100', beep: true, maxParticipants: 4 }),
    };
    for (const [name, call] of Object.entries(calls)) {
      const reservation = await scene.offer(alice, 'alice', { call_sid: `CA${'1'.repeat(32)}`, from: '+15550101' });
      // At that moment: the answer is of before it was accepted, and may be read after the event.
      const status = told(reservation, 'accepted').then(accepted => accepted.status);
      await call(reservation);
      assert.equal(await status, 'accepted', name);
      await reservation.updateParticipant({ endConferenceOnExit: true, mute: true });
      await reservation.task.updateParticipant({ hold: true, holdUrl: 'http://127.0.0.1:1/', holdMethod: 'GET' });
      await reservation.task.hold(alice.sid, true, { holdUrl: 'http://127.0.0.1:1/' });
      await refused(reservation.task.hold(scene.worker.bob, true), 400, /no part/);
      await reservation.task.kick(alice.sid);
      await done(reservation);
    }
  });

  await t.test('A task of its own goes to its maker, busy or not', async () => {
    await alice.activities.get(scene.activity.Unavailable).setAsCurrent();
    const offered = told(alice, 'reservationCreated');
    const sid = await alice.createTask('+15550102', '+15550100', scene.workflowSid, scene.queue.alice,
      { attributes: { a: 1 }, taskChannelUniqueName: 'voice', virtualStartTime: new Date(Date.now() - 5_000) });
    const reservation = await offered;
    assert.equal(reservation.task.sid, sid);
    assert.equal(reservation.task.routingTarget, alice.sid);
    assert.equal(reservation.task.taskChannelUniqueName, 'voice');
    assert.deepEqual(reservation.task.attributes, { a: 1, outbound_to: '+15550102', from: '+15550100' });
    await toldOf(reservation.task, 'updated', () => reservation.accept());
    await done(reservation);
    await refused(alice.createTask('+1', '+2', 'WW123', scene.queue.alice), 400,
      new RegExp('Value \'WW123\' provided for WorkflowSid as RoutingTarget has an invalid format. '
        + `WorkspaceSid: ${scene.workspaceSid}, AccountSid: ${scene.server.accountSid}`));
    await refused(alice.createTask('+1', '+2', scene.workflowSid, 'WQ123'), 400);
    await alice.activities.get(scene.activity.Available).setAsCurrent();
  });

  await t.test('A task that cannot reach its worker in time is a failed reservation', async () => {
    await alice.activities.get(scene.activity.Offline).setAsCurrent();
    const failed = told(alice, 'reservationFailed', 15_000);
    await scene.api.tasks.create({ routingTarget: alice.sid, ignoreCapacity: false, workflowSid: scene.workflowSid });
    const task = await failed;
    assert.match(JSON.stringify(task), /RoutingTarget/);
    await alice.activities.get(scene.activity.Available).setAsCurrent();
  });

  await t.test('Nothing went wrong on the way', () => assert.deepEqual(alice.errors, []));
}

async function tellTimeout(t, server) {
  const scene = await Scene.start(t, server, { reservationTimeout: 1 });
  const alice = await scene.available('alice');
  const reservation = await scene.offer(alice, 'alice');
  const moved = told(alice, 'activityUpdated');
  assert.equal((await told(reservation, 'timeout')).status, 'timeout');
  assert.equal(reservation.task.status, 'pending');
  assert.equal((await moved).activity.name, 'Offline');
  assert.equal(alice.reservations.size, 0);
  await untold(alice, 'error');
}
