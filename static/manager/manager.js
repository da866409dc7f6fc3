// /manager: the hall now, by push, its appointments, any past day, how good the estimates were, and what would
// have been with other windows or rules. What is wrong stands on top; a window that calls for help is heard
// and seen whatever is shown.

import { get, Problem } from "../shared/api.js";
import { nameOf, t } from "../shared/i18n.js";
import { printerWords } from "../shared/printers.js";
import { deviceSounds, remind, ring, switchDeviceSounds } from "../shared/ring.js";
import { StaffPage } from "../shared/staff-page.js";
import { failing, Watch } from "../shared/trouble.js";
import { html, nothing } from "../vendor/lit.js";
import "./appointments.js";
import "./estimates.js";
import { Follow, ofBookings, Soon } from "./follow.js";
import { actButton } from "./helpers.js";
import { GRACE_MS, LostScreens } from "./lost-screens.js";
import "./now.js";
import "./past.js";
import "./visits.js";
import "./what-if.js";

const TABS = ["live", "appointments", "past", "estimates", "visits", "what_if"];

class ManagerPage extends StaffPage {
  static properties = { tab: { state: true }, section: { state: true }, conflicts: { state: true } };

  texts = ["manager", "boards", "manager_bookings", "sent", "what_if"];
  heading = "manager.title";

  constructor() {
    super();
    const [tab, section] = location.hash.slice(1).split("/");
    this.tab = TABS.includes(tab) ? tab : "live";
    this.section = section; // of the appointments
    this.conflicts = []; // appointments that can't be kept
    this.soon = new Soon(() => this.loadConflicts());
    this.screens = new LostScreens();
    this.screensSoon = new Soon(() => this.loadScreens());
    this.watch = new Watch(); // of devices in trouble
  }

  async loadHall(id) {
    const [hall, services] = await Promise.all([get(`/halls/${id}`), get(`/halls/${id}/services`)]);
    this.services = new Map(services.map((service) => [service.id, service]));
    this.hall = hall;
    this.conflicts = [];
    this.follow?.stop();
    this.follow = new Follow(id, () => (this.step = "login"));
    this.follow.listen((event) => this.heard(event));
  }

  heard(event) {
    // Only other hours or windows make a conflict; any booking may end one.
    if (event === null || (this.conflicts.length && ofBookings(event))) this.soon.ask();
    if (event === null || event.screens || event.devices) this.screensSoon.ask();
    ring(this.calling.length > 0);
    this.listenToDevices();
    this.requestUpdate();
  }

  /** Devices that a visitor misses now: printers without paper, screens that are gone. */
  get troubles() {
    const { floor } = this.follow;
    const printers = failing(floor.printers).map(({ id, state }) => ({
      key: id, // open for new paper is no new trouble
      words: t("manager.problem_printer", { printer: id, state: printerWords(state) }),
    }));
    const screens = (floor.open ? this.lost : []).map(({ id, name }) => ({
      key: id,
      words: t("manager.problem_screen", { screen: name }),
    }));
    return [...printers, ...screens];
  }

  /** Call screens that are gone; of one that has just come back the live list knows first. */
  get lost() {
    const here = new Set(this.follow.floor.screens.map(({ id }) => id));
    return this.screens.list(performance.now()).filter(({ id }) => !here.has(id));
  }

  /** Sounds until somebody took note, or nothing is wrong any more. */
  listenToDevices() {
    if (!this.follow.floor.ready) return;
    this.watch.look(this.troubles.map(({ key }) => key));
    remind(this.watch.pressing);
  }

  noteDevices() {
    this.watch.note();
    this.listenToDevices();
    this.requestUpdate();
  }

  switchSounds() {
    switchDeviceSounds();
    this.listenToDevices();
    this.requestUpdate();
  }

  async loadScreens() {
    const { hall } = this;
    const devices = await get("/devices").catch((error) => {
      if (!(error instanceof Problem)) throw error;
      return null; // who may not see devices has no such list; else the next news ask again
    });
    if (!devices || hall !== this.hall) return;
    this.screens.take(devices, hall.id, performance.now());
    setTimeout(() => {
      this.listenToDevices();
      this.requestUpdate();
    }, GRACE_MS + 100);
  }

  /** The windows that call for help. */
  get calling() {
    return this.follow?.floor.allWindows.filter(({ assistance }) => assistance) ?? [];
  }

  async loadConflicts() {
    const { hall } = this;
    try {
      const conflicts = await get(`/halls/${hall.id}/appointments/conflicts`);
      if (hall === this.hall) this.conflicts = conflicts;
    } catch (error) {
      // Who may not see appointments has no such list; without an answer the next news ask again.
      if (!(error instanceof Problem)) throw error;
    }
  }

  show(tab, section = "") {
    this.section = section;
    this.tab = tab;
    history.replaceState(null, "", tab === "live" ? " " : `#${tab}${section ? `/${section}` : ""}`);
  }

  updated() {
    if (this.step === "loading") return;
    const title = this.hall ? `${t("manager.title")} · ${nameOf(this.hall.name)}` : t("manager.title");
    const [first] = this.calling;
    if (first) document.title = t("manager.calls", { window: nameOf(first.name) });
    else document.title = this.watch.pressing ? `● ${this.troubles[0]?.words ?? title}` : title;
  }

  page() {
    return html`${this.top()} ${this.alarms()} ${this.body()}`;
  }

  top() {
    return html`<header class="top">
      <h1>${this.hallChoice()}</h1>
      <nav>
        ${TABS.map(
          (tab) => html`<button class="button" aria-pressed=${tab === this.tab}
            @click=${() => this.show(tab)}>${t(`manager.tab_${tab}`)} ${this.badge(tab)}</button>`,
        )}
      </nav>
      <div class="own">
        <button class="button quiet" title=${t("manager.sounds_of")} @click=${() => this.switchSounds()}>
          ${t(deviceSounds() ? "manager.sounds_on" : "manager.sounds_off")}
        </button>
        <button class="button quiet" @click=${() => print()}>${t("manager.print")}</button>
        ${this.account()}
      </div>
    </header>`;
  }

  /** How many appointments can't be kept and nobody was told of. */
  get unsettled() {
    return this.conflicts.filter(({ appointment }) => !appointment.informed_at).length;
  }

  badge(tab) {
    const n = tab === "appointments" ? this.unsettled : 0;
    const words = t("manager_bookings.badge", { n });
    return n ? html`<span class="badge" role="img" title=${words} aria-label=${words}>${n}</span>` : nothing;
  }

  /** Calls for help while something else than the hall now is shown; there they are the first to do. */
  alarms() {
    const calling = this.tab === "live" ? [] : this.calling;
    return html`<div class="alarms" role="alert">
      ${calling.map(({ id, name, assistance }) => {
        const words = { window: nameOf(name), at: assistance.at.slice(11, 16), note: assistance.note ?? "" };
        return html`<p>
          <strong>${t("manager.problem_assistance", words)}</strong>
          ${actButton(this.hall.id, { come: id })}
        </p>`;
      })}
      ${this.pressing()}
    </div>`;
  }

  /** Devices that nobody took note of yet. */
  pressing() {
    if (!this.watch.pressing) return nothing;
    return html`<p class="device">
      <strong>${this.troubles.map(({ words }) => words).join(t("common.list_comma"))}</strong>
      <button class="button" @click=${() => this.noteDevices()}>${t("manager.noted")}</button>
    </p>`;
  }

  body() {
    const { hall, services, follow, conflicts } = this;
    switch (this.tab) {
      case "appointments":
        return html`<hall-appointments .hall=${hall} .follow=${follow} .conflicts=${conflicts}
          .unsettled=${this.unsettled}
          .section=${this.section} @section=${({ detail }) => this.show("appointments", detail)}
          @settled=${() => this.loadConflicts()}></hall-appointments>`;
      case "past":
        return html`<hall-past .hall=${hall}></hall-past>`;
      case "estimates":
        return html`<hall-estimates .hall=${hall}></hall-estimates>`;
      case "visits":
        return html`<hall-visits .hall=${hall}></hall-visits>`;
      case "what_if":
        return html`<hall-what-if .hall=${hall}></hall-what-if>`;
      default:
        return html`<hall-now .hall=${hall} .services=${services} .follow=${follow}
          .conflicts=${this.unsettled} .lost=${this.lost}
          @conflicts=${() => this.show("appointments", "conflicts")}></hall-now>`;
    }
  }
}

customElements.define("manager-page", ManagerPage);
