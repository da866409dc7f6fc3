// Search by Chinese, pinyin, initials or English, with letters to touch. The server ranks.

import { html, nothing } from "../vendor/lit.js";
import { get } from "../shared/api.js";
import { t } from "../shared/i18n.js";
import * as icons from "./icons.js";
import "./paged-grid.js";
import { serviceTile } from "./tiles.js";
import { View } from "./view.js";

const ROWS = ["QWERTYUIOP", "ASDFGHJKL", "ZXCVBNM"];
const PAUSE_MS = 150;

class SearchView extends View {
  static properties = {
    ...View.properties,
    query: { state: true },
    found: { state: true },
    problem: { state: true },
  };

  #pause = 0;
  #asked = 0;

  constructor() {
    super();
    this.query = "";
    this.found = null;
    this.problem = null;
  }

  firstUpdated() {
    this.querySelector("input").focus();
    if (this.route.typed) this.#type(this.route.typed);
  }

  disconnectedCallback() {
    clearTimeout(this.#pause);
    super.disconnectedCallback();
  }

  #type(query) {
    this.query = query;
    clearTimeout(this.#pause);
    this.#pause = setTimeout(() => this.#ask(), PAUSE_MS);
  }

  async #ask() {
    const question = (this.#asked += 1);
    const q = this.query.trim();
    const answer = q ? await this.#search(q) : null;
    if (question === this.#asked) this.found = answer; // a slow answer to an older question is dropped
  }

  async #search(q) {
    try {
      const found = await get(`/halls/${this.state.id}/services`, { q });
      this.problem = null;
      return found;
    } catch (problem) {
      this.problem = problem;
      return null;
    }
  }

  render() {
    return html`<h2 tabindex="-1">${t("kiosk.search")}</h2>
      <input
        class="field"
        type="text"
        inputmode="none"
        autocomplete="off"
        spellcheck="false"
        aria-label=${t("kiosk.search")}
        placeholder=${t("kiosk.search_hint")}
        .value=${this.query}
        @input=${(event) => this.#type(event.target.value)}
      />
      <div class="found" aria-live="polite">${this.#results()}</div>
      ${this.#keyboard()}`;
  }

  #results() {
    if (this.problem) {
      return html`<p class="notice bad">${this.problem.words}</p>`;
    }
    if (this.found === null) return html`<p class="soft lead">${t("kiosk.search_how")}</p>`;
    if (this.found.length === 0) {
      return html`<p class="notice">${t("kiosk.nothing_found", { q: this.query.trim() })}</p>`;
    }
    return html`<paged-grid
      least="4.75"
      .items=${this.found}
      .tile=${(service) =>
        serviceTile(this.state, service, () => this.go({ view: "service", id: service.id }))}
    ></paged-grid>`;
  }

  #keyboard() {
    const key = (letter) => html`<button
      class="button"
      @click=${() => this.#type(this.query + letter.toLowerCase())}
    >
      ${letter}
    </button>`;
    return html`<div class="keyboard" role="group" aria-label=${t("kiosk.keyboard")}>
      ${ROWS.map(
        (row, index) => html`<div>
          ${Array.from(row, key)} ${index === ROWS.length - 1 ? this.#erase() : nothing}
        </div>`,
      )}
      <div>
        <button class="button wide" @click=${() => this.#type(`${this.query} `)}>
          ${t("kiosk.space")}
        </button>
        <button class="button wide" ?disabled=${!this.query} @click=${() => this.#type("")}>
          ${t("kiosk.clear")}
        </button>
      </div>
    </div>`;
  }

  #erase() {
    return html`<button
      class="button erase"
      aria-label=${t("kiosk.erase")}
      ?disabled=${!this.query}
      @click=${() => this.#type(this.query.slice(0, -1))}
    >
      ${icons.erase}
    </button>`;
  }
}

customElements.define("search-view", SearchView);
