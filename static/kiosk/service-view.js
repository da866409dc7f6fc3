// One service: how long it takes now, what it costs, what to bring; then the ticket.

import { html, nothing } from "../vendor/lit.js";
import { nameOf, t } from "../shared/i18n.js";
import { facts, waitNow } from "./service-facts.js";
import { goOn } from "./steps.js";
import { stepper } from "./stepper.js";
import { Taking, refusal } from "./taking.js";
import { View } from "./view.js";
import { nothing as noWish, withService } from "./wish.js";

class ServiceView extends View {
  static properties = { ...View.properties, priority: { state: true }, quantity: { state: true } };

  #taking = new Taking(this);

  constructor() {
    super();
    this.priority = null;
    this.quantity = 1;
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
      </div>
      <div class="choose">
        ${stepper(service.max_quantity, this.quantity, (n) => {
          this.quantity = n;
        })}
        ${this.#adding ? nothing : this.#priorities()}
        ${state.printer && !state.canPrint
          ? html`<p class="notice warn">${t("kiosk.printer_out")}</p>`
          : nothing}
        ${refusal(this.#taking.problem)}
        <div class="acts">${this.#acts(service, open)}</div>
      </div>`;
  }

  /** Whether it is one more service of a visit that has some already. */
  get #adding() {
    return Boolean(this.route.wish?.services.length);
  }

  #acts(service, open) {
    const add = html`<button class="button" ?disabled=${!open} @click=${() => this.#add(service)}>
      ${t("visits.more_matters")}
    </button>`;
    const put = html`<button
      class="button primary take"
      ?disabled=${!open}
      @click=${() => this.#add(service)}
    >
      ${t("visits.put")}
    </button>`;
    if (this.#adding) return put;
    const words = service.questions.length ? "visits.check_then_take" : "kiosk.take_ticket";
    return html`${add}
      <button
        class="button primary take"
        ?disabled=${!open || this.#taking.busy}
        @click=${() => goOn(this, this.#taking, this.#wish(service))}
      >
        ${this.#taking.busy ? t("kiosk.one_moment") : t(words)}
      </button>`;
  }

  #wish(service) {
    const wish = withService(this.route.wish ?? noWish(), service.id, this.quantity);
    return this.#adding ? wish : { ...wish, priority: this.priority };
  }

  #add(service) {
    this.go({ view: "basket", wish: this.#wish(service) });
  }

  #priorities() {
    const { priorities } = this.state;
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
}

customElements.define("service-view", ServiceView);
