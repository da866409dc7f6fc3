// The hall's clock. A page never trusts the date of the machine that it runs on: it takes the time
// from the server's messages and counts on with the browser's monotonic clock.

/** Milliseconds since 1970 of an RFC 3339 time. */
export const instant = (iso) => Date.parse(iso);

/** "14:05" of an RFC 3339 time, as clocks on the hall's walls show it. */
export const wallTime = (iso) => iso.slice(11, 16);

/** "2026-11-22" of an RFC 3339 time, in the hall's time zone. */
export const wallDate = (iso) => iso.slice(0, 10);

/** The date `n` days after a date, both as "2026-11-22"; before it when n is negative. */
export function dayAfter(day, n) {
  const date = new Date(`${day}T00:00:00Z`);
  date.setUTCDate(date.getUTCDate() + n);
  return date.toISOString().slice(0, 10);
}

export class HallClock {
  #base = null; // {hall, local}: hall ms at local monotonic ms
  #offset = "+00:00";
  #local;

  /** @param {() => number} local monotonic milliseconds */
  constructor(local = () => performance.now()) {
    this.#local = local;
    this.rate = 1;
  }

  get known() {
    return this.#base !== null;
  }

  /** Start again from a snapshot. `rate`: hall seconds per real second (a demo runs faster). */
  reset(iso, rate = 1) {
    this.rate = rate;
    this.#take(iso);
  }

  /**
   * Take a time that came with a message. Returns by how many real seconds the message is late
   * against the most prompt one so far: a connection that delivers old news shows itself here.
   */
  sync(iso) {
    if (!this.known) {
      this.#take(iso);
      return 0;
    }
    const late = (this.now() - instant(iso)) / 1000 / this.rate;
    if (late <= 0) this.#take(iso);
    return Math.max(0, late);
  }

  /** Hall time now, in milliseconds since 1970. */
  now() {
    if (!this.known) return Number.NaN;
    return this.#base.hall + (this.#local() - this.#base.local) * this.rate;
  }

  /** Seconds of hall time since an RFC 3339 time, never negative. */
  since(iso) {
    return Math.max(0, (this.now() - instant(iso)) / 1000);
  }

  /** Hall time now as RFC 3339 in the hall's own offset, to the second. */
  iso() {
    const sign = this.#offset.startsWith("-") ? -1 : 1;
    const [hours, minutes] = this.#offset.slice(1).split(":").map(Number);
    const shifted = new Date(this.now() + sign * (hours * 60 + minutes) * 60_000);
    return shifted.toISOString().slice(0, 19) + this.#offset;
  }

  #take(iso) {
    this.#base = { hall: instant(iso), local: this.#local() };
    const zone = iso.match(/[+-]\d\d:\d\d$/);
    this.#offset = zone ? zone[0] : "+00:00";
  }
}
