// The first page: what do you want to do? Services themselves where there are few, else their groups.

import { html, nothing } from "../vendor/lit.js";
import { nameOf, t } from "../shared/i18n.js";
import * as icons from "./icons.js";
import "./paged-grid.js";
import { groupTile, serviceTile } from "./tiles.js";
import { View } from "./view.js";

const FEW = 8;

class StartView extends View {
  render() {
    const few = this.state.services.length <= FEW;
    const chosen = this.route?.wish?.services ?? [];
    return html`<h2 tabindex="-1">${t(chosen.length ? "visits.one_more" : "kiosk.welcome")}</h2>
      ${chosen.length ? this.#chosen(chosen) : nothing}
      <div class="ways">
        ${chosen.length ? nothing : html`${this.#appointment()} ${this.#visits()}`}
        ${few ? nothing : this.#finding()}
      </div>
      ${few ? this.#services() : this.#groups()}
      ${this.state.printer && !this.state.canPrint
        ? html`<p class="notice warn">${t("kiosk.printer_out")}</p>`
        : html`<p class="hint soft">${t("kiosk.scan_hint")}</p>`}`;
  }

  #appointment() {
    if (!this.state.services.some(({ appointments }) => appointments)) return nothing;
    return html`<button class="button" @click=${() => this.go({ view: "appointment" })}>
      ${icons.calendar} ${t("kiosk.appointment")}
    </button>`;
  }

  /** What a visit has already; touched, it goes back to the list. */
  #chosen(chosen) {
    const names = chosen.map(({ id }) => nameOf(this.state.service(id).name));
    return html`<button class="button" @click=${() => this.go({ view: "basket" })}>
      ${t("visits.chosen", { services: names.join(t("common.list_comma")) })}
    </button>`;
  }

  #visits() {
    return html`${this.state.packages.length
        ? html`<button class="button" @click=${() => this.go({ view: "packages" })}>
            ${icons.several} ${t("visits.packages")}
          </button>`
        : nothing}
      <button class="button" @click=${() => this.go({ view: "returns" })}>
        ${icons.returned} ${t("visits.back")}
      </button>`;
  }

  #services() {
    return html`<paged-grid
      least="6"
      columns="1"
      .items=${this.state.services}
      .tile=${(service) =>
        serviceTile(this.state, service, () => this.go({ view: "service", id: service.id }))}
    ></paged-grid>`;
  }

  #finding() {
    return html`<button class="button" @click=${() => this.go({ view: "search", typed: "" })}>
        ${icons.search} ${t("kiosk.search")}
      </button>
      <button class="button" @click=${() => this.go({ view: "departments" })}>
        ${icons.house} ${t("kiosk.by_department")}
      </button>`;
  }

  #groups() {
    return html`<paged-grid
      least="4.75"
      .items=${this.state.usedGroups}
      .tile=${(group) => groupTile(group, () => this.go({ view: "list", group: group.id }))}
    ></paged-grid>`;
  }
}

customElements.define("start-view", StartView);
