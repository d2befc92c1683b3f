// Lists over many pages, and the answers to what is wrong, as the unmodified client sees them.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Server, databases, releases } from './server.js';
import { expectRefusal, expectShape } from './wire.js';

const count = 18;

for (const database of databases) {
  test(`Lists and refusals, on ${database}`, async t => {
    const server = await Server.start(database);
    t.after(async () => assert.equal(await server.stop(), 0, 'exit code after SIGTERM'));
    for (const release of Object.keys(releases)) {
      server.release = release;
      await t.test(`With ${release}`, t => tell(t, server));
    }
  });
}

async function tell(t, server) {
  const workspaces = server.client().taskrouter.v1.workspaces;
  const workspace = await workspaces.create({ friendlyName: 'Lists', template: 'FIFO' });
  const api = workspaces(workspace.sid);
  const sids = [];
  for (let index = 0; index < count; index++) {
    sids.push((await api.tasks.create({ attributes: JSON.stringify({ index }), priority: index % 3 })).sid);
  }

  await t.test('A list is followed over five pages', async () => {
    const tasks = await api.tasks.list({ pageSize: 4 });
    assert.deepEqual(tasks.map(task => task.sid), sids);
    assert.deepEqual(tasks.map(task => JSON.parse(task.attributes).index), [...sids.keys()]);
  });

  await t.test('A limit ends the list in the middle of a page', async () => {
    assert.deepEqual((await api.tasks.list({ limit: 10, pageSize: 4 })).map(task => task.sid), sids.slice(0, 10));
  });

  await t.test('A limit above the largest page is clamped', async () => {
    assert.deepEqual((await api.tasks.list({ limit: 1500 })).map(task => task.sid), sids);
    assert.equal((await page(server, `/v1/Workspaces/${workspace.sid}/Tasks?PageSize=1500`)).meta.page_size, 1000);
  });

  await t.test('Each calls back once for every record', async () => {
    const seen = [];
    await new Promise((resolve, reject) => {
      api.tasks.each({
        pageSize: 5,
        callback: task => seen.push(task.sid),
        done: error => error ? reject(error) : resolve(),
      });
    });
    assert.deepEqual(seen, sids);
  });

  await t.test('A filter is kept on every page', async () => {
    const urgent = await api.tasks.list({ priority: 2, pageSize: 1 });
    assert.deepEqual(urgent.map(task => task.sid), sids.filter((_, index) => index % 3 === 2));
    assert.deepEqual(await api.tasks.list({ assignmentStatus: ['completed', 'canceled'] }), []);
  });

  await t.test('Pages go forth and back', async () => {
    const first = await api.tasks.page({ pageSize: 5 });
    const second = await first.nextPage();
    const third = await second.nextPage();
    assert.deepEqual(third.instances.map(task => task.sid), sids.slice(10, 15));
    assert.deepEqual((await third.previousPage()).instances.map(task => task.sid), sids.slice(5, 10));
    assert.equal((await api.tasks.getPage(second.nextPageUrl)).instances[0].sid, sids[10]);
    const last = await third.nextPage();
    assert.deepEqual([last.instances.length, last.nextPageUrl], [3, undefined]);
  });

  await t.test('Meta has its seven keys, and every record its shape', async () => {
    const { meta, tasks } = await page(server, `/v1/Workspaces/${workspace.sid}/Tasks?PageSize=7&Priority=1`);
    assert.deepEqual(Object.keys(meta).sort(),
      ['first_page_url', 'key', 'next_page_url', 'page', 'page_size', 'previous_page_url', 'url']);
    assert.deepEqual([meta.key, meta.page, meta.page_size, meta.previous_page_url, meta.next_page_url],
      ['tasks', 0, 7, null, null]);
    for (const url of [meta.url, meta.first_page_url]) {
      assert.match(url, new RegExp(`^${server.baseUrl}/v1/Workspaces/${workspace.sid}/Tasks\\?`));
      assert.match(url, /Priority=1/);
      assert.match(url, /PageSize=7/);
    }
    tasks.forEach(task => expectShape(server, 'task', task));
  });

  await t.test('Records deleted and added between pages disturb nothing', async () => {
    const first = await api.tasks.page({ pageSize: 6 });
    const [deleted] = sids.splice(5, 1);
    await api.tasks(deleted).remove();
    const second = await first.nextPage();
    assert.deepEqual(second.instances.map(task => task.sid), sids.slice(5, 11));
    sids.push((await api.tasks.create({ attributes: '{}' })).sid);
    const third = await second.nextPage();
    const rest = third.nextPageUrl ? (await third.nextPage()).instances : [];
    assert.deepEqual([...third.instances, ...rest].map(task => task.sid), sids.slice(11));
  });

  await t.test('Pages that cannot be are refused', async () => {
    await expectRefusal(api.tasks.page({ pageSize: 0 }), 400, 20001, /^Invalid PageSize\.$/);
    await expectRefusal(api.tasks.page({ pageSize: 5, pageNumber: 2 }), 400, 40153, /./);
  });

  await t.test('Wrong credentials and another account are turned away', async () => {
    const wrong = server.client('0'.repeat(32)).taskrouter.v1.workspaces;
    await expectRefusal(wrong.list(), 401, 20003, /./);
    await expectRefusal(wrong.create({ friendlyName: 'Not mine' }), 401, 20003, /./);
    const other = server.client(server.authToken, `AC${'0'.repeat(32)}`).taskrouter.v1.workspaces;
    await expectRefusal(other(workspace.sid).fetch(), 401, 20003, /./);
    assert.equal((await workspaces.list({ friendlyName: 'Not mine' })).length, 0);
  });

  await t.test('What does not exist is 404 with its path', async () => {
    const nobody = `WK${'0'.repeat(32)}`;
    await expectRefusal(workspaces(`WS${'0'.repeat(32)}`).fetch(), 404, 20404, /was not found$/);
    await expectRefusal(api.workers(nobody).fetch(), 404, 20404,
      new RegExp(`^The requested resource /Workspaces/${workspace.sid}/Workers/${nobody} was not found$`));
    await expectRefusal(api.workers('junk').fetch(), 404, 20404, /junk/);
    await expectRefusal(api.tasks(sids[0]).reservations(`WR${'0'.repeat(32)}`).fetch(), 404, 20404, /./);
  });

  await t.test('Mistakes in parameters are named', async () => {
    const mistakes = [
      [() => api.workers.create({ friendlyName: '' }), /FriendlyName/, 20002],
      [() => api.workers.create({ friendlyName: 'Dan', attributes: '{broken' }), /Attributes/],
      [() => api.workers.create({ friendlyName: 'Dan', activitySid: 'WAjunk' }), /ActivitySid/],
      [() => api.activities.create({ friendlyName: 'x'.repeat(65) }), /FriendlyName/, 20002],
      [() => api.tasks.create({ attributes: '"text"' }), /Attributes/],
      [() => api.tasks.create({ attributes: JSON.stringify({ long: 'x'.repeat(5000) }) }), /Attributes/],
      [() => api.tasks.create({ taskChannel: 'pigeon' }), /TaskChannel/],
      [() => api.tasks.create({ timeout: 0 }), /Timeout/],
      [() => api.tasks.create({ priority: -1 }), /Priority/],
      [() => api.tasks(sids[0]).update({ assignmentStatus: 'finished' }), /AssignmentStatus/],
      [() => api.taskQueues.create({ friendlyName: 'Broken', targetWorkers: '(a == 1' }), /TargetWorkers/],
      [() => api.taskQueues.create({ friendlyName: 'Many', maxReservedWorkers: 51 }), /MaxReservedWorkers/],
      [() => api.workflows.create({ friendlyName: 'Broken', configuration: 'no json' }), /Configuration/],
      [() => workspaces.create({ friendlyName: 'Odd', template: 'LIFO' }), /Template/],
    ];
    for (const [mistake, reason, code = 20001] of mistakes) {
      await expectRefusal(mistake(), 400, code, reason);
    }
    assert.equal((await api.workers.list()).length, 0);
  });

  await t.test('Nothing of this was the server\'s fault', async () => {
    assert.doesNotMatch(await server.log(), /\b(Unhandled|NullReference|responded 5\d\d)\b/i);
    assert.equal(await api.remove(), true);
  });
}

async function page(server, path) {
  const response = await server.fetch(path);
  assert.equal(response.status, 200);
  return response.json();
}
