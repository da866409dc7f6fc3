// /window: log in, choose the hall and the window, work. Each step is an element of its own.

import { get } from "../shared/api.js";
import { knowMaterials } from "../shared/materials.js";
import { StaffPage } from "../shared/staff-page.js";
import { html } from "../vendor/lit.js";
import "./choose.js";
import "./desk.js";

const PLACE = "kiosk.window"; // {hall, window} of this computer

class WindowPage extends StaffPage {
  texts = ["window", "desk", "desk_bookings"];
  heading = "window.title";
  services = new Map();
  place = JSON.parse(localStorage.getItem(PLACE) ?? "{}");

  lastHall() {
    return this.place.hall;
  }

  async loadHall(id) {
    const [hall, services, windows] = await Promise.all([
      get(`/halls/${id}`),
      get(`/halls/${id}/services`),
      get(`/halls/${id}/windows`),
    ]);
    this.windows = windows;
    this.services = new Map(services.map((service) => [service.id, service]));
    knowMaterials(hall);
    this.hall = hall;
  }

  /** After a reload in the middle of the work: straight back to the desk. */
  firstStep() {
    const window = this.windows.find(({ id }) => id === this.place.window);
    const mine = window && window.state !== "closed" && window.staff === this.session.account;
    return mine ? "desk" : "choose";
  }

  chosen({ detail }) {
    this.place = { hall: this.hall.id, window: detail.window };
    localStorage.setItem(PLACE, JSON.stringify(this.place));
    this.step = "desk";
  }

  async move() {
    this.step = "loading";
    try {
      await this.loadHall(this.hall.id);
      this.step = "choose";
    } catch (error) {
      this.fail(error);
    }
  }

  page() {
    if (this.step === "choose") {
      return html`<window-choice .hall=${this.hall} .halls=${this.halls}
        .windows=${this.windows} .session=${this.session} .last=${this.place.window ?? ""}
        @hall=${({ detail }) => this.switchHall(detail)} @chosen=${this.chosen}></window-choice>`;
    }
    return html`<window-desk .hall=${this.hall} .services=${this.services}
      .session=${this.session} .at=${this.place.window} @move=${this.move}
      @expired=${() => (this.step = "login")}></window-desk>`;
  }
}

customElements.define("window-page", WindowPage);
