// A connection without the client: what the server sends on it, frame by frame, and a POST that no fetch could send.
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { request } from 'node:http';
import WebSocket from 'ws';

const PATIENCE = 10_000;

export class Ear {
  frames = [];
  isClosed = false;
  #socket;
  #taken = new Set();
  #wake = () => {};

  /** @param list Whether to ask for the reservations, as a client does: only then it is told of them. */
  static async open(scene, name, { list = true, token = scene.token(name), headers, query = '' } = {}) {
    const ear = new Ear();
    ear.#socket = new WebSocket(`ws://${scene.address}?token=${token}&clientVersion=2.1.1${query}`, { headers });
    ear.#socket.on('message', data => {
      ear.frames.push({ text: data.toString(), isBinary: typeof data !== 'string', at: performance.now() });
      ear.#wake();
    });
    ear.#socket.on('close', () => { ear.isClosed = true; });
    ear.first = await ear.next('init');
    if (list) {
      const url = `Workspaces/${scene.workspaceSid}/Workers/${scene.worker[name]}/Reservations`;
      const answer = await scene.post({ url, method: 'GET', params: { Active: 'true' }, token }, { apiVersion: 'v2' });
      assert.equal(answer.status, 200);
    }
    return ear;
  }

  /** The types of all events so far. */
  get types() {
    return this.frames.filter(frame => frame.text.trim() !== '').map(frame => JSON.parse(frame.text).event_type);
  }

  /** The payload of the first event of this type that was not asked for before; waits for it. */
  async next(type, isMeant = () => true) {
    for (const deadline = Date.now() + PATIENCE; ;) {
      for (const frame of this.frames) {
        const event = frame.text.trim() === '' || this.#taken.has(frame) ? {} : JSON.parse(frame.text);
        if (event.event_type === type && isMeant(event.payload)) {
          this.#taken.add(frame);
          frame.payload = event.payload;
          return event.payload;
        }
      }
      assert.ok(Date.now() < deadline, `no ${type} within ${PATIENCE} ms, but ${this.types}`);
      await new Promise(resolve => {
        this.#wake = resolve;
        setTimeout(resolve, 100);
      });
    }
  }

  timeOf(payload) {
    return this.frames.find(frame => frame.payload === payload).at;
  }

  close() {
    this.#socket.close();
  }
}

/** The status of a POST under a host name that is not the server's. */
export async function postAs(host, scene, body) {
  const sent = request(`http://${scene.address}`, { method: 'POST', headers: { host, apiVersion: 'v1' } });
  sent.end(body);
  const [response] = await once(sent, 'response');
  response.resume();
  return response.statusCode;
}
