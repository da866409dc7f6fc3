// <desk-lists>: who waits, who is parked, who was missed; find a number, act on a row.

import { wallTime } from "../shared/clock.js";
import { brief } from "../shared/format.js";
import { Localized, nameOf, t } from "../shared/i18n.js";
import { LitElement, html, nothing, repeat } from "../vendor/lit.js";
import { LETTERS } from "./keys.js";
import { currentLeg } from "./legs.js";

const ACTS = {
  waiting: (desk, ticket) => desk.commands.call(ticket, desk.present),
  parked: (desk, ticket) => desk.commands.resume(ticket),
  no_show: (desk, ticket) => desk.commands.restore(ticket),
};
const WORDS = { waiting: "window.call_this", parked: "window.resume", no_show: "window.restore" };

class DeskLists extends Localized(LitElement) {
  static properties = {
    desk: { attribute: false },
    tick: { attribute: false }, // hall time: rows count on with it
    query: { state: true },
  };

  constructor() {
    super();
    this.query = "";
  }

  createRenderRoot() {
    return this;
  }

  /** Put the cursor where a number is typed. */
  find() {
    this.querySelector("input").select();
  }

  clear() {
    this.query = "";
  }

  tickets(state) {
    const query = this.query.trim().toUpperCase();
    const found = ({ number, notice }) => number.includes(query) || notice?.number === query;
    return this.desk.listed(state).filter(found);
  }

  act(ticket) {
    this.query = "";
    return this.desk.run(() => ACTS[ticket.state](this.desk, ticket));
  }

  submit(event) {
    event.preventDefault();
    const [first] = ["waiting", "parked", "no_show"].flatMap((state) => this.tickets(state));
    if (this.query.trim() && first) this.act(first);
  }

  render() {
    return html`<form class="find" @submit=${this.submit}>
        <label>
          <span class="visually-hidden">${t("window.find")}</span>
          <input class="field" autocomplete="off" spellcheck="false" .value=${this.query}
            placeholder=${t("window.find")}
            @input=${(event) => (this.query = event.target.value)} />
        </label>
        ${this.desk.letters ? html`<kbd aria-hidden="true">${LETTERS.find}</kbd>` : nothing}
        <p class="soft">${t("window.find_hint")}</p>
        ${this.desk.books ? this.appointments() : nothing}
      </form>
      ${this.section("waiting", "window.waiting", "window.empty_waiting")}
      ${this.section("parked", "window.parked_list", "window.empty_parked")}
      ${this.section("no_show", "window.missed", "window.empty_missed")}`;
  }

  appointments() {
    return html`<button class="button" type="button" @click=${() => this.desk.do("appointments")}>
      ${t("desk.appointments")} ${this.desk.letters ? html`<kbd>${LETTERS.appointments}</kbd>` : nothing}
    </button>`;
  }

  section(state, title, empty) {
    const all = this.desk.listed(state).length;
    const rows = this.tickets(state);
    const nobody = all ? t("window.empty_found", { number: this.query.trim() }) : t(empty);
    return html`<section class="list ${state}">
      <h2>${t(title)} <span class="count">${all}</span></h2>
      <div class="rows" tabindex="-1">
        ${rows.length ? this.table(rows, state) : html`<p class="soft none">${nobody}</p>`}
      </div>
    </section>`;
  }

  table(rows, state) {
    return html`<table>
      <colgroup><col class="number" /><col /><col class="time" /><col class="act" /></colgroup>
      <thead class="visually-hidden">
        <tr>
          <th>${t("window.list_number")}</th>
          <th>${t("window.list_service")}</th>
          <th>${t(TIMES[state].title)}</th>
          <th>${t("window.list_action")}</th>
        </tr>
      </thead>
      <tbody>
        ${repeat(rows, ({ id }) => id, (ticket) => this.row(ticket, state))}
      </tbody>
    </table>`;
  }

  row(ticket, state) {
    const { desk } = this;
    const leg = currentLeg(ticket);
    const priority = desk.hall.priorities.find(({ id }) => id === ticket.priority);
    const target = desk.floor.groups.get(ticket.group)?.target_s ?? Infinity;
    const late = state === "waiting" && desk.clock.since(ticket.issued_at) > target;
    return html`<tr class=${desk.upcoming?.id === ticket.id ? "upcoming" : ""}>
      <th class="number" scope="row">${ticket.number}</th>
      <td class="service">
        <span>${nameOf(leg.name)}</span>
        ${priority ? html`<b>${nameOf(priority.name)}</b>` : nothing}
        ${ticket.priority === "appointment" ? html`<b>${t("window.appointment")}</b>` : nothing}
        ${ticket.returning ? html`<b>${t("desk.returning")}</b>` : nothing}
        ${ticket.errand ? html`<b>${t(`desk.errand_${ticket.errand}`)}</b>` : nothing}
      </td>
      <td class="time ${late ? "late" : ""}"
        title=${late ? t("window.overdue", { minutes: Math.round(target / 60) }) : nothing}>
        ${TIMES[state].of(desk, ticket)}
      </td>
      <td>
        <button class="button" @click=${() => this.act(ticket)}
          aria-label="${t(WORDS[state])} ${ticket.number}">
          ${t(WORDS[state])}
        </button>
      </td>
    </tr>`;
  }
}

const TIMES = {
  waiting: {
    title: "window.list_waits",
    of: (desk, ticket) => brief(desk.clock.since(ticket.issued_at)),
  },
  parked: {
    title: "window.list_until",
    of: (desk, ticket) => (ticket.parked_until ? wallTime(ticket.parked_until) : ""),
  },
  no_show: {
    title: "window.list_called",
    of: (desk, ticket) => (ticket.called_at ? wallTime(ticket.called_at) : ""),
  },
};

customElements.define("desk-lists", DeskLists);
