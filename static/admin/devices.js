// The devices of a hall: which wait for approval, which are paired, and whether they are connected.
// The list is read again whenever the server says that something about it has changed.

import { del, get, post, Problem } from "../shared/api.js";
import { wallDate, wallTime } from "../shared/clock.js";
import { Localized, nameOf, t } from "../shared/i18n.js";
import { Live } from "../shared/live.js";
import { LitElement, html, nothing } from "../vendor/lit.js";
import "./device-form.js";

const SOON_MS = 150; // several news at once are one reading
const AGAIN_MS = 30_000; // when a screen last took a frame is no news, and is read from time to time

class HallDevices extends Localized(LitElement) {
  static properties = {
    hall: { attribute: false },
    windows: { attribute: false },
    devices: { state: true },
    open: { state: true },
    doubt: { state: true },
    problem: { state: true },
    link: { state: true },
  };

  #live = null;
  #reading = 0;
  #again = 0;

  constructor() {
    super();
    this.devices = null;
    this.open = null; // id of the device whose form is open
    this.doubt = null; // id of the device that is to be removed
    this.problem = "";
    this.link = "connecting";
  }

  createRenderRoot() {
    return this;
  }

  willUpdate(changed) {
    if (!changed.has("hall")) return;
    this.#live?.stop();
    this.devices = this.open = this.doubt = null;
    this.#live = new Live({
      hall: this.hall.id,
      topics: ["manager"],
      onSnapshot: () => this.#soon(),
      onStatus: (frame) => (frame.devices || frame.screens) && this.#soon(),
      onState: (link) => {
        this.link = link;
      },
    }).start();
  }

  connectedCallback() {
    super.connectedCallback();
    this.#again = setInterval(() => this.link === "live" && this.#read(), AGAIN_MS);
  }

  disconnectedCallback() {
    this.#live?.stop();
    clearInterval(this.#again);
    super.disconnectedCallback();
  }

  #soon() {
    clearTimeout(this.#reading);
    this.#reading = setTimeout(() => this.#read(), SOON_MS);
  }

  async #read() {
    await this.#try(async () => {
      const all = await get("/devices");
      this.devices = all.filter(({ hall }) => hall === null || hall === this.hall.id);
    });
  }

  async #try(action) {
    try {
      await action();
      this.problem = "";
      return true;
    } catch (error) {
      if (!(error instanceof Problem)) throw error;
      this.problem = error.words;
      return false;
    }
  }

  async save(device, { name, settings }) {
    const saved = await this.#try(() =>
      device.state === "pending"
        ? post(`/devices/${device.code}/approve`, { name, hall: this.hall.id, settings })
        : post(`/devices/${device.id}/configure`, { name, settings }),
    );
    if (saved) this.open = null;
    await this.#read();
  }

  async remove(device) {
    this.doubt = null;
    await this.#try(() => del(`/devices/${device.id}`));
    await this.#read();
  }

  render() {
    if (this.devices === null) {
      return html`<div class="devices" aria-busy="true">${this.#problem()}</div>`;
    }
    const pending = this.devices.filter(({ state }) => state === "pending");
    const paired = this.devices.filter(({ state }) => state === "paired");
    return html`<div class="devices">
      ${this.#problem()} ${this.#pending(pending)} ${this.#paired(paired)}
    </div>`;
  }

  #problem() {
    const lost = this.link === "lost" ? t("common.connection_lost") : "";
    const text = this.problem || lost;
    return text ? html`<p class="notice bad" role="alert">${text}</p>` : nothing;
  }

  #pending(devices) {
    return html`<section>
      <h2>${t("admin.waiting")}</h2>
      <p class="soft">${t("admin.waiting_how")}</p>
      <ul class="pending">
        ${devices.map(
          (device) => html`<li class=${this.open === device.id ? "open" : ""}>
            <span class="code number">${device.code}</span>
            <span>${t(`admin.kind_${device.kind}`)}</span>
            ${this.open === device.id
              ? this.#form(device)
              : html`<button class="button primary" @click=${() => this.#open(device)}>
                  ${t("admin.approve")}
                </button>`}
          </li>`,
        )}
      </ul>
      ${devices.length ? nothing : html`<p class="none">${t("admin.waiting_none")}</p>`}
    </section>`;
  }

  #paired(devices) {
    if (!devices.length) return nothing;
    return html`<section>
      <h2>${t("admin.paired")}</h2>
      <table>
        <thead>
          <tr>
            ${["name", "shows", "state", "actions"].map((key) => html`<th>${t(`admin.${key}`)}</th>`)}
          </tr>
        </thead>
        <tbody>
          ${devices.map((device) => this.#row(device))}
        </tbody>
      </table>
    </section>`;
  }

  #row(device) {
    if (this.open === device.id) return html`<tr><td colspan="4">${this.#form(device)}</td></tr>`;
    return html`<tr>
      <th scope="row">${device.name}<span class="soft">${t(`admin.kind_${device.kind}`)}</span></th>
      <td>${this.#shows(device)}</td>
      <td>${state(device)}</td>
      <td class="actions">${this.doubt === device.id ? this.#sure(device) : this.#actions(device)}</td>
    </tr>`;
  }

  #actions(device) {
    return html`<button class="button" @click=${() => this.#open(device)}>
        ${t("admin.change")}
      </button>
      <button class="button quiet" @click=${() => { this.doubt = device.id; }}>
        ${t("admin.remove")}
      </button>`;
  }

  #sure(device) {
    return html`<span>${t("admin.remove_sure")}</span>
      <button class="button" @click=${() => this.remove(device)}>${t("admin.remove_yes")}</button>
      <button class="button quiet" @click=${() => { this.doubt = null; }}>${t("common.cancel")}</button>`;
  }

  #shows({ kind, settings }) {
    const zones = this.hall.zones.filter(({ id }) => settings.zones?.includes(id));
    const window = this.windows.find(({ id }) => id === settings.window);
    const parts = [
      kind === "screen" && t(`admin.layout_${settings.layout ?? "main"}`),
      ...zones.map(({ name }) => nameOf(name)),
      window && nameOf(window.name),
      kind === "screen" && !zones.length && !window && t("admin.zone_all"),
      settings.printer,
      settings.language && t(`admin.language_${settings.language}`),
      settings.sound && t("admin.sound_on"),
    ];
    return parts.filter(Boolean).join(" · ");
  }

  #form(device) {
    return html`<device-form .device=${device} .hall=${this.hall} .windows=${this.windows}
      @save=${({ detail }) => this.save(device, detail)}
      @cancel=${() => { this.open = null; }}></device-form>`;
  }

  #open(device) {
    this.open = device.id;
    this.doubt = null;
  }
}

/** Whether a device is there now, in words. Only screens stay connected all the time. */
function state({ kind, connection, last_seen: seen }) {
  if (connection) {
    const since = moment(connection.connected_since);
    return html`<span class="dot on"></span>${t("admin.connected", { since })}
      <span class="soft">${details(connection)}</span>`;
  }
  const words = seen ? t("admin.seen", { at: moment(seen) }) : t("admin.never_seen");
  return html`<span class=${kind === "screen" ? "dot off" : "dot"}></span>${words}`;
}

/** Which page a connected screen runs, and when it last took a sign of life. */
function details({ version, last_frame: last }) {
  const parts = [last && t("admin.last_frame", { at: last.slice(11, 19) }), version && t("admin.version", { version: version.slice(0, 8) })];
  return parts.filter(Boolean).join(" · ");
}

const moment = (iso) => `${wallDate(iso)} ${wallTime(iso)}`;

customElements.define("hall-devices", HallDevices);
