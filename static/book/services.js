// The first steps of a booking: which services, and what to bring.

import { nameOf, t } from "../shared/i18n.js";
import { materialLanguage, materialName } from "../shared/materials.js";
import { html, nothing } from "../vendor/lit.js";

/** @param {HTMLElement} page the book-page */
export function serviceStep(page) {
  const { hall, route } = page;
  if (!page.services.length) {
    return html`<h1 tabindex="-1">${t("book.title")}</h1>
      <p class="notice warn">${t("book.none")}</p>`;
  }
  const open = (page.found ?? page.services).filter(
    ({ id, department }) =>
      !route.services.includes(id) && (!page.department || department === page.department),
  );
  return html`<h1 tabindex="-1">${t("book.service_title")}</h1>
    <label>
      ${t("book.search")}
      <input class="field" type="search" autocomplete="off" spellcheck="false"
        @input=${(event) => page.search(event.target.value)} />
    </label>
    ${departments(page)} ${packages(page)}
    <ul class="choices" aria-live="polite">
      ${open.map(
        (service) => html`<li>
          <button class="button" @click=${() => add(page, [service.id])}>
            <span>${nameOf(service.name)}</span>
            <small>${nameOf(hall.departments.find(({ id }) => id === service.department)?.name)}</small>
          </button>
        </li>`,
      )}
    </ul>
    ${open.length ? nothing : html`<p class="notice">${t("book.nothing_found")}</p>`}`;
}

function add(page, ids) {
  page.found = null;
  page.go({ services: [...new Set([...page.route.services, ...ids])], step: "bring" });
}

function departments(page) {
  const used = page.hall.departments.filter(({ id }) =>
    page.services.some(({ department }) => department === id),
  );
  if (used.length < 2) return nothing;
  return html`<label>
    ${t("book.department")}
    <select class="field" @change=${(event) => (page.department = event.target.value)}>
      <option value="">${t("book.all_departments")}</option>
      ${used.map(
        ({ id, name }) =>
          html`<option value=${id} ?selected=${id === page.department}>${nameOf(name)}</option>`,
      )}
    </select>
  </label>`;
}

/** Services that people need together, where all of them can be booked. */
function packages(page) {
  const bookable = new Set(page.services.map(({ id }) => id));
  const offered = (page.hall.packages ?? []).filter(({ services }) =>
    services.every((id) => bookable.has(id)),
  );
  if (!offered.length || page.found) return nothing;
  return html`<h2>${t("book.packages")}</h2>
    <ul class="choices">
      ${offered.map(
        ({ name, services }) => html`<li>
          <button class="button" @click=${() => add(page, services)}>${nameOf(name)}</button>
        </li>`,
      )}
    </ul>`;
}

/** @param {HTMLElement} page the book-page */
export function bringStep(page) {
  const { chosen } = page;
  const list = [...new Set(chosen.flatMap(({ materials }) => materials))];
  const drop = (id) => page.go({ services: page.route.services.filter((each) => each !== id) });
  return html`<h1 tabindex="-1">${t("book.bring_title")}</h1>
    <section class="card">
      <h2>${t("book.chosen")}</h2>
      <ul>
        ${chosen.map(
          ({ id, name }) => html`<li class="row">
            <span>${nameOf(name)}</span>
            ${chosen.length > 1
              ? html`<button class="button" aria-label="${t("book.drop")} ${nameOf(name)}"
                  @click=${() => drop(id)}>${t("book.drop")}</button>`
              : nothing}
          </li>`,
        )}
      </ul>
      <h2>${t("book.bring")}</h2>
      ${list.length
        ? html`<ul class="bring">
            ${list.map((item) => html`<li lang=${materialLanguage(item)}>${materialName(item)}</li>`)}
          </ul>`
        : html`<p>${t("book.bring_nothing")}</p>`}
    </section>
    <button class="button primary" @click=${() => page.go({ step: "time" })}>
      ${t("book.choose_time")}
    </button>
    <button class="button" @click=${() => page.go({ step: "service" })}>${t("book.add")}</button>`;
}
