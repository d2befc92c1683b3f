// What an agent does with itself: log in, change activity and attributes, hear of changes that others make.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Scene, refused, serve, told, untold } from './scene.js';

const server = await serve();

test('Workers', async t => {
  const scene = await Scene.start(t, server);
  const alice = await scene.agent('alice');

  await t.test('A worker is ready with its data, activities and channels', async () => {
    assert.equal(alice.sid, scene.worker.alice);
    assert.equal(alice.name, 'alice');
    assert.equal(alice.workspaceSid, scene.workspaceSid);
    assert.equal(alice.accountSid, scene.server.accountSid);
    assert.equal(alice.attributes.name, 'alice');
    assert.equal(alice.activity.available, false);
    assert.deepEqual([...alice.activities.values()].map(each => each.name), ['Offline', 'Available', 'Unavailable']);
    assert.equal(alice.activity.sid, scene.activity.Offline);
    assert.equal(alice.activity.isCurrent, true);
    assert.deepEqual([...alice.channels.values()].map(each => each.taskChannelUniqueName),
      ['default', 'voice', 'chat', 'sms', 'video']);
    const [channel] = alice.channels.values();
    assert.equal(channel.available, true);
    assert.equal(channel.capacity, 1);
    assert.equal(channel.assignedTasks, 0);
    assert.equal(channel.availableCapacityPercentage, 100);
    for (const date of [alice.dateCreated, alice.dateUpdated, alice.dateStatusChanged, channel.lastReservedTime,
      channel.dateCreated, alice.activity.dateCreated]) {
      assert.ok(Math.abs(Date.now() - date) < 60_000, `${date}`);
    }
    assert.equal(alice.reservations.size, 0);
  });

  await t.test('An activity is set, and the event comes after the answer', async () => {
    const event = told(alice, 'activityUpdated');
    const activity = await alice.activities.get(scene.activity.Available).setAsCurrent();
    assert.equal(activity.name, 'Available');
    assert.equal(alice.activity.name, 'Available');
    assert.equal((await event).activity.name, 'Available');
    assert.equal(alice.available, true);
  });

  await t.test('The activity that it has already is no event', async () => {
    const silence = untold(alice, 'activityUpdated');
    await alice.activities.get(scene.activity.Available).setAsCurrent();
    await silence;
  });

  await t.test('Attributes are an object on the way there and back', async () => {
    const event = told(alice, 'attributesUpdated');
    const version = Number(alice.version);
    const attributes = { ...alice.attributes, languages: ['en', 'ö'], nested: { deep: [1, { a: null }] }, flag: true };
    await alice.setAttributes(attributes);
    await event;
    assert.deepEqual(alice.attributes, attributes);
    assert.equal(Number(alice.version), version + 1);
    const fetched = await scene.api.workers(alice.sid).fetch();
    assert.deepEqual(JSON.parse(fetched.attributes), attributes);
  });

  await t.test('The same attributes again change nothing', async () => {
    const version = alice.version;
    const silence = untold(alice, 'attributesUpdated');
    await alice.setAttributes(alice.attributes);
    await silence;
    assert.equal(alice.version, version);
  });

  await t.test('Changes by others are heard of', async () => {
    const activity = told(alice, 'activityUpdated');
    await scene.api.workers(alice.sid).update({ activitySid: scene.activity.Unavailable });
    assert.equal((await activity).activity.name, 'Unavailable');
    const attributes = told(alice, 'attributesUpdated');
    await scene.api.workers(alice.sid).update({ attributes: '{"name":"alice"}' });
    assert.deepEqual((await attributes).attributes, { name: 'alice' });
  });

  await t.test('Channels tell of capacity and availability, and versions stay in step', async () => {
    const channel = [...alice.channels.values()].find(each => each.taskChannelUniqueName === 'chat');
    const capacity = told(channel, 'capacityUpdated');
    const availability = told(channel, 'availabilityUpdated');
    await scene.api.workers(alice.sid).workerChannels(channel.sid).update({ capacity: 3, available: false });
    assert.equal((await capacity).capacity, 3);
    assert.equal((await availability).available, false);
    const counted = alice.version;
    await alice.fetchLatestVersion();
    assert.equal(alice.version, counted);
  });

  await t.test('What is wrong is refused with the value it is about', async () => {
    await refused(scene.agentPost(alice, { ActivitySid: 'WA123' }), 400, /WA123/);
    const unknown = `WA${'0'.repeat(32)}`;
    await refused(scene.agentPost(alice, { ActivitySid: unknown }), 400, new RegExp(unknown));
    await refused(alice.setAttributes({ long: 'x'.repeat(5_000) }), 400, /Attributes/);
  });

  await t.test('An activity and a channel that are newer than the connection do not break the client', async () => {
    const activity = await scene.api.activities.create({ friendlyName: 'Lunch', available: false });
    await scene.api.workers(alice.sid).update({ activitySid: activity.sid });
    await scene.api.taskChannels.create({ friendlyName: 'Fax', uniqueName: 'fax' });
    const channels = await scene.api.workers(alice.sid).workerChannels.list();
    await scene.api.workers(alice.sid).workerChannels(channels.at(-1).sid).update({ capacity: 2 });
    const event = told(alice, 'activityUpdated');
    await scene.api.workers(alice.sid).update({ activitySid: scene.activity.Offline });
    await event;
    assert.deepEqual(alice.errors, []);
  });

  await t.test('connectActivitySid is set when the client connects', async () => {
    const bob = await scene.available('bob');
    assert.equal((await scene.api.workers(bob.sid).fetch()).activityName, 'Available');
    bob.disconnect();
  });

  await t.test('Versions are checked when the client wishes', async () => {
    const carol = await scene.agent('carol', { enableVersionCheck: true });
    const version = Number(carol.version);
    await carol.setAttributes({ name: 'carol', a: 1 });
    assert.equal(Number(carol.version), version + 1);
    carol.version = `${version}`;
    await refused(carol.setAttributes({ name: 'carol', a: 2 }), 412);
    await carol.fetchLatestVersion();
    await carol.setAttributes({ name: 'carol', a: 2 });
    await carol.activities.get(scene.activity.Unavailable).setAsCurrent();
    carol.disconnect();
  });

  await t.test('disconnect says so and stays disconnected', async () => {
    const event = told(alice, 'disconnected');
    alice.disconnect();
    assert.equal((await event).message, 'SDK Disconnect');
    await untold(alice, 'ready', 1_500);
  });
});
