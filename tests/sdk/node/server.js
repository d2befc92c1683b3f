// Starts the real server as a child process on a free port and a database of its own; nothing of it outlives a test.
import { spawn } from 'node:child_process';
import { randomBytes, randomInt } from 'node:crypto';
import { once } from 'node:events';
import { mkdtemp, open, readFile, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import twilio from 'twilio';
import twilio3 from 'twilio-3';
import { createDatabase } from './postgres.js';

const built = new URL('../../../artifacts/bin/TaskRouter.Server/release/TaskRouter.Server', import.meta.url);
const executable = resolve(process.env.TASKROUTER_SERVER ?? fileURLToPath(built));

/** The databases every story is told on. verify.sh sets the second one's connection string. */
export const databases = ['sqlite', 'postgres'];

/** The releases of the client every story is told with: today's, and the last one that older applications hold. */
export const releases = { 'twilio 6': twilio, 'twilio 3': twilio3 };

export class Server {
  accountSid = `AC${randomBytes(16).toString('hex')}`;
  authToken = randomBytes(16).toString('hex');
  /** Which of the clients `client` gives: a story may be told with each of them in turn. */
  release = 'twilio 6';
  #child;
  #environment;
  #folder;
  #postgres;

  /** @param settings Environment variables beside those that every server here has. */
  static async start(database, settings = {}) {
    const server = new Server();
    server.#folder = await mkdtemp(join(tmpdir(), 'taskrouter-sdk-'));
    server.#environment = {
      ...process.env,
      TASKROUTER_ACCOUNT_SID: server.accountSid,
      TASKROUTER_AUTH_TOKEN: server.authToken,
      TASKROUTER_DATA_DIR: server.#folder,
      ...settings,
    };
    delete server.#environment.TASKROUTER_POSTGRES;
    if (database === 'postgres') {
      server.#postgres = await createDatabase();
      server.#environment.TASKROUTER_POSTGRES = server.#postgres.connectionString;
    }
    server.port = await freePort();
    try {
      await server.launch();
    } catch (error) {
      await server.stop();
      throw error;
    }
    return server;
  }

  get baseUrl() {
    return `http://127.0.0.1:${this.port}`;
  }

  get #logFile() {
    return join(this.#folder, 'server.log');
  }

  /** The client as npm serves it; only the address it speaks to is ours. */
  client(authToken = this.authToken, accountSid = this.accountSid) {
    const client = releases[this.release](accountSid, authToken);
    client.taskrouter.baseUrl = this.baseUrl;
    return client;
  }

  /** What the server says without a client between. */
  fetch(url, init = {}) {
    const authorization = `Basic ${Buffer.from(`${this.accountSid}:${this.authToken}`).toString('base64')}`;
    return fetch(new URL(url, this.baseUrl), { ...init, headers: { authorization, ...init.headers } });
  }

  async launch() {
    const log = await open(this.#logFile, 'a');
    this.#child = spawn(executable, ['--urls', this.baseUrl],
      { cwd: this.#folder, env: this.#environment, stdio: ['ignore', log.fd, log.fd] });
    const failed = once(this.#child, 'error').then(([error]) => { throw error; });
    failed.catch(() => {});
    await log.close();
    const deadline = Date.now() + 120_000;
    while (!(await Promise.race([this.#isReady(), failed]))) {
      if (hasEnded(this.#child) || Date.now() > deadline) {
        throw new Error(`The server is not ready (exit code ${this.#child.exitCode}):\n${await this.log()}`);
      }
      await delay(50);
    }
  }

  /** As a power cut would: no chance to flush or to say goodbye. */
  async kill() {
    this.#child.kill('SIGKILL');
    await exitOf(this.#child);
  }

  /** Ends as an operator would, and answers the exit code. */
  async stop() {
    try {
      if (this.#child && !hasEnded(this.#child)) {
        this.#child.kill('SIGTERM');
      }
      return this.#child && await exitOf(this.#child);
    } finally {
      await this.#postgres?.drop();
      await rm(this.#folder, { recursive: true, force: true });
    }
  }

  log() {
    return readFile(this.#logFile, 'utf8');
  }

  async #isReady() {
    try {
      return (await fetch(`${this.baseUrl}/readyz`)).status === 200;
    } catch {
      return false;
    }
  }
}

function hasEnded(child) {
  return child.exitCode !== null || child.signalCode !== null;
}

async function exitOf(child) {
  if (!hasEnded(child)) {
    const forced = setTimeout(() => child.kill('SIGKILL'), 20_000);
    await once(child, 'exit');
    clearTimeout(forced);
  }
  return child.exitCode;
}

// For a server that comes back to it: none of those that outgoing connections get, from 32768 on.
async function freePort() {
  for (;;) {
    const port = randomInt(10_000, 20_000);
    const listener = createServer().listen(port, '127.0.0.1');
    try {
      await once(listener, 'listening');
    } catch (error) {
      if (error.code === 'EADDRINUSE') {
        continue;
      }
      throw error;
    }
    listener.close();
    await once(listener, 'close');
    return port;
  }
}
