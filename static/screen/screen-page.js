// The frame of a call screen: hall, zone and clock above, the layout, notices below; and instead of
// all that, in plain words, that the connection is lost.

import { LitElement, html, nothing } from "../vendor/lit.js";
import { post } from "../shared/api.js";
import { wallTime } from "../shared/clock.js";
import { longDate } from "../shared/format.js";
import { setLanguage } from "../shared/i18n.js";
import "./main-board.js";
import { Speaker } from "./speaker.js";
import "./waiting-board.js";
import "./window-panel.js";
import { names, speak, words } from "./words.js";

const NOTICE_MS = 12_000;

class ScreenPage extends LitElement {
  static properties = { code: { state: true }, state: { state: true } };

  #speaker = null;
  #reported = new Set();

  constructor() {
    super();
    this.code = "";
    this.state = null;
  }

  createRenderRoot() {
    return this;
  }

  /** Show a hall. */
  begin(state, settings) {
    const languages = settings.language ? [settings.language] : ["zh", "en"];
    speak(languages);
    setLanguage(languages[0]);
    if (settings.sound) {
      const speaker = new Speaker(state.id, () => this.requestUpdate());
      state.addEventListener("say", ({ detail }) => speaker.say(detail));
      this.#speaker = speaker;
    }
    this.state = state;
    state.addEventListener("change", () => {
      this.requestUpdate();
      this.#report();
    });
    state.start();
  }

  /** Tell the windows which of their calls has got its row. */
  async #report() {
    const fresh = this.state.shown.filter((call) => call.fresh && call.state === "called");
    const news = fresh.filter((call) => !this.#reported.has(call.key));
    this.#reported = new Set(fresh.map((call) => call.key));
    if (news.length === 0 || this.state.link === "lost") return;
    await this.updateComplete;
    for (const { window, number } of news) {
      post(`/halls/${this.state.id}/windows/${window}/shown`, { number }).catch(() => null);
    }
  }

  render() {
    if (!this.state) return html`<main class="plain">${this.#pairing()}</main>`;
    const { board, link } = this.state;
    if (!board && link !== "lost") return html`<main class="plain">${words("common.loading")}</main>`;
    if (link === "lost") return this.#lost();
    const window = this.state.settings.layout === "window";
    return html`${window ? nothing : this.#top()} ${this.#layout()} ${this.#bottom()}`;
  }

  #pairing() {
    if (!this.code) return words("common.loading");
    return html`<p>${words("screen.pairing")}</p>
      <p class="code number">${this.code}</p>`;
  }

  #lost() {
    const { clock } = this.state;
    return html`<main class="plain lost" role="alert">
      <h1>${words("common.connection_lost")}</h1>
      <p>${words("screen.lost_do")}</p>
      ${clock.known ? html`<p class="soft number">${wallTime(clock.iso())}</p>` : nothing}
    </main>`;
  }

  #top() {
    const { board, clock, zoneNames } = this.state;
    const now = clock.iso();
    const { logo } = this.state.media;
    return html`<header class="top">
      ${logo ? html`<img class="logo" src="/media/${this.state.id}/${logo.file}" alt="" />` : nothing}
      <h1>${names(board.name)}${zoneNames.map((name) => html`<span class="zone">${names(name)}</span>`)}</h1>
      <p class="clock"><span class="date">${longDate(now)}</span> <time class="number">${wallTime(now)}</time></p>
    </header>`;
  }

  #layout() {
    const { state } = this;
    switch (state.settings.layout) {
      case "window":
        return html`<window-panel .state=${state}></window-panel>`;
      case "waiting":
        return html`<waiting-board .state=${state}></waiting-board>`;
      case "entrance":
        return html`<waiting-board entrance .state=${state}></waiting-board>`;
      default:
        return html`<main-board .state=${state}></main-board>`;
    }
  }

  #bottom() {
    const { notices } = this.state.settings;
    const silent = this.#speaker && !this.#speaker.audible;
    if (silent) return html`<footer class="bottom">${words("screen.touch_for_sound")}</footer>`;
    if (!Array.isArray(notices) || notices.length === 0) return nothing;
    const turn = Math.floor(performance.now() / NOTICE_MS) % notices.length;
    return html`<footer class="bottom">${names(notices[turn])}</footer>`;
  }
}

customElements.define("screen-page", ScreenPage);
