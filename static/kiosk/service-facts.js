// What is to be known of a service before a ticket is taken: the present wait first.

import { html, nothing } from "../vendor/lit.js";
import { behindWords } from "../shared/behind.js";
import { count, wait } from "../shared/format.js";
import { nameOf, t } from "../shared/i18n.js";
import { materialLanguage, materialName } from "../shared/materials.js";

/** What a wait is made of, where that is known. */
export function behind(made) {
  return made ? html`<p class="behind">${behindWords(made)}</p>` : nothing;
}

/** The present wait, large, with how many wait and what it is made of, or what no open window means. */
export function waitNow(group) {
  const { open, estimate } = group;
  return html`<section class="wait-now">
    <p class="soft">${t("kiosk.wait_now")}</p>
    <p class="figure">${open ? wait(group) : t("common.wait_closed")}</p>
    <p>${t("kiosk.people_waiting", { n: count(group.waiting) })}</p>
    ${open && estimate ? behind(group.behind) : nothing}
    ${open && group.estimate_status === "no_window"
      ? html`<p class="behind">${t("kiosk.no_window")}</p>`
      : nothing}
  </section>`;
}

/** Where, fee, days and what to bring. */
export function facts(state, service) {
  return html`<dl class="facts">
    <div>
      <dt>${t("kiosk.where")}</dt>
      <dd>${nameOf(state.zoneName(service.zone))}</dd>
    </div>
    <div>
      <dt>${t("kiosk.fee")}</dt>
      <dd>${fee(service.fee_yuan)}</dd>
    </div>
    <div>
      <dt>${t("kiosk.promised")}</dt>
      <dd>${promised(service.promised_days)}</dd>
    </div>
    ${materials(service.materials)}
    ${service.questions.length ? html`<div class="materials"><dd class="soft">${t("visits.depends")}</dd></div>` : nothing}
  </dl>`;
}

/** The list of what to bring. */
export function materials(list) {
  if (list.length === 0) return nothing;
  return html`<div class="materials">
    <dt>${t("kiosk.materials")}</dt>
    <dd>
      <ul>
        ${list.map((item) => html`<li lang=${materialLanguage(item)}>${materialName(item)}</li>`)}
      </ul>
    </dd>
  </div>`;
}

function fee(yuan) {
  if (yuan === null) return t("kiosk.ask_at_window");
  return yuan === 0 ? t("kiosk.free") : t("kiosk.yuan", { n: count(yuan) });
}

function promised(days) {
  if (days === null) return t("kiosk.ask_at_window");
  if (days === 0) return t("kiosk.at_once");
  return days === 1 ? t("kiosk.one_day") : t("kiosk.days", { n: count(days) });
}
