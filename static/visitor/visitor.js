// The visitor's phone page. The server has rendered it whole; this keeps it true while it is open:
// shows the section of the present state and fills its slots from the ticket's live topic.

import { behindWords } from "../shared/behind.js";
import { HallClock, wallTime } from "../shared/clock.js";
import { range } from "../shared/format.js";
import { loadTexts, nameOf, setLanguage, t } from "../shared/i18n.js";
import { Live } from "../shared/live.js";
import { payWords, planWords, stopWords } from "./visit.js";

/** Come back when 1 in 20 would be called within this time, or one person is left ahead. */
const SOON_S = 300;
const SOON_AHEAD = 1;
const AT_STAKE = new Set(["waiting", "called", "parked"]);

const main = document.querySelector("main");
const part = (name) => main.querySelector(`[data-part="${name}"]`);
const clock = new HallClock();

function say(name, text) {
  const place = part(name);
  if (place && place.textContent !== text) place.textContent = text;
}

function reveal(element, visible) {
  if (element) element.hidden = !visible;
}

function show(visitor) {
  if (!visitor) return; // of another day by now: what stands here was the last word
  const { ticket } = visitor;
  const before = main.dataset.state;
  main.dataset.state = ticket.state;
  for (const section of main.querySelectorAll("[data-for]")) {
    reveal(section, section.dataset.for === ticket.state);
  }
  const where = { zone: nameOf(visitor.zone_name), window: nameOf(visitor.window_name) };
  SECTIONS[ticket.state]?.(ticket, where);
  say("behind", visitor.behind ? behindWords(visitor.behind) : "");
  reveal(part("behind"), Boolean(visitor.behind));
  services(ticket, visitor.now);
  visit(ticket);
  say("zone", where.zone);
  reveal(part("where"), ticket.state === "waiting" || ticket.state === "parked");
  say("note", ticket.note ? t("visitor.note", { note: ticket.note }) : "");
  reveal(part("note"), Boolean(ticket.note));
  reveal(part("bring"), ticket.state !== "done" && ticket.state !== "cancelled");
  reveal(part("acts"), AT_STAKE.has(ticket.state));
  reveal(main.querySelector("[data-act=back]"), ticket.state === "parked");
  reveal(main.querySelector("[data-act=more_time]"), ticket.state === "waiting" && !visitor.postponed);
  reveal(part("rated"), Boolean(ticket.rating));
  reveal(main.querySelector("[data-form=rating]"), ticket.state === "done" && !ticket.rating);
  title(visitor, where);
  if (ticket.state === "called" && before !== "called") alarm();
}

/** Only after a touch: before, browsers don't let a page shake the phone. */
function alarm() {
  if (navigator.userActivation?.hasBeenActive) navigator.vibrate?.([400, 200, 400]);
}

const SECTIONS = {
  waiting(ticket, { zone }) {
    const status = ticket.estimate_status;
    const soon = ticket.ahead <= SOON_AHEAD || (ticket.estimate?.low_s ?? Infinity) <= SOON_S;
    say("soon", t("visitor.come_back_now", { zone }));
    reveal(part("soon"), soon);
    say("ahead", aheadWords(ticket.ahead));
    say("wait", waitWords(ticket));
    say("waiting_hint", hintWords(ticket, status, soon));
  },
  called(ticket, { window }) {
    const key = ticket.calls > 1 ? "visitor.called_again" : "visitor.called_at";
    say("called", t("visitor.called", { window }));
    say("called_at", t(key, { at: wallTime(ticket.called_at), n: ticket.calls }));
  },
  serving(_ticket, { window }) {
    say("serving", t("visitor.serving", { window }));
  },
  parked(ticket, where) {
    const until = ticket.parked_until && wallTime(ticket.parked_until);
    say("parked", until ? t("visitor.parked", { until }) : t("visitor.parked_open"));
    say("errand", ticket.errand ? t(`visitor.errand_${ticket.errand}`) : "");
    reveal(part("errand"), Boolean(ticket.errand));
    say("parked_hint", t(`visitor.parked_hint${where.window ? "" : "_zone"}`, where));
  },
  no_show(ticket, { zone }) {
    const at = ticket.called_at && wallTime(ticket.called_at);
    say("no_show_hint", t(`visitor.no_show_${at ? "" : "parked_"}hint`, { at, zone }));
  },
  cancelled({ reason }) {
    const known = reason === "left" || reason === "day_closed";
    say("cancelled_hint", t(`visitor.cancelled_${known ? reason : "staff"}`));
  },
};

function aheadWords(n) {
  if (!n) return t("visitor.ahead_none");
  return n === 1 ? t("visitor.ahead_one") : t("visitor.ahead_many", { n });
}

function waitWords({ estimate, estimate_status: status }) {
  if (status === "now") return t("visitor.wait_now");
  return estimate ? range(estimate.low_s, estimate.high_s) : t("visitor.wait_unknown");
}

function hintWords({ estimate }, status, soon) {
  if (status === "no_window" || status === "closed") return t(`visitor.wait_${status}`);
  if (soon) return t("visitor.come_back_why");
  if (!estimate) return "";
  return t("visitor.wait_odds") + t("common.stop") + t("visitor.stay_near");
}

/** The plan and what is to be paid. What is handed in later never changes. */
function visit(ticket) {
  const planned = planWords(ticket);
  say("plan", planned);
  reveal(part("plan"), planned !== "");
  const pay = payWords(ticket);
  reveal(part("pay"), pay !== null);
  say("pay_number", pay?.number ?? "");
  say("pay_what", pay?.what ?? "");
  say("pay_state", pay?.state ?? "");
  reveal(part("pay_qr"), pay?.open ?? false);
  if (pay?.open) part("pay_qr").src = `/t/${main.dataset.token}/notice.svg?of=${pay.number}`;
}

function services(ticket, now) {
  const legs = ticket.services;
  const items = legs.map((leg) => {
    const item = document.createElement("li");
    const name = document.createElement("span");
    name.textContent = nameOf(leg.name) + (leg.quantity > 1 ? ` × ${leg.quantity}` : "");
    item.append(name);
    if (legs.length > 1) {
      const state = document.createElement("em");
      state.textContent = stopWords(ticket, leg, now);
      item.append(" ", state);
    }
    return item;
  });
  part("services").replaceChildren(...items);
}

function title(visitor, { window }) {
  const { number, state } = visitor.ticket;
  document.title =
    state === "called"
      ? t("visitor.called_title", { window, number })
      : t("visitor.title", { number, hall: nameOf(visitor.hall_name) });
}

function fresh() {
  reveal(part("lost"), false);
  reveal(part("reload"), false);
  say("updated", t("visitor.live", { at: wallTime(clock.iso()) }));
}

function linked(state) {
  if (state !== "lost" || !clock.known) return;
  say("lost", t("visitor.lost", { at: wallTime(clock.iso()) }));
  reveal(part("lost"), true);
  reveal(part("reload"), true);
}

async function follow() {
  await loadTexts(["common", "visitor"], [main.dataset.lang]);
  setLanguage(main.dataset.lang);
  const take = (frame) => {
    show(frame.visitor);
    fresh();
  };
  new Live({
    hall: main.dataset.hall,
    topics: [`ticket:${main.dataset.token}`],
    clock,
    onSnapshot: take,
    onEvent: take,
    onStatus: take,
    onState: linked,
  }).start();
}

follow();
