// Day and time: a list of days, each with its free places in words, and the times of one of them.

import { wallDate, wallTime } from "../shared/clock.js";
import { longDate } from "../shared/format.js";
import { nameOf, t } from "../shared/i18n.js";
import { html, nothing } from "../vendor/lit.js";

/** @param {HTMLElement} page the book-page */
export function timeStep(page) {
  const { slots, days } = page;
  if (slots === null) {
    return html`<h1 tabindex="-1">${t("book.time_title")}</h1>
      ${page.loading !== null
        ? html`<p>${t("common.loading")}</p>`
        : html`<button class="button" @click=${() => page.arrive(page.route)}>${t("common.again")}</button>`}`;
  }
  const byDay = Map.groupBy(slots, ({ start }) => wallDate(start));
  const free = (day) => (byDay.get(day) ?? []).reduce((sum, slot) => sum + slot.free, 0);
  const last = slots.at(-1)?.start.slice(0, 10) ?? ""; // beyond it nothing can be booked yet
  const first = days.find(({ day }) => free(day))?.day;
  const shown = free(page.route.day) ? page.route.day : first;
  return html`<h1 tabindex="-1">${t("book.time_title")}</h1>
    ${first ? nothing : html`<p class="notice warn">${t("book.all_full")}</p>`}
    <ul class="days">
      ${days.filter(({ day }) => day <= last).map(
        (day) => html`<li>
          <button class="button" ?disabled=${!free(day.day)} aria-pressed=${day.day === shown}
            @click=${() => page.note({ day: day.day })}>
            <span>${longDate(day.day)}</span>
            <small>${dayWords(day, byDay.has(day.day), free(day.day))}</small>
          </button>
          ${day.day === shown ? times(page, shown, byDay.get(shown)) : nothing}
        </li>`,
      )}
    </ul>`;
}

function dayWords({ name, open, sessions }, offered, free) {
  const called = nameOf(name) || nameOf(sessions[0]?.name);
  const state = free
    ? t(free === 1 ? "book.free_one" : "book.free_many", { n: free })
    : t(offered ? "book.full" : open.length || sessions.length ? "book.not_offered" : "book.closed");
  return [called, state].filter(Boolean).join(" · ");
}

function times(page, day, slots) {
  return html`<ul class="times" aria-label=${longDate(day)}>
      ${slots.map(
        ({ start, free }) => html`<li>
          <button class="button" ?disabled=${!free || page.busy} @click=${() => page.choose(start)}>
            <span class="number">${wallTime(start)}</span>
            <small>${free
              ? t(free === 1 ? "book.free_one" : "book.free_many", { n: free })
              : t("book.full")}</small>
          </button>
        </li>`,
      )}
    </ul>`;
}
