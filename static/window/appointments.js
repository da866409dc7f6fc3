// <desk-appointments>: who has booked, on the sheet of the console: check in, book for somebody who
// stands or calls at the desk, move, cancel. A list, one of it, or a form; Esc goes a step back.

import { get, newKey } from "../shared/api.js";
import { wallDate } from "../shared/clock.js";
import { Localized, language, t } from "../shared/i18n.js";
import { LitElement, html } from "../vendor/lit.js";
import { AppointmentCommands } from "./appointment-commands.js";
import { bookStep, moveStep } from "./appointment-form.js";
import { listStep, oneStep } from "./appointment-list.js";

const PRINTER = "kiosk.deskPrinter"; // where this computer prints, or "" for nowhere
const TYPING_MS = 150;
const SAID = ["name", "phone", "email", "id_number", "language", "note", "overbook"]; // what the form's fields say
const STEPS = { list: listStep, one: oneStep, book: bookStep, move: moveStep };

class DeskAppointments extends Localized(LitElement) {
  static properties = {
    desk: { attribute: false },
    news: { attribute: false }, // grows when an appointment has changed anywhere
    step: { state: true },
    list: { state: true },
    found: { state: true },
    slots: { state: true },
    form: { state: true },
    sure: { state: true },
    printer: { state: true },
  };

  constructor() {
    super();
    this.step = "list";
    this.day = ""; // of the list
    this.days = [];
    this.list = null; // the day's appointments, null while they are asked for
    this.query = "";
    this.one = null; // the appointment that is looked at
    this.sure = false; // whether "cancel" was pressed once
    this.form = emptyForm();
    this.words = ""; // for which services are searched
    this.found = null; // services, null before the first answer
    this.slots = null; // of the form's services, null while they are unknown
    this.asked = 0; // which question for slots counts
    this.wish = { body: "", key: "" };
    this.printer = localStorage.getItem(PRINTER) ?? "";
  }

  createRenderRoot() {
    return this;
  }

  connectedCallback() {
    super.connectedCallback();
    this.commands = new AppointmentCommands(this.desk.hall.id);
    this.day = wallDate(this.desk.clock.iso());
    this.attempt(async () => (this.days = await get(`${this.path}/days`)));
  }

  disconnectedCallback() {
    clearTimeout(this.typing);
    super.disconnectedCallback();
  }

  updated(changed) {
    if (changed.has("news")) this.load();
    if (changed.has("step")) this.querySelector("[data-focus]")?.focus();
  }

  get path() {
    return `/halls/${this.desk.hall.id}`;
  }

  /** Today's or another day's; what is shown stays until the answer is here. */
  async load() {
    const { day } = this;
    await this.attempt(async () => {
      const list = await get(`${this.path}/appointments`, { day });
      if (day !== this.day) return;
      this.list = list;
      this.one = list.find(({ id }) => id === this.one?.id) ?? this.one;
    });
  }

  pickDay(day) {
    this.day = day;
    this.list = null;
    this.load();
  }

  pickPrinter(id) {
    this.printer = id;
    localStorage.setItem(PRINTER, id);
  }

  /** Appointments of the day that the words fit: name, code, end of the phone number. */
  matching() {
    const query = this.query.trim().toLowerCase();
    return (this.list ?? []).filter(({ name = "", phone = "", code }) =>
      [name, phone, code].some((text) => text.toLowerCase().includes(query)),
    );
  }

  // ── steps ──

  open(appointment) {
    this.one = appointment;
    this.sure = false;
    this.step = "one";
  }

  startBooking() {
    this.form = { ...emptyForm(), day: this.day };
    this.found = null;
    this.slots = null;
    this.step = "book";
  }

  startMove() {
    const { services, start } = this.one;
    this.form = { ...emptyForm(), services, day: wallDate(start) };
    this.step = "move";
    this.loadSlots();
  }

  /** One step back; false when there is none, so that the sheet closes. */
  back() {
    if (this.step === "list") return false;
    this.step = this.step === "move" ? "one" : "list";
    return true;
  }

  // ── the form ──

  change(fields) {
    this.form = { ...this.form, ...fields };
  }

  pickServices(services) {
    this.change({ services, start: "", adding: false });
    this.words = "";
    this.found = null;
    this.slots = null;
    if (services.length) this.loadSlots();
  }

  /** Ask for one service more; without any the question stands there anyway. */
  async addService() {
    this.change({ adding: true });
    await this.updateComplete;
    this.querySelector("input[name=service]").focus();
  }

  search(text) {
    this.words = text.trim();
    if (!this.words) this.found = null;
    clearTimeout(this.typing);
    this.typing = setTimeout(() => this.lookUp(this.words), TYPING_MS);
  }

  async lookUp(q) {
    await this.attempt(async () => {
      if (!q) return;
      const found = await get(`${this.path}/services`, { q });
      if (q === this.words) this.found = found.filter(({ appointments }) => appointments);
    });
  }

  /** The slots that staff may book: without lead time, full ones included. */
  async loadSlots() {
    const asked = (this.asked += 1);
    const service = this.form.services.map(({ id }) => id).join(",");
    await this.attempt(async () => {
      const slots = await get(`${this.path}/slots`, { service, by: "staff" });
      if (asked !== this.asked) return;
      this.slots = slots;
      const days = new Set(slots.map(({ start }) => wallDate(start)));
      if (!days.has(this.form.day)) this.change({ day: [...days][0] ?? "" });
    });
  }

  get full() {
    const slot = this.slots?.find(({ start }) => start === this.form.start);
    return slot ? slot.free <= 0 : false;
  }

  // ── what is done ──

  checkIn(appointment) {
    return this.desk.run(() => this.commands.checkIn(appointment, this.printer));
  }

  cancel() {
    return this.act(() => this.commands.cancel(this.one));
  }

  move() {
    return this.act(() => this.commands.move(this.one, this.form.start, this.form.overbook));
  }

  print(printer) {
    return this.desk.run(() => this.commands.print(this.one, printer));
  }

  book() {
    const { services, start, ...said } = this.form;
    const fields = SAID.map((key) => [key, said[key].trim()]);
    const given = Object.fromEntries(fields.filter(([, text]) => text));
    const asked = { services: services.map(({ id }) => id), start, ...given };
    const wish = JSON.stringify(asked);
    if (wish !== this.wish.body) this.wish = { body: wish, key: newKey() };
    return this.act(() => this.commands.book(asked, this.wish.key));
  }

  /** A command after which the appointment is shown as it is now; a refusal asks for slots anew. */
  act(command) {
    return this.desk.run(async () => {
      try {
        const done = await command();
        this.day = wallDate(done.after.start);
        this.open(done.after);
        this.load();
        return done;
      } catch (error) {
        if (this.form.services.length) this.loadSlots();
        throw error;
      }
    });
  }

  /** A question to the server; without an answer the desk says so. */
  async attempt(ask) {
    try {
      await ask();
      this.requestUpdate();
    } catch (error) {
      this.desk.refused(error);
    }
  }

  render() {
    return html`<div class="appointments step-${this.step}">${STEPS[this.step](this)}</div>`;
  }
}

function emptyForm() {
  const said = Object.fromEntries(SAID.map((key) => [key, ""]));
  return { services: [], adding: false, day: "", start: "", ...said, language: language() };
}

customElements.define("desk-appointments", DeskAppointments);
