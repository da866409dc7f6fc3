// Taking a ticket: once, whatever the network and the finger do. A Lit controller.

import { html, nothing } from "../vendor/lit.js";
import { newKey, post } from "../shared/api.js";
import { language, t } from "../shared/i18n.js";

/** Why there is no ticket, in words for the visitor. */
export function refusal(problem) {
  if (!problem) return nothing;
  const words = problem.offline ? t("common.offline") : problem.detail;
  return html`<p class="notice bad" role="alert">${words}</p>`;
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

  /** Ask for a ticket, then show it. A repeat of an unanswered wish keeps its key: one ticket. */
  async take(service, priority, idNumber) {
    const { state } = this.host;
    const body = { service };
    if (priority) body.priority = priority;
    if (idNumber) body.id_number = idNumber;
    if (state.door) body.door = state.door;
    await this.#ask("tickets", body);
  }

  /** Turn an appointment into a ticket. code: what was typed, or what its QR code holds. */
  checkIn(code) {
    return this.#ask("check-ins", { code });
  }

  async #ask(path, wished) {
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
      this.host.go({ view: "ticket", token: ticket.token, ticket });
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
