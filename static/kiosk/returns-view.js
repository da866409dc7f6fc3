// "I am back": who was sent away types the number of the ticket, or holds its code to the reader.

import { html, nothing } from "../vendor/lit.js";
import { post } from "../shared/api.js";
import { nameOf, t } from "../shared/i18n.js";
import * as icons from "./icons.js";
import { refusal } from "./taking.js";
import { View } from "./view.js";

const DIGITS = ["1", "2", "3", "4", "5", "6", "7", "8", "9", "0"];
const LONGEST = 6;
const SHORTEST = 4; // a letter and three digits

class ReturnsView extends View {
  static properties = {
    ...View.properties,
    number: { state: true },
    busy: { state: true },
    problem: { state: true },
    ticket: { state: true },
  };

  constructor() {
    super();
    this.number = "";
    this.busy = false;
    this.problem = null;
    this.ticket = null;
  }

  connectedCallback() {
    super.connectedCallback();
    addEventListener("keydown", this.#typed);
  }

  disconnectedCallback() {
    removeEventListener("keydown", this.#typed);
    super.disconnectedCallback();
  }

  #typed = (event) => {
    if (event.key === "Backspace") this.#put(this.number.slice(0, -1));
    else if (event.key === "Enter" && event.target === document.body) this.#back();
    else if (/^[a-z\d]$/i.test(event.key) && !event.ctrlKey) this.#put(this.number + event.key);
  };

  #put(number) {
    if (this.ticket) return;
    this.problem = null;
    this.number = number.toUpperCase().slice(0, LONGEST);
  }

  async #back() {
    if (this.busy || this.number.length < SHORTEST) return;
    this.busy = true;
    try {
      this.ticket = await post(`/halls/${this.state.id}/returns`, { number: this.number });
    } catch (problem) {
      this.problem = problem;
    } finally {
      this.busy = false;
    }
  }

  render() {
    if (this.ticket) return this.#welcome();
    return html`<h2 tabindex="-1">${t("visits.back")}</h2>
      <p class="soft">${t("visits.back_hint")}</p>
      <p class="field number typed" role="status" aria-label=${t("visits.back_number")}>
        ${this.number}
      </p>
      ${refusal(this.problem)} ${this.#letters()} ${this.#keypad()}
      <button
        class="button primary take"
        ?disabled=${this.number.length < SHORTEST || this.busy}
        @click=${() => this.#back()}
      >
        ${this.busy ? t("kiosk.one_moment") : t("visits.back_say")}
      </button>`;
  }

  #letters() {
    const prefixes = [...new Set(this.state.usedGroups.map(({ prefix }) => prefix))].sort();
    return html`<div class="prefixes" role="group" aria-label=${t("visits.back_letters")}>
      ${prefixes.map(
        (prefix) => html`<button class="button" @click=${() => this.#put(prefix)}>${prefix}</button>`,
      )}
    </div>`;
  }

  #keypad() {
    return html`<div class="keypad" role="group" aria-label=${t("kiosk.keyboard")}>
      ${DIGITS.map(
        (key) => html`<button class="button ${key === "0" ? "zero" : ""}" @click=${() => this.#put(this.number + key)}>
          ${key}
        </button>`,
      )}
      <button
        class="button"
        aria-label=${t("kiosk.erase")}
        ?disabled=${!this.number}
        @click=${() => this.#put(this.number.slice(0, -1))}
      >
        ${icons.erase}
      </button>
    </div>`;
  }

  #welcome() {
    const { number, zone, state } = this.ticket;
    return html`<h2 tabindex="-1">${t("visits.back_heard")}</h2>
      <p class="vast number">${number}</p>
      <p class="place">${nameOf(this.state.zoneName(zone))}</p>
      ${state === "waiting"
        ? html`<p class="notice good lead" role="status">${t("visits.back_wait")}</p>`
        : nothing}
      <button class="button primary take" @click=${() => this.finish()}>${t("kiosk.done")}</button>`;
  }
}

customElements.define("returns-view", ReturnsView);
