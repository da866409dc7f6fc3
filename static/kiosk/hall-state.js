// What the kiosk knows of its hall: the catalogue once, waits and openings live.

import { get } from "../shared/api.js";
import { HallClock, instant } from "../shared/clock.js";
import { startAgainIfRemoved } from "../shared/device.js";
import { Live } from "../shared/live.js";
import { knowMaterials } from "../shared/materials.js";

const LOOK_AGAIN_MS = 20_000;

export class HallState extends EventTarget {
  #live;

  constructor(hall, settings) {
    super();
    this.id = hall;
    this.settings = settings;
    this.clock = new HallClock();
    this.link = "connecting";
    this.hall = null;
    this.services = [];
    this.groups = new Map();
    this.printers = [];
    this.door = null; // the token that the present visitor took at the door
    this.#live = new Live({
      hall,
      topics: ["board", "printers", "estimates"],
      clock: this.clock,
      onSnapshot: ({ board }) => this.#replace(board),
      onEvent: (event) => this.#apply(event),
      onStatus: (frame) => this.#note(frame),
      onState: (link) => {
        this.#change({ link });
        if (link === "lost") startAgainIfRemoved();
      },
    });
  }

  /** Read the hall and its catalogue, then stay connected. */
  async load() {
    await this.#read();
    this.#live.start();
    setInterval(() => this.#openingPassed() && this.#read(), LOOK_AGAIN_MS);
  }

  /** The printer beside this kiosk, if it has one. */
  get printer() {
    const wanted = this.settings.printer;
    if (wanted) return this.printers.find((printer) => printer.id === wanted) ?? null;
    return this.printers[0] ?? null;
  }

  /** Keep the token that a visitor took at the door until there is a ticket. */
  atDoor(door) {
    this.#change({ door });
  }

  get canPrint() {
    return this.printer?.prints ?? false;
  }

  get offline() {
    return this.link === "lost";
  }

  group(id) {
    return this.groups.get(id);
  }

  service(id) {
    return this.services.find((service) => service.id === id);
  }

  get packages() {
    return this.hall.packages;
  }

  /** Classes that a visitor may choose; the others are given by staff. */
  get priorities() {
    return this.hall.priorities.filter(({ approval }) => !approval);
  }

  zoneName(id) {
    return this.hall.zones.find((zone) => zone.id === id)?.name;
  }

  departmentName(id) {
    return this.hall.departments.find((department) => department.id === id)?.name;
  }

  /** Groups and departments that have services, with how many. */
  get usedGroups() {
    const used = new Set(this.services.map((service) => service.group));
    return [...this.groups.values()].filter((group) => used.has(group.id));
  }

  get usedDepartments() {
    const used = new Set(this.services.map((service) => service.department));
    return this.hall.departments.filter((department) => used.has(department.id));
  }

  async #read() {
    const [hall, services] = await Promise.all([
      get(`/halls/${this.id}`),
      get(`/halls/${this.id}/services`),
    ]);
    this.clock.reset(hall.now, hall.clock_rate);
    this.groups = byId(hall.groups);
    this.printers = hall.printers;
    knowMaterials(hall);
    this.#change({ hall, services });
  }

  #replace(board) {
    const known = this.groups;
    this.groups = byId(board.groups.map((group) => ({ behind: known.get(group.id)?.behind, ...group })));
    const { open, opens_at, closes_at } = board;
    this.#change({ hall: { ...this.hall, open, opens_at, closes_at } });
  }

  #apply(event) {
    for (const group of event.groups ?? []) {
      // What a wait is made of comes with the refreshed estimates alone.
      this.groups.set(group.id, { behind: this.groups.get(group.id)?.behind, ...group });
    }
    if (event.type === "hall_configured") this.#read();
    this.#change({});
  }

  #note(frame) {
    for (const [id, news] of Object.entries(frame.groups ?? {})) {
      const group = this.groups.get(id);
      if (group) this.groups.set(id, { ...group, ...news });
    }
    this.#change(frame.printers ? { printers: frame.printers } : {});
  }

  /** Whether the hall opened or closed by its hours since it was read. */
  #openingPassed() {
    const due = this.hall.open ? this.hall.closes_at : this.hall.opens_at;
    return !this.offline && due && this.clock.now() >= instant(due);
  }

  #change(fields) {
    Object.assign(this, fields);
    this.dispatchEvent(new Event("change"));
  }
}

function byId(list) {
  return new Map(list.map((item) => [item.id, item]));
}
