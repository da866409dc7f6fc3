// Charts as SVG, always with their table on the same page. Two series at most: a full column and an
// outline or a line, told apart by form and not by colour alone.

import { t } from "../shared/i18n.js";
import { html, svg } from "../vendor/lit.js";

const minutes = (field) => (row) => (row[field] ?? 0) / 60;

/** What can be drawn: a filled series and, behind it, a wider outlined one. */
export const CHARTS = {
  tickets: {
    fill: ["served_col", (row) => row.served],
    back: ["arrivals", (row) => row.arrivals],
  },
  waits: {
    fill: ["wait_median", minutes("wait_median_s")],
    back: ["wait_p90", minutes("wait_p90_s")],
  },
  service: {
    fill: ["service_mean", minutes("service_mean_s")],
    back: ["service_p90", minutes("service_p90_s")],
  },
  within: { fill: ["within_target", (row) => (row.within_target ?? 0) * 100], top: 100 },
};

const WIDTH = 1200;
const HEIGHT = 260;
const LEFT = 48;
const BOTTOM = 28;
const TOP = 12;
const LINES = 4;
const WIDEST = 96;

/** Columns in the order of the rows, with a scale in round steps. */
export function columnChart(name, rows, label) {
  const { fill, back, top: fixed } = CHARTS[name];
  const values = rows.flatMap((row) => [fill[1](row), back?.[1](row) ?? 0]);
  const step = roundStep((fixed ?? Math.max(1, ...values)) / LINES);
  const top = step * LINES;
  const room = HEIGHT - BOTTOM - TOP;
  const y = (value) => TOP + room * (1 - Math.min(value, top) / top);
  const wide = Math.min(WIDEST, (WIDTH - LEFT) / rows.length);
  const every = Math.ceil(rows.length / 20);
  const column = (row, index) => {
    const x = LEFT + index * wide;
    return svg`<g>
      <title>${columnTitle(name, row, label)}</title>
      ${back ? rectangle("back", x + wide * 0.1, wide * 0.8, y(back[1](row)), y(0)) : ""}
      ${rectangle("fill", x + wide * 0.24, wide * 0.52, y(fill[1](row)), y(0))}
      ${
        index % every === 0
          ? svg`<text class="label" x=${x + wide / 2} y=${HEIGHT - 8}>${short(label(row))}</text>`
          : ""
      }
    </g>`;
  };
  const lines = Array.from({ length: LINES + 1 }, (_, index) => index * step);
  return html`<figure class="chart">
    <figcaption>
      ${t(`manager.chart_${name}`)}
      <span class="key fill">${t(`manager.${fill[0]}`)}</span>
      ${back ? html`<span class="key back">${t(`manager.${back[0]}`)}</span>` : ""}
    </figcaption>
    <svg viewBox="0 0 ${WIDTH} ${HEIGHT}" role="img" aria-label=${t(`manager.chart_${name}`)}>
      ${lines.map(
        (value) => svg`<line class="grid" x1=${LEFT} x2=${WIDTH} y1=${y(value)} y2=${y(value)} />
          <text class="scale" x=${LEFT - 8} y=${y(value) + 5}>${value}</text>`,
      )}
      ${rows.map(column)}
    </svg>
  </figure>`;
}

/** Rows by what is drawn of them: what needs a look stands on top. */
export function worstFirst(rows, name) {
  const { fill, back, top: fixed } = CHARTS[name];
  const value = (back ?? fill)[1];
  const sign = fixed ? 1 : -1; // of a share the smallest is the worst
  return [...rows].sort((a, b) => sign * (value(a) - value(b)));
}

/** One row's bar inside its table, on the scale of all rows. */
export function barIn(name, row, rows) {
  const { fill, back, top: fixed } = CHARTS[name];
  const top = fixed ?? Math.max(1, ...rows.map((each) => Math.max(fill[1](each), back?.[1](each) ?? 0)));
  const width = (value) => (200 * Math.min(value, top)) / top;
  return html`<svg class="bar" viewBox="0 0 200 16" preserveAspectRatio="none" aria-hidden="true">
    ${back ? svg`<rect class="back" y="1" width=${width(back[1](row))} height="14" />` : ""}
    <rect class="fill" y="4" width=${width(fill[1](row))} height="8" />
  </svg>`;
}

function columnTitle(name, row, label) {
  const said = Object.values(CHARTS[name])
    .filter(Array.isArray)
    .map(([word, value]) => `${t(`manager.${word}`)} ${Math.round(value(row))}`);
  return `${label(row)}: ${said.join(", ")}`;
}

function rectangle(kind, x, width, from, to) {
  return svg`<rect class=${kind} x=${x} width=${width} y=${from} height=${Math.max(0, to - from)} />`;
}

/** 1, 2, 5, 10, 20, 25, 50 … at least `least`. */
function roundStep(least) {
  const power = 10 ** Math.floor(Math.log10(Math.max(least, 1)));
  return [1, 2, 2.5, 5, 10].map((n) => n * power).find((n) => n >= least && Number.isInteger(n));
}

/** A day as "11-22"; anything else as it is. */
const short = (text) => (/^\d{4}-\d\d-\d\d$/.test(text) ? text.slice(5) : text);
