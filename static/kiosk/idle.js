// When nobody touches the kiosk any more. Pure: time comes in as milliseconds.

export class Idle {
  #touched = 0;

  /** @param {{quietS: number, countdownS: number}} limits quiet time, then a visible countdown */
  constructor({ quietS, countdownS }) {
    this.quietS = quietS;
    this.countdownS = countdownS;
  }

  touch(nowMs) {
    this.#touched = nowMs;
  }

  /** Seconds until the page returns to its start, and whether the countdown is to be seen. */
  look(nowMs) {
    const quiet = (nowMs - this.#touched) / 1000;
    const left = Math.ceil(this.quietS + this.countdownS - quiet);
    return { left: Math.max(0, left), counting: quiet >= this.quietS };
  }
}
