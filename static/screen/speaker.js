// The loudspeaker of a zone: plays what the server says, one sound after another, and reports each.
// A browser is silent until somebody touched the page, unless it was started with
// --autoplay-policy=no-user-gesture-required: the page then asks for a touch.

import { post } from "../shared/api.js";

const LATE_MS = 10_000; // a sound that waited longer behind others is not played any more

export class Speaker {
  #hall;
  #context = new AudioContext();
  #volume = new GainNode(this.#context);
  #waiting = [];
  #busy = false;

  /**
   * @param {string} hall
   * @param {() => void} onChange called when the speaker becomes audible
   */
  constructor(hall, onChange) {
    this.#hall = hall;
    this.#volume.connect(this.#context.destination);
    this.#context.addEventListener("statechange", onChange);
    for (const gesture of ["pointerdown", "keydown"]) {
      addEventListener(gesture, () => this.#context.resume());
    }
  }

  get audible() {
    return this.#context.state === "running";
  }

  /** Take a `say` frame. Screens of a whole hall speak for several zones, one after another. */
  say(frame) {
    this.#waiting.push({ ...frame, since: performance.now() });
    if (!this.#busy) this.#work();
  }

  async #work() {
    this.#busy = true;
    while (this.#waiting.length > 0) {
      const frame = this.#waiting.shift();
      const late = performance.now() - frame.since > LATE_MS;
      const played = !late && (await this.#play(frame).catch(() => false));
      await this.#report(frame, played);
    }
    this.#busy = false;
  }

  /** Whether it was heard to its end. */
  async #play({ sound, volume }) {
    if (!this.audible) return false;
    const response = await fetch(`/voice/${sound}.wav`);
    if (!response.ok) return false;
    const buffer = await this.#context.decodeAudioData(await response.arrayBuffer());
    const source = new AudioBufferSourceNode(this.#context, { buffer });
    this.#volume.gain.value = volume / 100;
    source.connect(this.#volume);
    await new Promise((resolve) => {
      source.onended = resolve;
      source.start();
    });
    source.disconnect();
    return true;
  }

  /** A report that gets lost does no harm: the server goes on when the sound should be over. */
  async #report({ zone, turn }, played) {
    await post(`/halls/${this.#hall}/zones/${zone}/said`, { turn, played }).catch(() => null);
  }
}
