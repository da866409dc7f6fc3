// <bookings-person>: whether somebody may book, which appointments he missed, and taking that back. What is
// typed goes to the server alone: neither into the address nor into the browser's memory.

import { post, Problem } from "../shared/api.js";
import { wallTime } from "../shared/clock.js";
import { longDate } from "../shared/format.js";
import { Localized, nameOf, t } from "../shared/i18n.js";
import { LitElement, html, nothing } from "../vendor/lit.js";

const ID_NUMBER = /^(\d{15}|\d{17}[\dX])$/;

/** A number as the server asks for it: an ID number by its shape, else a phone. */
function whose(text) {
  const id = text.replace(/\s/g, "").toUpperCase();
  return ID_NUMBER.test(id) ? { id_number: id } : { phone: text.trim() };
}

class BookingsPerson extends Localized(LitElement) {
  static properties = {
    hall: { attribute: false },
    found: { state: true },
    pardoned: { state: true },
    busy: { state: true },
    problem: { state: true },
  };

  constructor() {
    super();
    this.clear();
    this.busy = false;
  }

  createRenderRoot() {
    return this;
  }

  willUpdate(changed) {
    if (changed.has("hall")) this.clear();
  }

  clear() {
    this.who = null;
    this.found = null; // {strikes, barred_until, limit}
    this.pardoned = false;
    this.problem = "";
  }

  lookUp(event) {
    event.preventDefault();
    const { number } = Object.fromEntries(new FormData(event.target));
    this.clear();
    this.who = whose(number);
    this.ask("look-up", this.who);
  }

  async pardon(event) {
    event.preventDefault();
    const { note } = Object.fromEntries(new FormData(event.target));
    this.pardoned = await this.ask("pardon", { ...this.who, note: note.trim() });
  }

  /** Whether it was answered. */
  async ask(what, body) {
    this.busy = true;
    this.problem = "";
    try {
      this.found = await post(`/halls/${this.hall.id}/persons/${what}`, body);
      return true;
    } catch (error) {
      if (!(error instanceof Problem)) throw error;
      this.problem = error.words;
      return false;
    } finally {
      this.busy = false;
    }
  }

  render() {
    return html`<section class="person">
      <form class="controls" autocomplete="off" @submit=${this.lookUp}>
        <label>
          ${t("manager_bookings.number")}
          <input class="field" name="number" required maxlength="32" inputmode="text" spellcheck="false"
            @input=${() => this.found && this.clear()} />
        </label>
        <button class="button primary" ?disabled=${this.busy}>${t("manager_bookings.look_up")}</button>
      </form>
      <p class="soft">${t("manager_bookings.number_hint")}</p>
      ${this.problem ? html`<p class="notice bad" role="alert">${this.problem}</p>` : nothing}
      ${this.pardoned ? html`<p class="notice good" role="status">${t("manager_bookings.pardoned")}</p>` : nothing}
      ${this.found && !this.pardoned ? this.standing(this.found) : nothing}
    </section>`;
  }

  standing({ strikes, barred_until: barred, limit }) {
    if (!strikes.length && !barred) {
      return html`<p class="notice good" role="status">${t("manager_bookings.nothing_counts")}</p>`;
    }
    const words = { n: strikes.length, limit };
    return html`<div class="notice ${barred ? "bad" : "warn"}" role="status">
        <p><strong>
          ${barred ? t("manager_bookings.barred", { until: longDate(barred) }) : t("manager_bookings.warned", words)}
        </strong></p>
        <p>${t("manager_bookings.walk_in")}</p>
      </div>
      ${strikes.length ? this.strikes(strikes) : nothing}
      <form class="controls settle" @submit=${this.pardon}>
        <label class="note">
          ${t("manager_bookings.pardon_note")}
          <input class="field" name="note" required maxlength="200" />
        </label>
        <button class="button primary" ?disabled=${this.busy}>${t("manager_bookings.pardon")}</button>
      </form>
      <p class="soft">${t("manager_bookings.pardon_hint")}</p>`;
  }

  strikes(strikes) {
    return html`<table>
      <thead>
        <tr>
          <th>${t("manager_bookings.col_missed")}</th>
          <th>${t("manager_bookings.col_services")}</th>
          <th>${t("manager_bookings.col_counts_until")}</th>
        </tr>
      </thead>
      <tbody>
        ${strikes.map(
          ({ until, appointment }) => html`<tr>
            <th scope="row">
              ${appointment
                ? `${longDate(appointment.start)} ${wallTime(appointment.start)}`
                : t("manager.nothing")}
            </th>
            <td class="services">
              ${(appointment?.services ?? []).map(({ name }) => html`<span>${nameOf(name)}</span>`)}
            </td>
            <td>${longDate(until)}</td>
          </tr>`,
        )}
      </tbody>
    </table>`;
  }
}

customElements.define("bookings-person", BookingsPerson);
