// The visitor at the window, what can be done with them, and the one big button.

import { instant } from "../shared/clock.js";
import { duration, stopwatch } from "../shared/format.js";
import { nameOf, t } from "../shared/i18n.js";
import { materialName } from "../shared/materials.js";
import { html, nothing, svg } from "../vendor/lit.js";
import { airedLine } from "./aired.js";
import { currentLeg } from "./legs.js";
import { LETTERS } from "./keys.js";
import { visitBadges, visitFacts } from "./visit.js";

/** @param {HTMLElement} desk the window-desk */
export function presentCard(desk) {
  const ticket = desk.present;
  if (!ticket) {
    const hint = desk.window.state === "open" ? t("window.nobody_here_hint", { key: "F9" }) : "";
    return html`<article class="present empty">
      <p>${t("window.nobody_here")}</p>
      <p class="soft">${hint}</p>
    </article>`;
  }
  const leg = currentLeg(ticket);
  const service = desk.services.get(leg.id);
  return html`<article class="present ${ticket.state}">
    <div class="who">
      <p class="number">${ticket.number}</p>
      <p class="state">${stateWords(ticket)}</p>
      ${airedLine(desk.floor, ticket)}
      ${timing(desk, ticket, service)}
    </div>
    <div class="what">
      <h2>${nameOf(leg.name)}</h2>
      <p class="soft">${facts(ticket, leg, service)}</p>
      ${badges(desk, ticket)} ${noteOf(ticket)} ${visitFacts(desk, ticket)} ${materials(service, ticket)}
    </div>
    <p class="why">${why(desk, ticket)}</p>
  </article>`;
}

function stateWords(ticket) {
  if (ticket.state === "serving") return t("window.state_serving");
  if (ticket.calls > 1) return t("window.state_called_again", { n: ticket.calls });
  return t("window.state_called");
}

/** How long it takes so far, against the usual for this service. */
function timing(desk, ticket, service) {
  const usual = service?.minutes ?? 0;
  const spent = desk.clock.since(ticket.started_at ?? ticket.called_at);
  const over = Math.floor(spent / 60 - usual);
  const late = usual > 0 && over >= 1;
  return html`<p class="spent ${late ? "late" : ""}">
      ${stopwatch(spent)}
      <span>${late ? t("window.usual_over", { minutes: over }) : usualWords(usual)}</span>
    </p>
    ${bar(spent / 60, usual)}`;
}

const usualWords = (usual) =>
  usual ? t("window.usual", { minutes: Math.round(usual) }) : nothing;

/** A bar of twice the usual time, with a mark in its middle. */
function bar(minutes, usual) {
  const share = usual ? Math.min(1, minutes / (2 * usual)) : 0;
  return html`<svg class="bar" viewBox="0 0 200 8" preserveAspectRatio="none" aria-hidden="true">
    <rect class="room" width="200" height="8" />
    ${svg`<rect class=${share > 0.5 ? "fill late" : "fill"} width=${share * 200} height="8" />`}
    <rect class="mark" x="99" width="2" height="8" />
  </svg>`;
}

function facts(ticket, leg, service) {
  const said = [];
  if (ticket.services.length > 1) {
    const n = ticket.services.indexOf(leg) + 1;
    said.push(t("window.step", { n, total: ticket.services.length }));
    const after = ticket.services[n];
    if (after) said.push(t("window.then", { service: nameOf(after.name) }));
  }
  const days = service?.promised_days;
  if (days === 0) said.push(t("window.facts_same_day"));
  if (days === 1) said.push(t("window.facts_day"));
  if (days > 1) said.push(t("window.facts_days", { days }));
  if (service?.fee_yuan) said.push(t("window.facts_fee", { yuan: service.fee_yuan }));
  if (service?.fee_yuan === 0) said.push(t("window.facts_free"));
  return said.join(" · ");
}

function badges(desk, ticket) {
  const said = [];
  const priority = desk.hall.priorities.find(({ id }) => id === ticket.priority);
  if (priority) said.push(nameOf(priority.name));
  if (ticket.priority === "appointment") said.push(t("window.appointment"));
  if (ticket.language && ticket.language !== "zh") {
    said.push(t("window.speaks", { language: t(`window.language_${ticket.language}`) }));
  }
  said.push(...visitBadges(desk, ticket));
  return html`<ul class="badges">${said.map((text) => html`<li>${text}</li>`)}</ul>`;
}

function noteOf(ticket) {
  if (!ticket.note) return nothing;
  return html`<p class="note"><strong>${t("window.note")}</strong> ${ticket.note}</p>`;
}

/** What the visitor was to bring, what some answers ask for left out. */
function materials(service, { promised = [] }) {
  const list = (service?.materials ?? []).filter((name) => !promised.includes(name));
  if (!list.length) return html`<p class="soft">${t("window.bring_nothing")}</p>`;
  return html`<h3>${t("window.bring")}</h3>
    <ul class="materials">${list.map((text) => html`<li>${materialName(text)}</li>`)}</ul>`;
}

/** The hall's reason for this call. */
function why(desk, ticket) {
  const { why: told } = desk.floor;
  const reason = desk.reasons.get(ticket.id) ?? (told?.ticket === ticket.id ? told.reason.text : null);
  if (reason) return nameOf(reason);
  const waited = (instant(ticket.called_at) - instant(ticket.issued_at)) / 1000;
  return t("window.waited", { wait: duration(Math.max(0, waited)) });
}

/** The acts with the present visitor, always in the same places. */
export function sideActions(desk) {
  const state = desk.present?.state;
  const called = state === "called";
  const here = Boolean(desk.present);
  const button = (act, possible, words = `window.${act}`) => html`<button class="button" data-act=${act}
    ?disabled=${!possible} aria-pressed=${desk.sheet === act ? "true" : nothing}
    @click=${() => desk.do(act)}>
    ${t(words)} ${desk.letters ? html`<kbd>${LETTERS[act]}</kbd>` : nothing}
  </button>`;
  return html`<div class="acts">
    ${button("start", called)} ${button("recall", called)} ${button("no_show", called)}
    ${button("requeue", here)} ${billButton(desk, button)} ${button("park", here)}
    ${button("transfer", here)} ${button("finish", here)} ${button("reprint", true)}
    ${button("green", true, "desk.green")}
  </div>`;
}

/** A notice at the windows that ask for a payment, "paid" at the one that takes it. */
function billButton(desk, button) {
  const pays = desk.present && desk.paysHere;
  return button("bill", Boolean(desk.present), pays ? "desk.pay" : "desk.bill");
}

/** The dominant act: what it will do stands on it, and who comes. */
export function nextButton(desk) {
  const [what, who] = nextWords(desk);
  return html`<button class="button primary next" aria-disabled=${desk.held || desk.busy}
    @click=${() => desk.do("next")}>
    <span class="what">${what}</span>
    <span class="keys"><kbd>${t("window.key_space")}</kbd> <kbd>F9</kbd></span>
    <span class="who">${who}</span>
  </button>`;
}

function nextWords(desk) {
  const { window, present } = desk;
  if (window.state === "closed") return [t("window.open"), t("window.next_closed")];
  if (window.state === "paused") return [t("window.reopen"), t("window.next_paused")];
  const nobody = desk.listed("waiting").length === 0;
  if (present) {
    const key = nobody ? "window.next_finish_nobody" : "window.next_finish";
    return [t(key, present), upcomingWords(desk)];
  }
  return [t("window.next"), upcomingWords(desk)];
}

function upcomingWords(desk) {
  const ticket = desk.upcoming;
  if (!ticket) {
    const n = desk.listed("waiting").length;
    return n ? t("window.next_someone", { n }) : t("window.next_nobody");
  }
  return t("window.next_is", {
    number: ticket.number,
    service: nameOf(ticket.services.find(({ state }) => state !== "done")?.name),
    reason: nameOf(desk.floor.next.reason.text),
  });
}
