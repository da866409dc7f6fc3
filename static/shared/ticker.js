// A Lit controller that renders its element again as time passes, while it is connected.

export class Ticker {
  #timer = 0;

  /**
   * @param {import("../vendor/lit.js").LitElement} host
   * @param {number} everyMs
   */
  constructor(host, everyMs = 1000) {
    this.host = host;
    this.everyMs = everyMs;
    host.addController(this);
  }

  hostConnected() {
    this.#timer = setInterval(() => this.host.requestUpdate(), this.everyMs);
  }

  hostDisconnected() {
    clearInterval(this.#timer);
  }
}
