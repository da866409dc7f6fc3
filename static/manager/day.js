// <bookings-day>: the appointments of a day, kept up by push: how many, how full each group is, who comes.

import { get, Problem } from "../shared/api.js";
import { dayAfter } from "../shared/clock.js";
import { longDate } from "../shared/format.js";
import { Localized, nameOf, t } from "../shared/i18n.js";
import { LitElement, html, nothing } from "../vendor/lit.js";
import { Following, ofBookings, Soon } from "./follow.js";
import { appointmentList, counts } from "./day-list.js";
import { loadTable } from "./day-load.js";

class BookingsDay extends Following(Localized(LitElement)) {
  static properties = {
    hall: { attribute: false },
    conflicts: { attribute: false },
    day: { state: true },
    shown: { state: true },
    wanted: { state: true },
    problem: { state: true },
  };

  constructor() {
    super();
    this.shown = null; // {day, about, appointments, load}
    this.wanted = "";
    this.problem = "";
    this.asked = 0;
    this.soon = new Soon(() => this.ask());
  }

  createRenderRoot() {
    return this;
  }

  willUpdate(changed) {
    super.willUpdate(changed);
    if (!changed.has("hall")) return;
    this.today = this.hall.now.slice(0, 10);
    this.shown = null;
    this.show(this.today);
  }

  disconnectedCallback() {
    this.soon.stop();
    super.disconnectedCallback();
  }

  heard(event) {
    if (ofBookings(event) && this.concerns(event?.appointment)) this.soon.ask();
  }

  /** Is or was an appointment of this day, as far as is known? */
  concerns(appointment) {
    if (!appointment || appointment.start.startsWith(this.day)) return true;
    return Boolean(this.shown?.appointments.some(({ id }) => id === appointment.id));
  }

  show(day) {
    this.day = day;
    this.ask();
  }

  /** Read the day anew; only the latest question is answered on the page. */
  async ask() {
    const mine = (this.asked += 1);
    const { day } = this;
    const hall = `/halls/${this.hall.id}`;
    try {
      const [[about], appointments, load] = await Promise.all([
        get(`${hall}/days`, { from: day, to: day }),
        get(`${hall}/appointments`, { day }),
        get(`${hall}/appointments/load`, { day }),
      ]);
      if (mine !== this.asked) return;
      this.problem = "";
      this.shown = { day, about, appointments, load };
    } catch (error) {
      if (!(error instanceof Problem)) throw error;
      if (mine === this.asked) this.problem = error.words;
    }
  }

  render() {
    return html`${this.controls()}
      ${this.problem ? html`<p class="notice bad" role="alert">${this.problem}</p>` : nothing}
      ${this.shown ? this.body(this.shown) : html`<p class="soft">${t("manager.past_loading")}</p>`}`;
  }

  controls() {
    const step = (days, sign, name) => html`<button class="button" type="button" aria-label=${t(name)}
      @click=${() => this.show(dayAfter(this.day, days))}>${sign}</button>`;
    return html`<form class="controls" @submit=${(event) => event.preventDefault()}>
      <div class="ranges">
        ${step(-1, "‹", "manager_bookings.day_before")}
        <input class="field" type="date" name="day" aria-label=${t("manager_bookings.day")} .value=${this.day}
          @change=${({ target }) => target.value && this.show(target.value)} />
        ${step(1, "›", "manager_bookings.day_after")}
        <button class="button" type="button" aria-pressed=${this.day === this.today}
          @click=${() => this.show(this.today)}>${t("manager.range_today")}</button>
      </div>
      <p class="what-day">${this.shown ? this.about(this.shown) : nothing}</p>
    </form>`;
  }

  /** What kind of day it is: its name, its hours, its sessions. */
  about({ day, about: { open, name, sessions } }) {
    const closed = sessions.length ? "" : t("manager_bookings.closed");
    const hours = open.length ? open.join(t("common.list_comma")) : closed;
    const said = sessions.map((each) => this.session(each));
    return html`<strong>${longDate(day)}</strong>
      ${[nameOf(name), hours, ...said].filter(Boolean).join(" · ")}`;
  }

  /** A session: when, at which windows, and who is on duty, as far as the hall file says. */
  session({ name, hours, windows, staff = [] }) {
    const list = (texts) => texts.join(t("common.list_comma"));
    const words = { session: `${nameOf(name)} ${list(hours)}`, windows: list(windows), staff: list(staff) };
    return t(staff.length ? "manager_bookings.session_duty" : "manager_bookings.session", words);
  }

  body({ day, appointments, load }) {
    const future = day >= this.today;
    const conflicts = new Set(this.conflicts.map(({ appointment }) => appointment.id));
    const nothingAtAll = !appointments.length && !load.some(({ capacity }) => capacity);
    if (nothingAtAll) return html`<p class="notice">${t("manager_bookings.no_slots")}</p>`;
    return html`${counts(appointments, future ? load : [])}
      ${future ? loadTable(this.hall, load) : nothing}
      ${appointmentList(appointments, conflicts, this.wanted, (text) => (this.wanted = text))}`;
  }
}

customElements.define("bookings-day", BookingsDay);
