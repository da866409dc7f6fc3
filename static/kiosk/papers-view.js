// The exact list of papers, after the answers. All here: the ticket. Else the visitor marks what is
// missing, and sees at once what can be done about it.

import { html, nothing } from "../vendor/lit.js";
import { nameOf, t } from "../shared/i18n.js";
import { materialLanguage, materialName } from "../shared/materials.js";
import { goOn } from "./steps.js";
import { Taking, refusal } from "./taking.js";
import { View } from "./view.js";
import { materials } from "./wish.js";

/** So long a place is kept for a way to the copier. */
const AWAY_MINUTES = 30;

class PapersView extends View {
  static properties = { ...View.properties, missing: { state: true } };

  #taking = new Taking(this);

  constructor() {
    super();
    this.missing = new Set();
  }

  get #list() {
    return materials(this.route.wish, (id) => this.state.service(id));
  }

  render() {
    const list = this.#list;
    const some = this.missing.size > 0;
    return html`<h2 tabindex="-1">${t("visits.papers")}</h2>
      <p class="soft">${t(list.length ? "visits.papers_hint" : "visits.papers_none")}</p>
      <ul class="paper-list">
        ${list.map(({ name }) => this.#paper(name))}
      </ul>
      ${refusal(this.#taking.problem)} ${some ? this.#ways(list) : this.#allHere()}`;
  }

  #paper(name) {
    const missing = this.missing.has(name);
    return html`<li>
      <button class="button paper-line" aria-pressed=${missing} @click=${() => this.#mark(name)}>
        <span lang=${materialLanguage(name)}>${materialName(name)}</span>
        <em>${t(missing ? "visits.paper_missing" : "visits.paper_here")}</em>
      </button>
    </li>`;
  }

  #mark(name) {
    const missing = new Set(this.missing);
    if (!missing.delete(name)) missing.add(name);
    this.missing = missing;
  }

  #go(more = {}) {
    goOn(this, this.#taking, this.route.wish, { sure: true, ...more });
  }

  #allHere() {
    return html`<button
      class="button primary take"
      ?disabled=${this.#taking.busy}
      @click=${() => this.#go()}
    >
      ${this.#taking.busy ? t("kiosk.one_moment") : t("visits.papers_all")}
    </button>`;
  }

  /** What can be done without a paper. */
  #ways(list) {
    const missing = list.filter(({ name }) => this.missing.has(name));
    const names = missing.map(({ name }) => name);
    const promised = missing.every(({ promise }) => promise);
    const way = (title, hint, act) => html`<button
      class="button way"
      ?disabled=${this.#taking.busy}
      @click=${act}
    >
      <strong>${title}</strong><small>${hint}</small>
    </button>`;
    return html`<div class="missing-ways" role="group" aria-label=${t("visits.missing_ways")}>
      ${this.#facilities()}
      ${way(t("visits.way_fetch"), t("visits.way_fetch_hint", { minutes: AWAY_MINUTES }), () =>
        this.#go({ away: AWAY_MINUTES }),
      )}
      ${promised
        ? way(t("visits.way_promise"), t("visits.way_promise_hint"), () =>
            this.#go({ promised: names }),
          )
        : nothing}
      ${way(t("visits.way_home"), t("visits.way_home_hint"), () =>
        this.go({ view: "one-notice", missing: names }),
      )}
    </div>`;
  }

  #facilities() {
    const { facilities } = this.state.hall;
    if (!facilities.length) return nothing;
    return html`<dl class="facilities">
      ${facilities.map(
        ({ name, place }) => html`<div>
          <dt>${nameOf(name)}</dt>
          <dd>${nameOf(place)}</dd>
        </div>`,
      )}
    </dl>`;
  }
}

customElements.define("papers-view", PapersView);
