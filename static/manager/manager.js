// /manager: the hall now, by push, any past day, and how good the estimates were. What is wrong stands on top.

import { get } from "../shared/api.js";
import { nameOf, t } from "../shared/i18n.js";
import { StaffPage } from "../shared/staff-page.js";
import { html } from "../vendor/lit.js";
import "./estimates.js";
import "./now.js";
import "./past.js";
import "./visits.js";

const TABS = ["live", "past", "estimates", "visits"];

class ManagerPage extends StaffPage {
  static properties = { tab: { state: true } };

  texts = ["manager", "boards"];
  heading = "manager.title";

  constructor() {
    super();
    this.tab = TABS.find((tab) => location.hash === `#${tab}`) ?? "live";
  }

  async loadHall(id) {
    const [hall, services] = await Promise.all([get(`/halls/${id}`), get(`/halls/${id}/services`)]);
    this.services = new Map(services.map((service) => [service.id, service]));
    this.hall = hall;
  }

  show(tab) {
    this.tab = tab;
    history.replaceState(null, "", tab === "live" ? " " : `#${tab}`);
  }

  updated() {
    if (this.step === "loading") return;
    document.title = this.hall ? `${t("manager.title")} · ${nameOf(this.hall.name)}` : t("manager.title");
  }

  page() {
    return html`${this.top()} ${this.body()}`;
  }

  top() {
    return html`<header class="top">
      <h1>${this.hallChoice()}</h1>
      <nav>
        ${TABS.map(
          (tab) => html`<button class="button" aria-pressed=${tab === this.tab}
            @click=${() => this.show(tab)}>${t(`manager.tab_${tab}`)}</button>`,
        )}
      </nav>
      <span class="room"></span>
      <button class="button quiet" @click=${() => print()}>${t("manager.print")}</button>
      ${this.account()}
    </header>`;
  }

  body() {
    const { hall, services } = this;
    switch (this.tab) {
      case "past":
        return html`<hall-past .hall=${hall}></hall-past>`;
      case "estimates":
        return html`<hall-estimates .hall=${hall}></hall-estimates>`;
      case "visits":
        return html`<hall-visits .hall=${hall}></hall-visits>`;
      default:
        return html`<hall-now .hall=${hall} .services=${services}
          @expired=${() => (this.step = "login")}></hall-now>`;
    }
  }
}

customElements.define("manager-page", ManagerPage);
