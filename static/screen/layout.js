// What all layouts share: drawn into the page itself, again whenever the state changed.

import { LitElement } from "../vendor/lit.js";

export class Layout extends LitElement {
  static properties = { state: { attribute: false, hasChanged: () => true } };

  createRenderRoot() {
    return this;
  }
}
