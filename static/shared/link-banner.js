// <link-banner .state=${"live" | "connecting" | "lost"} .since=${"14:05"}></link-banner>: says that
// what the page shows is old. Takes no room while all is well; lies over the page, so nothing jumps.

import { LitElement, css, html, nothing } from "../vendor/lit.js";
import { Localized, t } from "./i18n.js";

class LinkBanner extends Localized(LitElement) {
  static properties = { state: { type: String }, since: { type: String } };

  static styles = css`
    p {
      position: fixed;
      inset: 0 0 auto;
      z-index: 10;
      margin: 0;
      padding: var(--s1) var(--s2);
      background: var(--bad);
      color: var(--paper);
      font-weight: 600;
      text-align: center;
    }
  `;

  constructor() {
    super();
    this.state = "connecting";
    this.since = "";
  }

  render() {
    if (this.state !== "lost") return nothing;
    const text = this.since
      ? t("common.connection_lost_since", { time: this.since })
      : t("common.connection_lost");
    return html`<p role="alert">${text}</p>`;
  }
}

customElements.define("link-banner", LinkBanner);
