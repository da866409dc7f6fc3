// A ticket: number first and largest, then where, then how long, then what to bring. Just taken, or
// scanned from paper to see how it stands. It follows the ticket while it is shown.

import { html, nothing } from "../vendor/lit.js";
import { get, post } from "../shared/api.js";
import { wallTime } from "../shared/clock.js";
import { count, wait } from "../shared/format.js";
import { nameOf, t } from "../shared/i18n.js";
import { Live } from "../shared/live.js";
import "../shared/group-mark.js";
import { behind, materials } from "./service-facts.js";
import { refusal } from "./taking.js";
import { booked, payment, plan, promised } from "./ticket-visit.js";
import { View } from "./view.js";

const PRINTING = new Set(["queued", "sending"]);

class TicketView extends View {
  static properties = {
    ...View.properties,
    visitor: { state: true },
    problem: { state: true },
  };

  #live = null;

  constructor() {
    super();
    this.visitor = null;
    this.problem = null;
  }

  firstUpdated() {
    this.#read();
  }

  disconnectedCallback() {
    this.#live?.stop();
    super.disconnectedCallback();
  }

  async #read() {
    const { token } = this.route;
    if (token === null) return;
    try {
      this.visitor = await get(`/tickets/${token}`);
    } catch (problem) {
      this.problem = problem;
      return;
    }
    if (!this.isConnected) return;
    if (this.route.back && this.visitor.ticket.state === "parked") this.#back();
    const take = ({ visitor }) => {
      if (visitor) this.visitor = visitor;
    };
    this.#live = new Live({
      hall: this.visitor.hall,
      topics: [`ticket:${token}`],
      onSnapshot: take,
      onEvent: take,
      onStatus: take,
    }).start();
  }

  /** The visitor is back before the time is over. */
  async #back() {
    try {
      this.visitor = await post(`/tickets/${this.route.token}/back`);
      this.problem = null;
    } catch (problem) {
      this.problem = problem;
    }
  }

  render() {
    const ticket = this.visitor?.ticket ?? this.route.ticket;
    if (!ticket) return this.#unknown();
    const group = this.state.group(ticket.group);
    return html`<h2 tabindex="-1">
        ${t(this.route.scanned ? "kiosk.your_ticket" : "kiosk.ticket_taken")}
      </h2>
      <p class="vast number">${ticket.number}</p>
      <p class="place">
        <group-mark prefix=${group.prefix}></group-mark>
        <span>${nameOf(group.name)} · ${nameOf(this.state.zoneName(ticket.zone))}</span>
      </p>
      ${this.#unkept(ticket)} ${this.#paper(ticket)} ${booked(this.visitor ?? undefined)}
      ${this.#progress(ticket)} ${plan(this.state, ticket)}
      ${promised(ticket)} ${payment(ticket)} ${refusal(this.visitor && this.problem)}
      <div class="follow">
        <dl class="facts">${materials(this.visitor?.materials ?? [])}</dl>
        <figure>
          <img src="/t/${this.route.token}/qr.svg" alt=${t("kiosk.qr")} />
          <figcaption>${t("kiosk.qr")}</figcaption>
        </figure>
      </div>
      <button class="button primary take" @click=${() => this.finish()}>${t("kiosk.done")}</button>`;
  }

  #unknown() {
    if (this.route.token !== null && !this.problem) {
      return html`<p class="lead">${t("common.loading")}</p>`;
    }
    const words = this.problem?.offline ? t("common.offline") : t("kiosk.unknown_code");
    return html`<h2 tabindex="-1">${t("kiosk.your_ticket")}</h2>
      <p class="notice warn" role="alert">${words}</p>
      <button class="button primary take" @click=${() => this.finish()}>${t("kiosk.done")}</button>`;
  }

  #progress(ticket) {
    if (ticket.state === "parked") return this.#away(ticket);
    if (ticket.state !== "waiting") {
      const window = nameOf(this.visitor?.window_name);
      return html`<section class="wait-now">
        <p class="figure">${t(`common.state_${ticket.state}`)}</p>
        ${window ? html`<p>${t("kiosk.go_to", { window })}</p>` : nothing}
      </section>`;
    }
    return html`<section class="wait-now">
      <p class="soft">${t("kiosk.wait_expected")}</p>
      <p class="figure">${wait(ticket)}</p>
      <p>${t("kiosk.people_ahead", { n: count(ticket.ahead ?? 0) })}</p>
      ${behind(this.visitor?.behind)}
    </section>`;
  }

  /** The place could not be kept: whoever leaves now may miss the call. */
  #unkept({ state }) {
    if (!this.route.unkept || state === "parked") return nothing;
    return html`<p class="notice bad" role="alert">${t("visits.not_kept")}</p>`;
  }

  #away(ticket) {
    return html`<section class="wait-now">
      <p class="figure">${t("visits.kept_until", { time: wallTime(ticket.parked_until) })}</p>
      <p>${t(ticket.errand ? `visits.errand_${ticket.errand}` : "visits.kept_hint")}</p>
      ${this.route.scanned
        ? html`<button class="button primary" @click=${() => this.#back()}>${t("visits.back")}</button>`
        : nothing}
    </section>`;
  }

  #paper({ print }) {
    if (this.route.scanned) return nothing;
    if (print && PRINTING.has(print.state)) {
      return html`<p class="notice paper">${t("kiosk.printing")}</p>`;
    }
    if (print?.state === "printed") {
      return html`<p class="notice good paper" role="status">${t("kiosk.take_paper")}</p>`;
    }
    return html`<p class="notice warn paper" role="status">${t("kiosk.no_paper")}</p>`;
  }
}

customElements.define("ticket-view", TicketView);
