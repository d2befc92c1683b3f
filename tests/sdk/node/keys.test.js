// API keys and tokens, made by the unmodified client and accepted by the server.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import twilio from 'twilio';
import { Server, databases } from './server.js';
import { expectRefusal } from './wire.js';

const { AccessToken, taskrouter } = twilio.jwt;
const { TaskRouterCapability, util } = taskrouter;

for (const database of databases) {
  test(`Keys and tokens, on ${database}`, async t => {
    const server = await Server.start(database);
    t.after(async () => assert.equal(await server.stop(), 0, 'exit code after SIGTERM'));
    const client = server.client();
    client.api.baseUrl = server.baseUrl;
    const workspace = await client.taskrouter.v1.workspaces.create({ friendlyName: 'Keys', template: 'FIFO' });
    const api = client.taskrouter.v1.workspaces(workspace.sid);
    const worker = await api.workers.create({ friendlyName: 'Alice' });
    const key = await client.newKeys.create({ friendlyName: 'Front end' });
    const path = `/v1/Workspaces/${workspace.sid}`;

    const bearer = (token, path, init = {}) =>
      fetch(new URL(path, server.baseUrl), { ...init, headers: { authorization: `Bearer ${token}`, ...init.headers } });

    await t.test('A new key has a secret, and no other answer shows it', async () => {
      assert.match(key.sid, /^SK[0-9a-f]{32}$/);
      assert.match(key.secret, /^[A-Za-z0-9]{32}$/);
      assert.equal(key.friendlyName, 'Front end');
      assert.ok(key.dateCreated instanceof Date && Math.abs(Date.now() - key.dateCreated) < 60_000);
      const fetched = await client.keys(key.sid).fetch();
      assert.deepEqual(fetched.toJSON(), {
        sid: key.sid, friendlyName: 'Front end', dateCreated: key.dateCreated, dateUpdated: key.dateUpdated,
      });
      assert.doesNotMatch(await (await server.fetch(`/2010-04-01/Accounts/${server.accountSid}/Keys.json`)).text(),
        new RegExp(key.secret));
    });

    await t.test('It signs in as user and password', async () => {
      const byKey = twilio(key.sid, key.secret, { accountSid: server.accountSid });
      byKey.taskrouter.baseUrl = byKey.api.baseUrl = server.baseUrl;
      const [seen] = await byKey.taskrouter.v1.workspaces.list();
      assert.deepEqual([seen.sid, seen.accountSid], [workspace.sid, server.accountSid]);
      await expectRefusal(byKey.keys.list(), 401, 20003, /keys/);
    });

    await t.test('Keys are listed over pages, renamed and deleted', async () => {
      const sids = [key.sid];
      for (let index = 0; index < 4; index++) {
        sids.push((await client.newKeys.create()).sid);
      }
      assert.deepEqual((await client.keys.list({ pageSize: 2 })).map(one => one.sid), sids);
      assert.equal((await client.keys(sids[1]).update({ friendlyName: 'Renamed' })).friendlyName, 'Renamed');
      for (const sid of sids.slice(1)) {
        assert.equal(await client.keys(sid).remove(), true);
      }
      await expectRefusal(client.keys(sids[1]).fetch(), 404, 20404, /not found/);
    });

    await t.test('A capability token allows what its policies do', async () => {
      const capability = new TaskRouterCapability({
        accountSid: server.accountSid, authToken: server.authToken, workspaceSid: workspace.sid, channelId: worker.sid,
      });
      util.defaultWorkerPolicies('v1', workspace.sid, worker.sid).forEach(policy => capability.addPolicy(policy));
      const token = capability.toJwt();
      assert.equal((await bearer(token, `${path}/Workers/${worker.sid}`)).status, 200);
      assert.equal((await bearer(token, `${path}/Activities`)).status, 200);
      assert.equal((await bearer(token, `${path}/Workers`)).status, 403);
      assert.equal((await bearer(token, `${path}/Workers/${worker.sid}`, { method: 'POST' })).status, 403);
    });

    await t.test('An access token allows its role, until its key is deleted', async () => {
      const tokenFor = role => {
        const token = new AccessToken(server.accountSid, key.sid, key.secret, { identity: 'alice', ttl: 600 });
        token.addGrant(new AccessToken.TaskRouterGrant({ workspaceSid: workspace.sid, workerSid: worker.sid, role }));
        return token.toJwt();
      };
      assert.equal((await bearer(tokenFor('worker'), `${path}/Workers/${worker.sid}`, { method: 'POST' })).status, 200);
      assert.equal((await bearer(tokenFor('worker'), `${path}/Workers`)).status, 403);
      assert.equal((await bearer(tokenFor('supervisor'), `${path}/Workers`)).status, 200);
      assert.equal(await client.keys(key.sid).remove(), true);
      const refused = await bearer(tokenFor('supervisor'), `${path}/Workers`);
      assert.deepEqual([refused.status, (await refused.json()).code], [401, 20107]);
    });

    await t.test('No secret and no token is in the log', async () => {
      const log = await server.log();
      for (const secret of [key.secret, server.authToken, 'eyJ']) {
        assert.ok(!log.includes(secret));
      }
    });
  });
}
