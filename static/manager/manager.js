// /manager: the hall now, by push, any past day, and how good the estimates were. What is wrong stands on top.

import { get, Problem } from "../shared/api.js";
import { Localized, loadTexts, nameOf, t } from "../shared/i18n.js";
import { languageButton, logOut, logOutButton, startLanguage, whoami } from "../login/login.js";
import { LitElement, html, nothing } from "../vendor/lit.js";
import "./estimates.js";
import "./now.js";
import "./past.js";
import "./visits.js";

const HALL = "kiosk.hall";
const TABS = ["live", "past", "estimates", "visits"];

class ManagerPage extends Localized(LitElement) {
  static properties = {
    step: { state: true },
    tab: { state: true },
    problem: { state: true },
    hall: { state: true },
  };

  constructor() {
    super();
    this.step = "loading";
    this.tab = TABS.find((tab) => location.hash === `#${tab}`) ?? "live";
    this.problem = "";
    this.session = null;
    this.halls = [];
    this.hall = null;
  }

  createRenderRoot() {
    return this;
  }

  connectedCallback() {
    super.connectedCallback();
    this.begin();
  }

  async begin() {
    try {
      await loadTexts(["common", "login", "manager", "boards"]);
      startLanguage();
      this.session = await whoami();
      if (this.session) await this.enter(this.session);
      else this.step = "login";
    } catch (error) {
      this.fail(error);
    }
  }

  async enter(session) {
    this.session = session;
    try {
      const halls = await get("/halls");
      this.halls = halls.filter(({ id }) => !session.halls.length || session.halls.includes(id));
      const last = this.halls.find(({ id }) => id === localStorage.getItem(HALL)) ?? this.halls[0];
      if (!last) {
        this.say(t("login.no_hall"));
        return;
      }
      await this.loadHall(last.id);
      this.step = "hall";
    } catch (error) {
      this.fail(error);
    }
  }

  async loadHall(id) {
    const [hall, services] = await Promise.all([get(`/halls/${id}`), get(`/halls/${id}/services`)]);
    this.services = new Map(services.map((service) => [service.id, service]));
    this.hall = hall;
    localStorage.setItem(HALL, id);
  }

  fail(error) {
    if (!(error instanceof Problem)) throw error;
    if (error.status === 403) this.say(t("login.forbidden", this.session));
    else this.say(error.offline ? t("common.offline") : error.detail);
  }

  say(problem) {
    this.problem = problem;
    this.step = "problem";
  }

  show(tab) {
    this.tab = tab;
    history.replaceState(null, "", tab === "live" ? " " : `#${tab}`);
  }

  updated() {
    if (this.step === "loading") return;
    document.title = this.hall ? `${t("manager.title")} · ${nameOf(this.hall.name)}` : t("manager.title");
  }

  render() {
    switch (this.step) {
      case "loading":
        return html`<main class="middle" aria-busy="true"></main>`;
      case "problem":
        return html`<main class="middle">
          <p class="notice bad" role="alert">${this.problem}</p>
          <button class="button" @click=${() => location.reload()}>${t("common.again")}</button>
          ${this.session ? logOutButton() : ""}
        </main>`;
      case "login":
        return html`<staff-login .heading=${t("manager.title")}
          @enter=${({ detail }) => this.enter(detail)}></staff-login>`;
      default:
        return html`${this.top()} ${this.body()}`;
    }
  }

  top() {
    return html`<header class="top">
      ${this.hallName()}
      <nav>
        ${TABS.map(
          (tab) => html`<button class="button" aria-pressed=${tab === this.tab}
            @click=${() => this.show(tab)}>${t(`manager.tab_${tab}`)}</button>`,
        )}
      </nav>
      <span class="room"></span>
      <button class="button quiet" @click=${() => print()}>${t("manager.print")}</button>
      ${languageButton()}
      <button class="button quiet" @click=${logOut}>${this.session.account} · ${t("login.logout")}</button>
    </header>`;
  }

  hallName() {
    if (this.halls.length < 2) return html`<h1>${nameOf(this.hall.name)}</h1>`;
    return html`<h1>
      <select class="field" @change=${(event) => this.loadHall(event.target.value)}>
        ${this.halls.map(
          ({ id, name }) =>
            html`<option value=${id} ?selected=${id === this.hall.id}>${nameOf(name)}</option>`,
        )}
      </select>
    </h1>`;
  }

  body() {
    if (!this.hall) return nothing;
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
