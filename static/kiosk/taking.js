// Taking a ticket: once, whatever the network and the finger do. A Lit controller.

import { html, nothing } from "../vendor/lit.js";
import { newKey, post, Problem } from "../shared/api.js";
import { language } from "../shared/i18n.js";
import { asRequest } from "./wish.js";

/** Why there is no ticket, in words for the visitor. */
export function refusal(problem) {
  if (!problem) return nothing;
  return html`<p class="notice bad" role="alert">${problem.words}</p>`;
}

export class Taking {
  #key = "";
  #wish = "";

  /** @param {import("./view.js").View} host the view that offers the ticket */
  constructor(host) {
    this.host = host;
    this.busy = false;
    this.problem = null;
    host.addController(this);
  }

  hostConnected() {}

  /**
   * Ask for a ticket, then show it. A repeat of an unanswered wish keeps its key: one ticket.
   * @param {import("./wish.js").Wish} wish
   * @param {{idNumber?: string, promised?: string[], away?: number}} [more] promised: papers that
   *   are handed in later. away: minutes that the place is kept while a paper is fetched.
   */
  async take(wish, { idNumber, promised = [], away = 0 } = {}) {
    const body = asRequest(wish);
    if (promised.length) body.promised = promised;
    if (idNumber) body.id_number = idNumber;
    if (this.host.state.door) body.door = this.host.state.door;
    await this.#ask("tickets", body, away);
  }

  /** Turn an appointment into a ticket. code: what was typed, or what its QR code holds. */
  checkIn(code) {
    return this.#ask("check-ins", { code });
  }

  async #ask(path, wished, away = 0) {
    if (this.busy) return;
    const { state } = this.host;
    const body = { ...wished, language: language() };
    if (state.canPrint) body.printer = state.printer.id;
    const wish = JSON.stringify([path, body]);
    if (wish !== this.#wish) [this.#wish, this.#key] = [wish, newKey()];
    this.#show({ busy: true, problem: null });
    try {
      const ticket = await post(`/halls/${state.id}/${path}`, body, { key: this.#key });
      this.#wish = "";
      state.atDoor(null);
      const unkept = away > 0 && !(await keep(ticket, away));
      this.host.go({ view: "ticket", token: ticket.token, ticket, unkept });
    } catch (problem) {
      if (!problem.offline) this.#wish = "";
      this.#show({ problem });
    } finally {
      this.#show({ busy: false });
    }
  }

  #show(fields) {
    Object.assign(this, fields);
    this.host.requestUpdate();
  }
}

/** Keep the place while the visitor is away: whether it is kept. If not, the ticket waits as any does. */
async function keep({ token }, minutes) {
  try {
    await post(`/tickets/${token}/more-time`, { minutes });
    return true;
  } catch (problem) {
    if (!(problem instanceof Problem)) throw problem;
    return false;
  }
}
