// HTTP as the pages use it: JSON in, JSON out, refusals as `Problem`.
// A POST carries one Idempotency-Key through all its retries, so it happens once.

import { language, t } from "./i18n.js";

const BASE = "/api/v1";
const ATTEMPTS = 4;
const ATTEMPT_MS = 8000;
const FIRST_DELAY_MS = 300;
const RETRY_STATUS = new Set([502, 503, 504]);

/** A refusal by the server (RFC 9457), or the lack of an answer (status 0, code "offline"). */
export class Problem extends Error {
  /** @param {{status: number, code: string, detail?: string, field?: string, retryAfter?: number}} what */
  constructor({ status, code, detail = "", field = "", retryAfter = 0 }) {
    super(detail || code);
    this.name = "Problem";
    this.status = status;
    this.code = code;
    this.detail = detail;
    this.field = field;
    this.retryAfter = retryAfter; // seconds
  }

  get offline() {
    return this.status === 0;
  }

  /** What went wrong, for whoever asked. */
  get words() {
    return this.offline ? t("common.offline") : this.detail;
  }
}

/** A fresh idempotency key. (`crypto.randomUUID` does not exist on a plain-HTTP address of a LAN.) */
export function newKey() {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
}

/** GET; `params` become the query (undefined and null are left out). */
export function get(path, params = {}) {
  const query = new URLSearchParams();
  for (const [name, value] of Object.entries(params)) {
    if (value !== undefined && value !== null) query.set(name, value);
  }
  const suffix = query.size ? `?${query}` : "";
  return request("GET", path + suffix);
}

/**
 * POST. Answers null for 204. Give `key` to continue an earlier, unanswered request; `patience` (ms)
 * for an answer that takes long.
 * @param {string} path below /api/v1
 * @param {object} body
 * @param {{key?: string, patience?: number}} options
 */
export function post(path, body = {}, { key = newKey(), patience = ATTEMPT_MS } = {}) {
  return request("POST", path, { body, key, patience });
}

/** POST a file as it is. It isn't repeated by itself: it may be large. */
export async function upload(path, file) {
  const headers = { Accept: "application/json", "Accept-Language": language() };
  const response = await fetch(BASE + path, { method: "POST", headers, body: file }).catch(() => null);
  if (!response) throw asProblem(null);
  if (!response.ok) throw await refusal(response);
  return response.json();
}

/** DELETE. */
export function del(path) {
  return request("DELETE", path);
}

async function request(method, path, { body, key, patience = ATTEMPT_MS } = {}) {
  const headers = { Accept: "application/json", "Accept-Language": language() };
  if (body !== undefined) headers["Content-Type"] = "application/json";
  if (key !== undefined) headers["Idempotency-Key"] = key;
  const init = { method, headers, body: body === undefined ? undefined : JSON.stringify(body) };
  for (let attempt = 1; ; attempt += 1) {
    const problem = await once(path, init, patience).catch(asProblem);
    if (!(problem instanceof Problem)) return problem.value;
    const passing = problem.offline || RETRY_STATUS.has(problem.status);
    if (!passing || attempt === ATTEMPTS) throw problem;
    await sleep(delayMs(attempt, problem.retryAfter));
  }
}

async function once(path, init, patience) {
  const response = await fetch(BASE + path, { ...init, signal: AbortSignal.timeout(patience) });
  if (response.status === 204) return { value: null };
  if (response.ok) return { value: await response.json() };
  throw await refusal(response);
}

async function refusal(response) {
  const retryAfter = Number(response.headers.get("Retry-After")) || 0;
  const said = await response.json().catch(() => ({})); // a proxy's page is no JSON
  return new Problem({
    status: response.status,
    code: said.code ?? `http_${response.status}`,
    detail: said.detail ?? said.title ?? "",
    field: said.field ?? "",
    retryAfter,
  });
}

function asProblem(error) {
  return error instanceof Problem ? error : new Problem({ status: 0, code: "offline" });
}

/** Exponential, with jitter so that a hundred devices don't come back at once. */
function delayMs(attempt, retryAfter) {
  const backoff = FIRST_DELAY_MS * 2 ** (attempt - 1) * (0.5 + Math.random());
  return Math.max(backoff, Math.min(retryAfter, 5) * 1000);
}

function sleep(ms) {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
