// /rate/{window}: the evaluator on the desk of a window (好差评). After each service it asks once;
// nobody has to answer, and no answer is easier to give than another.

import { get, post, Problem } from "../shared/api.js";
import { joinHall } from "../shared/device.js";
import { Localized, language, loadTexts, nameOf, setLanguage, t } from "../shared/i18n.js";
import { Live } from "../shared/live.js";
import { LitElement, html } from "../vendor/lit.js";

const SCORES = [5, 4, 3, 2, 1];
/** Somebody else stands at the window by then. */
const ASK_MS = 60_000;
const THANKS_MS = 5_000;

class RatePage extends Localized(LitElement) {
  static properties = {
    step: { state: true }, // loading | pairing | idle | asking | thanks | nowhere
    number: { state: true },
    link: { state: true },
    problem: { state: true },
    sending: { state: true },
  };

  constructor() {
    super();
    this.step = "loading";
    this.number = "";
    this.link = "connecting";
    this.problem = "";
    this.sending = false;
    this.code = "";
    this.timer = 0;
    this.at = decodeURIComponent(location.pathname.split("/").at(-1));
  }

  createRenderRoot() {
    return this;
  }

  connectedCallback() {
    super.connectedCallback();
    this.begin();
  }

  async begin() {
    await loadTexts(["common", "rate"]);
    setLanguage("zh");
    const { hall } = await joinHall("rater", (code) => {
      this.code = code;
      this.step = "pairing";
    });
    this.hall = hall;
    this.see(await get(`/halls/${hall}/windows`));
    if (!this.window) return;
    this.live = new Live({
      hall,
      topics: [`window:${this.at}`],
      onSnapshot: ({ board }) => this.see(board.windows),
      onEvent: (event) => this.hear(event),
      onState: (state) => (this.link = state),
    }).start();
  }

  see(windows) {
    const mine = windows.find(({ id }) => id === this.at);
    if (mine) this.window = mine;
    if (this.step === "loading" || this.step === "pairing") {
      this.step = this.window ? "idle" : "nowhere";
    }
    this.requestUpdate();
  }

  hear(event) {
    this.see(event.windows ?? []);
    if (event.window !== this.at) return;
    if (event.type === "service_finished") this.ask(event.number);
    else if (event.type === "service_started") this.rest();
  }

  ask(number) {
    this.number = number;
    this.problem = "";
    this.become("asking", ASK_MS);
  }

  /** Ready for whoever comes next, in the hall's own language. */
  rest() {
    setLanguage("zh");
    this.become("idle");
  }

  /** Show a step, for a while if it passes by itself. */
  become(step, ms = 0) {
    clearTimeout(this.timer);
    this.step = step;
    if (ms) this.timer = setTimeout(() => this.rest(), ms);
  }

  async rate(score) {
    if (this.sending) return;
    this.sending = true;
    clearTimeout(this.timer);
    const { number } = this;
    try {
      await post(`/halls/${this.hall}/windows/${this.at}/rating`, { number, score });
      this.become("thanks", THANKS_MS);
    } catch (error) {
      if (!(error instanceof Problem)) throw error;
      const again = error.code === "already_rated";
      this.problem = t(again ? "rate.already" : "rate.failed");
      this.become("asking", again ? THANKS_MS : ASK_MS);
    } finally {
      this.sending = false;
    }
  }

  updated() {
    if (this.step === "loading") return;
    document.title = t("rate.title", { window: nameOf(this.window?.name) || this.at });
  }

  render() {
    return html`<main class=${this.step}>
      <header>
        <p>${nameOf(this.window?.name)}</p>
        ${this.languages()}
      </header>
      ${this.body()}
      <p class="lost" role="status">${this.link === "lost" ? t("rate.lost") : ""}</p>
    </main>`;
  }

  languages() {
    if (this.step === "loading") return "";
    const [lang, name] = language() === "zh" ? ["en", "English"] : ["zh", "中文"];
    return html`<button class="button" lang=${lang} @click=${() => setLanguage(lang)}>
      ${name}
    </button>`;
  }

  body() {
    switch (this.step) {
      case "loading":
        return "";
      case "pairing":
        return html`<h1>${t("rate.unpaired", { code: this.code })}</h1>`;
      case "nowhere":
        return html`<h1>${t("rate.unknown_window", { window: this.at })}</h1>`;
      case "asking":
        return this.question();
      case "thanks":
        return html`<div role="status">
          <h1>${t("rate.thanks")}</h1>
          <p>${t("rate.thanks_hint")}</p>
        </div>`;
      default:
        return html`<div>
          <h1>${t(this.window?.state === "open" ? "rate.welcome" : "rate.closed")}</h1>
          <p>${this.window?.state === "open" ? t("rate.welcome_hint") : ""}</p>
        </div>`;
    }
  }

  question() {
    return html`<div>
        <p class="number">${t("rate.number", { number: this.number })}</p>
        <h1>${t("rate.question")}</h1>
      </div>
      <div class="scores">
        ${SCORES.map(
          (score) => html`<button class="button" ?disabled=${this.sending}
            @click=${() => this.rate(score)}>${t(`rate.score_${score}`)}</button>`,
        )}
      </div>
      <p role="alert" class="problem">${this.problem}</p>
      <p class="soft">${t("rate.free")}</p>`;
  }
}

customElements.define("rate-page", RatePage);
