// Past days as they were beside the same days with something different: a sentence, and a table of three
// rows for the hall and for each group. What is better or worse is judged by the middle row: both are played.

import { count, percent, tenths } from "../shared/format.js";
import "../shared/group-mark.js";
import { nameOf, t } from "../shared/i18n.js";
import { html, nothing } from "../vendor/lit.js";

const WORLDS = ["recorded", "unchanged", "changed"];
const WAITS = ["wait_mean", "wait_median", "wait_p90", "wait_max"];
/** Below these a difference is none: seconds, and a share. */
const SAME_S = 6;
const SAME_SHARE = 0.005;

/** What was found. answer: the server's; words: of the changes. */
export function comparison({ answer, words }, hall) {
  const { days, empty, total, groups } = answer;
  const came = groups.filter(({ worlds }) => worlds.recorded.arrivals);
  const scope = { days: daysInWords(days), n: count(total.recorded.arrivals) };
  return html`<section class="found">
    <h2>${t("what_if.found", scope)}</h2>
    <p>${words.join(t("common.list_comma"))}</p>
    ${verdict(total)}
    ${empty.length
      ? html`<p class="soft">${t("what_if.empty", { days: empty.join(t("common.list_comma")) })}</p>`
      : nothing}
    <div class="scroll" tabindex="0" role="region" aria-label=${t("what_if.table")}>
      <table>
        <thead>
          <tr>
            <th>${t("manager.group")}</th>
            <th>${t("what_if.world")}</th>
            <th class="figure">${t("manager.arrivals")}</th>
            ${[...WAITS, "within_target"].map((name) => html`<th class="figure">${t(`manager.${name}`)}</th>`)}
            <th class="figure">${t("what_if.never_called")}</th>
          </tr>
        </thead>
        ${block(html`<strong>${t("what_if.hall")}</strong>`, total)}
        ${came.map(({ id, name, worlds }) => block(groupName(id, name, hall), worlds))}
      </table>
    </div>
    <p class="soft about">${truth(total)} ${t("what_if.about")}</p>
  </section>`;
}

function daysInWords(days) {
  const [first] = days;
  const last = days.at(-1);
  return days.length === 1 ? first : t("what_if.days_from_to", { first, last, n: days.length });
}

/** What the change does, in a sentence. */
function verdict({ unchanged: before, changed: after }) {
  const lost = after.never_called - before.never_called;
  const kind = before.wait_mean_s === null || after.wait_mean_s === null ? "none" : leaning(before, after);
  const figures = {
    before: tenths(before.wait_mean_s ?? 0),
    after: tenths(after.wait_mean_s ?? 0),
    kept: percent(before.within_target ?? 0),
    keeps: percent(after.within_target ?? 0),
  };
  return html`<p class="notice ${{ better: "good", worse: "bad" }[kind] ?? ""} verdict">
    ${t(`what_if.verdict_${kind}`, figures)}
    ${lost > 0 ? html`<strong>${t("what_if.verdict_lost", { n: count(lost) })}</strong>` : nothing}
  </p>`;
}

function leaning(before, after) {
  const more = after.wait_mean_s - before.wait_mean_s;
  if (Math.abs(more) < SAME_S) return "same";
  return more < 0 ? "better" : "worse";
}

/** How far the model is from what happened, with no change at all. */
function truth({ recorded, unchanged }) {
  if (recorded.wait_mean_s === null || unchanged.wait_mean_s === null) return nothing;
  const means = { recorded: tenths(recorded.wait_mean_s), again: tenths(unchanged.wait_mean_s) };
  return t(means.recorded === means.again ? "what_if.truth_same" : "what_if.truth", means);
}

function groupName(id, name, hall) {
  const known = hall.groups.find((group) => group.id === id);
  return html`<span class="name">
    <group-mark prefix=${known?.prefix ?? id}></group-mark><span>${nameOf(name) || id}</span>
  </span>`;
}

function block(heading, worlds) {
  return html`<tbody>
    ${WORLDS.map(
      (world, n) => html`<tr class=${world}>
        ${n ? nothing : html`<th scope="rowgroup" rowspan="3">${heading}</th>`}
        <th scope="row">${t(`what_if.world_${world}`)}</th>
        <td class="figure">${count(worlds[world].arrivals)}</td>
        ${WAITS.map((name) => cell(worlds, world, `${name}_s`, tenths, SAME_S, 1))}
        ${cell(worlds, world, "within_target", percent, SAME_SHARE, -1)}
        ${cell(worlds, world, "never_called", count, 0.5, 1)}
      </tr>`,
    )}
  </tbody>`;
}

/** A figure. sign: 1 where more is worse, -1 where it is better. */
function cell(worlds, world, name, write, same, sign) {
  const value = worlds[world][name];
  const more = world === "changed" ? difference(value, worlds.unchanged[name]) : 0;
  if (Math.abs(more) < same) {
    return html`<td class="figure">${value === null ? t("manager.nothing") : write(value)}</td>`;
  }
  const kind = more * sign > 0 ? "worse" : "better";
  return html`<td class="figure ${kind}">
    <span class="arrow" role="img" aria-label=${t(`what_if.${kind}`)}>${more > 0 ? "↑" : "↓"}</span>
    ${write(value)}
  </td>`;
}

function difference(after, before) {
  return after === null || before === null ? 0 : after - before;
}
