// The main board: the newest calls large, the ones before them small, and who waits beside them.

import { classMap, html, nothing } from "../vendor/lit.js";
import { wallTime } from "../shared/clock.js";
import { LARGE } from "./calls.js";
import { groupRows } from "./group-rows.js";
import "./hall-slides.js";
import { Layout } from "./layout.js";
import { Rows } from "./rows.js";
import { names, windowLabel, words } from "./words.js";

const LONG_LABEL = 3; // characters of a window that are set as large as a number
const WIDE = 4;

class MainBoard extends Layout {
  #large = new Rows();
  #small = new Rows();

  render() {
    const { state } = this;
    const calls = state.shown;
    return html`<main class="board">
      <section class="calls" aria-live="polite">
        <h2>
          <span>${words("screen.number")}</span><span>${words("screen.window")}</span>
        </h2>
        <ol class="large"></ol>
        <ol class="small"></ol>
        ${calls.length === 0 ? this.#empty() : nothing}
      </section>
      <aside>${this.#beside()}</aside>
    </main>`;
  }

  updated() {
    const calls = this.state.shown;
    this.#large.show(this.querySelector(".large"), calls.slice(0, LARGE), largeCall);
    this.#small.show(this.querySelector(".small"), calls.slice(LARGE), smallCall);
  }

  #beside() {
    const { state } = this;
    const { slides } = state.media;
    if (state.settings.beside !== "media" || !slides.length) return groupRows(state.groupList);
    return html`<hall-slides .hall=${state.id} .slides=${slides}></hall-slides>`;
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
  const classes = ["call", call.state, ...(call.fresh ? ["fresh"] : [])];
  const content = html`
    <span class=${classMap({ number: true, wide: call.number.length > WIDE })}>${call.number}</span>
    <span class="arrow" aria-hidden="true">→</span>
    <span class=${classMap({ window: true, number: true, long: label.length > LONG_LABEL })}>${label}</span>
  `;
  return { classes, content };
}

function smallCall(call) {
  const content = html`
    <span class="number">${call.number}</span>
    <span class="arrow" aria-hidden="true">→</span>
    <span class="window number">${windowLabel(call)}</span>
  `;
  return { classes: ["call", call.state], content };
}

customElements.define("main-board", MainBoard);
