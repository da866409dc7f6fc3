// Durations as they stand in tables, and words that several parts of the page use.

import { language, t } from "../shared/i18n.js";

const HOUR = 60;

/** "25 min", "1 hr 10 min"; nothing for an unknown duration. */
export function brief(seconds) {
  if (seconds === null || seconds === undefined) return t("manager.nothing");
  const minutes = Math.round(seconds / 60);
  if (minutes < 1) return `<${unit(1, "minute")}`;
  if (minutes < HOUR) return unit(minutes, "minute");
  const rest = minutes % HOUR;
  const hours = unit(Math.floor(minutes / HOUR), "hour");
  return rest ? `${hours}${language() === "zh" ? "" : " "}${unit(rest, "minute")}` : hours;
}

function unit(value, name) {
  const locale = language() === "zh" ? "zh-CN" : "en-GB";
  return new Intl.NumberFormat(locale, {
    style: "unit",
    unit: name,
    unitDisplay: "short",
  }).format(value);
}

/** The state of a printer. */
export function printerWords(state) {
  return t(`manager.printer_${state}`);
}
