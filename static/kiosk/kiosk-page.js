// The shell of the touch page: the bars above and below, which view is shown, and the way home when
// nobody is there any more.

import { LitElement, classMap, html, nothing } from "../vendor/lit.js";
import { wallTime } from "../shared/clock.js";
import { longDate } from "../shared/format.js";
import { Localized, language, nameOf, setLanguage, t } from "../shared/i18n.js";
import { Ticker } from "../shared/ticker.js";
import * as icons from "./icons.js";
import { Idle } from "./idle.js";
import { Reader, SHORTEST, appointmentOf, doorOf, tokenOf } from "./reader.js";
import "./appointment-view.js";
import "./basket-view.js";
import "./blocked-view.js";
import "./check-view.js";
import "./departments-view.js";
import "./help-view.js";
import "./identity-view.js";
import "./list-view.js";
import "./notice-view.js";
import "./packages-view.js";
import "./papers-view.js";
import "./returns-view.js";
import "./search-view.js";
import "./service-view.js";
import "./start-view.js";
import "./ticket-view.js";

const START = { view: "start" };
const IDLE = { quietS: 40, countdownS: 15 };
const IDLE_TICKET = { quietS: 15, countdownS: 15 };
const LETTER = /^\p{L}$/u;
const READER_MS = 120;
const LANGUAGES = ["zh", "en"];

class KioskPage extends Localized(LitElement) {
  static properties = {
    code: { state: true },
    state: { state: true },
    trail: { state: true },
    large: { state: true },
    low: { state: true },
  };

  #idle = new Idle(IDLE);
  #reader = new Reader();
  #home = "zh";
  #pause = 0;

  constructor() {
    super();
    this.code = "";
    this.state = null;
    this.trail = [START];
    this.large = false;
    this.low = false;
    new Ticker(this, 500);
    this.addEventListener("go", ({ detail }) => this.#go(detail));
    this.addEventListener("finish", () => this.#startAgain());
  }

  createRenderRoot() {
    return this;
  }

  connectedCallback() {
    super.connectedCallback();
    addEventListener("pointerdown", this.#touched, true);
    addEventListener("keydown", this.#pressed, true);
  }

  disconnectedCallback() {
    removeEventListener("pointerdown", this.#touched, true);
    removeEventListener("keydown", this.#pressed, true);
    super.disconnectedCallback();
  }

  /** Serve visitors of a hall. */
  begin(state, settings) {
    this.#home = settings.language ?? state.hall.languages[0];
    this.state = state;
    state.addEventListener("change", () => this.requestUpdate());
    this.#startAgain();
  }

  get #route() {
    return this.trail.at(-1);
  }

  get #fresh() {
    const asItWas = !this.large && !this.low && language() === this.#home && !this.state.door;
    return this.trail.length === 1 && asItWas;
  }

  #go(route) {
    const limits = route.view === "ticket" ? IDLE_TICKET : IDLE;
    this.#idle = new Idle(limits);
    this.#touched();
    // After a ticket there is no way back into the choice that made it.
    if (route.view === "ticket") this.trail = [START, route];
    else this.trail = [...(route.replace ? this.trail.slice(0, -1) : this.trail), this.#with(route)];
  }

  /** What a visitor has chosen so far goes along with every step. */
  #with(route) {
    return { wish: this.#route.wish, ...route };
  }

  #back() {
    if (this.trail.length < 2) return;
    this.trail = this.#route.view === "ticket" ? [START] : this.trail.slice(0, -1);
  }

  #startAgain() {
    this.#idle = new Idle(IDLE);
    this.#touched();
    this.state.atDoor(null);
    this.trail = [START];
    this.large = false;
    this.low = false;
    setLanguage(this.#home);
  }

  #touched = () => this.#idle.touch(performance.now());

  #pressed = (event) => {
    this.#touched();
    clearTimeout(this.#pause);
    const code = this.#reader.key(event.key, event.timeStamp);
    // Digits are meant for it, whoever types them.
    const identity = this.#route.view === "identity";
    const returns = this.#route.view === "returns";
    if (code !== null && !identity) {
      event.preventDefault();
      // A token of the door goes with the ticket that its bearer takes here.
      if (doorOf(code)) this.state.atDoor(doorOf(code));
      else if (appointmentOf(code)) this.#go({ view: "appointment", code: appointmentOf(code) });
      else this.#go({ view: "ticket", token: tokenOf(code), scanned: true, back: returns });
    } else if (event.key === "Escape") {
      this.#back();
    } else if (!identity && !returns && LETTER.test(event.key) && !event.ctrlKey && !event.altKey && !event.metaKey) {
      this.#typed();
    }
  };

  /** Typing searches, wherever the focus is, once a pause has shown that it is no reader's run. */
  #typed() {
    this.querySelector("search-view input")?.focus();
    this.#pause = setTimeout(() => {
      const { run } = this.#reader;
      const byHand = run.length > 0 && run.length < SHORTEST;
      if (byHand && this.#route.view === "start") this.#go({ view: "search", typed: run });
    }, READER_MS);
  }

  willUpdate() {
    if (!this.state || this.#fresh) return;
    if (this.#idle.look(performance.now()).left === 0) this.#startAgain();
  }

  updated(changed) {
    document.documentElement.toggleAttribute("data-large", this.large);
    document.documentElement.toggleAttribute("data-low", this.low);
    if (changed.has("trail")) this.querySelector("main h2")?.focus({ preventScroll: true });
  }

  render() {
    if (!this.state) return html`<main class="waiting">${this.#pairing()}</main>`;
    return html`${this.#top()}
      <main class=${classMap({ [this.#route.view]: true })}>${this.#view()}</main>
      ${this.#bottom()} ${this.#countdown()}`;
  }

  #pairing() {
    if (!this.code) return html`<p class="lead">${t("common.loading")}</p>`;
    return html`<p class="lead">${t("kiosk.pairing")}</p>
      <p class="code number">${this.code}</p>`;
  }

  #top() {
    const { hall, clock } = this.state;
    const now = clock.iso();
    return html`<header class="top">
      <div>
        <h1>${nameOf(hall.name)}</h1>
        <p class="soft">${longDate(now)} <span class="number">${wallTime(now)}</span></p>
      </div>
      ${LANGUAGES.filter((lang) => lang !== language() && hall.languages.includes(lang)).map(
        (lang) => html`<button class="button" lang=${lang} @click=${() => setLanguage(lang)}>
          ${icons.globe} ${t("common.language_name", {}, lang)}
        </button>`,
      )}
    </header>`;
  }

  #view() {
    const { state } = this;
    const route = this.#route;
    if (route.view === "ticket") {
      return html`<ticket-view .state=${state} .route=${route}></ticket-view>`;
    }
    if (route.view === "help") return html`<help-view .state=${state}></help-view>`;
    if (state.offline || !state.hall.open) return html`<blocked-view .state=${state}></blocked-view>`;
    switch (route.view) {
      case "appointment":
        return html`<appointment-view .state=${state} .route=${route}></appointment-view>`;
      case "departments":
        return html`<departments-view .state=${state}></departments-view>`;
      case "list":
        return html`<list-view .state=${state} .route=${route}></list-view>`;
      case "search":
        return html`<search-view .state=${state} .route=${route}></search-view>`;
      case "packages":
        return html`<packages-view .state=${state}></packages-view>`;
      case "basket":
        return html`<basket-view .state=${state} .route=${route}></basket-view>`;
      case "check":
        return html`<check-view .state=${state} .route=${route}></check-view>`;
      case "papers":
        return html`<papers-view .state=${state} .route=${route}></papers-view>`;
      case "one-notice":
        return html`<notice-view .state=${state} .route=${route}></notice-view>`;
      case "returns":
        return html`<returns-view .state=${state}></returns-view>`;
      case "identity":
        return html`<identity-view .state=${state} .route=${route}></identity-view>`;
      case "service":
        return html`<service-view .state=${state} .route=${route}></service-view>`;
      default:
        return html`<start-view .state=${state} .route=${route}></start-view>`;
    }
  }

  #bottom() {
    const atStart = this.trail.length === 1;
    return html`<nav class="bottom" aria-label=${t("kiosk.controls")}>
      <button class="button" ?disabled=${atStart} @click=${() => this.#back()}>
        ${icons.back}<span>${t("common.back")}</span>
      </button>
      <button class="button" ?disabled=${this.#fresh} @click=${() => this.#startAgain()}>
        ${icons.home}<span>${t("kiosk.start_again")}</span>
      </button>
      <button
        class="button"
        aria-pressed=${this.large}
        @click=${() => {
          this.large = !this.large;
        }}
      >
        ${icons.letters}<span>${t("kiosk.large_type")}</span>
      </button>
      <button
        class="button"
        aria-pressed=${this.low}
        @click=${() => {
          this.low = !this.low;
        }}
      >
        ${icons.lower}<span>${t("kiosk.low_reach")}</span>
      </button>
      <button
        class="button"
        ?disabled=${this.#route.view === "help"}
        @click=${() => this.#go({ view: "help" })}
      >
        ${icons.help}<span>${t("kiosk.help")}</span>
      </button>
    </nav>`;
  }

  #countdown() {
    const { left, counting } = this.#idle.look(performance.now());
    if (!counting || this.#fresh) return nothing;
    return html`<div class="countdown" role="alert">
      <p>${t("kiosk.still_there", { n: left })}</p>
      <button class="button">${t("kiosk.stay")}</button>
    </div>`;
  }
}

customElements.define("kiosk-page", KioskPage);
