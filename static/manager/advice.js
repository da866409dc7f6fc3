// What is wrong in the hall and what to do about it: a pure reading of the live figures.
// Thresholds: halls open emergency windows when more than 20 wait or waits pass 30 minutes.

import { wallTime } from "../shared/clock.js";
import { inTrouble } from "../shared/printers.js";

export const MANY = 20;
const LONG_S = 30 * 60;
/** A window that is open and calls nobody this long, while people wait for it. */
const IDLE_S = 5 * 60;
/** A service that takes this many times the usual, and at least so long. */
const SLOW_TIMES = 2.5;
const SLOW_S = 20 * 60;

/** How long a call for help stands on the board. */
const HELP_S = 5 * 60;

const PRINTER_ACTS = {
  paper_out: "do_paper",
  near_end: "do_near_end",
  cover_open: "do_cover",
};

/**
 * @param {import("../shared/floor.js").Floor} floor
 * @param {Map<string, {minutes: number}>} services
 * @param {(iso: string) => number} since seconds of hall time since an instant
 * @param {number} conflicts appointments that can't be kept
 * @param {{id: string, name: string}[]} lost call screens that are gone
 * @returns {{weight: number, problem: string, act: string, group?: string, window?: string,
 *   values: object}[]} gravest first; `problem` and `act` are message keys
 */
export function advise(floor, services, since, conflicts = 0, lost = []) {
  const windows = floor.allWindows;
  const found = [
    ...[...floor.groups.values()].flatMap((group) => ofGroup(group, windows, since)),
    ...windows.flatMap((window) => ofWindow(window, floor, services, since)),
    ...inTrouble(floor.printers).map(ofPrinter),
    ...(floor.open ? lost.map(ofScreen) : []),
    ...ofHelp(floor, since),
    ...windows.flatMap(ofAssistance),
    ...ofConflicts(conflicts),
  ].sort((a, b) => b.weight - a.weight);
  const lent = new Set(); // a colleague can help one line at a time
  return found.map((each) => (each.act ? each : { ...each, ...moreHands(each, floor, since, lent) }));
}

/** The windows that may serve a group. */
export function able(group, windows) {
  return windows.filter(({ groups, lent }) => groups.includes(group) || lent?.includes(group));
}

function ofGroup(group, windows, since) {
  if (!group.waiting) return [];
  const longest = group.longest_since ? since(group.longest_since) : 0;
  const serving = able(group.id, windows);
  const open = serving.filter(({ state }) => state === "open").length;
  const problem = groupProblem(group, open, longest);
  if (!problem) return [];
  return [
    {
      weight: (open ? 0 : 3000) + longest / 60 + group.waiting,
      problem,
      group: group.id,
      values: { n: group.waiting, longest, target: group.target_s, open, total: serving.length },
    },
  ];
}

function groupProblem(group, open, longest) {
  if (!open) return "problem_no_window";
  if (longest > Math.max(group.target_s, LONG_S)) return "problem_long";
  if (group.waiting > MANY) return "problem_many";
  return longest > group.target_s ? "problem_long" : null;
}

/** Who could help: a paused window, a closed one, one whose other lines are empty. */
function moreHands({ group }, floor, since, lent) {
  const serving = able(group, floor.allWindows);
  const paused = serving.find(({ state }) => state === "paused");
  if (paused) {
    return { act: "do_resume", window: paused.id, pausedFor: paused.since ? since(paused.since) : 0 };
  }
  const closed = serving.find(({ state }) => state === "closed");
  if (closed) return { act: "do_open", window: closed.id };
  const spare = floor.allWindows.find(
    (window) =>
      window.state === "open" &&
      !window.ticket &&
      !able(group, [window]).length &&
      !lent.has(window.id) &&
      window.groups.every((id) => !floor.groups.get(id)?.waiting),
  );
  if (!spare) return { act: "do_all_open" };
  lent.add(spare.id);
  return { act: "do_share", window: spare.id, lend: { window: spare.id, group } };
}

function ofWindow(window, floor, services, since) {
  const { ticket } = window;
  if (ticket) {
    const spent = since(ticket.started_at ?? ticket.called_at);
    const leg = ticket.services.find(({ state }) => state !== "done");
    const usual = (services.get(leg?.id)?.minutes ?? Infinity) * 60;
    if (spent < Math.max(SLOW_S, usual * SLOW_TIMES)) return [];
    return [
      {
        weight: spent / 60 / 10,
        problem: "problem_slow",
        act: "do_look",
        window: window.id,
        values: { number: ticket.number, minutes: spent, usual },
      },
    ];
  }
  const waiting = window.groups.reduce((n, id) => n + (floor.groups.get(id)?.waiting ?? 0), 0);
  const from = floor.idleSince.get(window.id);
  const idle = waiting && from ? since(from) : 0;
  if (idle < IDLE_S) return [];
  return [
    {
      weight: idle / 60 + waiting,
      problem: "problem_idle",
      act: "do_ask_window",
      window: window.id,
      values: { minutes: idle, n: waiting },
    },
  ];
}

/** A window whose colleagues have to come at once: before anything else. */
function ofAssistance({ id, assistance }) {
  if (!assistance) return [];
  const values = { at: wallTime(assistance.at), note: assistance.note ?? "" };
  return [
    { weight: 100_000, problem: "problem_assistance", act: "do_assistance", window: id, come: id, values },
  ];
}

/** A visitor at a kiosk who asked for a person a moment ago. */
function ofHelp({ help }, since) {
  if (!help || since(help.at) > HELP_S) return [];
  const values = { place: help.place || "–", at: wallTime(help.at) };
  return [{ weight: 10_000, problem: "problem_help", act: "do_help", values }];
}

/** Appointments that the hall can't keep as they stand. */
function ofConflicts(n) {
  return n ? [{ weight: 500, problem: "problem_conflicts", act: "do_conflicts", values: { n } }] : [];
}

/** A call screen that shows nothing while the hall is open. */
function ofScreen({ name }) {
  return { weight: 900, problem: "problem_screen", act: "do_check_screen", values: { screen: name } };
}

function ofPrinter({ id, state }) {
  const act = PRINTER_ACTS[state] ?? "do_check_printer";
  const weight = state === "near_end" ? 5 : 1000;
  return { weight, problem: "problem_printer", act, values: { printer: id, state } };
}
