// Who looks after others: supervisors change them, workspaces list them.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Scene, refused, serve, told, until } from './scene.js';

const server = await serve();

test('Supervisors', async t => {
  const scene = await Scene.start(t, server);
  const carol = await scene.agent('carol', { role: 'supervisor', enableVersionCheck: true });
  const alice = await scene.available('alice');

  await t.test('setWorkerActivity and setWorkerAttributes change another worker, who hears of it', async () => {
    const activity = told(alice, 'activityUpdated');
    const worker = await carol.setWorkerActivity(alice.sid, scene.activity.Unavailable);
    assert.equal(worker.activity_sid, scene.activity.Unavailable);
    assert.equal((await activity).activity.name, 'Unavailable');
    const attributes = told(alice, 'attributesUpdated');
    const changed = await carol.setWorkerAttributes(alice.sid, { name: 'alice', by: 'carol' });
    assert.equal(changed.attributes, '{"name":"alice","by":"carol"}');
    await attributes;
    await carol.setWorkerActivity(alice.sid, scene.activity.Available);
    await until(() => alice.activity.name === 'Available', 'available');
    await refused(carol.setWorkerActivity(alice.sid, `WA${'0'.repeat(32)}`), 400, /WA0/);
    await refused(carol.setWorkerAttributes('invalid_workerSid', {}), 404);
  });

  await t.test('rejectPendingReservations of another worker', async () => {
    const reservation = await scene.offer(alice, 'alice');
    const rejected = told(reservation, 'rejected');
    await carol.setWorkerActivity(alice.sid, scene.activity.Offline, { rejectPendingReservations: true });
    await rejected;
    await scene.api.tasks(reservation.task.sid).remove();
    await carol.setWorkerActivity(alice.sid, scene.activity.Available);
    await until(() => alice.activity.name === 'Available', 'available');
  });

  await t.test('monitor takes part in a call', async () => {
    const reservation = await scene.accepted(alice, 'alice', { from: '+15550101' });
    await carol.monitor(reservation.task.sid, reservation.sid);
    const calls = async () => (await (await scene.server.fetch(
      `/ext/v1/Workspaces/${scene.workspaceSid}/Calls?ReservationSid=${reservation.sid}`)).json()).calls;
    await until(async () => (await calls()).some(call => call.instruction === 'supervise'), 'supervised');
    await scene.api.tasks(reservation.task.sid).remove();
    await until(() => alice.reservations.size === 0, 'free');
  });

  await t.test('A worker may do none of it', async () => {
    const url = `Workspaces/${scene.workspaceSid}/Workers/${carol.sid}`;
    const answer = await scene.post({ url, method: 'POST', params: { Attributes: {} }, token: scene.token('alice') });
    assert.equal(answer.status, 403);
  });

  await t.test('Nothing went wrong on the way', () => assert.deepEqual([...carol.errors, ...alice.errors], []));
});

test('Workspaces', async t => {
  const scene = await Scene.start(t, server);
  const workspace = scene.workspace(undefined, { pageSize: 2 });
  const names = map => [...map.values()].map(each => each.name ?? each.queueName);

  await t.test('Workers are fetched, over pages, in both orders and by every filter', async () => {
    assert.deepEqual(names(await workspace.fetchWorkersInfo()), ['alice', 'bob', 'carol']);
    await scene.api.workers(scene.worker.bob).update({ activitySid: scene.activity.Available });
    await new Promise(resolve => setTimeout(resolve, 1_100));
    await scene.api.workers(scene.worker.alice).update({ activitySid: scene.activity.Unavailable });
    const find = async params => names(await workspace.fetchWorkersInfo(params));
    assert.deepEqual(await find({ Ordering: 'DateStatusChanged:asc' }), ['carol', 'bob', 'alice']);
    assert.deepEqual(await find({ Ordering: 'DateStatusChanged:desc' }), ['alice', 'bob', 'carol']);
    assert.deepEqual(await find({ FriendlyName: 'bob' }), ['bob']);
    assert.deepEqual(await find({ ActivityName: 'Available' }), ['bob']);
    assert.deepEqual(await find({ ActivitySid: scene.activity.Offline }), ['carol']);
    assert.deepEqual(await find({ AfterSid: scene.worker.alice }), ['bob', 'carol']);
    assert.deepEqual(await find({ TargetWorkersExpression: `sid IN ['${scene.worker.bob}']` }), ['bob']);
    assert.deepEqual(await find({ TargetWorkersExpression: 'name = "carol"' }), ['carol']);
    assert.deepEqual(await find({ MaxWorkers: 1 }), ['alice']);
    await refused(workspace.fetchWorkersInfo({ AfterSid: 'WK123' }), 400);
    await refused(workspace.fetchWorkersInfo({ ActivitySid: 'WA123' }), 400);
    const alice = await workspace.fetchWorkerInfo(scene.worker.alice);
    assert.equal(alice.name, 'alice');
    assert.equal(alice.activitySid, scene.activity.Unavailable);
    await refused(workspace.fetchWorkerInfo(`WK${'0'.repeat(32)}`), 404);
    assert.equal((await workspace.fetchWorker(scene.worker.alice)).name, 'alice');
    assert.equal((await workspace.fetchWorkers()).size, 3);
  });

  await t.test('Queues are fetched in the same way', async () => {
    const all = await workspace.fetchTaskQueues();
    assert.equal(all.size, 4);
    const queue = await workspace.fetchTaskQueue(scene.queue.alice);
    assert.equal(queue.targetWorkers, 'name == \'alice\'');
    assert.equal(queue.maxReservedWorkers, 1);
    assert.equal((await workspace.fetchTaskQueues({ FriendlyName: 'bob' })).size, 1);
    assert.equal((await workspace.fetchTaskQueues({ Ordering: 'DateUpdated:desc' })).size, 4);
    const served = await workspace.fetchTaskQueues({ WorkerSid: scene.worker.alice });
    assert.deepEqual([served.has(scene.queue.alice), served.has(scene.queue.bob)], [true, false]);
    await refused(workspace.fetchTaskQueue(`WT${'0'.repeat(32)}`), 404);
  });

  await t.test('A task is fetched', async () => {
    const { sid } = await scene.api.tasks.create({ workflowSid: scene.workflowSid, attributes: '{"a":1}' });
    const task = await workspace.fetchTask(sid);
    assert.deepEqual([task.sid, task.attributes], [sid, { a: 1 }]);
    await refused(workspace.fetchTask(`WT${'0'.repeat(32)}`), 404);
  });

  await t.test('Its token is renewed, and a worker\'s own token does not do', async () => {
    workspace.updateToken(scene.token('carol', { role: 'supervisor' }));
    assert.equal((await workspace.fetchWorkersInfo()).size, 3);
    workspace.updateToken(scene.token('alice'));
    await refused(workspace.fetchWorkersInfo(), 403);
  });
});
