// Everybody comes back at once, as after a cut in the network or a restart: every socket connects again within two
// seconds and asks for what a client asks for, while tasks go on being routed.
//   TASKROUTER_TEST_STORM=10000   the number of sockets; the figures in docs/performance.md are of that
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { constants, setPriority } from 'node:os';
import { test } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import { Worker as Thread } from 'node:worker_threads';
import { Crowd, handshake, question } from './crowd.js';
import { Scene, serve } from './scene.js';

const long = process.env.TASKROUTER_TEST_STORM;
const count = Number(long ?? 200);
const socketsOfWorker = 20;
const rounds = long ? 3 : 1;
const spreadMilliseconds = 2_000;

// A socket that was cut off is counted until the server has seen it.
const server = await serve('sqlite', {
  TASKROUTER_LIMIT_AGENT_SOCKETS: String(2 * count),
  TASKROUTER_LIMIT_CONNECTIONS: String(3 * count + 100),
  TASKROUTER_LIMIT_WORKER_SOCKETS: String(3 * socketsOfWorker),
});

test(`${count} sockets come back within seconds, and tasks are routed all the while`, async t => {
  const scene = await Scene.start(t, server);
  const workers = await makeWorkers(scene, Math.ceil(count / socketsOfWorker));
  const sockets = Array.from({ length: count }, (_, index) => workers[index % workers.length]);
  const open = [];
  const crowd = new Crowd(server.port);
  const connect = async (worker, wait) => {
    await delay(wait);
    open.push(await crowd.listen(worker.handshake));
    for (const request of worker.requests) {
      await crowd.ask(request);
    }
  };
  const storm = () => {
    open.splice(0).forEach(socket => socket.destroy());
    return Promise.all(sockets.map(worker => connect(worker, Math.random() * spreadMilliseconds)));
  };

  await storm();
  const probe = await Probe.start(scene);
  t.after(() => probe.end());
  // On Linux this is the thread's alone. Agents are on other machines: ten thousand of them on this one take what
  // processor the server and the probe leave, not half of it.
  setPriority(constants.priority.PRIORITY_BELOW_NORMAL);
  const [quiet, stormy] = [[], []];
  for (let round = 0; round < rounds; round++) {
    quiet.push(...await probe.during(() => delay(long ? 3_000 : 500)));
    const started = performance.now();
    stormy.push(...await probe.during(storm));
    t.diagnostic(`all back after ${Math.round(performance.now() - started)} ms`);
  }
  t.diagnostic(`quiet: ${describe(quiet)}; storm: ${describe(stormy)}`);
  assert.equal(open.filter(socket => !socket.destroyed).length, count);
  assert.ok(quiet.length > 0 && stormy.length > 0);
  open.forEach(socket => socket.destroy());
  crowd.end();
});

/** Workers with tokens, and what their clients ask for when they are connected. */
async function makeWorkers(scene, number) {
  const workers = [];
  for (let index = 0; index < number; index++) {
    const name = `agent ${index}`;
    const { sid } = await scene.api.workers.create({ friendlyName: name, attributes: '{}' });
    scene.worker[name] = sid;
    const own = `Workspaces/${scene.workspaceSid}/Workers/${sid}`;
    const token = scene.token(name);
    workers.push({
      handshake: handshake(token),
      requests: [[own, 'v1'], [`Workspaces/${scene.workspaceSid}/Activities`, 'v1'], [`${own}/WorkerChannels`, 'v1'],
        [`${own}/Reservations`, 'v2']].map(([url, apiVersion]) => question(url, apiVersion, token)),
    });
  }
  return workers;
}

/** Routes one task after the other to Alice, on a thread of its own: this one is busy being ten thousand clients. */
class Probe {
  #thread;
  #failed;

  constructor({ server: { accountSid, authToken, baseUrl }, workspaceSid, workflowSid, worker, activity }) {
    this.#thread = new Thread(new URL('probe.js', import.meta.url), { workerData: { accountSid, authToken, baseUrl,
      workspaceSid, workflowSid, workerSid: worker.alice, activitySid: activity.Available } });
    this.#failed = once(this.#thread, 'error').then(([error]) => { throw error; });
    this.#failed.catch(() => {});
  }

  /** With its thread running, whose priority is the one that this thread had. */
  static async start(scene) {
    const probe = new Probe(scene);
    await once(probe.#thread, 'online');
    return probe;
  }

  /** Milliseconds of each task that was routed while something went on. */
  async during(action) {
    await this.#ask('begin');
    await action();
    return this.#ask('end');
  }

  end() {
    return this.#thread.terminate();
  }

  async #ask(message) {
    this.#thread.postMessage(message);
    return (await Promise.race([once(this.#thread, 'message'), this.#failed]))[0];
  }
}

function median(times) {
  return times.toSorted((a, b) => a - b)[Math.floor(times.length / 2)];
}

function describe(times) {
  const sorted = times.toSorted((a, b) => a - b);
  return `${times.length} tasks, median ${median(times).toFixed(1)} ms, `
    + `95th percentile ${sorted[Math.floor(times.length * 0.95)].toFixed(1)} ms`;
}
