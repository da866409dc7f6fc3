// <hall-now>: the hall at this moment, by push. Problems first, then figures, then who is where.

import { wallTime } from "../shared/clock.js";
import { brief, count, duration, longDate, percent, wait } from "../shared/format.js";
import { Localized, nameOf, t } from "../shared/i18n.js";
import { printerWords, WELL } from "../shared/printers.js";
import { Ticker } from "../shared/ticker.js";
import { LitElement, html, nothing, repeat } from "../vendor/lit.js";
import "../shared/group-mark.js";
import { able, advise, MANY } from "./advice.js";
import { Following } from "./follow.js";
import { actButton, lentList, visitsList } from "./helpers.js";
import { screensList } from "./screens.js";

const PROBLEMS_SHOWN = 4;
/** So many times over its target a group stands out as a whole. */
const GRAVE_TIMES = 2;

class HallNow extends Following(Localized(LitElement)) {
  static properties = {
    hall: { attribute: false },
    services: { attribute: false },
    conflicts: { attribute: false },
    lost: { attribute: false },
    zone: { state: true },
    all: { state: true },
  };

  constructor() {
    super();
    this.conflicts = 0;
    this.lost = []; // call screens that are gone
    this.zone = "";
    this.all = false;
    this.onPrint = () => (this.all = true); // paper has no button for the rest
    new Ticker(this, 1000);
  }

  createRenderRoot() {
    return this;
  }

  willUpdate(changed) {
    super.willUpdate(changed);
    if (changed.has("hall")) this.zone = "";
  }

  connectedCallback() {
    super.connectedCallback();
    addEventListener("beforeprint", this.onPrint);
  }

  disconnectedCallback() {
    removeEventListener("beforeprint", this.onPrint);
    super.disconnectedCallback();
  }

  get floor() {
    return this.follow.floor;
  }

  get clock() {
    return this.follow.clock;
  }

  since(iso) {
    return this.clock.since(iso);
  }

  get groups() {
    return [...this.floor.groups.values()].filter(({ zone }) => !this.zone || zone === this.zone);
  }

  get windows() {
    return this.floor.allWindows.filter(({ zone }) => !this.zone || zone === this.zone);
  }

  windowName(id) {
    return nameOf(this.floor.windows.get(id)?.name);
  }

  render() {
    if (!this.floor.ready) return html`<main class="middle" aria-busy="true"></main>`;
    return html`<main class="now">
      ${this.headline()} ${this.todo()} ${this.tiles()}
      <div class="tables">${this.groupTable()} ${this.windowTable()}</div>
      ${lentList(this.hall.id, this.floor)} ${visitsList(this.floor, this.clock)}
      ${this.printers()} ${screensList(this.floor, this.lost)}
    </main>`;
  }

  headline() {
    const at = wallTime(this.clock.iso());
    const lost = this.follow.link === "lost";
    return html`<div class="headline">
      <p class=${lost ? "lost" : "soft"} role=${lost ? "alert" : nothing}>
        ${lost ? t("manager.lost", { at }) : t("manager.asof", { day: longDate(this.floor.day), at })}
      </p>
      <label>
        <span class="visually-hidden">${t("manager.zone")}</span>
        <select class="field" @change=${(event) => (this.zone = event.target.value)}>
          <option value="">${t("manager.all_zones")}</option>
          ${this.floor.zones.map(
            ({ id, name }) => html`<option value=${id}>${nameOf(name)}</option>`,
          )}
        </select>
      </label>
    </div>`;
  }

  // ── what needs the manager ──

  todo() {
    const found = advise(this.floor, this.services, (iso) => this.since(iso), this.conflicts, this.lost);
    if (!found.length) {
      const key = this.floor.open ? "manager.todo_none" : "manager.todo_quiet";
      return html`<section class="todo good"><p>${t(key)}</p></section>`;
    }
    const shown = this.all ? found : found.slice(0, PROBLEMS_SHOWN);
    const more = found.length - shown.length;
    return html`<section class="todo">
      <h2>${t("manager.todo")} <span class="count">${found.length}</span></h2>
      <ol>
        ${shown.map(
          (each) => html`<li>
            <p>${this.problem(each)}</p>
            <p class="act">${this.act(each)} ${actButton(this.hall.id, each)} ${this.open(each)}</p>
          </li>`,
        )}
      </ol>
      ${
        more > 0
          ? html`<button class="button quiet" @click=${() => (this.all = true)}>
              ${t("manager.todo_more", { n: more })}
            </button>`
          : nothing
      }
    </section>`;
  }

  problem({ problem, group, window, values }) {
    const said = { ...values };
    for (const name of ["longest", "target", "minutes", "usual"]) {
      if (said[name] !== undefined) said[name] = duration(said[name]);
    }
    if (said.state) said.state = printerWords(said.state);
    if (group) said.group = this.groupName(group);
    if (window) said.window = this.windowName(window);
    return t(`manager.${problem}`, said);
  }

  act({ act, window, pausedFor }) {
    const minutes = pausedFor === undefined ? "" : duration(pausedFor);
    return t(`manager.${act}`, { window: this.windowName(window), minutes });
  }

  /** The way to the appointments that can't be kept. */
  open({ problem }) {
    if (problem !== "problem_conflicts") return nothing;
    const go = () => this.dispatchEvent(new CustomEvent("conflicts"));
    return html`<button class="button" @click=${go}>${t("manager_bookings.open_conflicts")}</button>`;
  }

  groupName(id) {
    const prefix = this.prefix(id);
    return `${prefix} ${nameOf(this.floor.groupNames[id])}`;
  }

  prefix(id) {
    return this.hall.groups.find((group) => group.id === id)?.prefix ?? id;
  }

  // ── figures ──

  tiles() {
    const groups = this.groups;
    const sum = (field) => groups.reduce((total, group) => total + group[field], 0);
    const longest = Math.max(0, ...groups.map(({ longest_since: at }) => (at ? this.since(at) : 0)));
    const calls = sum("calls");
    const windows = this.windows;
    const open = windows.filter(({ state }) => state === "open").length;
    const resting = windows.filter(({ state }) => state === "paused");
    const paused = resting.filter(({ reason }) => !this.pauseOf(reason)?.work).length;
    const manned = { total: windows.length, paused, working: resting.length - paused };
    const none = t("manager.nothing");
    return html`<dl class="tiles">
      ${tile("waiting", count(sum("waiting")), t("manager.waiting_unit"))}
      ${tile("longest", sum("waiting") ? brief(longest) : none, t("manager.longest_of"))}
      ${tile(
        "within",
        calls ? percent(sum("within_target") / calls) : none,
        t("manager.within_of", { calls, within: sum("within_target") }),
      )}
      ${tile(
        "mean_wait",
        calls ? brief(sum("wait_sum_s") / calls) : none,
        t("manager.mean_wait_of"),
      )}
      ${tile(
        "served",
        count(sum("served")),
        t("manager.served_of", {
          issued: sum("issued"),
          missed: sum("no_shows"),
          left: sum("cancelled"),
        }),
      )}
      ${tile(
        "windows_open",
        open,
        t(manned.working ? "manager.windows_of_working" : "manager.windows_of", manned),
      )}
    </dl>`;
  }

  // ── groups ──

  groupTable() {
    return html`<section>
      <h2>${t("manager.groups")}</h2>
      <table class="groups">
        <thead>
          <tr>
            <th>${t("manager.group")}</th>
            ${["waiting", "longest", "estimate", "within", "windows", "served", "no_shows"].map(
              (column) => html`<th class="figure">${t(`manager.col_${column}`)}</th>`,
            )}
          </tr>
        </thead>
        <tbody>
          ${repeat(this.groups, ({ id }) => id, (group) => this.groupRow(group))}
        </tbody>
      </table>
    </section>`;
  }

  groupRow(group) {
    const longest = group.longest_since ? this.since(group.longest_since) : 0;
    const windows = able(group.id, this.floor.allWindows);
    const open = windows.filter(({ state }) => state === "open").length;
    const late = group.waiting > 0 && (longest > GRAVE_TIMES * group.target_s || !open);
    const none = t("manager.nothing");
    return html`<tr class=${late ? "late" : ""}>
      <th scope="row">
        <span class="name">
          <group-mark prefix=${this.prefix(group.id)}></group-mark>
          <span>${nameOf(this.floor.groupNames[group.id])}</span>
        </span>
      </th>
      <td class="figure ${group.waiting > MANY ? "bad" : ""}">${group.waiting}</td>
      <td class="figure ${group.waiting && longest > group.target_s ? "bad" : ""}">
        ${group.waiting ? brief(longest) : none}
      </td>
      <td class="figure estimate">${wait(group, "short")}</td>
      <td class="figure">${group.calls ? percent(group.within_target / group.calls) : none}</td>
      <td class="figure ${group.waiting && !open ? "bad" : ""}">
        ${t("manager.open_of", { open, total: windows.length })}
      </td>
      <td class="figure">${group.served}</td>
      <td class="figure">${group.no_shows}</td>
    </tr>`;
  }

  // ── windows ──

  windowTable() {
    return html`<section>
      <h2>${t("manager.windows")}</h2>
      <ul class="windows">
        ${repeat(this.windows, ({ id }) => id, (window) => this.windowRow(window))}
      </ul>
    </section>`;
  }

  windowRow(window) {
    const { ticket, state } = window;
    const doing = state !== "open" && !ticket ? state : (ticket?.state ?? "idle");
    const from = ticket ? (ticket.started_at ?? ticket.called_at) : window.since;
    return html`<li class=${doing}>
      <b>${nameOf(window.name)}</b>
      <span class="staff">${window.staff ?? ""}</span>
      <span class="number">${ticket?.number ?? ""}</span>
      <span class="doing">${this.reason(window) ?? t(`manager.doing_${doing}`)}</span>
      <span class="since">${from && doing !== "idle" && doing !== "closed" ? brief(this.since(from)) : ""}</span>
    </li>`;
  }

  /** Why a window pauses, as the hall names it. */
  reason({ reason }) {
    const known = this.pauseOf(reason);
    return known ? nameOf(known.name) : reason;
  }

  pauseOf(reason) {
    return this.hall.pauses.find(({ id }) => id === reason);
  }

  // ── printers ──

  printers() {
    const { printers } = this.floor;
    if (!printers.length) return nothing;
    return html`<section class="printers">
      <h2>${t("manager.printers")}</h2>
      <ul>
        ${printers.map(
          ({ id, state, since }) => html`<li class=${WELL.has(state) ? "" : "bad"}>
            <b>${id}</b> ${printerWords(state)}
            ${since ? html`<span class="soft">${t("manager.since_at", { at: wallTime(since) })}</span>` : nothing}
          </li>`,
        )}
      </ul>
    </section>`;
  }
}

function tile(key, value, about) {
  return html`<div>
    <dt>${t(`manager.${key}`)}</dt>
    <dd>${value}</dd>
    <dd class="about">${about}</dd>
  </div>`;
}

customElements.define("hall-now", HallNow);
