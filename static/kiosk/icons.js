// A few drawn signs, always beside words.

import { html, svg } from "../vendor/lit.js";

const icon = (content) =>
  html`<svg class="icon" viewBox="0 0 24 24" aria-hidden="true" fill="none" stroke="currentColor"
    stroke-width="2" stroke-linecap="round" stroke-linejoin="round">${content}</svg>`;

export const back = icon(svg`<path d="M15 5l-7 7 7 7" />`);
export const next = icon(svg`<path d="M9 5l7 7-7 7" />`);
export const home = icon(svg`<path d="M4 11.5 12 5l8 6.5M6.5 10v9h11v-9" />`);
export const help = icon(
  svg`<circle cx="12" cy="12" r="9" /><path d="M9.3 9.3a2.8 2.8 0 1 1 4 2.6c-.9.4-1.3 1-1.3 1.9M12 17h.01" />`,
);
export const search = icon(svg`<circle cx="10.5" cy="10.5" r="6" /><path d="m15 15 5 5" />`);
export const letters = icon(svg`<path d="M3 18 7.5 6 12 18M4.5 14h6M14 18l3-8 3 8M15 15.5h4" />`);
export const lower = icon(svg`<path d="M4 5h16M12 9v9M8 14.5l4 4 4-4" />`);
export const globe = icon(
  svg`<circle cx="12" cy="12" r="9" /><path d="M3 12h18M12 3c3 3 3 15 0 18M12 3c-3 3-3 15 0 18" />`,
);
export const erase = icon(svg`<path d="M9 6h11v12H9l-5-6zM12 10l4 4M16 10l-4 4" />`);
export const remove = icon(svg`<path d="M6 6l12 12M18 6 6 18" />`);
export const returned = icon(svg`<path d="M9 7 4 12l5 5M4 12h11a5 5 0 0 0 0-10h-2" />`);
export const several = icon(svg`<path d="M4 6h3v3H4zM4 15h3v3H4zM11 7.5h9M11 16.5h9" />`);
export const calendar = icon(svg`<path d="M4 6h16v14H4zM4 10.5h16M8 3v4M16 3v4M8.5 15l2.5 2.5 4.5-4.5" />`);
export const house = icon(svg`<path d="M4 20h16M6 20V5h12v15M10 9h.01M14 9h.01M10 13h.01M14 13h.01M11 20v-3h2v3" />`);
