// The instructions that connect calls, sent by the unmodified client. Nobody is dialled; everything else is as with a
// telephone.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Server, databases } from './server.js';
import { eventually, expectRefusal, expectShape } from './wire.js';

const callSid = `CA${'0'.repeat(32)}`;
const url = 'http://127.0.0.1:1/voice';

for (const database of databases) {
  test(`Voice instructions, on ${database}`, async t => {
    const server = await Server.start(database);
    t.after(async () => assert.equal(await server.stop(), 0, 'exit code after SIGTERM'));
    const workspaces = server.client().taskrouter.v1.workspaces;
    const workspace = await workspaces.create({ friendlyName: 'Voice', template: 'FIFO' });
    const api = workspaces(workspace.sid);
    const [available] = await api.activities.list({ friendlyName: 'Available' });

    // Each story has a worker and a task of its own, because its worker is busy afterwards.
    const offer = async () => {
      const worker = await api.workers.create({
        friendlyName: `Agent ${Math.random()}`,
        activitySid: available.sid,
        attributes: JSON.stringify({ contact_uri: 'client:alice' }),
      });
      const task = await api.tasks.create({ attributes: JSON.stringify({ call_sid: callSid, from: '+15550199' }) });
      const [reservation] = await api.tasks(task.sid).reservations.list();
      assert.equal(reservation.workerSid, worker.sid);
      return api.tasks(task.sid).reservations(reservation.sid).fetch();
    };
    const callsOf = async reservation => {
      const path = `/ext/v1/Workspaces/${workspace.sid}/Calls?ReservationSid=${reservation.sid}`;
      return (await (await server.fetch(path)).json()).calls;
    };

    const accepting = {
      conference: { from: '+15550100', statusCallbackEvent: ['initiated', 'answered'], maxParticipants: 3 },
      dequeue: { dequeueFrom: '+15550100', dequeueStatusCallbackEvent: ['ringing'], dequeueTimeout: 30 },
      call: { callFrom: '+15550100', callUrl: url, callAccept: true },
      redirect: { redirectCallSid: callSid, redirectUrl: url, redirectAccept: true },
    };
    for (const [instruction, parameters] of Object.entries(accepting)) {
      await t.test(`${instruction} answers pending, and accepts afterwards`, async () => {
        const reservation = await offer();
        const updated = await reservation.update({ instruction, ...parameters });
        assert.equal(updated.reservationStatus, 'pending');
        await eventually(() => reservation.fetch(), seen => seen.reservationStatus === 'accepted');
        const [call] = await eventually(() => callsOf(reservation), calls => calls.length > 0);
        assert.deepEqual([call.instruction, call.outcome, call.task_sid],
          [instruction, 'accepted', reservation.taskSid]);
      });
    }

    await t.test('The same below the worker', async () => {
      const { sid, workerSid } = await offer();
      const ofWorker = api.workers(workerSid).reservations(sid);
      assert.equal((await ofWorker.update({ instruction: 'conference' })).reservationStatus, 'pending');
      await eventually(() => ofWorker.fetch(), seen => seen.reservationStatus === 'accepted');
    });

    await t.test('supervise changes nothing', async () => {
      const reservation = await offer();
      const supervise = { instruction: 'supervise', supervisor: 'client:carol', supervisorMode: 'whisper' };
      await expectRefusal(reservation.update(supervise), 400, 40146, /pending/);
      await reservation.update({ instruction: 'accept' });
      const updated = await reservation.update(supervise);
      assert.equal(updated.reservationStatus, 'accepted');
      const [call] = await eventually(() => callsOf(reservation), calls => calls.length > 0);
      assert.deepEqual([call.to, call.from, call.parameters.supervisor_mode],
        ['client:carol', '+15550199', 'whisper']);
    });

    await t.test('Mistakes have the codes of Twilio', async () => {
      const reservation = await offer();
      await expectRefusal(reservation.update({ instruction: 'dequeue' }), 400, 40132, /DequeueFrom/);
      await expectRefusal(reservation.update({ instruction: 'call', callFrom: '1' }), 400, 40112, /CallUrl/);
      await expectRefusal(reservation.update({ instruction: 'redirect', redirectUrl: url }), 400, 40121, /CallSid/);
      await expectRefusal(
        reservation.update({ instruction: 'conference', maxParticipants: 251 }), 400, 20001, /MaxParticipants/);
      const answer = await server.fetch(
        `/v1/Workspaces/${workspace.sid}/Tasks/${reservation.taskSid}/Reservations/${reservation.sid}`);
      const json = await answer.json();
      expectShape(server, 'reservation', json);
      assert.equal(json.reservation_status, 'pending');
    });
  });
}
