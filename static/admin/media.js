// <hall-media>: the hall's logo, and the pictures and videos that screens show beside the calls.

import { del, get, Problem, upload } from "../shared/api.js";
import { Localized, t } from "../shared/i18n.js";
import { LitElement, html, nothing } from "../vendor/lit.js";

const PICTURES = "image/png,image/jpeg,image/webp";
const ALL = `${PICTURES},video/mp4,video/webm`;
const MB = 1024 * 1024;

class HallMedia extends Localized(LitElement) {
  static properties = {
    hall: { attribute: false },
    media: { state: true },
    busy: { state: true },
    problem: { state: true },
  };

  constructor() {
    super();
    this.media = null;
    this.busy = "";
    this.problem = "";
  }

  createRenderRoot() {
    return this;
  }

  willUpdate(changed) {
    if (changed.has("hall")) this.#change("", () => get(`/halls/${this.hall.id}/media`));
  }

  async #change(what, action) {
    this.busy = what;
    try {
      this.media = await action();
      this.problem = "";
    } catch (error) {
      if (!(error instanceof Problem)) throw error;
      this.problem = error.words;
    } finally {
      this.busy = "";
    }
  }

  add(event, use) {
    const [file] = event.target.files;
    event.target.value = "";
    if (!file) return;
    const query = new URLSearchParams({ use, name: file.name });
    this.#change(file.name, () => upload(`/halls/${this.hall.id}/media?${query}`, file));
  }

  remove({ file }) {
    this.#change("", () => del(`/halls/${this.hall.id}/media/${file}`));
  }

  render() {
    if (!this.media) return nothing;
    const { logo, slides } = this.media;
    return html`<section class="media">
      <h2>${t("admin.media")}</h2>
      <p class="soft">${t("admin.media_how")}</p>
      ${this.problem ? html`<p class="notice bad" role="alert">${this.problem}</p>` : nothing}
      <ul>
        ${logo ? this.#tile(logo, t("admin.logo")) : nothing}
        ${slides.map((slide) => this.#tile(slide, slide.name))}
      </ul>
      <div class="buttons">
        ${this.#chooser(t("admin.media_add"), ALL, "slide")}
        ${this.#chooser(t("admin.logo_add"), PICTURES, "logo")}
        <span role="status">${this.busy ? t("admin.uploading", { name: this.busy }) : ""}</span>
      </div>
    </section>`;
  }

  #tile(item, name) {
    const address = `/media/${this.hall.id}/${item.file}`;
    const picture = item.kind.startsWith("image/");
    return html`<li>
      ${picture
        ? html`<img src=${address} alt="" />`
        : html`<video src=${address} preload="metadata" .muted=${true}></video>`}
      <span class="name">${name}</span>
      <span class="soft">${size(item.bytes)}</span>
      <button class="button quiet" aria-label="${t("admin.remove")} ${name}"
        @click=${() => this.remove(item)}>${t("admin.remove")}</button>
    </li>`;
  }

  #chooser(label, accept, use) {
    return html`<label class="button">
      ${label}
      <input class="visually-hidden" type="file" accept=${accept} ?disabled=${this.busy !== ""}
        @change=${(event) => this.add(event, use)} />
    </label>`;
  }
}

const size = (bytes) =>
  bytes < MB ? `${Math.ceil(bytes / 1024)} kB` : `${(bytes / MB).toFixed(1)} MB`;

customElements.define("hall-media", HallMedia);
