// What a visitor wants of this visit, before there is a ticket: pure values that travel with the
// routes, so that "back" forgets the last step and nothing else, and "start again" forgets all.

/** Services that one ticket may hold. */
export const MOST = 5;

/**
 * @typedef {object} Wish
 * @property {{id: string, quantity: number, answers: Record<string, boolean>}[]} services
 * @property {string | null} priority
 */

/** @returns {Wish} */
export const nothing = () => ({ services: [], priority: null });

/** With one more service, once. */
export function withService(wish, id, quantity = 1) {
  if (wish.services.some((service) => service.id === id)) return change(wish, id, { quantity });
  return { ...wish, services: [...wish.services, { id, quantity, answers: {} }] };
}

/** With several services at once: those of a package. */
export function withServices(wish, ids) {
  return ids.reduce((so, id) => withService(so, id), wish);
}

export function without(wish, id) {
  return { ...wish, services: wish.services.filter((service) => service.id !== id) };
}

/** With other values of one of its services. */
export function change(wish, id, values) {
  return {
    ...wish,
    services: wish.services.map((service) => (service.id === id ? { ...service, ...values } : service)),
  };
}

/** With the answer to a service's question. */
export function answered(wish, id, question, answer) {
  const { answers } = wish.services.find((service) => service.id === id);
  return change(wish, id, { answers: { ...answers, [question]: answer } });
}

/**
 * The first question that has no answer yet, with its service; null when all are answered.
 * @param {Wish} wish
 * @param {(id: string) => {questions: {id: string}[]}} serviceOf
 */
export function openQuestion(wish, serviceOf) {
  for (const { id, answers } of wish.services) {
    const service = serviceOf(id);
    const question = service.questions.find((each) => !(each.id in answers));
    if (question) return { service, question };
  }
  return null;
}

/** How many questions there are, and how many have an answer. */
export function progress(wish, serviceOf) {
  const counts = wish.services.map(({ id, answers }) => [
    serviceOf(id).questions.length,
    Object.keys(answers).length,
  ]);
  return {
    total: counts.reduce((n, [all]) => n + all, 0),
    done: counts.reduce((n, [, some]) => n + some, 0),
  };
}

/** What to bring for a service, after the answers that were given. */
export function materialsOf(service, answers = {}) {
  const found = [...service.materials];
  for (const { id, yes, no } of service.questions) {
    if (answers[id] === true) found.push(...yes);
    if (answers[id] === false) found.push(...no);
  }
  return [...new Set(found)];
}

/**
 * What to bring for the whole visit: each paper once. `promise`: it may be handed in later,
 * because every service that needs it allows that.
 */
export function materials(wish, serviceOf) {
  const found = new Map();
  for (const { id, answers } of wish.services) {
    const service = serviceOf(id);
    for (const name of materialsOf(service, answers)) {
      found.set(name, (found.get(name) ?? true) && service.promise);
    }
  }
  return [...found].map(([name, promise]) => ({ name, promise }));
}

/** Whether the papers are gone through before the queue: where answers decide what is needed. */
export function isChecked(wish, serviceOf) {
  return wish.services.some(({ id }) => serviceOf(id).questions.length > 0);
}

/** The members of a request for a ticket. */
export function asRequest(wish) {
  const ids = wish.services.map(({ id }) => id);
  const many = wish.services.filter(({ quantity }) => quantity > 1);
  const body = ids.length === 1 ? { service: ids[0] } : { services: ids };
  if (many.length) body.quantities = Object.fromEntries(many.map(({ id, quantity }) => [id, quantity]));
  if (wish.priority) body.priority = wish.priority;
  return body;
}
