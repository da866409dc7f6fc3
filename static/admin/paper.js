// <hall-paper>: how the hall's tickets and other papers look, edited beside a picture of them.

import { get, post, Problem } from "../shared/api.js";
import { language, Localized, t } from "../shared/i18n.js";
import { LitElement, html, nothing } from "../vendor/lit.js";

const KINDS = ["ticket", "appointment", "materials", "payment", "receipt"];
const WIDTHS = ["80", "58"];
const LANGUAGES = { zh: "中文", en: "English" };
const PAUSE_MS = 400;

class HallPaper extends Localized(LitElement) {
  static properties = {
    hall: { attribute: false },
    saved: { state: true },
    picture: { state: true },
    problem: { state: true },
    done: { state: true },
  };

  #pause = 0;
  #asked = 0;

  constructor() {
    super();
    this.saved = null;
    this.picture = "";
    this.problem = "";
    this.done = false;
    this.shown = { kind: "ticket", width: "80", language: language() };
  }

  createRenderRoot() {
    return this;
  }

  willUpdate(changed) {
    if (changed.has("hall")) this.#load();
  }

  disconnectedCallback() {
    super.disconnectedCallback();
    clearTimeout(this.#pause);
  }

  async #load() {
    await this.#ask(async () => {
      this.saved = await get(`/halls/${this.hall.id}/paper`);
      this.template = this.saved.template;
    });
    if (this.saved) await this.#look();
  }

  async #ask(action) {
    try {
      await action();
      this.problem = "";
    } catch (error) {
      if (!(error instanceof Problem)) throw error;
      this.problem = error.words;
    }
  }

  // A picture that was asked for earlier and comes later is not shown.
  async #look() {
    const asked = (this.#asked += 1);
    await this.#ask(async () => {
      const body = { template: this.template, ...this.shown };
      const { png } = await post(`/halls/${this.hall.id}/paper/preview`, body);
      if (asked === this.#asked) this.picture = `data:image/png;base64,${png}`;
    });
  }

  edit(event) {
    this.template = event.target.value;
    this.done = false;
    clearTimeout(this.#pause);
    this.#pause = setTimeout(() => this.#look(), PAUSE_MS);
  }

  choose(name, event) {
    this.shown = { ...this.shown, [name]: event.target.value };
    this.#look();
  }

  save() {
    return this.#ask(async () => {
      this.saved = await post(`/halls/${this.hall.id}/paper`, { template: this.template });
      this.done = true;
    });
  }

  render() {
    if (!this.saved) return nothing;
    return html`<section class="paper">
      <h2>${t("admin.paper")}</h2>
      <p class="soft">${t("admin.paper_how")}</p>
      ${this.problem ? html`<p class="notice bad" role="alert">${this.problem}</p>` : nothing}
      <div class="sides">
        <div class="words">
          <label>${t("admin.paper_template")}
            <textarea class="field" rows="14" spellcheck="false" .value=${this.template}
              @input=${(event) => this.edit(event)}></textarea>
          </label>
          <div class="buttons">
            <button class="button primary" @click=${() => this.save()}>${t("admin.paper_save")}</button>
            <span role="status">${this.done ? t("admin.paper_saved") : ""}</span>
          </div>
          <details>
            <summary>${t("admin.paper_built_in")}</summary>
            <pre>${this.saved.built_in}</pre>
          </details>
        </div>
        <div class="look">
          <div class="buttons">
            ${this.#select("kind", KINDS, (kind) => t(`admin.paper_${kind}`))}
            ${this.#select("width", WIDTHS, (width) => `${width} mm`)}
            ${this.#select("language", Object.keys(LANGUAGES), (code) => LANGUAGES[code])}
          </div>
          ${this.picture
            ? html`<img class="roll-${this.shown.width}" src=${this.picture}
                alt=${t("admin.paper_picture")} />`
            : nothing}
        </div>
      </div>
    </section>`;
  }

  #select(name, values, words) {
    return html`<label>${t(`admin.paper_${name}`)}
      <select class="field" @change=${(event) => this.choose(name, event)}>
        ${values.map(
          (value) =>
            html`<option value=${value} ?selected=${value === this.shown[name]}>${words(value)}</option>`,
        )}
      </select>
    </label>`;
  }
}

customElements.define("hall-paper", HallPaper);
