// <hall-appointments>: a day's appointments, those that can't be kept, next weeks' capacities, a person.

import { Localized, t } from "../shared/i18n.js";
import { LitElement, html, nothing } from "../vendor/lit.js";
import "./capacity.js";
import "./conflicts.js";
import "./day.js";
import "./person.js";

const PARTS = ["day", "conflicts", "capacity", "person"];

class HallAppointments extends Localized(LitElement) {
  static properties = {
    hall: { attribute: false },
    follow: { attribute: false },
    conflicts: { attribute: false },
    unsettled: { attribute: false },
    section: { attribute: false },
  };

  createRenderRoot() {
    return this;
  }

  render() {
    const shown = PARTS.includes(this.section) ? this.section : PARTS[0];
    return html`<main class="past appointments">
      <nav class="parts" aria-label=${t("manager.tab_appointments")}>
        ${PARTS.map(
          (part) => html`<button class="button" aria-pressed=${part === shown}
            @click=${() => this.dispatchEvent(new CustomEvent("section", { detail: part }))}>
            ${t(`manager_bookings.part_${part}`)} ${this.badge(part)}
          </button>`,
        )}
      </nav>
      ${this.body(shown)}
    </main>`;
  }

  badge(part) {
    const n = part === "conflicts" ? this.unsettled : 0;
    return n ? html`<span class="badge">${t("manager_bookings.badge", { n })}</span>` : nothing;
  }

  body(part) {
    const { hall, follow, conflicts } = this;
    switch (part) {
      case "conflicts":
        return html`<bookings-conflicts .hall=${hall} .conflicts=${conflicts}></bookings-conflicts>`;
      case "capacity":
        return html`<bookings-capacity .hall=${hall}></bookings-capacity>`;
      case "person":
        return html`<bookings-person .hall=${hall}></bookings-person>`;
      default:
        return html`<bookings-day .hall=${hall} .follow=${follow} .conflicts=${conflicts}></bookings-day>`;
    }
  }
}

customElements.define("hall-appointments", HallAppointments);
