// The fields of every resource as they must be on the wire: exactly these keys, each with its type and its null rule.
import assert from 'node:assert/strict';

const sid = prefix => value => new RegExp(`^${prefix}[0-9a-f]{32}$`).test(value);
const text = value => typeof value === 'string';
const flag = value => typeof value === 'boolean';
const integer = value => Number.isInteger(value);
const date = value => text(value) && /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/.test(value);
const json = value => text(value) && typeof JSON.parse(value) === 'object';
const oneOf = (...values) => value => values.includes(value);
const orNull = rule => value => value === null || rule(value);
const onlyNull = value => value === null;

const assignmentStatus = oneOf('pending', 'reserved', 'assigned', 'wrapping', 'completed', 'canceled');
const reservationStatus = oneOf(
  'pending', 'accepted', 'rejected', 'timeout', 'canceled', 'rescinded', 'wrapping', 'completed');
const order = oneOf('FIFO', 'LIFO');

const common = { account_sid: sid('AC'), date_created: date, date_updated: date, url: text };
const inWorkspace = { ...common, workspace_sid: sid('WS') };

const shapes = {
  workspace: {
    fields: {
      ...common, sid: sid('WS'), friendly_name: text, default_activity_sid: sid('WA'), default_activity_name: text,
      timeout_activity_sid: sid('WA'), timeout_activity_name: text, event_callback_url: text,
      events_filter: orNull(text), multi_task_enabled: flag, prioritize_queue_order: order,
    },
    links: ['activities', 'statistics', 'real_time_statistics', 'cumulative_statistics', 'task_queues', 'tasks',
      'workers', 'workflows', 'task_channels', 'events'],
  },
  activity: {
    fields: { ...inWorkspace, sid: sid('WA'), friendly_name: text, available: flag },
    links: ['workspace'],
  },
  worker: {
    fields: {
      ...inWorkspace, sid: sid('WK'), friendly_name: text, activity_sid: sid('WA'), activity_name: text,
      attributes: json, available: flag, date_status_changed: date,
    },
    links: ['channels', 'activity', 'workspace', 'statistics', 'real_time_statistics', 'cumulative_statistics',
      'worker_statistics', 'worker_channels', 'reservations'],
  },
  workerChannel: {
    fields: {
      ...inWorkspace, sid: sid('WC'), worker_sid: sid('WK'), task_channel_sid: sid('TC'),
      task_channel_unique_name: text, assigned_tasks: integer, available: flag, available_capacity_percentage: integer,
      configured_capacity: integer,
    },
  },
  taskChannel: {
    fields: {
      ...inWorkspace, sid: sid('TC'), friendly_name: text, unique_name: text, channel_optimized_routing: flag,
    },
    links: ['workspace'],
  },
  taskQueue: {
    fields: {
      ...inWorkspace, sid: sid('WQ'), friendly_name: text, target_workers: text, max_reserved_workers: integer,
      task_order: order, assignment_activity_sid: orNull(sid('WA')), assignment_activity_name: orNull(text),
      reservation_activity_sid: orNull(sid('WA')), reservation_activity_name: orNull(text),
    },
    links: ['assignment_activity', 'reservation_activity', 'workspace', 'statistics', 'real_time_statistics',
      'cumulative_statistics', 'list_statistics', 'bulk_real_time_statistics'],
    nullLinks: ['assignment_activity', 'reservation_activity'],
  },
  workflow: {
    fields: {
      ...inWorkspace, sid: sid('WW'), friendly_name: text, configuration: json,
      document_content_type: oneOf('application/json'), task_reservation_timeout: integer,
      assignment_callback_url: orNull(text), fallback_assignment_callback_url: orNull(text),
    },
    links: ['statistics', 'real_time_statistics', 'cumulative_statistics'],
  },
  task: {
    fields: {
      ...inWorkspace, sid: sid('WT'), age: integer, assignment_status: assignmentStatus, attributes: json,
      addons: oneOf('{}'), task_queue_entered_date: orNull(date), virtual_start_time: date, priority: integer,
      reason: orNull(text), task_queue_sid: orNull(sid('WQ')), task_queue_friendly_name: orNull(text),
      task_channel_sid: sid('TC'), task_channel_unique_name: text, timeout: integer,
      workflow_sid: orNull(sid('WW')), workflow_friendly_name: orNull(text), ignore_capacity: flag,
      routing_target: onlyNull,
    },
    links: ['task_queue', 'workflow', 'workspace', 'reservations'],
    // Counts on while a test looks at it twice.
    moving: ['age'],
    // Release 3 of the client does not show them.
    newer: ['virtual_start_time', 'ignore_capacity', 'routing_target'],
  },
  reservation: {
    fields: {
      ...inWorkspace, sid: sid('WR'), reservation_status: reservationStatus, task_sid: sid('WT'),
      worker_name: text, worker_sid: sid('WK'),
    },
    links: ['task', 'worker', 'workspace'],
  },
};

/** Reads the resource again without the client: its shape, and that the client shows what the wire says. */
export async function expectWire(server, kind, instance) {
  const response = await server.fetch(instance.url);
  assert.equal(response.status, 200, `GET ${instance.url}`);
  assert.match(response.headers.get('content-type'), /^application\/json/);
  const resource = await response.json();
  expectShape(server, kind, resource);
  for (const [key, value] of Object.entries(resource)) {
    const shown = instance[key.replace(/_(\w)/g, (_, letter) => letter.toUpperCase())];
    const isUnknown = server.release === 'twilio 3' && shapes[kind].newer?.includes(key);
    if (!isUnknown && !shapes[kind].moving?.includes(key)) {
      const expected = date(value) ? new Date(value) : value;
      assert.deepEqual(shown, expected, `${kind}.${key}`);
    }
  }
  return resource;
}

export function expectShape(server, kind, resource) {
  const { fields, links, nullLinks = [] } = shapes[kind];
  const keys = Object.keys(fields).concat(links ? ['links'] : []);
  assert.deepEqual(Object.keys(resource).sort(), keys.sort(), `the keys of ${kind}`);
  for (const [key, rule] of Object.entries(fields)) {
    assert.ok(rule(resource[key]), `${kind}.${key} is ${JSON.stringify(resource[key])}`);
  }
  assert.equal(resource.account_sid, server.accountSid);
  assert.ok(resource.url.startsWith(`${server.baseUrl}/v1/Workspaces/`), resource.url);
  if (links) {
    assert.deepEqual(Object.keys(resource.links).sort(), [...links].sort(), `the links of ${kind}`);
    for (const [name, link] of Object.entries(resource.links)) {
      const isNull = link === null && nullLinks.includes(name);
      assert.ok(isNull || link.startsWith(`${server.baseUrl}/v1/Workspaces/`), `${kind}.links.${name} is ${link}`);
    }
  }
}

/** The client's exception for a refused request: status, Twilio's code, the reason, and where to read more. */
export async function expectRefusal(promise, status, code, message) {
  const error = await promise.then(() => assert.fail(`refused with ${status} was expected`), reason => reason);
  assert.equal(error.constructor.name, 'RestException', error.stack);
  assert.equal(error.status, status, error.message);
  assert.equal(error.code, code, error.message);
  assert.match(error.message, message);
  assert.equal(error.moreInfo, `https://www.twilio.com/docs/errors/${code}`);
}

/** Asks until the answer is as wished: for what happens by time alone. */
export async function eventually(ask, isWished, milliseconds = 8_000) {
  const deadline = Date.now() + milliseconds;
  for (;;) {
    const answer = await ask();
    if (isWished(answer)) {
      return answer;
    }
    assert.ok(Date.now() < deadline, `still ${JSON.stringify(answer)} after ${milliseconds} ms`);
    await new Promise(resolve => setTimeout(resolve, 50));
  }
}
