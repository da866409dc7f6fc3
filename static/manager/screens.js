// The call screens: which are connected, since when, and which are gone.

import { wallTime } from "../shared/clock.js";
import { nameOf, t } from "../shared/i18n.js";
import { html } from "../vendor/lit.js";

/**
 * @param {import("../shared/floor.js").Floor} floor
 * @param {{id: string, name: string}[]} lost
 */
export function screensList({ screens, zones, windows }, lost) {
  return html`<section class="printers">
    <h2>${t("manager.screens")}</h2>
    <ul>
      ${screens.map((screen) => html`<li>
        <b>${screen.name || t("manager.screen_unnamed")}</b> ${place(screen, zones, windows)}
        <span class="soft">${t("manager.since_at", { at: wallTime(screen.connected_since) })}
          ${version(screen)}</span>
      </li>`)}
      ${lost.map(({ name }) => html`<li class="bad"><b>${name}</b> ${t("manager.screen_lost")}</li>`)}
      ${screens.length || lost.length ? "" : html`<li class="bad">${t("manager.screens_none")}</li>`}
    </ul>
  </section>`;
}

function version({ version: whole }) {
  return whole ? t("manager.version", { version: whole.slice(0, 8) }) : "";
}

function place({ zones: its, window }, zones, windows) {
  if (window) return nameOf(windows.get(window)?.name);
  const mine = zones.filter(({ id }) => its.includes(id)).map(({ name }) => nameOf(name));
  return mine.length ? mine.join(t("common.list_comma")) : t("manager.all_zones");
}
