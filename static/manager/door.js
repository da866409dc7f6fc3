// <hall-door>: today's wait before the ticket, from the door to the kiosk, where people are counted or
// take a token at the door. Without either there is nothing to show.

import { get, Problem } from "../shared/api.js";
import { count, percent, tenths } from "../shared/format.js";
import { Localized, t } from "../shared/i18n.js";
import { LitElement, html, nothing } from "../vendor/lit.js";

const LOOK_AGAIN_MS = 60_000;

class HallDoor extends Localized(LitElement) {
  static properties = { hall: { attribute: false }, door: { state: true } };

  #again = 0;

  constructor() {
    super();
    this.door = null;
  }

  createRenderRoot() {
    return this;
  }

  connectedCallback() {
    super.connectedCallback();
    this.#again = setInterval(() => this.ask(), LOOK_AGAIN_MS);
  }

  disconnectedCallback() {
    clearInterval(this.#again);
    super.disconnectedCallback();
  }

  willUpdate(changed) {
    if (changed.has("hall")) this.ask();
  }

  async ask() {
    try {
      this.door = await get(`/halls/${this.hall.id}/door`);
    } catch (error) {
      // What stands above says that nothing can be read; the next look may succeed.
      if (!(error instanceof Problem)) throw error;
    }
  }

  render() {
    if (!this.door || !(this.door.total.arrived || this.door.total.tokens)) return nothing;
    const { total, share, rows } = this.door;
    return html`<h2>${t("manager.door_title")}</h2>
      <dl class="tiles">
        ${tile("token", wait(total.token_s), t("manager.door_token_of", { n: count(total.tokens) }))}
        ${tile("counted", wait(total.counted_s), t("manager.door_counted_of"))}
        ${tile("arrived", count(total.arrived), t("manager.door_share", { share: percent(share) }))}
        ${tile("tickets", count(total.tickets), "")}
      </dl>
      <section class="scroll" tabindex="0" aria-label=${t("manager.door_title")}>
        <table>
          <thead>
            <tr>
              <th>${t("manager.door_half_hour")}</th>
              ${["arrived", "tickets", "queue", "counted", "token"].map(
                (column) => html`<th class="figure">${t(`manager.door_${column}`)}</th>`,
              )}
            </tr>
          </thead>
          <tbody>
            ${rows.map(row)}
          </tbody>
        </table>
      </section>`;
  }
}

function row({ start, arrived, tickets, queue, counted_s: counted, token_s: token }) {
  const cells = [count(arrived), count(tickets), queue.toFixed(1), wait(counted), wait(token)];
  return html`<tr>
    <th scope="row">${start}</th>
    ${cells.map((text) => html`<td class="figure">${text}</td>`)}
  </tr>`;
}

function tile(name, value, about) {
  return html`<div>
    <dt>${t(`manager.door_${name}`)}</dt>
    <dd>${value}</dd>
    <dd class="about">${about}</dd>
  </div>`;
}

const wait = (seconds) => (seconds === null ? t("manager.nothing") : tenths(seconds));

customElements.define("hall-door", HallDoor);
