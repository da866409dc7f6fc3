// One service: how long it takes now, what it costs, what to bring; then the ticket.

import { html, nothing } from "../vendor/lit.js";
import { nameOf, t } from "../shared/i18n.js";
import { facts, waitNow } from "./service-facts.js";
import { Taking, refusal } from "./taking.js";
import { View } from "./view.js";

class ServiceView extends View {
  static properties = { ...View.properties, priority: { state: true } };

  #taking = new Taking(this);

  constructor() {
    super();
    this.priority = null;
  }

  render() {
    const { state } = this;
    const service = state.service(this.route.id);
    const group = state.group(service.group);
    const open = group.open && service.open;
    return html`<h2 tabindex="-1">${nameOf(service.name)}</h2>
      <div class="about">
        <p class="soft">${nameOf(state.departmentName(service.department))}</p>
        ${waitNow(group)} ${facts(state, service)}
        ${state.printer && !state.canPrint
          ? html`<p class="notice warn">${t("kiosk.printer_out")}</p>`
          : nothing}
      </div>
      ${this.#priorities()} ${refusal(this.#taking.problem)}
      <button
        class="button primary take"
        ?disabled=${!open || this.#taking.busy}
        @click=${() => this.#take(service)}
      >
        ${this.#taking.busy ? t("kiosk.one_moment") : t("kiosk.take_ticket")}
      </button>`;
  }

  #priorities() {
    const { priorities } = this.state.hall;
    if (priorities.length === 0) return nothing;
    const choice = (id, words) => html`<button
      class="button"
      role="radio"
      aria-checked=${this.priority === id}
      @click=${() => {
        this.priority = id;
      }}
    >
      ${words}
    </button>`;
    return html`<section class="priorities">
      <p id="priority-label">${t("kiosk.priority_question")}</p>
      <div role="radiogroup" aria-labelledby="priority-label">
        ${choice(null, t("kiosk.priority_none"))}
        ${priorities.map(({ id, name }) => choice(id, nameOf(name)))}
      </div>
    </section>`;
  }

  #take({ id, real_name: realName }) {
    if (realName) this.go({ view: "identity", service: id, priority: this.priority });
    else this.#taking.take(id, this.priority);
  }
}

customElements.define("service-view", ServiceView);
