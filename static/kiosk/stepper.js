// How many of the same: two large buttons and the number between them.

import { html, nothing } from "../vendor/lit.js";
import { t } from "../shared/i18n.js";

/**
 * @param {number} most at once; nothing is shown where it is 1
 * @param {number} value
 * @param {(value: number) => void} onChange
 */
export function stepper(most, value, onChange) {
  if (most <= 1) return nothing;
  return html`<div class="stepper" role="group" aria-label=${t("visits.quantity")}>
    <span>${t("visits.quantity")}</span>
    <button class="button" aria-label=${t("visits.fewer")} ?disabled=${value <= 1}
      @click=${() => onChange(value - 1)}>−</button>
    <output class="number">${value}</output>
    <button class="button" aria-label=${t("visits.more")} ?disabled=${value >= most}
      @click=${() => onChange(value + 1)}>+</button>
  </div>`;
}
