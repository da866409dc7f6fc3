// <bookings-capacity>: how many bookings a slot of each group takes, what the past weeks propose and why;
// what is chosen is taken over.

import { get, post, Problem } from "../shared/api.js";
import { percent, tenths } from "../shared/format.js";
import { Localized, nameOf, t } from "../shared/i18n.js";
import { LitElement, html, nothing } from "../vendor/lit.js";
import "../shared/group-mark.js";

class BookingsCapacity extends Localized(LitElement) {
  static properties = {
    hall: { attribute: false },
    proposals: { state: true },
    chosen: { state: true },
    taken: { state: true },
    busy: { state: true },
    problem: { state: true },
  };

  constructor() {
    super();
    this.proposals = null;
    this.chosen = new Set();
    this.taken = 0;
    this.busy = false;
    this.problem = "";
  }

  createRenderRoot() {
    return this;
  }

  willUpdate(changed) {
    if (!changed.has("hall")) return;
    this.proposals = null;
    this.taken = 0;
    this.ask(() => get(this.path));
  }

  get path() {
    return `/halls/${this.hall.id}/capacity`;
  }

  take() {
    const groups = [...this.chosen];
    return this.ask(async () => {
      const proposals = await post(this.path, { groups });
      this.taken = groups.length;
      return proposals;
    });
  }

  async ask(question) {
    this.busy = true;
    this.problem = "";
    try {
      this.proposals = await question();
      this.chosen = new Set();
    } catch (error) {
      if (!(error instanceof Problem)) throw error;
      this.problem = error.words;
    } finally {
      this.busy = false;
    }
  }

  render() {
    const { proposals, problem, taken, busy } = this;
    return html`${problem ? html`<p class="notice bad" role="alert">${problem}</p>` : nothing}
      ${taken ? html`<p class="notice good" role="status">${t("manager_bookings.taken", { n: taken })}</p>` : nothing}
      ${proposals ? this.body(proposals) : nothing}
      ${busy && !proposals ? html`<p class="soft">${t("manager.past_loading")}</p>` : nothing}`;
  }

  body(proposals) {
    if (!proposals.length) return html`<p class="notice">${t("manager_bookings.no_groups")}</p>`;
    const { chosen, busy } = this;
    const minutes = proposals[0].slot_minutes;
    return html`<section>
      <h2>${t("manager_bookings.capacity", { minutes })}</h2>
      <p class="soft">${t("manager_bookings.capacity_hint")}</p>
      <div class="scroll" tabindex="0" role="region" aria-label=${t("manager_bookings.capacity", { minutes })}>
        <table class="proposals">
          <thead>
            <tr>
              <th><span class="visually-hidden">${t("manager_bookings.take_column")}</span></th>
              <th>${t("manager.group")}</th>
              ${["present", "proposed", "minutes", "missed_rate"].map(
                (column) => html`<th class="figure">${t(`manager_bookings.col_${column}`)}</th>`,
              )}
              <th>${t("manager_bookings.col_reason")}</th>
            </tr>
          </thead>
          <tbody>
            ${proposals.map((proposal) => this.row(proposal))}
          </tbody>
        </table>
      </div>
      <button class="button primary" ?disabled=${busy || !chosen.size} @click=${() => this.take()}>
        ${chosen.size ? t("manager_bookings.take", { n: chosen.size }) : t("manager_bookings.take_none")}
      </button>
    </section>`;
  }

  row(proposal) {
    const { group, present, proposed, minutes_measured: minutes, no_show_rate: rate, reason } = proposal;
    const known = this.hall.groups.find(({ id }) => id === group);
    const name = nameOf(known?.name) || group;
    const differs = present !== proposed;
    const none = t("manager.nothing");
    return html`<tr>
      <td>
        ${differs
          ? html`<input type="checkbox" aria-label=${t("manager_bookings.take_this", { name })}
              .checked=${this.chosen.has(group)}
              @change=${({ target }) => this.choose(group, target.checked)} />`
          : nothing}
      </td>
      <th scope="row">
        <span class="name">
          <group-mark prefix=${known?.prefix ?? group}></group-mark><span>${name}</span>
        </span>
      </th>
      <td class="figure">${present}</td>
      <td class="figure ${differs ? "change" : ""}">
        ${differs ? html`<span aria-hidden="true">${proposed > present ? "↑" : "↓"}</span>` : nothing}
        ${proposed}
      </td>
      <td class="figure">${minutes === null ? none : tenths(minutes * 60)}</td>
      <td class="figure">${minutes === null ? none : percent(rate)}</td>
      <td class="reason">${nameOf(reason)}</td>
    </tr>`;
  }

  choose(group, on) {
    this.chosen = new Set(this.chosen);
    if (on) this.chosen.add(group);
    else this.chosen.delete(group);
  }
}

customElements.define("bookings-capacity", BookingsCapacity);
