// What a manager does from the board at once: go to a window, lend one, end a loan. And the visits of
// several services that are in the hall now.

import { post, Problem } from "../shared/api.js";
import { wallTime } from "../shared/clock.js";
import { brief } from "../shared/format.js";
import { nameOf, t } from "../shared/i18n.js";
import { html, nothing } from "../vendor/lit.js";

const LOAN_MINUTES = 60;
const SHOWN = 12;

/** Ask the server; a refusal stands beside the button that was pressed. */
async function ask(event, path, body) {
  const button = event.currentTarget;
  button.disabled = true;
  try {
    await post(path, body);
  } catch (error) {
    if (!(error instanceof Problem)) throw error;
    button.title = error.words;
    button.after(Object.assign(document.createElement("em"), { textContent: button.title }));
  } finally {
    button.disabled = false;
  }
}

/** What can be done about a problem without leaving the board. */
export function actButton(hall, { come, lend }) {
  if (come) {
    const path = `/halls/${hall}/windows/${come}/assistance-given`;
    return html`<button class="button" @click=${(event) => ask(event, path)}>
      ${t("boards.come")}
    </button>`;
  }
  if (!lend) return nothing;
  const path = `/halls/${hall}/windows/${lend.window}/lend`;
  const body = { groups: [lend.group], minutes: LOAN_MINUTES };
  return html`<button class="button" @click=${(event) => ask(event, path, body)}>
    ${t("boards.lend", { minutes: LOAN_MINUTES })}
  </button>`;
}

/** The windows that help another line now, and the end of each loan. */
export function lentList(hall, { allWindows, groupNames }) {
  const lent = allWindows.filter((window) => window.lent?.length);
  if (!lent.length) return nothing;
  return html`<section class="lent">
    <h2>${t("boards.lent")}</h2>
    <ul>
      ${lent.map((window) => {
        const groups = window.lent.map((id) => nameOf(groupNames[id])).join(t("common.list_comma"));
        const path = `/halls/${hall}/windows/${window.id}/return`;
        return html`<li>
          <b>${nameOf(window.name)}</b>
          ${t("boards.lent_to", { groups, until: wallTime(window.lent_until) })}
          <button class="button" @click=${(event) => ask(event, path)}>${t("boards.return")}</button>
        </li>`;
      })}
    </ul>
  </section>`;
}

/** Visitors with several services who are not done yet, longest here first. */
export function visitsList(floor, clock) {
  const there = [
    ...floor.tickets.values(),
    ...floor.allWindows.map(({ ticket }) => ticket).filter(Boolean),
  ].filter(({ services, state }) => services.length > 1 && state !== "no_show");
  if (!there.length) return nothing;
  there.sort((a, b) => (a.issued_at < b.issued_at ? -1 : 1));
  return html`<section class="visits">
    <h2>${t("boards.visits")} <span class="count">${there.length}</span></h2>
    <ul>
      ${there.slice(0, SHOWN).map((ticket) => visitLine(ticket, clock))}
    </ul>
  </section>`;
}

function visitLine({ number, services, issued_at: issued, loop }, clock) {
  const done = services.filter(({ state }) => state === "done").length;
  return html`<li>
    <b class="number">${number}</b>
    ${t("boards.visit", { done, total: services.length, time: brief(clock.since(issued)) })}
    <span class="soft">
      ${services.filter(({ state }) => state !== "done").map(({ name }) => nameOf(name)).join(" → ")}
    </span>
    ${loop ? html`<strong class="warn">${t("boards.loop")}</strong>` : nothing}
  </li>`;
}
