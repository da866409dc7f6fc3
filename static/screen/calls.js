// Which calls a screen shows and which it highlights. Pure: times come in as arguments.
//
// Each call is highlighted once, for eight seconds, in a large row. Where more calls come at the
// same time than there are large rows, the later ones wait for a row: none vanishes unseen.

export const SHOWN = 8;
export const LARGE = 4;

const FRESH_MS = 8000;
const HURRIED_MS = 3000; // how long a row is kept for a call while many wait for one
const MANY = 4;
const MOST = 12; // calls that may wait for a row; with more the oldest is shown without a highlight
const LATE_S = 60; // a missed call older than this is shown, but no longer highlighted
const RECENT_S = 300; // how long a finished call stays among the recent ones

const STATE_AFTER = {
  service_started: "serving",
  service_finished: "done",
  ticket_parked: "done",
  ticket_transferred: "done",
  ticket_cancelled: "done",
  ticket_missed: "no_show",
};
const CALLED = new Set(["ticket_called", "ticket_recalled"]);
const OVER = new Set(["done", "no_show"]);

export class Calls {
  #shown = []; // newest first; `since`: local ms at which it got its row, null = not highlighted
  #pending = []; // oldest first: calls that wait for a large row
  #known = false;

  /**
   * A snapshot: everything as it is now. Calls that a running screen has not shown yet are new; one
   * that was just switched on goes by their age.
   * @param {object[]} calls as in the board: newest first
   * @param {{hallMs: number, localMs: number, rate: number}} time
   */
  replace(calls, time) {
    const before = new Map(this.#shown.map((call) => [call.key, call]));
    const started = this.#known;
    this.#known = true;
    this.#shown = [];
    this.#pending = [];
    for (const call of calls.map(keyed)) {
      const age = ageS(call, time);
      const seen = before.get(call.key);
      if (seen) this.#shown.push({ ...call, since: seen.since });
      else if (!started) this.#shown.push({ ...call, since: time.localMs - age * 1000 });
      else if (call.state === "called" && age <= LATE_S) this.#pending.unshift(call);
      else this.#shown.push({ ...call, since: null });
    }
    this.tick(time);
  }

  /** An event of the board. `windowName` is what the window is called. */
  apply(event, windowName, time) {
    if (CALLED.has(event.type)) this.#call(event, windowName, time);
    else if (event.type === "ticket_requeued") this.#remove(event.number);
    else if (event.type in STATE_AFTER) this.#become(event, STATE_AFTER[event.type]);
    this.tick(time);
  }

  /** Let waiting calls take rows that are free again, and old ones go. */
  tick(time) {
    while (this.#pending.length > MOST) this.#shown.unshift({ ...this.#pending.shift(), since: null });
    const hold = this.#pending.length > MANY ? HURRIED_MS : FRESH_MS;
    while (this.#pending.length > 0 && this.#held(time.localMs, hold) < LARGE) {
      this.#shown.unshift({ since: time.localMs, ...this.#pending.shift() });
    }
    this.#shown = this.#shown
      .filter((call) => !OVER.has(call.state) || ageS(call, time) <= RECENT_S)
      .slice(0, SHOWN);
  }

  /** The screen shows no calls for now: a highlight that has begun is over, not to begin again. */
  hide() {
    this.#shown = this.#shown.map((call) => ({ ...call, since: null }));
  }

  /** What is shown now, newest first, each with `fresh`: to be highlighted. */
  list(localMs) {
    return this.#shown.map((call) => ({ ...call, fresh: isFresh(call, localMs, FRESH_MS) }));
  }

  #held(localMs, hold) {
    return this.#shown.slice(0, LARGE).filter((call) => isFresh(call, localMs, hold)).length;
  }

  #call(event, windowName, time) {
    const { number, window, zone, group, at, calls } = event;
    const call = keyed({ number, window, window_name: windowName, zone, group, at, calls, state: "called" });
    if ([...this.#shown, ...this.#pending].some(({ key }) => key === call.key)) return;
    this.#remove(number);
    for (const other of this.#shown) {
      if (other.window === window && !OVER.has(other.state)) other.state = "done";
    }
    if (ageS(call, time) <= LATE_S) this.#pending.push(call);
    else this.#shown.unshift({ ...call, since: null });
  }

  #become({ number, at }, state) {
    for (const call of [...this.#shown, ...this.#pending]) {
      if (call.number !== number) continue;
      call.state = state;
      // Called and served in the same moment: staff took a mis-click back, nobody has to come.
      if (state === "serving" && call.at === at) call.since = null;
    }
  }

  #remove(number) {
    const others = (call) => call.number !== number;
    this.#shown = this.#shown.filter(others);
    this.#pending = this.#pending.filter(others);
  }
}

function keyed(call) {
  return { ...call, key: `${call.number} ${call.window} ${call.at}` };
}

/** Real seconds since the call: a demo's hall time runs faster. */
function ageS(call, { hallMs, rate }) {
  return (hallMs - Date.parse(call.at)) / 1000 / rate;
}

function isFresh(call, localMs, forMs) {
  return call.since !== null && localMs - call.since < forMs;
}
