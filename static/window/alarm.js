// A colleague who needs help at once: over the top line of every console, with one key to go there.

import { nameOf, t } from "../shared/i18n.js";
import { html } from "../vendor/lit.js";
import { LETTERS } from "./keys.js";

/** Its place is there all the time, so nothing moves when it is filled. */
export function alarm(desk) {
  const { calling } = desk;
  if (!calling) return html`<div class="alarm" role="alert"></div>`;
  const own = calling.id === desk.at;
  const words = { window: nameOf(calling.name), note: calling.assistance.note ?? "" };
  return html`<div class="alarm on" role="alert">
    <strong>${t(own ? "desk.alarm_own" : "desk.alarm", words)}</strong>
    <span>${words.note}</span>
    <button class="button" @click=${() => desk.do("come")}>
      ${t(own ? "desk.alarm_over" : "desk.alarm_come")} <kbd>${LETTERS.come}</kbd>
    </button>
  </div>`;
}
