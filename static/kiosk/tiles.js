// The tiles that visitors touch: a group, a service, a department.

import { html } from "../vendor/lit.js";
import { wait } from "../shared/format.js";
import { nameOf, t } from "../shared/i18n.js";
import "../shared/group-mark.js";

/** How busy a group is now, in one line. */
export function busy(group) {
  if (!group.open) return t("common.wait_closed");
  return wait(group, "short");
}

export function groupTile(group, onClick) {
  return html`<button class="tile" @click=${onClick}>
    <group-mark prefix=${group.prefix}></group-mark>
    <span class="words">
      <strong>${nameOf(group.name)}</strong>
      <small>${busy(group)}</small>
    </span>
  </button>`;
}

export function serviceTile(state, service, onClick) {
  const group = state.group(service.group);
  return html`<button class="tile" @click=${onClick}>
    <group-mark prefix=${group.prefix}></group-mark>
    <span class="words">
      <strong>${nameOf(service.name)}</strong>
      <small>${busy(group)}</small>
    </span>
  </button>`;
}

export function departmentTile(department, services, onClick) {
  return html`<button class="tile" @click=${onClick}>
    <span class="words">
      <strong>${nameOf(department.name)}</strong>
      <small>${t("kiosk.services_count", { n: services })}</small>
    </span>
  </button>`;
}
