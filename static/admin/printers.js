// <hall-printers>: how each printer is, live; any ticket printed again; and the tickets that wait
// although their paper never came out.

import { post, Problem } from "../shared/api.js";
import { wallDate, wallTime } from "../shared/clock.js";
import { Floor } from "../shared/floor.js";
import { Localized, nameOf, t } from "../shared/i18n.js";
import { Live } from "../shared/live.js";
import { printerWords, WELL } from "../shared/printers.js";
import { ticketOf } from "../shared/tickets.js";
import { LitElement, html, nothing, repeat } from "../vendor/lit.js";

const LOST = new Set(["uncertain", "failed", "expired"]);

class HallPrinters extends Localized(LitElement) {
  static properties = {
    hall: { attribute: false },
    said: { state: true },
    problem: { state: true },
    busy: { state: true },
  };

  #live = null;

  constructor() {
    super();
    this.floor = new Floor();
    this.said = "";
    this.problem = "";
    this.busy = false;
  }

  createRenderRoot() {
    return this;
  }

  willUpdate(changed) {
    if (!changed.has("hall")) return;
    this.#live?.stop();
    this.floor = new Floor();
    this.said = this.problem = "";
    this.#live = new Live({
      hall: this.hall.id,
      topics: ["manager"],
      onSnapshot: ({ live }) => this.#take(() => this.floor.replace(live)),
      onEvent: (event) => this.#take(() => this.floor.apply(event)),
      onStatus: (frame) => this.#take(() => this.floor.note(frame)),
    }).start();
  }

  disconnectedCallback() {
    this.#live?.stop();
    super.disconnectedCallback();
  }

  #take(change) {
    change();
    this.requestUpdate();
  }

  submit(event) {
    event.preventDefault();
    const { number, printer } = event.target;
    return this.#print(printer.value, () =>
      ticketOf(this.hall.id, number.value.trim().toUpperCase()),
    );
  }

  /** Print a ticket again; `find` gives it. */
  async #print(printer, find) {
    this.busy = true;
    this.said = this.problem = "";
    try {
      const { id, number } = await find();
      const { print } = await post(`/halls/${this.hall.id}/tickets/${id}/reprint`, { printer });
      const words = print.copy ? "admin.reprinted" : "admin.printed";
      this.said = t(words, { number, printer, n: print.copy });
    } catch (error) {
      if (!(error instanceof Problem)) throw error;
      this.problem = error.words;
    } finally {
      this.busy = false;
    }
  }

  render() {
    const { printers, ready } = this.floor;
    if (!ready || !printers.length) return nothing;
    return html`<section class="printers">
      <h2>${t("admin.printers")}</h2>
      ${this.#states(printers)}
      <h3>${t("admin.reprint")}</h3>
      <p class="soft">${t("admin.reprint_how")}</p>
      ${this.#form(printers)} ${this.#lost()}
    </section>`;
  }

  #states(printers) {
    return html`<table class="states">
      <thead>
        <tr>
          ${["printer", "state", "since", "queued"].map((key) => html`<th>${t(`admin.${key}`)}</th>`)}
        </tr>
      </thead>
      <tbody>
        ${printers.map(
          ({ id, state, since, waiting }) => html`<tr>
            <th scope="row">${id}</th>
            <td class=${WELL.has(state) ? "" : "bad"}>
              <span class="dot ${WELL.has(state) ? "on" : "off"}"></span>${printerWords(state)}
            </td>
            <td>${since ? moment(since) : nothing}</td>
            <td>${waiting}</td>
          </tr>`,
        )}
      </tbody>
    </table>`;
  }

  #form(printers) {
    return html`<form @submit=${(event) => this.submit(event)}>
      <label>${t("admin.reprint_number")}
        <input class="field number" name="number" required maxlength="8" autocomplete="off"
          spellcheck="false" />
      </label>
      <label>${t("admin.printer")}
        <select class="field" name="printer">
          ${printers.map(({ id }) => html`<option value=${id}>${id}</option>`)}
        </select>
      </label>
      <button class="button primary" ?disabled=${this.busy}>${t("admin.reprint_do")}</button>
      <span role="status">${this.said}</span>
      ${this.problem ? html`<p class="notice bad" role="alert">${this.problem}</p>` : nothing}
    </form>`;
  }

  /** Who waits and has perhaps no paper. */
  #lost() {
    const lost = [...this.floor.in("waiting"), ...this.floor.in("parked")].filter(({ print }) =>
      LOST.has(print?.state),
    );
    if (!lost.length) return nothing;
    return html`<h3>${t("admin.lost", { n: lost.length })}</h3>
      <table>
        <tbody>
          ${repeat(lost, ({ id }) => id, (ticket) => this.#lostRow(ticket))}
        </tbody>
      </table>`;
  }

  #lostRow(ticket) {
    const { number, services, issued_at: at, print } = ticket;
    return html`<tr>
      <th scope="row" class="number">${number}</th>
      <td>${nameOf(services[0].name)}</td>
      <td>${wallTime(at)}</td>
      <td>${print.printer}: ${t(`admin.paper_state_${print.state}`)}</td>
      <td class="actions">
        <button class="button" ?disabled=${this.busy} aria-label="${t("admin.reprint_do")} ${number}"
          @click=${() => this.#print(print.printer, () => ticket)}>
          ${t("admin.reprint_do")}
        </button>
      </td>
    </tr>`;
  }
}

const moment = (iso) => `${wallDate(iso)} ${wallTime(iso)}`;

customElements.define("hall-printers", HallPrinters);
