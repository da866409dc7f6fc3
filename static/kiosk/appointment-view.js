// "I have an appointment": its code, touched, typed or scanned, becomes a ticket. Too early, too late
// and a wrong code are said in the hall's own words.

import { html } from "../vendor/lit.js";
import { t } from "../shared/i18n.js";
import * as icons from "./icons.js";
import { Taking, refusal } from "./taking.js";
import { View } from "./view.js";

const LENGTH = 6;
const KEYS = ["1", "2", "3", "4", "5", "6", "7", "8", "9", "0"];

class AppointmentView extends View {
  static properties = { ...View.properties, code: { state: true } };

  #taking = new Taking(this);

  constructor() {
    super();
    this.code = "";
  }

  connectedCallback() {
    super.connectedCallback();
    addEventListener("keydown", this.#typed);
  }

  disconnectedCallback() {
    removeEventListener("keydown", this.#typed);
    super.disconnectedCallback();
  }

  updated(changed) {
    if (!changed.has("route") || !this.route.code) return;
    this.code = digits(this.route.code) === this.route.code ? this.route.code : "";
    this.#taking.checkIn(this.route.code); // scanned: nothing more is to be asked
  }

  #typed = (event) => {
    if (event.defaultPrevented) return; // the end of a scan
    if (event.key === "Backspace") this.code = this.code.slice(0, -1);
    else if (event.key === "Enter" && event.target === document.body) this.#checkIn();
    else if (event.key.length === 1) this.code = digits(this.code + event.key);
  };

  #checkIn() {
    if (this.code.length === LENGTH) this.#taking.checkIn(this.code);
  }

  render() {
    const ready = this.code.length === LENGTH && !this.#taking.busy;
    return html`<h2 tabindex="-1">${t("kiosk.appointment")}</h2>
      <p class="lead">${t("kiosk.appointment_how")}</p>
      <p class="field number typed" role="status">${this.code}</p>
      ${refusal(this.#taking.problem)}
      <div class="keypad" role="group" aria-label=${t("kiosk.keyboard")}>
        ${KEYS.map(
          (key) => html`<button class="button ${key === "0" ? "zero" : ""}" @click=${() => (this.code = digits(this.code + key))}>
            ${key}
          </button>`,
        )}
        <button class="button" aria-label=${t("kiosk.erase")} ?disabled=${!this.code}
          @click=${() => (this.code = this.code.slice(0, -1))}>
          ${icons.erase}
        </button>
      </div>
      <button class="button primary take" ?disabled=${!ready} @click=${() => this.#checkIn()}>
        ${this.#taking.busy ? t("kiosk.one_moment") : t("kiosk.check_in")}
      </button>`;
  }
}

/** Only what a code consists of, at most as many digits as it has. */
function digits(text) {
  return text.replace(/\D/g, "").slice(0, LENGTH);
}

customElements.define("appointment-view", AppointmentView);
