// <desk-sheet>: the few questions that an act asks. It takes the place of the lists, never the page's:
// the visitor's papers stay in sight. Digits choose, Enter confirms, Esc goes back.

import { get, Problem } from "../shared/api.js";
import { Localized, nameOf, t } from "../shared/i18n.js";
import { LitElement, html, keyed, nothing } from "../vendor/lit.js";
import { currentLeg } from "./legs.js";
import { pauses } from "./reasons.js";
import { QUESTIONS } from "./visit-sheets.js";

const ERRANDS = ["copy", "photo", "signature", "paper", "other"];
const PARK_MINUTES = [10, 20, 30, 60, 120];
const PARK_DEFAULT = 30;
const TYPING_MS = 150;
const SHOWN = 8;

class DeskSheet extends Localized(LitElement) {
  static properties = {
    desk: { attribute: false },
    kind: { attribute: false },
    ticket: { attribute: false },
    booked: { attribute: false }, // news of appointments
    minutes: { state: true },
    query: { state: true },
    services: { state: true },
    comeBack: { state: true },
  };

  constructor() {
    super();
    this.minutes = PARK_DEFAULT;
    this.query = "";
    this.services = [];
    this.comeBack = false;
    this.typing = 0;
    this.onDigit = (event) => this.digit(event);
  }

  createRenderRoot() {
    return this;
  }

  connectedCallback() {
    super.connectedCallback();
    document.addEventListener("keydown", this.onDigit);
  }

  disconnectedCallback() {
    document.removeEventListener("keydown", this.onDigit);
    clearTimeout(this.typing);
    super.disconnectedCallback();
  }

  updated(changed) {
    if (changed.has("kind")) this.querySelector("[data-focus]")?.focus();
  }

  /** 1–9 press the numbered choices, except while a note is written. */
  digit(event) {
    if (event.ctrlKey || event.altKey || event.metaKey || event.repeat) return;
    if (event.target.matches("textarea, select, input:not([type=radio], [type=checkbox])")) return;
    const choice = this.querySelector(`[data-digit="${event.key}"]`);
    if (!choice) return;
    event.preventDefault();
    choice.click();
  }

  render() {
    const number = this.ticket?.number;
    return html`<section class="sheet" aria-labelledby="asks">
      <h2 id="asks">${t(this.titleKey, { number })}</h2>
      ${keyed(this.kind, QUESTIONS[this.kind]?.(this) ?? this[this.kind]())}
      <button class="button back" @click=${() => this.desk.do("back")}>
        ${t("window.back")} <kbd>Esc</kbd>
      </button>
    </section>`;
  }

  get titleKey() {
    if (this.kind === "transfer" && this.consulting) return "desk.convert_title";
    return `${this.kind in QUESTIONS ? "desk" : "window"}.${this.kind}_title`;
  }

  /** Whether the present visitor only came to ask, so that he may go on as a service's visitor. */
  get consulting() {
    return this.ticket && this.desk.services.get(currentLeg(this.ticket).id)?.kind === "consultation";
  }

  /** `named`: {id, words} of what can be chosen. */
  choices(named, act) {
    return html`<ol class="choices">
      ${named.map(
        ({ id, words }, index) => html`<li>
          <button class="button" data-digit=${index + 1} @click=${() => act(id)}>
            <kbd>${index + 1}</kbd> ${words}
          </button>
        </li>`,
      )}
    </ol>`;
  }

  note(label) {
    return html`<label class="note">
      ${label}
      <input class="field" name="note" maxlength="200" autocomplete="off" />
    </label>`;
  }

  noted() {
    return this.querySelector("input[name=note]").value.trim();
  }

  // ── park ──

  park() {
    const act = (errand) => {
      const note = this.noted();
      const { minutes, ticket } = this;
      this.desk.run(() => this.desk.commands.park(ticket, { errand, note, minutes }));
    };
    const errands = ERRANDS.map((id) => ({ id, words: t(`desk.errand_${id}`) }));
    return html`<p class="soft">${t("window.park_hint")}</p>
      <fieldset class="minutes">
        <legend>${t("window.park_minutes")}</legend>
        ${PARK_MINUTES.map(
          (n) => html`<label class="button">
            <input type="radio" name="minutes" class="visually-hidden" .checked=${n === this.minutes}
              @change=${() => (this.minutes = n)} />
            ${n}
          </label>`,
        )}
      </fieldset>
      ${this.note(t("window.note_optional"))} ${this.choices(errands, act)}`;
  }

  // ── pause ──

  pause() {
    const act = (reason) => this.desk.run(() => this.desk.commands.pause(reason));
    const reasons = pauses(this.desk.hall).map(({ id, name, work }) => ({
      id,
      words: work ? t("desk.pause_work", { name }) : name,
    }));
    return html`<p class="soft">${t("window.pause_hint")}</p>
      ${this.choices(reasons, act)}`;
  }

  // ── transfer ──

  transfer() {
    const targets = this.targets();
    return html`<form @submit=${this.submit}>
      <label>
        ${t("window.transfer_find")}
        <input class="field" name="find" data-focus autocomplete="off" spellcheck="false"
          @input=${(event) => this.search(event.target.value)} />
      </label>
      ${this.note(t("window.transfer_note"))}
      ${this.consulting ? html`<p class="soft">${t("desk.convert_hint")}</p>` : nothing}
      <label class="tick">
        <input type="checkbox" .checked=${this.comeBack}
          @change=${(event) => (this.comeBack = event.target.checked)} />
        ${t("window.transfer_come_back")}
      </label>
      ${this.targetList(targets)}
      <button class="visually-hidden" tabindex="-1">${t("window.transfer")}</button>
    </form>`;
  }

  /** Enter takes the first that is found, also when it was pressed before the answer came. */
  async submit(event) {
    event.preventDefault();
    clearTimeout(this.typing);
    const query = this.query;
    if (!this.targets().length) await this.lookUp(query);
    const [first] = this.targets();
    if (first && query === this.query) this.send(first);
  }

  send(target) {
    const to = { ...target.to, note: this.noted(), come_back: this.comeBack };
    const { ticket } = this;
    this.desk.run(() => this.desk.commands.transfer(ticket, to));
  }

  targetList(targets) {
    if (!targets.length) {
      const key = this.query ? "window.transfer_none" : "window.transfer_type";
      return html`<p class="soft none">${t(key)}</p>`;
    }
    return html`<ol class="choices wide">
      ${targets.map(
        (target, index) => html`<li>
          <button class="button" type="button" @click=${() => this.send(target)}>
            <span class="kind">${t(target.kind)}</span>
            <span class="name">${nameOf(target.name)}</span>
            <span class=${target.loop ? "warn" : "soft"}>${target.about}</span>
            ${index === 0 ? html`<kbd>Enter</kbd>` : nothing}
          </button>
        </li>`,
      )}
    </ol>`;
  }

  /** Windows of that number first, then services that the catalogue finds. */
  targets() {
    const query = this.query.toLowerCase();
    if (!query) return [];
    const windows = this.desk.floor.allWindows.filter(
      ({ id, state, name }) =>
        id !== this.desk.at &&
        state !== "closed" &&
        (id.toLowerCase().startsWith(query) || nameOf(name).toLowerCase().includes(query)),
    );
    return [
      ...windows.map(({ id, name, staff }) => ({
        to: { window: id },
        kind: "window.transfer_to_window",
        name,
        about: staff ?? "",
      })),
      ...this.services.map(({ id, name, group, waiting }) => ({
        to: { service: id },
        kind: "window.transfer_to_service",
        name,
        loop: this.wasAt(group),
        about: this.wasAt(group)
          ? t("desk.loop_warning")
          : t("window.transfer_waiting", { n: waiting }),
      })),
    ].slice(0, SHOWN);
  }

  /** Whether the visitor was sent away from there: sent back, he goes in a circle. */
  wasAt(group) {
    return this.ticket?.trail?.includes(group) ?? false;
  }

  search(text) {
    this.query = text.trim();
    clearTimeout(this.typing);
    this.typing = setTimeout(() => this.lookUp(this.query), TYPING_MS);
  }

  async lookUp(query) {
    if (!query) {
      this.services = [];
      return;
    }
    try {
      const found = await get(`/halls/${this.desk.hall.id}/services`, { q: query });
      if (query === this.query) this.services = found;
    } catch (error) {
      if (!(error instanceof Problem)) throw error;
      this.services = []; // the sign of the lost connection says why nothing is found
    }
  }
}

customElements.define("desk-sheet", DeskSheet);
