// /manager: the hall now, by push, its appointments, any past day, and how good the estimates were. What is
// wrong stands on top; a window that calls for help is heard and seen whatever is shown.

import { get, Problem } from "../shared/api.js";
import { nameOf, t } from "../shared/i18n.js";
import { ring } from "../shared/ring.js";
import { StaffPage } from "../shared/staff-page.js";
import { html, nothing } from "../vendor/lit.js";
import "./appointments.js";
import "./estimates.js";
import { Follow, ofBookings, Soon } from "./follow.js";
import { actButton } from "./helpers.js";
import "./now.js";
import "./past.js";
import "./visits.js";

const TABS = ["live", "appointments", "past", "estimates", "visits"];

class ManagerPage extends StaffPage {
  static properties = { tab: { state: true }, section: { state: true }, conflicts: { state: true } };

  texts = ["manager", "boards", "manager_bookings", "sent"];
  heading = "manager.title";

  constructor() {
    super();
    const [tab, section] = location.hash.slice(1).split("/");
    this.tab = TABS.includes(tab) ? tab : "live";
    this.section = section; // of the appointments
    this.conflicts = []; // appointments that can't be kept
    this.soon = new Soon(() => this.loadConflicts());
  }

  async loadHall(id) {
    const [hall, services] = await Promise.all([get(`/halls/${id}`), get(`/halls/${id}/services`)]);
    this.services = new Map(services.map((service) => [service.id, service]));
    this.hall = hall;
    this.conflicts = [];
    this.follow?.stop();
    this.follow = new Follow(id, () => (this.step = "login"));
    this.follow.listen((event) => this.heard(event));
  }

  heard(event) {
    // Only other hours or windows make a conflict; any booking may end one.
    if (event === null || (this.conflicts.length && ofBookings(event))) this.soon.ask();
    ring(this.calling.length > 0);
    this.requestUpdate();
  }

  /** The windows that call for help. */
  get calling() {
    return this.follow?.floor.allWindows.filter(({ assistance }) => assistance) ?? [];
  }

  async loadConflicts() {
    const { hall } = this;
    try {
      const conflicts = await get(`/halls/${hall.id}/appointments/conflicts`);
      if (hall === this.hall) this.conflicts = conflicts;
    } catch (error) {
      // Who may not see appointments has no such list; without an answer the next news ask again.
      if (!(error instanceof Problem)) throw error;
    }
  }

  show(tab, section = "") {
    this.section = section;
    this.tab = tab;
    history.replaceState(null, "", tab === "live" ? " " : `#${tab}${section ? `/${section}` : ""}`);
  }

  updated() {
    if (this.step === "loading") return;
    const title = this.hall ? `${t("manager.title")} · ${nameOf(this.hall.name)}` : t("manager.title");
    const [first] = this.calling;
    document.title = first ? t("manager.calls", { window: nameOf(first.name) }) : title;
  }

  page() {
    return html`${this.top()} ${this.alarms()} ${this.body()}`;
  }

  top() {
    return html`<header class="top">
      <h1>${this.hallChoice()}</h1>
      <nav>
        ${TABS.map(
          (tab) => html`<button class="button" aria-pressed=${tab === this.tab}
            @click=${() => this.show(tab)}>${t(`manager.tab_${tab}`)} ${this.badge(tab)}</button>`,
        )}
      </nav>
      <span class="room"></span>
      <button class="button quiet" @click=${() => print()}>${t("manager.print")}</button>
      ${this.account()}
    </header>`;
  }

  /** How many appointments can't be kept and nobody was told of. */
  get unsettled() {
    return this.conflicts.filter(({ appointment }) => !appointment.informed_at).length;
  }

  badge(tab) {
    const n = tab === "appointments" ? this.unsettled : 0;
    return n ? html`<span class="badge">${t("manager_bookings.badge", { n })}</span>` : nothing;
  }

  /** Calls for help while something else than the hall now is shown; there they are the first to do. */
  alarms() {
    if (this.tab === "live") return nothing;
    return html`<div class="alarms" role="alert">
      ${this.calling.map(({ id, name, assistance }) => {
        const words = { window: nameOf(name), at: assistance.at.slice(11, 16), note: assistance.note ?? "" };
        return html`<p>
          <strong>${t("manager.problem_assistance", words)}</strong>
          ${actButton(this.hall.id, { come: id })}
        </p>`;
      })}
    </div>`;
  }

  body() {
    const { hall, services, follow, conflicts } = this;
    switch (this.tab) {
      case "appointments":
        return html`<hall-appointments .hall=${hall} .follow=${follow} .conflicts=${conflicts}
          .unsettled=${this.unsettled}
          .section=${this.section} @section=${({ detail }) => this.show("appointments", detail)}
          @settled=${() => this.loadConflicts()}></hall-appointments>`;
      case "past":
        return html`<hall-past .hall=${hall}></hall-past>`;
      case "estimates":
        return html`<hall-estimates .hall=${hall}></hall-estimates>`;
      case "visits":
        return html`<hall-visits .hall=${hall}></hall-visits>`;
      default:
        return html`<hall-now .hall=${hall} .services=${services} .follow=${follow}
          .conflicts=${this.unsettled}
          @conflicts=${() => this.show("appointments", "conflicts")}></hall-now>`;
    }
  }
}

customElements.define("manager-page", ManagerPage);
