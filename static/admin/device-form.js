// <device-form>: what a device is called and shows. Fires "save" with {name, settings}, or "cancel".

import { Localized, nameOf, t } from "../shared/i18n.js";
import { LitElement, html, nothing } from "../vendor/lit.js";

const LAYOUTS = ["main", "waiting", "entrance", "window"];
const LANGUAGES = ["zh", "en"];
const BESIDE = ["groups", "media"];
const NOTICES = 4;

class DeviceForm extends Localized(LitElement) {
  static properties = {
    device: { attribute: false },
    hall: { attribute: false },
    windows: { attribute: false },
    layout: { state: true },
  };

  createRenderRoot() {
    return this;
  }

  willUpdate(changed) {
    if (changed.has("device")) this.layout ??= this.device.settings.layout ?? "main";
  }

  firstUpdated() {
    this.querySelector("input").focus();
  }

  submit(event) {
    event.preventDefault();
    const data = new FormData(event.target);
    const given = Object.fromEntries(data);
    const { name, sound, zones, ...rest } = given;
    const settings = zones ? { zones: data.getAll("zones") } : {};
    for (const [key, value] of Object.entries(rest)) {
      if (value && !key.startsWith("notice")) settings[key] = value;
    }
    if (sound) settings.sound = true;
    const notices = notesOf(given);
    if (notices.length) settings.notices = notices;
    this.dispatchEvent(new CustomEvent("save", { detail: { name: name.trim(), settings } }));
  }

  render() {
    const { device } = this;
    return html`<form @submit=${this.submit}>
      <label>${t("admin.name")}
        <input class="field" name="name" required maxlength="64" .value=${device.name} />
      </label>
      ${device.kind === "screen" ? this.#screen() : nothing}
      ${device.kind === "kiosk" ? this.#kiosk() : nothing}
      ${device.kind === "rater" ? this.#window() : nothing}
      <div class="buttons">
        <button class="button primary">
          ${device.state === "pending" ? t("admin.approve") : t("admin.save")}
        </button>
        <button class="button" type="button"
          @click=${() => this.dispatchEvent(new CustomEvent("cancel"))}>${t("common.cancel")}</button>
      </div>
    </form>`;
  }

  #screen() {
    const { settings } = this.device;
    const layouts = LAYOUTS.map((id) => [id, t(`admin.layout_${id}`)]);
    return html`${this.#choice("layout", layouts, this.layout, (value) => {
        this.layout = value;
      })}
      ${this.layout === "window" ? this.#window() : this.#zones()} ${this.#language()}
      ${this.layout === "main" ? this.#besides() : nothing}
      ${this.layout === "main"
        ? html`<label class="check">
            <input type="checkbox" name="sound" ?checked=${settings.sound === true} />
            <span>${t("admin.sound")}<span class="soft">${t("admin.sound_how")}</span></span>
          </label>`
        : nothing}
      ${this.#notices(settings.notices ?? [])}`;
  }

  #besides() {
    return this.#choice("beside", BESIDE.map((id) => [id, t(`admin.beside_${id}`)]));
  }

  #kiosk() {
    const printers = this.hall.printers.map(({ id }) => [id, id]);
    return html`${this.#choice("printer", [["", t("admin.printer_any")], ...printers])}
      ${this.#language()}`;
  }

  #zones() {
    const { zones = [] } = this.device.settings;
    return html`<fieldset>
      <legend>${t("admin.zones")}</legend>
      ${this.hall.zones.map(({ id, name }) => html`<label class="check">
        <input type="checkbox" name="zones" value=${id} ?checked=${zones.includes(id)} />
        <span>${nameOf(name)}</span>
      </label>`)}
    </fieldset>`;
  }

  #window() {
    return this.#choice("window", this.windows.map(({ id, name }) => [id, nameOf(name)]));
  }

  #language() {
    const languages = LANGUAGES.map((id) => [id, t(`admin.language_${id}`)]);
    return this.#choice("language", [["", t("admin.language_both")], ...languages]);
  }

  #choice(name, options, value = this.device.settings[name] ?? "", onChange = () => {}) {
    return html`<label>${t(`admin.${name}`)}
      <select class="field" name=${name} @change=${(event) => onChange(event.target.value)}>
        ${options.map(([id, label]) => html`<option value=${id} ?selected=${id === value}>${label}</option>`)}
      </select>
    </label>`;
  }

  #notices(notices) {
    const rows = Math.min(NOTICES, notices.length + 1);
    return html`<fieldset>
      <legend>${t("admin.notices")}</legend>
      ${Array.from({ length: rows }, (_, n) => html`<div class="notice-row">
        ${LANGUAGES.map((lang) => html`<input class="field" name="notice-${lang}-${n}" maxlength="120"
          lang=${lang} placeholder=${t(`admin.language_${lang}`)}
          aria-label="${t("admin.notices")} ${n + 1}, ${t(`admin.language_${lang}`)}"
          .value=${notices[n]?.[lang] ?? ""} />`)}
      </div>`)}
    </fieldset>`;
  }
}

/** Notices in the languages that were written; a line without any text is none. */
function notesOf(given) {
  const notices = [];
  for (let n = 0; n < NOTICES; n += 1) {
    const texts = LANGUAGES.map((lang) => [lang, (given[`notice-${lang}-${n}`] ?? "").trim()]);
    const written = texts.filter(([, text]) => text);
    if (written.length) notices.push(Object.fromEntries(written));
  }
  return notices;
}

customElements.define("device-form", DeviceForm);
