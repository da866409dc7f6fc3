// /admin: what is set up once and changed seldom: the hall's devices, printers, media and paper.

import { get } from "../shared/api.js";
import { t } from "../shared/i18n.js";
import { StaffPage } from "../shared/staff-page.js";
import { html } from "../vendor/lit.js";
import "./channels.js";
import "./devices.js";
import "./media.js";
import "./paper.js";
import "./printers.js";

const ALLOWED = ["admin", "manager"];

class AdminPage extends StaffPage {
  texts = ["admin", "sent"];
  heading = "admin.title";
  windows = [];

  admits({ roles }) {
    return roles.some((role) => ALLOWED.includes(role));
  }

  async loadHall(id) {
    const [hall, windows] = await Promise.all([get(`/halls/${id}`), get(`/halls/${id}/windows`)]);
    this.windows = windows;
    this.hall = hall;
  }

  updated() {
    if (this.step !== "loading") document.title = t("admin.title");
  }

  page() {
    return html`<header class="top">
        <h1>${t("admin.title")}</h1>
        <span class="soft">${this.hallChoice()}</span>
        <span class="room"></span>
        ${this.account()}
      </header>
      <main>
        <hall-devices .hall=${this.hall} .windows=${this.windows}></hall-devices>
        <hall-printers .hall=${this.hall}></hall-printers>
        <hall-channels .hall=${this.hall}></hall-channels>
        <hall-media .hall=${this.hall}></hall-media>
        <hall-paper .hall=${this.hall}></hall-paper>
      </main>`;
  }
}

customElements.define("admin-page", AdminPage);
