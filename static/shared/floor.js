// The hall as staff see it: kept from the frames of the topics `desk:ID` and `manager`.
// Maps by id; what a frame brings replaces what was there.

const LISTED = new Set(["waiting", "parked", "no_show"]);

export class Floor {
  constructor() {
    this.ready = false;
    this.tickets = new Map(); // those that wait, are parked or were missed
    this.windows = new Map();
    this.groups = new Map();
    this.printers = [];
    this.zones = [];
    this.groupNames = {};
    this.name = {};
    this.open = false;
    this.help = null; // {at, place}: a visitor at a kiosk asked for a person
    this.call = null; // {ticket, number, shown_at, spoken_at}: what became of a desk's present call
    this.light = null; // {screens, speaker}: whether calls to a desk's zone are noticed
    this.screens = []; // those that are connected, for managers
    this.next = null; // {ticket, reason}: whom a desk's window would call now
    this.why = null; // the same of whom it has called
    this.idleSince = new Map(); // window → since when it has certainly had nobody
  }

  /** Start again from a snapshot's `live`. */
  replace(live) {
    this.ready = true;
    this.name = live.name;
    this.open = live.open;
    this.day = live.day;
    this.zones = live.zones;
    this.groupNames = live.group_names;
    this.printers = live.printers;
    this.groups = byId(live.groups);
    this.windows = byId(live.windows);
    this.tickets = byId([...live.waiting, ...live.parked, ...live.missed]);
    this.next = live.next ?? null;
    this.why = live.why ?? null;
    this.call = live.call ?? null;
    this.light = live.light ?? null;
    this.screens = live.screens;
    this.#watchIdle(live.windows, live.now);
  }

  /** Take an event's changes. */
  apply(event) {
    for (const group of event.groups ?? []) this.groups.set(group.id, group);
    for (const window of event.windows ?? []) this.windows.set(window.id, window);
    this.#watchIdle(event.windows ?? [], event.at);
    if (event.next !== undefined) this.next = event.next;
    const { ticket } = event;
    if (!ticket) return;
    if (event.type === "ticket_recalled" && ticket.id === this.call?.ticket) this.call = null;
    if (LISTED.has(ticket.state)) this.tickets.set(ticket.id, ticket);
    else this.tickets.delete(ticket.id);
  }

  /** Take a frame without a number: estimates, the state of printers and screens. */
  note(frame) {
    if (frame.printers) this.printers = frame.printers;
    if (frame.next !== undefined) this.next = frame.next;
    if (frame.help) this.help = frame.help;
    if (frame.call) this.call = frame.call;
    if (frame.light) this.light = frame.light;
    if (frame.screens) this.screens = frame.screens;
    for (const [id, news] of Object.entries(frame.groups ?? {})) merge(this.groups, id, news);
    for (const [id, news] of Object.entries(frame.tickets ?? {})) merge(this.tickets, id, news);
  }

  /** Tickets of one state: those who wait in order of arrival, the others latest first. */
  in(state) {
    const list = [...this.tickets.values()].filter((ticket) => ticket.state === state);
    if (state === "waiting") return list.sort(byArrival);
    return list.sort((a, b) => compare(b.called_at ?? "", a.called_at ?? ""));
  }

  #watchIdle(windows, at) {
    for (const { id, state, ticket } of windows) {
      if (state !== "open" || ticket) this.idleSince.delete(id);
      else if (!this.idleSince.has(id)) this.idleSince.set(id, at);
    }
  }

  get allWindows() {
    return [...this.windows.values()];
  }
}

function byId(list) {
  return new Map(list.map((item) => [item.id, item]));
}

function merge(map, id, news) {
  const known = map.get(id);
  if (known) map.set(id, { ...known, ...news });
}

function byArrival(a, b) {
  return compare(a.issued_at, b.issued_at) || compare(a.number, b.number);
}

function compare(a, b) {
  return a < b ? -1 : a > b ? 1 : 0;
}
