// The small screen above one window: its number, what it is for, and who is to come.

import { classMap, html, nothing } from "../vendor/lit.js";
import { Layout } from "./layout.js";
import { names, windowLabel, words } from "./words.js";

const WIDE = 4; // characters of a number that are set at full size

class WindowPanel extends Layout {
  render() {
    const { state } = this;
    const window = state.windows.get(state.settings.window);
    if (!window) return html`<main class="plain">${words("screen.unknown_window")}</main>`;
    const call = state.shown.find(({ number }) => number === window.number);
    const groups = window.groups.map((id) => state.groups.get(id)).filter(Boolean);
    return html`<main class=${classMap({ panel: true, fresh: Boolean(call?.fresh) })}>
      <header>
        <h1 class="label number">
          ${windowLabel({ window: window.id, window_name: window.name })}
        </h1>
        <ul>
          ${groups.map((group) => html`<li>${names(group.name)}</li>`)}
        </ul>
      </header>
      ${window.number ? html`<p class=${classMap(sized(window.number))}>${window.number}</p>` : nothing}
      <p class=${classMap({ says: true, alone: !window.number })}>${words(saying(window, call))}</p>
    </main>`;
  }
}

function sized(number) {
  return { now: true, number: true, wide: number.length > WIDE };
}

/** The message that says what the window does now. */
function saying(window, call) {
  if (window.number) return call?.state === "called" ? "screen.please_come" : "screen.serving";
  return { open: "screen.ready", paused: "screen.paused", closed: "screen.window_closed" }[window.state];
}

customElements.define("window-panel", WindowPanel);
