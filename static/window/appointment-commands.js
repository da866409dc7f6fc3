// What staff do with appointments. A command answers {said, stays?}: the sentence about it, and whether
// the sheet stays open for what comes next.

import { instant, wallTime } from "../shared/clock.js";
import { post } from "../shared/api.js";
import { longDate } from "../shared/format.js";
import { nameOf, t } from "../shared/i18n.js";

export class AppointmentCommands {
  /** @param {string} hall its id */
  constructor(hall) {
    this.base = `/halls/${hall}/appointments`;
  }

  /** Give the ticket; without a printer it stands on the visitor's phone or is told. */
  async checkIn(appointment, printer) {
    const ticket = await this.#act(appointment, "check-in", { printer: printer || undefined });
    const { number } = ticket;
    const values = { number, at: wallTime(appointment.start) };
    return { said: t(`desk_bookings.did_${arrival(appointment, ticket)}`, values) };
  }

  async cancel(appointment) {
    const after = await this.#act(appointment, "cancel");
    return { said: t("desk_bookings.did_cancelled", who(after)), stays: true, after };
  }

  /** overbook: why it may lie in a slot that is full. */
  async move(appointment, start, overbook) {
    const body = { start, overbook: overbook || undefined };
    const after = await this.#act(appointment, "reschedule", body);
    return { said: t("desk_bookings.did_moved", who(after)), stays: true, after };
  }

  /** asked: as the body of the route, empty fields left out. key: of this wish, for repeats. */
  async book(asked, key) {
    const { name, phone } = asked;
    const after = { ...(await post(this.base, asked, { key })), name, phone };
    const values = { ...who(after), code: after.code };
    return { said: t("desk_bookings.did_booked", values), stays: true, after };
  }

  async print(appointment, printer) {
    await this.#act(appointment, "print", { printer });
    return { said: t("desk_bookings.did_printed", { printer }), stays: true };
  }

  #act({ id }, verb, body = {}) {
    return post(`${this.base}/${id}/${verb}`, body);
  }
}

/** How the rules of appointments count an arrival. */
function arrival(appointment, ticket) {
  const came = instant(ticket.issued_at);
  if (came <= instant(appointment.on_time_until)) return "on_time";
  return came <= instant(appointment.late_until) ? "late" : "very_late";
}

function who({ start, name, services }) {
  return {
    at: `${longDate(start)} ${wallTime(start)}`,
    who: name || nameOf(services[0]?.name),
  };
}
