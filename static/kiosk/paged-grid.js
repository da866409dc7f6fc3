// A grid of tiles that never scrolls: as many as fit, and large buttons to turn the page.

import { LitElement, html, nothing } from "../vendor/lit.js";
import { Localized, t } from "../shared/i18n.js";
import * as icons from "./icons.js";

const NARROWEST = 16; // rem: the least width of a tile
const LOWEST = 4; // rem: a tile's height where only so all of them fit
const TURNER = 3.5; // rem: the buttons that turn pages

class PagedGrid extends Localized(LitElement) {
  static properties = {
    items: { attribute: false },
    tile: { attribute: false },
    least: { type: Number },
    columns: { type: Number },
    page: { state: true },
    room: { state: true },
  };

  #observer = new ResizeObserver(([entry]) => this.#measure(entry.contentRect));

  constructor() {
    super();
    this.items = [];
    this.tile = () => nothing;
    this.least = 5;
    this.columns = 4;
    this.page = 0;
    this.room = { columns: 1, rows: 1 };
  }

  createRenderRoot() {
    return this;
  }

  connectedCallback() {
    super.connectedCallback();
    this.#observer.observe(this);
  }

  disconnectedCallback() {
    this.#observer.disconnect();
    super.disconnectedCallback();
  }

  /** `least` is the smallest height of a tile and `columns` the most columns, in rem and count. */
  #measure({ width, height }) {
    const rem = Number.parseFloat(getComputedStyle(document.documentElement).fontSize);
    const gap = rem / 2;
    const fits = (length, least) => Math.max(1, Math.floor((length + gap) / (least * rem + gap)));
    const columns = Math.min(this.columns, fits(width, NARROWEST));
    const wanted = Math.ceil(this.items.length / columns);
    const all = Math.max(fits(height, this.least), Math.min(wanted, fits(height, LOWEST)));
    this.room = { columns, rows: wanted > all ? fits(height - TURNER * rem, this.least) : all };
  }

  willUpdate(changed) {
    if (changed.has("items") && this.isConnected) this.#measure(this.getBoundingClientRect());
    this.page = Math.min(this.page, this.#pages - 1);
  }

  updated() {
    const grid = this.querySelector(".grid");
    grid.style.setProperty("--columns", this.room.columns);
    grid.style.setProperty("--rows", Math.min(this.room.rows, Math.ceil(this.items.length / this.room.columns)));
  }

  get #size() {
    return this.room.columns * this.room.rows;
  }

  get #pages() {
    return Math.max(1, Math.ceil(this.items.length / this.#size));
  }

  render() {
    const from = this.page * this.#size;
    return html`<ul class="grid">
        ${this.items.slice(from, from + this.#size).map((item) => html`<li>${this.tile(item)}</li>`)}
      </ul>
      ${this.#pages > 1 ? this.#turner() : nothing}`;
  }

  #turner() {
    const turn = (by) => () => {
      this.page += by;
    };
    return html`<nav class="turner" aria-label=${t("kiosk.pages")}>
      <button class="button" ?disabled=${this.page === 0} @click=${turn(-1)}>
        ${icons.back} ${t("kiosk.previous_page")}
      </button>
      <span class="number">${this.page + 1} / ${this.#pages}</span>
      <button class="button" ?disabled=${this.page === this.#pages - 1} @click=${turn(1)}>
        ${t("kiosk.next_page")} ${icons.next}
      </button>
    </nav>`;
  }
}

customElements.define("paged-grid", PagedGrid);
