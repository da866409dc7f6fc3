// Whether a call reaches its visitor: was it shown and spoken, and is any screen of the zone there.

import { wallTime } from "../shared/clock.js";
import { t } from "../shared/i18n.js";
import { html, nothing } from "../vendor/lit.js";

/** A light for the zone of the window. */
export function screensLight({ light }) {
  if (!light) return nothing;
  const { screens, speaker } = light;
  if (!screens) return html`<span class="light out">${t("window.screens_none")}</span>`;
  const key = speaker ? "window.screens_speak" : "window.screens";
  return html`<span class="light">${t(key, { n: screens })}</span>`;
}

/** What became of the present call; its line stays when there is nothing to say. */
export function airedLine({ call }, ticket) {
  const words = call?.ticket === ticket.id && ticket.state === "called" ? airedWords(call) : "";
  return html`<p class="aired soft">${words}</p>`;
}

function airedWords({ shown_at: shown, spoken_at: spoken }) {
  const said = [];
  if (shown) said.push(t("window.shown_at", { at: wallTime(shown) }));
  if (spoken) said.push(t("window.spoken_at", { at: wallTime(spoken) }));
  return said.join(" · ");
}
