// "I need help": how the kiosk is used, and where people are.

import { html } from "../vendor/lit.js";
import { t } from "../shared/i18n.js";
import { View } from "./view.js";

const STEPS = ["kiosk.help_step_1", "kiosk.help_step_2", "kiosk.help_step_3"];

class HelpView extends View {
  render() {
    return html`<h2 tabindex="-1">${t("kiosk.help")}</h2>
      <ol class="steps">
        ${STEPS.map((step) => html`<li>${t(step)}</li>`)}
      </ol>
      <p class="notice">${t("kiosk.help_desk")}</p>`;
  }
}

customElements.define("help-view", HelpView);
