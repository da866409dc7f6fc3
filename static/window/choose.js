// <window-choice>: which window does this person sit at? Free, open or to be taken over.

import { post, Problem } from "../shared/api.js";
import { Localized, nameOf, t } from "../shared/i18n.js";
import { languageButton, logOut } from "../login/login.js";
import { LitElement, html, nothing, repeat } from "../vendor/lit.js";
import "../shared/group-mark.js";
import { hallSelect } from "../shared/staff-page.js";

class WindowChoice extends Localized(LitElement) {
  static properties = {
    hall: { attribute: false },
    halls: { attribute: false },
    windows: { attribute: false },
    session: { attribute: false },
    last: { attribute: false },
    query: { state: true },
    problem: { state: true },
    busy: { state: true },
  };

  constructor() {
    super();
    this.query = "";
    this.problem = "";
    this.busy = false;
  }

  createRenderRoot() {
    return this;
  }

  firstUpdated() {
    document.title = t("window.choose");
    this.querySelector("input").focus();
  }

  get found() {
    const query = this.query.trim().toLowerCase();
    const hits = this.windows.filter(
      ({ id, name }) =>
        id.toLowerCase().startsWith(query) ||
        Object.values(name).some((text) => text.toLowerCase().includes(query)),
    );
    const first = query || this.last;
    return hits.sort((a, b) => (b.id === first) - (a.id === first));
  }

  async take(window) {
    if (this.busy) return;
    this.busy = true;
    this.problem = "";
    try {
      const staff = this.session.account;
      await post(`/halls/${this.hall.id}/windows/${window.id}/open`, { staff });
      this.dispatchEvent(new CustomEvent("chosen", { detail: { window: window.id } }));
    } catch (error) {
      if (!(error instanceof Problem)) throw error;
      this.problem = error.words;
    } finally {
      this.busy = false;
    }
  }

  submit(event) {
    event.preventDefault();
    const [first] = this.found;
    if (first) this.take(first);
  }

  render() {
    return html`<main class="choose">
      <header>
        <div>
          <p class="soft">${nameOf(this.hall.name)} · ${this.session.account}</p>
          <h1>${t("window.choose")}</h1>
        </div>
        ${this.hallSwitch()} ${languageButton()}
        <button class="button quiet" type="button" @click=${logOut}>${t("login.logout")}</button>
      </header>
      <form @submit=${this.submit}>
        <label class="visually-hidden" for="find">${t("window.choose_find")}</label>
        <input id="find" class="field" autocomplete="off" placeholder=${t("window.choose_find")}
          .value=${this.query} @input=${(event) => (this.query = event.target.value)} />
        <p class="soft">${t("window.choose_hint")}</p>
        <p class="problem" role="alert">${this.problem}</p>
      </form>
      ${this.list()}
    </main>`;
  }

  list() {
    const { found } = this;
    if (!found.length) return html`<p class="notice warn">${t("window.choose_none")}</p>`;
    return html`<ul>
      ${repeat(found, ({ id }) => id, (window, index) => this.tile(window, index === 0))}
    </ul>`;
  }

  hallSwitch() {
    if (this.halls.length < 2) return nothing;
    return hallSelect(this.halls, this.hall, (id) =>
      this.dispatchEvent(new CustomEvent("hall", { detail: id })),
    );
  }

  tile(window, first) {
    const mine = window.staff === this.session.account;
    const taken = window.state !== "closed" && window.staff && !mine;
    return html`<li>
      <button class="button tile" ?data-first=${first} ?disabled=${this.busy}
        @click=${() => this.take(window)}>
        <strong>${nameOf(window.name)}</strong>
        <span class="marks">${window.groups.slice(0, 5).map(
          (id) => html`<group-mark prefix=${this.prefix(id)}></group-mark>`,
        )}</span>
        <span class="who">${this.occupant(window, taken)}</span>
        <span class="act">${t(taken ? "window.window_take_over" : "window.window_take")}</span>
        <span class="act soft">${
          window.id === this.last ? t("window.choose_last") : nothing
        }</span>
      </button>
    </li>`;
  }

  occupant(window, taken) {
    if (taken) return t("window.window_taken", { staff: window.staff });
    return t(window.state === "closed" ? "window.window_free" : "window.window_open_nobody");
  }

  prefix(group) {
    return this.hall.groups.find(({ id }) => id === group)?.prefix ?? group;
  }
}

customElements.define("window-choice", WindowChoice);
