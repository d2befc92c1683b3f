// The thread of storm.test.js that routes: a task is made, which reserves it for Alice, accepted and completed.
import { parentPort, workerData } from 'node:worker_threads';

const { accountSid, authToken, baseUrl, workspaceSid, workflowSid, workerSid, activitySid } = workerData;
const authorization = `Basic ${Buffer.from(`${accountSid}:${authToken}`).toString('base64')}`;
let times = [];
let isRunning = false;
let running = Promise.resolve();

await call('POST', `/Workers/${workerSid}`, { ActivitySid: activitySid });
parentPort.on('message', async message => {
  isRunning = message === 'begin';
  if (isRunning) {
    times = [];
    running = run();
    parentPort.postMessage('begun');
  } else {
    await running;
    parentPort.postMessage(times);
  }
});

async function run() {
  while (isRunning) {
    const started = performance.now();
    const task = await call('POST', '/Tasks', { WorkflowSid: workflowSid, Attributes: '{"to":"alice"}' });
    const { reservations: [reservation] } = await call('GET', `/Tasks/${task.sid}/Reservations`);
    const path = `/Workers/${workerSid}/Reservations/${reservation.sid}`;
    await call('POST', path, { ReservationStatus: 'accepted' });
    await call('POST', path, { ReservationStatus: 'completed' });
    times.push(performance.now() - started);
  }
}

async function call(method, path, form) {
  const response = await fetch(`${baseUrl}/v1/Workspaces/${workspaceSid}${path}`, { method,
    headers: { authorization }, body: form && new URLSearchParams(form) });
  if (!response.ok) {
    throw new Error(`${method} ${path}: ${response.status} ${await response.text()}`);
  }
  return response.json();
}
