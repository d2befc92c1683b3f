// The application behind the page: it serves the page with Twilio's SDK in it, and makes the access tokens, because an
// API key's secret must never reach a browser.
import { readFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import twilio from 'twilio';

const { AccessToken } = twilio.jwt;
const TOKEN_SECONDS = 3600;
const BODY_BYTES_MAX = 16 * 1024;

const publicPath = name => fileURLToPath(new URL(`public/${name}`, import.meta.url));

// The SDK's browser build leaves its own dependencies to a bundler: it says `require`, which browsers do not know.
const bundle = await build({ entryPoints: [publicPath('page.js')], bundle: true, format: 'esm', write: false });
const files = {
  '/': [await readFile(publicPath('index.html')), 'text/html; charset=utf-8'],
  '/style.css': [await readFile(publicPath('style.css')), 'text/css; charset=utf-8'],
  '/page.js': [bundle.outputFiles[0].contents, 'text/javascript; charset=utf-8'],
};

/**
 * @param serverUrl Where browsers reach the TaskRouter server.
 * @param key An API key of the account, `{ sid, secret }`.
 * @param api Twilio's client for the workspace: `client.taskrouter.v1.workspaces(workspaceSid)`.
 */
export function createApp({ accountSid, key, serverUrl, workspaceSid, api }) {
  const named = list => list.map(({ sid, friendlyName }) => ({ sid, name: friendlyName }));
  const token = workerSid => {
    const made = new AccessToken(accountSid, key.sid, key.secret, { identity: workerSid, ttl: TOKEN_SECONDS });
    made.addGrant(new AccessToken.TaskRouterGrant({ workspaceSid, workerSid, role: 'worker' }));
    return made.toJwt();
  };

  const routes = {
    // A worker's token may not list its colleagues, so the page hears of them here.
    'GET /directory': async () => ({
      workers: named(await api.workers.list()),
      queues: named(await api.taskQueues.list()),
    }),
    // A real application asks for a password first.
    'POST /login': async ({ workerSid }) => ({
      token: token((await api.workers(String(workerSid)).fetch()).sid),
      ebServer: `${serverUrl}/v1/wschannels`,
      wsServer: `${serverUrl.replace(/^http/, 'ws')}/v1/wschannels`,
    }),
    'POST /tasks': async ({ question }) => {
      const task = await api.tasks.create({ attributes: JSON.stringify({ question: String(question) }) });
      return { sid: task.sid };
    },
  };

  return createServer(async (request, response) => {
    try {
      const path = request.url.split('?')[0];
      const route = routes[`${request.method} ${path}`];
      if (route) {
        return send(response, 200, JSON.stringify(await route(await read(request))), 'application/json');
      }
      if (request.method !== 'GET' || !Object.hasOwn(files, path)) {
        return fail(response, 404, 'Not found');
      }
      return send(response, 200, ...files[path]);
    } catch (error) {
      return fail(response, error.status ?? 500, error.message);
    }
  });

  // The page loads nothing from elsewhere and speaks to the TaskRouter server alone.
  function send(response, status, body, type) {
    const wsUrl = serverUrl.replace(/^http/, 'ws');
    response.writeHead(status, {
      'Content-Type': type,
      'Content-Security-Policy': `default-src 'self'; img-src data:; connect-src 'self' ${serverUrl} ${wsUrl}`,
      'X-Content-Type-Options': 'nosniff',
    });
    response.end(body);
  }

  function fail(response, status, message) {
    send(response, status, JSON.stringify({ message }), 'application/json');
  }
}

/** The JSON body; an empty object without one. */
async function read(request) {
  let text = '';
  for await (const chunk of request.setEncoding('utf8')) {
    text += chunk;
    if (text.length > BODY_BYTES_MAX) {
      throw Object.assign(new Error('The body is too long'), { status: 413 });
    }
  }
  try {
    return Object(text ? JSON.parse(text) : {});
  } catch {
    throw Object.assign(new Error('The body must be JSON'), { status: 400 });
  }
}
