// <window-desk>: the work at one window. One key calls the next visitor and finishes the present one.
// Nothing opens over the page and nothing moves: every part has its place, filled or empty.

import { isLoggedOut } from "../login/login.js";
import { Problem } from "../shared/api.js";
import { HallClock, wallTime } from "../shared/clock.js";
import { Floor } from "../shared/floor.js";
import { Localized, nameOf, t } from "../shared/i18n.js";
import { Live } from "../shared/live.js";
import { Ticker } from "../shared/ticker.js";
import { LitElement, html } from "../vendor/lit.js";
import { Commands } from "./commands.js";
import { actOf } from "./keys.js";
import { served, standsAt } from "./legs.js";
import "./lists.js";
import { nextButton, presentCard, sideActions } from "./present.js";
import "./sheets.js";
import { chime, ring } from "../shared/ring.js";
import { failing, Watch } from "../shared/trouble.js";
import { topLine } from "./top.js";

const LETTER_KEYS = "kiosk.letterKeys";
/** A second press this soon after a call is a slip: it would finish somebody just called. */
const HOLD_MS = 1500;
/** A command that is meant whoever stands at the window. */
const ANYBODY = Symbol("anybody");

/** After these the window has other lines before it. */
const RELINED = new Set(["window_lent", "window_returned"]);

class WindowDesk extends Localized(LitElement) {
  static properties = {
    hall: { attribute: false },
    services: { attribute: false },
    session: { attribute: false },
    at: { attribute: false },
    link: { state: true },
    sheet: { state: true },
    did: { state: true },
    held: { state: true },
    busy: { state: true },
  };

  constructor() {
    super();
    this.floor = new Floor();
    this.clock = new HallClock();
    this.link = "connecting";
    this.lostSince = "";
    this.busy = false;
    this.pending = null; // {command, id}: pressed while another command was on its way
    this.booked = 0; // news of appointments so far
    this.sheet = ""; // the question that stands in the place of the lists, or ""
    this.did = { text: "", bad: false, undo: null };
    this.held = false;
    this.devices = new Watch(); // in trouble
    this.reasons = new Map(); // ticket id → why it was called, in all languages
    this.letters = localStorage.getItem(LETTER_KEYS) !== "off";
    this.onKey = (event) => this.key(event);
    new Ticker(this, 1000);
  }

  createRenderRoot() {
    return this;
  }

  connectedCallback() {
    super.connectedCallback();
    this.commands = new Commands(this.hall.id, this.at);
    this.follow();
    document.addEventListener("keydown", this.onKey);
  }

  /** Follow this window: what it sees depends on the lines that it serves. */
  follow() {
    this.live?.stop();
    this.live = new Live({
      hall: this.hall.id,
      topics: [`desk:${this.at}`, "printers"],
      clock: this.clock,
      onSnapshot: (frame) => this.take(() => this.floor.replace(frame.live)),
      onEvent: (event) => this.take(() => this.hear(event)),
      onStatus: (frame) => this.take(() => this.floor.note(frame)),
      onState: (state) => this.linked(state),
    }).start();
  }

  disconnectedCallback() {
    document.removeEventListener("keydown", this.onKey);
    this.live.stop();
    ring(false);
    super.disconnectedCallback();
  }

  // ── what comes from the hall ──

  take(change) {
    change();
    this.requestUpdate();
  }

  hear(event) {
    const { reason, ticket, appointment } = event;
    if (appointment) this.booked += 1;
    if (reason && event.window === this.at) this.reasons.set(ticket.id, reason.text);
    this.floor.apply(event);
    if (RELINED.has(event.type) && event.window === this.at) this.follow();
  }

  linked(state) {
    if (state === "lost" && this.clock.known) this.lostSince = wallTime(this.clock.iso());
    this.link = state;
    if (state === "lost") this.checkSession();
  }

  /** A log-in that has ended looks like a lost connection: tell the two apart. */
  async checkSession() {
    if (await isLoggedOut()) this.dispatchEvent(new CustomEvent("expired"));
  }

  /** What the clerk has to know of devices: no ticket comes out, no screen shows the calls. */
  get troubles() {
    const { printers, light } = this.floor;
    const keys = failing(printers).map(({ id }) => id);
    return light && !light.screens ? [...keys, "screens"] : keys;
  }

  get window() {
    return this.floor.windows.get(this.at);
  }

  get present() {
    return this.window?.ticket ?? null;
  }

  /** Whether anything can be booked in this hall. */
  get books() {
    return [...this.services.values()].some(({ appointments }) => appointments);
  }

  /** Tickets of one state that this window may serve. */
  listed(state) {
    return this.floor.in(state).filter((ticket) => standsAt(ticket, this.window));
  }

  /** Whether the present visitor stands where his payment notice is settled. */
  get paysHere() {
    const { notice, services } = this.present ?? {};
    const open = notice && !notice.paid_at;
    return Boolean(open && services.some(({ id, state }) => id === notice.service && state === "serving"));
  }

  /** The first window that asks its colleagues for help, its own too. */
  get calling() {
    return this.floor.allWindows.find(({ assistance }) => assistance) ?? null;
  }

  /** Whom the hall's rule would call now. */
  get upcoming() {
    const { next } = this.floor;
    return next ? this.floor.tickets.get(next.ticket) : undefined;
  }

  // ── what the person does ──

  key(event) {
    const act = actOf(event, { letters: this.letters });
    if (!act) return;
    event.preventDefault();
    this.do(act);
  }

  /** The acts of the keys and the buttons; those that don't fit the moment do nothing. */
  do(act) {
    const { present } = this;
    const state = present?.state;
    switch (act) {
      case "next":
        return this.next();
      case "back":
        return this.querySelector("desk-appointments")?.back() || this.closeSheet();
      case "find":
        return this.find();
      case "undo":
        return this.did.undo || this.busy ? this.run(() => this.undo(), ANYBODY) : null;
      case "pause":
        return this.window?.state === "paused" ? this.openWindow() : this.openSheet("pause");
      case "start":
      case "recall":
        return state === "called" ? this.run(() => this.commands[act](present)) : null;
      case "no_show":
        return state === "called" ? this.run(() => this.commands.noShow(present)) : null;
      case "finish":
        if (present && this.hall.outcomes.length) return this.openSheet("finish");
        return present ? this.run(() => this.commands.finish(present)) : null;
      case "requeue":
        return present ? this.run(() => this.commands.requeue(present)) : null;
      case "bill":
        if (present && this.paysHere) return this.run(() => this.commands.pay(present));
        return present ? this.openSheet("bill") : null;
      case "green":
      case "assist":
      case "reprint":
        return this.openSheet(act);
      case "appointments":
        return this.books ? this.openSheet(act) : null;
      case "lend":
        if (this.window?.lent?.length) return this.run(() => this.commands.giveBack(), ANYBODY);
        return this.openSheet(act);
      case "come":
        return this.calling ? this.run(() => this.commands.come(this.calling.id), ANYBODY) : null;
      default:
        return present ? this.openSheet(act) : null;
    }
  }

  next() {
    if (this.window?.state !== "open") return this.openWindow();
    if (this.held || this.busy) {
      if (this.present) this.say(t("window.next_hold", this.present));
      return null;
    }
    return this.run(() => this.commands.next(this.present));
  }

  openWindow() {
    return this.run(() => this.commands.open(this.session.account));
  }

  async undo() {
    return this.did.undo ? this.did.undo() : { said: this.did.text };
  }

  /**
   * One command at a time; what came of it stands in the line below, with its undo.
   * Pressed while another is on its way it comes next, if `id` is still at the window by then.
   */
  async run(command, id = this.present?.id) {
    if (this.busy) {
      this.pending = { command, id };
      return;
    }
    this.busy = true;
    const asked = this.sheet;
    try {
      const done = await command();
      if (done.ticket) {
        this.hold();
        this.reasons.set(done.ticket.id, done.reason);
      }
      if (this.sheet === asked && !done.stays) this.sheet = "";
      const undo = done.keeps ? this.did.undo : (done.undo ?? null);
      this.did = { text: done.said, bad: false, undo };
    } catch (error) {
      this.refused(error);
    } finally {
      this.busy = false;
      this.letGo();
      this.catchUp();
    }
  }

  hold() {
    this.held = true;
    setTimeout(() => (this.held = false), HOLD_MS);
  }

  refused(error) {
    if (!(error instanceof Problem)) throw error;
    if (error.status === 401 || error.status === 403) this.checkSession();
    const text = error.offline ? t("window.failed_network") : error.detail;
    this.did = { text, bad: true, undo: this.did.undo };
  }

  catchUp() {
    const { pending } = this;
    this.pending = null;
    if (pending && (pending.id === ANYBODY || pending.id === this.present?.id)) {
      this.run(pending.command, pending.id);
    }
  }

  /** Space means "next" again, unless a question is being answered. */
  letGo() {
    const { activeElement } = document;
    if (!this.sheet || activeElement?.matches("button")) activeElement?.blur();
  }

  say(text) {
    this.did = { ...this.did, text, bad: false };
  }

  openSheet(kind) {
    this.sheet = this.sheet === kind ? "" : kind;
  }

  closeSheet() {
    this.sheet = "";
    this.querySelector("desk-lists")?.clear();
    document.activeElement?.blur?.();
  }

  async find() {
    this.sheet = "";
    await this.updateComplete;
    this.querySelector("desk-lists").find();
  }

  toggleLetters() {
    this.letters = !this.letters;
    localStorage.setItem(LETTER_KEYS, this.letters ? "on" : "off");
    this.requestUpdate();
  }

  async leave() {
    await this.run(() => this.commands.close());
    if (!this.did.bad) this.dispatchEvent(new CustomEvent("move"));
  }

  // ── how it looks ──

  updated() {
    if (!this.floor.ready) return;
    ring(Boolean(this.calling));
    if (this.devices.look(this.troubles)) chime();
    const number = this.present?.number;
    const window = nameOf(this.window.name);
    const n = this.listed("waiting").length;
    document.title = number
      ? t("window.title_at", { window, number })
      : t("window.title_waiting", { window, n });
  }

  render() {
    if (!this.floor.ready) return html`<main class="middle" aria-busy="true"></main>`;
    return html`<div class="desk" data-link=${this.link} data-window=${this.window.state}>
      ${topLine(this)}
      <main>
        <section class="work">
          ${presentCard(this)} ${sideActions(this)} ${nextButton(this)} ${this.doneLine()}
        </section>
        <aside>${this.side()}</aside>
      </main>
    </div>`;
  }

  doneLine() {
    return html`<div class="done ${this.did.bad ? "bad" : ""}">
      <p role="status">${this.did.text}</p>
      <button class="button" ?disabled=${!this.did.undo} @click=${() => this.do("undo")}>
        ${t("window.undo")} <kbd>U</kbd>
      </button>
    </div>`;
  }

  side() {
    if (this.sheet) {
      return html`<desk-sheet .kind=${this.sheet} .desk=${this} .ticket=${this.present}
        .booked=${this.booked}></desk-sheet>`;
    }
    return html`<desk-lists .desk=${this} .tick=${this.clock.now()}></desk-lists>`;
  }
}

customElements.define("window-desk", WindowDesk);
