// The identity number, for the few services that need a real name by law. Typed, touched, or read by
// a card reader that types. It is shown as dots, sent once, and never printed or put on a screen.

import { html, nothing } from "../vendor/lit.js";
import { nameOf, t } from "../shared/i18n.js";
import * as icons from "./icons.js";
import { LENGTH, cleaned, isValid } from "./identity.js";
import { Taking, refusal } from "./taking.js";
import { View } from "./view.js";

const KEYS = ["1", "2", "3", "4", "5", "6", "7", "8", "9", "X", "0"];
const SEEN = 4;

class IdentityView extends View {
  static properties = { ...View.properties, number: { state: true } };

  #taking = new Taking(this);

  constructor() {
    super();
    this.number = "";
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
    if (event.key === "Backspace") this.number = this.number.slice(0, -1);
    else if (event.key === "Enter" && event.target === document.body) this.#take();
    else if (event.key.length === 1) this.number = cleaned(this.number + event.key);
  };

  #take() {
    const { wish, promised, away } = this.route;
    if (isValid(this.number)) this.#taking.take(wish, { idNumber: this.number, promised, away });
  }

  render() {
    const known = this.route.wish.services.map(({ id }) => this.state.service(id));
    const service = known.find(({ real_name: realName }) => realName);
    const wrong = this.number.length === LENGTH && !isValid(this.number);
    return html`<h2 tabindex="-1">${t("kiosk.id_number")}</h2>
      <p>${t("kiosk.id_why", { service: nameOf(service.name) })}</p>
      <p class="field number typed" role="status" aria-label=${t("kiosk.id_typed", { n: this.number.length })}>
        ${this.#dots()}
      </p>
      ${wrong ? html`<p class="notice warn" role="alert">${t("kiosk.id_wrong")}</p>` : nothing}
      ${refusal(this.#taking.problem)} ${this.#keypad()}
      <p class="soft">${t("kiosk.id_privacy")}</p>
      <button
        class="button primary take"
        ?disabled=${!isValid(this.number) || this.#taking.busy}
        @click=${() => this.#take()}
      >
        ${this.#taking.busy ? t("kiosk.one_moment") : t("kiosk.take_ticket")}
      </button>`;
  }

  #dots() {
    const hidden = Math.max(0, this.number.length - SEEN);
    return "●".repeat(hidden) + this.number.slice(hidden);
  }

  #keypad() {
    return html`<div class="keypad" role="group" aria-label=${t("kiosk.keyboard")}>
      ${KEYS.map(
        (key) => html`<button
          class="button"
          @click=${() => {
            this.number = cleaned(this.number + key);
          }}
        >
          ${key}
        </button>`,
      )}
      <button
        class="button"
        aria-label=${t("kiosk.erase")}
        ?disabled=${!this.number}
        @click=${() => {
          this.number = this.number.slice(0, -1);
        }}
      >
        ${icons.erase}
      </button>
    </div>`;
  }
}

customElements.define("identity-view", IdentityView);
