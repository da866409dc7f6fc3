// Words on screens stand in all languages of the hall at once: nobody can switch a screen.

import { html } from "../vendor/lit.js";
import { roundedRange } from "../shared/format.js";
import { nameOf, t } from "../shared/i18n.js";

let languages = ["zh", "en"];

/** The languages of this screen, the first the largest. */
export function speak(list) {
  languages = list;
}

/** The message in each language. */
export function words(key, params = {}) {
  return each((lang) => t(key, params, lang));
}

/** Names in each language; a name that is the same in all is said once. */
export function names(map) {
  const seen = new Set();
  return each((lang) => {
    const name = nameOf(map, lang);
    return seen.has(name) ? null : seen.add(name) && name;
  });
}

/** What a window is called on a screen: its number where its names are made of it. */
export function windowLabel({ window, window_name: map }) {
  const plain = !map || Object.values(map).every((name) => name.includes(window));
  return plain ? window : nameOf(map, languages[0]);
}

/** The wait in minutes as "15–40", or words where there is no such range. */
export function minutes({ estimate, estimate_status: status }) {
  if (status === "now") return "0";
  if (!estimate || status !== "ok") return null;
  const [low, high] = roundedRange(estimate.low_s, estimate.high_s);
  return low === high ? `${high}` : `${low}–${high}`;
}

function each(text) {
  return languages.map((lang, index) => {
    const said = text(lang);
    if (said === null) return null;
    return html`<span class=${index === 0 ? "first" : "second"} lang=${lang}>${said}</span>`;
  });
}
