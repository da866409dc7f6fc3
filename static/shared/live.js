// The live connection of a page: snapshot first, then events in order, none missed, none twice.
// "lost" means: what the page shows may be old. It is said before five seconds of silence are over.

import { HallClock } from "./clock.js";

const SILENCE_MS = 4500;
const LATE_S = 4;
const FIRST_DELAY_MS = 200;
const LAST_DELAY_MS = 4000;

/**
 * What to do with a numbered frame, given the last `seq` that was taken.
 * `prev` names the frame before it where numbers were skipped.
 * @returns {"replace" | "apply" | "ignore" | "resume"}
 */
export function judge(frame, last) {
  if (frame.type === "snapshot") return "replace";
  if (last === null) return "resume";
  if (frame.seq <= last) return "ignore";
  return (frame.prev ?? frame.seq - 1) === last ? "apply" : "resume";
}

export class Live {
  #last = null;
  #socket = null;
  #attempt = 0;
  #silence = 0; // until the page says that it is cut off
  #patience = 0; // until this connection is given up
  #retry = 0;
  #state = "connecting";

  /**
   * @param {object} options
   * @param {string} options.hall
   * @param {string[]} options.topics
   * @param {(frame: object) => void} options.onSnapshot replaces all that the page knows
   * @param {(event: object, frame: object) => void} [options.onEvent]
   * @param {(frame: object) => void} [options.onStatus] frames without a number: printers, estimates
   * @param {(state: "connecting" | "live" | "lost") => void} [options.onState]
   * @param {() => void} [options.onConnect] a connection stands: what came without a number before it may be old
   * @param {HallClock} [options.clock] kept in step by the frames' times
   * @param {Record<string, string>} [options.about] what a device says of itself
   */
  constructor(options) {
    const { hall, topics, onSnapshot, onEvent, onStatus, onState, onConnect } = options;
    this.hall = hall;
    this.topics = topics;
    this.clock = options.clock ?? new HallClock();
    this.about = options.about ?? {};
    this.onSnapshot = onSnapshot;
    this.onEvent = onEvent ?? (() => {});
    this.onStatus = onStatus ?? (() => {});
    this.onState = onState ?? (() => {});
    this.onConnect = onConnect ?? (() => {});
  }

  get state() {
    return this.#state;
  }

  start() {
    this.#silence = setTimeout(() => this.#become("lost"), SILENCE_MS);
    this.#connect();
    return this;
  }

  stop() {
    clearTimeout(this.#silence);
    clearTimeout(this.#retry);
    this.#drop();
  }

  #connect() {
    const socket = new WebSocket(this.#address());
    this.#socket = socket;
    this.#wait();
    socket.onopen = () => {
      if (this.#socket === socket) this.onConnect();
    };
    socket.onmessage = ({ data }) => {
      if (this.#socket === socket) this.#receive(JSON.parse(data));
    };
    socket.onclose = () => {
      if (this.#socket === socket) this.#again();
    };
  }

  #address() {
    const query = new URLSearchParams({ topics: this.topics.join(","), beats: "1", ...this.about });
    if (this.#last !== null) query.set("after", this.#last);
    const scheme = location.protocol === "https:" ? "wss" : "ws";
    return `${scheme}://${location.host}/ws/v1/halls/${encodeURIComponent(this.hall)}?${query}`;
  }

  #receive(frame) {
    const beat = frame.type === "beat";
    if (beat && this.clock.sync(frame.at) > LATE_S) {
      this.#distrust();
      return;
    }
    if (frame.seq === undefined) {
      this.#alive();
      if (!beat) this.onStatus(frame);
      return;
    }
    const verdict = judge(frame, this.#last);
    if (verdict === "resume") {
      this.#again();
      return;
    }
    this.#alive();
    if (verdict === "ignore") return;
    this.#last = frame.seq;
    if (verdict === "replace") this.#replace(frame);
    else this.onEvent(frame.event, frame);
  }

  #replace(frame) {
    const view = frame.board ?? frame.live ?? frame.visitor;
    if (view?.now) this.clock.reset(view.now, view.clock_rate);
    this.onSnapshot(frame);
  }

  #alive() {
    this.#attempt = 0;
    clearTimeout(this.#silence);
    this.#silence = setTimeout(() => this.#become("lost"), SILENCE_MS);
    this.#wait();
    this.#become("live");
  }

  #wait() {
    clearTimeout(this.#patience);
    this.#patience = setTimeout(() => this.#again(), SILENCE_MS);
  }

  /** Messages come, but late: what they say is old. Ask for a fresh snapshot. */
  #distrust() {
    this.#last = null;
    this.#become("lost");
    this.#again();
  }

  #again() {
    this.#drop();
    const longest = Math.min(FIRST_DELAY_MS * 2 ** this.#attempt, LAST_DELAY_MS);
    this.#attempt += 1;
    clearTimeout(this.#retry);
    this.#retry = setTimeout(() => this.#connect(), longest * (0.5 + Math.random() / 2));
  }

  #drop() {
    clearTimeout(this.#patience);
    const socket = this.#socket;
    this.#socket = null;
    socket?.close();
  }

  #become(state) {
    if (state === this.#state) return;
    this.#state = state;
    this.onState(state);
  }
}
