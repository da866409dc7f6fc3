// What a window asks the server to do, and how each of it is undone.
// A command answers {said, undo?, keeps?}: the sentence about it and the command that takes it back;
// with `keeps` what was done before can still be taken back.

import { post } from "../shared/api.js";
import { wallTime } from "../shared/clock.js";
import { t } from "../shared/i18n.js";
import { ticketOf } from "../shared/tickets.js";

export class Commands {
  /** @param {string} hall @param {string} window ids */
  constructor(hall, window) {
    this.hall = hall;
    this.window = window;
  }

  /** Finish `present` (or null) and call the next one. */
  async next(present) {
    return this.#called(present, await post(this.#at("call-next")));
  }

  /** Finish `present` (or null) and call a given ticket. */
  async call(ticket, present) {
    return this.#called(present, await post(this.#at("call"), { ticket: ticket.id }));
  }

  async start(ticket) {
    await this.#act(ticket, "start");
    return { said: t("window.did_started", ticket), keeps: true };
  }

  async recall(ticket) {
    await this.#act(ticket, "recall");
    return { said: t("window.did_recalled", ticket), keeps: true };
  }

  /** outcome: one of the hall's, or none. */
  async finish(ticket, outcome) {
    await this.#act(ticket, "finish", outcome ? { outcome } : {});
    const undo = goesOn(ticket) ? undefined : () => this.#back(ticket);
    return { said: t("window.did_finished", ticket), undo };
  }

  async noShow(ticket) {
    await this.#act(ticket, "no-show");
    return { said: t("window.did_missed", ticket), undo: () => this.#back(ticket) };
  }

  async requeue(ticket) {
    await this.#act(ticket, "requeue");
    return { said: t("window.did_requeued", ticket), undo: () => this.#callBack(ticket) };
  }

  async park(ticket, { errand, note, minutes }) {
    const parked = await this.#act(ticket, "park", { errand, note: note || undefined, minutes });
    const until = wallTime(parked.parked_until);
    return {
      said: t("window.did_parked", { number: ticket.number, until }),
      undo: () => this.#callBack(ticket),
    };
  }

  /** `to`: {service} or {window}; with come_back there is more than one step to take back. */
  async transfer(ticket, to) {
    await post(this.#of(ticket, "transfer"), to);
    const said = t("window.did_transferred", ticket);
    if (to.come_back || to.service) return { said };
    return { said, undo: () => this.#callBack(ticket) };
  }

  async resume(ticket) {
    await this.#act(ticket, "resume");
    return { said: t("window.did_resumed", ticket) };
  }

  /** Back to its place in the queue; with a window it would come back to that. */
  async restore(ticket) {
    await post(this.#of(ticket, "restore"));
    return { said: t("window.did_restored", ticket) };
  }

  /** Of whoever holds the number: the visitor's own paper may be what is lost. */
  async reprint(number, printer) {
    const ticket = await ticketOf(this.hall, number);
    const { print } = await post(this.#of(ticket, "reprint"), { printer });
    const words = print.copy ? "window.did_reprinted" : "window.did_printed";
    return { said: t(words, { number, printer, n: print.copy }), keeps: true };
  }

  async pause(reason) {
    await post(this.#at("pause"), { reason });
    return { said: t("window.did_paused"), undo: () => this.open() };
  }

  async open(staff) {
    await post(this.#at("open"), { staff });
    return { said: t("window.did_opened") };
  }

  async close() {
    await post(this.#at("close"));
    return { said: t("window.did_closed") };
  }

  /** A payment notice; the visitor goes to the bank's window and comes back by itself. */
  async bill(ticket, { item, amountFen, printer }) {
    const body = { item, amount_fen: amountFen, printer };
    const { notice } = await this.#act(ticket, "bill", body);
    return { said: t("desk.did_billed", { number: ticket.number, notice: notice.number }) };
  }

  async pay(ticket) {
    await this.#act(ticket, "pay");
    return { said: t("desk.did_paid", ticket) };
  }

  /** A waiting visitor gets another class; the reason and who approved it are kept. */
  async prioritise(ticket, { priority, cause, approver }) {
    await post(this.#of(ticket, "prioritise"), { priority, cause, approver });
    return { said: t("desk.did_prioritised", ticket) };
  }

  /** Serve another line too for some minutes. */
  async lend(groups, minutes) {
    await post(this.#at("lend"), { groups, minutes });
    return { said: t("desk.did_lent", { minutes }), undo: () => this.giveBack() };
  }

  async giveBack() {
    await post(this.#at("return"));
    return { said: t("desk.did_returned") };
  }

  /** Call the colleagues; taken back it stops on every console. */
  async assist(note) {
    await post(this.#at("assistance"), { note });
    return { said: t("desk.did_assist"), undo: () => this.come(this.window) };
  }

  /** Somebody goes to a window that asked for help. */
  async come(window) {
    await post(`/halls/${this.hall}/windows/${window}/assistance-given`);
    return { said: t("desk.did_come", { window }), keeps: true };
  }

  #at(verb) {
    return `/halls/${this.hall}/windows/${this.window}/${verb}`;
  }

  #of(ticket, verb) {
    return `/halls/${this.hall}/tickets/${ticket.id}/${verb}`;
  }

  #act(ticket, verb, body = {}) {
    return post(this.#of(ticket, verb), { window: this.window, ...body });
  }

  #called(present, answer) {
    if (!answer) return this.#nobody(present);
    const { ticket, reason } = answer;
    return {
      said: present
        ? t("window.did_next", { before: present.number, number: ticket.number })
        : t("window.did_called", ticket),
      ticket,
      reason: reason.text,
      undo: () => this.#uncall(ticket, present),
    };
  }

  #nobody(present) {
    if (!present) return { said: t("window.did_nobody") };
    const undo = goesOn(present) ? undefined : () => this.#back(present);
    return { said: t("window.did_finished", present), undo };
  }

  /** The wrongly called one keeps its place; whoever was here before is here again. */
  async #uncall(ticket, before) {
    if (before && !goesOn(before)) return this.#back(before);
    await this.#act(ticket, "requeue");
    return { said: t("window.did_requeued", ticket) };
  }

  /** A ticket that has ended comes back to this window; whoever was called since waits again. */
  async #back(ticket) {
    await this.#act(ticket, "restore");
    return { said: t("window.did_undone", ticket) };
  }

  /** A ticket that waits or is parked comes back to this window. */
  async #callBack(ticket) {
    await post(this.#at("call"), { ticket: ticket.id, note: "undo" });
    if (ticket.state === "serving") await this.#act(ticket, "start");
    return { said: t("window.did_undone", ticket) };
  }
}

/** Whether a finished service leaves the ticket waiting for its next one. */
function goesOn(ticket) {
  return ticket.services.filter(({ state }) => state !== "done").length > 1;
}
