// The questions of visits: how a service ended, a payment notice, a green channel, a loan of this
// window, a call for help, a lost paper. Each is drawn into the <desk-sheet> that asks it.

import "./appointments.js";
import { nameOf, t } from "../shared/i18n.js";
import { printerWords, WELL } from "../shared/printers.js";
import { html, nothing } from "../vendor/lit.js";
import { currentLeg, served } from "./legs.js";
import { fenOf } from "./visit.js";

const DIGITS = 9;
const LOAN_MINUTES = [30, 60, 120];
const ALARMS = ["medical", "dispute", "threat", "system"];

/** By kind of sheet: what it asks. */
export const QUESTIONS = { finish, bill, green, lend, assist, reprint, appointments };

/** What is asked there has steps of its own. */
function appointments({ desk, booked }) {
  return html`<desk-appointments .desk=${desk} .news=${booked}></desk-appointments>`;
}

function digit(index) {
  return index < DIGITS ? html`<kbd>${index + 1}</kbd>` : nothing;
}

function finish({ desk, ticket }) {
  const act = (outcome) => desk.run(() => desk.commands.finish(ticket, outcome));
  return html`<p class="soft">${t("desk.finish_hint")}</p>
    <ol class="choices wide">
      ${desk.hall.outcomes.map(
        ({ id, name }, index) => html`<li>
          <button class="button" data-digit=${index + 1} @click=${() => act(id)}>
            ${digit(index)} ${nameOf(name)}
          </button>
        </li>`,
      )}
    </ol>
    <button class="button" data-digit="0" @click=${() => act()}>
      <kbd>0</kbd> ${t("desk.finish_plain")}
    </button>`;
}

// ── payment ──

function bill(sheet) {
  const { desk, ticket } = sheet;
  const submit = (event) => {
    event.preventDefault();
    const form = event.target;
    const amountFen = fenOf(form.amount.value);
    form.amount.setCustomValidity(amountFen === null ? t("desk.amount_wrong") : "");
    if (!form.reportValidity()) return;
    const item = form.item.value.trim();
    const printer = form.printer?.value || undefined;
    desk.run(() => desk.commands.bill(ticket, { item, amountFen, printer }));
  };
  return html`<form @submit=${submit}>
    <p class="soft">${t("desk.bill_hint")}</p>
    <label>
      ${t("desk.bill_item")}
      <input class="field" name="item" data-focus required maxlength="100" autocomplete="off"
        .value=${ticket ? nameOf(desk.services.get(currentLeg(ticket).id)?.name) : ""} />
    </label>
    <label>
      ${t("desk.bill_amount")}
      <input class="field" name="amount" inputmode="decimal" autocomplete="off"
        @input=${(event) => event.target.setCustomValidity("")} />
    </label>
    ${printers(desk)}
    <button class="button primary">${t("desk.bill_send")} <kbd>Enter</kbd></button>
  </form>`;
}

function printers({ floor }) {
  if (!floor.printers.length) return nothing;
  return html`<label>
    ${t("desk.bill_paper")}
    <select class="field" name="printer">
      <option value="">${t("desk.bill_no_paper")}</option>
      ${floor.printers.map(({ id }) => html`<option value=${id}>${id}</option>`)}
    </select>
  </label>`;
}

// ── the paper once more ──

/** Whoever stands here, or another number: its paper is what the visitor has lost. */
function reprint(sheet) {
  const { desk, ticket } = sheet;
  if (!desk.floor.printers.length) return html`<p class="notice warn">${t("desk.printer_none")}</p>`;
  const act = (event, printer) => {
    const { form } = event.currentTarget;
    if (!form.reportValidity()) return;
    const number = form.number.value.trim().toUpperCase();
    desk.run(() => desk.commands.reprint(number, printer));
  };
  // Enter after a number: the digits choose then.
  const typed = (event) => {
    event.preventDefault();
    event.currentTarget.querySelector("[data-digit]").focus();
  };
  return html`<form @submit=${typed}>
    <p class="soft">${t("desk.reprint_hint")}</p>
    <label>
      ${t("desk.reprint_number")}
      <input class="field number" name="number" required maxlength="8" autocomplete="off"
        spellcheck="false" ?data-focus=${!ticket} .value=${ticket?.number ?? ""} />
    </label>
    <ol class="choices wide">
      ${desk.floor.printers.map(
        ({ id, state }, index) => html`<li>
          <button class="button" type="button" data-digit=${index + 1}
            @click=${(event) => act(event, id)}>
            ${digit(index)} <span class="name">${id}</span>
            <span class=${WELL.has(state) ? "soft" : "warn"}>${printerWords(state)}</span>
          </button>
        </li>`,
      )}
    </ol>
  </form>`;
}

// ── a green channel ──

function green(sheet) {
  const { desk } = sheet;
  const act = (event, priority) => {
    const { form } = event.currentTarget;
    const number = form.number.value.trim().toUpperCase();
    const ticket = desk.listed("waiting").find((each) => each.number === number);
    form.number.setCustomValidity(ticket ? "" : t("desk.green_unknown", { number }));
    if (!form.reportValidity()) return;
    const cause = form.cause.value.trim();
    const approver = form.approver.value.trim();
    desk.run(() => desk.commands.prioritise(ticket, { priority, cause, approver }));
  };
  const field = (name, value = "") => html`<label>
    ${t(`desk.green_${name}`)}
    <input class="field" name=${name} required maxlength="100" autocomplete="off" .value=${value}
      ?data-focus=${name === "cause"} @input=${(event) => event.target.setCustomValidity("")} />
  </label>`;
  return html`<form @submit=${(event) => event.preventDefault()}>
    <p class="soft">${t("desk.green_hint")}</p>
    ${field("number", desk.upcoming?.number)} ${field("cause")} ${field("approver")}
    <ol class="choices wide">
      ${byApproval(desk.hall.priorities).map(
        ({ id, name }, index) => html`<li>
          <button class="button" type="button" data-digit=${index + 1}
            @click=${(event) => act(event, id)}>
            ${digit(index)} ${nameOf(name)}
          </button>
        </li>`,
      )}
    </ol>
  </form>`;
}

/** Those that only staff give come first. */
function byApproval(priorities) {
  return [...priorities].sort((a, b) => b.approval - a.approval);
}

// ── a loan of this window ──

function lend(sheet) {
  const { desk } = sheet;
  const own = served(desk.window);
  const others = [...desk.floor.groups.values()]
    .filter(({ id }) => !own.includes(id))
    .sort((a, b) => b.waiting - a.waiting);
  const minutes = () => Number(sheet.querySelector("input[name=loan]:checked").value);
  const act = (id) => desk.run(() => desk.commands.lend([id], minutes()));
  return html`<p class="soft">${t("desk.lend_hint")}</p>
    <fieldset class="minutes">
      <legend>${t("desk.lend_minutes")}</legend>
      ${LOAN_MINUTES.map(
        (n) => html`<label class="button">
          <input type="radio" name="loan" value=${n} class="visually-hidden" ?checked=${n === 60} />
          ${n}
        </label>`,
      )}
    </fieldset>
    <ol class="choices wide">
      ${others.map(
        ({ id, waiting }, index) => html`<li>
          <button class="button" data-digit=${index + 1} @click=${() => act(id)}>
            ${digit(index)} <span class="name">${nameOf(desk.floor.groupNames[id])}</span>
            <span class="soft">${t("desk.lend_waiting", { n: waiting })}</span>
          </button>
        </li>`,
      )}
    </ol>`;
}

// ── a call for help ──

function assist({ desk }) {
  const act = (why) => desk.run(() => desk.commands.assist(t(`desk.alarm_${why}`)));
  return html`<p class="soft">${t("desk.assist_hint")}</p>
    <ol class="choices wide">
      ${ALARMS.map(
        (why, index) => html`<li>
          <button class="button danger" data-digit=${index + 1} @click=${() => act(why)}>
            ${digit(index)} ${t(`desk.alarm_${why}`)}
          </button>
        </li>`,
      )}
    </ol>`;
}
