// A service in short, with its ticket: for lists of a few.

import { html, nothing } from "../vendor/lit.js";
import { nameOf, t } from "../shared/i18n.js";
import { Taking } from "./taking.js";
import { busy } from "./tiles.js";
import { View } from "./view.js";

class ServiceCard extends View {
  #taking = new Taking(this);

  render() {
    const { state } = this;
    const service = state.service(this.route.id);
    const group = state.group(service.group);
    const { problem } = this.#taking;
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
      ${problem
        ? html`<p class="notice bad" role="alert">
            ${problem.offline ? t("common.offline") : problem.detail}
          </p>`
        : nothing}
      <div class="pair">
        <button class="button" @click=${() => this.go({ view: "service", id: service.id })}>
          ${t("kiosk.details")}
        </button>
        <button
          class="button primary"
          ?disabled=${!group.open || !service.open || this.#taking.busy}
          @click=${() => this.#taking.take(service.id, null)}
        >
          ${this.#taking.busy ? t("kiosk.one_moment") : t("kiosk.take_ticket")}
        </button>
      </div>`;
  }
}

customElements.define("service-card", ServiceCard);
