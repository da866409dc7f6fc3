// Numbers as people say them. Durations come in seconds; words come from the catalogue.

import { language, t } from "./i18n.js";

const HOUR = 60;
const LONGEST_IN_MINUTES = 90;

/** "8 minutes", "1 hour 20 minutes". Rounded to the minute; under one it says so. */
export function duration(seconds) {
  const minutes = Math.round(seconds / 60);
  if (minutes < 1) return t("common.under_a_minute");
  return spoken(minutes);
}

/** "25 min", "1 hr 10 min", "<1 min": a duration in a table. */
export function brief(seconds) {
  const minutes = Math.round(seconds / 60);
  return minutes < 1 ? `<${spoken(1, "short")}` : spoken(minutes, "short");
}

/** "3.4 min": a duration of which a tenth of a minute matters. */
export function tenths(seconds) {
  const digits = { minimumFractionDigits: 1, maximumFractionDigits: 1 };
  return unitFormat("minute", "short", digits).format(seconds / 60);
}

/** "3:07", for times that count up beside an eye that watches them. */
export function stopwatch(seconds) {
  const whole = Math.max(0, Math.floor(seconds));
  const minutes = Math.floor(whole / 60);
  const rest = String(whole % 60).padStart(2, "0");
  if (minutes < HOUR) return `${minutes}:${rest}`;
  return `${Math.floor(minutes / HOUR)}:${String(minutes % HOUR).padStart(2, "0")}:${rest}`;
}

/**
 * Whole minutes that contain the range: the low end goes down and the high end goes up, to steps
 * that people use when they speak of so long a time. So rounding never makes a promise tighter.
 * @returns {[number, number]}
 */
export function roundedRange(lowS, highS) {
  const step = stepFor(highS / 60);
  const low = Math.floor(lowS / 60 / step) * step;
  const high = Math.max(Math.ceil(highS / 60 / step) * step, step);
  return [low, high];
}

function stepFor(minutes) {
  if (minutes <= 10) return 1;
  if (minutes <= 60) return 5;
  return minutes <= 180 ? 10 : 30;
}

/**
 * "5–10 minutes", "up to 3 minutes", "1 hour to 1 hour 20 minutes".
 * @param {"long" | "short"} style "short" for narrow places: "5–10 min"
 */
export function range(lowS, highS, style = "long") {
  const [low, high] = roundedRange(lowS, highS);
  if (low === 0) return t("common.less_than", { time: spoken(high, style) });
  if (low === high) return t("common.about", { time: spoken(high, style) });
  if (high <= LONGEST_IN_MINUTES) return unitFormat("minute", style).formatRange(low, high);
  return t("common.from_to", { low: spoken(low, style), high: spoken(high, style) });
}

/**
 * A wait as a sentence part. `view` has `estimate` ({low_s, median_s, high_s} or null) and
 * `estimate_status`, as groups, services and tickets do.
 */
export function wait(view, style = "long") {
  switch (view.estimate_status) {
    case "now":
      return t("common.wait_now");
    case "no_window":
      return t("common.wait_no_window");
    case "closed":
      return t("common.wait_closed");
    default:
      if (!view.estimate) return t("common.wait_unknown");
      return range(view.estimate.low_s, view.estimate.high_s, style);
  }
}

/** A number with the language's separators. */
export function count(value) {
  return new Intl.NumberFormat(locale()).format(value);
}

/** 0.834 → "83%". */
export function percent(share) {
  return new Intl.NumberFormat(locale(), { style: "percent" }).format(share);
}

/** "Sunday 22 November" of an RFC 3339 time, in the hall's time zone. */
export function longDate(iso) {
  return dateIn(iso, "long");
}

/** "Sun 22 Nov": the same in a table. */
export function shortDate(iso) {
  return dateIn(iso, "short");
}

function dateIn(iso, style) {
  const day = new Date(`${iso.slice(0, 10)}T00:00:00Z`);
  return new Intl.DateTimeFormat(locale(), {
    weekday: style,
    day: "numeric",
    month: style,
    timeZone: "UTC",
  }).format(day);
}

function spoken(minutes, style = "long") {
  if (minutes < HOUR) return unitFormat("minute", style).format(minutes);
  const hours = unitFormat("hour", style).format(Math.floor(minutes / HOUR));
  const rest = minutes % HOUR;
  if (rest === 0) return hours;
  return `${hours}${language() === "zh" ? "" : " "}${unitFormat("minute", style).format(rest)}`;
}

function unitFormat(unit, unitDisplay, digits = {}) {
  return new Intl.NumberFormat(locale(), { style: "unit", unit, unitDisplay, ...digits });
}

function locale() {
  return language() === "zh" ? "zh-CN" : language() === "en" ? "en-GB" : language();
}
