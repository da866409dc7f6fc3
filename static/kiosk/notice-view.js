// One notice of everything that is missing, with its date: for who comes back another day.

import { html, nothing } from "../vendor/lit.js";
import { post } from "../shared/api.js";
import { wallTime } from "../shared/clock.js";
import { longDate } from "../shared/format.js";
import { language, nameOf, t } from "../shared/i18n.js";
import { materialLanguage, materialName } from "../shared/materials.js";
import { refusal } from "./taking.js";
import { View } from "./view.js";
import { materials, materialsOf } from "./wish.js";

class NoticeView extends View {
  static properties = { ...View.properties, printing: { state: true }, problem: { state: true } };

  constructor() {
    super();
    this.printing = ""; // "" | "busy" | "done"
    this.problem = null;
  }

  /** One paper for each service that something is missing for. */
  async #print() {
    this.printing = "busy";
    this.problem = null;
    try {
      for (const { id, answers } of this.route.wish.services) {
        const needed = materialsOf(this.state.service(id), answers);
        const missing = needed.filter((name) => this.route.missing.includes(name));
        if (missing.length) await this.#paper(id, missing);
      }
      this.printing = "done";
    } catch (problem) {
      this.problem = problem;
      this.printing = "";
    }
  }

  #paper(service, missing) {
    const printer = this.state.printer.id;
    const body = { paper: "notice", service, printer, missing, language: language() };
    return post(`/halls/${this.state.id}/papers`, body);
  }

  #printButton() {
    if (!this.state.canPrint) return nothing;
    return html`<button
      class="button"
      ?disabled=${this.printing !== ""}
      @click=${() => this.#print()}
    >
      ${t(this.printing === "done" ? "visits.notice_printed" : "visits.notice_print")}
    </button>`;
  }

  render() {
    const { wish, missing } = this.route;
    const serviceOf = (id) => this.state.service(id);
    const now = this.state.clock.iso();
    const here = materials(wish, serviceOf).filter(({ name }) => !missing.includes(name));
    return html`<h2 tabindex="-1">${t("visits.notice")}</h2>
      <p class="soft">
        ${nameOf(this.state.hall.name)} · ${longDate(now)}
        <span class="number">${wallTime(now)}</span>
      </p>
      <p class="lead">
        ${wish.services.map(({ id }) => nameOf(serviceOf(id).name)).join(t("common.list_comma"))}
      </p>
      <div class="about">
        <section class="notice warn">
          <h3>${t("visits.notice_missing")}</h3>
          <ul>
            ${missing.map(line)}
          </ul>
        </section>
        <section>
          <h3>${t("visits.notice_here")}</h3>
          <ul>
            ${here.map(({ name }) => line(name))}
          </ul>
        </section>
        <p>${t("visits.notice_do")}</p>
      </div>
      ${refusal(this.problem)} ${this.#printButton()}
      <button class="button primary take" @click=${() => this.finish()}>${t("kiosk.done")}</button>`;
  }
}

function line(name) {
  return html`<li lang=${materialLanguage(name)}>${materialName(name)}</li>`;
}

customElements.define("notice-view", NoticeView);
