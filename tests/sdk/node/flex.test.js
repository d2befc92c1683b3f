// Flex's walk-through of skill-based routing, by the unmodified client: configuration, skills, queues, a workflow.
// https://www.twilio.com/docs/flex/onboarding/configure-skill-based-routing
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { test } from 'node:test';
import { promisify } from 'node:util';
import { Server, databases } from './server.js';
import { eventually } from './wire.js';

const run = promisify(execFile);
const sales = { name: 'Sales', multivalue: false, minimum: null, maximum: null };
const support = { name: 'Support', multivalue: false, minimum: null, maximum: null };
const tier = { name: 'Tier', multivalue: true, minimum: 1, maximum: 5 };

// Shorter than the guide's 20 seconds: the server's clock is the real one.
const reservationTimeout = 2;

for (const database of databases) {
  test(`Tasks find workers by skill, as Flex has it, on ${database}`, async t => {
    const server = await Server.start(database);
    t.after(async () => assert.equal(await server.stop(), 0, 'exit code after SIGTERM'));
    await new Story(server).tell(t);
  });
}

class Story {
  constructor(server) {
    this.server = server;
    this.client = server.client();
    this.client.flexApi.baseUrl = server.baseUrl;
  }

  async tell(t) {
    await t.test('A Flex workspace has what Flex begins with', () => this.workspace());
    await t.test('The configuration is there, about the only workspace', () => this.configuration());
    await t.test('Skills are defined, and shown with their expressions', () => this.define());
    await t.test('An agent gets a skill, in the shape that Flex gives it', () => this.assign());
    await t.test('A level outside the bounds is refused', () => this.levels());
    await t.test('Each skill gets its queue, and the queue its workers', () => this.queues());
    await t.test('The workflow comes back as it was sent', () => this.workflow());
    await t.test('A task that needs Sales is offered to the agent', () => this.offer());
    await t.test('Nobody accepts, and the worker moves', () => this.timeout());
    await t.test('A task that needs Support waits', () => this.wait());
    await t.test('A skill that is toggled off takes the agent out of the queue', () => this.toggle());
    await t.test('The lines of the help article show skills and attributes', () => this.article());
  }

  get api() {
    return this.client.taskrouter.v1.workspaces(this.sid);
  }

  get ext() {
    return `/ext/v1/Workspaces/${this.sid}`;
  }

  async send(path, init = {}) {
    const response = await this.server.fetch(path, init);
    return { status: response.status, body: response.status === 204 ? null : await response.json() };
  }

  post(path, form) {
    return this.send(path, { method: 'POST', body: new URLSearchParams(form) });
  }

  configure(properties) {
    return this.send('/v1/Configuration', {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ account_sid: this.server.accountSid, ...properties }),
    });
  }

  async attributes() {
    return JSON.parse((await this.api.workers(this.alice).fetch()).attributes);
  }

  async matching(queueSid) {
    return (await this.api.workers.list({ taskQueueSid: queueSid })).map(worker => worker.friendlyName);
  }

  async workspace() {
    const { sid } = await this.client.taskrouter.v1.workspaces.create({ friendlyName: 'Flex', template: 'FLEX' });
    this.sid = sid;
    const activities = await this.api.activities.list();
    assert.deepEqual(activities.map(one => [one.friendlyName, one.available]),
      [['Offline', false], ['Available', true], ['Unavailable', false], ['Break', false]]);
    this.activity = Object.fromEntries(activities.map(one => [one.friendlyName, one.sid]));
    [this.everyone] = await this.api.taskQueues.list();
    assert.deepEqual([this.everyone.friendlyName, this.everyone.targetWorkers], ['Everyone', '1==1']);
    [this.toAnyone] = await this.api.workflows.list();
    assert.equal(this.toAnyone.friendlyName, 'Assign to Anyone');
  }

  async configuration() {
    const configuration = await this.client.flexApi.v1.configuration().fetch();
    assert.equal(configuration.accountSid, this.server.accountSid);
    assert.equal(configuration.status, 'ok');
    assert.equal(configuration.taskrouterWorkspaceSid, this.sid);
    assert.equal(configuration.taskrouterTargetWorkflowSid, this.toAnyone.sid);
    assert.equal(configuration.taskrouterTargetTaskqueueSid, this.everyone.sid);
    assert.equal(configuration.taskrouterOfflineActivitySid, this.activity.Offline);
    assert.deepEqual(configuration.taskrouterSkills, []);
    assert.ok(Math.abs(Date.now() - configuration.dateCreated) < 60_000);
    assert.equal((await this.client.flexApi.v1.configuration().fetch({ uiVersion: '2.0.0' })).url, configuration.url);
  }

  async define() {
    assert.equal((await this.configure({ taskrouter_skills: [sales, support] })).status, 200);
    assert.equal((await this.configure({ attributes: { kept: true } })).status, 200);
    assert.equal((await this.configure({ taskrouter_skills: [sales, support, tier] })).status, 200);
    const configuration = await this.client.flexApi.v1.configuration().fetch();
    assert.deepEqual(configuration.taskrouterSkills, [sales, support, tier]);
    assert.deepEqual(configuration.attributes, { kept: true });
    const { skills } = (await this.send(`${this.ext}/Skills`)).body;
    assert.deepEqual(skills.map(skill => [skill.queue_expression, skill.workflow_expression]), [
      ['routing.skills HAS "Sales"', '"Sales" IN task.skillsNeeded'],
      ['routing.skills HAS "Support"', '"Support" IN task.skillsNeeded'],
      ['routing.skills HAS "Tier"', '"Tier" IN task.skillsNeeded'],
    ]);
    this.expressions = Object.fromEntries(skills.map(skill => [skill.name, skill]));
  }

  async assign() {
    const attributes = { contact_uri: 'client:alice', roles: ['agent'], full_name: 'Alice' };
    const alice = await this.api.workers.create({
      friendlyName: 'Alice', activitySid: this.activity.Available, attributes: JSON.stringify(attributes),
    });
    this.alice = alice.sid;
    this.skills = `${this.ext}/Workers/${this.alice}/Skills`;
    assert.equal((await this.post(this.skills, { Name: 'Sales' })).status, 201);
    assert.deepEqual(await this.attributes(), {
      ...attributes, routing: { skills: ['Sales'], levels: {} }, disabled_skills: { skills: [], levels: {} },
    });
  }

  async levels() {
    for (const Level of ['0', '6']) {
      const { status, body } = await this.post(this.skills, { Name: 'Tier', Level });
      assert.deepEqual([status, body.code], [400, 20001]);
      assert.match(body.message, /from 1 to 5/);
    }
    assert.deepEqual((await this.attributes()).routing, { skills: ['Sales'], levels: {} });
  }

  async queues() {
    const make = name => this.api.taskQueues.create({
      friendlyName: name,
      taskOrder: 'FIFO',
      reservationActivitySid: this.activity.Offline,
      assignmentActivitySid: this.activity.Offline,
      maxReservedWorkers: 1,
      targetWorkers: this.expressions[name].queue_expression,
    });
    this.sales = await make('Sales');
    this.support = await make('Support');
    assert.deepEqual(await this.matching(this.sales.sid), ['Alice']);
    assert.deepEqual(await this.matching(this.support.sid), []);
    const { near_misses, workers } = (await this.send(`${this.ext}/TaskQueues/${this.support.sid}/Explain`)).body;
    assert.deepEqual(near_misses.map(miss => miss.text), ['1 worker misses only Support']);
    assert.deepEqual(workers.map(worker => [worker.name, worker.verdict]), [['Alice', 'NOT_IN_QUEUE']]);
  }

  async workflow() {
    const filter = (name, queue) => ({
      filter_friendly_name: `Send to ${name}`,
      expression: this.expressions[name].workflow_expression,
      targets: [{ queue: queue.sid }],
    });
    const configuration = JSON.stringify({
      task_routing: {
        filters: [filter('Sales', this.sales), filter('Support', this.support)],
        default_filter: { queue: this.everyone.sid },
      },
    });
    this.bySkill = await this.api.workflows.create({
      friendlyName: 'Sales and Support Workflow', configuration, taskReservationTimeout: reservationTimeout,
    });
    const fetched = await this.api.workflows(this.bySkill.sid).fetch();
    assert.equal(fetched.configuration, configuration);
    assert.equal(fetched.taskReservationTimeout, reservationTimeout);
    const used = (await this.send(`${this.ext}/Skills`)).body.skills[0];
    assert.deepEqual(used.task_queues.map(queue => queue.sid), [this.sales.sid]);
    assert.deepEqual(used.filters.map(one => one.filter_friendly_name), ['Send to Sales']);
    assert.deepEqual([used.workers_enabled, used.workers_disabled], [1, 0]);
  }

  newTask(...skillsNeeded) {
    return this.api.tasks.create({ workflowSid: this.bySkill.sid, attributes: JSON.stringify({ skillsNeeded }) });
  }

  async offer() {
    this.task = await this.newTask('Sales');
    const task = await this.api.tasks(this.task.sid).fetch();
    assert.deepEqual([task.taskQueueSid, task.assignmentStatus], [this.sales.sid, 'reserved']);
    [this.reservation] = await this.api.tasks(task.sid).reservations.list();
    assert.deepEqual([this.reservation.workerSid, this.reservation.reservationStatus], [this.alice, 'pending']);
  }

  async timeout() {
    await eventually(
      () => this.api.tasks(this.task.sid).reservations(this.reservation.sid).fetch(),
      reservation => reservation.reservationStatus === 'timeout');
    const { timeoutActivitySid } = await this.api.fetch();
    assert.equal((await this.api.workers(this.alice).fetch()).activitySid, timeoutActivitySid);
    assert.equal((await this.api.tasks(this.task.sid).fetch()).assignmentStatus, 'pending');
    const types = (await this.api.events.list({ taskSid: this.task.sid })).map(event => event.eventType);
    assert.ok(types.includes('reservation.timeout'), `${types}`);
  }

  async wait() {
    const waiting = await this.newTask('Support');
    const task = await this.api.tasks(waiting.sid).fetch();
    assert.deepEqual([task.taskQueueSid, task.assignmentStatus], [this.support.sid, 'pending']);
    assert.deepEqual(await this.api.tasks(waiting.sid).reservations.list(), []);

    const { status, body } = await this.send(`${this.ext}/Tasks/${waiting.sid}/Explain`);
    assert.equal(status, 200);
    assert.equal(body.summary, 'NO_MATCHING_WORKER: routing.skills lacks "Support" (1 of 1 workers)');
    assert.deepEqual(body.filters.map(filter => [filter.name, filter.result, filter.state]),
      [['Send to Sales', false, 'not_matched'], ['Send to Support', true, 'current']]);
    assert.equal(body.filters[0].trace, '"Sales" IN ["Support"] → false');
    const [step] = body.steps;
    assert.deepEqual([step.queue, step.summary.in_queue, step.summary.workers], ['Support', 0, 1]);
    const [alice] = step.workers;
    assert.deepEqual([alice.name, alice.verdict, alice.would_match_if], ['Alice', 'NOT_IN_QUEUE', ['add skill Support']]);
    assert.deepEqual(alice.reasons[0], {
      code: 'QUEUE_EXPRESSION_FALSE', clause: 'routing.skills HAS "Support"', actual: ['Sales'], wanted: 'Support',
    });
  }

  async toggle() {
    assert.equal((await this.post(`${this.skills}/Sales`, { Enabled: 'false' })).status, 200);
    const attributes = await this.attributes();
    assert.deepEqual(attributes.routing, { skills: [], levels: {} });
    assert.deepEqual(attributes.disabled_skills, { skills: ['Sales'], levels: {} });
    assert.equal(attributes.contact_uri, 'client:alice');
    assert.deepEqual(await this.matching(this.sales.sid), []);

    await this.api.workers(this.alice).update({ activitySid: this.activity.Available });
    assert.equal((await this.api.tasks(this.task.sid).fetch()).assignmentStatus, 'pending');
    assert.equal((await this.post(`${this.skills}/Sales`, { Enabled: 'true' })).status, 200);
    await eventually(
      () => this.api.tasks(this.task.sid).fetch(), task => task.assignmentStatus === 'reserved');
  }

  // https://help.twilio.com has the two lines; only the host is another.
  async article() {
    const { accountSid, authToken, baseUrl } = this.server;
    const curl = async (...line) => JSON.parse((await run('curl', ['-sS', ...line])).stdout);

    const configuration = await curl('-u', `${accountSid}:${authToken}`, `${baseUrl}/v1/Configuration/`);
    assert.deepEqual(configuration.taskrouter_skills, [sales, support, tier]);

    const worker = await curl(
      '-X', 'GET', '-u', `${accountSid}:${authToken}`, `${baseUrl}/v1/Workspaces/${this.sid}/Workers/${this.alice}`);
    assert.equal(typeof worker.attributes, 'string');
    assert.deepEqual(JSON.parse(worker.attributes).routing, { skills: ['Sales'], levels: {} });
  }
}
