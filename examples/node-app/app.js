// An application beside the server: it is asked about every offer, hears of every event, and believes neither before
// it has checked the signature.
import { createServer } from 'node:http';
import twilio from 'twilio';

const BODY_BYTES_MAX = 256 * 1024;

/**
 * @param authToken The account's, which signs every request of the server.
 * @param publicUrl Where the server calls this application, when a proxy stands between: the address is signed too.
 * @param tell Called with a line for people and with the parameters it is about.
 */
export function createApp({ authToken, publicUrl, tell }) {
  const routes = {
    '/assignment': form => {
      tell(`Offer ${form.ReservationSid} of ${form.TaskSid} to ${form.WorkerName}: accepted`, form);
      return { instruction: 'accept' };
    },
    '/events': form => {
      tell(`${form.EventType}: ${form.EventDescription}`, form);
    },
  };

  return createServer(async (request, response) => {
    const origin = publicUrl ?? `http://${request.headers.host}`;
    const route = routes[request.url.split('?')[0]];
    if (!route || request.method !== 'POST') {
      return answer(response, 404);
    }
    const body = await read(request);
    if (body === undefined) {
      return answer(response, 413);
    }
    const form = Object.fromEntries(new URLSearchParams(body));
    const signature = request.headers['x-twilio-signature'] ?? '';
    if (!twilio.validateRequest(authToken, signature, origin + request.url, form)) {
      return answer(response, 403);
    }
    return answer(response, 200, route(form) ?? {});
  });
}

function answer(response, status, json) {
  response.writeHead(status, { 'Content-Type': 'application/json' });
  response.end(json && JSON.stringify(json));
}

/** The whole body, or undefined when it is longer than any callback. */
async function read(request) {
  const chunks = [];
  let length = 0;
  for await (const chunk of request) {
    length += chunk.length;
    if (length > BODY_BYTES_MAX) {
      return undefined;
    }
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
}
