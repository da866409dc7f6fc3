// No tickets can be taken now: the hall is closed, or the kiosk has no connection.

import { html, nothing } from "../vendor/lit.js";
import { wallDate, wallTime } from "../shared/clock.js";
import { longDate } from "../shared/format.js";
import { t } from "../shared/i18n.js";
import { View } from "./view.js";

class BlockedView extends View {
  render() {
    if (this.state.offline) {
      return html`<h2 tabindex="-1">${t("kiosk.no_connection")}</h2>
        <p class="lead">${t("kiosk.no_connection_do")}</p>`;
    }
    const { opens_at: opens } = this.state.hall;
    return html`<h2 tabindex="-1">${t("kiosk.hall_closed")}</h2>
      ${opens
        ? html`<p class="lead">${t("kiosk.opens_again")}</p>
            <p class="opens number">
              ${wallDate(opens) === wallDate(this.state.clock.iso()) ? nothing : longDate(opens)}
              ${wallTime(opens)}
            </p>`
        : nothing}
      <p class="soft">${t("kiosk.hall_closed_do")}</p>`;
  }
}

customElements.define("blocked-view", BlockedView);
