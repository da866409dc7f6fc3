// How full a day is: a row for each group, a column for each slot, bookings of what fits.

import { wallTime } from "../shared/clock.js";
import { percent } from "../shared/format.js";
import { nameOf, t } from "../shared/i18n.js";
import { html, nothing } from "../vendor/lit.js";
import "../shared/group-mark.js";

/**
 * @param {object} hall
 * @param {{group: string, booked: number, capacity: number, slots: object[]}[]} load
 */
export function loadTable(hall, load) {
  const rows = load.filter(({ booked, capacity }) => booked || capacity);
  if (!rows.length) return nothing;
  const times = [...new Set(rows.flatMap(({ slots }) => slots.map(({ start }) => start)))].sort();
  return html`<section class="load">
    <h2>${t("manager_bookings.load")}</h2>
    <div class="scroll" tabindex="0" role="region" aria-label=${t("manager_bookings.load")}>
      <table>
        <thead>
          <tr>
            <th>${t("manager.group")}</th>
            <th class="figure">${t("manager_bookings.load_day")}</th>
            ${times.map((at) => html`<th class="slot">${wallTime(at)}</th>`)}
          </tr>
        </thead>
        <tbody>
          ${rows.map((row) => groupRow(hall, row, times))}
        </tbody>
      </table>
    </div>
  </section>`;
}

function groupRow(hall, { group, booked, capacity, slots }, times) {
  const known = hall.groups.find(({ id }) => id === group);
  const at = new Map(slots.map((slot) => [slot.start, slot]));
  return html`<tr>
    <th scope="row">
      <span class="name">
        <group-mark prefix=${known?.prefix ?? group}></group-mark>
        <span>${nameOf(known?.name) || group}</span>
      </span>
    </th>
    <td class="figure">${t("manager_bookings.of", { booked, capacity })}
      <span class="soft">${capacity ? percent(booked / capacity) : ""}</span></td>
    ${times.map((time) => cell(at.get(time)))}
  </tr>`;
}

function cell(slot) {
  if (!slot || !(slot.capacity || slot.booked)) return html`<td class="slot"></td>`;
  const { booked, capacity } = slot;
  return html`<td class="slot ${fullness(booked, capacity)}">${t("manager_bookings.of", { booked, capacity })}</td>`;
}

/** How full a slot is, as a class: the figures beside it say the same. */
function fullness(booked, capacity) {
  if (booked > capacity) return "over";
  if (booked === capacity) return "full";
  if (!booked) return "none";
  return booked * 2 >= capacity ? "most" : "some";
}
