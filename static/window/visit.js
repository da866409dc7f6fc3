// What the present visitor's visit is made of: its other services, promises, payment, transfers.

import { nameOf, t } from "../shared/i18n.js";
import { materialsLine } from "../shared/materials.js";
import { yuan } from "../shared/money.js";
import { html, nothing } from "../vendor/lit.js";
import { currentLeg } from "./legs.js";

/** Short words beside the priority class. */
export function visitBadges(desk, ticket) {
  const said = [];
  const { quantity = 1 } = currentLeg(ticket);
  if (quantity > 1) said.push(t("desk.quantity", { n: quantity }));
  if (ticket.returning) said.push(t("desk.returning"));
  if (ticket.loop) said.push(t("desk.loop"));
  if (desk.services.get(currentLeg(ticket).id)?.kind === "consultation") said.push(t("desk.consultation"));
  return said;
}

/** What the window has to know before it begins. */
export function visitFacts(desk, ticket) {
  return html`${promisedLine(ticket)} ${causeLine(ticket)} ${noticeLine(ticket)} ${planLine(ticket)}`;
}

function promisedLine({ promised = [] }) {
  if (!promised.length) return nothing;
  return html`<p class="note"><strong>${t("desk.promised")}</strong> ${materialsLine(promised)}</p>`;
}

function causeLine({ cause, approver }) {
  if (!cause) return nothing;
  return html`<p class="soft">${t("desk.cause", { cause, approver })}</p>`;
}

function noticeLine({ notice }) {
  if (!notice) return nothing;
  const values = { number: notice.number, item: notice.item, amount: yuan(notice.amount_fen) };
  const key = notice.paid_at ? "desk.notice_paid" : "desk.notice_open";
  return html`<p class="note ${notice.paid_at ? "paid" : ""}">${t(key, values)}</p>`;
}

function planLine(ticket) {
  if (ticket.services.length < 2) return nothing;
  return html`<ol class="legs">
    ${ticket.services.map(
      (leg) => html`<li class=${leg.state}>
        ${nameOf(leg.name)} <span class="soft">${t(`desk.leg_${leg.state}`)}</span>
      </li>`,
    )}
  </ol>`;
}


/** Hundredths of what a person typed ("35", "35.5", "35,50"), undefined for nothing, null if wrong. */
export function fenOf(text) {
  const given = text.trim().replace(",", ".");
  if (!given) return undefined;
  if (!/^\d{1,9}(\.\d{1,2})?$/.test(given)) return null;
  return Math.round(Number(given) * 100) || null;
}
