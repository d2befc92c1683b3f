// Clients that cost next to nothing, so that ten thousand of them fit beside the server that is measured: bytes that
// were put together before, and an eye on what comes back, no more.
import { once } from 'node:events';
import { connect } from 'node:net';

const CONNECTIONS_MAX = 64;

/** The address of a server, and the HTTP connections to it that are shared by all. */
export class Crowd {
  #port;
  #idle = [];
  #count = 0;
  #waiting = [];

  constructor(port) {
    this.#port = port;
  }

  /** A WebSocket that has heard its first event. */
  async listen(handshake) {
    const socket = connect(this.#port, '127.0.0.1');
    socket.write(handshake);
    for (let heard = ''; !heard.includes('"event_type":"init"');) {
      const [bytes] = await once(socket, 'data');
      heard += bytes.latin1Slice();
      if (!heard.startsWith('HTTP/1.1 101 ')) {
        throw new Error(heard);
      }
    }
    socket.on('data', () => {});
    socket.on('error', () => {});
    return socket;
  }

  /** Sends a request and reads its answer, which must be 200. */
  async ask(request) {
    const connection = await this.#take();
    connection.write(request);
    for (let answer = ''; ;) {
      const [bytes] = await once(connection, 'data');
      answer += bytes.latin1Slice();
      const end = answer.indexOf('\r\n\r\n');
      const length = end < 0 ? NaN : Number(/content-length: (\d+)/i.exec(answer)[1]);
      if (answer.length >= end + 4 + length) {
        this.#give(connection);
        if (!answer.startsWith('HTTP/1.1 200 ')) {
          throw new Error(answer);
        }
        return;
      }
    }
  }

  end() {
    this.#idle.forEach(connection => connection.destroy());
  }

  async #take() {
    if (this.#idle.length > 0) {
      return this.#idle.pop();
    }
    if (this.#count < CONNECTIONS_MAX) {
      this.#count++;
      const connection = connect(this.#port, '127.0.0.1');
      await once(connection, 'connect');
      return connection;
    }
    return new Promise(resolve => this.#waiting.push(resolve));
  }

  #give(connection) {
    const next = this.#waiting.shift();
    if (next) {
      next(connection);
    } else {
      this.#idle.push(connection);
    }
  }
}

/** The request that opens a WebSocket with this token. */
export function handshake(token) {
  return Buffer.from(`GET /v1/wschannels?token=${token}&clientVersion=2.1.1 HTTP/1.1\r\nHost: localhost\r\n`
    + 'Connection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\n'
    + 'Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n');
}

/** The request that reads this of a workspace. */
export function question(url, apiVersion, token) {
  const body = JSON.stringify({ url, method: 'GET', params: {}, token });
  return Buffer.from(`POST /v1/wschannels HTTP/1.1\r\nHost: localhost\r\napiVersion: ${apiVersion}\r\n`
    + `Content-Length: ${body.length}\r\n\r\n${body}`);
}
