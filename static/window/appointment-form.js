// The forms of appointments: for somebody at the desk or on the telephone, and another time for one
// that is booked. A slot that is full can be taken all the same, with a reason.

import { wallDate, wallTime } from "../shared/clock.js";
import { nameOf, t } from "../shared/i18n.js";
import { html, nothing } from "../vendor/lit.js";
import { dayField, names } from "./appointment-list.js";

const SHOWN = 6;
const LANGUAGES = [["zh", "中文"], ["en", "English"]];

/** @param {HTMLElement} page the desk-appointments */
export function bookStep(page) {
  const { services, start } = page.form;
  return html`<form @submit=${(event) => submit(event, page, () => page.book())}>
    ${serviceFields(page)}
    ${services.length
      ? html`${times(page)} ${reason(page)} ${who(page)}
          <button class="button primary" ?disabled=${!start}>
            ${start ? t("desk_bookings.book_at", { at: wallTime(start) }) : t("desk_bookings.pick_time")}
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
    <p><b>${one.name || t("desk_bookings.nameless")}</b> · ${names(one.services)}</p>
    ${times(page)} ${reason(page)}
    <button class="button primary" ?disabled=${!start}>
      ${start ? t("desk_bookings.move_to", { at: wallTime(start) }) : t("desk_bookings.pick_time")}
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
          ${t("desk_bookings.add")}
        </button>`
      : serviceSearch(page, services)}`;
}

function chosen(page, services) {
  return html`<ul class="chosen">
    ${services.map(
      ({ id, name }) => html`<li>
        <span>${nameOf(name)}</span>
        <button class="button" type="button" aria-label="${t("desk_bookings.drop")} ${nameOf(name)}"
          @click=${() => page.pickServices(services.filter((each) => each.id !== id))}>
          ${t("desk_bookings.drop")}
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
      ${t("desk_bookings.service")}
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
      : page.found && html`<p class="soft">${t("desk_bookings.service_none")}</p>`}`;
}

// ── day and time ──

function times(page) {
  const { slots, form, days } = page;
  if (slots === null) return html`<p class="soft">${t("common.loading")}</p>`;
  if (!slots.length) return html`<p class="notice warn">${t("desk_bookings.no_slots")}</p>`;
  const byDay = Map.groupBy(slots, ({ start }) => wallDate(start));
  const offered = days
    .filter(({ day }) => byDay.has(day))
    .map((day) => ({ ...day, words: placesWords(byDay.get(day.day)) }));
  return html`${dayField(page, offered, form.day, (day) => page.change({ day, start: "" }))}
    <fieldset class="slots">
      <legend>${t("desk_bookings.time")}</legend>
      ${(byDay.get(form.day) ?? []).map((slot) => slotField(page, slot))}
    </fieldset>`;
}

function slotField(page, { start, free }) {
  return html`<label class="button ${free > 0 ? "" : "full"}">
    <input type="radio" name="start" class="visually-hidden" value=${start}
      .checked=${start === page.form.start} @change=${() => page.change({ start })} />
    <span class="number">${wallTime(start)}</span>
    <small>${free > 0 ? t("desk_bookings.free", { n: free }) : t("desk_bookings.full")}</small>
  </label>`;
}

function placesWords(slots) {
  const free = slots.reduce((sum, slot) => sum + Math.max(0, slot.free), 0);
  return free ? t("desk_bookings.free", { n: free }) : t("desk_bookings.full");
}

// ── who, and why ──

function who(page) {
  const realName = page.form.services.some(({ real_name }) => real_name);
  return html`<div class="row even">
      ${field(page, "name", { maxlength: 100 })} ${field(page, "phone", { type: "tel", maxlength: 32 })}
    </div>
    <div class="row even">
      ${field(page, "id_number", {
        maxlength: 32,
        required: realName,
        label: realName ? "id_number_needed" : "id_number",
      })}
      ${languageField(page)}
    </div>
    ${page.desk.hall.writes.includes("mail") ? field(page, "email", { type: "email", maxlength: 200 }) : nothing}
    ${field(page, "note", { maxlength: 200 })}`;
}

/** In which language the visitor is spoken to: on the slip, the ticket, the phone page, when called. */
function languageField(page) {
  return html`<fieldset class="languages">
    <legend>${t("desk_bookings.language")}</legend>
    ${LANGUAGES.map(
      ([code, name]) => html`<label class="button">
        <input type="radio" name="language" class="visually-hidden" value=${code}
          .checked=${code === page.form.language} @change=${() => page.change({ language: code })} />
        <span lang=${code}>${name}</span>
      </label>`,
    )}
  </fieldset>`;
}

function reason(page) {
  if (!page.full) return nothing;
  return html`<div class="notice warn">
    <p>${t("desk_bookings.full_hint")}</p>
    ${field(page, "overbook", { maxlength: 200, required: true })}
  </div>`;
}

function field(page, name, { type = "text", maxlength, required = false, label = name }) {
  return html`<label>
    ${t(`desk_bookings.${label}`)}
    <input class="field" name=${name} type=${type} maxlength=${maxlength} autocomplete="off"
      ?required=${required} pattern=${required ? ".*\\S.*" : nothing}
      .value=${page.form[name]} @input=${(event) => page.change({ [name]: event.target.value })} />
  </label>`;
}
