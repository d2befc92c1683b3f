// The main story, told by the unmodified client: from an empty server to completed work, and through a power cut.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Server, databases, releases } from './server.js';
import { eventually, expectRefusal, expectWire } from './wire.js';

// The two workers of https://www.twilio.com/docs/taskrouter/api/worker#worker-attributes
const alice = { skills: ['support', 'sales'], languages: ['english'] };
const bob = { skills: ['sales'], languages: ['spanish', 'english'], contact_uri: 'client:Bob' };

const standardChannels = ['default', 'voice', 'chat', 'sms', 'video'];

for (const database of databases) {
  test(`A task finds its worker, on ${database}`, async t => {
    const server = await Server.start(database);
    t.after(async () => assert.equal(await server.stop(), 0, 'exit code after SIGTERM'));
    for (const release of Object.keys(releases)) {
      server.release = release;
      await t.test(`With ${release}`, t => new Story(server).tell(t));
    }
  });
}

class Story {
  constructor(server) {
    this.server = server;
    this.client = server.client();
  }

  async tell(t) {
    await t.test('A workspace from the FIFO template has all it needs', () => this.workspace());
    await t.test('Activities are made, renamed and deleted', () => this.activities());
    await t.test('Workers keep their attributes as they were sent', () => this.workers());
    await t.test('The only available worker is offered the task and accepts it through the task', () => this.accept());
    await t.test('The worker who has waited longest is first', () => this.longestIdle());
    await t.test('Queues and a workflow are made from Twilio\'s own expressions', () => this.configuration());
    await t.test('A filter leads to a queue, and a new skill makes its worker eligible', () => this.sales());
    await t.test('A rejected reservation is offered again, and accepted through the worker', () => this.gold());
    await t.test('A canceled task takes its reservation with it', () => this.cancelation());
    await t.test('A deleted task is gone and frees its worker', () => this.deletion());
    await t.test('An unanswered reservation times out and its worker moves', () => this.reservationTimeout());
    await t.test('A task that nobody takes ends with its time to live', () => this.timeToLive());
    await t.test('Acknowledged work is there after SIGKILL', () => this.powerCut());
    await t.test('What is in use is kept, what is free is deleted', () => this.cleanUp());
  }

  get sid() {
    return this.workspaceSid;
  }

  get api() {
    return this.client.taskrouter.v1.workspaces(this.workspaceSid);
  }

  wire(kind, instance) {
    return expectWire(this.server, kind, instance);
  }

  async workspace() {
    const workspaces = this.client.taskrouter.v1.workspaces;
    const workspace = await workspaces.create({ friendlyName: 'Support', template: 'FIFO' });
    this.workspaceSid = workspace.sid;
    await this.wire('workspace', workspace);
    assert.equal(workspace.friendlyName, 'Support');
    assert.equal(workspace.accountSid, this.server.accountSid);
    assert.equal(workspace.defaultActivityName, 'Offline');
    assert.equal(workspace.timeoutActivityName, 'Offline');
    assert.equal(workspace.eventCallbackUrl, '');
    assert.equal(workspace.eventsFilter, null);
    assert.equal(workspace.multiTaskEnabled, true);
    assert.equal(workspace.prioritizeQueueOrder, 'FIFO');
    assert.deepEqual(workspace.dateUpdated, workspace.dateCreated);
    assert.ok(Math.abs(Date.now() - workspace.dateCreated) < 10_000, `${workspace.dateCreated}`);

    const activities = await this.api.activities.list();
    assert.deepEqual(activities.map(activity => [activity.friendlyName, activity.available]),
      [['Offline', false], ['Available', true], ['Unavailable', false]]);
    this.activity = Object.fromEntries(activities.map(activity => [activity.friendlyName, activity.sid]));

    const channels = await this.api.taskChannels.list();
    assert.deepEqual(channels.map(channel => channel.uniqueName), standardChannels);
    await this.wire('taskChannel', channels[0]);
    assert.equal((await this.api.taskChannels('chat').fetch()).sid, channels[2].sid);

    const [queue, ...otherQueues] = await this.api.taskQueues.list();
    assert.deepEqual([queue.friendlyName, queue.targetWorkers, otherQueues.length], ['Sample Queue', '1==1', 0]);
    await this.wire('taskQueue', queue);
    const [workflow, ...otherWorkflows] = await this.api.workflows.list();
    assert.deepEqual([workflow.friendlyName, otherWorkflows.length], ['Default Fifo Workflow', 0]);
    assert.equal(JSON.parse(workflow.configuration).task_routing.default_filter.queue, queue.sid);
    assert.equal(workflow.taskReservationTimeout, 120);
    await this.wire('workflow', workflow);
    this.fifo = { queueSid: queue.sid, workflowSid: workflow.sid };

    const renamed = await this.api.update({ friendlyName: 'Support desk' });
    assert.equal(renamed.friendlyName, 'Support desk');
    assert.equal((await this.api.fetch()).friendlyName, 'Support desk');
    assert.equal((await workspaces.list({ friendlyName: 'Support desk' })).length, 1);
    await expectRefusal(workspaces.create({ friendlyName: 'SUPPORT DESK' }), 400, 20001, /./);
  }

  async activities() {
    const activity = await this.api.activities.create({ friendlyName: 'Lunch' });
    await this.wire('activity', activity);
    assert.equal(activity.available, false);
    const renamed = await this.api.activities(activity.sid).update({ friendlyName: 'Coffee' });
    assert.equal(renamed.friendlyName, 'Coffee');
    await this.wire('activity', renamed);
    await expectRefusal(this.api.activities.create({ friendlyName: 'coffee' }), 400, 20001, /./);
    assert.equal(await this.api.activities(activity.sid).remove(), true);
    await expectRefusal(this.api.activities(activity.sid).fetch(), 404, 20404,
      new RegExp(`/Workspaces/${this.sid}/Activities/${activity.sid}`));
    await expectRefusal(this.api.activities(this.activity.Offline).remove(), 400, 20001, /./);
    const training = await this.api.activities.create({ friendlyName: 'Training', available: true });
    assert.equal(training.available, true);
    this.activity.Training = training.sid;
  }

  async workers() {
    // Spaces, escapes and letters outside the basic plane must come back as they went in.
    const text = `{ "skills": ["support","sales"],  "languages": ["english"], "note": "\\u00e9 é 😀" }`;
    this.alice = await this.api.workers.create({ friendlyName: 'Alice', attributes: text });
    assert.equal(this.alice.attributes, text);
    assert.deepEqual([this.alice.activityName, this.alice.available], ['Offline', false]);
    await this.wire('worker', this.alice);
    await this.api.workers(this.alice.sid).update({ attributes: JSON.stringify(alice) });
    this.bob = await this.api.workers.create({
      friendlyName: 'Bob', attributes: JSON.stringify(bob), activitySid: this.activity.Offline,
    });
    await this.wire('worker', this.bob);
    assert.deepEqual(JSON.parse(this.bob.attributes), bob);

    const listed = await this.api.workers.list();
    assert.deepEqual(listed.map(worker => [worker.sid, JSON.parse(worker.attributes)]),
      [[this.alice.sid, alice], [this.bob.sid, bob]]);
    assert.deepEqual((await this.api.workers.list({ friendlyName: 'bob' })).map(worker => worker.sid), [this.bob.sid]);
    await expectRefusal(this.api.workers.create({ friendlyName: 'ALICE' }), 400, 20001, /./);
    await expectRefusal(this.api.workers.create({ friendlyName: 'Carol', attributes: '["sales"]' }),
      400, 20001, /Attributes/);

    const channels = await this.api.workers(this.alice.sid).workerChannels.list();
    assert.deepEqual(channels.map(channel => channel.taskChannelUniqueName), standardChannels);
    for (const channel of channels) {
      await this.wire('workerChannel', channel);
      assert.deepEqual([channel.configuredCapacity, channel.available, channel.assignedTasks,
        channel.availableCapacityPercentage], [1, true, 0, 100]);
    }
    const chat = await this.api.workers(this.alice.sid).workerChannels('chat').update({ capacity: 3 });
    assert.equal(chat.configuredCapacity, 3);
    const off = await this.api.workers(this.alice.sid).workerChannels(chat.sid).update({ available: false });
    assert.deepEqual([off.available, off.configuredCapacity], [false, 3]);
  }

  async accept() {
    await this.become(this.alice, 'Available');
    // The workspace has one workflow, so the task need not name it.
    const task = await this.api.tasks.create({ attributes: '{"type":"support"}' });
    // Twilio's own answer to a creation: the task as it began, before anybody was asked.
    assert.equal(task.assignmentStatus, 'pending');
    assert.deepEqual([task.workflowSid, task.taskQueueSid, task.taskQueueFriendlyName, task.taskChannelUniqueName],
      [this.fifo.workflowSid, this.fifo.queueSid, 'Sample Queue', 'default']);
    assert.deepEqual([task.priority, task.timeout, task.reason], [0, 86400, null]);
    await this.expectStatus(task, 'reserved');
    assert.equal((await this.wire('task', await this.api.tasks(task.sid).fetch())).ignore_capacity, false);

    const reservation = await this.reservationOf(task, this.alice);
    assert.equal(reservation.reservationStatus, 'pending');
    const accepted = await this.api.tasks(task.sid).reservations(reservation.sid)
      .update({ reservationStatus: 'accepted' });
    assert.equal(accepted.reservationStatus, 'accepted');
    await this.wire('reservation', accepted);
    await this.expectStatus(task, 'assigned');
    await this.expectLoad(this.alice, 1, 0);
    await expectRefusal(this.api.tasks(task.sid).reservations(reservation.sid)
      .update({ reservationStatus: 'accepted' }), 400, 20001, /accepted/);
    await expectRefusal(this.api.tasks(task.sid).update({ assignmentStatus: 'canceled' }), 400, 20001,
      new RegExp(`^Cannot cancel task ${task.sid} in workspace ${this.sid} for account ${this.server.accountSid}` +
        ' because it is not pending or reserved\\.$'));

    const completed = await this.api.tasks(task.sid).update({ assignmentStatus: 'completed', reason: 'solved' });
    assert.deepEqual([completed.assignmentStatus, completed.reason], ['completed', 'solved']);
    await this.wire('task', completed);
    assert.equal((await this.reservationOf(task, this.alice)).reservationStatus, 'completed');
    await this.expectLoad(this.alice, 0, 100);
    await expectRefusal(this.api.tasks(task.sid).update({ assignmentStatus: 'completed' }), 400, 20001,
      new RegExp(`^Cannot complete task ${task.sid} in workspace ${this.sid} for account ${this.server.accountSid}` +
        ' because it is not currently assigned\\.$'));
  }

  async longestIdle() {
    await this.become(this.bob, 'Training');
    for (const worker of [this.bob, this.alice, this.bob]) {
      const task = await this.api.tasks.create({ attributes: '{}' });
      const reservation = await this.reservationOf(task, worker);
      await this.answer(reservation, 'accepted');
      await this.api.tasks(task.sid).update({ assignmentStatus: 'completed' });
    }
    await this.become(this.alice, 'Offline');
    await this.become(this.bob, 'Offline');
  }

  async configuration() {
    const sales = await this.api.taskQueues.create({
      friendlyName: 'Sales', targetWorkers: 'routing.skills HAS "Sales"',
    });
    const support = await this.api.taskQueues.create({
      friendlyName: 'English support', targetWorkers: '"skills" HAS "english" AND "skills" HAS "support"',
      maxReservedWorkers: 1, taskOrder: 'FIFO', reservationActivitySid: this.activity.Unavailable,
    });
    for (const queue of [sales, support]) {
      await this.wire('taskQueue', queue);
    }
    assert.deepEqual([sales.reservationActivitySid, sales.reservationActivityName], [null, null]);
    assert.equal(support.reservationActivityName, 'Unavailable');
    await expectRefusal(this.api.taskQueues.create({ friendlyName: 'Broken', targetWorkers: 'skills HAS' }),
      400, 20001, /TargetWorkers/);

    const configuration = JSON.stringify({
      task_routing: {
        filters: [
          {
            filter_friendly_name: 'Sales', expression: '"Sales" IN task.skillsNeeded',
            targets: [{ queue: sales.sid }],
          },
          {
            friendly_name: 'Gold', expression: "customer_value == 'Gold' AND type == 'ticket'",
            targets: [{ task_queue_sid: support.sid, priority: '10' }],
          },
        ],
      },
    }, null, 2);
    const workflow = await this.api.workflows.create({
      friendlyName: 'Sales and support', configuration, taskReservationTimeout: 60,
    });
    assert.equal(workflow.configuration, configuration);
    assert.deepEqual([workflow.taskReservationTimeout, workflow.assignmentCallbackUrl,
      workflow.fallbackAssignmentCallbackUrl, workflow.documentContentType], [60, null, null, 'application/json']);
    await this.wire('workflow', workflow);
    await expectRefusal(this.api.workflows.create({ friendlyName: 'Broken', configuration: '{"filters":[]}' }),
      400, 20001, /./);
    const renamed = await this.api.workflows(workflow.sid).update({ friendlyName: 'Skills' });
    assert.deepEqual([renamed.friendlyName, renamed.configuration], ['Skills', configuration]);
    this.skills = { workflowSid: workflow.sid, salesSid: sales.sid, supportSid: support.sid };
    await expectRefusal(this.skilled({ type: 'question' }), 400, 20001, /./);
    await expectRefusal(this.api.tasks.create({ attributes: '{}' }), 400, 20001, /Workflow/);
  }

  async sales() {
    await this.become(this.alice, 'Available');
    const task = await this.skilled({ skillsNeeded: ['Sales'] });
    assert.deepEqual([task.taskQueueSid, task.taskQueueFriendlyName, task.workflowFriendlyName],
      [this.skills.salesSid, 'Sales', 'Skills']);
    // Alice has "sales", but not among routing.skills: nobody may take it yet.
    await this.expectStatus(task, 'pending');
    assert.deepEqual(await this.api.tasks(task.sid).reservations.list(), []);

    await this.api.workers(this.alice.sid).update({
      attributes: JSON.stringify({ ...alice, routing: { skills: ['Sales'] } }),
    });
    const reservation = await this.reservationOf(task, this.alice);
    await this.expectStatus(task, 'reserved');
    await this.answer(reservation, 'accepted');
    await expectRefusal(this.api.workers(this.alice.sid).remove(), 400, 20001, /./);
    const wrapping = await this.api.tasks(task.sid).update({ assignmentStatus: 'wrapping' });
    assert.equal(wrapping.assignmentStatus, 'wrapping');
    assert.equal((await this.reservationOf(task, this.alice)).reservationStatus, 'wrapping');
    await this.expectLoad(this.alice, 1, 0);
    await this.answer(reservation, 'completed');
    await this.expectStatus(task, 'completed');
    await this.expectLoad(this.alice, 0, 100);
    await this.become(this.alice, 'Offline');
  }

  async gold() {
    await this.api.workers(this.bob.sid).update({
      attributes: JSON.stringify({ ...bob, skills: ['english', 'support'] }),
    });
    await this.become(this.bob, 'Available');
    const task = await this.skilled({ customer_value: 'Gold', type: 'ticket' });
    assert.deepEqual([task.taskQueueFriendlyName, task.priority], ['English support', 10]);
    const first = await this.reservationOf(task, this.bob);
    const rejected = await this.api.tasks(task.sid).reservations(first.sid)
      .update({ reservationStatus: 'rejected', workerActivitySid: this.activity.Unavailable });
    assert.equal(rejected.reservationStatus, 'rejected');
    await this.expectStatus(task, 'pending');
    const away = await this.api.workers(this.bob.sid).fetch();
    assert.deepEqual([away.activityName, away.available], ['Unavailable', false]);

    await this.become(this.bob, 'Available');
    await this.expectStatus(task, 'reserved');
    const pending = await this.api.workers(this.bob.sid).reservations.list({ reservationStatus: 'pending' });
    assert.deepEqual(pending.map(reservation => reservation.taskSid), [task.sid]);
    assert.notEqual(pending[0].sid, first.sid);
    await this.wire('reservation', pending[0]);
    await this.answer(pending[0], 'accepted');
    await this.expectStatus(task, 'assigned');
    await this.answer(pending[0], 'completed');
    await this.expectStatus(task, 'completed');
  }

  async cancelation() {
    const task = await this.skilled({ customer_value: 'Gold', type: 'ticket' });
    const reservation = await this.reservationOf(task, this.bob);
    await expectRefusal(this.api.tasks(task.sid).update({ assignmentStatus: 'wrapping' }), 400, 20001,
      new RegExp(`^Cannot wrap up a task ${task.sid} in workspace ${this.sid} for account ${this.server.accountSid}` +
        " because it's not currently assigned$"));
    const canceled = await this.api.tasks(task.sid).update({ assignmentStatus: 'canceled', reason: 'hung up' });
    assert.deepEqual([canceled.assignmentStatus, canceled.reason], ['canceled', 'hung up']);
    await this.wire('task', canceled);
    assert.equal((await this.reservationOf(task, this.bob)).reservationStatus, 'canceled');
    await expectRefusal(this.answer(reservation, 'accepted'), 400, 20001, /canceled/);
    await this.expectLoad(this.bob, 0, 100);
  }

  async deletion() {
    const task = await this.skilled({ customer_value: 'Gold', type: 'ticket' });
    await this.answer(await this.reservationOf(task, this.bob), 'accepted');
    await this.expectLoad(this.bob, 1, 0);
    assert.equal(await this.api.tasks(task.sid).remove(), true);
    await expectRefusal(this.api.tasks(task.sid).fetch(), 404, 20404,
      new RegExp(`/Workspaces/${this.sid}/Tasks/${task.sid}`));
    await expectRefusal(this.api.tasks(task.sid).remove(), 404, 20404, /./);
    await this.expectLoad(this.bob, 0, 100);
  }

  async reservationTimeout() {
    await this.api.workflows(this.skills.workflowSid).update({ taskReservationTimeout: 1 });
    const task = await this.skilled({ customer_value: 'Gold', type: 'ticket' });
    const reservation = await this.reservationOf(task, this.bob);
    await eventually(() => this.api.tasks(task.sid).reservations(reservation.sid).fetch(),
      answer => answer.reservationStatus === 'timeout');
    assert.equal((await this.api.workers(this.bob.sid).fetch()).activityName, 'Offline');
    await this.expectStatus(task, 'pending');
    await this.api.tasks(task.sid).update({ assignmentStatus: 'canceled' });
    await this.api.workflows(this.skills.workflowSid).update({ taskReservationTimeout: 60 });
  }

  async timeToLive() {
    const task = await this.skilled({ skillsNeeded: ['Sales'] }, { timeout: 1 });
    assert.equal(task.timeout, 1);
    const ended = await eventually(() => this.api.tasks(task.sid).fetch(),
      answer => answer.assignmentStatus === 'canceled');
    assert.equal(ended.reason, 'Task TTL Exceeded');
  }

  async powerCut() {
    await this.become(this.bob, 'Available');
    const assigned = await this.skilled({ customer_value: 'Gold', type: 'ticket' });
    const reservation = await this.reservationOf(assigned, this.bob);
    await this.answer(reservation, 'accepted');
    const waiting = await this.skilled({ skillsNeeded: ['Sales'], note: 'é 😀' });
    const hopeless = await this.skilled({ skillsNeeded: ['Sales'] }, { timeout: 1 });
    const before = await this.api.workers.list();

    await this.server.kill();
    await this.server.launch();

    const after = await this.api.workers.list();
    assert.deepEqual(after.map(worker => worker.toJSON()), before.map(worker => worker.toJSON()));
    await this.expectStatus(assigned, 'assigned');
    await this.expectLoad(this.bob, 1, 0);
    const kept = await this.expectStatus(waiting, 'pending');
    assert.equal(kept.attributes, waiting.attributes);
    await this.answer(reservation, 'completed');
    await this.expectStatus(assigned, 'completed');
    await eventually(() => this.api.tasks(hopeless.sid).fetch(), answer => answer.assignmentStatus === 'canceled');
    await this.api.tasks(waiting.sid).update({ assignmentStatus: 'canceled' });
  }

  async cleanUp() {
    await expectRefusal(this.api.taskQueues(this.skills.salesSid).remove(), 400, 20001, /./);
    assert.equal(await this.api.workflows(this.skills.workflowSid).remove(), true);
    assert.equal(await this.api.taskQueues(this.skills.salesSid).remove(), true);
    assert.equal(await this.api.workers(this.alice.sid).remove(), true);
    await expectRefusal(this.api.workers(this.alice.sid).fetch(), 404, 20404, new RegExp(this.alice.sid));
    assert.equal(await this.api.remove(), true);
    await expectRefusal(this.api.fetch(), 404, 20404, new RegExp(`/Workspaces/${this.sid}`));
    await expectRefusal(this.api.workers.list(), 404, 20404, /./);
  }

  // Small steps the story is made of.

  async become(worker, activity) {
    const updated = await this.api.workers(worker.sid).update({ activitySid: this.activity[activity] });
    assert.equal(updated.activityName, activity);
    await this.wire('worker', updated);
  }

  skilled(attributes, more = {}) {
    return this.api.tasks.create({
      workflowSid: this.skills.workflowSid, attributes: JSON.stringify(attributes), ...more,
    });
  }

  /** The newest reservation of the task, which must be the worker's. */
  async reservationOf(task, worker) {
    const reservation = (await this.api.tasks(task.sid).reservations.list()).at(-1);
    assert.ok(reservation, `${task.sid} has no reservation`);
    assert.deepEqual([reservation.workerName, reservation.workerSid, reservation.taskSid],
      [worker.friendlyName, worker.sid, task.sid]);
    await this.wire('reservation', reservation);
    return reservation;
  }

  /** Updates the reservation through its worker. */
  async answer(reservation, reservationStatus) {
    const updated = await this.api.workers(reservation.workerSid).reservations(reservation.sid)
      .update({ reservationStatus });
    assert.equal(updated.reservationStatus, reservationStatus);
    await this.wire('reservation', updated);
    return updated;
  }

  async expectStatus(task, status) {
    const fetched = await this.api.tasks(task.sid).fetch();
    assert.equal(fetched.assignmentStatus, status);
    await this.wire('task', fetched);
    return fetched;
  }

  async expectLoad(worker, assigned, freePercent) {
    const channel = await this.api.workers(worker.sid).workerChannels('default').fetch();
    assert.deepEqual([channel.assignedTasks, channel.availableCapacityPercentage], [assigned, freePercent]);
  }
}
