// The forms of appointments: for somebody at the desk or on the telephone, and another time for one
// that is booked. A slot that is full can be taken all the same, with a reason.

import { wallDate, wallTime } from "../shared/clock.js";
import { nameOf, t } from "../shared/i18n.js";
import { html, nothing } from "../vendor/lit.js";
import { dayField, names } from "./appointment-list.js";

const SHOWN = 6;

/** @param {HTMLElement} page the desk-appointments */
export function bookStep(page) {
  const { services, start } = page.form;
  return html`<form @submit=${(event) => submit(event, page, () => page.book())}>
    ${serviceFields(page)}
    ${services.length
      ? html`${times(page)} ${reason(page)} ${who(page)}
          <button class="button primary" ?disabled=${!start}>
            ${start ? t("booking.book_at", { at: wallTime(start) }) : t("booking.pick_time")}
            ${start ? html`<kbd>Enter</kbd>` : nothing}
          </button>`
      : nothing}
  </form>`;
}

/** @param {HTMLElement} page the desk-appointments */
export function moveStep(page) {
  const { start } = page.form;
  const { one } = page;
  return html`<form @submit=${(event) => submit(event, page, () => page.move())}>
    <p><b>${one.name || t("booking.nameless")}</b> · ${names(one.services)}</p>
    ${times(page)} ${reason(page)}
    <button class="button primary" ?disabled=${!start}>
      ${start ? t("booking.move_to", { at: wallTime(start) }) : t("booking.pick_time")}
      ${start ? html`<kbd>Enter</kbd>` : nothing}
    </button>
  </form>`;
}

function submit(event, page, act) {
  event.preventDefault();
  if (page.form.start && event.target.reportValidity()) act();
}

// ── services ──

function serviceFields(page) {
  const { services, adding } = page.form;
  return html`${services.length ? chosen(page, services) : nothing}
    ${services.length && !adding
      ? html`<button class="button add" type="button" @click=${() => page.addService()}>
          ${t("booking.add")}
        </button>`
      : serviceSearch(page, services)}`;
}

function chosen(page, services) {
  return html`<ul class="chosen">
    ${services.map(
      ({ id, name }) => html`<li>
        <span>${nameOf(name)}</span>
        <button class="button" type="button" aria-label="${t("booking.drop")} ${nameOf(name)}"
          @click=${() => page.pickServices(services.filter((each) => each.id !== id))}>
          ${t("booking.drop")}
        </button>
      </li>`,
    )}
  </ul>`;
}

function serviceSearch(page, services) {
  const open = (page.found ?? [])
    .filter(({ id }) => !services.some((each) => each.id === id))
    .slice(0, SHOWN);
  const add = (service) => page.pickServices([...services, service]);
  const enter = (event) => {
    if (event.key !== "Enter" || event.isComposing || !event.target.value.trim()) return;
    event.preventDefault();
    if (open.length) add(open[0]);
  };
  return html`<label>
      ${t("booking.service")}
      <input class="field" name="service" data-focus autocomplete="off" spellcheck="false"
        @input=${(event) => page.search(event.target.value)} @keydown=${enter} />
    </label>
    ${open.length
      ? html`<ol class="choices wide">
          ${open.map(
            (service, index) => html`<li>
              <button class="button" type="button" @click=${() => add(service)}>
                <span class="name">${nameOf(service.name)}</span>
                ${index === 0 ? html`<kbd>Enter</kbd>` : nothing}
              </button>
            </li>`,
          )}
        </ol>`
      : page.found && html`<p class="soft">${t("booking.service_none")}</p>`}`;
}

// ── day and time ──

function times(page) {
  const { slots, form, days } = page;
  if (slots === null) return html`<p class="soft">${t("common.loading")}</p>`;
  if (!slots.length) return html`<p class="notice warn">${t("booking.no_slots")}</p>`;
  const byDay = Map.groupBy(slots, ({ start }) => wallDate(start));
  const offered = days
    .filter(({ day }) => byDay.has(day))
    .map((day) => ({ ...day, words: placesWords(byDay.get(day.day)) }));
  return html`${dayField(page, offered, form.day, (day) => page.change({ day, start: "" }))}
    <fieldset class="slots">
      <legend>${t("booking.time")}</legend>
      ${(byDay.get(form.day) ?? []).map((slot) => slotField(page, slot))}
    </fieldset>`;
}

function slotField(page, { start, free }) {
  return html`<label class="button ${free > 0 ? "" : "full"}">
    <input type="radio" name="start" class="visually-hidden" value=${start}
      .checked=${start === page.form.start} @change=${() => page.change({ start })} />
    <span class="number">${wallTime(start)}</span>
    <small>${free > 0 ? t("booking.free", { n: free }) : t("booking.full")}</small>
  </label>`;
}

function placesWords(slots) {
  const free = slots.reduce((sum, slot) => sum + Math.max(0, slot.free), 0);
  return free ? t("booking.free", { n: free }) : t("booking.full");
}

// ── who, and why ──

function who(page) {
  return html`<div class="row even">
      ${field(page, "name", { maxlength: 100 })} ${field(page, "phone", { type: "tel", maxlength: 32 })}
    </div>
    ${field(page, "note", { maxlength: 200 })}`;
}

function reason(page) {
  if (!page.full) return nothing;
  return html`<div class="notice warn">
    <p>${t("booking.full_hint")}</p>
    ${field(page, "overbook", { maxlength: 200, required: true })}
  </div>`;
}

function field(page, name, { type = "text", maxlength, required = false }) {
  return html`<label>
    ${t(`booking.${name}`)}
    <input class="field" name=${name} type=${type} maxlength=${maxlength} autocomplete="off"
      ?required=${required} pattern=${required ? ".*\\S.*" : nothing}
      .value=${page.form[name]} @input=${(event) => page.change({ [name]: event.target.value })} />
  </label>`;
}
