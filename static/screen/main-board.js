// The main board: the newest calls large, the ones before them small, and who waits beside them.

import { classMap, html, nothing, repeat } from "../vendor/lit.js";
import { wallTime } from "../shared/clock.js";
import { LARGE } from "./calls.js";
import { groupRows } from "./group-rows.js";
import { Layout } from "./layout.js";
import { names, windowLabel, words } from "./words.js";

const LONG_LABEL = 3; // characters of a window that are set as large as a number
const WIDE = 4;

class MainBoard extends Layout {
  render() {
    const { state } = this;
    const calls = state.shown;
    return html`<main class="board">
      <section class="calls" aria-live="polite">
        <h2>
          <span>${words("screen.number")}</span><span>${words("screen.window")}</span>
        </h2>
        <ol class="large">
          ${repeat(calls.slice(0, LARGE), (call) => call.key, largeCall)}
        </ol>
        <ol class="small">
          ${repeat(calls.slice(LARGE), (call) => call.key, smallCall)}
        </ol>
        ${calls.length === 0 ? this.#empty() : nothing}
      </section>
      <aside>${groupRows(state.groupList)}</aside>
    </main>`;
  }

  #empty() {
    const { open, opens_at: opens } = this.state.board;
    if (open) return html`<p class="empty">${words("screen.no_calls")}</p>`;
    return html`<p class="empty">
      ${words("screen.closed")} ${opens ? names({ zh: `${wallTime(opens)}` }) : nothing}
    </p>`;
  }
}

function largeCall(call) {
  const label = windowLabel(call);
  const classes = { call: true, fresh: call.fresh, [call.state]: true };
  return html`<li class=${classMap(classes)}>
    <span class=${classMap({ number: true, wide: call.number.length > WIDE })}>${call.number}</span>
    <span class="arrow" aria-hidden="true">→</span>
    <span class=${classMap({ window: true, number: true, long: label.length > LONG_LABEL })}>${label}</span>
  </li>`;
}

function smallCall(call) {
  return html`<li class=${classMap({ call: true, [call.state]: true })}>
    <span class="number">${call.number}</span>
    <span class="arrow" aria-hidden="true">→</span>
    <span class="window number">${windowLabel(call)}</span>
  </li>`;
}

customElements.define("main-board", MainBoard);
