// /admin: what is set up once and changed seldom. Logging in, choosing the hall, and its devices.

import { get, Problem } from "../shared/api.js";
import { Localized, loadTexts, nameOf, t } from "../shared/i18n.js";
import { languageButton, logOut, startLanguage, whoami } from "../login/login.js";
import { LitElement, html } from "../vendor/lit.js";
import "./devices.js";
import "./media.js";
import "./paper.js";

const HALL = "kiosk.hall";
const ALLOWED = ["admin", "manager"];

class AdminPage extends Localized(LitElement) {
  static properties = { step: { state: true }, problem: { state: true }, hall: { state: true } };

  constructor() {
    super();
    this.step = "loading";
    this.problem = "";
    this.session = null;
    this.halls = [];
    this.hall = null;
    this.windows = [];
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
      await loadTexts(["common", "login", "admin"]);
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
      if (!session.roles.some((role) => ALLOWED.includes(role))) {
        throw new Problem({ status: 403, code: "forbidden" });
      }
      const halls = await get("/halls");
      this.halls = halls.filter(({ id }) => !session.halls.length || session.halls.includes(id));
      const last = this.halls.find(({ id }) => id === localStorage.getItem(HALL));
      await this.loadHall((last ?? this.halls[0] ?? halls[0]).id);
      this.step = "hall";
    } catch (error) {
      this.fail(error);
    }
  }

  async loadHall(id) {
    const [hall, windows] = await Promise.all([get(`/halls/${id}`), get(`/halls/${id}/windows`)]);
    this.windows = windows;
    this.hall = hall;
    localStorage.setItem(HALL, id);
  }

  fail(error) {
    if (!(error instanceof Problem)) throw error;
    if (error.status === 403) this.problem = t("login.forbidden", this.session);
    else this.problem = error.offline ? t("common.offline") : error.detail;
    this.step = "problem";
  }

  updated() {
    if (this.step !== "loading") document.title = t("admin.title");
  }

  render() {
    switch (this.step) {
      case "loading":
        return html`<main class="middle" aria-busy="true"></main>`;
      case "problem":
        return html`<main class="middle">
          <p class="notice bad" role="alert">${this.problem}</p>
          <button class="button" @click=${() => location.reload()}>${t("common.again")}</button>
          ${this.session ? this.logOutButton() : ""}
        </main>`;
      case "login":
        return html`<staff-login .heading=${t("admin.title")}
          @enter=${({ detail }) => this.enter(detail)}></staff-login>`;
      default:
        return html`${this.top()}
          <main>
            <hall-devices .hall=${this.hall} .windows=${this.windows}></hall-devices>
            <hall-media .hall=${this.hall}></hall-media>
            <hall-paper .hall=${this.hall}></hall-paper>
          </main>`;
    }
  }

  top() {
    return html`<header class="top">
      <h1>${t("admin.title")}</h1>
      ${this.hallName()}
      <span class="room"></span>
      ${languageButton()} ${this.logOutButton()}
    </header>`;
  }

  logOutButton() {
    return html`<button class="button quiet" @click=${logOut}>
      ${this.session.account} · ${t("login.logout")}
    </button>`;
  }

  hallName() {
    if (this.halls.length < 2) return html`<span class="soft">${nameOf(this.hall.name)}</span>`;
    return html`<select class="field" aria-label=${t("admin.hall")}
      @change=${(event) => this.loadHall(event.target.value)}>
      ${this.halls.map(
        ({ id, name }) =>
          html`<option value=${id} ?selected=${id === this.hall.id}>${nameOf(name)}</option>`,
      )}
    </select>`;
  }
}

customElements.define("admin-page", AdminPage);
