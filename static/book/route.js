// Where a booking stands, kept in the page's address: back, forward and a reload lose nothing.

/** @returns {{hall: string, services: string[], step: string, day: string, start: string, change: string, lang: string}} */
export function readRoute(search = location.search) {
  const query = new URLSearchParams(search);
  const said = (name) => query.get(name) ?? "";
  return {
    hall: said("hall"),
    services: said("services").split(",").filter(Boolean),
    step: said("step") || (said("change") ? "time" : "service"),
    day: said("day"),
    start: said("start"),
    change: said("change"), // the token of the appointment that gets another time
    lang: said("lang"), // as chosen; empty while it is the browser's own
  };
}

/** The address of a route; what is empty is left out. */
export function addressOf(route) {
  const query = new URLSearchParams();
  for (const [name, value] of Object.entries(route)) {
    if (value.length) query.set(name, Array.isArray(value) ? value.join(",") : value);
  }
  return `/book?${query}`;
}
