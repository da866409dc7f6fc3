// Every group with who waits, how long it takes and how busy that is: for a wall, and with the whole
// hall's figures above and how good the estimates were below for the entrance.

import { html, nothing } from "../vendor/lit.js";
import { ofHundred, verdict } from "../shared/calibration.js";
import { wallTime } from "../shared/clock.js";
import "../shared/group-mark.js";
import { expected } from "./group-rows.js";
import { Layout } from "./layout.js";
import { names, words } from "./words.js";

const LEVELS = ["screen.calm", "screen.usual", "screen.busy"];

/** How busy a group is against the wait that the hall promises: 0 calm, 1 usual, 2 busy; or null. */
export function level({ estimate, estimate_status: status, target_s: target }) {
  if (status === "now") return 0;
  if (!estimate) return null;
  if (estimate.median_s > target) return 2;
  return estimate.median_s > target / 2 ? 1 : 0;
}

class WaitingBoard extends Layout {
  static properties = { ...Layout.properties, entrance: { type: Boolean } };

  constructor() {
    super();
    this.entrance = false;
  }

  render() {
    const groups = this.state.groupList;
    return html`<main class="waiting">
      ${this.entrance ? this.#hall(groups) : nothing}
      <ul class="cards">
        ${groups.map((group) => card(group, this.entrance))}
      </ul>
      ${this.entrance ? this.#held() : nothing}
    </main>`;
  }

  #hall(groups) {
    const { open, opens_at: opens, closes_at: closes } = this.state.board;
    const waiting = groups.reduce((sum, group) => sum + group.waiting, 0);
    const until = open ? closes : opens;
    return html`<dl class="hall">
      <div>
        <dt>${words("screen.waiting_now")}</dt>
        <dd class="number">${waiting}</dd>
      </div>
      ${until
        ? html`<div>
            <dt>${words(open ? "screen.open_until" : "screen.opens_at")}</dt>
            <dd class="number">${wallTime(until)}</dd>
          </div>`
        : nothing}
    </dl>`;
  }

  /** How good our estimates were, once there are enough to say so. */
  #held() {
    const { card } = this.state;
    if (!card || verdict(card) === "few") return nothing;
    return html`<p class="held">${words("screen.held", { n: ofHundred(card.total.inside) })}</p>`;
  }
}

function card(group, entrance) {
  const busy = level(group);
  return html`<li><article class="group">
    <group-mark prefix=${group.prefix}></group-mark>
    <h2>${names(group.name)}</h2>
    ${busy === null
      ? nothing
      : html`<p class="level level-${busy}">
          <span class="bars" aria-hidden="true"><i></i><i></i><i></i></span> ${words(LEVELS[busy])}
        </p>`}
    <dl>
      <div>
        <dt>${words("screen.waiting")}</dt>
        <dd class="number">${group.waiting}</dd>
      </div>
      <div>
        <dt>${words("screen.minutes")}</dt>
        <dd>${expected(group)}</dd>
      </div>
      <div>
        <dt>${words("screen.windows")}</dt>
        <dd class="number">${group.windows_open}</dd>
      </div>
    </dl>
    ${entrance && group.best_at ? best(group.best_at) : nothing}
  </article></li>`;
}

/** The hour of today at which a visitor who can choose should come. */
function best(from) {
  const [hour, minute] = wallTime(from).split(":");
  const until = `${String((Number(hour) + 1) % 24).padStart(2, "0")}:${minute}`;
  return html`<p class="best">${words("screen.best_hour", { from: `${hour}:${minute}`, until })}</p>`;
}

customElements.define("waiting-board", WaitingBoard);
