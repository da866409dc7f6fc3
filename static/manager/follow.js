// The hall's live connection, for all parts of the page: one socket, whichever tab is shown.

import { isLoggedOut } from "../login/login.js";
import { HallClock } from "../shared/clock.js";
import { Floor } from "../shared/floor.js";
import { Live } from "../shared/live.js";

/** What a listener is told: the event that came, or null when everything is new. */
export class Follow {
  #listeners = new Set();

  /**
   * @param {string} hall
   * @param {() => void} expired the session is over
   */
  constructor(hall, expired) {
    this.floor = new Floor();
    this.clock = new HallClock();
    this.link = "connecting";
    const take = (change, event) => {
      change();
      for (const listener of this.#listeners) listener(event);
    };
    this.live = new Live({
      hall,
      topics: ["manager", "estimates"],
      clock: this.clock,
      onSnapshot: ({ live }) => take(() => this.floor.replace(live), null),
      onEvent: (event) => take(() => this.floor.apply(event), event),
      onStatus: (frame) => take(() => this.floor.note(frame), frame),
      onState: async (state) => {
        take(() => (this.link = state), {});
        if (state === "lost" && (await isLoggedOut())) expired();
      },
    }).start();
  }

  stop() {
    this.live.stop();
    this.#listeners.clear();
  }

  /** Call `listener(event)` at all that comes. Returns the function that ends it. */
  listen(listener) {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }
}

/** Does an event concern appointments, or the hours that they stand on? */
export function ofBookings(event) {
  return event === null || Boolean(event.appointment) || /^(booking|person)_/.test(event.type ?? "");
}

/** Mixin for elements with a `follow`: `heard(event)` at all that comes, by default to draw anew. */
export const Following = (Base) =>
  class extends Base {
    static properties = { follow: { attribute: false } };

    #end = null;

    willUpdate(changed) {
      super.willUpdate(changed);
      if (!changed.has("follow")) return;
      this.#end?.();
      this.#end = this.follow.listen((event) => this.heard(event));
    }

    disconnectedCallback() {
      this.#end?.();
      super.disconnectedCallback();
    }

    heard() {
      this.requestUpdate();
    }
  };

const PAUSE_MS = 500;

/** Does some work a moment after it was asked for, once for all who asked in that time. */
export class Soon {
  #timer = 0;

  /** @param {() => void} work */
  constructor(work) {
    this.work = work;
  }

  ask() {
    this.#timer ||= setTimeout(() => {
      this.#timer = 0;
      this.work();
    }, PAUSE_MS);
  }

  stop() {
    clearTimeout(this.#timer);
    this.#timer = 0;
  }
}
