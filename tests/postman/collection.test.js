// Runs the collection of docs/postman with Postman's own runner, on every database.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import newman from 'newman';
import { Server, databases } from '../sdk/node/server.js';

const file = name => fileURLToPath(new URL(`../../docs/postman/taskrouter.${name}.json`, import.meta.url));

for (const database of databases) {
  test(`The Postman collection passes, on ${database}`, async t => {
    const server = await Server.start(database);
    t.after(async () => assert.equal(await server.stop(), 0, 'exit code after SIGTERM'));

    const { run } = await runCollection(server);

    const failures = run.failures.map(({ source, error }) => `${source?.name}: ${error.name}: ${error.message}`);
    assert.deepEqual(failures, []);
    assert.ok(run.stats.assertions.total > 60, `${run.stats.assertions.total} assertions`);
    assert.equal(run.stats.requests.failed, 0);
  });
}

function runCollection(server) {
  const values = { baseUrl: server.baseUrl, accountSid: server.accountSid, authToken: server.authToken };
  return new Promise((resolve, reject) => newman.run({
    collection: file('postman_collection'),
    environment: file('postman_environment'),
    envVar: Object.entries(values).map(([key, value]) => ({ key, value })),
    timeoutRequest: 10_000,
  }, (error, summary) => error ? reject(error) : resolve(summary)));
}
