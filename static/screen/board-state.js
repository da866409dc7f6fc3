// What a screen knows: the board by push, the calls that it shows, and whether it is live.

import { get } from "../shared/api.js";
import { readCard } from "../shared/calibration.js";
import { HallClock } from "../shared/clock.js";
import { Live } from "../shared/live.js";
import { Calls } from "./calls.js";

const TICK_MS = 250;
const CARD_MS = 3_600_000;
const VERSION = new URL(import.meta.url).pathname.split("/")[2]; // /static/HASH/screen/…

export class BoardState extends EventTarget {
  #mediaRead = 0;

  constructor(hall, settings, setup) {
    super();
    this.id = hall;
    this.settings = settings;
    this.clock = new HallClock();
    this.link = "connecting";
    this.board = null;
    this.groups = new Map();
    this.windows = new Map();
    this.calls = new Calls();
    this.media = { logo: null, slides: [] };
    this.card = null;
    this.live = new Live({
      hall,
      topics: [...topicsOf(settings), "estimates", ...speakersOf(settings)],
      clock: this.clock,
      about: { layout: settings.layout ?? "main", version: VERSION, ...(setup && { setup }) },
      onConnect: () => this.#readMedia(),
      onSnapshot: ({ board }) => this.#replace(board),
      onEvent: (event) => this.#apply(event),
      onStatus: (frame) => this.#note(frame),
      onState: (link) => {
        if (link === "lost") this.calls.hide();
        this.#change({ link });
        if (link === "lost") this.dispatchEvent(new Event("lost"));
      },
    });
  }

  start() {
    this.live.start();
    if (this.settings.layout === "entrance") {
      this.#readCard();
      setInterval(() => this.#readCard(), CARD_MS);
    }
    setInterval(() => {
      if (this.board) this.calls.tick(this.#time());
      this.#change({});
    }, TICK_MS);
  }

  /** The calls to show now, newest first. */
  get shown() {
    return this.calls.list(performance.now());
  }

  /** The names of this screen's zones; none for a screen of the whole hall. */
  get zoneNames() {
    return this.board.zones.filter(({ id }) => this.#zones.includes(id)).map(({ name }) => name);
  }

  get groupList() {
    return [...this.groups.values()].filter(({ zone }) => this.#covers(zone));
  }

  get #zones() {
    return this.settings.zones ?? [];
  }

  #covers(zone) {
    return this.#zones.length === 0 || this.#zones.includes(zone);
  }

  /** Logo, pictures and videos of the hall; without them a screen shows its calls all the same. */
  async #readMedia() {
    const reading = ++this.#mediaRead;
    const media = await get(`/halls/${this.id}/media`).catch(() => null);
    // Of two readings at once the one that was asked last is right, in whatever order they come.
    if (media && reading === this.#mediaRead) this.#change({ media });
  }

  /** How good the estimates were; of a card that can't be read now the last one stays. */
  async #readCard() {
    const card = await readCard(this.id);
    if (card) this.#change({ card });
  }

  #time() {
    return { hallMs: this.clock.now(), localMs: performance.now(), rate: this.clock.rate };
  }

  #replace(board) {
    this.groups = byId(board.groups);
    this.windows = byId(board.windows);
    this.board = board;
    this.calls.replace(board.calls.filter((call) => this.#mine(call)), this.#time());
    this.#change({});
  }

  #apply(event) {
    for (const group of event.groups ?? []) this.groups.set(group.id, group);
    for (const window of event.windows ?? []) this.windows.set(window.id, window);
    if (event.number && this.#mine(event)) {
      this.calls.apply(event, this.windows.get(event.window)?.name, this.#time());
    }
    this.#change({});
  }

  #note(frame) {
    if (frame.type === "say") this.dispatchEvent(new CustomEvent("say", { detail: frame }));
    if (frame.type === "media") this.#readMedia();
    if (frame.type === "device") location.reload(); // other settings, or removed
    for (const [id, news] of Object.entries(frame.groups ?? {})) {
      const group = this.groups.get(id);
      if (group) this.groups.set(id, { ...group, ...news });
    }
    this.#change({});
  }

  /** Whether a call is for this screen's zones or window. */
  #mine({ zone, window }) {
    const { settings } = this;
    if (settings.layout === "window") return window === settings.window;
    return this.#covers(zone);
  }

  #change(fields) {
    Object.assign(this, fields);
    this.dispatchEvent(new Event("change"));
  }
}

function topicsOf({ layout, window, zones }) {
  if (layout === "window") return [`window:${window}`];
  return zones?.length ? zones.map((zone) => `zone:${zone}`) : ["board"];
}

/** The loudspeakers that this screen may hold: its zones', or those of every zone. */
function speakersOf({ sound, zones }) {
  if (!sound) return [];
  return zones?.length ? zones.map((zone) => `speaker:${zone}`) : ["speaker"];
}

function byId(list) {
  return new Map(list.map((item) => [item.id, item]));
}
