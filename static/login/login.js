// <staff-login area="window">: asks who is there; fires "enter" with the session in its detail.
// Nobody is sent to another page and back: the page behind it stays where it is.

import { del, get, post, Problem } from "../shared/api.js";
import { Localized, language, preferredLanguage, setLanguage, t } from "../shared/i18n.js";
import { LitElement, html, nothing } from "../vendor/lit.js";

const LANGUAGE = "kiosk.language";

/** Who is logged in, or null. Throws a Problem when the server can't say. */
export async function whoami() {
  try {
    return await get("/session");
  } catch (error) {
    if (error instanceof Problem && error.status === 401) return null;
    throw error;
  }
}

/** Whether the session has surely ended; without an answer it is the network that is down. */
export async function isLoggedOut() {
  try {
    return (await whoami()) === null;
  } catch (error) {
    if (error instanceof Problem) return false;
    throw error;
  }
}

/** End the session; the page starts again at its log-in. */
export async function logOut() {
  await del("/session").catch(() => null); // an ended session is what is wanted
  location.reload();
}

/** The language that staff chose on this computer, else that of the browser. */
export function startLanguage() {
  setLanguage(localStorage.getItem(LANGUAGE) ?? preferredLanguage());
}

/** Switch between Chinese and English, and remember it here. */
export function switchLanguage() {
  setLanguage(language() === "zh" ? "en" : "zh");
  localStorage.setItem(LANGUAGE, language());
}

/** The switch itself, named in the language that it leads to. */
export function languageButton() {
  const [lang, name] = language() === "zh" ? ["en", "English"] : ["zh-CN", "中文"];
  return html`<button class="button quiet" type="button" lang=${lang} @click=${switchLanguage}>
    ${name}
  </button>`;
}

/** For whoever is logged in and can't go on. */
export function logOutButton() {
  return html`<button class="button" type="button" @click=${logOut}>${t("login.logout")}</button>`;
}

class StaffLogin extends Localized(LitElement) {
  static properties = {
    heading: { type: String },
    busy: { state: true },
    problem: { state: true },
  };

  constructor() {
    super();
    this.heading = "";
    this.busy = false;
    this.problem = "";
  }

  createRenderRoot() {
    return this;
  }

  firstUpdated() {
    this.querySelector("input").focus();
  }

  async submit(event) {
    event.preventDefault();
    const form = event.target;
    const { account, password } = Object.fromEntries(new FormData(form));
    this.busy = true;
    this.problem = "";
    try {
      const session = await post("/session", { account: account.trim(), password });
      this.dispatchEvent(new CustomEvent("enter", { detail: session }));
    } catch (error) {
      if (!(error instanceof Problem)) throw error;
      this.problem = error.words;
      form.elements.password.select();
    } finally {
      this.busy = false;
    }
  }

  render() {
    return html`<main class="login">
      <header>
        <h1>${this.heading}</h1>
        ${languageButton()}
      </header>
      <form @submit=${this.submit}>
        <label>
          ${t("login.account")}
          <input class="field" name="account" autocomplete="username" autocapitalize="none"
            spellcheck="false" required />
        </label>
        <label>
          ${t("login.password")}
          <input class="field" name="password" type="password" autocomplete="current-password"
            required />
        </label>
        <button class="button primary" ?disabled=${this.busy}>
          ${this.busy ? t("login.checking") : t("login.enter")}
        </button>
        <div class="login-problem" role="alert">
          ${this.problem ? html`<p class="notice bad">${this.problem}</p>` : nothing}
        </div>
      </form>
    </main>`;
  }
}

customElements.define("staff-login", StaffLogin);
