// Several services on one ticket, before it is taken. The hall finds the order that is soonest done.

import { html, nothing } from "../vendor/lit.js";
import { nameOf, t } from "../shared/i18n.js";
import "../shared/group-mark.js";
import * as icons from "./icons.js";
import { goOn } from "./steps.js";
import { stepper } from "./stepper.js";
import { Taking, refusal } from "./taking.js";
import { busy } from "./tiles.js";
import { View } from "./view.js";
import { MOST, change, without } from "./wish.js";

class BasketView extends View {
  #taking = new Taking(this);

  render() {
    const { wish } = this.route;
    const full = wish.services.length >= MOST;
    const closed = wish.services.some(({ id }) => !this.state.service(id).open);
    return html`<h2 tabindex="-1">${t("visits.basket")}</h2>
      <p class="soft">${t("visits.basket_hint")}</p>
      <ul class="basket-list">
        ${wish.services.map((each) => this.#row(each))}
      </ul>
      ${closed ? html`<p class="notice warn">${t("visits.basket_closed")}</p>` : nothing}
      ${refusal(this.#taking.problem)}
      <button class="button" ?disabled=${full} @click=${() => this.go({ view: "start", wish })}>
        ${t(full ? "visits.basket_full" : "visits.add")}
      </button>
      <button
        class="button primary take"
        ?disabled=${!wish.services.length || closed || this.#taking.busy}
        @click=${() => goOn(this, this.#taking, wish)}
      >
        ${this.#taking.busy ? t("kiosk.one_moment") : t("visits.take_one")}
      </button>`;
  }

  #row({ id, quantity }) {
    const { state } = this;
    const { wish } = this.route;
    const service = state.service(id);
    const group = state.group(service.group);
    const put = (changed) => this.go({ view: "basket", wish: changed, replace: true });
    return html`<li>
      <group-mark prefix=${group.prefix}></group-mark>
      <span class="words">
        <strong>${nameOf(service.name)}</strong>
        <small>${nameOf(group.name)} · ${busy(group)}</small>
        ${this.#after(service)}
      </span>
      ${stepper(service.max_quantity, quantity, (n) => put(change(wish, id, { quantity: n })))}
      <button
        class="button remove"
        aria-label=${t("visits.remove_this", { service: nameOf(service.name) })}
        @click=${() => put(without(wish, id))}
      >
        ${icons.remove}
      </button>
    </li>`;
  }

  /** Which of the others come first. */
  #after({ after }) {
    const first = this.route.wish.services.filter(({ id }) => after.includes(id));
    if (!first.length) return nothing;
    const names = first.map(({ id }) => nameOf(this.state.service(id).name)).join(t("common.list_comma"));
    return html`<small>${t("visits.after", { services: names })}</small>`;
  }
}

customElements.define("basket-view", BasketView);
