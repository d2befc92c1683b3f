// One reservation: what its task is about, how it stands, and what its agent can do with it now.

// How long an ended reservation is still shown.
const ENDED_MILLISECONDS = 4_000;
const states = { pending: 'Offered', accepted: 'Accepted', wrapping: 'Wrapping up' };
const endings = { rejected: 'Rejected', timeout: 'Timed out', canceled: 'Canceled', rescinded: 'Taken by another agent',
  completed: 'Completed' };

export class Card {
  element = create('article');
  #reservation;
  #page;
  #to;
  #outgoing;
  #note = '';

  /** @param page `attempt`, `tell`, `remove`, `pause` and `targets` of the page. */
  constructor(reservation, page) {
    this.#reservation = reservation;
    this.#page = page;
    this.#to = targetsOf(page);
    this.#listen();
    this.#follow(reservation.task.transfers.outgoing);
    this.#render();
  }

  get sid() {
    return this.#reservation.sid;
  }

  remove() {
    this.element.remove();
  }

  /** What changes by time alone. */
  tick() {
    const { dateCreated, status, timeout } = this.#reservation;
    const seconds = Math.max(0, Math.round((Date.now() - dateCreated) / 1000));
    const clock = this.element.querySelector('.clock');
    clock.hidden = status in endings;
    clock.textContent = status === 'pending' ? `${Math.max(0, timeout - seconds)} s to answer` : duration(seconds);
  }

  #listen() {
    const { task } = this.#reservation;
    this.#reservation.on('accepted', () => this.#happened('Accepted'));
    this.#reservation.on('wrapup', () => this.#happened('Wrapping up'));
    for (const [event, text] of Object.entries(endings)) {
      this.#reservation.on(event, () => {
        this.#happened(text);
        setTimeout(() => this.#page.remove(this), ENDED_MILLISECONDS);
      });
    }
    task.on('updated', () => this.#render());
    task.on('transferInitiated', transfer => {
      this.#follow(transfer);
      this.#happened('Handing over');
    });
  }

  #follow(transfer) {
    this.#outgoing = transfer;
    transfer?.on('completed', () => this.#handedOver('Handed over'));
    transfer?.on('canceled', () => this.#handedOver('Kept after all'));
    transfer?.on('failed', () => this.#handedOver(transfer.transferFailedReason));
    transfer?.on('attemptFailed', () => this.#happened('Nobody in that queue has taken it yet'));
  }

  #handedOver(text) {
    this.#outgoing = undefined;
    this.#note = text;
    this.#happened(text);
  }

  #happened(text) {
    this.#page.tell(text, this.#reservation);
    this.#render();
  }

  #render() {
    const { sid, status, task } = this.#reservation;
    this.element.className = status;
    this.element.dataset.sid = sid;
    const facts = [task.queueName, task.taskChannelUniqueName, `priority ${task.priority}`];
    if (task.transfers.incoming) {
      facts.push('handed over by a colleague');
    }
    this.element.replaceChildren(
      create('div', { className: 'head' },
        create('h3', {}, String(task.attributes.question ?? task.sid)),
        create('span', { className: 'status' }, states[status] ?? endings[status])),
      create('p', { className: 'facts' }, facts.filter(Boolean).join(' · ')),
      create('p', { className: 'clock' }),
      create('p', { className: 'note', hidden: !this.#note }, this.#note),
      create('div', { className: 'actions' }, ...this.#actions(status, task)));
    this.tick();
  }

  #actions(status, task) {
    const reservation = this.#reservation;
    const act = (text, action, className = '') => {
      const button = create('button', { className, type: 'button' }, text);
      button.addEventListener('click', async () => {
        button.disabled = true;
        await this.#page.attempt(action);
        this.#render();
      });
      return button;
    };
    if (status === 'pending') {
      return [
        act('Accept', () => reservation.accept(), 'primary'),
        act('Reject', () => reservation.reject({ activitySid: this.#page.pause() })),
      ];
    } else if (status === 'accepted' && this.#outgoing) {
      return [create('span', { className: 'handing' }, 'Waiting for an answer'),
        act('Keep it', () => this.#outgoing.cancel())];
    } else if (status === 'accepted') {
      return [act('Complete', () => reservation.complete(), 'primary'), act('Wrap up', () => reservation.wrap()),
        create('span', { className: 'transfer' }, this.#to,
          act('Hand over', () => task.transfer(this.#to.value, {})))];
    }
    return status === 'wrapping' ? [act('Complete', () => reservation.complete(), 'primary')] : [];
  }

}

// Kept as long as the card, with what its agent has chosen in it.
function targetsOf({ targets }) {
  const list = create('select', { ariaLabel: 'Hand over to' });
  for (const [label, each] of Object.entries(targets)) {
    list.append(create('optgroup', { label }, ...each.map(({ sid, name }) => option(sid, name))));
  }
  return list;
}

export function option(value, text) {
  return create('option', { value }, text);
}

function create(name, properties = {}, ...children) {
  const element = Object.assign(document.createElement(name), properties);
  element.append(...children);
  return element;
}

function duration(seconds) {
  return seconds < 60 ? `${seconds} s` : `${Math.floor(seconds / 60)} min ${seconds % 60} s`;
}
