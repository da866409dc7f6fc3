// From a wish to its ticket: each step only where the services need it.

import { isChecked, openQuestion } from "./wish.js";

/**
 * The next step before a ticket: a question, the list of papers, the identity number, or none.
 * @param {import("./hall-state.js").HallState} state
 * @param {import("./wish.js").Wish} wish
 * @param {{sure?: boolean}} [passed] sure: the papers were gone through
 * @returns {{view: string} | null} null: the ticket can be taken
 */
export function nextStep(state, wish, { sure = false } = {}) {
  const serviceOf = (id) => state.service(id);
  if (!sure && openQuestion(wish, serviceOf)) return { view: "check", wish };
  if (!sure && isChecked(wish, serviceOf)) return { view: "papers", wish };
  if (wish.services.some(({ id }) => serviceOf(id).real_name)) return { view: "identity", wish };
  return null;
}

/** Go on to the next step, or take the ticket. `more`: what else is said with it. */
export function goOn(view, taking, wish, { sure = false, ...more } = {}) {
  const step = nextStep(view.state, wish, { sure });
  if (step) view.go({ ...step, ...more });
  else taking.take(wish, more);
}
