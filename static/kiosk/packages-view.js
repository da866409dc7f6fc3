// Matters that need several services: one visit, one ticket.

import { html } from "../vendor/lit.js";
import { nameOf, t } from "../shared/i18n.js";
import "./paged-grid.js";
import { View } from "./view.js";
import { nothing as noWish, withServices } from "./wish.js";

class PackagesView extends View {
  render() {
    return html`<h2 tabindex="-1">${t("visits.packages")}</h2>
      <p class="soft">${t("visits.packages_hint")}</p>
      <paged-grid
        least="6"
        columns="1"
        .items=${this.state.packages}
        .tile=${(each) => this.#tile(each)}
      ></paged-grid>`;
  }

  #tile({ name, services }) {
    const names = services.map((id) => nameOf(this.state.service(id).name));
    return html`<button
      class="tile"
      @click=${() => this.go({ view: "basket", wish: withServices(noWish(), services) })}
    >
      <span class="words">
        <strong>${nameOf(name)}</strong>
        <small>${names.join(t("common.list_comma"))}</small>
      </span>
    </button>`;
  }
}

customElements.define("packages-view", PackagesView);
