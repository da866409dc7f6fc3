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
const COUNTS = new Set(["waiting", "called", "serving", "parked"]);

class TicketView extends View {
  static properties = {
    ...View.properties,
    visitor: { state: true },
    problem: { state: true },
    again: { state: true },
  };

  #live = null;

  constructor() {
    super();
    this.visitor = null;
    this.problem = null;
    this.again = ""; // "" | "busy" | "asked": another paper
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
      <p>${ahead(ticket.ahead ?? 0)}</p>
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

  /** What became of the paper. Whoever scans a ticket has one, or another on the phone. */
  #paper(ticket) {
    const told = !this.route.scanned || this.again === "asked";
    const [kind, words] = paperWords(ticket.print, this.state.canPrint);
    return html`${told
      ? html`<p class="notice ${kind} paper" role="status">${t(words)}</p>`
      : nothing}
    ${this.#another(ticket)}`;
  }

  /** Another paper: for whoever has lost it, or got none from a printer that works again. */
  #another({ id, state, print }) {
    const here = print?.state === "printed" && (!this.route.scanned || this.again === "asked");
    if (!this.visitor || !this.state.canPrint || !COUNTS.has(state)) return nothing;
    if (here || PRINTING.has(print?.state)) return nothing;
    return html`<button class="button another" ?disabled=${this.again === "busy"}
      @click=${() => this.#print(id)}>
      ${t(print ? "kiosk.print_again" : "kiosk.print_now")}
    </button>`;
  }

  /** News of the new paper may have come before this answer. */
  #hear(print) {
    const { ticket } = this.visitor;
    if (print.copy <= (ticket.print?.copy ?? -1)) return;
    this.visitor = { ...this.visitor, ticket: { ...ticket, print } };
  }

  async #print(id) {
    this.again = "busy";
    this.problem = null;
    try {
      const printer = this.state.printer.id;
      const { print } = await post(`/halls/${this.state.id}/tickets/${id}/reprint`, { printer });
      this.#hear(print);
      this.again = "asked";
    } catch (problem) {
      this.problem = problem;
      this.again = "";
    }
  }
}

/** How many come first. */
function ahead(n) {
  return n ? t("kiosk.people_ahead", { n: count(n) }) : t("kiosk.nobody_ahead");
}

/** "Take it" only where the printer has confirmed it. */
function paperWords(print, canPrint) {
  if (PRINTING.has(print?.state)) {
    return canPrint ? ["", "kiosk.printing"] : ["warn", "kiosk.paper_waits"];
  }
  if (print?.state === "printed") return ["good", "kiosk.take_paper"];
  return ["warn", print?.state === "uncertain" ? "kiosk.paper_unsure" : "kiosk.no_paper"];
}

customElements.define("ticket-view", TicketView);
