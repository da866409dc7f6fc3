// A service in short, with its ticket: for lists of a few.

import { html, nothing } from "../vendor/lit.js";
import { nameOf, t } from "../shared/i18n.js";
import { Taking, refusal } from "./taking.js";
import { busy } from "./tiles.js";
import { View } from "./view.js";

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
            ${t("kiosk.materials")}: <span lang="zh-CN">${service.materials.join("、")}</span>
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
          ${this.#taking.busy ? t("kiosk.one_moment") : t("kiosk.take_ticket")}
        </button>
      </div>`;
  }

  #take({ id, real_name: realName }) {
    if (realName) this.go({ view: "identity", service: id, priority: null });
    else this.#taking.take(id, null);
  }
}

customElements.define("service-card", ServiceCard);
