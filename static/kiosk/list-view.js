// The services of a group or of a department. A department offers few: they stand here in full, each
// with its ticket, so that every ticket of the hall is three touches away.

import { html } from "../vendor/lit.js";
import { nameOf, t } from "../shared/i18n.js";
import "./paged-grid.js";
import "./service-card.js";
import "./service-view.js";
import { serviceTile } from "./tiles.js";
import { View } from "./view.js";

const CARDS = 4;

class ListView extends View {
  render() {
    const { group, department } = this.route;
    const services = this.state.services.filter((service) =>
      group ? service.group === group : service.department === department,
    );
    if (services.length === 1) {
      return html`<service-view .state=${this.state} .route=${{ ...this.route, id: services[0].id }}></service-view>`;
    }
    const name = group ? this.state.group(group).name : this.state.departmentName(department);
    return html`<h2 tabindex="-1">${nameOf(name)}</h2>
      ${services.length <= CARDS ? this.#cards(services) : this.#tiles(services)}`;
  }

  #cards(services) {
    return html`<div class="cards">
      ${services.map(
        (service) => html`<service-card .state=${this.state} .route=${{ ...this.route, id: service.id }}></service-card>`,
      )}
    </div>`;
  }

  #tiles(services) {
    return html`<p class="soft">${t("kiosk.choose_service")}</p>
      <paged-grid
        least="4.75"
        .items=${services}
        .tile=${(service) =>
          serviceTile(this.state, service, () => this.go({ view: "service", id: service.id }))}
      ></paged-grid>`;
  }
}

customElements.define("list-view", ListView);
