// Who waits, by group: a short table beside the calls. More groups than fit take turns.

import { html } from "../vendor/lit.js";
import "../shared/group-mark.js";
import { minutes, names, words } from "./words.js";

const ROWS = 13;
const TURN_MS = 12_000;

/** The table of groups. */
export function groupRows(groups) {
  const pages = Math.max(1, Math.ceil(groups.length / ROWS));
  const page = Math.floor(performance.now() / TURN_MS) % pages;
  const rows = groups.slice(page * ROWS, (page + 1) * ROWS);
  return html`<table class="groups">
    <thead>
      <tr>
        <th>${words("screen.waiting_for")}</th>
        <th>${words("screen.waiting")}</th>
        <th>${words("screen.minutes")}</th>
      </tr>
    </thead>
    <tbody>
      ${rows.map(groupRow)}
    </tbody>
  </table>`;
}

function groupRow(group) {
  return html`<tr>
    <th scope="row">
      <div>
        <group-mark prefix=${group.prefix}></group-mark>
        <span class="name">${names(group.name)}</span>
      </div>
    </th>
    <td class="number">${group.waiting}</td>
    <td>${expected(group)}</td>
  </tr>`;
}

/** The minutes to expect, or why there are none. */
export function expected(group) {
  if (!group.open) return html`<span class="why">${words("common.wait_closed")}</span>`;
  const range = minutes(group);
  if (range !== null) return html`<span class="number">${range}</span>`;
  if (group.estimate_status !== "no_window") return html`<span class="soft">–</span>`;
  return html`<span class="why">${words("screen.no_window")}</span>`;
}
