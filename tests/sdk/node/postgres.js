// Makes and drops a database: as much of Postgres's protocol as that takes, so that the tests need no driver.
// https://www.postgresql.org/docs/current/protocol-message-formats.html
import { createHash, createHmac, pbkdf2Sync, randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { connect } from 'node:net';

/** A new, empty database on the server that TASKROUTER_TEST_POSTGRES names; drop() ends it. */
export async function createDatabase() {
  const connectionString = process.env.TASKROUTER_TEST_POSTGRES;
  if (!connectionString) {
    throw new Error('TASKROUTER_TEST_POSTGRES is not set: run ./verify.sh, or tests/with-postgres.sh npm test');
  }
  const name = `taskrouter_sdk_${randomBytes(6).toString('hex')}`;
  await execute(connectionString, `CREATE DATABASE ${name}`);
  return {
    connectionString: `${connectionString};Database=${name}`,
    drop: () => execute(connectionString, `DROP DATABASE ${name} WITH (FORCE)`),
  };
}

async function execute(connectionString, sql) {
  const settings = Object.fromEntries(connectionString.split(';').filter(Boolean).map(pair => {
    const [key, ...value] = pair.split('=');
    return [key.trim().toLowerCase(), value.join('=').trim()];
  }));
  const user = settings.username ?? 'postgres';
  const socket = connect(Number(settings.port ?? 5432), settings.host ?? '127.0.0.1');
  await once(socket, 'connect');
  try {
    const messages = read(socket);
    socket.write(startup({ user, database: settings.database ?? 'postgres' }));
    await authenticate(socket, messages, user, settings.password ?? '');
    await untilReady(messages);
    socket.write(message('Q', cString(sql)));
    await untilReady(messages);
  } finally {
    socket.end(message('X', Buffer.alloc(0)));
  }
}

async function authenticate(socket, messages, user, password) {
  let scram;
  for (;;) {
    const body = await next(messages, 'R');
    const [method, detail] = [body.readInt32BE(0), body.subarray(4)];
    if (method === 0) {
      return;
    } else if (method === 3) {
      socket.write(message('p', cString(password)));
    } else if (method === 5) {
      const inner = md5(password + user);
      socket.write(message('p', cString(`md5${md5(Buffer.concat([Buffer.from(inner), detail]))}`)));
    } else if (method === 10) {
      scram = new Scram(password);
      const first = Buffer.from(scram.first);
      socket.write(message('p', Buffer.concat([cString('SCRAM-SHA-256'), int32(first.length), first])));
    } else if (method === 11) {
      socket.write(message('p', Buffer.from(scram.final(detail.toString()))));
    } else if (method !== 12) {
      throw new Error(`Postgres asks for authentication method ${method}, which these tests do not know.`);
    }
  }
}

// RFC 5802 without channel binding; the server's own signature is not checked, because it is a test's server.
class Scram {
  #nonce = randomBytes(18).toString('base64');
  #password;

  constructor(password) {
    this.#password = password;
  }

  get first() {
    return `n,,n=,r=${this.#nonce}`;
  }

  final(challenge) {
    const [, nonce, salt, iterations] = /^r=(.+),s=(.+),i=(\d+)$/.exec(challenge);
    const salted = pbkdf2Sync(this.#password, Buffer.from(salt, 'base64'), Number(iterations), 32, 'sha256');
    const clientKey = hmac(salted, 'Client Key');
    const withoutProof = `c=biws,r=${nonce}`;
    const signature = hmac(createHash('sha256').update(clientKey).digest(),
      `n=,r=${this.#nonce},${challenge},${withoutProof}`);
    const proof = Buffer.from(clientKey.map((byte, index) => byte ^ signature[index]));
    return `${withoutProof},p=${proof.toString('base64')}`;
  }
}

async function untilReady(messages) {
  await next(messages, 'Z');
}

/** The body of the next message of that type; an error from Postgres is thrown, whatever else comes is passed over. */
async function next(messages, wanted) {
  for (;;) {
    const { value, done } = await messages.next();
    if (done) {
      throw new Error('Postgres closed the connection.');
    } else if (value.type === 'E') {
      throw new Error(`Postgres: ${value.body.toString().split('\0').find(field => field[0] === 'M')?.slice(1)}`);
    } else if (value.type === wanted) {
      return value.body;
    }
  }
}

async function* read(socket) {
  let buffer = Buffer.alloc(0);
  for await (const chunk of socket) {
    buffer = Buffer.concat([buffer, chunk]);
    while (buffer.length >= 5 && buffer.length > buffer.readInt32BE(1)) {
      const end = 1 + buffer.readInt32BE(1);
      yield { type: String.fromCharCode(buffer[0]), body: buffer.subarray(5, end) };
      buffer = buffer.subarray(end);
    }
  }
}

function startup(parameters) {
  const body = Buffer.concat([int32(196608), ...Object.entries(parameters).flat().map(cString), Buffer.alloc(1)]);
  return Buffer.concat([int32(body.length + 4), body]);
}

function message(type, body) {
  return Buffer.concat([Buffer.from(type), int32(body.length + 4), body]);
}

function int32(value) {
  const bytes = Buffer.alloc(4);
  bytes.writeInt32BE(value);
  return bytes;
}

function cString(text) {
  return Buffer.from(`${text}\0`);
}

function md5(value) {
  return createHash('md5').update(value).digest('hex');
}

function hmac(key, text) {
  return createHmac('sha256', key).update(text).digest();
}
