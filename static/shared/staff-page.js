// What every page of the staff begins with: its texts, who is logged in, which halls are theirs, the
// last one at this computer, and what is said where one can't go on. A page says what comes then.

import { languageButton, logOut, logOutButton, startLanguage, whoami } from "../login/login.js";
import { LitElement, html } from "../vendor/lit.js";
import { get, Problem } from "./api.js";
import { Localized, loadTexts, nameOf, t } from "./i18n.js";

const HALL = "kiosk.hall"; // the last hall at this computer

/**
 * Steps: "loading", "problem", "login", then those of the page itself ("hall" unless `firstStep` says
 * another).
 * A page gives `texts` (areas), `heading` (a key of a text), `loadHall(id)`, which sets `hall`, and
 * `page()`; it may narrow who comes in by `admits`.
 */
export class StaffPage extends Localized(LitElement) {
  static properties = { step: { state: true }, problem: { state: true }, hall: { state: true } };

  constructor() {
    super();
    this.step = "loading";
    this.problem = "";
    this.session = null;
    this.halls = []; // of this session
    this.hall = null;
  }

  createRenderRoot() {
    return this;
  }

  connectedCallback() {
    super.connectedCallback();
    this.begin();
  }

  /** Does the page serve whoever logged in? The server checks each request in any case. */
  admits() {
    return true;
  }

  /** The hall that was chosen last here. */
  lastHall() {
    return localStorage.getItem(HALL);
  }

  /** Where one is as soon as the hall is loaded. */
  firstStep() {
    return "hall";
  }

  async begin() {
    try {
      await loadTexts(["common", "login", ...this.texts]);
      startLanguage();
      const session = await whoami();
      if (session) await this.enter(session);
      else this.step = "login";
    } catch (error) {
      this.fail(error);
    }
  }

  async enter(session) {
    this.session = session;
    try {
      if (!this.admits(session)) throw new Problem({ status: 403, code: "forbidden" });
      const halls = await get("/halls");
      this.halls = halls.filter(({ id }) => !session.halls.length || session.halls.includes(id));
      const last = this.halls.find(({ id }) => id === this.lastHall()) ?? this.halls[0];
      if (!last) {
        this.say(t("login.no_hall"));
        return;
      }
      await this.loadHall(last.id);
      this.step = this.firstStep();
    } catch (error) {
      this.fail(error);
    }
  }

  async switchHall(id) {
    try {
      await this.loadHall(id);
      localStorage.setItem(HALL, id);
    } catch (error) {
      this.fail(error);
    }
  }

  fail(error) {
    if (!(error instanceof Problem)) throw error;
    if (error.status === 403) this.say(t("login.forbidden", this.session));
    else this.say(error.words);
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
        return html`<staff-login .heading=${t(this.heading)}
          @enter=${({ detail }) => this.enter(detail)}></staff-login>`;
      default:
        return this.page();
    }
  }

  /** The end of a page's top bar: the language, and who is logged in. */
  account() {
    return html`${languageButton()}
      <button class="button quiet" @click=${logOut}>
        ${this.session.account} · ${t("login.logout")}
      </button>`;
  }

  /** The hall's name; where there are several halls, the choice between them. */
  hallChoice() {
    if (this.halls.length < 2) return nameOf(this.hall.name);
    return hallSelect(this.halls, this.hall, (id) => this.switchHall(id));
  }
}

/** Which of several halls? `pick` gets the id. */
export function hallSelect(halls, hall, pick) {
  return html`<select class="field" aria-label=${t("login.hall")}
    @change=${(event) => pick(event.target.value)}>
    ${halls.map(
      ({ id, name }) => html`<option value=${id} ?selected=${id === hall.id}>${nameOf(name)}</option>`,
    )}
  </select>`;
}
