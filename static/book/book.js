// /book: service, what to bring, day and time, name. What was chosen stands in the address; what was
// typed stays in this page's memory alone.

import { get, newKey, post, Problem } from "../shared/api.js";
import { HallClock, instant } from "../shared/clock.js";
import {
  Localized,
  language,
  loadTexts,
  nameOf,
  preferredLanguage,
  setLanguage,
  t,
} from "../shared/i18n.js";
import { knowMaterials } from "../shared/materials.js";
import { Ticker } from "../shared/ticker.js";
import { LitElement, html, nothing } from "../vendor/lit.js";
import { personStep } from "./person.js";
import { addressOf, readRoute } from "./route.js";
import { bringStep, serviceStep } from "./services.js";
import { timeStep } from "./times.js";

const STEPS = ["service", "bring", "time", "person"];
const VIEWS = { service: serviceStep, bring: bringStep, time: timeStep, person: personStep };
const TYPING_MS = 150;

class BookPage extends Localized(LitElement) {
  static properties = {
    ready: { state: true },
    route: { state: true },
    found: { state: true },
    department: { state: true },
    slots: { state: true },
    loading: { state: true },
    problem: { state: true },
    busy: { state: true },
  };

  constructor() {
    super();
    this.ready = false;
    this.route = readRoute();
    this.clock = new HallClock();
    this.hall = null;
    this.services = [];
    this.found = null; // what the search found, or null
    this.department = "";
    this.slots = null; // of the chosen services, or null while they are unknown
    this.days = [];
    this.loading = null; // the question for times that is on its way; only the last one counts
    this.hold = null; // {token, start, until}
    this.problem = "";
    this.busy = false;
    this.typed = {};
    this.typing = 0;
    this.wish = { body: "", key: "" };
    new Ticker(this, 1000);
  }

  createRenderRoot() {
    return this;
  }

  connectedCallback() {
    super.connectedCallback();
    addEventListener("popstate", () => this.returned());
    this.begin();
  }

  async begin() {
    const { lang } = this.route;
    try {
      await loadTexts(["common", "book"]);
      setLanguage(["zh", "en"].includes(lang) ? lang : preferredLanguage());
      const route = this.route.change ? await this.ofAppointment() : this.route;
      const id = route.hall || (await get("/halls"))[0].id;
      const [hall, services] = await Promise.all([get(`/halls/${id}`), get(`/halls/${id}/services`)]);
      this.clock.reset(hall.now, hall.clock_rate);
      knowMaterials(hall);
      this.hall = hall;
      this.services = services.filter(({ appointments }) => appointments);
      const known = new Set(this.services.map((service) => service.id));
      this.ready = true;
      this.arrive({ ...route, hall: id, services: route.services.filter((each) => known.has(each)) });
    } catch (error) {
      this.fail(error);
    }
  }

  /** Another time for what is booked already: its services are given. */
  async ofAppointment() {
    const view = await get(`/appointments/${this.route.change}`);
    return { ...this.route, hall: view.hall, services: view.services.map(({ id }) => id) };
  }

  get chosen() {
    return this.route.services.map((id) => this.services.find((service) => service.id === id));
  }

  go(change) {
    const route = { ...this.route, ...change };
    history.pushState(null, "", addressOf(route));
    this.arrive(route);
  }

  /** Change what the address says of this step, without a step back to before. */
  note(change) {
    this.route = { ...this.route, ...change };
    history.replaceState(null, "", addressOf(this.route));
  }

  /** The browser went back or forward; the language stays as it was last chosen. */
  returned() {
    const { lang } = this.route;
    this.arrive(readRoute());
    this.note({ lang });
  }

  speak(lang) {
    setLanguage(lang);
    this.note({ lang });
  }

  /** Show a step, from a button or from the browser's back. */
  arrive(asked) {
    const route = { ...asked };
    clearTimeout(this.typing);
    this.query = "";
    if (!route.services.length) route.step = "service";
    if (route.step === "person" && !route.start) route.step = "time";
    if (this.hold && (route.step !== "person" || route.start !== this.hold.start)) this.release();
    this.problem = "";
    this.route = route;
    if (route.step === "time") {
      this.slots = null;
      this.loadTimes();
    }
    this.updateComplete.then(() => this.querySelector("h1, h2")?.focus({ preventScroll: false }));
  }

  search(text) {
    clearTimeout(this.typing);
    this.query = text.trim();
    this.typing = setTimeout(() => this.lookUp(this.query), TYPING_MS);
  }

  /** What the words find; words that were typed since then, or a step that was left, matter more. */
  async lookUp(q) {
    if (!q) {
      this.found = null;
      return;
    }
    try {
      const found = await get(`/halls/${this.hall.id}/services`, { q });
      if (q === this.query) this.found = found.filter(({ appointments }) => appointments);
    } catch (error) {
      if (q === this.query) this.fail(error);
    }
  }

  async loadTimes() {
    const asked = Symbol("times");
    this.loading = asked;
    try {
      const [slots, days] = await Promise.all([
        get(`/halls/${this.hall.id}/slots`, { service: this.route.services.join(",") }),
        get(`/halls/${this.hall.id}/days`),
      ]);
      if (this.loading === asked) Object.assign(this, { days, slots });
    } catch (error) {
      if (this.loading === asked) this.fail(error);
    } finally {
      if (this.loading === asked) this.loading = null;
    }
  }

  /** A time was chosen: keep it while the form is filled in, or move the appointment there. */
  async choose(start) {
    await this.attempt(async () => {
      if (this.route.change) {
        await post(`/appointments/${this.route.change}/reschedule`, { start });
        location.replace(`/a/${this.route.change}?lang=${language()}`);
        return;
      }
      const kept = await post(`/halls/${this.hall.id}/holds`, { services: this.route.services, start });
      this.hold = { ...kept, start };
      this.go({ step: "person", start });
    });
    if (this.problem) this.loadTimes();
  }

  release() {
    const { token } = this.hold;
    this.hold = null;
    post(`/halls/${this.hall.id}/holds/${token}/release`).catch(() => null); // it ends by itself too
  }

  /** Seconds for which the chosen time is still kept; null without a hold. */
  get keptFor() {
    if (!this.hold) return null;
    return Math.max(0, (instant(this.hold.until) - this.clock.now()) / 1000);
  }

  willUpdate() {
    if (this.keptFor === 0 && !this.busy) {
      this.hold = null;
      this.go({ step: "time", start: "" });
      this.problem = t("book.hold_over");
    }
  }

  async submit(event) {
    event.preventDefault();
    const fields = Object.entries(this.typed).filter(([, text]) => text.trim());
    const { services, start } = this.route;
    const body = { services, start, language: language(), ...Object.fromEntries(fields) };
    if (this.hold) body.hold = this.hold.token;
    const wish = JSON.stringify(body);
    if (wish !== this.wish.body) this.wish = { body: wish, key: newKey() };
    await this.attempt(async () => {
      const made = await post(`/halls/${this.hall.id}/appointments`, body, { key: this.wish.key });
      this.hold = null;
      location.replace(`/a/${made.token}?lang=${language()}`);
    });
  }

  /** Something that the visitor asks for: one at a time. */
  async attempt(act) {
    if (this.busy) return;
    this.busy = true;
    this.problem = "";
    try {
      await act();
    } catch (error) {
      this.fail(error);
    } finally {
      this.busy = false;
    }
  }

  fail(error) {
    if (!(error instanceof Problem)) throw error;
    this.problem = error.words;
    this.updateComplete.then(() => this.querySelector(".bad")?.scrollIntoView({ block: "nearest" }));
  }

  render() {
    if (!this.ready) {
      return html`<main>
        ${this.problem
          ? html`<p class="notice bad" role="alert">${this.problem}</p>
              <button class="button" @click=${() => location.reload()}>${t("common.again")}</button>`
          : nothing}
      </main>`;
    }
    const { step, change } = this.route;
    document.title = `${t("book.title")} · ${nameOf(this.hall.name)}`;
    const other = language() === "zh" ? "en" : "zh";
    return html`<header>
        <p>${nameOf(this.hall.name)}</p>
        <button class="button" lang=${other} @click=${() => this.speak(other)}>
          ${t("common.language_name", {}, other)}
        </button>
      </header>
      <main>
        ${change
          ? nothing
          : html`<p class="soft">
              ${t("book.step", { n: STEPS.indexOf(step) + 1, total: STEPS.length })}
            </p>`}
        <div role="alert">
          ${this.problem ? html`<p class="notice bad">${this.problem}</p>` : nothing}
        </div>
        ${VIEWS[step]?.(this) ?? serviceStep(this)}
        ${step === "service" && !this.route.services.length
          ? nothing
          : html`<button class="button quiet" @click=${() => history.back()}>
              ${t("common.back")}
            </button>`}
      </main>`;
  }
}

customElements.define("book-page", BookPage);
