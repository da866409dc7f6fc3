// The appointments of a day: how many of each state, and the list by slot.

import { wallTime } from "../shared/clock.js";
import { count, percent, shortDate } from "../shared/format.js";
import { nameOf, t } from "../shared/i18n.js";
import { messageWords } from "../shared/messages.js";
import { html, nothing } from "../vendor/lit.js";

const EXPECTED = new Set(["booked", "unconfirmed"]);

/** Counts by state; with `load` also how much of the day is taken. */
export function counts(appointments, load) {
  const of = (state) => appointments.filter((each) => each.state === state).length;
  const sum = (field) => load.reduce((total, group) => total + group[field], 0);
  const capacity = sum("capacity");
  const expected = of("booked") + of("unconfirmed");
  const unconfirmed = of("unconfirmed");
  const late = appointments.filter(isLate).length;
  return html`<dl class="tiles">
    ${tile("made", appointments.length - of("cancelled"), "")}
    ${tile("expected", expected, unconfirmed ? t("manager_bookings.unconfirmed_of", { n: unconfirmed }) : "")}
    ${tile("checked_in", of("checked_in"), late ? t("manager_bookings.late_of", { n: late }) : "")}
    ${tile("missed", of("missed"), "")} ${tile("cancelled", of("cancelled"), "")}
    <div>
      <dt>${t("manager_bookings.tile_full")}</dt>
      <dd>${capacity ? percent(sum("booked") / capacity) : t("manager.nothing")}</dd>
      <dd class="about">
        ${capacity ? t("manager_bookings.tile_full_of", { booked: count(sum("booked")), capacity: count(capacity) }) : ""}
      </dd>
    </div>
  </dl>`;
}

function tile(name, n, about) {
  return html`<div>
    <dt>${t(`manager_bookings.tile_${name}`)}</dt>
    <dd>${count(n)}</dd>
    <dd class="about">${about}</dd>
  </div>`;
}

/** Came after the time until which he was on time. */
function isLate({ checked_in_at: came, on_time_until: until }) {
  return Boolean(came) && came > until;
}

/**
 * The list by slot. conflicts: ids of those that can't be kept. wanted: what is searched for;
 * `search` takes another text.
 */
export function appointmentList(appointments, conflicts, wanted, search) {
  if (!appointments.length) return html`<p class="notice">${t("manager_bookings.none")}</p>`;
  const found = appointments.filter((each) => matches(each, wanted));
  const slots = [...Map.groupBy(found, ({ start }) => start)];
  return html`<section>
    <div class="list-head">
      <h2>${t("manager_bookings.list")}</h2>
      <input class="field" type="search" .value=${wanted} placeholder=${t("manager_bookings.search")}
        aria-label=${t("manager_bookings.search")} @input=${({ target }) => search(target.value)} />
    </div>
    ${found.length ? table(slots, conflicts) : html`<p class="notice">${t("manager_bookings.none_found")}</p>`}
  </section>`;
}

function matches({ code, name = "", phone = "", services, number = "" }, wanted) {
  const text = wanted.trim().toLowerCase();
  const names = services.flatMap((service) => Object.values(service.name));
  return [code, name, phone, number, ...names].some((each) => each.toLowerCase().includes(text));
}

function table(slots, conflicts) {
  return html`<div class="scroll" tabindex="0" role="region" aria-label=${t("manager_bookings.list")}>
    <table class="by-slot">
      <thead>
        <tr>
          ${["time", "services", "name", "phone", "code", "state", "came"].map(
            (column) => html`<th>${t(`manager_bookings.col_${column}`)}</th>`,
          )}
        </tr>
      </thead>
      ${slots.map(
        ([start, rows]) => html`<tbody>
          ${rows.map((each, index) => row(each, index ? null : { start, n: rows.length }, conflicts))}
        </tbody>`,
      )}
    </table>
  </div>`;
}

function row(each, slot, conflicts) {
  const over = EXPECTED.has(each.state) || each.state === "checked_in" ? "" : "gone";
  return html`<tr class=${over}>
    ${slot
      ? html`<th scope="rowgroup" rowspan=${slot.n}>
          <span class="number">${wallTime(slot.start)}</span>
        </th>`
      : nothing}
    <td class="services">${each.services.map(({ name }) => html`<span>${nameOf(name)}</span>`)}</td>
    <td>${each.name ?? ""}</td>
    <td class="number-cell">${each.phone ?? ""}</td>
    <td class="number-cell">${each.code}</td>
    <td>${state(each, conflicts)}</td>
    <td>${came(each)}</td>
  </tr>`;
}

function state(each, conflicts) {
  const { state: now, moved_from: before, overbooked, informed_at: told, note } = each;
  const since = before && `${shortDate(before)} ${wallTime(before)}`;
  return html`<span class="state ${now}">${t(`manager_bookings.state_${now}`)}</span>
    ${conflicts.has(each.id) ? html`<strong class="warn">${t("manager_bookings.not_kept")}</strong>` : nothing}
    ${told ? html`<span class="soft">${t("manager_bookings.told")}</span>` : nothing}
    ${since ? html`<span class="soft">${t("manager_bookings.moved_from", { at: since })}</span>` : nothing}
    ${overbooked ? html`<span class="soft">${t("manager_bookings.overbooked", { why: overbooked })}</span>` : nothing}
    ${note ? html`<span class="soft">${note}</span>` : nothing} ${lastMessage(each)}`;
}

/** What became of the last message about an appointment. */
export function lastMessage({ messages = [] }) {
  const last = messages.at(-1);
  if (!last) return nothing;
  const { text, bad } = messageWords(last);
  return html`<span class=${bad ? "warn" : "soft"}>${text}</span>`;
}

function came(each) {
  if (!each.checked_in_at) return nothing;
  return html`${wallTime(each.checked_in_at)} <b class="number">${each.number ?? ""}</b>
    ${isLate(each) ? html`<strong class="warn">${t("manager_bookings.late")}</strong>` : nothing}`;
}
