// What became of a message to somebody outside the hall, in words. Texts: the area `sent`.

import { wallTime } from "./clock.js";
import { t } from "./i18n.js";

/** Ends that somebody should look at. */
const BAD = new Set(["failed", "uncertain", "expired"]);

/** A code of the log, e.g. `refused 550`, in words with its number. */
export function why(detail) {
  const [code, ...numbers] = (detail ?? "").split(" ");
  return [t(`sent.why_${code || "no_answer"}`), ...numbers].join(" ");
}

/** A message as `MessageView` has it: {text, bad}. */
export function messageWords({ channel, state, at, detail }) {
  const by = t(`sent.by_${channel}`);
  const text = t(`sent.${state}`, { by, at: wallTime(at), why: why(detail) });
  return { text, bad: BAD.has(state) };
}
