// A visit of several services, a payment notice, promised papers: `kiosk/server/page_words.py` alike.

import { instant, wallTime } from "../shared/clock.js";
import { duration } from "../shared/format.js";
import { yuan } from "../shared/money.js";
import { t } from "../shared/i18n.js";

const STEP_MS = 300_000;

const QUEUES = new Set(["waiting", "parked"]);

/** How long the rest of a visit of several services takes; empty for any other. */
export function planWords({ plan, services, state }) {
  if (!plan.length) return services.length > 1 && QUEUES.has(state) ? t("visitor.plan_unknown") : "";
  const last = Math.max(...plan.map(({ ends_s: ends }) => ends));
  return t("visitor.plan", { time: duration(Math.max(1, Math.round(last / 300)) * 300) });
}

/** Where one of several services stands; while it waits, about when it is its turn. */
export function stopWords({ plan }, leg, now) {
  const stop = plan.find(({ service }) => service === leg.id);
  if (leg.state !== "waiting" || !stop) return t(`visitor.service_${leg.state}`);
  return t("visitor.service_about", { at: wallTime(later(now, stop.begins_s)) });
}

function later(iso, seconds) {
  const at = Math.round((instant(iso) + seconds * 1000) / STEP_MS) * STEP_MS;
  const offset = iso.match(/([+-])(\d\d):(\d\d)$/);
  const minutes = offset ? Number(`${offset[1]}1`) * (Number(offset[2]) * 60 + Number(offset[3])) : 0;
  return new Date(at + minutes * 60_000).toISOString();
}

/** What of a payment notice is shown: {what, state, open}, or null. */
export function payWords({ notice }) {
  if (!notice) return null;
  const { number, item, amount_fen: fen, paid_at: paid } = notice;
  return {
    number,
    what: `${item} · ${yuan(fen)}`,
    state: paid ? t("visitor.pay_paid", { at: wallTime(paid) }) : t("visitor.pay_open"),
    open: !paid,
  };
}
