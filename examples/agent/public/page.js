// Logs an agent in by a token of the application, and keeps the page and Twilio's SDK in step: the SDK hears of every
// change by its socket, and the page shows what the SDK then knows.
import { Worker } from 'twilio-taskrouter';
import { Card, option } from './cards.js';

const at = id => document.getElementById(id);
const cards = new Map();
let worker;

const directory = await ask('GET', 'directory');
at('login').elements.worker.replaceChildren(...directory.workers.map(({ sid, name }) => option(sid, name)));

at('login').addEventListener('submit', event => {
  event.preventDefault();
  attempt(() => logIn(at('login').elements.worker.value));
});
at('logout').addEventListener('click', () => {
  worker.disconnect();
  location.reload();
});
at('activity').addEventListener('change', event =>
  attempt(() => worker.activities.get(event.target.value).setAsCurrent()).then(showActivity));
at('customer').addEventListener('submit', event => {
  event.preventDefault();
  attempt(() => ask('POST', 'tasks', { question: event.target.elements.question.value }));
});
setInterval(() => cards.forEach(card => card.tick()), 1_000);

async function logIn(workerSid) {
  const { token, ebServer, wsServer } = await ask('POST', 'login', { workerSid });
  worker = new Worker(token, { ebServer, wsServer, logLevel: 'error' });
  worker.on('ready', showDesk);
  worker.on('activityUpdated', () => {
    tell(`You are ${worker.activity.name}`);
    showActivity();
  });
  worker.on('reservationCreated', reservation => {
    tell('Offered', reservation);
    show(reservation);
  });
  worker.on('tokenExpired', () => attempt(async () =>
    worker.updateToken((await ask('POST', 'login', { workerSid })).token)));
  worker.on('disconnected', ({ message }) => showConnection(`Disconnected: ${message}`, false));
  worker.on('error', problem);
}

// Comes again after every reconnect, with whatever changed meanwhile.
function showDesk() {
  at('login').hidden = true;
  at('desk').hidden = false;
  at('name').textContent = document.title = worker.name;
  at('activity').replaceChildren(...[...worker.activities.values()].map(({ sid, name }) => option(sid, name)));
  showConnection('Connected', true);
  showActivity();
  cards.forEach(remove);
  worker.reservations.forEach(show);
  tell('Logged in');
}

function showActivity() {
  at('activity').value = worker.activity.sid;
  at('activity').classList.toggle('available', worker.activity.available);
}

function showConnection(text, isGood) {
  at('connection').textContent = text;
  at('connection').classList.toggle('good', isGood);
}

function show(reservation) {
  cards.get(reservation.sid)?.remove();
  const card = new Card(reservation, { attempt, remove, tell, pause: pauseActivity, targets: targets() });
  cards.set(reservation.sid, card);
  at('cards').append(card.element);
  at('idle').hidden = true;
}

function remove(card) {
  card.remove();
  cards.delete(card.sid);
  at('idle').hidden = cards.size > 0;
}

// Who rejects and stays available is offered the same task again at once.
function pauseActivity() {
  const activities = [...worker.activities.values()];
  return (activities.find(({ name }) => name === 'Unavailable') ?? activities.find(({ available }) => !available)).sid;
}

function targets() {
  return { Agents: directory.workers.filter(({ sid }) => sid !== worker.sid), Queues: directory.queues };
}

function tell(text, reservation) {
  const line = document.createElement('li');
  const time = document.createElement('time');
  time.textContent = new Date().toLocaleTimeString('en-GB');
  line.append(time, ` ${text}`, reservation ? `: ${reservation.task.attributes.question ?? reservation.task.sid}` : '');
  at('log').prepend(line);
  while (at('log').children.length > 50) {
    at('log').lastChild.remove();
  }
}

/** Does something that may be refused, and says so. */
async function attempt(action) {
  try {
    at('problem').hidden = true;
    await action();
  } catch (error) {
    problem(error);
  }
}

function problem(error) {
  at('problem').textContent = error.message;
  at('problem').hidden = false;
}

async function ask(method, path, body) {
  const response = await fetch(path, { method, body: body && JSON.stringify(body) });
  const answer = await response.json();
  if (!response.ok) {
    throw new Error(answer.message);
  }
  return answer;
}
