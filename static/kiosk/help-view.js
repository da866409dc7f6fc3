// "I need help": calls a person, says honestly whether anybody heard it, and how the kiosk is used.

import { html } from "../vendor/lit.js";
import { post } from "../shared/api.js";
import { t } from "../shared/i18n.js";
import { View } from "./view.js";

const STEPS = ["kiosk.help_step_1", "kiosk.help_step_2", "kiosk.help_step_3"];

class HelpView extends View {
  static properties = { ...View.properties, heard: { state: true } };

  constructor() {
    super();
    this.heard = null; // not known yet
  }

  firstUpdated() {
    this.#call();
  }

  async #call() {
    const place = this.state.settings.printer ?? this.state.printer?.id;
    const answer = await post(`/halls/${this.state.id}/help`, { place }).catch(() => null);
    this.heard = answer?.heard ?? false;
  }

  render() {
    return html`<h2 tabindex="-1">${t("kiosk.help")}</h2>
      <p class="notice lead ${this.heard ? "good" : ""}" role="status">${this.#said()}</p>
      <ol class="steps">
        ${STEPS.map((step) => html`<li>${t(step)}</li>`)}
      </ol>`;
  }

  #said() {
    if (this.heard === null) return t("kiosk.one_moment");
    return t(this.heard ? "kiosk.help_coming" : "kiosk.help_desk");
  }
}

customElements.define("help-view", HelpView);
