// A QR reader is a keyboard that types very fast and ends with Enter. Pure: keys and times come in.

const GAP_MS = 80;
export const SHORTEST = 6; // characters of a code

export class Reader {
  #typed = "";
  #last = Number.NEGATIVE_INFINITY;

  /** What has been typed without a pause. */
  get run() {
    return this.#typed;
  }

  /**
   * Take a key. Returns the code when Enter ends a fast run of characters, else null.
   * @param {string} key as in KeyboardEvent.key
   * @param {number} atMs
   */
  key(key, atMs) {
    const fast = atMs - this.#last <= GAP_MS;
    this.#last = atMs;
    if (key === "Enter") {
      const code = fast && this.#typed.length >= SHORTEST ? this.#typed : null;
      this.#typed = "";
      return code;
    }
    if (key.length === 1) this.#typed = fast ? this.#typed + key : key;
    return null;
  }
}

/** The token of the hall's door that a code is, or null. */
export function doorOf(code) {
  return code.match(/door-[0-9a-f]+-[0-9A-Z]+$/)?.[0] ?? null;
}

/** The token in the address that a ticket's QR code holds, or null. */
export function tokenOf(code) {
  return code.match(/\/t\/([A-Za-z0-9_-]{8,})/)?.[1] ?? null;
}

/** The code or the address in an appointment's QR code, or null. */
export function appointmentOf(code) {
  return /^\d{6}$|\/a\/[0-9A-Z]{28}$/.test(code) ? code : null;
}
