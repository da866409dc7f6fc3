// The paired call screens that should be connected and are not.

/** A screen that starts again, with other settings or after a short cut, is no lost one. */
export const GRACE_MS = 10_000;

export class LostScreens {
  #missed = new Map(); // id → {name, from}: from when it was missed, in ms

  /**
   * Take the list of devices.
   * @param {object[]} devices as `GET /devices` gives them
   * @param {string} hall
   * @param {number} nowMs on any clock that only goes forward
   */
  take(devices, hall, nowMs) {
    const missing = devices.filter(
      ({ kind, state, hall: its, connection }) =>
        kind === "screen" && state === "paired" && its === hall && !connection,
    );
    this.#missed = new Map(
      missing.map(({ id, name }) => [id, { name, from: this.#missed.get(id)?.from ?? nowMs }]),
    );
  }

  /** @returns {{id: string, name: string}[]} those missed for longer than a start takes */
  list(nowMs) {
    return [...this.#missed]
      .filter(([, { from }]) => nowMs - from >= GRACE_MS)
      .map(([id, { name }]) => ({ id, name }));
  }
}
