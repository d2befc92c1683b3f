// npm start: makes a workspace that calls this application, sends one task through it, and prints what happens.
import { once } from 'node:events';
import twilio from 'twilio';
import { createApp } from './app.js';
import { setUp } from './setup.js';

const {
  TASKROUTER_ACCOUNT_SID: accountSid,
  TASKROUTER_AUTH_TOKEN: authToken,
  TASKROUTER_URL: serverUrl = 'http://127.0.0.1:8080',
  PORT: port = '3000',
} = process.env;
if (!accountSid || !authToken) {
  console.error('Set TASKROUTER_ACCOUNT_SID and TASKROUTER_AUTH_TOKEN to what the first start of the server printed.');
  process.exit(1);
}

const publicUrl = process.env.PUBLIC_URL ?? `http://127.0.0.1:${port}`;
const app = createApp({ authToken, publicUrl, tell: line => console.log(line) }).listen(port);
await once(app, 'listening');
console.log(`Listening at ${publicUrl}; end with Ctrl+C.`);

const client = twilio(accountSid, authToken);
client.taskrouter.baseUrl = serverUrl;
const workspace = await setUp(client.taskrouter.v1, publicUrl, `Example ${new Date().toISOString()}`);
await client.taskrouter.v1.workspaces(workspace.sid).tasks.create({
  attributes: JSON.stringify({ customer: 'Zoë', topic: 'billing' }),
});
