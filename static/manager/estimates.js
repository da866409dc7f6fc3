// <hall-estimates>: how often the waits that visitors were told came true, in the last 30 days; by time
// of day and by predicted wait. Below it, the wait before the ticket.

import { ENOUGH, ENOUGH_IN_ROW, verdict } from "../shared/calibration.js";
import { get, Problem } from "../shared/api.js";
import { count, percent, tenths } from "../shared/format.js";
import { Localized, t } from "../shared/i18n.js";
import { LitElement, html, nothing, svg } from "../vendor/lit.js";
import "./door.js";

const LOOKS = { few: "", kept: "good", narrow: "bad", wide: "warn" };
const COLUMNS = ["inside", "too_early", "too_late"];

class HallEstimates extends Localized(LitElement) {
  static properties = {
    hall: { attribute: false },
    card: { state: true },
    problem: { state: true },
  };

  constructor() {
    super();
    this.card = null;
    this.problem = "";
    this.asked = 0;
  }

  createRenderRoot() {
    return this;
  }

  willUpdate(changed) {
    if (changed.has("hall")) this.ask();
  }

  async ask() {
    const mine = (this.asked += 1);
    this.card = null;
    this.problem = "";
    try {
      const card = await get(this.path);
      if (mine === this.asked) this.card = card;
    } catch (error) {
      if (!(error instanceof Problem)) throw error;
      if (mine === this.asked) this.problem = error.words;
    }
  }

  get path() {
    return `/halls/${this.hall.id}/calibration`;
  }

  render() {
    return html`<main class="past estimates" aria-busy=${!this.card && !this.problem}>
      <h2>${t("manager.held_title")}</h2>
      ${this.body()}
      <hall-door .hall=${this.hall}></hall-door>
    </main>`;
  }

  body() {
    const { card, problem } = this;
    if (problem) return this.refused();
    if (!card) return html`<p class="soft">${t("manager.past_loading")}</p>`;
    const { total, promised } = card;
    const kind = verdict(card);
    return html`<p class="notice ${LOOKS[kind]} verdict">
        ${t(`manager.held_${kind}`, {
          n: count(total.estimates),
          enough: ENOUGH,
          inside: share(total.inside),
          promised: percent(promised),
        })}
      </p>
      ${kind === "few" ? nothing : this.figures(card)}
      <p class="soft about">
        ${t("manager.held_about", { promised: percent(promised) })}
        <a href="/api/v1${this.path}">${t("manager.held_source")}</a>
      </p>`;
  }

  refused() {
    return html`<div class="notice bad" role="alert">
      <p>${t("manager.past_failed", { detail: this.problem })}</p>
      <button class="button" @click=${() => this.ask()}>${t("manager.again")}</button>
    </div>`;
  }

  figures({ total, promised, by_hour: hours, by_wait: waits }) {
    return html`<dl class="tiles">
        ${tile("inside", share(total.inside), t("manager.held_promised", { promised: percent(promised) }))}
        ${tile("too_early", share(total.too_early), t("manager.held_too_early_of"))}
        ${tile("too_late", share(total.too_late), t("manager.held_too_late_of"))}
        ${tile("error", tenths(total.mean_error_s), leaning(total.bias_s))}
        ${tile("width", tenths(total.mean_width_s), t("manager.held_width_of"))}
        ${tile("estimates", count(total.estimates), t("manager.held_estimates_of"))}
      </dl>
      <div class="halves">
        ${table("by_hour", hours, hourName, promised)} ${table("by_wait", waits, waitName, promised)}
      </div>`;
  }
}

function tile(name, value, about) {
  return html`<div>
    <dt>${t(`manager.held_${name}`)}</dt>
    <dd>${value}</dd>
    <dd class="about">${about}</dd>
  </div>`;
}

/** Whether people wait longer or shorter than the middle of what they are told. */
function leaning(bias) {
  if (Math.abs(bias) < 30) return t("manager.held_even");
  return t(bias > 0 ? "manager.held_sooner" : "manager.held_later", { time: tenths(Math.abs(bias)) });
}

function table(name, scores, label, promised) {
  return html`<section class="scroll" tabindex="0" aria-label=${t(`manager.held_${name}`)}>
    <table>
      <thead>
        <tr>
          <th>${t(`manager.held_${name}`)}</th>
          <th class="bars"><span class="visually-hidden">${t("manager.held_bar")}</span></th>
          ${[...COLUMNS, "error", "estimates"].map(
            (column) => html`<th class="figure">${t(`manager.held_${column}`)}</th>`,
          )}
        </tr>
      </thead>
      <tbody>
        ${scores.map((score) => row(score, label(score.key), promised))}
      </tbody>
    </table>
  </section>`;
}

function row(score, label, promised) {
  const enough = score.estimates >= ENOUGH_IN_ROW;
  const figure = (text) => html`<td class="figure">${enough ? text() : t("manager.nothing")}</td>`;
  return html`<tr>
    <th scope="row">${label}</th>
    <td class="bars">${enough ? bar(score, promised) : t("manager.held_row_few")}</td>
    ${COLUMNS.map((column) => figure(() => share(score[column])))}
    ${figure(() => tenths(score.mean_error_s))}
    <td class="figure">${count(score.estimates)}</td>
  </tr>`;
}

/** The share inside as a bar, with a mark where it is promised to end. */
function bar({ inside }, promised) {
  return html`<svg class="bar" viewBox="0 0 200 16" preserveAspectRatio="none" aria-hidden="true">
    ${svg`<rect class="back" y="1" width="200" height="14" />
      <rect class="fill" y="4" width=${200 * inside} height="8" />
      <line class="promised" x1=${200 * promised} x2=${200 * promised} y1="0" y2="16" />`}
  </svg>`;
}

/** "09" → "09:00–10:00". */
function hourName(key) {
  const next = String((Number(key) + 1) % 24).padStart(2, "0");
  return `${key}:00–${next}:00`;
}

/** "0-5", "5-20", "20+": predicted minutes. */
function waitName(key) {
  const [low, high] = key.replace("+", "").split("-");
  if (high === undefined) return t("manager.held_wait_from", { low });
  return low === "0"
    ? t("manager.held_wait_below", { high })
    : t("manager.held_wait_between", { low, high });
}

const share = (value) => percent(value ?? 0);

customElements.define("hall-estimates", HallEstimates);
