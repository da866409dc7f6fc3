// Why windows pause and how services end, as the hall names it.

import { nameOf, t } from "../shared/i18n.js";

const PAUSES = ["break", "meal", "meeting", "papers", "device"];

/** The reasons to choose from: {id, name, work}. Those of the hall, or the usual ones. */
export function pauses(hall) {
  if (hall.pauses.length) {
    return hall.pauses.map(({ id, name, work }) => ({ id, name: nameOf(name), work }));
  }
  return PAUSES.map((id) => {
    const name = t(`window.pause_reason_${id}`);
    return { id: name, name, work: false };
  });
}

/** A reason as it stands in the log: an id of the hall's, or words. */
export function pauseName(hall, reason) {
  const known = hall.pauses.find(({ id }) => id === reason);
  return known ? nameOf(known.name) : reason;
}
