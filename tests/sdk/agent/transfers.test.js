// Tasks handed over, to a worker and to a queue, with every ending.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Scene, refused, serve, told, toldOf, until } from './scene.js';

const server = await serve();

test('Transfers', async t => {
  const scene = await Scene.start(t, server);
  const alice = await scene.available('alice');
  const bob = await scene.available('bob');

  const begin = async (to, options = {}) => {
    const reservation = await scene.accepted(alice, 'alice');
    const initiated = told(reservation.task, 'transferInitiated');
    const offered = told(bob, 'reservationCreated');
    await reservation.task.transfer(to, options);
    const outgoing = await initiated;
    const incoming = await offered;
    assert.equal(outgoing.to, to);
    assert.equal(outgoing.mode, options.mode ?? 'WARM');
    assert.equal(outgoing.workerSid, alice.sid);
    assert.equal(outgoing.reservationSid, reservation.sid);
    assert.equal(reservation.task.transfers.outgoing.sid, outgoing.sid);
    assert.equal(incoming.task.sid, reservation.task.sid);
    assert.equal(incoming.task.status, 'reserved');
    assert.equal(incoming.task.transfers.incoming.sid, outgoing.sid);
    assert.equal(incoming.task.transfers.incoming.workerSid, alice.sid);
    return { reservation, outgoing, incoming };
  };
  const over = async reservation => {
    await scene.api.tasks(reservation.task.sid).remove();
    await until(() => alice.reservations.size === 0 && bob.reservations.size === 0, 'free');
  };

  for (const [where, target, type] of [['worker', () => bob.sid, 'WORKER'],
    ['queue', () => scene.queue.bob, 'QUEUE']]) {
    await t.test(`To a ${where}, accepted`, async () => {
      const { reservation, outgoing, incoming } = await begin(target());
      assert.equal(outgoing.type, type);
      await refused(reservation.task.wrapUp({}), 400);
      const completed = told(outgoing, 'completed');
      const updated = told(reservation.task, 'updated');
      await toldOf(incoming, 'accepted', () => incoming.accept());
      assert.equal(incoming.task.transfers.incoming.status, 'complete');
      await completed;
      await updated;
      assert.equal(outgoing.status, 'complete');
      assert.equal(reservation.task.status, 'assigned');
      await over(reservation);
    });

    await t.test(`To a ${where}, canceled`, async () => {
      const { reservation, outgoing, incoming } = await begin(target());
      const gone = told(incoming, 'canceled');
      const updated = told(reservation.task, 'updated');
      const canceled = told(outgoing, 'canceled');
      await outgoing.cancel();
      assert.equal(outgoing.status, 'canceled');
      assert.equal((await gone).task.status, 'assigned');
      await canceled;
      assert.equal((await updated).status, 'assigned');
      await refused(outgoing.cancel(), 400,
        new RegExp(`Transfer ${outgoing.sid} is already canceled . Cannot cancel transfer.`));
      await over(reservation);
    });
  }

  await t.test('To a worker, rejected', async () => {
    const { reservation, outgoing, incoming } = await begin(bob.sid);
    const failed = told(outgoing, 'failed');
    const updated = told(reservation.task, 'updated');
    const rejected = told(incoming, 'rejected');
    await incoming.reject();
    await failed;
    await rejected;
    assert.equal(outgoing.status, 'failed');
    assert.equal(outgoing.transferFailedReason, 'Transfer failed because the reservation was rejected');
    assert.equal((await updated).status, 'assigned');
    assert.equal(incoming.task.transfers.incoming.status, 'failed');
    await over(reservation);
  });

  await t.test('To a queue, rejected by its only worker', async () => {
    const { reservation, outgoing, incoming } = await begin(scene.queue.bob);
    const attempt = told(outgoing, 'attemptFailed');
    await incoming.reject({ activitySid: scene.activity.Unavailable });
    await attempt;
    assert.equal(outgoing.status, 'initiated');
    assert.equal((await scene.api.tasks(reservation.task.sid).fetch()).assignmentStatus, 'pending');
    await outgoing.cancel();
    await bob.activities.get(scene.activity.Available).setAsCurrent();
    await over(reservation);
  });

  await t.test('Cold: the one who hands over wraps up at once', async () => {
    const { reservation, incoming } = await begin(bob.sid, { mode: 'COLD', attributes: { cold: true }, priority: 5 });
    await until(() => reservation.status === 'wrapping', 'wrapping');
    assert.deepEqual(incoming.task.attributes, { cold: true });
    assert.equal(incoming.task.priority, 5);
    await toldOf(incoming.task, 'updated', () => incoming.accept());
    await toldOf(reservation, 'completed', () => reservation.complete());
    await over(incoming);
  });

  await t.test('And back again', async () => {
    const { reservation, incoming } = await begin(bob.sid);
    await toldOf(incoming.task, 'updated', () => incoming.accept());
    await toldOf(reservation, 'completed', () => reservation.complete());
    const back = told(alice, 'reservationCreated');
    await incoming.task.transfer(alice.sid, {});
    const third = await back;
    await toldOf(third, 'accepted', () => third.accept());
    await over(third);
  });

  await t.test('A transfer under way is there again after a reconnect', async () => {
    const { reservation } = await begin(bob.sid);
    const again = await scene.agent('alice');
    const seen = again.reservations.get(reservation.sid);
    assert.equal(seen.task.transfers.outgoing.to, bob.sid);
    again.disconnect();
    await over(reservation);
  });

  await t.test('To nobody who could take it', async () => {
    const reservation = await scene.accepted(alice, 'alice');
    await refused(reservation.task.transfer(scene.worker.carol, {}), 400, /not available/);
    await refused(reservation.task.transfer(`WQ${'0'.repeat(32)}`, {}), 400);
    await over(reservation);
  });

  await t.test('Nothing went wrong on the way', () => assert.deepEqual([...alice.errors, ...bob.errors], []));
});

test('A transfer that nobody answers fails', async t => {
  const scene = await Scene.start(t, server, { reservationTimeout: 1 });
  const alice = await scene.available('alice');
  const bob = await scene.available('bob');
  const reservation = await scene.accepted(alice, 'alice');
  const initiated = told(reservation.task, 'transferInitiated');
  await reservation.task.transfer(bob.sid, {});
  const outgoing = await initiated;
  await until(() => outgoing.transferFailedReason, 'failed');
  assert.equal(outgoing.transferFailedReason, 'Transfer failed because the reservation timed out');
  await until(() => reservation.task.status === 'assigned', 'assigned');
});
