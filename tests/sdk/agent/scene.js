// A workspace with agents in it: the server's part over REST by one Twilio client, the agents' part by the other.
import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { after } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import TaskRouter from 'twilio-taskrouter';
import { Server, releases } from '../node/server.js';

const { Supervisor, Worker, Workspace } = TaskRouter;
const { AccessToken } = releases['twilio 6'].jwt;

// The client's timers for heartbeats and for the end of its token outlive it, and would hold up the end of the tests.
for (const name of ['setTimeout', 'setInterval']) {
  const start = globalThis[name];
  globalThis[name] = (run, wait, ...given) => {
    const timer = start(run, wait, ...given);
    return wait > 20_000 ? timer.unref() : timer;
  };
}

// Patience that no test should have to have.
const impatient = {
  TASKROUTER_AGENT_EXPIRY_SECONDS: '1',
  TASKROUTER_AGENT_OFFLINE_SECONDS: '1',
  TASKROUTER_LIMIT_ROUTING_TARGET_SECONDS: '2',
};

/** A server for all scenes of a file. */
export async function serve(database = 'sqlite', settings = {}) {
  const server = await Server.start(database, { ...impatient, ...settings });
  after(async () => assert.equal(await server.stop(), 0, 'exit code after SIGTERM'));
  return server;
}

export class Scene {
  #agents = [];

  /** A workspace with a queue for everybody and one for each agent. */
  static async start(t, server, { reservationTimeout = 120 } = {}) {
    const scene = new Scene();
    scene.server = server;
    t.after(() => scene.disconnect());
    const client = scene.client = scene.server.client();
    client.api.baseUrl = scene.server.baseUrl;
    const workspaces = client.taskrouter.v1.workspaces;
    const workspace = await workspaces.create({ friendlyName: `Agents ${randomUUID()}`, template: 'FIFO' });
    scene.workspaceSid = workspace.sid;
    scene.api = workspaces(workspace.sid);
    scene.key = await client.newKeys.create();
    const activities = await scene.api.activities.list();
    scene.activity = Object.fromEntries(activities.map(activity => [activity.friendlyName, activity.sid]));
    scene.queue = {};
    const routes = [];
    for (const name of ['alice', 'bob']) {
      const queue = await scene.api.taskQueues.create({ friendlyName: name, targetWorkers: `name == '${name}'` });
      scene.queue[name] = queue.sid;
      routes.push({ filter_friendly_name: name, expression: `to == '${name}'`, targets: [{ queue: queue.sid }] });
    }
    const everybody = await scene.api.taskQueues.create({ friendlyName: 'everybody', targetWorkers: '1==1',
      maxReservedWorkers: 2 });
    scene.queue.everybody = everybody.sid;
    const workflow = await scene.api.workflows.create({
      friendlyName: 'By name',
      taskReservationTimeout: reservationTimeout,
      configuration: JSON.stringify({
        task_routing: { filters: routes, default_filter: { queue: everybody.sid } },
      }),
    });
    scene.workflowSid = workflow.sid;
    scene.worker = {};
    for (const name of ['alice', 'bob', 'carol']) {
      const worker = await scene.api.workers.create({ friendlyName: name, activitySid: scene.activity.Offline,
        attributes: JSON.stringify({ name, contact_uri: `client:${name}` }) });
      scene.worker[name] = worker.sid;
    }
    return scene;
  }

  get address() {
    return `127.0.0.1:${this.server.port}/v1/wschannels`;
  }

  get servers() {
    return { ebServer: `http://${this.address}`, wsServer: `ws://${this.address}`, logLevel: 'silent' };
  }

  /** As Twilio's library makes it for an application's front end. */
  token(name, { role = 'worker', ttl = 3600, key = this.key, workspaceSid = this.workspaceSid } = {}) {
    const token = new AccessToken(this.server.accountSid, key.sid, key.secret, { identity: name ?? 'nobody', ttl });
    token.addGrant(new AccessToken.TaskRouterGrant({ workspaceSid, workerSid: this.worker[name], role }));
    return token.toJwt();
  }

  /** The agent's client, ready. */
  async agent(name, { role = 'worker', token = this.token(name, { role }), ...options } = {}) {
    const agent = this.open(role === 'worker' ? Worker : Supervisor, token, options);
    await told(agent, 'ready');
    return agent;
  }

  /** The same for who wants to take tasks. */
  available(name, options) {
    return this.agent(name, { connectActivitySid: this.activity.Available, ...options })
      .then(async agent => {
        await until(() => agent.activity.name === 'Available', 'available');

        // The event of it comes after the answer; a test waits for events of its own.
        await delay(150);
        return agent;
      });
  }

  /** The client before it is ready, with whatever becomes of it. */
  open(Kind, token, options = {}) {
    const agent = new Kind(token, { ...this.servers, ...options });
    agent.errors = [];
    agent.on('error', error => agent.errors.push(error));
    this.#agents.push(agent);
    return agent;
  }

  workspace(token = this.token(undefined, { role: 'admin' }), options = {}) {
    return new Workspace(token, { ...this.servers, ...options });
  }

  /** A task for this agent, and the offer as its client sees it. */
  async offer(agent, to, attributes = {}) {
    const offered = told(agent, 'reservationCreated');
    const task = await this.api.tasks.create({ workflowSid: this.workflowSid,
      attributes: JSON.stringify({ to, ...attributes }) });
    const reservation = await offered;
    assert.equal(reservation.task.sid, task.sid);
    return reservation;
  }

  /** The same, accepted. */
  async accepted(agent, to, attributes) {
    const reservation = await this.offer(agent, to, attributes);
    const event = told(reservation, 'accepted');
    const updated = told(reservation.task, 'updated');
    await reservation.accept();
    await event;
    await updated;
    return reservation;
  }

  /** A change of itself that the client's own checks would not let through. */
  async agentPost(agent, params) {
    const url = `Workspaces/${this.workspaceSid}/Workers/${agent.sid}`;
    const answer = await this.post({ url, method: 'POST', params, token: this.token(agent.name) });
    if (answer.status !== 200) {
      const error = new Error(`Request failed with status code ${answer.status}. ${(await answer.json()).message}`);
      throw Object.assign(error, { name: 'REQUEST_INVALID' });
    }
  }

  /** An envelope as the older client sends it, without the client. */
  post(envelope, headers = {}) {
    const body = typeof envelope === 'string' ? envelope : JSON.stringify(envelope);
    return fetch(`http://${this.address}`, { method: 'POST', body,
      headers: { apiVersion: 'v1', 'content-type': 'application/x-www-form-urlencoded', ...headers } });
  }

  disconnect() {
    this.#agents.splice(0).forEach(agent => agent.disconnect());
  }
}

/** The next event of this name. */
export function told(emitter, name, milliseconds = 15_000) {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => reject(new Error(`no ${name} within ${milliseconds} ms`)), milliseconds);
    emitter.once(name, value => {
      clearTimeout(timer);
      resolve(value);
    });
  });
}

/** What is asked for, and then its event: listened for from the start, as a busy client may get to both at once. */
export async function toldOf(emitter, name, ask) {
  const heard = told(emitter, name);
  heard.catch(() => {});
  await ask();
  return heard;
}

/** That there is no such event for a while. */
export async function untold(emitter, name, milliseconds = 400) {
  const listen = () => { heard = true; };
  let heard = false;
  emitter.on(name, listen);
  await delay(milliseconds);
  emitter.off(name, listen);
  assert.equal(heard, false, `${name} was told`);
}

export async function until(holds, what, milliseconds = 15_000) {
  for (const deadline = Date.now() + milliseconds; !await holds();) {
    assert.ok(Date.now() < deadline, `not ${what} after ${milliseconds} ms`);
    await delay(20);
  }
}

/** The client's error for a refused request. */
export async function refused(promise, status, message = /./) {
  const error = await promise.then(() => assert.fail(`refused with ${status} was expected`), reason => reason);
  assert.match(error.message, new RegExp(`status code ${status}\\.`));
  assert.match(error.message, message);
  assert.equal(error.name, status < 500 ? 'REQUEST_INVALID' : 'SERVER_ERROR');
}
