// <hall-what-if>: past days again with another window, one less, or other rules: what would waits have been?
// What is asked stands on top; below it the days as they were beside the days as they would have been.

import { get, post, Problem } from "../shared/api.js";
import { dayAfter } from "../shared/clock.js";
import { Localized, nameOf, t } from "../shared/i18n.js";
import { LitElement, html, nothing } from "../vendor/lit.js";
import { dayFields, daysOf, rangeButtons } from "./days.js";
import { changesOf, wordsOf } from "./what-if-question.js";
import { comparison } from "./what-if-table.js";

const RANGES = { yesterday: [1, 1], week: [7, 1] };
const ROUTINGS = ["fair", "fifo", "listed"];
const RULES = { help_gap_minutes: 0, cap_minutes: 1 };
/** A week in a hall with a thousand visitors a day is a minute on a machine that has other things to do. */
const PATIENCE_MS = 320_000;

class HallWhatIf extends Localized(LitElement) {
  static properties = {
    hall: { attribute: false },
    windows: { state: true },
    from: { state: true },
    to: { state: true },
    changes: { state: true },
    routing: { state: true },
    rules: { state: true },
    found: { state: true },
    problem: { state: true },
    busy: { state: true },
  };

  constructor() {
    super();
    this.windows = [];
    this.found = null; // {answer, words}: what was played, and what of
    this.problem = "";
    this.busy = false;
  }

  createRenderRoot() {
    return this;
  }

  willUpdate(changed) {
    if (!changed.has("hall")) return;
    this.today = this.hall.now.slice(0, 10);
    Object.assign(this, daysOf(RANGES.yesterday, this.today));
    this.changes = [this.fresh("more")];
    this.routing = "";
    this.rules = {};
    this.found = null;
    this.load();
  }

  async load() {
    const { hall } = this;
    try {
      const windows = await get(`/halls/${hall.id}/windows`);
      if (hall === this.hall) this.windows = windows;
    } catch (error) {
      if (!(error instanceof Problem)) throw error;
      this.problem = error.words;
    }
  }

  /** A change to begin with. */
  fresh(kind) {
    if (kind === "closed") return { kind, window: this.windows[0]?.id ?? "" };
    return { kind, group: this.hall.groups[0]?.id ?? "", opens: "10:00", closes: "12:00" };
  }

  set(index, change) {
    this.changes = this.changes.map((each, n) => (n === index ? { ...each, ...change } : each));
  }

  async play(event) {
    event.preventDefault();
    const { hall, from, to } = this;
    const changes = changesOf(this);
    const words = wordsOf(this);
    this.busy = true;
    this.problem = "";
    try {
      const body = { from, to, ...changes };
      const answer = await post(`/halls/${hall.id}/what-if`, body, { patience: PATIENCE_MS });
      if (hall === this.hall) this.found = { answer, words };
    } catch (error) {
      if (!(error instanceof Problem)) throw error;
      if (hall === this.hall) this.problem = error.words;
    } finally {
      this.busy = false;
    }
  }

  render() {
    return html`<main class="past what-if" aria-busy=${this.busy}>
      ${this.question()}
      ${this.problem ? html`<p class="notice bad" role="alert">${this.problem}</p>` : nothing}
      <div role="status">${this.busy ? html`<p class="notice">${t("what_if.playing")}</p>` : nothing}</div>
      ${this.found ? comparison(this.found, this.hall) : nothing}
    </main>`;
  }

  question() {
    return html`<form class="question" @submit=${(event) => this.play(event)}>
      <p class="soft">${t("what_if.intro")}</p>
      <h2>${t("what_if.days")}</h2>
      ${this.days()}
      <h2>${t("what_if.different")}</h2>
      ${this.changes.length
        ? html`<ul class="changes">
            ${this.changes.map((change, index) => this.change(change, index))}
          </ul>`
        : nothing}
      <div class="controls">
        ${["more", "closed"].map(
          (kind) => html`<button class="button" type="button"
            @click=${() => (this.changes = [...this.changes, this.fresh(kind)])}>
            + ${t(`what_if.add_${kind}`)}
          </button>`,
        )}
      </div>
      <div class="controls">${this.order()} ${Object.keys(RULES).map((name) => this.rule(name))}</div>
      <div class="controls">
        <button class="button primary" ?disabled=${this.busy || !wordsOf(this).length}>
          ${t("what_if.play")}
        </button>
        ${wordsOf(this).length ? nothing : html`<p class="soft">${t("what_if.nothing_changed")}</p>`}
      </div>
    </form>`;
  }

  days() {
    const choose = (days) => Object.assign(this, days);
    return html`<div class="controls">
      ${rangeButtons(RANGES, this.today, this, choose)}
      ${dayFields(this, choose, dayAfter(this.today, -1))}
    </div>`;
  }

  change(change, index) {
    const parts = change.kind === "closed" ? this.closed(change, index) : this.more(change, index);
    const remove = () => (this.changes = this.changes.filter((_, n) => n !== index));
    return html`<li class="controls">
      <strong>${t(`what_if.${change.kind}`)}</strong>
      ${parts}
      <button class="button" type="button" @click=${remove}>${t("what_if.remove")}</button>
    </li>`;
  }

  more({ group, opens, closes }, index) {
    const time = (name, value) => html`<label>
      ${t(`what_if.${name}`)}
      <input class="field" type="time" name=${name} required .value=${value}
        @change=${({ target }) => this.set(index, { [name]: target.value })} />
    </label>`;
    return html`<label>
        ${t("what_if.serves")} ${choice("group", this.hall.groups, group, (id) => this.set(index, { group: id }))}
      </label>
      ${time("opens", opens)} ${time("closes", closes)}`;
  }

  closed({ window }, index) {
    const chosen = (id) => this.set(index, { window: id });
    return html`<label>
      ${t("what_if.window")} ${choice("window", this.windows, window, chosen)}
    </label>`;
  }

  order() {
    const options = ["", ...ROUTINGS].map((id) => ({ id, words: t(`what_if.routing_${id || "same"}`) }));
    return html`<label>
      ${t("what_if.routing")} ${choice("routing", options, this.routing, (id) => (this.routing = id))}
    </label>`;
  }

  rule(name) {
    return html`<label>
      ${t(`what_if.${name}`)}
      <input class="field number" type="number" name=${name} min=${RULES[name]} max="1440"
        placeholder=${t("what_if.as_it_was")} .value=${this.rules[name] ?? ""}
        @change=${({ target }) => (this.rules = { ...this.rules, [name]: target.value })} />
    </label>`;
  }
}

/** A choice among what has an id and a name, or words. */
function choice(name, options, chosen, choose) {
  return html`<select class="field" name=${name} @change=${({ target }) => choose(target.value)}>
    ${options.map(
      ({ id, name: names, words }) => html`<option value=${id} ?selected=${id === chosen}>
        ${words ?? nameOf(names)}
      </option>`,
    )}
  </select>`;
}

customElements.define("hall-what-if", HallWhatIf);
