// <group-mark prefix="B"></group-mark>: a service group as colour + shape + letter, the same on all
// pages. All three follow from the letter, so that no list has to be agreed on.

import { LitElement, css, html, svg } from "../vendor/lit.js";

const COLOURS = 8;

const SHAPES = [
  svg`<circle cx="20" cy="20" r="18" />`,
  svg`<rect x="3" y="3" width="34" height="34" rx="3" />`,
  svg`<path d="M20 1 39 20 20 39 1 20Z" />`,
  svg`<path d="M11 2.5H29L39 20 29 37.5H11L1 20Z" />`,
  svg`<path d="M3 4H37V23C37 32 28 37 20 39 12 37 3 32 3 23Z" />`,
];

/** The colour (0–7) and the shape (0–4) of a prefix. 40 prefixes differ in at least one. */
export function markOf(prefix) {
  const sum = Array.from(prefix.toUpperCase()).reduce((n, c) => n * 26 + c.codePointAt(0) - 65, 0);
  const index = ((sum % 40) + 40) % 40;
  return { colour: index % COLOURS, shape: index % SHAPES.length };
}

class GroupMark extends LitElement {
  static properties = { prefix: { type: String } };

  static styles = css`
    :host {
      display: inline-block;
      width: 2em;
      height: 2em;
      flex: none;
      vertical-align: middle;
    }
    svg {
      display: block;
      width: 100%;
      height: 100%;
    }
    text {
      fill: var(--group-ink);
      font-family: var(--font);
      font-weight: 700;
      text-anchor: middle;
    }
    .c0 { fill: var(--group-0); }
    .c1 { fill: var(--group-1); }
    .c2 { fill: var(--group-2); }
    .c3 { fill: var(--group-3); }
    .c4 { fill: var(--group-4); }
    .c5 { fill: var(--group-5); }
    .c6 { fill: var(--group-6); }
    .c7 { fill: var(--group-7); }
  `;

  constructor() {
    super();
    this.prefix = "";
  }

  render() {
    const { colour, shape } = markOf(this.prefix);
    const size = this.prefix.length > 1 ? 15 : 21;
    return html`<svg viewBox="0 0 40 40" aria-hidden="true">
      <g class="c${colour}">${SHAPES[shape]}</g>
      <text x="20" y=${20 + size * 0.36} font-size=${size}>${this.prefix}</text>
    </svg>`;
  }
}

customElements.define("group-mark", GroupMark);
