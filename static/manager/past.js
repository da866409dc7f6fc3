// <hall-past>: any past day or range, by one dimension: figures, chart and table of the same rows.

import { get, Problem } from "../shared/api.js";
import { count, percent } from "../shared/format.js";
import { Localized, nameOf, t } from "../shared/i18n.js";
import { LitElement, html, nothing } from "../vendor/lit.js";
import { CHARTS, barIn, columnChart, worstFirst } from "./chart.js";
import { dayFields, daysOf, rangeButtons } from "./days.js";
import { briefOr } from "./words.js";

const DIMENSIONS = ["half_hour", "group", "service", "window", "staff", "day", "priority", "zone"];
/** Dimensions with an order of their own, drawn as a chart; the others get bars in their table. */
const IN_ORDER = new Set(["half_hour", "day"]);
const RANGES = { today: [0, 0], yesterday: [1, 1], week: [6, 0], month: [29, 0] };

const COUNTS = ["arrivals", "served", "no_shows", "left"];
const WAITS = ["wait_mean_s", "wait_median_s", "wait_p90_s", "wait_max_s"];
const SERVICES = ["service_mean_s", "service_median_s", "service_p90_s"];
/** How long windows were open, paused, and at work without a visitor; known by these dimensions. */
const MANNED = ["open_s", "paused_s", "work_s"];
const BY_WINDOW = new Set(["window", "staff", "day"]);

class HallPast extends Localized(LitElement) {
  static properties = {
    hall: { attribute: false },
    from: { state: true },
    to: { state: true },
    by: { state: true },
    chart: { state: true },
    report: { state: true },
    problem: { state: true },
    busy: { state: true },
  };

  constructor() {
    super();
    this.by = "half_hour";
    this.chart = "tickets";
    this.report = null;
    this.problem = "";
    this.busy = false;
    this.asked = 0;
  }

  createRenderRoot() {
    return this;
  }

  willUpdate(changed) {
    if (!changed.has("hall")) return;
    this.today = this.hall.now.slice(0, 10);
    this.ask(daysOf(RANGES.today, this.today));
  }

  /** Read the figures anew; only the latest question is answered on the page. */
  async ask(change) {
    Object.assign(this, change);
    if (!this.from || !this.to) return;
    if (this.from > this.to) this.to = this.from;
    const mine = (this.asked += 1);
    this.busy = true;
    this.problem = "";
    try {
      const report = await get(`/halls/${this.hall.id}/stats`, this.question());
      if (mine === this.asked) this.report = report;
    } catch (error) {
      if (!(error instanceof Problem)) throw error;
      if (mine !== this.asked) return;
      this.report = null;
      this.problem = error.words;
    } finally {
      if (mine === this.asked) this.busy = false;
    }
  }

  question() {
    return { from: this.from, to: this.to, by: this.by };
  }

  get csv() {
    const query = new URLSearchParams({ ...this.question(), format: "csv" });
    return `/api/v1/halls/${this.hall.id}/stats?${query}`;
  }

  render() {
    return html`<main class="past" aria-busy=${this.busy}>
      ${this.controls()} ${this.problem ? this.refused() : nothing} ${this.figures()}
    </main>`;
  }

  controls() {
    return html`<form class="controls" @submit=${(event) => event.preventDefault()}>
      ${rangeButtons(RANGES, this.today, this, (days) => this.ask(days))}
      ${dayFields(this, (change) => this.ask(change), this.today)}
      <label>
        ${t("manager.by")}
        <select class="field" name="by" @change=${(event) => this.ask({ by: event.target.value })}>
          ${DIMENSIONS.map(
            (name) => html`<option value=${name} ?selected=${name === this.by}>
              ${t(`manager.by_${name}`)}
            </option>`,
          )}
        </select>
      </label>
      <label>
        ${t("manager.chart_of")}
        <select class="field" name="chart" @change=${(event) => (this.chart = event.target.value)}>
          ${Object.keys(CHARTS).map(
            (name) => html`<option value=${name} ?selected=${name === this.chart}>
              ${t(`manager.chart_${name}`)}
            </option>`,
          )}
        </select>
      </label>
      <a class="button" href=${this.csv} download>${t("manager.csv")}</a>
    </form>`;
  }

  refused() {
    return html`<div class="notice bad" role="alert">
      <p>${t("manager.past_failed", { detail: this.problem })}</p>
      <button class="button" @click=${() => this.ask({})}>${t("manager.again")}</button>
    </div>`;
  }

  figures() {
    const { report } = this;
    if (!report) return this.problem ? nothing : html`<p class="soft">${t("manager.past_loading")}</p>`;
    const scope = {
      from: report.from,
      to: report.to,
      hall: nameOf(this.hall.name),
      by: t(`manager.by_${report.by}`),
    };
    const key = report.from === report.to ? "manager.past_of_day" : "manager.past_of";
    const heading = html`<h2>${t(key, scope)}</h2>`;
    if (!report.total.arrivals) {
      return html`${heading}<p class="notice">${t("manager.past_empty")}</p>`;
    }
    return html`${heading} ${this.summary(report.total)}
      ${IN_ORDER.has(report.by) ? columnChart(this.chart, report.rows, (row) => this.label(row)) : nothing}
      ${this.table(report)}`;
  }

  /** The total in a sentence's worth of figures; the cleaned ones beside the raw. */
  summary(total) {
    const clean = total.cleaned ?? {};
    const figure = (name, value, cleaned) => html`<div>
      <dt>${t(`manager.${name}`)}</dt>
      <dd>${value}</dd>
      <dd class="about">${
        cleaned === undefined ? "" : t("manager.cleaned", { value: cleaned })
      }</dd>
    </div>`;
    return html`<dl class="tiles">
      ${figure("arrivals", count(total.arrivals), count(clean.arrivals ?? 0))}
      ${figure("served_col", count(total.served), count(clean.served ?? 0))}
      ${figure("no_shows", count(total.no_shows))}
      ${figure("wait_mean", briefOr(total.wait_mean_s), briefOr(clean.wait_mean_s))}
      ${figure("wait_p90", briefOr(total.wait_p90_s), briefOr(clean.wait_p90_s))}
      ${figure("within_target", share(total.within_target), share(clean.within_target))}
    </dl>`;
  }

  label(row) {
    if (row.name) return nameOf(row.name);
    return row.key || t("manager.nobody");
  }

  table({ rows: given, total, by }) {
    const manned = BY_WINDOW.has(by) ? MANNED : [];
    const columns = [...COUNTS, ...WAITS, "within_target", ...SERVICES, ...manned];
    const bars = IN_ORDER.has(by) ? null : this.chart;
    const rows = bars ? worstFirst(given, bars) : given;
    return html`<div class="scroll" tabindex="0" role="region" aria-label=${t(`manager.by_${by}`)}>
        <table>
          <thead>
            <tr>
              <th>${t(`manager.by_${by}`)}</th>
              ${bars ? html`<th class="bars">${t(`manager.chart_${bars}`)}</th>` : nothing}
              ${columns.map((name) => html`<th class="figure">${t(`manager.${wordOf(name)}`)}</th>`)}
            </tr>
          </thead>
          <tbody>
            ${rows.map((row) => this.row(row, columns, bars, rows))}
          </tbody>
          <tfoot>
            <tr>
              <th scope="row">${t("manager.total")}</th>
              ${bars ? html`<td></td>` : nothing}
              ${columns.map((name) => html`<td class="figure">${cell(total, name)}</td>`)}
            </tr>
          </tfoot>
        </table>
      </div>
      <p class="soft">${t("manager.legend", { n: total.duplicates ?? 0 })}</p>`;
  }

  row(row, columns, bars, rows) {
    return html`<tr>
      <th scope="row">${this.label(row)}</th>
      ${bars ? html`<td class="bars">${barIn(bars, row, rows)}</td>` : nothing}
      ${columns.map((name) => html`<td class="figure">${cell(row, name)}</td>`)}
    </tr>`;
  }
}

const wordOf = (column) => (column === "served" ? "served_col" : column.replace(/_s$/, ""));

function cell(row, name) {
  if (MANNED.includes(name)) return briefOr(row[name] || null);
  if (name === "within_target") return share(row[name]);
  return name.endsWith("_s") ? briefOr(row[name]) : count(row[name]);
}

function share(value) {
  return value === null || value === undefined ? t("manager.nothing") : percent(value);
}

customElements.define("hall-past", HallPast);
