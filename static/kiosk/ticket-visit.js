// What a ticket of several services, an absence, a payment notice or a promise adds to its view.

import { html, nothing } from "../vendor/lit.js";
import { wallTime } from "../shared/clock.js";
import { duration } from "../shared/format.js";
import { nameOf, t } from "../shared/i18n.js";
import { materialLanguage, materialsLine } from "../shared/materials.js";
import { yuan } from "../shared/money.js";
import "../shared/group-mark.js";

/** The services in the planned order, each with where and about when. */
export function plan(state, ticket) {
  if (ticket.services.length < 2) return nothing;
  const stops = new Map((ticket.plan ?? []).map((stop) => [stop.service, stop]));
  const last = Math.max(0, ...[...stops.values()].map(({ ends_s: ends }) => ends));
  return html`<section class="plan">
    <h3>${t("visits.plan")} ${last ? html`<span>${t("visits.plan_all", { time: duration(roughly(last)) })}</span>` : nothing}</h3>
    <ol>
      ${ticket.services.map((leg) => stopLine(state, leg, stops.get(leg.id)))}
    </ol>
  </section>`;
}

function stopLine(state, leg, stop) {
  const group = state.group(leg.group);
  const when = stop ? t("visits.plan_at", { time: clockIn(state, stop.begins_s) }) : "";
  return html`<li class=${leg.state}>
    <group-mark prefix=${group?.prefix ?? ""}></group-mark>
    <span>${nameOf(leg.name)}</span>
    <span class="soft">${leg.state === "waiting" ? when : t(`visits.leg_${leg.state}`)}</span>
  </li>`;
}

/** Seconds, up to the next five minutes: an end that nobody knows to the minute. */
const roughly = (seconds) => Math.ceil(seconds / 300) * 300;

/** The wall's time so many seconds from now, to five minutes: a plan is no timetable. */
function clockIn(state, seconds) {
  const [hours, minutes] = wallTime(state.clock.iso()).split(":").map(Number);
  const sum = Math.round((hours * 60 + minutes + seconds / 60) / 5) * 5;
  const two = (n) => String(n).padStart(2, "0");
  return `${two(Math.floor(sum / 60) % 24)}:${two(sum % 60)}`;
}

/** Of who booked: whether he came in time, and in which order he is called now. */
export function booked({ booked: known, ticket } = {}) {
  if (!known || ticket.state !== "waiting") return nothing;
  const words = t(`common.booked_${known.arrival}`, { at: wallTime(known.start) });
  return html`<p class="notice ${known.arrival === "on_time" ? "" : "warn"} booked">${words}</p>`;
}

/** Papers that the visitor hands in later. */
export function promised(ticket) {
  if (!ticket.promised?.length) return nothing;
  return html`<p class="notice">
    ${t("visits.promised")}
    <span lang=${materialLanguage(...ticket.promised)}>${materialsLine(ticket.promised)}</span>
  </p>`;
}

/** What is to be paid, and where it stands. */
export function payment(ticket) {
  const { notice } = ticket;
  if (!notice) return nothing;
  const values = { number: notice.number, item: notice.item, amount: yuan(notice.amount_fen) };
  const key = notice.paid_at ? "visits.notice_paid" : "visits.notice_open";
  return html`<p class="notice ${notice.paid_at ? "good" : "warn"}">${t(key, values)}</p>`;
}
