// The day's appointments, and one of them with what can be done about it.

import { instant, wallDate, wallTime } from "../shared/clock.js";
import { longDate } from "../shared/format.js";
import { nameOf, t } from "../shared/i18n.js";
import { html, nothing } from "../vendor/lit.js";

const EXPECTED = new Set(["booked", "unconfirmed"]);

/** @param {HTMLElement} page the desk-appointments */
export function listStep(page) {
  const submit = (event) => {
    event.preventDefault();
    const [first] = byExpected(page.matching());
    if (page.query.trim() && first) page.open(first);
  };
  return html`<div class="row">
      ${dayField(page, page.days, page.day, (day) => page.pickDay(day))}
      <button class="button" @click=${() => page.startBooking()}>${t("desk_bookings.new")}</button>
    </div>
    <form @submit=${submit}>
      <label>
        ${t("desk_bookings.find")}
        <input class="field" data-focus autocomplete="off" spellcheck="false" .value=${page.query}
          @input=${(event) => {
            page.query = event.target.value;
            page.requestUpdate();
          }} />
      </label>
    </form>
    ${lists(page)} ${printerField(page)}`;
}

/** Those who may still come stand before the others. */
function byExpected(list) {
  return [...list].sort((a, b) => EXPECTED.has(b.state) - EXPECTED.has(a.state));
}

function lists(page) {
  if (page.list === null) return html`<p class="soft grow">${t("common.loading")}</p>`;
  const found = page.matching();
  const expected = found.filter(({ state }) => EXPECTED.has(state));
  const others = found.filter(({ state }) => !EXPECTED.has(state));
  if (!found.length) {
    return html`<p class="soft grow">${t(page.list.length ? "desk_bookings.none_found" : "desk_bookings.none")}</p>`;
  }
  return html`<div class="grow" tabindex="-1">
    ${expected.length ? rows(page, "desk_bookings.expected", expected) : nothing}
    ${others.length ? rows(page, "desk_bookings.others", others) : nothing}
  </div>`;
}

function rows(page, title, list) {
  return html`<h3>${t(title)} <span class="count">${list.length}</span></h3>
    <ul>
      ${list.map((each) => row(page, each))}
    </ul>`;
}

function row(page, appointment) {
  const { start, services, name, phone } = appointment;
  const comes = EXPECTED.has(appointment.state) && page.day === wallDate(page.desk.clock.iso());
  return html`<li class=${appointment.state}>
    <button class="open" @click=${() => page.open(appointment)}>
      <span class="number">${wallTime(start)}</span>
      <span class="who">
        <b>${name || t("desk_bookings.nameless")}</b> ${phone ? html`<span>${phone}</span>` : nothing}
        ${stateWords(page, appointment)}
      </span>
      <span class="what soft">${names(services)}</span>
    </button>
    ${comes
      ? html`<button class="button" @click=${() => page.checkIn(appointment)}
          aria-label="${t("desk_bookings.check_in")} ${wallTime(start)} ${name ?? ""}">
          ${t("desk_bookings.check_in")}
        </button>`
      : nothing}
  </li>`;
}

/** What is particular about it: late, not confirmed, over; a booking that is as it should be needs no word. */
function stateWords(page, { state, start, overbooked }) {
  const late = Math.floor((page.desk.clock.now() - instant(start)) / 60_000);
  const words = [];
  if (state === "unconfirmed" || !EXPECTED.has(state)) words.push(t(`desk_bookings.state_${state}`));
  if (EXPECTED.has(state) && late > 0) words.push(t("desk_bookings.late", { minutes: late }));
  if (overbooked) words.push(t("desk_bookings.over"));
  return words.map((text) => html`<em class=${late > 0 && EXPECTED.has(state) ? "warn" : ""}>${text}</em> `);
}

export function names(services) {
  return services.map(({ name }) => nameOf(name)).join(t("desk_bookings.comma"));
}

/** A choice among the days to come, with the names of holidays. */
export function dayField(page, days, day, pick) {
  const today = wallDate(page.desk.clock.iso());
  const called = (each) => [each === today ? t("desk_bookings.today") : "", longDate(each)];
  return html`<label class="day">
    ${t("desk_bookings.day")}
    <select class="field" @change=${(event) => pick(event.target.value)}>
      ${days.map(
        (each) => html`<option value=${each.day} ?selected=${each.day === day}>
          ${[...called(each.day), nameOf(each.name), each.words].filter(Boolean).join(" · ")}
        </option>`,
      )}
    </select>
  </label>`;
}

function printerField(page) {
  const { printers } = page.desk.floor;
  if (!printers.length) return nothing;
  return html`<label class="printer">
    <span>${t("desk_bookings.ticket_on")}</span>
    <select class="field" @change=${(event) => page.pickPrinter(event.target.value)}>
      <option value="">${t("desk_bookings.no_printer")}</option>
      ${printers.map(
        ({ id }) => html`<option value=${id} ?selected=${id === page.printer}>${id}</option>`,
      )}
    </select>
  </label>`;
}

// ── one of them ──

/** @param {HTMLElement} page the desk-appointments */
export function oneStep(page) {
  const { one } = page;
  const expected = EXPECTED.has(one.state);
  return html`<section class="card ${one.state}">
      <p class="when">${longDate(one.start)} <span class="number">${wallTime(one.start)}</span></p>
      <p class="who"><b>${one.name || t("desk_bookings.nameless")}</b> <span>${one.phone ?? ""}</span></p>
      <p>${names(one.services)}</p>
      <p class="states">
        <em class=${one.state}>${t(`desk_bookings.state_${one.state}`)}</em> ${t("desk_bookings.code", one)}
      </p>
      ${one.note ? html`<p class="note">${one.note}</p>` : nothing}
      ${one.overbooked ? html`<p class="soft">${t("desk_bookings.over_why", { why: one.overbooked })}</p>` : nothing}
      ${expected
        ? html`<p class="soft">${t("desk_bookings.rules", {
            opens: wallTime(one.check_in_from),
            on_time: wallTime(one.on_time_until),
            late: wallTime(one.late_until),
          })}</p>`
        : nothing}
    </section>
    ${expected ? acts(page) : nothing} ${expected ? printerField(page) : nothing}`;
}

function acts(page) {
  const { one, printer } = page;
  const today = wallDate(one.start) === wallDate(page.desk.clock.iso());
  return html`<button class="button primary" ?data-focus=${today} ?disabled=${!today}
      @click=${() => page.checkIn(one)}>
      ${t(today ? "desk_bookings.check_in" : "desk_bookings.check_in_then")}
    </button>
    <div class="row even">
      <button class="button" @click=${() => page.startMove()}>${t("desk_bookings.move")}</button>
      ${page.desk.floor.printers.length
        ? html`<button class="button" ?disabled=${!printer} @click=${() => page.print(printer)}>
            ${t(printer ? "desk_bookings.print" : "desk_bookings.print_where")}
          </button>`
        : nothing}
    </div>
    ${page.sure
      ? html`<div class="row sure" role="group" aria-label=${t("desk_bookings.cancel")}>
          <p>${t("desk_bookings.cancel_sure")}</p>
          <button class="button danger" @click=${() => page.cancel()}>${t("desk_bookings.cancel_yes")}</button>
        </div>`
      : html`<button class="button" @click=${() => (page.sure = true)}>${t("desk_bookings.cancel")}</button>`}`;
}
