// npm start: makes a workspace with two agents, if there is none yet, and serves the page for them.
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

const client = twilio(accountSid, authToken);
client.api.baseUrl = client.taskrouter.baseUrl = serverUrl;
const workspace = await setUp(client.taskrouter.v1, 'Agent example');
const key = await client.newKeys.create({ friendlyName: 'Agent example' });
const api = client.taskrouter.v1.workspaces(workspace.sid);
const app = createApp({ accountSid, key, serverUrl, workspaceSid: workspace.sid, api });

// For this machine alone: whoever reaches the page can be any agent.
app.listen(Number(port), '127.0.0.1');
await once(app, 'listening');
console.log(`Open http://127.0.0.1:${port} in two windows, one for each agent; end with Ctrl+C.`);

await once(process, 'SIGINT');
await client.keys(key.sid).remove();
process.exit();
