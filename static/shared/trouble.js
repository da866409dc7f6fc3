// Devices that somebody must look after: what is new of them, and what somebody has taken note of.
// Takes what stands as keys, knows no clock and makes no sound.

import { inTrouble } from "./printers.js";

/** The printers that give no ticket; one whose roll only nears its end still does. */
export function failing(printers) {
  return inTrouble(printers).filter(({ state }) => state !== "near_end");
}

export class Watch {
  #standing = null; // keys at the last look
  #noted = new Set();

  /**
   * Take what stands now.
   * @param {string[]} keys
   * @returns {boolean} whether something has begun since the last look; not at the first one
   */
  look(keys) {
    const before = this.#standing;
    this.#standing = new Set(keys);
    this.#noted = new Set([...this.#noted].filter((key) => this.#standing.has(key)));
    return before !== null && keys.some((key) => !before.has(key));
  }

  /** Somebody knows of all that stands now. */
  note() {
    this.#noted = new Set(this.#standing);
  }

  /** Does anything stand that nobody took note of? */
  get pressing() {
    return [...(this.#standing ?? [])].some((key) => !this.#noted.has(key));
  }
}
