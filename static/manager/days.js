// Days as the parts of the page ask for them: usual ranges that end today or before, and two fields.

import { dayAfter } from "../shared/clock.js";
import { t } from "../shared/i18n.js";
import { html, nothing } from "../vendor/lit.js";

/** The days of a range, [how many days before today it begins, and ends]. */
export function daysOf([first, last], today) {
  return { from: dayAfter(today, -first), to: dayAfter(today, -last) };
}

/** A button for each range; that of the days asked for is pressed. */
export function rangeButtons(ranges, today, asked, choose) {
  return html`<div class="ranges">
    ${Object.entries(ranges).map(([name, range]) => {
      const days = daysOf(range, today);
      const same = days.from === asked.from && days.to === asked.to;
      return html`<button class="button" type="button" aria-pressed=${same} @click=${() => choose(days)}>
        ${t(`manager.range_${name}`)}
      </button>`;
    })}
  </div>`;
}

/** The fields `from` and `to`; `choose` takes the one that was changed. */
export function dayFields(asked, choose, max) {
  return ["from", "to"].map(
    (name) => html`<label>
      ${t(`manager.${name}`)}
      <input class="field" type="date" name=${name} required max=${max ?? nothing} .value=${asked[name] ?? ""}
        @change=${({ target }) => target.value && choose({ [name]: target.value })} />
    </label>`,
  );
}
