// A service in short, with its ticket: for lists of a few.

import { html, nothing } from "../vendor/lit.js";
import { nameOf, t } from "../shared/i18n.js";
import { materialLanguage, materialsLine } from "../shared/materials.js";
import { goOn } from "./steps.js";
import { Taking, refusal } from "./taking.js";
import { busy } from "./tiles.js";
import { View } from "./view.js";
import { nothing as noWish, withService } from "./wish.js";

class ServiceCard extends View {
  #taking = new Taking(this);

  render() {
    const { state } = this;
    const service = state.service(this.route.id);
    const group = state.group(service.group);
    return html`<h3>
        <group-mark prefix=${group.prefix}></group-mark>
        ${nameOf(service.name)}
      </h3>
      <p>${t("kiosk.wait_line", { wait: busy(group), n: group.waiting })}</p>
      ${service.materials.length
        ? html`<p class="soft">
            ${t("kiosk.materials")}:
            <span lang=${materialLanguage(...service.materials)}>${materialsLine(service.materials)}</span>
          </p>`
        : nothing}
      ${refusal(this.#taking.problem)}
      <div class="pair">
        <button class="button" @click=${() => this.go({ view: "service", id: service.id })}>
          ${t("kiosk.details")}
        </button>
        <button
          class="button primary"
          ?disabled=${!group.open || !service.open || this.#taking.busy}
          @click=${() => this.#take(service)}
        >
          ${this.#taking.busy ? t("kiosk.one_moment") : t(this.#words(service))}
        </button>
      </div>`;
  }

  get #adding() {
    return Boolean(this.route.wish?.services.length);
  }

  #words({ questions }) {
    if (this.#adding) return "visits.put";
    return questions.length ? "visits.check_then_take" : "kiosk.take_ticket";
  }

  #take({ id }) {
    const wish = withService(this.route.wish ?? noWish(), id);
    if (this.#adding) this.go({ view: "basket", wish });
    else goOn(this, this.#taking, wish);
  }
}

customElements.define("service-card", ServiceCard);
