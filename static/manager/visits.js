// <hall-visits>: who was sent in a circle, and what calls out of turn cost the others, of any days.

import { get, Problem } from "../shared/api.js";
import { brief, count } from "../shared/format.js";
import { Localized, nameOf, t } from "../shared/i18n.js";
import { LitElement, html, nothing } from "../vendor/lit.js";
import { dayFields } from "./days.js";

class HallVisits extends Localized(LitElement) {
  static properties = {
    hall: { attribute: false },
    from: { state: true },
    to: { state: true },
    costs: { state: true },
    loops: { state: true },
    problem: { state: true },
  };

  constructor() {
    super();
    this.costs = null;
    this.loops = null;
    this.problem = "";
    this.asked = 0;
  }

  createRenderRoot() {
    return this;
  }

  willUpdate(changed) {
    if (!changed.has("hall")) return;
    const today = this.hall.now.slice(0, 10);
    this.ask({ from: today, to: today });
  }

  /** Read both reports; only the latest question is answered on the page. */
  async ask(change) {
    Object.assign(this, change);
    if (this.from > this.to) this.to = this.from;
    const mine = (this.asked += 1);
    const days = { from: this.from, to: this.to };
    this.problem = "";
    try {
      const [costs, loops] = await Promise.all([
        get(`/halls/${this.hall.id}/costs`, days),
        get(`/halls/${this.hall.id}/loops`, days),
      ]);
      if (mine === this.asked) Object.assign(this, { costs, loops });
    } catch (error) {
      if (!(error instanceof Problem)) throw error;
      this.problem = error.words;
    }
  }

  render() {
    return html`<main class="past">
      <form class="controls" @submit=${(event) => event.preventDefault()}>
        ${dayFields(this, (change) => this.ask(change))}
      </form>
      ${this.problem ? html`<p class="notice bad" role="alert">${this.problem}</p>` : nothing}
      ${this.costs ? this.costTable() : nothing} ${this.loops ? this.loopTable() : nothing}
    </main>`;
  }

  costTable() {
    const { rows, calls } = this.costs;
    return html`<section>
      <h2>${t("boards.costs")}</h2>
      <p class="soft">${t("boards.costs_hint", { calls: count(calls) })}</p>
      ${rows.length ? this.costRows(rows) : html`<p class="notice good">${t("boards.costs_none")}</p>`}
    </section>`;
  }

  costRows(rows) {
    return html`<table>
      <thead>
        <tr>
          <th>${t("boards.cost_why")}</th>
          ${["calls", "passed", "minutes"].map(
            (column) => html`<th class="figure">${t(`boards.cost_${column}`)}</th>`,
          )}
        </tr>
      </thead>
      <tbody>
        ${rows.map(
          (row) => html`<tr>
            <th scope="row">${this.why(row)}</th>
            <td class="figure">${count(row.calls)}</td>
            <td class="figure">${count(row.passed)}</td>
            <td class="figure">${brief(row.minutes * 60)}</td>
          </tr>`,
        )}
      </tbody>
    </table>`;
  }

  why({ code, priority }) {
    const known = this.hall.priorities.find(({ id }) => id === priority);
    if (code === "priority" && known) return nameOf(known.name);
    return t(`boards.why_${code}`);
  }

  loopTable() {
    const { loops } = this;
    return html`<section>
      <h2>${t("boards.loops")} <span class="count">${loops.length}</span></h2>
      <p class="soft">${t("boards.loops_hint")}</p>
      ${loops.length ? this.loopRows(loops) : html`<p class="notice good">${t("boards.loops_none")}</p>`}
    </section>`;
  }

  loopRows(loops) {
    const name = (id) => nameOf(this.hall.groups.find((group) => group.id === id)?.name) || id;
    return html`<table>
      <thead>
        <tr>
          <th>${t("boards.loop_day")}</th>
          <th>${t("boards.loop_number")}</th>
          <th>${t("boards.loop_way")}</th>
        </tr>
      </thead>
      <tbody>
        ${loops.map(
          ({ day, number, groups }) => html`<tr>
            <td>${day}</td>
            <th scope="row">${number}</th>
            <td>${groups.map(name).join(" → ")}</td>
          </tr>`,
        )}
      </tbody>
    </table>`;
  }
}

customElements.define("hall-visits", HallVisits);
