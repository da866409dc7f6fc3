// <bookings-conflicts>: appointments that the hall can't keep: why, the next free time, and one action
// for all or for those that are chosen.

import { post, Problem } from "../shared/api.js";
import { wallTime } from "../shared/clock.js";
import { shortDate } from "../shared/format.js";
import { Localized, nameOf, t } from "../shared/i18n.js";
import { LitElement, html, nothing } from "../vendor/lit.js";
import { lastMessage } from "./day-list.js";

class BookingsConflicts extends Localized(LitElement) {
  static properties = {
    hall: { attribute: false },
    conflicts: { attribute: false },
    chosen: { state: true },
    note: { state: true },
    done: { state: true },
    busy: { state: true },
    problem: { state: true },
  };

  constructor() {
    super();
    this.chosen = new Set();
    this.note = "";
    this.done = null; // {action, settled}
    this.busy = false;
    this.problem = "";
  }

  createRenderRoot() {
    return this;
  }

  willUpdate(changed) {
    if (changed.has("hall")) this.done = null;
    if (!changed.has("conflicts")) return;
    const there = new Set(this.conflicts.map(({ appointment }) => appointment.id));
    this.chosen = new Set([...this.chosen].filter((id) => there.has(id)));
  }

  /** Settle those that are chosen, or all. */
  async settle(action) {
    const known = new Map(this.conflicts.map(({ appointment }) => [appointment.id, appointment]));
    const body = { action };
    if (this.chosen.size) body.ids = [...this.chosen];
    if (action === "inform" && this.note.trim()) body.note = this.note.trim();
    this.busy = true;
    this.problem = "";
    try {
      const { settled } = await post(`/halls/${this.hall.id}/appointments/conflicts`, body);
      // The answer names nobody; the list that was shown does.
      const named = settled.map((each) => {
        const { name, phone } = known.get(each.id) ?? {};
        return { ...each, name, phone };
      });
      this.done = { action, settled: named };
      this.chosen = new Set();
      this.dispatchEvent(new CustomEvent("settled", { bubbles: true }));
    } catch (error) {
      if (!(error instanceof Problem)) throw error;
      this.problem = error.words;
    } finally {
      this.busy = false;
    }
  }

  choose(id, on) {
    this.chosen = new Set(this.chosen);
    if (on) this.chosen.add(id);
    else this.chosen.delete(id);
  }

  render() {
    return html`${this.problem ? html`<p class="notice bad" role="alert">${this.problem}</p>` : nothing}
      ${this.done ? this.report(this.done) : nothing}
      ${this.conflicts.length
        ? this.open()
        : html`<p class="notice good">${t("manager_bookings.conflicts_none")}</p>`}`;
  }

  open() {
    const { conflicts, chosen } = this;
    return html`<section>
      <h2>${t("manager_bookings.conflicts")} <span class="count">${conflicts.length}</span></h2>
      <p class="soft">${t("manager_bookings.conflicts_hint")}</p>
      ${this.actions()}
      <div class="scroll" tabindex="0" role="region" aria-label=${t("manager_bookings.conflicts")}>
        <table>
          <thead>
            <tr>
              <th>
                <input type="checkbox" aria-label=${t("manager_bookings.choose_all")}
                  .checked=${chosen.size === conflicts.length}
                  @change=${({ target }) => this.chooseAll(target.checked)} />
              </th>
              ${["now", "name", "phone", "services", "why", "next", "told"].map(
                (column) => html`<th>${t(`manager_bookings.col_${column}`)}</th>`,
              )}
            </tr>
          </thead>
          <tbody>
            ${conflicts.map((conflict) => this.row(conflict))}
          </tbody>
        </table>
      </div>
    </section>`;
  }

  chooseAll(on) {
    this.chosen = new Set(on ? this.conflicts.map(({ appointment }) => appointment.id) : []);
  }

  row({ appointment, why, next_free: next }) {
    const { id, code, start, name, phone, services, informed_at: told } = appointment;
    return html`<tr>
      <td>
        <input type="checkbox" aria-label=${t("manager_bookings.choose", { code })} .checked=${this.chosen.has(id)}
          @change=${({ target }) => this.choose(id, target.checked)} />
      </td>
      <th scope="row" class="when">${when(start)}</th>
      <td>${name ?? t("manager_bookings.code", { code })}</td>
      <td class="number-cell">${phone ?? ""}</td>
      <td class="services">${services.map((service) => html`<span>${nameOf(service.name)}</span>`)}</td>
      <td class="why">${t(`manager_bookings.why_${why}`)}</td>
      <td class="when">${next ? html`<strong>${when(next)}</strong>` : t("manager_bookings.no_next")}</td>
      <td class="when">${told ? when(told) : t("manager.nothing")} ${told ? lastMessage(appointment) : nothing}</td>
    </tr>`;
  }

  actions() {
    const { chosen, conflicts, busy } = this;
    const some = chosen.size > 0;
    const concerned = conflicts.filter(({ appointment }) => !some || chosen.has(appointment.id));
    const movable = concerned.filter(({ next_free: next }) => next).length;
    const untold = some
      ? chosen.size
      : concerned.filter(({ appointment }) => !appointment.informed_at).length;
    const key = (action) => `manager_bookings.${action}_${some ? "chosen" : "all"}`;
    return html`<form class="controls settle" @submit=${(event) => event.preventDefault()}>
      <button class="button primary" type="button" ?disabled=${busy || !movable}
        @click=${() => this.settle("rebook")}>${t(key("rebook"), { n: movable })}</button>
      <label class="note">
        ${t("manager_bookings.note")}
        <input class="field" name="note" maxlength="200" .value=${this.note}
          placeholder=${t("manager_bookings.note_hint")} @input=${({ target }) => (this.note = target.value)} />
      </label>
      <button class="button" type="button" ?disabled=${busy || !untold}
        @click=${() => this.settle("inform")}>${t(key("inform"), { n: untold })}</button>
    </form>`;
  }

  /** What was done: the page of each appointment says it; who left a number can be called. */
  report({ action, settled }) {
    return html`<section class="notice good done" role="status">
      <h2>${t(`manager_bookings.done_${action}`, { n: settled.length })}</h2>
      <ul>
        ${settled.map(
          ({ code, name, phone, start, moved_from: before }) => html`<li>
            <b>${name ?? t("manager_bookings.code", { code })}</b> ${phone ?? ""}
            ${before ? t("manager_bookings.from_to", { before: when(before), after: when(start) }) : when(start)}
          </li>`,
        )}
      </ul>
    </section>`;
  }
}

const when = (at) => `${shortDate(at)} ${wallTime(at)}`;

customElements.define("bookings-conflicts", BookingsConflicts);
