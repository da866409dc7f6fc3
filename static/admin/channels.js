// <hall-channels>: how the ways to people outside are, live: e-mail and SMS.

import { get } from "../shared/api.js";
import { wallDate, wallTime } from "../shared/clock.js";
import { Localized, t } from "../shared/i18n.js";
import { Live } from "../shared/live.js";
import { why } from "../shared/messages.js";
import { LitElement, html, nothing } from "../vendor/lit.js";

const DOTS = { ready: "on", trouble: "off" };

class HallChannels extends Localized(LitElement) {
  static properties = {
    hall: { attribute: false },
    channels: { state: true },
  };

  #live = null;

  constructor() {
    super();
    this.channels = [];
  }

  createRenderRoot() {
    return this;
  }

  willUpdate(changed) {
    if (!changed.has("hall")) return;
    this.#live?.stop();
    this.channels = [];
    this.#live = new Live({
      hall: this.hall.id,
      topics: ["manager"],
      onSnapshot: () => this.load(),
      onStatus: ({ channels }) => channels && (this.channels = channels),
    }).start();
  }

  disconnectedCallback() {
    this.#live?.stop();
    super.disconnectedCallback();
  }

  async load() {
    this.channels = await get(`/halls/${this.hall.id}/channels`);
  }

  render() {
    if (!this.channels.length) return nothing;
    return html`<section class="printers channels">
      <h2>${t("sent.channels")}</h2>
      <table class="states">
        <thead>
          <tr>
            ${["channel", "state", "since", "last", "queued"].map((key) => html`<th>${t(`sent.${key}`)}</th>`)}
          </tr>
        </thead>
        <tbody>
          ${this.channels.map((channel) => this.#row(channel))}
        </tbody>
      </table>
    </section>`;
  }

  #row({ kind, id, state, detail, since, sent_at: sent, waiting }) {
    return html`<tr>
      <th scope="row">${kind === "webhook" ? id : t(`sent.by_${kind}`)}</th>
      <td class=${state === "trouble" ? "bad" : ""}>
        <span class="dot ${DOTS[state] ?? ""}"></span>${t(`sent.state_${state}`, { why: why(detail) })}
      </td>
      <td>${since ? moment(since) : nothing}</td>
      <td>${sent ? moment(sent) : nothing}</td>
      <td>${waiting}</td>
    </tr>`;
  }
}

const moment = (at) => `${wallDate(at)} ${wallTime(at)}`;

customElements.define("hall-channels", HallChannels);
