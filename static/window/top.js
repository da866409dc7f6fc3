// The top line of the desk: where I am, in which state, whether what I see is fresh.

import { languageButton, logOut } from "../login/login.js";
import { wallTime } from "../shared/clock.js";
import { nameOf, t } from "../shared/i18n.js";
import { inTrouble, printerWords } from "../shared/printers.js";
import { deviceSounds, switchDeviceSounds } from "../shared/ring.js";
import { html, nothing } from "../vendor/lit.js";
import { screensLight } from "./aired.js";
import { alarm } from "./alarm.js";
import { LETTERS } from "./keys.js";
import { pauseName } from "./reasons.js";

const TOGGLES = { open: "window.pause", paused: "window.reopen", closed: "window.open" };

/** @param {HTMLElement} desk the window-desk */
export function topLine(desk) {
  const { window } = desk;
  return html`<header class="top">
    <h1>${nameOf(window.name)}</h1>
    <p class="state">${stateWords(desk)}</p>
    ${linkWords(desk)}
    <button class="button alarm-call" @click=${() => desk.do("assist")}>
      ${t("desk.assist")} ${desk.letters ? html`<kbd>${LETTERS.assist}</kbd>` : nothing}
    </button>
    <button class="button" @click=${() => desk.do("lend")}>
      ${t(window.lent?.length ? "desk.return" : "desk.lend")}
      ${desk.letters ? html`<kbd>${LETTERS.lend}</kbd>` : nothing}
    </button>
    <button class="button" @click=${() => desk.do("pause")}>
      ${t(TOGGLES[window.state])}
      ${desk.letters ? html`<kbd>${LETTERS.pause}</kbd>` : nothing}
    </button>
    <button class="button" @click=${() => desk.leave()} ?disabled=${!!desk.present}>
      ${t("window.close")}
    </button>
    <details class="menu">
      <summary class="button">${desk.session.account}</summary>
      <div>
        <button class="button quiet" @click=${() => desk.dispatchEvent(new CustomEvent("move"))}>
          ${t("window.change_window")}
        </button>
        <button class="button quiet" @click=${() => desk.toggleLetters()}
          aria-pressed=${desk.letters}>
          ${t(desk.letters ? "window.keys_on" : "window.keys_off")}
        </button>
        <button class="button quiet"
          @click=${() => {
            switchDeviceSounds();
            desk.requestUpdate();
          }}>
          ${t(deviceSounds() ? "window.sounds_on" : "window.sounds_off")}
        </button>
        ${languageButton()}
        <button class="button quiet" @click=${logOut}>${t("login.logout")}</button>
      </div>
    </details>
    <time>${wallTime(desk.clock.iso())}</time>
    ${alarm(desk)}
  </header>`;
}

function stateWords({ window, hall }) {
  if (window.state === "paused" && window.reason) {
    return t("window.pause_for", { reason: pauseName(hall, window.reason) });
  }
  if (window.lent?.length && window.state === "open") {
    return t("desk.state_lent", { until: wallTime(window.lent_until) });
  }
  return t(`window.state_${window.state}`);
}

function linkWords(desk) {
  const { staff } = desk.window;
  if (desk.link === "lost") {
    return html`<p class="link bad" role="alert">${t("window.offline", { at: desk.lostSince })}</p>`;
  }
  if (staff && staff !== desk.session.account) {
    return html`<p class="link warn" role="alert">${t("window.taken_over", { staff })}</p>`;
  }
  return html`<p class="link">
    ${t("window.online")} ${screensLight(desk.floor)} ${printersLight(desk.floor)}
  </p>`;
}

/** Which printers need a hand; nothing where all are well. */
function printersLight({ printers }) {
  const all = inTrouble(printers).map(({ id, state }) => `${id}: ${printerWords(state)}`);
  if (!all.length) return nothing;
  const words = all.length > 1 ? t("window.printers_wrong", { n: all.length }) : all[0];
  return html`<span class="light out" role="status" title=${all.join("\n")}>${words}</span>`;
}
