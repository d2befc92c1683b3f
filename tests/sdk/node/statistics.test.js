// Every statistics resource through the unmodified client, with every parameter: the fields of the contract and their
// types, and figures of a small story that anybody can recount.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Server, databases } from './server.js';
import { eventually, expectRefusal } from './wire.js';

const integer = Number.isInteger;
const date = value => typeof value === 'string' && /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/.test(value);
const sid = prefix => value => new RegExp(`^${prefix}[0-9a-f]{32}$`).test(value);
const orNull = rule => value => value === null || rule(value);
const url = value => typeof value === 'string' && value.startsWith('http://127.0.0.1:');
const object = rules => value => value !== null && typeof value === 'object' && !Array.isArray(value)
  && hasExactly(value, rules);
const counts = value => Object.values(value).every(integer);
const list = rules => value => Array.isArray(value) && value.every(object(rules));

function hasExactly(value, rules) {
  assert.deepEqual(Object.keys(value).sort(), Object.keys(rules).sort());
  for (const [key, rule] of Object.entries(rules)) {
    assert.ok(rule(value[key]), `${key} is ${JSON.stringify(value[key])}`);
  }
  return true;
}

const named = { sid: sid('WA'), friendly_name: value => typeof value === 'string' };
const waits = object({ avg: integer, min: integer, max: integer, total: integer });
const side = object({ tasks_canceled: integer, reservations_accepted: integer });
const split = object({ 5: object({ above: side, below: side }), 30: object({ above: side, below: side }) });
const identity = { account_sid: sid('AC'), workspace_sid: sid('WS') };
const workflow = { ...identity, workflow_sid: sid('WW') };
const queue = { ...identity, task_queue_sid: sid('WQ') };

const liveTasks = {
  longest_task_waiting_age: integer, longest_task_waiting_sid: orNull(sid('WT')), tasks_by_priority: counts,
  tasks_by_status: object({
    pending: integer, reserved: integer, assigned: integer, wrapping: integer, completed: integer, canceled: integer,
  }),
  total_tasks: integer,
};
const activities = { activity_statistics: list({ ...named, workers: integer }) };
const liveWorkers = { ...activities, total_workers: integer };
const liveQueueInBulk = { ...liveTasks, ...activities, total_available_workers: integer, total_eligible_workers: integer };
const liveQueue = {
  ...liveQueueInBulk, longest_relative_task_age_in_queue: integer,
  longest_relative_task_sid_in_queue: orNull(sid('WT')),
};

const reservations = {
  start_time: date, end_time: date, reservations_created: integer, reservations_accepted: integer,
  reservations_rejected: integer, reservations_timed_out: integer, reservations_canceled: integer,
  reservations_rescinded: integer,
};
const tasks = splitRule => ({
  ...reservations, avg_task_acceptance_time: integer, split_by_wait_time: splitRule,
  wait_duration_until_accepted: waits, wait_duration_until_canceled: waits, tasks_canceled: integer,
  tasks_completed: integer, tasks_deleted: integer, tasks_moved: integer,
});
const ofWorkspace = rule => ({ ...tasks(rule), tasks_created: integer, tasks_timed_out_in_workflow: integer });
const ofWorkflow = rule => ({ ...tasks(rule), tasks_entered: integer, tasks_timed_out_in_workflow: integer });
const ofQueue = rule => ({ ...tasks(rule), tasks_entered: integer, wait_duration_in_queue_until_accepted: waits });
const ofWorkers = {
  ...reservations,
  activity_durations: list({ ...named, avg: integer, min: integer, max: integer, total: integer }),
};
const combined = { tasks_assigned: integer, reservations_wrapup: integer, reservations_completed: integer };

for (const database of databases) {
  test(`Statistics, on ${database}`, async t => {
    const server = await Server.start(database);
    t.after(async () => assert.equal(await server.stop(), 0, 'exit code after SIGTERM'));
    const client = server.client();
    const { sid: workspaceSid } = await client.taskrouter.v1.workspaces.create({
      friendlyName: 'Figures', template: 'FIFO',
    });
    const api = client.taskrouter.v1.workspaces(workspaceSid);
    const [taskQueue] = await api.taskQueues.list();
    const [{ sid: workflowSid }] = await api.workflows.list();
    const [available] = await api.activities.list({ friendlyName: 'Available' });
    const worker = await api.workers.create({ friendlyName: 'Alice', activitySid: available.sid });
    await tell(api, worker);

    const hour = 3_600_000;
    const windows = [
      {}, { minutes: 30 }, { startDate: new Date(Date.now() - hour) },
      { startDate: new Date(Date.now() - hour), endDate: new Date(Date.now() + hour) },
    ];
    const channels = [{}, { taskChannel: 'default' }];
    const everyWindow = windows.flatMap(window => channels.map(channel => ({ ...window, ...channel })));
    const splits = everyWindow.flatMap(query => [[query, orNull(() => false)],
      [{ ...query, splitByWaitTime: '5, 30' }, split]]);

    // What the client shows is what the wire says: it parses the very answer that is checked here.
    const fetchWire = async context => {
      const instance = await context;
      const answer = await (await server.fetch(instance.url)).json();
      assert.deepEqual(Object.keys(instance.toJSON()).sort(), Object.keys(answer).map(camel).sort());
      return instance;
    };

    const scopes = [
      ['workspace', api, identity, { ...liveTasks, ...liveWorkers }, ofWorkspace],
      ['workflow', api.workflows(workflowSid), workflow, liveTasks, ofWorkflow],
      ['task queue', api.taskQueues(taskQueue.sid), queue, liveQueue, ofQueue],
    ];
    for (const [name, scope, own, live, cumulative] of scopes) {
      await t.test(`Of a ${name}: real-time, cumulative and both`, async () => {
        for (const query of channels) {
          const shown = await fetchWire(scope.realTimeStatistics().fetch(query));
          hasExactly(snake(shown), { ...own, ...live, url });
        }
        for (const [query, rule] of splits) {
          const flat = await fetchWire(scope.cumulativeStatistics().fetch(query));
          hasExactly(snake(flat), { ...own, ...cumulative(rule), start_time: isDate, end_time: isDate, url });
          const both = await fetchWire(scope.statistics().fetch(query));
          hasExactly(snake(both), {
            ...own, url, realtime: object({ ...own, ...live }),
            cumulative: object({ ...own, ...cumulative(rule), ...combined }),
          });
          assert.equal(both.cumulative.reservations_accepted, 2);
          assert.equal(both.cumulative.tasks_canceled, 1);
          assert.equal(both.cumulative.tasks_completed, 1);
          assert.equal(both.cumulative.tasks_assigned, 2);
          assert.equal(both.realtime.total_tasks, 1);
          if (query.splitByWaitTime) {
            assert.equal(both.cumulative.split_by_wait_time[30].below.reservations_accepted, 2);
          }
        }
      });
    }

    await t.test('Of all task queues, page by page', async () => {
      await api.taskQueues.create({ friendlyName: 'Second' });
      for (const [query, rule] of splits) {
        const response = await server.fetch(
          `/v1/Workspaces/${workspaceSid}/TaskQueues/Statistics?${new URLSearchParams(wireQuery(query))}`);
        const { task_queues_statistics: items } = await response.json();
        assert.ok(list({
          ...queue, realtime: object({ ...queue, ...liveQueue }),
          cumulative: object({ ...queue, ...ofQueue(rule), ...combined }),
        })(items));
        assert.equal(items.length, 2);
      }
      const all = await api.taskQueues.statistics.list({ pageSize: 1, minutes: 30 });
      assert.equal(new Set(all.map(item => item.taskQueueSid)).size, 2);
      const [one, ...others] = await api.taskQueues.statistics.list({ friendlyName: 'Second' });
      assert.deepEqual([one.cumulative.tasks_entered, others.length], [0, 0]);
    });

    await t.test('Of up to fifty task queues in bulk', async () => {
      const shown = await api.taskQueues.bulkRealTimeStatistics.create({
        TaskQueueSids: [taskQueue.sid, `WQ${'0'.repeat(32)}`], TaskChannel: 'default',
      });
      hasExactly(snake(shown), {
        ...identity, url, task_queue_response_count: value => value === 1,
        task_queue_data: list({ ...queue, ...liveQueueInBulk }),
      });
      await expectRefusal(api.taskQueues.bulkRealTimeStatistics.create({
        queueSids: Array(51).fill(taskQueue.sid),
      }), 400, 20001, /50/);
    });

    await t.test('Of all workers, some and one', async () => {
      for (const query of channels) {
        const live = await fetchWire(api.workers.realTimeStatistics().fetch(query));
        hasExactly(snake(live), { ...identity, ...liveWorkers, url });
      }
      const filters = [
        {}, { taskQueueSid: taskQueue.sid }, { taskQueueName: taskQueue.friendlyName }, { friendlyName: 'Alice' },
      ];
      for (const query of everyWindow) {
        const flat = await fetchWire(api.workers.cumulativeStatistics().fetch(query));
        hasExactly(snake(flat), { ...identity, ...ofWorkers, start_time: isDate, end_time: isDate, url });
        for (const filter of filters) {
          const some = await fetchWire(api.workers.statistics().fetch({ ...query, ...filter }));
          hasExactly(snake(some), {
            ...identity, url, realtime: object({ ...identity, ...liveWorkers }),
            cumulative: object({ ...identity, ...ofWorkers, ...combined }),
          });
          assert.deepEqual([some.realtime.total_workers, some.cumulative.reservations_accepted], [1, 2]);
        }
        const one = await fetchWire(api.workers(worker.sid).statistics().fetch(query));
        const own = { ...identity, worker_sid: sid('WK') };
        hasExactly(snake(one), { ...own, url, cumulative: object({ ...own, ...ofWorkers, ...combined }) });
        assert.equal(one.cumulative.tasks_assigned, 2);
      }
    });

    await t.test('Windows that are none are refused', async () => {
      const refused = [
        [{ minutes: 5, startDate: new Date() }, 20001, /Minutes/], [{ minutes: 0 }, 20001, /Minutes/],
        [{ startDate: new Date(Date.now() - 31 * 24 * hour) }, 14241, /30 days/],
        [{ startDate: new Date(), endDate: new Date(Date.now() - hour) }, 20001, /StartDate/],
        [{ splitByWaitTime: '5,many' }, 20001, /SplitByWaitTime/],
      ];
      for (const [query, code, message] of refused) {
        await expectRefusal(api.statistics().fetch(query), 400, code, message);
      }
    });
  });
}

const isDate = value => value instanceof Date;
const camel = name => name.replace(/_(\w)/g, (_, letter) => letter.toUpperCase());

/** The client's instance under the wire's names; what is inside objects it leaves as it came. */
function snake(instance) {
  return Object.fromEntries(Object.entries(instance.toJSON())
    .map(([key, value]) => [key.replace(/[A-Z]/g, letter => `_${letter.toLowerCase()}`), value]));
}

function wireQuery(query) {
  return Object.entries(query).map(([key, value]) =>
    [key[0].toUpperCase() + key.slice(1), value instanceof Date ? value.toISOString() : String(value)]);
}

/** Two tasks are accepted one after the other and one of them completed; one is canceled while Alice is at work. */
async function tell(api, worker) {
  for (const isLast of [false, true]) {
    const task = await api.tasks.create({ attributes: '{}' });
    const [reservation] = await eventually(
      () => api.workers(worker.sid).reservations.list({ reservationStatus: 'pending' }), found => found.length > 0);
    await api.tasks(task.sid).reservations(reservation.sid).update({ reservationStatus: 'accepted' });
    if (isLast) {
      const waiting = await api.tasks.create({ attributes: '{}', priority: 3 });
      await api.tasks(waiting.sid).update({ assignmentStatus: 'canceled' });
    } else {
      await api.tasks(task.sid).update({ assignmentStatus: 'completed', reason: 'done' });
    }
  }
}
