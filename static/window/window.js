// /window: log in, choose the hall and the window, work. Each step is an element of its own.

import { get, Problem } from "../shared/api.js";
import { Localized, loadTexts, t } from "../shared/i18n.js";
import { logOutButton, startLanguage, whoami } from "../login/login.js";
import { LitElement, html } from "../vendor/lit.js";
import "./choose.js";
import "./desk.js";

const PLACE = "kiosk.window"; // {hall, window} of this computer

class WindowPage extends Localized(LitElement) {
  static properties = {
    step: { state: true },
    problem: { state: true },
  };

  constructor() {
    super();
    this.step = "loading";
    this.problem = "";
    this.session = null;
    this.hall = null;
    this.services = new Map();
    this.place = JSON.parse(localStorage.getItem(PLACE) ?? "{}");
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
      await loadTexts(["common", "login", "window", "desk"]);
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
      const mine = halls.filter(({ id }) => !session.halls.length || session.halls.includes(id));
      const last = mine.find(({ id }) => id === this.place.hall) ?? mine[0];
      if (!last) {
        this.say(t("login.no_hall"));
        return;
      }
      await this.loadHall(last.id);
      this.halls = mine;
      this.step = this.sitsAt(session) ? "desk" : "choose";
    } catch (error) {
      this.fail(error);
    }
  }

  async loadHall(id) {
    const [hall, services, windows] = await Promise.all([
      get(`/halls/${id}`),
      get(`/halls/${id}/services`),
      get(`/halls/${id}/windows`),
    ]);
    this.hall = hall;
    this.windows = windows;
    this.services = new Map(services.map((service) => [service.id, service]));
    this.requestUpdate();
  }

  /** After a reload in the middle of the work: straight back to the desk. */
  sitsAt(session) {
    const window = this.windows.find(({ id }) => id === this.place.window);
    return window && window.state !== "closed" && window.staff === session.account;
  }

  chosen({ detail }) {
    this.place = { hall: this.hall.id, window: detail.window };
    localStorage.setItem(PLACE, JSON.stringify(this.place));
    this.step = "desk";
  }

  async move() {
    this.step = "loading";
    try {
      await this.loadHall(this.hall.id);
      this.step = "choose";
    } catch (error) {
      this.fail(error);
    }
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
        return html`<staff-login .heading=${t("window.title")}
          @enter=${({ detail }) => this.enter(detail)}></staff-login>`;
      case "choose":
        return html`<window-choice .hall=${this.hall} .halls=${this.halls}
          .windows=${this.windows} .session=${this.session} .last=${this.place.window ?? ""}
          @hall=${({ detail }) => this.loadHall(detail)} @chosen=${this.chosen}></window-choice>`;
      default:
        return html`<window-desk .hall=${this.hall} .services=${this.services}
          .session=${this.session} .at=${this.place.window} @move=${this.move}
          @expired=${() => (this.step = "login")}></window-desk>`;
    }
  }
}

customElements.define("window-page", WindowPage);
