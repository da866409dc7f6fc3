// Tickets by what is written on them.

import { get, Problem } from "./api.js";
import { t } from "./i18n.js";

const ACTIVE = "waiting,called,serving,parked";

/** The ticket of a number that still counts. Throws a Problem when there is none. */
export async function ticketOf(hall, number) {
  const tickets = await get(`/halls/${hall}/tickets`, { state: ACTIVE });
  const found = tickets.findLast((ticket) => ticket.number === number);
  if (found) return found;
  throw new Problem({
    status: 404,
    code: "unknown_ticket",
    detail: t("common.number_unknown", { number }),
  });
}
