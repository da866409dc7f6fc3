// All departments that serve in this hall.

import { html } from "../vendor/lit.js";
import { t } from "../shared/i18n.js";
import "./paged-grid.js";
import { departmentTile } from "./tiles.js";
import { View } from "./view.js";

class DepartmentsView extends View {
  render() {
    return html`<h2 tabindex="-1">${t("kiosk.by_department")}</h2>
      <paged-grid
        least="4.75"
        .items=${this.state.usedDepartments}
        .tile=${(department) =>
          departmentTile(department, this.#services(department.id), () =>
            this.go({ view: "list", department: department.id }),
          )}
      ></paged-grid>`;
  }

  #services(department) {
    return this.state.services.filter((service) => service.department === department).length;
  }
}

customElements.define("departments-view", DepartmentsView);
