// Which of a ticket's services is meant, and which window it stands before. Pure.

/** The service at the window, or the one planned next, or the last when all are done. */
export function currentLeg({ services }) {
  return (
    services.find(({ state }) => state === "serving") ??
    services.find(({ state, ready }) => state !== "done" && ready) ??
    services.find(({ state }) => state !== "done") ??
    services.at(-1)
  );
}

/** The groups that a window serves now, those that it helps out with too. */
export function served({ groups, lent }) {
  return [...groups, ...(lent ?? [])];
}

/** Whether a window may call a ticket that waits, or has it on its lists. */
export function standsAt(ticket, window) {
  const groups = served(window);
  const mine = ({ bound, group }) => (bound ? bound === window.id : groups.includes(group));
  const ready = ticket.services.filter((leg) => leg.ready);
  return ready.length ? ready.some(mine) : mine(ticket);
}
